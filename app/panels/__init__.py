"""Panels around the images: they draw the state and emit intents."""
