"""A strip above the images for remarks on the series that is shown, which did not stop the work."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QToolButton

from app.dialogs.notices import show_remarks
from app.resources import icon
from app.state.viewer_state import ViewerState
from app.translation import tr
from app.views.text_label import Tone, label


class NoticeStrip(QFrame):
    """One line with a button for the details and one to dismiss it; hidden while there is nothing to say.

    A remark stays with the series that was active when it was made: it goes when another is shown, and comes back with it.
    """

    def __init__(self, state: ViewerState) -> None:
        super().__init__()
        self._state = state
        self._series_id: int | None = None
        self._notices: dict[int | None, tuple[tuple[str, tuple[str, ...]], ...]] = {}
        """By series, what was said with its details."""
        self.setProperty("strip", True)
        self._details: tuple[str, ...] = ()
        self._text = label("", Tone.WARNING, wrap=True)  # a long remark must not push the series aside
        self._more = QPushButton(tr("Details…"))
        self._more.setToolTip(tr("Everything that was said while reading"))
        self._more.clicked.connect(self._show_details)
        close = QToolButton()
        close.setIcon(icon("close"))
        close.setIconSize(QSize(14, 14))
        close.setToolTip(tr("Dismiss"))
        close.setAccessibleName(tr("Dismiss"))
        close.clicked.connect(self._dismiss)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 2, 4, 2)
        row.addWidget(self._text, 1)
        row.addWidget(self._more)
        row.addWidget(close)
        state.all_series_changed.connect(self._follow)
        self.hide()

    def show_notice(self, headline: str, details: Sequence[str]) -> None:
        """Show a remark on the active series, beside those that were made before and not dismissed."""
        self._series_id = self._active_id
        notice, said = (headline, tuple(details)), self._notices.get(self._series_id, ())
        if notice not in said:
            self._notices[self._series_id] = (*said, notice)
        self._refresh()

    @property
    def _active_id(self) -> int | None:
        series = self._state.active_series
        return None if series is None else series.id

    @Slot()
    def _follow(self) -> None:
        """Show what was said of the series that is active now."""
        open_ids = {None, *(series.id for series in self._state.all_series)}
        self._notices = {series: notice for series, notice in self._notices.items() if series in open_ids}
        if self._series_id != self._active_id:
            self._series_id = self._active_id
            self._refresh()

    @Slot()
    def _dismiss(self) -> None:
        self._notices.pop(self._series_id, None)
        self._refresh()

    def _refresh(self) -> None:
        said = self._notices.get(self._series_id, ())
        self.setVisible(bool(said))
        self._details = tuple(detail for _, details in said for detail in details)
        self._text.setText("\n".join(f"{line} {d[0]}" if len(d) == 1 else line for line, d in said))
        self._more.setVisible(any(len(details) > 1 for _, details in said))

    @Slot()
    def _show_details(self) -> None:
        show_remarks(self.window(), self._text.text(), self._details)
