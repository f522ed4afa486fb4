from itertools import pairwise

import pytest
import torch

from calid_core.diffusion.guide import composite, uniform_field, upper_share


def field() -> torch.Tensor:
    white = torch.randn(30, 1, 128, 128, generator=torch.Generator().manual_seed(0))
    return uniform_field(white)


def test_the_field_is_uniform():
    values = field().flatten()
    for level in (0.1, 0.3, 0.5, 0.8):
        assert (values < level).float().mean().item() == pytest.approx(level, abs=0.06)


def test_the_field_is_smooth():
    assert field().diff(dim=-1).abs().max() < 0.2


def test_the_upper_slice_takes_over_as_the_position_moves_up():
    shares = [upper_share(field()[:1], torch.tensor([alpha])) for alpha in (0.0, 0.3, 0.6, 1.0)]
    for lower, higher in pairwise(shares):
        assert (higher >= lower).all()


def test_most_regions_show_one_slice_alone():
    share = upper_share(field(), torch.full((30,), 0.5))
    assert ((share < 0.1) | (share > 0.9)).float().mean() > 0.6


def test_the_ends_of_the_share_are_the_slices_themselves():
    lower, upper = torch.rand(1, 1, 4, 4), torch.rand(1, 1, 4, 4)
    assert torch.equal(composite(lower, upper, torch.zeros(1, 1, 4, 4)), lower)
    torch.testing.assert_close(composite(lower, upper, torch.ones(1, 1, 4, 4)), upper)
