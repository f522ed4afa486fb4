"""The tour of the window: what is where, on the sample, in 90 seconds."""
