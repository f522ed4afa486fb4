"""The save dialog: the name that is written to is the one that was agreed to."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from app.controllers.reconstruction import new_run
from app.dialogs.save import VOLUME_FORMATS, SaveDialog, SaveFormat
from app.file_names import proposed_name
from app.layers import ACQUIRED, Layer
from calid_core.settings import Method, Mode, ReconstructionSettings
from tests.app.conftest import make_stack


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


def choose(dialog: SaveDialog, label: str) -> None:
    """Choose a format in the list, as a person does."""
    formats = dialog.findChild(QComboBox, "fileTypeCombo")
    assert formats is not None
    index = next(i for i in range(formats.count()) if formats.itemText(i).startswith(label))
    formats.setCurrentIndex(index)
    formats.activated.emit(index)
    formats.textActivated.emit(formats.currentText())


@pytest.mark.parametrize(
    ("label", "name"),
    [("NRRD", "case.nrrd"), ("NIfTI (", "case.nii"), ("MetaImage", "case.mha"), ("DICOM folder", "case")],
)
def test_the_name_takes_the_suffix_of_the_format_that_is_chosen(
    chosen: tuple[QWidget, SaveDialog, list[Path]], tmp_path: Path, label: str, name: str
) -> None:
    _, dialog, _ = chosen
    dialog.selectFile(str(tmp_path / "case.nii.gz"))
    choose(dialog, label)
    assert dialog.selectedFiles() == [str(tmp_path / name)]
    choose(dialog, "NIfTI, compressed")
    assert dialog.selectedFiles() == [str(tmp_path / "case.nii.gz")]


@pytest.mark.parametrize("typed", ["Linear 1.5 mm", "Linear 1.5 mm.nii.gz", "Linear 1.5"])
def test_a_dot_within_a_typed_name_is_kept_when_another_format_is_chosen(
    chosen: tuple[QWidget, SaveDialog, list[Path]], tmp_path: Path, typed: str
) -> None:
    _, dialog, _ = chosen
    edit = dialog.findChild(QLineEdit, "fileNameEdit")
    assert edit is not None
    edit.selectAll()
    QTest.keyClicks(edit, typed)
    stem = typed.removesuffix(".nii.gz")
    for label, suffix in (
        ("NIfTI (", ".nii"),
        ("DICOM folder", ""),
        ("NRRD", ".nrrd"),
        ("MetaImage", ".mha"),
    ):
        choose(dialog, label)
        assert edit.text() == stem + suffix
        assert dialog.selectedFiles() == [str(tmp_path / (stem + suffix))]
    QTest.keyClicks(edit, "x")  # no suffix any more
    choose(dialog, "NRRD")
    assert edit.text() == f"{stem}.mhax.nrrd"


def test_a_name_that_begins_like_a_home_folder_takes_the_suffix_too(
    chosen: tuple[QWidget, SaveDialog, list[Path]],
) -> None:
    _, dialog, _ = chosen
    edit = dialog.findChild(QLineEdit, "fileNameEdit")
    assert edit is not None
    edit.setText("~nobody-is-called-so")
    choose(dialog, "NRRD")
    assert edit.text() == "~nobody-is-called-so.nrrd"


def test_a_folder_of_dicom_files_is_not_called_like_a_volume(
    chosen: tuple[QWidget, SaveDialog, list[Path]], tmp_path: Path
) -> None:
    _, dialog, paths = chosen
    choose(dialog, "DICOM folder")
    dialog.fileSelected.emit(str(tmp_path / "case.nii.gz"))
    assert paths == [tmp_path / "case"]


def test_files_are_not_added_to_a_folder_that_nobody_named(
    chosen: tuple[QWidget, SaveDialog, list[Path]], tmp_path: Path
) -> None:
    window, dialog, paths = chosen
    (tmp_path / "case").mkdir()
    choose(dialog, "DICOM folder")
    dialog.fileSelected.emit(str(tmp_path / "case.nii.gz"))
    assert paths == []
    button(question(window), "Add").click()
    assert paths == [tmp_path / "case"]


@pytest.mark.parametrize(
    ("method", "mode", "held_out", "name"),
    [
        (Method.CALID, Mode.REALISM, False, "cine-calid-realism"),
        (Method.CALID, Mode.FIDELITY, False, "cine-calid-fidelity"),
        (Method.LINEAR, Mode.REALISM, True, "cine-linear-held-out"),
    ],
)
def test_proposed_names_tell_runs_apart_and_hold_nothing_of_the_series(
    method: Method, mode: Mode, held_out: bool, name: str
) -> None:
    stack = make_stack()
    stack = replace(stack, source=replace(stack.source, label="DOE^JANE"))
    run = new_run(1, 1, stack, ReconstructionSettings(method=method, mode=mode))
    assert proposed_name("cine", Layer(1, held_out=held_out), run) == name
    assert proposed_name("cine", ACQUIRED, None) == "cine"
