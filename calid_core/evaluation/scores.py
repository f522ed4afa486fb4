"""The long table of an evaluation: one number per method, volume, zone and metric, and means over strata."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from math import isfinite

from calid_core.datasets.cases import Moment
from calid_core.evaluation.bootstrap import Estimate, bootstrap_mean
from calid_core.evaluation.zones import Zone


class Metric(Enum):
    """What is measured: label, unit, digits worth showing and the value wanted (None: the larger the better)."""

    PSNR = ("PSNR", "dB", 2, None)
    SSIM = ("SSIM", "", 3, None)
    HAARPSI = ("HaarPSI", "", 3, None)
    SPECTRUM = ("spectrum ratio", "", 2, 1.0)
    STEP = ("through-plane step ratio", "", 2, 1.0)
    PSNR_FIELD = ("PSNR, field of view", "dB", 2, None)
    SSIM_FIELD = ("SSIM, field of view", "", 3, None)
    DICE_LV = ("Dice LV", "", 3, None)
    DICE_MYO = ("Dice myocardium", "", 3, None)
    DICE_RV = ("Dice RV", "", 3, None)
    HD95_LV = ("HD95 LV", "mm", 2, 0.0)
    HD95_MYO = ("HD95 myocardium", "mm", 2, 0.0)
    HD95_RV = ("HD95 RV", "mm", 2, 0.0)
    COVERAGE = ("coverage of 90 % intervals", "", 3, 0.9)
    FLICKER = ("flicker ratio", "", 2, 1.0)
    MOTION_PSNR = ("PSNR of frame differences", "dB", 2, None)
    LV_VOLUME = ("LV volume", "ml", 1, None)
    LV_VOLUME_TRUE = ("LV volume of the full stack", "ml", 1, None)
    EDV_ERROR = ("EDV error", "ml", 1, 0.0)
    ESV_ERROR = ("ESV error", "ml", 1, 0.0)
    EF_ERROR = ("EF error", "%", 2, 0.0)
    CURVE_ERROR = ("largest error of the volume–time curve", "%", 2, 0.0)
    CURVE_MINIMA = ("minima of the volume–time curve", "", 1, 1.0)
    CURVE_SPIKE = ("largest spike of the volume–time curve", "%", 2, 0.0)
    SECONDS = ("seconds per volume", "s", 3, 0.0)
    EVALUATIONS = ("denoiser evaluations per slice", "", 0, 0.0)

    def __init__(self, label: str, unit: str, digits: int, wanted: float | None) -> None:
        self.label = label
        self.unit = unit
        self.digits = digits
        self.wanted = wanted


@dataclass(frozen=True)
class Score:
    """One number.

    Parameters
    ----------
    method, dataset, subject, case
        What was measured on what.
    phase
        Phase of a single volume; -1 where the number is about the whole case.
    pitch
        Pitch of the full stack, mm; the gap that was bridged is twice as wide.
    moment
        Moment of the phase, where it is known.
    zone
        Zone whose slices entered; None for all slices.
    metric, value
        The number.
    """

    method: str
    dataset: str
    subject: str
    case: str
    phase: int
    pitch: float
    moment: Moment | None
    zone: Zone | None
    metric: Metric
    value: float


class Stratum(Enum):
    """Part of the volumes or slices over which a mean is taken."""

    ALL = "all"
    GAP_20 = "20 → 10 mm"
    GAP_10 = "10 → 5 mm"
    BASE = "base"
    MID = "mid"
    APEX = "apex"
    ED = "ED"
    ES = "ES"

    def holds(self, score: Score) -> bool:
        """Whether a score belongs to the stratum."""
        return _RULES[self](score)


def _whole(rule: Callable[[Score], bool]) -> Callable[[Score], bool]:
    return lambda score: score.zone is None and rule(score)


PITCH_TOLERANCE = 0.5
"""Largest difference in mm of a pitch from 10 or 5 mm that still counts as that."""

_RULES: dict[Stratum, Callable[[Score], bool]] = {
    Stratum.ALL: _whole(lambda score: True),
    Stratum.GAP_20: _whole(lambda score: abs(score.pitch - 10.0) <= PITCH_TOLERANCE),
    Stratum.GAP_10: _whole(lambda score: abs(score.pitch - 5.0) <= PITCH_TOLERANCE),
    Stratum.BASE: lambda score: score.zone is Zone.BASE,
    Stratum.MID: lambda score: score.zone is Zone.MID,
    Stratum.APEX: lambda score: score.zone is Zone.APEX,
    Stratum.ED: _whole(lambda score: score.moment is Moment.END_DIASTOLE),
    Stratum.ES: _whole(lambda score: score.moment is Moment.END_SYSTOLE),
}


@dataclass(frozen=True)
class ScoreTable:
    """All scores of an evaluation."""

    scores: tuple[Score, ...]

    @property
    def methods(self) -> tuple[str, ...]:
        """Methods in the order of their first score."""
        return tuple(dict.fromkeys(score.method for score in self.scores))

    @property
    def datasets(self) -> tuple[str, ...]:
        """Data sets in the order of their first score."""
        return tuple(dict.fromkeys(score.dataset for score in self.scores))

    def of(
        self, metric: Metric, method: str, stratum: Stratum = Stratum.ALL, dataset: str | None = None
    ) -> tuple[Score, ...]:
        """Scores of one metric and method in a stratum."""
        return tuple(
            score
            for score in self.scores
            if score.metric is metric
            and score.method == method
            and (dataset is None or score.dataset == dataset)
            and stratum.holds(score)
        )

    def mean(
        self, metric: Metric, method: str, stratum: Stratum = Stratum.ALL, dataset: str | None = None
    ) -> Estimate:
        """Mean over volumes with its bootstrap interval over patients."""
        scores = self.of(metric, method, stratum, dataset)
        return bootstrap_mean([s.value for s in scores], [_patient(s) for s in scores])

    def difference(
        self,
        metric: Metric,
        method: str,
        reference: str,
        stratum: Stratum = Stratum.ALL,
        dataset: str | None = None,
    ) -> Estimate:
        """Mean of the paired differences ``method`` - ``reference``, volume by volume."""
        theirs = {_key(s): s.value for s in self.of(metric, reference, stratum, dataset)}
        ours = [s for s in self.of(metric, method, stratum, dataset) if _key(s) in theirs]
        return bootstrap_mean([s.value - theirs[_key(s)] for s in ours], [_patient(s) for s in ours])

    def lacking(
        self,
        metric: Metric,
        methods: Sequence[str],
        stratum: Stratum = Stratum.ALL,
        dataset: str | None = None,
    ) -> dict[str, int]:
        """In how many volumes a method has no finite value; of several methods, those in which another has one."""
        scores = {name: self.of(metric, name, stratum, dataset) for name in methods}
        valued = {name: {_key(s) for s in found if isfinite(s.value)} for name, found in scores.items()}
        if len(valued) == 1:
            wanted = {_key(s) for found in scores.values() for s in found}
        else:
            wanted = set().union(*valued.values())
        return {name: count for name, keys in valued.items() if (count := len(wanted - keys))}


def merged(tables: Iterable[Sequence[Score]]) -> ScoreTable:
    """One table of many lists of scores."""
    return ScoreTable(tuple(score for scores in tables for score in scores))


def _patient(score: Score) -> str:
    return f"{score.dataset}/{score.subject}"


def _key(score: Score) -> tuple[str, str, int, Zone | None]:
    return score.dataset, score.case, score.phase, score.zone
