"""Asking where to save, without blocking."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFileDialog, QLineEdit, QMessageBox, QWidget

from app.translation import tr, tr_later
from calid_core.paths import is_folder, is_there


@dataclass(frozen=True)
class SaveFormat:
    """One entry of the format list.

    Parameters
    ----------
    label
        For people.
    suffix
        Put at the end of a name that has none; empty for a folder.
    all_slices
        Whether a movie shows all slices instead of what is on the screen.
    """

    label: str
    suffix: str
    all_slices: bool = False

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
    SaveFormat(tr_later("MP4, all slices"), ".mp4", all_slices=True),
    SaveFormat(tr_later("GIF, what is shown"), ".gif"),
    SaveFormat(tr_later("GIF, all slices"), ".gif", all_slices=True),
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
        self._filter = self.selectedNameFilter()
        self._edit = self.findChild(QLineEdit, "fileNameEdit")
        """None where the desktop's own dialog is shown."""
        self._name = ""
        if self._edit is not None:
            self._name = self._edit.text()
            self._edit.textChanged.connect(self._keep)
        self.fileSelected.connect(self._complete)
        self.filterSelected.connect(self._rename)

    @Slot(str)
    def _keep(self, name: str) -> None:
        """Keep the name that was typed or chosen, not what Qt makes of it between another format and ``_rename``."""
        if self.selectedNameFilter() == self._filter:
            self._name = name

    @Slot(str)
    def _rename(self, chosen: str) -> None:
        """Give the name the suffix of a format; Qt itself takes what follows the last dot for one, in ``Linear 1.5 mm`` too."""
        self._filter = chosen
        (name,) = [self._name] if self._edit is not None else self.selectedFiles() or ("",)
        if not name:
            return
        # that of pathlib raises where nobody is called so
        expanded = os.path.expanduser(name)  # noqa: PTH111
        folder = is_folder(Path(self.directory().absolutePath()) / expanded)
        renamed = name if folder else self._without_suffix(name) + self._formats[chosen].suffix
        if self._edit is not None:
            self._edit.setText(renamed)
        else:
            self.selectFile(renamed)

    @Slot(str)
    def _complete(self, name: str) -> None:
        chosen = self._formats[self.selectedNameFilter()]
        known = [f.suffix for f in self._formats.values() if f.suffix]
        complete = chosen.suffix and name.lower().endswith(tuple(known))
        path = Path(name if complete else self._without_suffix(name) + chosen.suffix)
        if path != Path(name) and is_there(path):  # not the name that the dialog asked about
            self._ask_to_replace(path, chosen)
        else:
            self._on_chosen(path, chosen)

    def _without_suffix(self, name: str) -> str:
        """A name without suffixes of the formats, of which one letter at least is left."""
        known = [f.suffix for f in self._formats.values() if f.suffix]
        # Qt puts .gz for .nii.gz when that is chosen.
        suffixes = sorted(
            {*known, *(Path("_" + suffix).suffix for suffix in known)} - {""}, key=len, reverse=True
        )
        while found := next((s for s in suffixes if Path(name).name[1:].lower().endswith(s)), ""):
            name = name[: -len(found)]
        return name

    def _ask_to_replace(self, path: Path, chosen: SaveFormat) -> None:
        added = is_folder(path)
        text = (
            tr("{name} is there already. Add the files to it?")
            if added
            else tr("{name} is there already. Replace it?")
        )
        question = QMessageBox(
            QMessageBox.Icon.Warning,
            self.windowTitle(),
            text.format(name=path.name),
            QMessageBox.StandardButton.Cancel,
            self.parentWidget(),
        )
        question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        replace = question.addButton(
            tr("&Add") if added else tr("&Replace"), QMessageBox.ButtonRole.AcceptRole
        )
        question.setDefaultButton(QMessageBox.StandardButton.Cancel)
        on_chosen = self._on_chosen
        replace.clicked.connect(lambda: on_chosen(path, chosen))
        question.open()
