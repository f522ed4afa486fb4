"""Opening, choosing and closing series."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from app.controllers.job_monitor import JobMonitor
from app.controllers.opening_place import OpeningPlace
from app.controllers.place import ClosedSeries, LeftPlace, Place
from app.controllers.series_loading import LoadedSeries, SeriesLoading
from app.jobs import JobContext, JobRunner
from app.presets import AUTOMATIC, PRESETS, percentile_window, study_window
from app.state import StudyState
from app.study import Study
from app.translation import tr, tr_later
from calid_core.arrays import FloatArray, IntensityArray
from calid_core.cine import CineStack, View
from calid_core.io.phase_resampling import PhaseMatching

if TYPE_CHECKING:
    from calid_core.io import Scan, SeriesSummary

SAMPLE_LABEL = tr_later("Sample: computed phantom")
SESSION_SUFFIX = ".calid"


class Studies(QObject):
    """The list of series and the one being reviewed."""

    opened = Signal(object)  # tuple[Path, ...] in which something was found
    closed = Signal(int)  # id of a series that was taken off the list, with its runs
    session_requested = Signal(object)  # Path of a session file that was opened like an image
    noticed = Signal(str, object)  # headline, tuple of details: problems that did not stop the reading
    failed = Signal(str, object)  # what was tried, the exception

    def __init__(
        self, state: StudyState, loader: JobRunner, monitor: JobMonitor, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._state = state
        self._loader = loader
        self._monitor = monitor
        self.matching = PhaseMatching.RR_FRACTION
        """What is done with slices triggered differently in series that are opened from now on."""
        self.preset = 0
        """Number of the window preset of series that are shown for the first time."""
        self._next_id = 1
        self.opening_place = OpeningPlace(state, self)
        self._places: dict[int, Place] = {}
        self._loadings: dict[int, SeriesLoading] = {}
        state.stack_changed.connect(self._on_stack_changed)

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Look for series in files and folders, list them and show the most likely one."""
        if len(paths) == 1 and paths[0].suffix.lower() == SESSION_SUFFIX:
            self.session_requested.emit(paths[0])
            return
        job = self._loader.submit(tr("Looking for images"), partial(_scan, tuple(paths), self.matching))
        job.succeeded.connect(self._on_scanned)
        self._monitor.watch(job, self._loader)

    @Slot()
    def open_sample(self) -> None:
        """Show the bundled sample."""
        known = self._sample
        if known is not None:
            self.activate(known.id)
            return
        self._load(self._list_sample())

    @Slot(int)
    def activate(self, study_id: int) -> None:
        """Review another series of the list; it is read first if it was not yet."""
        study = self._find(study_id)
        if study is None:
            return
        self._show(self._state.studies, study_id)
        if study.stack is None and not study.loading:
            self._load(study)

    @Slot(int)
    def close(self, study_id: int) -> ClosedSeries | None:
        """Take a series and its runs off the list; its neighbour is shown instead. ``reopen`` brings it back."""
        study = self._find(study_id)
        if study is None:
            return None
        if study_id in self._loadings:
            self._loader.cancel(self._loadings.pop(study_id).job)
        index = self._state.studies.index(study)
        left = tuple(s for s in self._state.studies if s.id != study_id)
        active = self._state.active_study
        next_id = active.id if active else None
        if next_id == study_id:
            next_id = left[min(index, len(left) - 1)].id if left else None
        self._show(left, next_id)
        place = self._places.pop(study_id, None)
        self.opening_place.forget(study_id)
        runs = self._state.all_runs
        finished = tuple(r for r in runs if r.study_id == study_id and r.reconstruction is not None)
        self._state.set_runs(tuple(r for r in runs if r.study_id != study_id))
        self.closed.emit(study_id)
        if next_id is not None:
            self.activate(next_id)
        return ClosedSeries(study, index, finished, place)

    def reopen(self, closed: ClosedSeries) -> None:
        """List a series that was closed where it was, with its runs, and show it as it was left."""
        study = closed.study
        if self._find(study.id) is not None:
            return
        runs = sorted((*self._state.all_runs, *closed.runs), key=lambda run: run.id)
        self._state.set_runs(tuple(runs))
        if closed.place is not None:
            self._places[study.id] = closed.place
        self._insert(study, closed.index)

    @Slot(object)
    def lead_back(self, left: LeftPlace) -> None:
        """In a series that is not shown now, a run that is gone is not what is looked at when it is shown again."""
        place = self._places.get(left.study_id)
        if place is not None and place.layer.run_id == left.run_id:
            self._places[left.study_id] = replace(place, layer=left.layer, position=left.position)

    @Slot(int, object)
    def set_heart(self, study_id: int, heart: FloatArray) -> None:
        """Keep where the left ventricle of a series was found, LPS mm; the crosshair goes there unless the reader has moved it."""
        self._change(study_id, heart=heart)
        active = self._state.active_study
        if active is not None and active.id == study_id:
            self.opening_place.follow(active)

    @Slot()
    def close_active(self) -> None:
        """Close the series being reviewed."""
        if self._state.active_study is not None:
            self.close(self._state.active_study.id)

    @Slot(object)
    def _on_scanned(self, found: "tuple[tuple[Path, ...], Scan]") -> None:
        paths, scan = found
        details = tuple(problem.message for problem in scan.problems)
        if not scan.series:
            self.noticed.emit(tr("No cine or image stack was found."), details)
            return
        group = paths[0].name if len(paths) == 1 else tr("%n files and folders", "", len(paths))
        studies = [Study(self._new_id(), s.label, group=group, summary=s, paths=paths) for s in scan.series]
        best = max(studies, key=lambda s: _likelihood(s.summary))
        self._show((*self._state.studies, *studies), best.id)
        self.opened.emit(paths)
        if details:
            self.noticed.emit(
                tr("%n series opened, with remarks on some files.", "", len(scan.series)), details
            )
        self._load(best)
        for study in studies:
            if study is not best:
                self._load(study, preview_only=True)

    def adopt(
        self,
        paths: tuple[Path, ...],
        series: "Sequence[SeriesSummary]",
        chosen: "SeriesSummary",
        loaded: LoadedSeries,
    ) -> None:
        """List series that were found and read elsewhere, and show the one that was read."""
        group = paths[0].name if len(paths) == 1 else tr("%n files and folders", "", len(paths))
        studies = [Study(self._new_id(), s.label, group=group, summary=s, paths=paths) for s in series]
        active = studies[next(i for i, s in enumerate(series) if s is chosen)]
        self._show((*self._state.studies, *studies), active.id)
        self._on_loaded(active.id, loaded)
        for study in studies:
            if study is not active:
                self._load(study, preview_only=True)

    def adopt_sample(self, loaded: LoadedSeries) -> None:
        """Show the bundled sample, made elsewhere."""
        study = self._sample or self._list_sample()
        if study.stack is None:
            self._on_loaded(study.id, loaded)
        self.activate(study.id)

    def add_derived(self, source_id: int, stack: CineStack) -> Study:
        """List a stack made from that of another series, below it, and show it."""
        source = self._find(source_id) or Study(0, "")
        study = replace(source, id=self._new_id(), label=stack.source.label, stack=stack, sample=False)
        ids = [other.id for other in self._state.studies]
        self._insert(study, ids.index(source_id) + 1 if source_id in ids else len(ids))
        return study

    @property
    def _sample(self) -> Study | None:
        """The bundled sample; None where it is not listed."""
        return next((s for s in self._state.studies if s.sample), None)

    def _list_sample(self) -> Study:
        study = Study(self._new_id(), tr(SAMPLE_LABEL), group=tr("Bundled"), sample=True)
        self._show((*self._state.studies, study), study.id)
        return study

    def _insert(self, study: Study, index: int) -> None:
        studies = self._state.studies
        self._show((*studies[:index], study, *studies[index:]), study.id)

    def _load(self, study: Study, *, preview_only: bool = False) -> None:
        loading = SeriesLoading(study.id, study.summary, self._loader, self, preview_only=preview_only)
        loading.first_image.connect(self._on_first_image)
        if preview_only:
            return
        loading.loaded.connect(self._on_loaded)
        loading.failed.connect(self._on_failed)
        loading.cancelled.connect(self._on_cancelled)
        self._loadings[study.id] = loading
        self._change(study.id, loading=True, error="")
        self._monitor.watch(loading.job, self._loader)

    @Slot(int, object)
    def _on_first_image(self, study_id: int, image: IntensityArray) -> None:
        study = self._find(study_id)
        if study is None or study.stack is not None:
            return
        if self._state.active_study is study:
            self._state.set_window(percentile_window(image, *AUTOMATIC))
        self._change(study_id, preview=image)

    @Slot(int, object)
    def _on_loaded(self, study_id: int, series: LoadedSeries) -> None:
        self._loadings.pop(study_id, None)
        self._change(
            study_id,
            stack=series.stack,
            window=series.window,
            landmarks=series.landmarks,
            heart=series.heart,
            loading=False,
        )

    @Slot(int, object)
    def _on_failed(self, study_id: int, error: Exception) -> None:
        self._loadings.pop(study_id, None)
        self._change(study_id, loading=False, error=str(error))

    @Slot(int)
    def _on_cancelled(self, study_id: int) -> None:
        self._loadings.pop(study_id, None)
        self._change(study_id, loading=False, error=tr("Reading was cancelled."))

    @Slot()
    def _on_stack_changed(self) -> None:
        study, stack = self._state.active_study, self._state.active_stack
        if study is None or stack is None:
            return
        self._state.set_landmarks(self._landmarks(study, stack))
        if study.id in self._places:
            self._places[study.id].show(self._state)
            self.opening_place.follow(study)  # its heart may have been found meanwhile
            return
        self._state.set_window(study_window(study, PRESETS[self.preset]))
        self._state.set_zoom(1.0)
        self._state.set_pan((0.0, 0.0))
        self._state.set_long_axis_angle(0.0)
        self._state.set_inverted(False)
        self.opening_place.begin(study)

    def _landmarks(self, study: Study, stack: CineStack) -> tuple[int, int]:
        """End diastole and end systole; in a long-axis series those of the open short-axis stack of the same heart.

        Alone, the long axis tells little: while the ventricles empty, the atria fill beside them.
        """
        for other in self._state.studies:
            if _is_short_axis_cine_of(other, study) and other.stack is not None:
                moments = other.stack.cycle_fractions[list(other.landmarks)]
                away = np.abs(stack.cycle_fractions[:, None] - moments[None, :])
                first, second = np.minimum(away, 1.0 - away).argmin(axis=0)
                return int(first), int(second)
        return study.landmarks

    def _show(self, studies: tuple[Study, ...], study_id: int | None) -> None:
        """Show a series of a new list; what was looked at of the one before is kept for when it comes back."""
        before = self._state.active_study
        if before is not None and before.stack is not None and before.id != study_id:
            self._places[before.id] = Place.of(self._state)
        self._state.set_studies(studies, study_id)

    def _find(self, study_id: int) -> Study | None:
        return next((s for s in self._state.studies if s.id == study_id), None)

    def _change(self, study_id: int, **values: Any) -> None:
        active = self._state.active_study
        studies = tuple(replace(s, **values) if s.id == study_id else s for s in self._state.studies)
        self._state.set_studies(studies, active.id if active else None)

    def _new_id(self) -> int:
        self._next_id += 1
        return self._next_id - 1


def _is_short_axis_cine_of(other: Study, study: Study) -> bool:
    """Whether ``other`` is a short-axis cine, read already, of the heart that ``study`` shows in long-axis views."""
    if other.stack is None or other.summary is None or study.summary is None:
        return False
    short = other.stack.view is View.SHORT_AXIS and other.stack.phases > 2
    return short and study.summary.is_long_axis_of(other.summary)


def _scan(
    paths: tuple[Path, ...], matching: PhaseMatching, context: JobContext
) -> "tuple[tuple[Path, ...], Scan]":
    from calid_core import io  # after the window is painted: it loads pydicom

    scan = io.scan(paths, on_progress=context.on_progress, cancel=context.cancel, matching=matching)
    return paths, scan


def _likelihood(summary: "SeriesSummary | None") -> tuple[bool, bool, int]:
    if summary is None:
        return False, False, 0
    cine = summary.phases > 1 and summary.slices > 1
    return summary.view is View.SHORT_AXIS, cine, summary.slices * summary.phases
