"""What CaLID is meant to reach, beside what was measured."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from calid_core.evaluation.runner import ACQUIRED, Evaluation
from calid_core.evaluation.scores import Metric, Stratum
from calid_core.evaluation.tables import Table
from calid_core.metrics.ratio import ratio

REALISM, FIDELITY, LINEAR = "calid", "calid-fidelity", "linear"
FRAMES = {REALISM: "calid-frames", FIDELITY: "calid-fidelity-frames"}
"""The same modes with every phase reconstructed alone."""
PUBLISHED, REGRESSION = "calid-published", "regression"
MOST_EVALUATIONS = 4
LARGEST_AUC = 0.80
CEILING_SHARE = {Metric.DICE_LV: 0.95, Metric.DICE_MYO: 0.90, Metric.DICE_RV: 0.90}
FIDELITY_GAINS = (
    (Metric.PSNR, Stratum.ALL, 2.6),
    (Metric.SSIM, Stratum.ALL, 0.14),
    (Metric.PSNR, Stratum.GAP_10, 1.6),
    (Metric.SSIM, Stratum.GAP_10, 0.06),
)


@dataclass(frozen=True)
class Target:
    """One aim: ``value`` is meant to lie between ``low`` and ``high``."""

    name: str
    value: float
    digits: int
    low: float = float("-inf")
    high: float = float("inf")

    @property
    def met(self) -> bool:
        """Whether the value lies within the bounds; NaN never does."""
        return self.low <= self.value <= self.high

    @property
    def wanted(self) -> str:
        """The bounds in words."""
        low, high = (f"{bound:.{self.digits}f}" for bound in (self.low, self.high))
        if self.low == float("-inf"):
            return f"≤ {high}"
        return f"≥ {low}" if self.high == float("inf") else f"{low} to {high}"


def targets(evaluation: Evaluation, dataset: str) -> tuple[Target, ...]:
    """Every aim that the evaluated methods allow to judge."""
    made: list[Target] = []
    if {REALISM, LINEAR} <= set(evaluation.methods):
        made += [*_sharp(evaluation, dataset), *_right(evaluation, dataset), *_in_time(evaluation, dataset)]
    if {FIDELITY, LINEAR} <= set(evaluation.methods):
        made += _faithful(evaluation, dataset)
    for mode, frames in FRAMES.items():
        if {mode, frames} <= set(evaluation.methods):
            made += _beyond_frames(evaluation, dataset, mode, frames)
    if {REALISM, PUBLISHED} <= set(evaluation.methods):
        made += _beyond_published(evaluation, dataset)
    if {FIDELITY, REGRESSION} <= set(evaluation.methods):
        made += _beside_regression(evaluation, dataset)
    return tuple(target for target in made if target.value == target.value)


def target_table(evaluation: Evaluation, dataset: str) -> Table:
    """The aims as a table."""
    rows = tuple(
        (t.name, t.wanted, f"{t.value:.{t.digits}f}", "yes" if t.met else "no")
        for t in targets(evaluation, dataset)
    )
    note = "Means over volumes; realism is one sample, fidelity the posterior mean."
    return Table("Against the aims", note, ("aim", "wanted", "measured", "met"), rows)


def _sharp(evaluation: Evaluation, dataset: str) -> Iterator[Target]:
    spectrum = evaluation.table.mean(Metric.SPECTRUM, REALISM, dataset=dataset).mean
    yield Target("realism: spectrum ratio", spectrum, 2, 0.85, 1.15)
    for result in evaluation.two_sample:
        if (result.method, result.dataset) == (REALISM, dataset):
            yield Target("realism: AUC of the two-sample test", result.auc.mean, 2, high=LARGEST_AUC)


def _right(evaluation: Evaluation, dataset: str) -> Iterator[Target]:
    table = evaluation.table
    for metric, least in ((Metric.HAARPSI, 0.0), (Metric.PSNR, -0.8)):
        gain = table.difference(metric, REALISM, LINEAR, dataset=dataset).mean
        yield Target(f"realism: {metric.label} minus linear's", gain, metric.digits, low=least)
    evaluations = table.mean(Metric.EVALUATIONS, REALISM, dataset=dataset).mean
    yield Target("realism: denoiser evaluations per slice", evaluations, 0, high=MOST_EVALUATIONS)
    for metric, share in CEILING_SHARE.items():
        ours, linear, ceiling = (
            table.mean(metric, name, dataset=dataset).mean for name in (REALISM, LINEAR, ACQUIRED)
        )
        yield Target(f"realism: {metric.label}, share of the ceiling", ratio(ours, ceiling), 3, low=share)
        yield Target(f"realism: {metric.label} minus linear's", ours - linear, 3, low=0.0)
    for metric in (Metric.HD95_LV, Metric.HD95_MYO, Metric.HD95_RV):
        worse = table.difference(metric, REALISM, LINEAR, dataset=dataset).mean
        yield Target(f"realism: {metric.label} minus linear's, mm", worse, 2, high=0.0)


def _beyond_published(evaluation: Evaluation, dataset: str) -> Iterator[Target]:
    for metric in (Metric.HAARPSI, Metric.PSNR):
        gain = evaluation.table.difference(metric, REALISM, PUBLISHED, dataset=dataset).mean
        yield Target(
            f"realism: {metric.label} minus that of CaLID as published", gain, metric.digits, low=0.0
        )


def _beside_regression(evaluation: Evaluation, dataset: str) -> Iterator[Target]:
    """No worse than a regression network of equal budget: the interval of the difference reaches 0."""
    for metric in (Metric.PSNR, Metric.SSIM):
        gain = evaluation.table.difference(metric, FIDELITY, REGRESSION, dataset=dataset)
        # One patient has no interval.
        best = gain.mean if gain.high != gain.high else gain.high
        name = f"fidelity: {metric.label} minus the regression network's, upper end of the interval"
        yield Target(name, best, metric.digits, low=0.0)


def _in_time(evaluation: Evaluation, dataset: str) -> Iterator[Target]:
    table = evaluation.table
    yield Target(
        "realism: flicker ratio", table.mean(Metric.FLICKER, REALISM, dataset=dataset).mean, 2, 0.85, 1.15
    )
    motion = table.difference(Metric.MOTION_PSNR, REALISM, LINEAR, dataset=dataset).mean
    yield Target("realism: PSNR of frame differences minus linear's, dB", motion, 2, low=0.0)
    for metric in (Metric.CURVE_ERROR, Metric.CURVE_SPIKE):
        value = table.mean(metric, REALISM, dataset=dataset).mean
        yield Target(f"realism: {metric.label}, {metric.unit}", value, metric.digits, high=3.0)
    minima = [score.value for score in table.of(Metric.CURVE_MINIMA, REALISM, dataset=dataset)]
    single = ratio(sum(value == 1.0 for value in minima), len(minima))
    yield Target("realism: share of volume–time curves with one minimum", single, 2, low=1.0)


def _beyond_frames(evaluation: Evaluation, dataset: str, mode: str, frames: str) -> Iterator[Target]:
    """Better than the same model frame by frame; nothing where phases cannot be compared."""
    table = evaluation.table
    if not table.of(Metric.MOTION_PSNR, mode, dataset=dataset):
        return
    for metric in (Metric.PSNR, Metric.SSIM, Metric.MOTION_PSNR):
        gain = table.difference(metric, mode, frames, dataset=dataset).mean
        yield Target(f"{mode}: {metric.label} minus that of {frames}", gain, metric.digits, low=0.0)
    seconds, alone = (table.mean(Metric.SECONDS, name, dataset=dataset).mean for name in (mode, frames))
    yield Target(f"{mode}: seconds per phase, share of {frames}", ratio(seconds, alone), 2, high=1.0)


def _faithful(evaluation: Evaluation, dataset: str) -> Iterator[Target]:
    table = evaluation.table
    for metric, stratum, least in FIDELITY_GAINS:
        gain = table.difference(metric, FIDELITY, LINEAR, stratum, dataset).mean
        yield Target(
            f"fidelity: {metric.label} minus linear's, {stratum.value}", gain, metric.digits, low=least
        )
    covered = table.mean(Metric.COVERAGE, FIDELITY, dataset=dataset).mean
    yield Target("fidelity: coverage of 90 % intervals", covered, 3, 0.88, 0.92)
    flicker = table.mean(Metric.FLICKER, FIDELITY, dataset=dataset).mean
    yield Target("fidelity: flicker ratio", flicker, 2, high=1.0)
