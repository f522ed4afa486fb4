"""Asking where to save, without blocking."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from app.translation import tr, tr_later
from calid_core.paths import is_there


@dataclass(frozen=True)
class SaveFormat:
    """One entry of the format list.

    Parameters
    ----------
    label
        For people.
    suffix
        Put at the end of a name that has none; empty for a folder.
    """

    label: str
    suffix: str

    @property
    def filter(self) -> str:
        """As Qt wants it."""
        return f"{tr(self.label)} (*{self.suffix})"


VOLUME_FORMATS = (
    SaveFormat(tr_later("NIfTI, compressed"), ".nii.gz"),
    SaveFormat("NIfTI", ".nii"),
    SaveFormat("NRRD", ".nrrd"),
    SaveFormat("MetaImage", ".mha"),
    SaveFormat(tr_later("DICOM folder"), ""),
)
PICTURE_FORMATS = (SaveFormat(tr_later("PNG picture"), ".png"),)
MOVIE_FORMATS = (
    SaveFormat(tr_later("MP4, what is shown"), ".mp4"),
    SaveFormat(tr_later("MP4, all slices"), ".mp4"),
    SaveFormat(tr_later("GIF, what is shown"), ".gif"),
    SaveFormat(tr_later("GIF, all slices"), ".gif"),
)


class SaveDialog(QFileDialog):
    """Calls back with the chosen path, its suffix completed from the format.

    Parameters
    ----------
    parent
        Window it belongs to.
    title
        Of the dialog.
    start
        Suggested path.
    formats
        What can be written, the suggestion first.
    on_chosen
        Given the path and the format.
    """

    def __init__(
        self,
        parent: QWidget,
        title: str,
        start: Path,
        formats: tuple[SaveFormat, ...],
        on_chosen: Callable[[Path, SaveFormat], None],
    ) -> None:
        super().__init__(parent, title, str(start))
        self._formats = {chosen.filter: chosen for chosen in formats}
        self._on_chosen = on_chosen
        self.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        self.setFileMode(QFileDialog.FileMode.AnyFile)
        self.setNameFilters(list(self._formats))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.fileSelected.connect(self._complete)

    @Slot(str)
    def _complete(self, name: str) -> None:
        chosen = self._formats[self.selectedNameFilter()]
        complete = any(
            name.lower().endswith(known.suffix) for known in self._formats.values() if known.suffix
        )
        if complete or not chosen.suffix:
            self._on_chosen(Path(name), chosen)
            return
        path = Path(name + chosen.suffix)
        if is_there(path):  # not the name that the dialog asked about
            self._ask_to_replace(path, chosen)
        else:
            self._on_chosen(path, chosen)

    def _ask_to_replace(self, path: Path, chosen: SaveFormat) -> None:
        question = QMessageBox(
            QMessageBox.Icon.Warning,
            self.windowTitle(),
            tr("{name} is there already. Replace it?").format(name=path.name),
            QMessageBox.StandardButton.Cancel,
            self.parentWidget(),
        )
        question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        replace = question.addButton(tr("&Replace"), QMessageBox.ButtonRole.AcceptRole)
        question.setDefaultButton(QMessageBox.StandardButton.Cancel)
        on_chosen = self._on_chosen
        replace.clicked.connect(lambda: on_chosen(path, chosen))
        question.open()
