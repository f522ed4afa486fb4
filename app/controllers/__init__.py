"""Intents turned into state changes and jobs, one module per subject."""
