"""What experts' labels teach, without a trained network."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from calid_core.models.conditional import ConditionalNetwork
from calid_core.training.anatomy import (
    LabelledNetwork,
    moved_labels_error,
    one_hot,
    outline_error,
    without_head,
)
from calid_core.training.config import CalidTraining
from calid_core.training.gaps import GapBatch, random_gaps
from calid_core.training.pack import PackedVolume, read_pack, write_pack
from calid_core.training.slices import UNLABELLED, make_bank
from tests.core.tiny_networks import TINY_CONDITIONAL

SIDE, STEP = 48, 4


def volume(*, labelled: bool = True) -> PackedVolume:
    """A ventricle that lies ``STEP`` pixels further along the columns in every slice; images are 40 times the labels."""
    labels = np.zeros((7, SIDE, SIDE), np.uint8)
    for index in range(7):
        left = 6 + STEP * index
        labels[index, 16:32, left - 3 : left + 13] = 2
        labels[index, 19:29, left : left + 10] = 3
    known = labels if labelled else None
    return PackedVolume("p", 1, 40 * labels, 1.4, 10.0, 0.0, (10, 38, 10, 38), False, labels=known)


def gaps(*volumes: PackedVolume, seed: int = 0) -> GapBatch:
    generator, noise = (torch.Generator().manual_seed(seed) for _ in range(2))
    bank = make_bank(list(volumes), torch.device("cpu"))
    return random_gaps(bank, generator, noise, CalidTraining(crop=40, gap_shares=(1.0, 0.0, 0.0)), 6)


def moved(batch: GapBatch, pixels: float) -> tuple[torch.Tensor, torch.Tensor]:
    """Displacements by as much along the columns, the lower neighbour's backwards."""
    field = torch.zeros(len(batch.alpha), 2, 10, 10)
    field[:, 1] = pixels
    return -field, field


def still(batch: GapBatch) -> GapBatch:
    """The batch as the pack shows it, without a random view."""
    labels = torch.from_numpy(volume().labels[1:4].astype(np.float32))  # type: ignore[index]
    seen = labels[[0, 2, 1]][None, :, 4:44, 4:44].expand(len(batch.gap), -1, -1, -1)
    return replace(batch, labels=seen)


def test_labels_of_a_pack_come_back(tmp_path: Path) -> None:
    write_pack(tmp_path / "pack.npz", (volume(), volume(labelled=False)))
    first, second = read_pack(tmp_path / "pack.npz")
    np.testing.assert_array_equal(first.labels, volume().labels)
    assert second.labels is None


@pytest.mark.parametrize("seed", range(4))
def test_labels_go_with_their_images_through_every_view(seed: int) -> None:
    batch = gaps(volume(), seed=seed)
    images = torch.cat(
        [batch.acquired[:, 1:3], batch.hidden.unflatten(0, (len(batch.acquired), -1))[:, :, 0]], dim=1
    )
    inside, outside = images[batch.labels == 3.0], images[batch.labels == 0.0]
    assert inside.mean() > 0.35 > 0.15 > outside.mean()
    assert torch.quantile(inside, 0.1) > torch.quantile(outside, 0.9)


def test_outlines_that_are_right_leave_no_error_and_wrong_ones_do() -> None:
    batch = gaps(volume())
    truth = 30.0 * one_hot(batch.labels[:, 2:].flatten(0, 1))
    assert (
        outline_error(truth, batch) < 0.7
    )  # no right ventricle is drawn, so its Dice is 0 or 1 by chance of the rest
    assert (
        outline_error(-truth, batch)
        > outline_error(torch.zeros_like(truth), batch)
        > outline_error(truth, batch)
    )


def test_displacements_that_bring_labels_into_place_leave_least_error() -> None:
    batch = still(gaps(volume()))
    errors = {
        pixels: moved_labels_error(batch, moved(batch, pixels)).item()
        for pixels in (-STEP, 0, STEP / 2, STEP)
    }
    assert errors[STEP] < 0.05
    assert errors[STEP] < errors[STEP / 2] < errors[0] < errors[-STEP]


def test_slices_without_labels_teach_nothing() -> None:
    batch = gaps(volume(labelled=False))
    assert (batch.labels == UNLABELLED).all()
    scores = torch.randn(len(batch.alpha), 4, 40, 40, requires_grad=True)
    displacements = tuple(d.requires_grad_() for d in moved(batch, 1.0))
    total = outline_error(scores, batch) + moved_labels_error(batch, displacements)
    assert total == 0.0
    assert all((g == 0).all() for g in torch.autograd.grad(total, (scores, *displacements)))


def test_the_head_does_not_ship() -> None:
    ConditionalNetwork(TINY_CONDITIONAL).load_state_dict(
        without_head(LabelledNetwork(TINY_CONDITIONAL).state_dict())
    )
