"""What experts' labels teach: where the walls of a hidden slice lie. The networks that ship see images alone.

The mean is blurred where the place of a wall is uncertain, and images of few patients are soon learned by heart. Labels tell apart
what matters: displacements are to bring the labels of the neighbours onto those of the hidden slice (as in Balakrishnan 2019,
*VoxelMorph*), and the features of the mean are to know its labels.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional

from calid_core.models.blocks import convolution
from calid_core.models.conditional import ConditionalNetwork
from calid_core.models.config import ConditionalConfig
from calid_core.models.warping import warp
from calid_core.training.gaps import GapBatch
from calid_core.training.losses import multiscale_error
from calid_core.training.slices import UNLABELLED

CLASSES = 4
"""Background, right ventricle, myocardium, left ventricle."""
HEAD_WIDTH = 48
UNMOVED_FLOOR = 0.005
"""Added to the error of unmoved labels, which is 0 where nothing is drawn."""
HEAD = "outline_head."


class OutlineHead(nn.Module):
    """Class scores ``(targets, CLASSES, rows, columns)`` of hidden slices from the finest features of their means."""

    def __init__(self, config: ConditionalConfig) -> None:
        super().__init__()
        self.first = convolution(config.widths[0], HEAD_WIDTH)
        self.second = convolution(HEAD_WIDTH, CLASSES * config.pixels)
        self.factor = round(config.pixels**0.5)

    def forward(self, features: Tensor) -> Tensor:
        """See the class; ``features`` are at a quarter of the resolution."""
        hidden = functional.silu(self.first(functional.silu(features)))
        return functional.pixel_shuffle(self.second(hidden), self.factor)


class LabelledNetwork(ConditionalNetwork):
    """A conditional network in training, with a head that tells labels and does not ship."""

    def __init__(self, config: ConditionalConfig) -> None:
        super().__init__(config)
        self.outline_head = OutlineHead(config)


def without_head(weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The weights that a ``ConditionalNetwork`` has."""
    return {name: value for name, value in weights.items() if not name.startswith(HEAD)}


def one_hot(labels: Tensor) -> Tensor:
    """``(images, CLASSES, rows, columns)`` of labels ``(images, rows, columns)``."""
    return (labels[:, None] == torch.arange(CLASSES, device=labels.device)[:, None, None]).float()


def outline_error(scores: Tensor, batch: GapBatch) -> Tensor:
    """Cross-entropy plus one minus soft Dice of the structures, over the hidden slices of ``batch`` that are labelled."""
    labels, known = _hidden_labels(batch)
    if not known.any():
        return 0.0 * scores.sum()
    scores, truth = scores[known], one_hot(labels[known])
    share, true = scores.softmax(dim=1)[:, 1:], truth[:, 1:]
    both, either = (x.sum(dim=(0, 2, 3)) for x in (share * true, share + true))
    dice = (2.0 * both + 1.0) / (either + 1.0)
    return functional.cross_entropy(scores, truth) + 1.0 - dice.mean()


def moved_labels_error(batch: GapBatch, displacements: tuple[Tensor, Tensor]) -> Tensor:
    """Error of the neighbours' moved labels over that of the unmoved ones; the nearer neighbour counts more."""
    labels, known = _hidden_labels(batch)
    if not known.any():
        return 0.0 * torch.cat(displacements).sum()
    goal = one_hot(labels[known])[:, 1:]
    total = torch.zeros((), device=labels.device)
    for place, (weight, displacement) in enumerate(
        zip((1.0 - batch.alpha, batch.alpha), displacements, strict=True)
    ):
        neighbour = one_hot(batch.labels[batch.gap, place][known])[:, 1:]
        error = multiscale_error(warp(neighbour, displacement[known]), goal)
        unmoved = multiscale_error(neighbour, goal)
        total = total + (weight[known] * error / (unmoved + UNMOVED_FLOOR)).mean()
    return total


def _hidden_labels(batch: GapBatch) -> tuple[Tensor, Tensor]:
    """Labels ``(targets, rows, columns)`` of the hidden slices, and which of these are labelled."""
    labels = batch.labels[:, 2:].flatten(0, 1)
    return labels, labels[:, 0, 0] != UNLABELLED
