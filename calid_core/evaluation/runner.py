"""Runs methods over cases and gathers everything the report needs."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from calid_core.arrays import FloatArray
from calid_core.datasets.cases import Case
from calid_core.errors import of_each
from calid_core.evaluation.curves import JudgedCurve, volume_curves
from calid_core.evaluation.holdout import HoldOut, check_case, clipped, hold_out, reading_remarks
from calid_core.evaluation.prediction import ACQUIRED, EvaluatedMethod, Prediction
from calid_core.evaluation.reformats import Reformat, reformats
from calid_core.evaluation.scores import Score, ScoreTable, merged
from calid_core.evaluation.scoring import Scorer
from calid_core.evaluation.specimens import (
    Specimen,
    primary_method,
    specimens,
    telling_phases,
    tested_phases,
)
from calid_core.evaluation.ventricle import clinical_errors
from calid_core.metrics.similarity import psnr
from calid_core.progress import Progress, ProgressCallback, Stage, ignore_progress

if TYPE_CHECKING:
    from calid_core.evaluation.two_sample import TwoSampleResult
    from calid_core.models.segmenter import Segmenter


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What an evaluation found.

    Parameters
    ----------
    table
        All scores.
    specimens
        Crops of hidden slices with every method's answer: of every case the phases that ``telling_phases`` chooses by the
        ``primary_method``, and those of the two-sample test.
    reformats
        Long-axis pictures of the phases that ``specimens`` are from.
    curves
        Volume-time curves of cines, of each the ceiling (``ACQUIRED``) first.
    two_sample
        One result per method; empty where it was not run or there are too few patients.
    methods
        Names in order.
    devices
        Where each method ran, in words.
    cases
        Number of cases.
    remarks
        What a reader of the figures must know, such as estimated heart boxes.
    """

    table: ScoreTable
    specimens: tuple[Specimen, ...]
    reformats: tuple[Reformat, ...]
    curves: tuple[JudgedCurve, ...]
    two_sample: tuple[TwoSampleResult, ...]
    methods: tuple[str, ...]
    devices: dict[str, str]
    cases: int
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class CaseResult:
    """Scores, specimens, long-axis pictures, curves and devices of all methods on one case."""

    scores: tuple[Score, ...]
    specimens: tuple[Specimen, ...]
    reformats: tuple[Reformat, ...]
    curves: tuple[JudgedCurve, ...]
    devices: dict[str, str]


def evaluate(
    cases: Sequence[Case],
    methods: Sequence[EvaluatedMethod],
    *,
    segmenter: Segmenter | None = None,
    two_sample: bool = True,
    on_progress: ProgressCallback = ignore_progress,
) -> Evaluation:
    """Hold out, predict and score.

    Parameters
    ----------
    cases
        What to evaluate on.
    methods
        What to evaluate.
    segmenter
        The frozen segmenter; None leaves out Dice, HD95 and volumes.
    two_sample
        Whether to train the networks of the two-sample test.

    Raises
    ------
    InputError
        A case cannot be held out; known before anything is predicted.
    """
    of_each(check_case, cases)
    results = []
    for index, case in enumerate(cases):
        on_progress(Progress(Stage.SYNTHESISING, index, len(cases), f"case {index + 1} of {len(cases)}"))
        results.append(evaluate_case(hold_out(case), methods, segmenter))
    scores = [score for result in results for score in result.scores]
    kept = tuple(s for result in results for s in result.specimens)
    names = tuple(method.name for method in methods)
    return Evaluation(
        table=merged([scores, clinical_errors(scores)]),
        specimens=kept,
        reformats=tuple(r for result in results for r in result.reformats),
        curves=tuple(curve for result in results for curve in result.curves),
        two_sample=_two_sample(kept, names, on_progress) if two_sample else (),
        methods=names,
        devices={name: device for result in results for name, device in result.devices.items()},
        cases=len(cases),
        remarks=_remarks(cases),
    )


def evaluate_case(
    held: HoldOut, methods: Sequence[EvaluatedMethod], segmenter: Segmenter | None
) -> CaseResult:
    """Scores and specimens of every method on one case."""
    predictions: dict[str, Prediction] = {}
    scores_of = {ACQUIRED: list(Scorer(held, ACQUIRED, segmenter).label_scores(held.truth))}
    for method in methods:
        predictions[method.name] = method.predict(held.kept)
        scores_of[method.name] = Scorer(held, method.name, segmenter).scores(predictions[method.name])
    psnr_by_method = {name: slice_psnr(p, held) for name, p in predictions.items()}
    curves = volume_curves(held, predictions, segmenter) if segmenter else ()
    for curve in curves:
        scores_of[curve.method] += Scorer(held, curve.method).curve_scores(curve)
    telling = telling_phases(psnr_by_method[primary_method(tuple(predictions))])
    shown = tuple(sorted({*telling, *tested_phases(held.case.stack.phases)}))
    return CaseResult(
        tuple(score for scores in scores_of.values() for score in scores),
        tuple(specimens(held, predictions, psnr_by_method, shown)),
        tuple(reformats(held, predictions, shown)),
        curves,
        {name: p.device for name, p in predictions.items()},
    )


def slice_psnr(prediction: Prediction, held: HoldOut) -> FloatArray:
    """Heart-box PSNR in dB of every slice, ``(phases, gaps)``; NaN where the truth is not as acquired."""
    crop = held.case.box.crop
    image = clipped(prediction.intensity)
    found = np.full(held.acquired.shape, np.nan)
    for phase, gap in np.argwhere(held.acquired):
        found[phase, gap] = psnr(crop(image[phase, gap]), crop(held.truth[phase, gap]))
    return found


def _two_sample(
    kept: Sequence[Specimen], names: Sequence[str], on_progress: ProgressCallback
) -> tuple[TwoSampleResult, ...]:
    # torch is imported only where a network runs.
    from calid_core.evaluation.two_sample import two_sample_test

    results = []
    kept = [s for s in kept if s.phase in tested_phases(s.phases)]
    datasets = dict.fromkeys(s.dataset for s in kept)
    pairs = [(dataset, name) for dataset in datasets for name in names]
    for index, (dataset, name) in enumerate(pairs):
        on_progress(Progress(Stage.CHECKING, index, len(pairs), f"two-sample test: {name}"))
        results.append(two_sample_test(kept, dataset, name))
    return tuple(result for result in results if result is not None)


def _remarks(cases: Sequence[Case]) -> tuple[str, ...]:
    sources = sorted({f"{case.dataset}: heart box {case.box_source.value}" for case in cases})
    altered = [f"{case.dataset}: {case.name}: {remark}" for case in cases for remark in reading_remarks(case)]
    return (*sources, *altered, f"CPU: {platform.processor() or platform.machine()}, {os.cpu_count()} cores")
