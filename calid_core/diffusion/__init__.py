"""Equations of the latent flow: path, noise, sampling, synthesis."""
