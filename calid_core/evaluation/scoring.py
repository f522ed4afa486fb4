"""Scores of one prediction: the hidden slices only, as far as they are as acquired, within the regions of the protocol."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from calid_core.arrays import FloatArray
from calid_core.datasets.labels import UNLABELLED, LabelArray
from calid_core.evaluation.curves import JudgedCurve
from calid_core.evaluation.holdout import HoldOut, clipped
from calid_core.evaluation.prediction import Prediction
from calid_core.evaluation.scores import Metric, Score
from calid_core.evaluation.zones import Zone, zones
from calid_core.metrics.clinical import chamber_volume
from calid_core.metrics.continuity import step_ratio
from calid_core.metrics.haarpsi import haarpsi
from calid_core.metrics.intervals import coverage
from calid_core.metrics.overlap import dice, hd95
from calid_core.metrics.ratio import ratio
from calid_core.metrics.similarity import psnr, ssim_map
from calid_core.metrics.spectrum import high_frequency_power
from calid_core.metrics.temporal import difference_psnr, flicker_ratio
from calid_core.structures import LEFT_VENTRICLE, MYOCARDIUM, RIGHT_VENTRICLE

if TYPE_CHECKING:
    from calid_core.models.segmenter import Segmenter

STRUCTURES = {
    LEFT_VENTRICLE: (Metric.DICE_LV, Metric.HD95_LV),
    MYOCARDIUM: (Metric.DICE_MYO, Metric.HD95_MYO),
    RIGHT_VENTRICLE: (Metric.DICE_RV, Metric.HD95_RV),
}
LEAST_PHASES = 3


@dataclass(frozen=True)
class Scorer:
    """Makes the scores of one method on one case.

    Parameters
    ----------
    held
        The case with its hidden slices.
    method
        Name of the method.
    segmenter
        The frozen segmenter; None leaves out what it measures.
    """

    held: HoldOut
    method: str
    segmenter: Segmenter | None = None

    def scores(self, prediction: Prediction) -> list[Score]:
        """All scores of a prediction."""
        if prediction.intensity.shape != self.held.truth.shape:
            raise ValueError(
                f"{self.method} gave {prediction.intensity.shape}, wanted {self.held.truth.shape}"
            )
        image = clipped(prediction.intensity)
        result = list(self._images(image)) + list(self.label_scores(image)) + list(self._time(image))
        if prediction.half_width is not None and prediction.centred:
            result += list(self._intervals(image, prediction.half_width))
        phases = self.held.case.stack.phases
        result.append(self._score(Metric.SECONDS, prediction.seconds / phases))
        result.append(self._score(Metric.EVALUATIONS, prediction.evaluations))
        return result

    def curve_scores(self, curve: JudgedCurve) -> tuple[Score, ...]:
        """Largest error, number of minima and largest spike of a volume-time curve."""
        return (
            self._score(Metric.CURVE_ERROR, curve.largest_error),
            self._score(Metric.CURVE_MINIMA, float(curve.minima)),
            self._score(Metric.CURVE_SPIKE, curve.largest_spike),
        )

    def _score(self, metric: Metric, value: float, phase: int = -1, zone: Zone | None = None) -> Score:
        case = self.held.case
        moment = case.moments[phase] if phase >= 0 else None
        return Score(
            method=self.method,
            dataset=case.dataset,
            subject=case.subject,
            case=case.name,
            phase=phase,
            pitch=case.spacing[0],
            moment=moment,
            zone=zone,
            metric=metric,
            value=value,
        )

    def _images(self, image: FloatArray) -> Iterator[Score]:
        case, crop = self.held.case, self.held.case.box.crop
        all_zones = zones(case.labels, case.stack.slices)
        hidden_zones = [all_zones[index] for index in self.held.hidden]
        for phase in range(case.stack.phases):
            gaps = np.flatnonzero(self.held.acquired[phase])
            if not len(gaps):
                continue
            ours, theirs = image[phase, gaps], self.held.truth[phase, gaps]
            measured = [slice_measures(a, b, self.held) for a, b in zip(ours, theirs, strict=True)]
            for zone in (None, *Zone):
                chosen = [
                    m for m, g in zip(measured, gaps, strict=True) if zone is None or hidden_zones[g] is zone
                ]
                for metric, value in volume_means(chosen).items():
                    yield self._score(metric, value, phase, zone)
            kept = crop(self.held.kept.intensity[phase])
            steps = step_ratio(crop(ours), crop(theirs), kept[gaps], kept[gaps + 1])
            yield self._score(Metric.STEP, steps, phase)

    def label_scores(self, image: FloatArray) -> Iterator[Score]:
        """Scores by the frozen segmenter against the expert; nothing where one of them is missing."""
        truth, case = self.held.hidden_labels, self.held.case
        if truth is None or self.segmenter is None:
            return
        for phase in range(case.stack.phases):
            drawn = [
                gap
                for gap, labels in enumerate(truth[phase])
                if self.held.acquired[phase, gap] and not (labels == UNLABELLED).all()
            ]
            if not drawn:
                continue
            labels = self.segmenter.segment(
                image[phase, drawn], spacing=case.spacing[1:], centre=case.box.centre
            )
            for structure in case.classes:
                overlap, distance = STRUCTURES[structure]
                ours, theirs = labels == structure, truth[phase, drawn] == structure
                yield self._score(overlap, dice(ours, theirs), phase)
                yield self._score(distance, mean_hd95(ours, theirs, case.spacing[1:]), phase)
            if len(drawn) == truth.shape[1]:
                yield from self._volumes(labels, phase)

    def _volumes(self, hidden: LabelArray, phase: int) -> Iterator[Score]:
        """LV volume with the hidden slices as segmented and the kept ones as drawn, and as the expert drew all."""
        assert self.held.case.labels is not None
        full = self.held.case.labels[phase] == LEFT_VENTRICLE
        filled = full.copy()
        filled[list(self.held.hidden)] = hidden == LEFT_VENTRICLE
        spacing = self.held.case.spacing
        yield self._score(Metric.LV_VOLUME, chamber_volume(filled, spacing), phase)
        yield self._score(Metric.LV_VOLUME_TRUE, chamber_volume(full, spacing), phase)

    def _time(self, image: FloatArray) -> Iterator[Score]:
        gaps = np.flatnonzero(self.held.acquired.all(axis=0))
        if len(image) < LEAST_PHASES or not len(gaps):
            return
        ours, theirs = (self.held.case.box.crop(cine[:, gaps]) for cine in (image, self.held.truth))
        yield self._score(Metric.FLICKER, flicker_ratio(ours, theirs))
        yield self._score(Metric.MOTION_PSNR, difference_psnr(ours, theirs))

    def _intervals(self, image: FloatArray, half_width: FloatArray) -> Iterator[Score]:
        crop = self.held.case.box.crop
        for phase, acquired in enumerate(self.held.acquired):
            if not acquired.any():
                continue
            covered = coverage(
                *(crop(images[phase, acquired]) for images in (self.held.truth, image, half_width))
            )
            yield self._score(Metric.COVERAGE, covered, phase)


@dataclass(frozen=True)
class SliceMeasures:
    """What is measured on one hidden slice; ``power`` and ``true_power`` above the cut-off in the heart box."""

    psnr: float
    ssim: float
    haarpsi: float
    psnr_field: float
    ssim_field: float
    power: float
    true_power: float


def slice_measures(image: FloatArray, truth: FloatArray, held: HoldOut) -> SliceMeasures:
    """Measures of one slice ``(rows, columns)``; the SSIM map is made once and averaged over each region."""
    crop = held.case.box.crop
    similarity = ssim_map(image, truth)
    return SliceMeasures(
        psnr=psnr(crop(image), crop(truth)),
        ssim=float(crop(similarity).mean()),
        haarpsi=haarpsi(crop(image), crop(truth)),
        psnr_field=psnr(image, truth),
        ssim_field=float(similarity.mean()),
        power=float(high_frequency_power(crop(image))),
        true_power=float(high_frequency_power(crop(truth))),
    )


def volume_means(measures: list[SliceMeasures]) -> dict[Metric, float]:
    """Means over the slices of a volume; for the spectrum the ratio of the sums. Empty without slices."""
    if not measures:
        return {}
    return {
        Metric.PSNR: float(np.mean([m.psnr for m in measures])),
        Metric.SSIM: float(np.mean([m.ssim for m in measures])),
        Metric.HAARPSI: float(np.mean([m.haarpsi for m in measures])),
        Metric.PSNR_FIELD: float(np.mean([m.psnr_field for m in measures])),
        Metric.SSIM_FIELD: float(np.mean([m.ssim_field for m in measures])),
        Metric.SPECTRUM: ratio(sum(m.power for m in measures), sum(m.true_power for m in measures)),
    }


def mean_hd95(prediction: LabelArray, truth: LabelArray, spacing: tuple[float, float]) -> float:
    """Mean over slices of the distance, mm, where both masks ``(slices, rows, columns)`` have the structure."""
    values = [hd95(ours, theirs, spacing) for ours, theirs in zip(prediction, truth, strict=True)]
    finite = [value for value in values if np.isfinite(value)]
    return float(np.mean(finite)) if finite else float("nan")
