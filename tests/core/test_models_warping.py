import torch

from calid_core.models.config import ConditionalConfig
from calid_core.models.warping import WarpHead, roughness, sampling_device, warp


def images() -> torch.Tensor:
    return torch.rand(2, 1, 24, 32, generator=torch.Generator().manual_seed(0))


def test_no_displacement_changes_nothing():
    for mode in ("bilinear", "bicubic"):
        warped = warp(images(), torch.zeros(2, 2, 6, 8), mode)
        torch.testing.assert_close(warped, images(), atol=1e-5, rtol=0)


def test_a_constant_displacement_shifts_rows_and_columns():
    displacement = torch.tensor([3.0, -2.0])[None, :, None, None].expand(2, 2, 6, 8)
    warped = warp(images(), displacement)
    torch.testing.assert_close(warped[..., 4:20, 4:28], images()[..., 7:23, 2:26], atol=1e-5, rtol=0)


def test_images_on_mps_are_sampled_on_the_cpu_and_others_where_they_are():
    assert sampling_device(torch.device("mps", 0)) == torch.device("cpu")
    for device in (torch.device("cpu"), torch.device("cuda", 1)):
        assert sampling_device(device) == device


def test_the_warped_images_come_back_from_where_they_were_sampled(monkeypatch):
    expected = warp(images(), torch.ones(2, 2, 6, 8), "bicubic")
    asked = []
    monkeypatch.setattr(
        "calid_core.models.warping.sampling_device", lambda device: asked.append(device) or device
    )
    assert torch.equal(warp(images(), torch.ones(2, 2, 6, 8), "bicubic"), expected)
    assert asked == [torch.device("cpu")]


def test_a_constant_displacement_is_not_rough():
    assert roughness(torch.full((1, 2, 4, 4), 3.0)) == 0.0


def test_an_untrained_head_moves_nothing():
    config = ConditionalConfig(widths=(8, 8, 8), warp_width=4)
    moved = WarpHead(config)(torch.randn(4, 8, 6, 8), torch.randn(2, 8, 6, 8))
    assert moved.shape == (4, 2, 6, 8)
    assert moved.abs().max() == 0.0
