"""Training of the frozen segmenter on what experts drew in slices of training patients."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from calid_core.datasets.cases import Case
from calid_core.datasets.labels import UNLABELLED, LabelArray
from calid_core.errors import InputError
from calid_core.models.precision import reduced_precision
from calid_core.models.segmenter import CLASSES, SIDE, SPACING, SegmenterNetwork, to_square
from calid_core.preprocessing import percentile_scale
from calid_core.structures import BACKGROUND, LEFT_VENTRICLE, MYOCARDIUM, RIGHT_VENTRICLE
from calid_core.training.augmentation import (
    LARGEST_OFFSET,
    ViewLimits,
    random_intensity,
    random_views,
    resample,
    seen_points,
    uniform,
)
from calid_core.training.loop import Pace, Run, fit, step_generator

STORED_SIDE = 176
"""Side of the stored squares, so that rotated views find data beyond their own border."""


@dataclass(frozen=True)
class SegmenterTraining:
    """How the segmenter is trained.

    Parameters
    ----------
    batch
        Slices per update.
    pace
        Learning rate and averaging.
    views
        How far views of a slice differ; all of them are turned and flipped at will.
    reach
        Largest distance of the centre of a view from that of the heart box, mm.
    gamma, gain, bias
        Largest change of contrast and brightness, and their slope over the view (natural logarithm).
    noise
        Largest standard deviation of added noise, in the scaled intensity.
    seed
        Of weights and views.
    """

    batch: int = 16
    pace: Pace = field(default_factory=lambda: Pace(1.5e-3, 100, 1e-2, 0.998, 250))
    views: ViewLimits = field(default_factory=lambda: ViewLimits(rigid=0.3, bend=2.0))
    reach: float = 21.0
    gamma: float = 1.6
    gain: float = 1.4
    bias: float = 0.4
    noise: float = 0.05
    seed: int = 0


@dataclass(frozen=True)
class LabelledSlices:
    """Squares of all training slices.

    Parameters
    ----------
    images
        ``(slices, side, side)`` float32, scaled to 0 to 1.
    possible
        ``(slices, side, side)`` uint8, bit ``c`` set where class ``c`` is possible: experts of some data sets drew no
        right ventricle, and in some slices the inner outline alone.
    """

    images: Tensor
    possible: Tensor


def possible_classes(labels: LabelArray, drawn: Sequence[int]) -> LabelArray:
    """Bits of the classes that each pixel of a slice can be, where experts drew the classes ``drawn``."""
    bits = np.left_shift(np.uint8(1), labels)
    for structure in (RIGHT_VENTRICLE, MYOCARDIUM, LEFT_VENTRICLE):
        if structure not in drawn:
            bits[labels == BACKGROUND] |= 1 << structure
    return bits


def labelled_slices(cases: Sequence[Case]) -> LabelledSlices:
    """Every slice that was drawn on, about the centre of its heart box, intensities scaled by the whole stack."""
    images, possible = [], []
    for case in cases:
        assert case.labels is not None
        scale, place = percentile_scale(case.stack.intensity), (case.spacing[1:], case.box.centre)
        for volume, labels in zip(case.stack.intensity, case.labels, strict=True):
            seen = ~(labels == UNLABELLED).any(axis=(1, 2))
            if seen.any():
                images.append(_squares(np.clip(scale.apply(volume[seen]), 0.0, 1.0), place, order=1))
                possible += [_squares(_possible(plane, case)[None], place, order=0) for plane in labels[seen]]
    if not images:
        raise InputError(
            "no slice is labelled; patients with labels are needed to train on, and others to hold out"
        )
    return LabelledSlices(
        torch.from_numpy(np.concatenate(images)), torch.from_numpy(np.concatenate(possible).astype(np.uint8))
    )


def _possible(labels: LabelArray, case: Case) -> LabelArray:
    """Of one slice; who draws the left ventricle alone may still have drawn the myocardium in some slices."""
    drawn = case.classes if len(case.classes) > 1 else tuple(np.unique(labels))
    return possible_classes(labels, drawn)


def _squares(
    planes: NDArray[np.generic], place: tuple[tuple[float, float], tuple[float, float]], order: int
) -> NDArray[np.float32]:
    spacing, centre = place
    return to_square(planes.astype(np.float32), spacing=spacing, centre=centre, side=STORED_SIDE, order=order)


def random_batch(
    data: LabelledSlices, config: SegmenterTraining, generator: torch.Generator, count: int
) -> tuple[Tensor, Tensor]:
    """Augmented images ``(count, 1, SIDE, SIDE)`` and possible classes ``(count, SIDE, SIDE)``."""
    chosen = torch.randint(0, len(data.images), (count,), generator=generator)
    middle = torch.full((count, 2), STORED_SIDE / 2)
    extent = torch.full((count, 2), config.reach / SPACING / LARGEST_OFFSET)
    points = seen_points(random_views(generator, middle, extent, config.views), SIDE, data.images.device)
    images = resample(data.images[chosen, None], points, torch.zeros(count, 1, 2))
    images = random_intensity(generator, images, gamma=config.gamma, gain=config.gain, bias=config.bias)
    noise = uniform(generator, (count, 1, 1, 1), 0.0, config.noise)
    images = images + noise * torch.randn(images.shape, generator=generator)
    row, column = points.round().long().clamp(0, STORED_SIDE - 1).unbind(-1)
    return images, data.possible[chosen[:, None, None], row, column]


def segmentation_loss(scores: Tensor, possible: Tensor) -> Tensor:
    """Cross-entropy of the possible classes plus one minus the soft Dice of the three structures over the batch.

    Dice of a structure counts the pixels where it is known whether they belong to it.
    """
    bits = (possible[:, None] >> torch.arange(CLASSES, device=possible.device)[:, None, None]) & 1 > 0
    logarithms = scores.log_softmax(dim=1)
    entropy = -logarithms.masked_fill(~bits, -torch.inf).logsumexp(dim=1).mean()
    certain = bits.sum(dim=1, keepdim=True) == 1
    known = (certain | ~bits)[:, 1:].float()
    truth = (bits & certain)[:, 1:].float()
    probabilities = logarithms.exp()[:, 1:]
    overlap = (probabilities * truth * known).sum(dim=(0, 2, 3))
    total = ((probabilities + truth) * known).sum(dim=(0, 2, 3))
    dice = (2.0 * overlap + 1.0) / (total + 1.0)
    return entropy + 1.0 - dice.mean()


def train_segmenter(
    training: Sequence[Case], held_out: Sequence[Case], run: Run, config: SegmenterTraining | None = None
) -> SegmenterNetwork:
    """Train within the budget of ``run``; returns the averaged weights.

    The loss on the slices of ``held_out``, unchanged, is logged and decides nothing.
    """
    config = config or SegmenterTraining()
    count = run.per_part("batch", config.batch)
    data, others = labelled_slices(training), labelled_slices(held_out)
    torch.manual_seed(config.seed)

    def loss(network: SegmenterNetwork, step: int, part: int) -> Tensor:
        generator = step_generator(config.seed, step, part)
        images, possible = random_batch(data, config, generator, count)
        return _loss(network, images, possible, run)

    @torch.no_grad()
    def validate(network: SegmenterNetwork, step: int) -> dict[str, float]:
        inner = slice((STORED_SIDE - SIDE) // 2, (STORED_SIDE + SIDE) // 2)
        images, possible = others.images[:, None, inner, inner], others.possible[:, inner, inner]
        parts = zip(torch.split(images, 64), torch.split(possible, 64), strict=True)
        losses = [_loss(network, *part, run) for part in parts]
        return {"held_out": float(torch.stack(losses).mean())}

    return fit("segmenter", SegmenterNetwork(), loss, validate, run, config.pace)


def _loss(network: SegmenterNetwork, images: Tensor, possible: Tensor, run: Run) -> Tensor:
    with reduced_precision(run.compute):
        scores = network(images.to(run.device).contiguous(memory_format=torch.channels_last))
    return segmentation_loss(scores.float(), possible.to(run.device))
