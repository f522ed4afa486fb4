from pathlib import Path

from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.dialogs.save import SaveDialog
from app.viewer import Viewer
from tests.app.review.reader import BACKSPACE, choose_report, open_and_reconstruct, two_more_runs


def test_a_report_is_about_what_was_on_the_screen_when_it_was_asked_for(
    qtbot: QtBot, viewer: Viewer, images: Path, tmp_path: Path
) -> None:
    open_and_reconstruct(qtbot, viewer, images)
    linear, cubic = two_more_runs(qtbot, viewer)
    viewer.controller.comparing.compare_in_place(linear.layer, cubic.layer)
    assert viewer.state.compare.flickering
    asked = viewer.review.reviews.subject
    viewer.session_actions.ask_for_report()
    assert not viewer.state.compare.flickering
    viewer.controller.comparing.leave()
    viewer.controller.display.show_layer(viewer.state.runs[2].layer)
    assert viewer.review.reviews.subject.key != asked.key
    dialog = viewer.window.findChild(SaveDialog)
    with qtbot.waitSignal(viewer.session_actions.reports.saved, timeout=20_000):
        dialog.fileSelected.emit(str(tmp_path / "report.json"))
    dialog.close()
    assert asked.key in (tmp_path / "report.json").read_text(encoding="utf-8")


def test_a_report_on_what_is_shown_is_saved_from_the_menu(
    qtbot: QtBot, viewer: Viewer, images: Path, tmp_path: Path
) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    QTest.keyClick(view, BACKSPACE)
    with qtbot.waitSignal(viewer.session_actions.reports.saved, timeout=20_000):
        choose_report(viewer, tmp_path / "report")
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")
