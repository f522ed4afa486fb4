"""The save dialog: the name that is written to is the one that was agreed to."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QAbstractButton, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from app.dialogs.save import VOLUME_FORMATS, SaveDialog, SaveFormat


@pytest.fixture
def chosen(qtbot: QtBot, tmp_path: Path) -> tuple[QWidget, SaveDialog, list[Path]]:
    """A window, its dialog with NIfTI asked for, and what was chosen."""
    window = QWidget()
    qtbot.addWidget(window)
    paths: list[Path] = []

    def keep(path: Path, _format: SaveFormat) -> None:
        paths.append(path)

    return window, SaveDialog(window, "Save", tmp_path / "x", VOLUME_FORMATS, keep), paths


def question(window: QWidget) -> QMessageBox:
    (found,) = window.findChildren(QMessageBox)
    return found


def button(box: QMessageBox, text: str) -> QAbstractButton:
    return next(b for b in box.buttons() if b.text().replace("&", "") == text)


def test_a_suffix_is_added_where_nothing_is_there(
    chosen: tuple[QWidget, SaveDialog, list[Path]], tmp_path: Path
) -> None:
    window, dialog, paths = chosen
    dialog.fileSelected.emit(str(tmp_path / "case"))
    assert paths == [tmp_path / "case.nii.gz"]
    assert not window.findChildren(QMessageBox)


@pytest.mark.parametrize("agreed", [False, True])
def test_a_file_that_is_met_by_adding_the_suffix_is_asked_about(
    chosen: tuple[QWidget, SaveDialog, list[Path]], tmp_path: Path, agreed: bool
) -> None:
    window, dialog, paths = chosen
    (tmp_path / "case.nii.gz").touch()
    dialog.fileSelected.emit(str(tmp_path / "case"))
    assert paths == []
    assert "case.nii.gz is there already" in question(window).text()
    button(question(window), "Replace" if agreed else "Cancel").click()
    assert paths == ([tmp_path / "case.nii.gz"] if agreed else [])
