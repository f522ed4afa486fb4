"""Qt widgets that draw the state and emit intents."""
