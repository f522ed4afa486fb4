"""Which checks run and on what, and what was found about stacks that have no run yet."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.layers import Run
from app.state.viewer_state import ViewerState
from app.translation import tr_later
from calid_core.checks.kinds import Check
from calid_core.checks.report import CheckReport
from calid_core.checks.results import InputChecks
from calid_core.metrics.clinical import VolumeCurve

if TYPE_CHECKING:
    from calid_core.checks.volumes import Contoured


CHECK_LABELS = {
    Check.INPUT: tr_later("Input"),
    Check.PASS_THROUGH: tr_later("Pass-through"),
    Check.PLAUSIBILITY: tr_later("Plausibility of made slices"),
    Check.LEAVE_ONE_OUT: tr_later("Leave one slice out"),
    Check.LONG_AXIS: tr_later("Long axis"),
    Check.SEEDS: tr_later("Other seeds"),
    Check.VOLUMES: tr_later("Ventricular volume"),
}


@dataclass(frozen=True)
class StartedCheck:
    """A check that runs or waits, and what it is about.

    Parameters
    ----------
    check
        Which one.
    series_id
        The series.
    run_id
        The run; None for the acquired slices.
    """

    check: Check
    series_id: int
    run_id: int | None

    @property
    def contoured(self) -> frozenset[tuple[int, int | None]]:
        """Series and run of the contours that it looks for: those in the acquired slices, and in its run."""
        if self.check is not Check.VOLUMES:
            return frozenset()
        return frozenset({(self.series_id, None), (self.series_id, self.run_id)})


class CheckState(QObject):
    """Written by ``app.checks.checking`` only."""

    input_changed = Signal()
    volumes_changed = Signal()
    running_changed = Signal()

    def __init__(self, state: ViewerState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._inputs: dict[int, InputChecks] = {}
        self._volumes: dict[int, Contoured] = {}
        self._running: tuple[StartedCheck, ...] = ()

    def retain(self, series_ids: set[int]) -> None:
        """Forget series that are not open any more."""
        self._inputs = {key: found for key, found in self._inputs.items() if key in series_ids}
        self._volumes = {key: found for key, found in self._volumes.items() if key in series_ids}

    @property
    def running(self) -> tuple[StartedCheck, ...]:
        """The check that runs and those that wait for it, of every series."""
        return self._running

    def about(self, check: Check, run: Run | None) -> StartedCheck | None:
        """A check of the active series and a run of it, None for its acquired slices; None while no series is open."""
        series = self._state.active_series
        if series is None:
            return None
        return StartedCheck(check, series.id, run.id if run and check is not Check.INPUT else None)

    def is_running(self, check: Check) -> bool:
        """Whether a check of the active series and the subject runs or waits."""
        return self.about(check, self.subject) in self._running

    def set_running(self, running: tuple[StartedCheck, ...]) -> None:
        """Set ``running``."""
        if running != self._running:
            self._running = running
            self.running_changed.emit()

    @property
    def input(self) -> InputChecks | None:
        """What was found about the active stack."""
        series = self._state.active_series
        return self._inputs.get(series.id) if series else None

    def input_of(self, series_id: int) -> InputChecks | None:
        """What was found about the stack of a series."""
        return self._inputs.get(series_id)

    def set_input(self, series_id: int, checks: InputChecks) -> None:
        """Keep what was found about the stack of a series."""
        self._inputs[series_id] = checks
        self.input_changed.emit()

    def volumes_of(self, series_id: int) -> "Contoured | None":
        """The ventricle in the acquired slices of a series."""
        return self._volumes.get(series_id)

    def set_volumes(self, series_id: int, volumes: "Contoured") -> None:
        """Keep what was found of the ventricle in the acquired slices of a series."""
        self._volumes[series_id] = volumes
        self.volumes_changed.emit()

    @property
    def acquired_curve(self) -> VolumeCurve | None:
        """Volume curve of the acquired slices of the active series."""
        if self.report is not None and self.report.volumes is not None:
            return self.report.volumes.acquired
        series = self._state.active_series
        known = self._volumes.get(series.id) if series else None
        return known.curve if known else None

    @property
    def subject(self) -> Run | None:
        """The run that is checked: the one shown, else the newest finished one."""
        runs = [run for run in self._state.runs if run.reconstruction is not None]
        shown = [run for run in runs if run.id == self._state.layer.run_id]
        newest = shown or runs
        return newest[-1] if newest else None

    @property
    def report(self) -> CheckReport | None:
        """What the checks found about the subject; None while they have not run."""
        return self.subject.checks if self.subject else None
