"""Training: the pack of patients, losses, loops and the export of weights."""
