"""Two-sample test: can a small network tell synthesised from acquired slices of patients it has not seen?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.stats import rankdata
from torch import Tensor, nn
from torch.nn import functional

from calid_core.arrays import FloatArray
from calid_core.evaluation.bootstrap import Estimate, bootstrap_mean
from calid_core.evaluation.specimens import SIDE, Specimen

FOLDS = 5
STEPS = 150
BATCH = 24
VIEW = 80
"""Side of the square that is looked at, acquired pixels."""
LEAST_SUBJECTS = 5


class Discriminator(nn.Module):
    """A few convolutions over ``(batch, 1, VIEW, VIEW)``; gives one logit, positive for synthesised.

    The image enters together with its detail (image minus local mean), which is where methods differ.
    """

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(8, 24, 3, padding=1),
            nn.SiLU(),
            nn.Conv2d(24, 32, 3, stride=2, padding=1),
            nn.SiLU(),
            nn.Conv2d(32, 48, 3, stride=2, padding=1),
            nn.SiLU(),
        )
        self.head = nn.Linear(96, 1)

    def forward(self, images: Tensor) -> Tensor:
        """Logits ``(batch,)``."""
        detail = 8.0 * (
            images - functional.avg_pool2d(images, 5, stride=1, padding=2, count_include_pad=False)
        )
        features = self.layers(functional.pixel_unshuffle(torch.cat([images, detail], dim=1), 2))
        pooled = torch.cat([features.mean(dim=(2, 3)), features.std(dim=(2, 3))], dim=1)
        logits: Tensor = self.head(pooled)[:, 0]
        return logits


@dataclass(frozen=True)
class TwoSampleResult:
    """Area under the curve; 0.5 means that the network cannot tell."""

    dataset: str
    method: str
    auc: Estimate


def two_sample_test(
    specimens: Sequence[Specimen], dataset: str, method: str, *, steps: int = STEPS
) -> TwoSampleResult | None:
    """Train on some patients of a data set, test on the others; None with fewer than ``LEAST_SUBJECTS`` patients.

    The AUC is taken within each held-out patient, over all pairs of an acquired and a synthesised slice, and
    averaged over patients, so that differences between patients and folds cannot enter.
    """
    specimens = [s for s in specimens if s.dataset == dataset]
    subjects = sorted({s.subject for s in specimens})
    if len(subjects) < LEAST_SUBJECTS:
        return None
    owner = np.array([subjects.index(s.subject) for s in specimens])
    acquired = _stack([s.truth for s in specimens])
    synthesised = _stack([s.images[method] for s in specimens])
    values: list[float] = []
    for fold in range(FOLDS):
        held = owner % FOLDS == fold
        network = _train(acquired[~held], synthesised[~held], seed=fold, steps=steps)
        real, made = _logits(network, acquired[held]), _logits(network, synthesised[held])
        values += [auc(made[owner[held] == s], real[owner[held] == s]) for s in np.unique(owner[held])]
    return TwoSampleResult(dataset, method, bootstrap_mean(values, [str(i) for i in range(len(values))]))


def auc(positive: FloatArray, negative: FloatArray) -> float:
    """Probability that a positive scores above a negative, ties counted half (Mann-Whitney)."""
    ranks = rankdata(np.concatenate([positive, negative]))
    count = len(positive)
    return float((ranks[:count].sum() - count * (count + 1) / 2) / (count * len(negative)))


def _stack(crops: Sequence[NDArray[np.uint8]]) -> Tensor:
    return torch.from_numpy(np.stack(crops)[:, None].astype(np.float32) / 255.0)


def _train(acquired: Tensor, synthesised: Tensor, *, seed: int, steps: int) -> Discriminator:
    """A network trained on pairs: every batch holds the same slices acquired and synthesised."""
    generator = torch.Generator().manual_seed(seed)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        network = Discriminator()
    optimiser = torch.optim.AdamW(network.parameters(), lr=2e-3, weight_decay=1e-2)
    labels = torch.cat([torch.zeros(BATCH // 2), torch.ones(BATCH // 2)])
    for step in range(steps):
        for group in optimiser.param_groups:
            group["lr"] = 2e-3 * min(1.0, (step + 1) / 20) * (1.0 - step / steps)
        chosen = torch.randint(0, len(acquired), (BATCH // 2,), generator=generator)
        offset = torch.randint(0, SIDE - VIEW + 1, (2,), generator=generator).tolist()
        images = torch.cat([acquired[chosen], synthesised[chosen]])
        images = images[..., offset[0] : offset[0] + VIEW, offset[1] : offset[1] + VIEW]
        flips = [d for d, f in zip((2, 3), torch.rand(2, generator=generator) < 0.5, strict=True) if f]
        loss = functional.binary_cross_entropy_with_logits(network(images.flip(flips)), labels)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
    return network.eval()


@torch.inference_mode()
def _logits(network: Discriminator, images: Tensor) -> FloatArray:
    margin = (SIDE - VIEW) // 2
    centre = images[..., margin : margin + VIEW, margin : margin + VIEW]
    return torch.cat([network(part) for part in torch.split(centre, 32)]).numpy()
