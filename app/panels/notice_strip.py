"""A strip above the images for remarks on the series that is shown, which did not stop the work."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QToolButton, QWidget

from app.dialogs.notices import show_remarks
from app.panels.labels import Tone, label
from app.resources import icon
from app.state import StudyState
from app.translation import tr


class NoticeStrip(QFrame):
    """One line with a button for the details and one to dismiss it; hidden while there is nothing to say.

    A remark stays with the series that was active when it was made: it goes when another is shown, and comes back with it.
    """

    def __init__(self, state: StudyState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._study_id: int | None = None
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
        state.studies_changed.connect(self._follow)
        self.hide()

    def show_notice(self, headline: str, details: Sequence[str]) -> None:
        """Show a remark on the active series, beside those that were made before and not dismissed."""
        self._study_id = self._active_id
        notice, said = (headline, tuple(details)), self._notices.get(self._study_id, ())
        if notice not in said:
            self._notices[self._study_id] = (*said, notice)
        self._refresh()

    @property
    def _active_id(self) -> int | None:
        study = self._state.active_study
        return None if study is None else study.id

    @Slot()
    def _follow(self) -> None:
        """Show what was said of the series that is active now."""
        open_ids = {None, *(study.id for study in self._state.studies)}
        self._notices = {study: notice for study, notice in self._notices.items() if study in open_ids}
        if self._study_id != self._active_id:
            self._study_id = self._active_id
            self._refresh()

    @Slot()
    def _dismiss(self) -> None:
        self._notices.pop(self._study_id, None)
        self._refresh()

    def _refresh(self) -> None:
        said = self._notices.get(self._study_id, ())
        self.setVisible(bool(said))
        self._details = tuple(detail for _, details in said for detail in details)
        self._text.setText("\n".join(f"{line} {d[0]}" if len(d) == 1 else line for line, d in said))
        self._more.setVisible(any(len(details) > 1 for _, details in said))

    @Slot()
    def _show_details(self) -> None:
        show_remarks(self.window(), self._text.text(), self._details)
