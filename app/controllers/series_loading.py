"""Reading one series in the loader thread: its first image early, then all of it."""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from app.jobs import Job, JobContext, JobRunner
from app.translation import tr
from calid_core.arrays import FloatArray, IntensityArray, frozen
from calid_core.cine import CineStack
from calid_core.errors import Cancelled

if TYPE_CHECKING:
    from calid_core.io import SeriesSummary


SMALLEST_CYCLE = 3
"""Phases below which motion cannot be told from noise."""


@dataclass(frozen=True, eq=False)
class LoadedSeries:
    """A series with what is worth computing before it is shown."""

    stack: CineStack
    landmarks: tuple[int, int]
    window: tuple[float, float]
    heart: FloatArray | None = None
    """``(3,)``, LPS mm of the middle of what beats on the middle slice; None where nothing moves."""


class SeriesLoading(QObject):
    """One reading of one series; every signal carries the id of its entry in the list."""

    first_image = Signal(int, object)  # (rows, columns)
    loaded = Signal(int, object)  # LoadedSeries
    failed = Signal(int, object)
    cancelled = Signal(int)

    def __init__(
        self,
        series_id: int,
        summary: "SeriesSummary | None",
        runner: JobRunner,
        parent: QObject | None = None,
        *,
        preview_only: bool = False,
    ) -> None:
        super().__init__(parent)
        self.series_id = series_id
        if summary is None:
            self.job: Job = runner.submit(tr("Making the sample"), _make_sample)
        else:
            read = _read_preview if preview_only else _read
            self.job = runner.submit(tr("Reading images"), partial(read, summary))
        self.job.partial.connect(self._on_partial)
        self.job.succeeded.connect(self._on_succeeded)
        self.job.failed.connect(self._on_failed)
        self.job.cancelled.connect(self._on_cancelled)
        self.job.finished.connect(self.deleteLater)

    @Slot(object)
    def _on_partial(self, image: IntensityArray) -> None:
        self.first_image.emit(self.series_id, image)

    @Slot(object)
    def _on_succeeded(self, series: LoadedSeries | None) -> None:
        if series is not None:
            self.loaded.emit(self.series_id, series)

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        self.failed.emit(self.series_id, error)

    @Slot()
    def _on_cancelled(self) -> None:
        self.cancelled.emit(self.series_id)


def _read(summary: "SeriesSummary", context: JobContext) -> LoadedSeries:
    from calid_core import io  # after the window is painted: it loads SimpleITK

    sent = False

    def on_frame(_phase: int, _slice: int, image: IntensityArray) -> None:
        nonlocal sent
        if not sent:
            sent = True
            context.on_partial(image.copy())

    stack = io.load(summary, on_progress=context.on_progress, cancel=context.cancel, on_frame=on_frame)
    return with_landmarks(stack)


def _read_preview(summary: "SeriesSummary", context: JobContext) -> None:
    from calid_core import io

    def on_frame(_phase: int, _slice: int, image: IntensityArray) -> None:
        context.on_partial(image.copy())
        raise _Enough

    try:
        io.load(summary, cancel=context.cancel, on_frame=on_frame)
    except _Enough:
        return


def _make_sample(context: JobContext) -> LoadedSeries:
    from calid_core.sample import sample_stack

    stack = sample_stack()
    context.cancel.raise_if_cancelled()
    return with_landmarks(stack)


def with_landmarks(stack: CineStack) -> LoadedSeries:
    """A stack with what is worth computing before it is shown."""
    from app.scenes.stack_look import StackLook
    from calid_core.phases import end_systole  # loads scikit-image

    window = StackLook.of_stack(stack).window  # the 3D view will ask for the look
    return LoadedSeries(stack, (0, end_systole(stack)), window, moving_centre(stack))


def moving_centre(stack: CineStack) -> FloatArray | None:
    """LPS position in mm of the middle of what beats on the middle slice; None where nothing does.

    It is known at once. The input check finds the left ventricle later, which may lie 3 cm from it.
    """
    from app.scenes.stack_look import StackLook  # loads scikit-image

    region = StackLook.of_stack(stack).region
    if stack.phases < SMALLEST_CYCLE:
        return None
    middle = stack.slices // 2
    beating = np.argwhere(region.distance[middle] < 0)
    if not len(beating):
        return None
    row, column = beating.mean(axis=0) * region.step
    return frozen(stack.geometry.to_patient((middle, row, column)))


class _Enough(Cancelled):
    """The first image was read; nothing more is wanted."""
