"""Questions about sessions: where to save, where the images are now, and whether to open what another window saved or left."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QAbstractButton, QFileDialog, QMessageBox, QWidget

from app.dialogs.save import SaveFormat
from app.messages import APPLICATION, extent
from app.sessions.session import SourceImages
from app.sessions.unfinished import Unfinished
from app.translation import tr, tr_later

SESSION_FORMATS = (
    SaveFormat(tr_later("CaLID session"), ".calid"),
    SaveFormat(tr_later("CaLID session with the pixels of made slices"), ".calid"),
)
REPORT_FORMATS = (
    SaveFormat(tr_later("Report as PDF"), ".pdf"),
    SaveFormat(tr_later("Report as HTML"), ".html"),
    SaveFormat(tr_later("Report as JSON"), ".json"),
)


def ask_for_session(parent: QWidget, folder: Path, on_chosen: Callable[[list[str]], None]) -> QFileDialog:
    """Let a person choose a session file."""
    dialog = QFileDialog(
        parent,
        tr("Open session"),
        str(folder),
        f"{SESSION_FORMATS[0].filter};;" + tr("All files") + " (*)",
    )
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.filesSelected.connect(on_chosen)
    dialog.open()
    return dialog


class RelocationDialog(QMessageBox):
    """Says which images are missing and lets a person point to them."""

    located = Signal(object)  # tuple[Path, ...]

    def __init__(self, parent: QWidget, images: SourceImages, folder: Path) -> None:
        super().__init__(
            QMessageBox.Icon.Question,
            APPLICATION,
            tr("The images of this session are not where they were."),
            QMessageBox.StandardButton.Cancel,
            parent,
        )
        self._folder = folder
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setInformativeText(
            tr(
                "It needs {label}: {extent} of {rows} × {columns}. Choose where they are now; their content is "
                "compared."
            ).format(
                label=images.label,
                extent=extent(images.slices, images.phases),
                rows=images.rows,
                columns=images.columns,
            )
        )
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._in_folder = self.addButton(tr("Choose &folder…"), QMessageBox.ButtonRole.AcceptRole)
        self._in_files = self.addButton(tr("Choose f&iles…"), QMessageBox.ButtonRole.AcceptRole)
        self.buttonClicked.connect(self._on_clicked)

    @Slot(QAbstractButton)
    def _on_clicked(self, button: QAbstractButton) -> None:
        if button not in (self._in_folder, self._in_files):
            return
        parent = self.parentWidget()
        dialog = QFileDialog(parent, tr("Images of the session"), str(self._folder))
        directory = button is self._in_folder
        dialog.setFileMode(
            QFileDialog.FileMode.Directory if directory else QFileDialog.FileMode.ExistingFiles
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)  # it relays the choice
        dialog.filesSelected.connect(self._on_chosen)
        dialog.rejected.connect(self.rejected)
        dialog.finished.connect(self.deleteLater)
        dialog.open()

    @Slot(list)
    def _on_chosen(self, names: list[str]) -> None:
        self.located.emit(tuple(Path(name) for name in names))


class SavedElsewhereDialog(QMessageBox):
    """Says that a session file holds what this window does not know of, and offers to open it."""

    open_requested = Signal(object)  # Path

    def __init__(self, parent: QWidget, path: Path) -> None:
        super().__init__(
            QMessageBox.Icon.Warning,
            APPLICATION,
            tr("{name} was saved by another window meanwhile and was not replaced.").format(name=path.name),
            QMessageBox.StandardButton.Cancel,
            parent,
        )
        self._path = path
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setInformativeText(
            tr(
                "Open it: its verdicts, measurements and runs are joined with yours. Then save again, or save under "
                "another name."
            )
        )
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._open = self.addButton(tr("&Open it"), QMessageBox.ButtonRole.AcceptRole)
        self.setDefaultButton(self._open)
        self.buttonClicked.connect(self._on_clicked)

    @Slot(QAbstractButton)
    def _on_clicked(self, button: QAbstractButton) -> None:
        if button is self._open:
            self.open_requested.emit(self._path)


class ResumeDialog(QMessageBox):
    """Offers an unfinished review: resume, keep for later, or delete."""

    resume_requested = Signal(object)  # Unfinished
    discard_requested = Signal(object)  # Unfinished

    def __init__(self, parent: QWidget, unfinished: Unfinished) -> None:
        super().__init__(
            QMessageBox.Icon.Question,
            APPLICATION,
            tr("A review was not saved when CaLID ended last."),
            QMessageBox.StandardButton.NoButton,
            parent,
        )
        self._unfinished = unfinished
        label = unfinished.session.images.label if unfinished.session is not None else tr("unknown images")
        kept = [tr("%n verdict(s)", "", unfinished.verdicts)]
        if unfinished.remarks:
            kept.append(tr("%n remark(s)", "", unfinished.remarks))
        if unfinished.measurements:
            kept.append(tr("%n measurement(s)", "", unfinished.measurements))
        self.setTextFormat(Qt.TextFormat.PlainText)
        text = tr("{images}: {kept}, the last on {day} at {time} UTC. Nothing of it was lost.")
        if unfinished.problem:
            text = tr(
                "{images}: {kept} could be read, not all of it: {problem}. Nothing was deleted; a later start or a newer "
                "version may read it."
            )
        self.setInformativeText(
            text.format(
                images=label,
                kept=tr(" and ").join(kept),
                problem=unfinished.problem.rstrip("."),
                day=unfinished.last_time[:10],
                time=unfinished.last_time[11:16],
            )
        )
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resume = self.addButton(tr("&Resume"), QMessageBox.ButtonRole.AcceptRole)
        self._later = self.addButton(tr("&Later"), QMessageBox.ButtonRole.RejectRole)
        self._discard = self.addButton(tr("&Delete it"), QMessageBox.ButtonRole.DestructiveRole)
        self.setDefaultButton(self.resume)
        self.setEscapeButton(self._later)
        self.buttonClicked.connect(self._on_clicked)

    @Slot(QAbstractButton)
    def _on_clicked(self, button: QAbstractButton) -> None:
        if button is self.resume:
            self.resume_requested.emit(self._unfinished)
        elif button is self._discard:
            self.discard_requested.emit(self._unfinished)
