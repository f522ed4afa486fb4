"""Asking where to save, without blocking."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from app.translation import tr, tr_later


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
        Bound method that is given the path and the format.
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
        self._on_chosen(Path(name if complete or not chosen.suffix else name + chosen.suffix), chosen)
