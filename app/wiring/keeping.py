"""What no session file holds is put on the disk: at once, again where that failed, and before the window closes."""

from collections.abc import Iterable

from PySide6.QtCore import QObject, QTimer, Slot

from app.controllers.controller import Controller
from app.controllers.detour import detour
from app.open_series import OpenSeries
from app.sessions.autosave import Autosave
from app.sessions.sessions import Sessions
from app.translation import tr
from app.window.main_window import MainWindow
from app.wiring.remarks import Remarks
from calid_core.errors import CalidError

SNAPSHOT_DELAY_MS = 2000
Unkept = tuple[tuple[OpenSeries, CalidError], ...]
"""Series that could not be kept, each with why."""


class Keeping(QObject):
    """Keeps the open review of one window for the next start; verdicts are recorded before they are shown.

    Parameters
    ----------
    window, controller
        What is kept, and where it is told that it could not be.
    sessions, autosave
        What of it a file holds, and who writes the rest.
    remarks
        Keeps what is being written.
    """

    def __init__(
        self,
        window: MainWindow,
        controller: Controller,
        sessions: Sessions,
        autosave: Autosave,
        remarks: Remarks,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._window, self._controller, self._state = window, controller, controller.state
        self._sessions, self._autosave, self._remarks = sessions, autosave, remarks
        self._unkept: set[int] = set()
        """Series with measurements that are on no disk: it did not take them, or their run is still being made."""
        self._closing = False
        self._closed = False
        self._given_up = False
        """Whether it was told that closing now gives up what is unsaved."""
        self._series_given_up: int | None = None
        """The series of which it was told that closing it now gives up what no file holds."""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SNAPSHOT_DELAY_MS)
        self._timer.timeout.connect(self._keep_what_is_open)
        state = self._state
        for changed in (state.stack_changed, state.runs_changed, state.layer_changed, state.layout_changed):
            changed.connect(self._timer.start)
        state.measures.measurements_changed.connect(self._keep_measurements)
        controller.reconstructions.run_finished.connect(self._keep_measurements)
        controller.series.leaving.connect(self._keep_before_leaving)
        for worked in (controller.undo.worked, sessions.saved):
            worked.connect(self._on_work)
        window.keeps = self._keep_before_closing
        controller.series.keeps = self._keep_before_closing_series

    def close(self) -> None:
        """The window closes: nothing is kept any more, whatever changes while it goes."""
        self._closed = True
        self._timer.stop()

    def _keep(self) -> CalidError | None:
        """Write the open review beside its verdicts; a folder is begun where there are measurements that no file holds."""
        if self._closed:
            return None
        series, measured = self._state.active_series, bool(self._state.measures.measurements)
        failure = self._autosave.keep_session(begin=measured and self._sessions.unsaved)
        if series is not None:
            lost = failure is not None and measured
            (self._unkept.add if lost or self._sessions.awaits_run else self._unkept.discard)(series.id)
        return failure

    @Slot()
    def _keep_measurements(self) -> None:
        """Put what was measured on the disk at once, as verdicts are."""
        failure = None if self._closing else self._keep()
        if failure is not None:
            self._window.show_failure(tr("Keep the measurements"), failure)

    @Slot()
    def _keep_what_is_open(self) -> None:
        failure = self._keep()
        if failure is not None:
            headline = tr("What is open now could not be kept for the next start.")
            self._window.notices.show_notice(headline, (str(failure),))

    @Slot()
    def _keep_before_leaving(self) -> None:
        """Try again what failed, while the series is still the open one."""
        series = self._state.active_series
        if series is not None and series.id in self._unkept and not self._closing:
            self._keep()

    @Slot()
    def _on_work(self) -> None:
        """What was given up was all that there was then, and that no file held."""
        self._given_up, self._series_given_up = False, None

    def _keep_before_closing_series(self, series_id: int) -> bool:
        """Keep what was written and measured in a series; what no file would hold is given up only where that is asked again."""
        asked_again = self._series_given_up == series_id
        self._series_given_up = None
        if not self._remarks.keep_of(series_id):
            return False
        unkept = self._keep_again((series_id,))
        if asked_again:
            return True
        taken_away = tuple(series for series in self._sessions.taken_away if series.id == series_id)
        if unkept:
            headline = tr(
                "The measurements of {series} could not be kept. Show that series and save the session, or close the series again "
                "to give them up."
            ).format(series=_labels(series for series, _ in unkept))
        elif taken_away:
            headline = tr(
                "The session file of {series} still holds what you took away. Show that series and save the session, or close the "
                "series again to leave the file as it is."
            ).format(series=_labels(taken_away))
        else:
            return True
        self._window.notices.show_notice(headline, _reasons(unkept))
        self._series_given_up = series_id
        return False

    def _keep_before_closing(self) -> bool:
        """Keep what no file holds; where that cannot be, say so, and let the window close only when it is asked to again."""
        asked_again = self._given_up
        kept = self._remarks.keep()
        unkept = self._keep_all()
        self._given_up = False
        if asked_again:
            return True
        taken_away = self._sessions.taken_away
        if unkept:
            headline = tr(
                "Verdicts and measurements of {series} could not be kept. Show that series and save the session, or close the "
                "window again to give them up."
            ).format(series=_labels(series for series, _ in unkept))
        elif not kept:
            headline = tr(
                "The remark being written could not be kept. Return in its line tries again; Esc there, or closing the window "
                "again, gives it up."
            )
        elif taken_away:
            headline = tr(
                "The session file of {series} still holds what you took away. Show that series and save the session, or close the "
                "window again to leave the file as it is."
            ).format(series=_labels(taken_away))
        else:
            return True
        self._window.notices.show_notice(headline, _reasons(unkept))
        self._given_up = True
        return False

    def _keep_all(self) -> Unkept:
        """Keep the open series, and those of which the disk did not take something."""
        shown = self._state.active_series
        failure = self._autosave.keep_session(begin=True) if self._sessions.unsaved else None
        others = self._keep_again(
            tuple(series.id for series in self._state.all_series if series is not shown)
        )
        return others if shown is None or failure is None else ((shown, failure), *others)

    def _keep_again(self, series_ids: tuple[int, ...]) -> Unkept:
        """Keep those of these series of which the disk did not take something."""
        unkept: list[tuple[OpenSeries, CalidError]] = []
        self._closing = True
        try:
            for series in self._state.all_series:
                if series.id in self._unkept.intersection(series_ids):
                    with detour(self._controller, series.id):
                        failure = self._keep()
                    if failure is not None:
                        unkept.append((series, failure))
        finally:
            self._closing = False
        return tuple(unkept)


def _labels(all_series: Iterable[OpenSeries]) -> str:
    return tr(" and ").join(series.label for series in all_series)


def _reasons(unkept: Unkept) -> tuple[str, ...]:
    """Why they could not be kept, each once."""
    return tuple(dict.fromkeys(str(failure) for _, failure in unkept))
