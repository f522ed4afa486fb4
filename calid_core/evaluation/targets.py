"""What CaLID is meant to reach, beside what was measured."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from calid_core.evaluation.bootstrap import LEAST_PATIENTS
from calid_core.evaluation.prediction import ACQUIRED
from calid_core.evaluation.runner import Evaluation
from calid_core.evaluation.scores import Metric, ScoreTable, Stratum
from calid_core.evaluation.tables import ABSENT, Table
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
    """One aim: ``value`` is meant to lie between ``low`` and ``high``.

    ``lack`` tells which method has no value in some volumes; the aim is not judged then, for the mean over the others
    would leave out what failed.
    """

    name: str
    value: float
    digits: int
    low: float = float("-inf")
    high: float = float("inf")
    lack: str = ""

    @property
    def met(self) -> bool:
        """Whether the value lies within the bounds; NaN never does, nor a value that lacks volumes."""
        return not self.lack and self.low <= self.value <= self.high

    @property
    def verdict(self) -> str:
        """Whether it is met, in words."""
        return f"not judged: {self.lack}" if self.lack else "yes" if self.met else "no"

    @property
    def measured(self) -> str:
        """The value in words."""
        return f"{self.value:.{self.digits}f}" if self.value == self.value else ABSENT

    @property
    def wanted(self) -> str:
        """The bounds in words."""
        low, high = (f"{bound:.{self.digits}f}" for bound in (self.low, self.high))
        if self.low == float("-inf"):
            return f"≤ {high}"
        return f"≥ {low}" if self.high == float("inf") else f"{low} to {high}"


def targets(evaluation: Evaluation, dataset: str) -> tuple[Target, ...]:
    """Every aim of the evaluated methods for which something was measured."""
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
    return tuple(target for target in made if target.lack or target.value == target.value)


def target_table(evaluation: Evaluation, dataset: str) -> Table:
    """The aims as a table."""
    rows = tuple((t.name, t.wanted, t.measured, t.verdict) for t in targets(evaluation, dataset))
    note = "Means over volumes; realism is one sample, fidelity the posterior mean."
    return Table("Against the aims", note, ("aim", "wanted", "measured", "met"), rows)


def _lack(
    table: ScoreTable, dataset: str, metric: Metric, *methods: str, stratum: Stratum = Stratum.ALL
) -> str:
    """Which of ``methods`` have no value in how many volumes; empty where the means are over the same volumes."""
    every = max((len(table.of(metric, name, stratum, dataset)) for name in methods), default=0)
    counts = table.lacking(metric, methods, stratum, dataset)
    return ", ".join(f"{name} has no value in {count} of {every} volumes" for name, count in counts.items())


def _level(
    table: ScoreTable,
    dataset: str,
    metric: Metric,
    method: str,
    name: str,
    *,
    low: float = float("-inf"),
    high: float = float("inf"),
) -> Target:
    """An aim for the mean of one method."""
    value = table.mean(metric, method, dataset=dataset).mean
    return Target(name, value, metric.digits, low, high, _lack(table, dataset, metric, method))


def _gain(
    table: ScoreTable,
    dataset: str,
    metric: Metric,
    method: str,
    reference: str,
    name: str,
    *,
    low: float = float("-inf"),
    high: float = float("inf"),
    stratum: Stratum = Stratum.ALL,
) -> Target:
    """An aim for the mean of paired differences ``method`` - ``reference``."""
    value = table.difference(metric, method, reference, stratum, dataset).mean
    lack = _lack(table, dataset, metric, method, reference, stratum=stratum)
    return Target(name, value, metric.digits, low, high, lack)


def _sharp(evaluation: Evaluation, dataset: str) -> Iterator[Target]:
    table = evaluation.table
    yield _level(table, dataset, Metric.SPECTRUM, REALISM, "realism: spectrum ratio", low=0.85, high=1.15)
    for result in evaluation.two_sample:
        if (result.method, result.dataset) == (REALISM, dataset):
            yield Target("realism: AUC of the two-sample test", result.auc.mean, 2, high=LARGEST_AUC)


def _right(evaluation: Evaluation, dataset: str) -> Iterator[Target]:
    table = evaluation.table
    for metric, least in ((Metric.HAARPSI, 0.0), (Metric.PSNR, -0.8)):
        name = f"realism: {metric.label} minus linear's"
        yield _gain(table, dataset, metric, REALISM, LINEAR, name, low=least)
    name = f"realism: {Metric.EVALUATIONS.label}"
    yield _level(table, dataset, Metric.EVALUATIONS, REALISM, name, high=MOST_EVALUATIONS)
    for metric, share in CEILING_SHARE.items():
        ours, ceiling = (table.mean(metric, name, dataset=dataset).mean for name in (REALISM, ACQUIRED))
        lack = _lack(table, dataset, metric, REALISM, ACQUIRED)
        name = f"realism: {metric.label}, share of the ceiling"
        yield Target(name, ratio(ours, ceiling), 3, low=share, lack=lack)
        name = f"realism: {metric.label} minus linear's"
        yield _gain(table, dataset, metric, REALISM, LINEAR, name, low=0.0)
    for metric in (Metric.HD95_LV, Metric.HD95_MYO, Metric.HD95_RV):
        name = f"realism: {metric.label} minus linear's, mm"
        yield _gain(table, dataset, metric, REALISM, LINEAR, name, high=0.0)


def _beyond_published(evaluation: Evaluation, dataset: str) -> Iterator[Target]:
    for metric in (Metric.HAARPSI, Metric.PSNR):
        name = f"realism: {metric.label} minus that of CaLID as published"
        yield _gain(evaluation.table, dataset, metric, REALISM, PUBLISHED, name, low=0.0)


def _beside_regression(evaluation: Evaluation, dataset: str) -> Iterator[Target]:
    """No worse than a regression network of equal budget: the interval of the difference reaches 0."""
    for metric in (Metric.PSNR, Metric.SSIM):
        gain = evaluation.table.difference(metric, FIDELITY, REGRESSION, dataset=dataset)
        name = f"fidelity: {metric.label} minus the regression network's, upper end of the interval"
        lack = _lack(evaluation.table, dataset, metric, FIDELITY, REGRESSION)
        if not lack and 0 < gain.subjects < LEAST_PATIENTS:
            lack = f"no interval with fewer than {LEAST_PATIENTS} patients"
        yield Target(name, gain.high, metric.digits, low=0.0, lack=lack)


def _in_time(evaluation: Evaluation, dataset: str) -> Iterator[Target]:
    table = evaluation.table
    yield _level(table, dataset, Metric.FLICKER, REALISM, "realism: flicker ratio", low=0.85, high=1.15)
    name = "realism: PSNR of frame differences minus linear's, dB"
    yield _gain(table, dataset, Metric.MOTION_PSNR, REALISM, LINEAR, name, low=0.0)
    for metric in (Metric.CURVE_ERROR, Metric.CURVE_SPIKE):
        yield _level(table, dataset, metric, REALISM, f"realism: {metric.label}, {metric.unit}", high=3.0)
    minima = [score.value for score in table.of(Metric.CURVE_MINIMA, REALISM, dataset=dataset)]
    single = ratio(sum(value == 1.0 for value in minima), len(minima))
    yield Target("realism: share of volume–time curves with one minimum", single, 2, low=1.0)


def _beyond_frames(evaluation: Evaluation, dataset: str, mode: str, frames: str) -> Iterator[Target]:
    """Better than the same model frame by frame; nothing where phases cannot be compared."""
    table = evaluation.table
    if not table.of(Metric.MOTION_PSNR, mode, dataset=dataset):
        return
    for metric in (Metric.PSNR, Metric.SSIM, Metric.MOTION_PSNR):
        name = f"{mode}: {metric.label} minus that of {frames}"
        yield _gain(table, dataset, metric, mode, frames, name, low=0.0)
    seconds, alone = (table.mean(Metric.SECONDS, name, dataset=dataset).mean for name in (mode, frames))
    yield Target(f"{mode}: seconds per phase, share of {frames}", ratio(seconds, alone), 2, high=1.0)


def _faithful(evaluation: Evaluation, dataset: str) -> Iterator[Target]:
    table = evaluation.table
    for metric, stratum, least in FIDELITY_GAINS:
        name = f"fidelity: {metric.label} minus linear's, {stratum.value}"
        yield _gain(table, dataset, metric, FIDELITY, LINEAR, name, low=least, stratum=stratum)
    name = "fidelity: coverage of 90 % intervals"
    yield _level(table, dataset, Metric.COVERAGE, FIDELITY, name, low=0.88, high=0.92)
    yield _level(table, dataset, Metric.FLICKER, FIDELITY, "fidelity: flicker ratio", high=1.0)
