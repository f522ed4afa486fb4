"""The frozen segmenter: resampling, loss, augmentation, files."""

import csv
from pathlib import Path

import numpy as np
import pytest
import torch

from benchmarks import segmenter_training
from benchmarks.segmenter_training import (
    LabelledSlices,
    SegmenterTraining,
    labelled_slices,
    possible_classes,
    random_batch,
    segmentation_loss,
    train_segmenter,
)
from benchmarks.training import save_network
from calid_core.datasets.cases import Case
from calid_core.datasets.labels import UNLABELLED
from calid_core.errors import CheckpointError, InputError
from calid_core.metrics.overlap import dice
from calid_core.models.device import choose_device
from calid_core.models.segmenter import (
    SIDE,
    Segmenter,
    SegmenterNetwork,
    from_square,
    load_segmenter,
    to_square,
)
from calid_core.models.shipped_segmenter import shipped_segmenter
from calid_core.settings import Device
from calid_core.training.loop import Pace, Run
from tests.core.evaluation_cases import ball_case


def scores_of(labels: np.ndarray) -> np.ndarray:
    """Class scores that say ``labels`` with certainty."""
    return np.moveaxis(np.eye(4, dtype=np.float32)[labels.astype(int)], -1, 1) * 20


def test_labels_return_to_their_place_from_the_square() -> None:
    spacing, centre = (1.2, 1.8), (70.0, 41.0)
    row, column = np.mgrid[0:140, 0:100]
    distance = np.hypot((row - 80) * spacing[0], (column - 45) * spacing[1])
    labels = np.where(distance < 20, 3, np.where(distance < 30, 2, 0))[None]
    square = to_square(labels, spacing=spacing, centre=centre, side=SIDE, order=0)
    back = from_square(scores_of(square), labels.shape[1:], spacing=spacing, centre=centre)
    for structure in (2, 3):
        assert dice(back == structure, labels == structure) > 0.93


def test_the_centre_of_the_square_is_the_centre_asked_for() -> None:
    image = np.zeros((1, 90, 90), np.float32)
    image[0, 30:32, 50:52] = 1.0
    square = to_square(image, spacing=(1.5, 1.5), centre=(30.5, 50.5), side=SIDE)
    assert np.argwhere(square[0] > 0.99).mean(axis=0).tolist() == [(SIDE - 1) / 2] * 2


def test_outside_the_square_is_background() -> None:
    everything = np.full((1, SIDE, SIDE), 3)
    labels = from_square(scores_of(everything), (300, 300), spacing=(1.5, 1.5), centre=(100.0, 100.0))
    assert labels[0, 100, 100] == 3
    assert labels[0, 250, 250] == 0
    assert (labels == 3).sum() == pytest.approx(SIDE**2, rel=0.03)


ALL = (1, 2, 3)


def test_the_loss_is_nothing_for_certain_and_right_scores() -> None:
    labels = ball_case().labels[0]  # type: ignore[index]
    right, possible = torch.from_numpy(scores_of(labels)), torch.from_numpy(possible_classes(labels, ALL))
    assert float(segmentation_loss(right, possible)) < 1e-3
    assert float(segmentation_loss(right.roll(1, dims=1), possible)) > 5.0


def test_what_no_expert_drew_may_lie_in_the_background() -> None:
    labels = ball_case().labels[0]  # type: ignore[index]
    inner_alone = np.where(labels == 3, labels, 0).astype(np.uint8)
    possible = torch.from_numpy(possible_classes(inner_alone, (3,)))
    assert float(segmentation_loss(torch.from_numpy(scores_of(labels)), possible)) < 1e-3
    assert float(segmentation_loss(torch.from_numpy(scores_of(np.full_like(labels, 3))), possible)) > 1.0
    background = torch.from_numpy(scores_of(np.zeros_like(labels)))
    assert float(segmentation_loss(background, possible)) > 0.3


def test_slices_without_drawings_are_left_out() -> None:
    case = ball_case()
    labels = np.array(case.labels)
    labels[:, 0] = UNLABELLED
    drawn = Case(case.subject, case.dataset, case.stack, case.box, case.box_source, labels, case.moments)
    assert len(labelled_slices([drawn]).images) == labels.shape[1] - 1


def test_labels_move_with_their_image_when_it_is_augmented() -> None:
    data = labelled_slices([ball_case(seed=1)])
    images, possible = random_batch(data, SegmenterTraining(), torch.Generator().manual_seed(0), 8)
    assert images.shape == (8, 1, SIDE, SIDE)
    inside = torch.stack([i[0][v == 1 << 3].mean() for i, v in zip(images, possible, strict=True)])
    around = torch.stack([i[0][v == 1 << 2].mean() for i, v in zip(images, possible, strict=True)])
    assert bool((inside > around + 0.2).all())


def test_augmentation_repeats_with_its_seed() -> None:
    data = labelled_slices([ball_case()])
    first, again = (
        random_batch(data, SegmenterTraining(), torch.Generator().manual_seed(3), 2) for _ in range(2)
    )
    torch.testing.assert_close(first, again)


def test_training_learns_and_its_weights_return_from_their_file(tmp_path: Path) -> None:
    run = Run(tmp_path / "run", torch.device("cpu"), time_budget=0.0, updates=12)
    pace = Pace(1.5e-3, 2, 1e-2, 0.5, 100)
    network = train_segmenter([ball_case()], [ball_case(seed=1)], run, SegmenterTraining(pace=pace))
    with (run.output / "segmenter.csv").open() as file:
        (row,) = csv.DictReader(file)
    assert float(row["held_out"]) < 1.9  # ln 4 + 1 - 1/4 or so, before it has learned anything
    path = tmp_path / "segmenter.safetensors"
    save_network(path, network)
    loaded = load_segmenter(path)
    torch.testing.assert_close(loaded.network.head.weight, network.head.weight, atol=1e-3, rtol=1e-3)
    image = ball_case().stack.intensity[0].astype(np.float32) / 400
    labels = loaded.segment(image, spacing=(2.0, 2.0), centre=(31.5, 31.5))
    assert labels.shape == image.shape


def test_training_draws_from_the_training_patients_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    training, held_out = ball_case(), ball_case(seed=1)
    drawn: list[torch.Tensor] = []

    def spy(data: LabelledSlices, *rest: object) -> tuple[torch.Tensor, torch.Tensor]:
        drawn.append(data.images)
        return random_batch(data, *rest)

    monkeypatch.setattr(segmenter_training, "random_batch", spy)
    pace = Pace(1.5e-3, 2, 1e-2, 0.5, 1)
    run = Run(tmp_path / "run", torch.device("cpu"), time_budget=0.0, updates=2)
    train_segmenter([training], [held_out], run, SegmenterTraining(pace=pace))
    assert len(drawn) == 2
    for images in drawn:
        torch.testing.assert_close(images, labelled_slices([training]).images)


def test_without_labels_there_is_nothing_to_train_on() -> None:
    with pytest.raises(InputError, match="no slice is labelled"):
        labelled_slices([])


class Bright(torch.nn.Module):
    """Calls what is bright the left ventricle, all else background; and the upper left corner, so that mirrorings differ."""

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        bright = (images[:, 0] > 0.5).float()
        bright[:, :4, :4] = 1.0
        scores = torch.zeros(len(images), 4, *images.shape[2:])
        scores[:, 3] = 20.0 * bright
        scores[:, 0] = 20.0 * (1.0 - bright)
        return scores


def test_the_ventricle_is_seen_where_it_lies_in_images_with_oblong_pixels() -> None:
    spacing, centre = (1.1, 2.3), (80.0, 45.0)
    image = np.zeros((1, 150, 90), np.float32)
    image[0, 60:70, 50:54] = 1.0  # far from the middle, and not square
    segmenter = Segmenter(Bright(), choose_device(Device.CPU))
    inside = segmenter.left_ventricle(image, spacing=spacing, centre=centre)[0] > 0.0
    inside[:4] = inside[-4:] = False
    grid = segmenter.grid(spacing=spacing, centre=centre)
    seen = np.add(grid.first, np.argwhere(inside).mean(axis=0) * grid.step)
    np.testing.assert_allclose(seen, (64.5, 51.5), atol=0.3)
    labels = segmenter.segment(image, spacing=spacing, centre=centre)
    assert dice(labels == 3, image > 0.5) > 0.9


def test_what_the_network_sees_in_a_corner_counts_a_quarter() -> None:
    segmenter = Segmenter(Bright(), choose_device(Device.CPU))
    found = segmenter._mirrored(torch.zeros(1, 1, SIDE, SIDE))[0, 3]
    corners = [found[row, column] for row in (0, -1) for column in (0, -1)]
    np.testing.assert_allclose(corners, 0.25, atol=1e-3)


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "segmenter.safetensors"
    path.write_bytes(b"nothing of the kind")
    with pytest.raises(CheckpointError, match=r"segmenter\.safetensors cannot be used"):
        load_segmenter(path)


def test_the_shipped_segmenter_fits_its_network_and_is_small() -> None:
    network = shipped_segmenter().network
    assert isinstance(network, SegmenterNetwork)
    assert sum(p.numel() for p in network.parameters()) * 2 < 3 * 2**20


class Undecided(SegmenterNetwork):
    """Sees any structure anywhere."""

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        generator = torch.Generator().manual_seed(0)
        return torch.randn(len(images), 4, SIDE, SIDE, generator=generator)


def test_the_left_ventricle_is_what_is_likelier_than_every_other_structure() -> None:
    segmenter = Segmenter(Undecided(), choose_device(Device.CPU))
    slices, middle = np.zeros((2, SIDE, SIDE), np.float32), (SIDE - 1) / 2
    labels = segmenter.segment(slices, spacing=(1.5, 1.5), centre=(middle, middle))
    margin = segmenter.left_ventricle(slices, spacing=(1.5, 1.5), centre=(middle, middle))
    assert set(np.unique(labels)) == {0, 1, 2, 3}
    np.testing.assert_array_equal(margin > 0, labels == 3)
