import pytest
import torch
from torch.nn import functional

from calid_core.models.autoencoder import Autoencoder, LatentDistribution, kl_to_standard_normal
from calid_core.models.config import AutoencoderConfig

SMALL = AutoencoderConfig(channels=8, encoder_blocks=1, decoder_blocks=1)


def test_untrained_autoencoder_with_all_components_returns_its_input():
    torch.manual_seed(0)
    model = Autoencoder(AutoencoderConfig(latent_channels=16, channels=8, encoder_blocks=1, decoder_blocks=1))
    images = torch.rand(3, 1, 16, 24)
    blocks = functional.pixel_unshuffle(images, 4).permute(0, 2, 3, 1).reshape(-1, 16)
    model.start_from_principal_components(blocks)
    torch.testing.assert_close(model.decode(model.encode(images)), images, atol=1e-4, rtol=0)


def test_principal_components_give_white_latents():
    torch.manual_seed(0)
    model = Autoencoder(SMALL)
    images = torch.rand(8, 1, 32, 32)
    blocks = functional.pixel_unshuffle(images, 4).permute(0, 2, 3, 1).reshape(-1, 16)
    model.start_from_principal_components(blocks)
    latents = model.encode(images)
    torch.testing.assert_close(latents.std(dim=(0, 2, 3)), torch.ones(12), atol=0.01, rtol=0)
    torch.testing.assert_close(latents.mean(dim=(0, 2, 3)), torch.zeros(12), atol=1e-4, rtol=0)


def test_normalisation_constants_cancel_in_a_round_trip():
    torch.manual_seed(0)
    model = Autoencoder(SMALL)
    images = torch.rand(1, 1, 16, 16)
    before = model.decode(model.encode(images))
    model.latent_mean.fill_(0.3)
    model.latent_std.fill_(2.5)
    torch.testing.assert_close(model.decode(model.encode(images)), before, atol=1e-5, rtol=0)


def test_the_linear_path_is_all_of_an_untrained_autoencoder_and_undoes_itself():
    torch.manual_seed(2)
    model = Autoencoder(AutoencoderConfig(latent_channels=6))
    model.start_from_principal_components(torch.randn(500, 16) @ torch.randn(16, 16))
    model.latent_mean.normal_()
    model.latent_std.uniform_(0.5, 2.0)
    images, latents = torch.rand(2, 1, 16, 24), torch.randn(2, 6, 4, 6)
    torch.testing.assert_close(model.encode_linearly(images), model.encode(images))
    torch.testing.assert_close(
        model.encode_linearly(model.decode_linearly(latents)), latents, atol=1e-4, rtol=1e-4
    )


def test_divergence_of_the_standard_normal_is_zero():
    zero = torch.zeros(2, 3, 4, 4)
    assert kl_to_standard_normal(LatentDistribution(zero, zero)).item() == 0.0


def test_divergence_of_a_shifted_normal_is_half_the_squared_shift():
    zero = torch.zeros(2, 3, 4, 4)
    shifted = LatentDistribution(zero + 2.0, zero)
    assert kl_to_standard_normal(shifted).item() == pytest.approx(2.0)
