"""Public data sets: where their files lie, what they hold, and which patients train and which validate."""
