"""Sizes of networks that run in milliseconds: what they make is nonsense, how they are put to use is not."""

from calid_core.models.config import AutoencoderConfig, ConditionalConfig

TINY_AUTOENCODER = AutoencoderConfig(latent_channels=4, channels=8, encoder_blocks=1, decoder_blocks=1)
TINY_CONDITIONAL = ConditionalConfig(
    latent_channels=4,
    widths=(8, 8, 8),
    encoder_blocks=(1, 1, 1),
    decoder_blocks=(1, 1, 1),
    denoiser_widths=(8, 8),
    denoiser_blocks=(1, 1),
    embedding=16,
)
