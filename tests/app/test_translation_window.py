"""Every text of the window is translated: with a pseudo-language no word is left outside of its brackets."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QSettings
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from app import appearance, language
from app.application import make_application
from app.choices import ViewLayout
from app.dialogs.about import show_about
from app.dialogs.key_editor import KeyEditor
from app.dialogs.notices import show_error, show_remarks
from app.dialogs.preferences import PreferencesDialog
from app.dialogs.reader import ReaderDialog
from app.dialogs.save import MOVIE_FORMATS, PICTURE_FORMATS, VOLUME_FORMATS, SaveDialog
from app.dialogs.session import REPORT_FORMATS, SESSION_FORMATS, RelocationDialog, ResumeDialog
from app.dialogs.shortcuts import ShortcutSheet
from app.measure.shapes import Shape
from app.messages import explain
from app.open_series import OpenSeries
from app.preferences import Preferences
from app.sessions.session import SourceImages
from app.sessions.unfinished import Unfinished
from app.theme import TextSize, Theme
from app.tour.steps import STEPS
from app.viewer import Viewer
from app.views.series_item import series_words
from app.views.text_cache import TextCache
from calid_core.checks.kinds import Check
from calid_core.cine import View
from calid_core.examination import findings
from calid_core.io.summary import SeriesSummary
from calid_core.settings import Method, ReconstructionSettings
from tests.app.conftest import make_stack
from tests.app.pseudo_language import PseudoLanguage, texts_of, unwrapped_words
from tests.app.test_measure_shapes import drawn
from tests.app.test_translation import LANGUAGES

LINEAR = ReconstructionSettings(method=Method.LINEAR, slice_spacing=2.0)
IMAGES = SourceImages("0" * 64, "test", 4, 5, 24, 20)
NAMES = {
    "NIfTI",
    "NRRD",
    "MetaImage",
    "nii",
    "gz",
    "nrrd",
    "mha",
    "png",
    "mp",
    "gif",
    "calid",
    "pdf",
    "html",
    "json",
}
"""Of file formats."""
DATA = {
    "test",
    "CaLID",
    "English",
    "Deutsch",
    "mm",
    "ms",
    "px",
    "GB",
    "UTC",
    "CPU",
    "int16",
    "phantom",
    "min",
}
"""What is no text: the label of the series, names of languages and programs, units, types."""
PAINTED_SIGNS = {"ED", "ES"}
"""Of end diastole and end systole."""
KEYS = {
    "Ctrl",
    "Shift",
    "Alt",
    "Return",
    "Enter",
    "Backspace",
    "Space",
    "Up",
    "Down",
    "Left",
    "Right",
    "Esc",
    "Tab",
    "Home",
    "End",
    "Del",
    "PgUp",
    "PgDown",
}
"""Names of keys."""


@pytest.fixture
def pseudo(qapp: QApplication) -> Iterator[None]:
    """Every text in ⟦…⟧."""
    make_application()
    translator = PseudoLanguage()
    qapp.installTranslator(translator)
    yield
    qapp.removeTranslator(translator)


def close(viewer: Viewer) -> None:
    viewer.window.close()
    viewer.window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def open_viewer(qtbot: QtBot, folder: Path) -> Viewer:
    made = Viewer(Preferences(QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat)))
    made.window.painted.disconnect()  # no OpenGL here
    made.window.resize(1366, 768)
    made.window.show()
    qtbot.waitExposed(made.window)
    return made


@pytest.fixture
def viewer(qtbot: QtBot, tmp_path: Path, pseudo: None) -> Iterator[Viewer]:
    made = open_viewer(qtbot, tmp_path)
    yield made
    close(made)


@pytest.fixture(params=LANGUAGES)
def foreign(
    request: pytest.FixtureRequest, qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> Iterator[Viewer]:
    """A window in another language."""
    make_application()
    language.install(qapp, request.param)
    made = open_viewer(qtbot, tmp_path)
    yield made
    close(made)
    language.install(qapp, language.ENGLISH)


def untranslated(root: QWidget, data: Iterable[str] = ()) -> list[tuple[str, str, list[str]]]:
    known = DATA | set(data)
    found = {(kind, text): unwrapped_words(text) - known for kind, text in texts_of(root)}
    return [(kind, text, sorted(words)) for (kind, text), words in found.items() if words]


def painted_texts(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Filled with every text that is painted from now on."""
    texts: set[str] = set()
    picture, draw = TextCache.picture, QPainter.drawText

    def remember_picture(cache: TextCache, text: str, *arguments: object, **look: object) -> object:
        texts.add(text)
        return picture(cache, text, *arguments, **look)  # type: ignore[arg-type]

    def remember_text(painter: QPainter, *arguments: object) -> object:
        texts.update(argument for argument in arguments if isinstance(argument, str))
        return draw(painter, *arguments)  # type: ignore[call-overload]

    monkeypatch.setattr(TextCache, "picture", remember_picture)
    monkeypatch.setattr(QPainter, "drawText", remember_text)
    return texts


def open_and_reconstruct(qtbot: QtBot, viewer: Viewer) -> None:
    """The phantom stack with a linear run, its quick checks, one measurement and one verdict."""
    viewer.state.set_all_series((OpenSeries(1, "test", group="test", stack=make_stack()),), 1)
    with qtbot.waitSignal(viewer.controller.reconstructions.run_finished, timeout=20_000):
        viewer.controller.reconstructions.start(LINEAR)
    checks = viewer.checks.checks
    qtbot.waitUntil(lambda: checks.report is not None and not checks.running, timeout=20_000)
    viewer.checks.checking.start(Check.LEAVE_ONE_OUT)
    qtbot.waitUntil(lambda: not checks.running and viewer.state.job is None, timeout=40_000)
    viewer.review.reviewing.set_reader("AB")
    for slice_index, remark in ((1, ""), (2, "x")):
        viewer.controller.navigation.go_to_slice(slice_index)
        viewer.review.reviewing.set_remark(slice_index, remark)
    for shape in (Shape.ELLIPSE, Shape.PROFILE):
        viewer.controller.measuring.add(drawn(viewer.state, shape, (3, 4), (12, 14)))


def said_by_the_core(viewer: Viewer) -> set[str]:
    """Findings, reasons and steps: the core speaks English."""
    stack, report = viewer.state.active_stack, viewer.checks.checks.report
    assert stack is not None
    assert report is not None
    said = {*stack.source.steps, *findings(stack, viewer.window.reconstruct.settings())}
    said.update(reason for rank in report.ranking for reason in rank.reasons)
    said.update(
        warning for run in viewer.state.runs if run.reconstruction for warning in run.reconstruction.warnings
    )
    if viewer.checks.checks.input is not None:
        said.update(finding.message for finding in viewer.checks.checks.input.findings)
    return {word for text in said for word in unwrapped_words(text)}


def test_the_empty_window_shows_translated_texts_only(viewer: Viewer) -> None:
    assert len(list(texts_of(viewer.window))) > 1000
    assert not untranslated(viewer.window)


def test_a_reviewed_run_shows_and_paints_translated_texts_only(
    qtbot: QtBot, viewer: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    painted = painted_texts(monkeypatch)
    open_and_reconstruct(qtbot, viewer)
    data = said_by_the_core(viewer)
    for layout in ViewLayout:
        viewer.controller.display.set_layout(layout)
        for index in range(viewer.window.inspector.count()):
            viewer.window.inspector.setCurrentIndex(index)
            QApplication.processEvents()
            viewer.window.grab()
            assert not untranslated(viewer.window, data)
    assert any("⟦ACQUIRED⟧" in text for text in painted)
    left = {text: unwrapped_words(text) - DATA - data - PAINTED_SIGNS for text in painted}
    assert not {text: words for text, words in left.items() if words}


@pytest.mark.parametrize("loading", [False, True])
def test_a_series_that_is_not_open_yet_is_listed_in_translated_words(viewer: Viewer, loading: bool) -> None:
    found = SeriesSummary(
        "1",
        "test",
        "NIfTI",
        View.SHORT_AXIS,
        9,
        4,
        64,
        60,
        5.0,
        None,
        (1.5, 1.5),
        "int16",
        np.arange(4.0),
        content=None,
    )  # type: ignore[arg-type]
    _, lines, _ = series_words(OpenSeries(2, "test", summary=found, loading=loading))
    assert len(lines) == 3
    assert not [line for line in lines if unwrapped_words(line)]


def test_every_dialog_shows_translated_texts_only(qtbot: QtBot, viewer: Viewer, tmp_path: Path) -> None:
    window, preferences = viewer.window, viewer.preferences
    dialogs = [
        show_about(window),
        show_error(window, explain(MemoryError()), explain(RuntimeError())),
        show_remarks(window, explain(PermissionError(1, "⟦⟧")), (explain(OSError(1, "⟦⟧")),)),
        KeyEditor(window, viewer.options.keyboard),
        PreferencesDialog(window, preferences),
        ShortcutSheet(window, viewer.options.keyboard.actions),
        ReaderDialog(window, ""),
        RelocationDialog(window, IMAGES, tmp_path),
        ResumeDialog(window, Unfinished(tmp_path, None, ())),
        *(
            SaveDialog(window, "⟦⟧", tmp_path / "x", formats, viewer.save_actions.save_volume)
            for formats in (VOLUME_FORMATS, PICTURE_FORMATS, MOVIE_FORMATS, SESSION_FORMATS, REPORT_FORMATS)
        ),
    ]
    for dialog in dialogs:
        assert not untranslated(dialog, NAMES | KEYS), type(dialog).__name__
        dialog.close()


def test_every_card_of_the_tour_is_translated(viewer: Viewer) -> None:
    viewer.state.set_all_series((OpenSeries(1, "test", stack=make_stack()),), 1)
    viewer.options.tour.start()
    card = viewer.options.tour._card
    for _ in STEPS:
        assert card is not None
        assert not untranslated(card, KEYS)
        viewer.options.tour.go_on()
    viewer.options.tour.leave()


def test_longer_words_still_fit_into_the_inspector(qtbot: QtBot, foreign: Viewer) -> None:
    open_and_reconstruct(qtbot, foreign)
    inspector = foreign.window.inspector
    assert inspector.tabBar().sizeHint().width() <= inspector.width()
    for index in range(inspector.count()):
        inspector.setCurrentIndex(index)
        QApplication.processEvents()
        shown = inspector.currentWidget()
        for area in (shown, *shown.findChildren(QScrollArea)):
            if isinstance(area, QScrollArea):
                assert area.widget().minimumSizeHint().width() <= area.viewport().width(), type(area.widget())
        for button in shown.findChildren(QPushButton):
            if button.isVisible():
                assert button.width() >= button.minimumSizeHint().width(), button.text()


@pytest.mark.parametrize("size", TextSize)
def test_the_empty_window_with_longer_words_can_be_small(
    qapp: QApplication, foreign: Viewer, size: TextSize
) -> None:
    appearance.apply(qapp, Theme.DARK, size)
    window = foreign.window
    QApplication.processEvents()
    window.resize(1100, 700)
    QApplication.processEvents()
    # In the largest letters the bar with play and speed is a little wider.
    assert window.width() <= (1120 if size is TextSize.LARGEST else 1100)
    for text in window.empty.findChildren(QLabel):
        assert text.height() >= text.heightForWidth(text.width()), text.text()
    appearance.apply(qapp, Theme.DARK, TextSize.NORMAL)
