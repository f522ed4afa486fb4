"""Opening, choosing and closing series."""

from collections.abc import Callable, Sequence
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
from app.open_series import OpenSeries
from app.presets import AUTOMATIC, PRESETS, percentile_window, series_window
from app.state.viewer_state import ViewerState
from app.translation import tr, tr_later
from calid_core.arrays import FloatArray, IntensityArray
from calid_core.cine import CineStack, View
from calid_core.io.phase_resampling import PhaseMatching

if TYPE_CHECKING:
    from calid_core.io import Scan, SeriesSummary

SAMPLE_LABEL = tr_later("Sample: computed phantom")
SESSION_SUFFIX = ".calid"


class SeriesOpening(QObject):
    """The list of series and the one being reviewed."""

    leaving = Signal()  # the active series is about to be closed, or another one to be shown instead
    opened = Signal(object)  # tuple[Path, ...] in which something was found
    closed = Signal(int)  # id of a series that was taken off the list, with its runs
    session_requested = Signal(object)  # Path of a session file that was opened like an image
    noticed = Signal(str, object)  # headline, tuple of details: problems that did not stop the reading
    failed = Signal(str, object)  # what was tried, the exception

    def __init__(
        self, state: ViewerState, loader: JobRunner, monitor: JobMonitor, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._state = state
        self._loader = loader
        self._monitor = monitor
        self.matching = PhaseMatching.RR_FRACTION
        """What is done with slices triggered differently in series that are opened from now on."""
        self.preset = 0
        """Number of the window preset of series that are shown for the first time."""
        self.keeps: Callable[[int], bool] = lambda _series_id: True
        """Asked before a series is closed, which stays where that says no."""
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
    def activate(self, series_id: int) -> None:
        """Review another series of the list; it is read first if it was not yet."""
        series = self._state.series(series_id)
        if series is None:
            return
        self._show(self._state.all_series, series_id)
        if series.stack is None and not series.loading:
            self._load(series)

    @Slot(int)
    def close(self, series_id: int) -> ClosedSeries | None:
        """Take a series and its runs off the list; its neighbour is shown instead. ``reopen`` brings it back.

        None where it is not listed, or ``keeps`` said no.
        """
        series = self._state.series(series_id)
        if series is None or not self.keeps(series_id):
            return None
        if series_id in self._loadings:
            self._loader.cancel(self._loadings.pop(series_id).job)
        index = self._state.all_series.index(series)
        left = tuple(s for s in self._state.all_series if s.id != series_id)
        active = self._state.active_series
        next_id = active.id if active else None
        if next_id == series_id:
            next_id = left[min(index, len(left) - 1)].id if left else None
        self._show(left, next_id)
        place = self._places.pop(series_id, None)
        self.opening_place.forget(series_id)
        runs = self._state.all_runs
        finished = tuple(r for r in runs if r.series_id == series_id and r.reconstruction is not None)
        self._state.set_runs(tuple(r for r in runs if r.series_id != series_id))
        self.closed.emit(series_id)
        if next_id is not None:
            self.activate(next_id)
        return ClosedSeries(series, index, finished, place)

    def reopen(self, closed: ClosedSeries) -> None:
        """List a series that was closed where it was, with its runs, and show it as it was left."""
        series = closed.series
        if self._state.series(series.id) is not None:
            return
        runs = sorted((*self._state.all_runs, *closed.runs), key=lambda run: run.id)
        self._state.set_runs(tuple(runs))
        if closed.place is not None:
            self._places[series.id] = closed.place
        self._insert(series, closed.index)

    @Slot(object)
    def lead_back(self, left: LeftPlace) -> None:
        """In a series that is not shown now, a run that is gone is not what is looked at when it is shown again."""
        place = self._places.get(left.series_id)
        if place is not None and place.layer.run_id == left.run_id:
            self._places[left.series_id] = replace(place, layer=left.layer, position=left.position)

    @Slot(int, object)
    def set_heart(self, series_id: int, heart: FloatArray) -> None:
        """Keep where the left ventricle of a series was found, LPS mm; the crosshair goes there unless the reader has moved it."""
        self._change(series_id, heart=heart)
        active = self._state.active_series
        if active is not None and active.id == series_id:
            self.opening_place.follow(active)

    @Slot()
    def close_active(self) -> None:
        """Close the series being reviewed."""
        if self._state.active_series is not None:
            self.close(self._state.active_series.id)

    @Slot(object)
    def _on_scanned(self, found: "tuple[tuple[Path, ...], Scan]") -> None:
        paths, scan = found
        details = tuple(problem.message for problem in scan.problems)
        if not scan.series:
            self.noticed.emit(tr("No cine or image stack was found."), details)
            return
        found_series = [self._listed(summary, paths) for summary in scan.series]
        best = max(found_series, key=lambda s: _likelihood(s.summary))
        self._show((*self._state.all_series, *found_series), best.id)
        self.opened.emit(paths)
        if details:
            self.noticed.emit(
                tr("%n series opened, with remarks on some files.", "", len(scan.series)), details
            )
        self._load(best)
        for series in found_series:
            if series is not best:
                self._load(series, preview_only=True)

    def adopt(
        self,
        paths: tuple[Path, ...],
        summaries: "Sequence[SeriesSummary]",
        chosen: "SeriesSummary",
        loaded: LoadedSeries,
    ) -> None:
        """List series that were found and read elsewhere, and show the one that was read."""
        found_series = [self._listed(summary, paths) for summary in summaries]
        active = found_series[next(i for i, summary in enumerate(summaries) if summary is chosen)]
        self._show((*self._state.all_series, *found_series), active.id)
        self._on_loaded(active.id, loaded)
        for series in found_series:
            if series is not active:
                self._load(series, preview_only=True)

    def adopt_sample(self, loaded: LoadedSeries) -> None:
        """Show the bundled sample, made elsewhere."""
        series = self._sample or self._list_sample()
        if series.stack is None:
            self._on_loaded(series.id, loaded)
        self.activate(series.id)

    def add_derived(self, source_id: int, stack: CineStack) -> OpenSeries:
        """List a stack made from that of another series, below it, and show it."""
        source = self._state.series(source_id) or OpenSeries(0, "")
        series = replace(source, id=self._new_id(), label=stack.source.label, stack=stack, sample=False)
        ids = [other.id for other in self._state.all_series]
        self._insert(series, ids.index(source_id) + 1 if source_id in ids else len(ids))
        return series

    @property
    def _sample(self) -> OpenSeries | None:
        """The bundled sample; None where it is not listed."""
        return next((s for s in self._state.all_series if s.sample), None)

    def _list_sample(self) -> OpenSeries:
        series = OpenSeries(self._new_id(), tr(SAMPLE_LABEL), group=tr("Bundled"), sample=True)
        self._show((*self._state.all_series, series), series.id)
        return series

    def _insert(self, series: OpenSeries, index: int) -> None:
        all_series = self._state.all_series
        self._show((*all_series[:index], series, *all_series[index:]), series.id)

    def _load(self, series: OpenSeries, *, preview_only: bool = False) -> None:
        loading = SeriesLoading(series.id, series.summary, self._loader, self, preview_only=preview_only)
        loading.first_image.connect(self._on_first_image)
        if preview_only:
            return
        loading.loaded.connect(self._on_loaded)
        loading.failed.connect(self._on_failed)
        loading.cancelled.connect(self._on_cancelled)
        self._loadings[series.id] = loading
        self._change(series.id, loading=True, error="")
        self._monitor.watch(loading.job, self._loader)

    @Slot(int, object)
    def _on_first_image(self, series_id: int, image: IntensityArray) -> None:
        series = self._state.series(series_id)
        if series is None or series.stack is not None:
            return
        if self._state.active_series is series:
            self._state.set_window(percentile_window(image, *AUTOMATIC))
        self._change(series_id, preview=image)

    @Slot(int, object)
    def _on_loaded(self, series_id: int, series: LoadedSeries) -> None:
        self._loadings.pop(series_id, None)
        self._change(
            series_id,
            stack=series.stack,
            window=series.window,
            landmarks=series.landmarks,
            heart=series.heart,
            loading=False,
        )

    @Slot(int, object)
    def _on_failed(self, series_id: int, error: Exception) -> None:
        self._loadings.pop(series_id, None)
        self._change(series_id, loading=False, error=str(error))

    @Slot(int)
    def _on_cancelled(self, series_id: int) -> None:
        self._loadings.pop(series_id, None)
        self._change(series_id, loading=False, error=tr("Reading was cancelled."))

    @Slot()
    def _on_stack_changed(self) -> None:
        series, stack = self._state.active_series, self._state.active_stack
        if series is None or stack is None:
            return
        self._state.set_landmarks(self._landmarks(series, stack))
        if series.id in self._places:
            self._places[series.id].show(self._state)
            self.opening_place.follow(series)  # its heart may have been found meanwhile
            return
        self._state.set_window(series_window(series, PRESETS[self.preset]))
        self._state.set_zoom(1.0)
        self._state.set_pan((0.0, 0.0))
        self._state.set_long_axis_angle(0.0)
        self._state.set_inverted(False)
        self.opening_place.begin(series)

    def _landmarks(self, series: OpenSeries, stack: CineStack) -> tuple[int, int]:
        """End diastole and end systole; in a long-axis series those of the open short-axis stack of the same heart.

        Alone, the long axis tells little: while the ventricles empty, the atria fill beside them.
        """
        for other in self._state.all_series:
            if _is_short_axis_cine_of(other, series) and other.stack is not None:
                moments = other.stack.cycle_fractions[list(other.landmarks)]
                away = np.abs(stack.cycle_fractions[:, None] - moments[None, :])
                first, second = np.minimum(away, 1.0 - away).argmin(axis=0)
                return int(first), int(second)
        return series.landmarks

    def _show(self, all_series: tuple[OpenSeries, ...], series_id: int | None) -> None:
        """Show a series of a new list; what was looked at of the one before is kept for when it comes back."""
        before = self._state.active_series
        if before is not None and before.stack is not None and before.id != series_id:
            self.leaving.emit()
            self._places[before.id] = Place.of(self._state)
        self._state.set_all_series(all_series, series_id)

    def _change(self, series_id: int, **values: Any) -> None:
        active = self._state.active_series
        all_series = tuple(replace(s, **values) if s.id == series_id else s for s in self._state.all_series)
        self._state.set_all_series(all_series, active.id if active else None)

    def _listed(self, summary: "SeriesSummary", paths: tuple[Path, ...]) -> OpenSeries:
        """A series of the list before it is read."""
        group = paths[0].name if len(paths) == 1 else tr("%n files and folders", "", len(paths))
        return OpenSeries(self._new_id(), summary.label, group=group, summary=summary, paths=paths)

    def _new_id(self) -> int:
        self._next_id += 1
        return self._next_id - 1


def _is_short_axis_cine_of(other: OpenSeries, series: OpenSeries) -> bool:
    """Whether ``other`` is a short-axis cine, read already, of the heart that ``series`` shows in long-axis views."""
    if other.stack is None or other.summary is None or series.summary is None:
        return False
    short = other.stack.view is View.SHORT_AXIS and other.stack.phases > 2
    return short and series.summary.is_long_axis_of(other.summary)


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
