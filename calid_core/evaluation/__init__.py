"""Evaluation: hidden slices of real patients, predicted and scored by one protocol."""
