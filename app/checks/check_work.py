"""What the checks compute in the worker thread: frozen input, no Qt."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.jobs import JobContext
from app.open_series import OpenSeries
from calid_core.arrays import FloatArray
from calid_core.checks.kinds import Check, Checked
from calid_core.checks.results import InputChecks, LongAxis
from calid_core.cine import CineStack, View
from calid_core.progress import Progress, Stage, within
from calid_core.reconstruction import Reconstruction
from calid_core.settings import Device

if TYPE_CHECKING:
    from calid_core.checks.volumes import Contoured
    from calid_core.contouring.contours import ChamberContours


@dataclass(frozen=True, eq=False)
class CheckWork:
    """One check of what it looks at."""

    check: Check
    checked: Checked

    def __call__(self, context: JobContext) -> Any:
        """What was found, as a report keeps it."""
        from calid_core.checks.running import run_check  # in the worker: it loads scipy

        return run_check(self.check, self.checked, context.on_progress, context.cancel)


@dataclass(frozen=True, eq=False)
class FoundInput:
    """What is known of a stack before anything is made of it.

    Parameters
    ----------
    checks
        As a report keeps it.
    heart
        ``(3,)``, LPS mm of the middle of the left ventricle on the middle slice; None where it was not found.
    """

    checks: InputChecks
    heart: FloatArray | None


@dataclass(frozen=True, eq=False)
class InputWork:
    """The input check, which looks for the heart on its way."""

    stack: CineStack

    def __call__(self, context: JobContext) -> FoundInput:
        """Findings, and the heart."""
        from calid_core.contouring.heart_box import known_ventricle  # in the worker: it loads scipy

        stack = self.stack
        checks: InputChecks = CheckWork(Check.INPUT, Checked(stack))(context)
        # The segmenter knows short axes only.
        heart = known_ventricle(stack, stack.slices // 2) if stack.view is View.SHORT_AXIS else None
        return FoundInput(checks, heart)


@dataclass(frozen=True, eq=False)
class LongAxisWork:
    """Long-axis cines against the reconstruction on their planes.

    Parameters
    ----------
    reconstruction
        What is checked.
    views
        Other series that are open; those that are no long axis are left out, those not read yet are read.
    """

    reconstruction: Reconstruction
    views: tuple[OpenSeries, ...]

    def __call__(self, context: JobContext) -> tuple[LongAxis, ...]:
        """One result per slice of every long-axis series that crosses the volume."""
        stacks = []
        for series in self.views:
            context.cancel.raise_if_cancelled()
            stack = series.stack or _read(series, context)
            if stack is not None:
                stacks.append(stack)
        checked = Checked(self.reconstruction.acquired, self.reconstruction, tuple(stacks))
        found: tuple[LongAxis, ...] = CheckWork(Check.LONG_AXIS, checked)(context)
        return found


def _read(series: OpenSeries, context: JobContext) -> CineStack | None:
    from calid_core.io import load

    return None if series.summary is None else load(series.summary, cancel=context.cancel)


@dataclass(frozen=True, eq=False)
class FoundVolumes:
    """What automatic contours give: of the acquired slices, and of a run; None without one."""

    acquired: "Contoured"
    made: "Contoured | None"


@dataclass(frozen=True, eq=False)
class FoundContours:
    """What was found so far, in the acquired slices or in the run."""

    made: bool
    contours: "ChamberContours"


@dataclass(frozen=True, eq=False)
class VolumesWork:
    """The left ventricle in every slice, and its volume over the heart cycle.

    Parameters
    ----------
    stack, made
        The acquired slices, and the run; None for the acquired slices alone.
    known
        What was found in the acquired slices already.
    first_phase
        Phases near it are looked at first.
    device
        Where the network that finds the ventricle runs.
    """

    stack: CineStack
    made: Reconstruction | None
    known: "Contoured | None"
    first_phase: int = 0
    device: Device = Device.AUTO

    def __call__(self, context: JobContext) -> FoundVolumes:
        """Contours and volumes at every phase; hands ``FoundContours`` over as they become known."""
        from calid_core.checks.contourer import Contourer
        from calid_core.checks.volumes import contour_made, contour_stack

        context.on_progress(Progress(Stage.LOADING_MODEL))
        contourer = Contourer(self.stack, device=self.device)
        cancel = context.cancel
        share = self.stack.slices / self.made.geometry.slices if self.made is not None else 1.0
        acquired = self.known or contour_stack(
            self.stack,
            contourer,
            within(context.on_progress, 0.0, share),
            cancel,
            first_phase=self.first_phase,
            on_contours=lambda found: context.on_partial(FoundContours(False, found)),
        )
        if self.made is None:
            return FoundVolumes(acquired, None)
        made = contour_made(
            self.made,
            acquired,
            contourer,
            within(context.on_progress, 0.0 if self.known else share, 1.0),
            cancel,
            first_phase=self.first_phase,
            on_contours=lambda found: context.on_partial(FoundContours(True, found)),
        )
        return FoundVolumes(acquired, made)
