"""Questions about sessions: where to save, where the images are now, and whether to take up an unfinished review."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QAbstractButton, QFileDialog, QMessageBox, QWidget

from app.dialogs.save import SaveFormat
from app.messages import APPLICATION
from app.review.autosave import Unfinished
from app.review.session import SourceImages

SESSION_FORMATS = (
    SaveFormat("CaLID session", ".calid"),
    SaveFormat("CaLID session with the pixels of made slices", ".calid"),
)
REPORT_FORMATS = (
    SaveFormat("Report as PDF", ".pdf"),
    SaveFormat("Report as HTML", ".html"),
    SaveFormat("Report as JSON", ".json"),
)


def ask_for_session(parent: QWidget, folder: Path, on_chosen: Callable[[list[str]], None]) -> QFileDialog:
    """Let a person choose a session file."""
    dialog = QFileDialog(parent, "Open session", str(folder), f"{SESSION_FORMATS[0].filter};;All files (*)")
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
            "The images of this session are not where they were.",
            QMessageBox.StandardButton.Cancel,
            parent,
        )
        self._folder = folder
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setInformativeText(
            f"It needs {images.label}: {images.slices} slices × {images.phases} phases of "
            f"{images.rows} × {images.columns}. Choose where they are now; their content is compared."
        )
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._in_folder = self.addButton("Choose &folder…", QMessageBox.ButtonRole.AcceptRole)
        self._in_files = self.addButton("Choose f&iles…", QMessageBox.ButtonRole.AcceptRole)
        self.buttonClicked.connect(self._on_clicked)

    @Slot(QAbstractButton)
    def _on_clicked(self, button: QAbstractButton) -> None:
        if button not in (self._in_folder, self._in_files):
            return
        parent = self.parentWidget()
        dialog = QFileDialog(parent, "Images of the session", str(self._folder))
        directory = button is self._in_folder
        dialog.setFileMode(
            QFileDialog.FileMode.Directory if directory else QFileDialog.FileMode.ExistingFiles
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)  # it relays the choice
        dialog.filesSelected.connect(self._on_chosen)
        dialog.finished.connect(self.deleteLater)
        dialog.open()

    @Slot(list)
    def _on_chosen(self, names: list[str]) -> None:
        self.located.emit(tuple(Path(name) for name in names))


class ResumeDialog(QMessageBox):
    """Offers an unfinished review: resume, keep for later, or delete."""

    resume_requested = Signal(object)  # Unfinished
    discard_requested = Signal(object)  # Unfinished

    def __init__(self, parent: QWidget, unfinished: Unfinished) -> None:
        super().__init__(
            QMessageBox.Icon.Question,
            APPLICATION,
            "A review was not saved when CaLID ended last.",
            QMessageBox.StandardButton.NoButton,
            parent,
        )
        self._unfinished = unfinished
        label = unfinished.session.images.label if unfinished.session is not None else "unknown images"
        kept = [_counted(unfinished.verdicts, "verdict")]
        if unfinished.measurements:
            kept.append(_counted(unfinished.measurements, "measurement"))
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setInformativeText(
            f"{label}: {' and '.join(kept)}, the last on "
            f"{unfinished.last_time[:16].replace('T', ' at ')} UTC. Nothing of it was lost."
        )
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._resume = self.addButton("&Resume", QMessageBox.ButtonRole.AcceptRole)
        self._later = self.addButton("&Later", QMessageBox.ButtonRole.RejectRole)
        self._discard = self.addButton("&Delete it", QMessageBox.ButtonRole.DestructiveRole)
        self.setDefaultButton(self._resume)
        self.setEscapeButton(self._later)
        self.buttonClicked.connect(self._on_clicked)

    @Slot(QAbstractButton)
    def _on_clicked(self, button: QAbstractButton) -> None:
        if button is self._resume:
            self.resume_requested.emit(self._unfinished)
        elif button is self._discard:
            self.discard_requested.emit(self._unfinished)


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
