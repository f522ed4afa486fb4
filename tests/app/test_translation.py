"""Translations: complete, up to date with the sources, with the same fields, loaded by choice or by the system."""

import ast
import re
import string
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import PySide6
import pytest
from PySide6.QtCore import QLibraryInfo, QLocale, Qt, QTranslator
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QDoubleSpinBox, QWidget
from pytestqt.qtbot import QtBot

from app import language
from app.actions.catalogue import Act, Menu
from app.controllers.reconstruction import new_run
from app.dialogs.preferences import PreferencesDialog
from app.export.frames import CineContent, MovieLayout
from app.export.movie import description
from app.layers import Volume
from app.preferences import Preferences
from app.reports.content import ReportInput, gather_review
from app.review.verdicts import Decision, Review, Verdict
from app.translation import tr
from app.views.number_box import NumberBox, WholeNumberBox
from calid_core.progress import CancelToken
from calid_core.settings import Method, ReconstructionSettings
from tests.app.conftest import make_stack, preferences_in, viewer_without_gl

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "resources" / "translations"
LUPDATE = Path(PySide6.__file__).parent / "lupdate"
LANGUAGES = ("de",)
"""Complete translations; English has its plurals only."""
SOURCES = sorted((ROOT / "app").rglob("*.py"))
MARKS = re.compile(r"%[nvm]|&(?!&)|<[^>]+>|[✓✕⚠▲×→]")


@dataclass(frozen=True)
class Message:
    """One entry of a .ts file."""

    source: str
    comment: str
    forms: tuple[str, ...]
    finished: bool
    counted: bool


def messages(path: Path) -> list[Message]:
    found = []
    for entry in ET.parse(path).iter("message"):
        translation = entry.find("translation")
        assert translation is not None
        counted = entry.get("numerus") == "yes"
        forms = [form.text or "" for form in translation] if counted else [translation.text or ""]
        found.append(
            Message(
                entry.findtext("source", ""),
                entry.findtext("comment", ""),
                tuple(forms),
                translation.get("type") is None,
                counted,
            )
        )
    return found


@pytest.fixture(scope="module", params=LANGUAGES)
def translated(request: pytest.FixtureRequest) -> list[Message]:
    return messages(FOLDER / f"calid_{request.param}.ts")


@pytest.fixture(scope="module")
def german() -> list[Message]:
    return messages(FOLDER / "calid_de.ts")


@pytest.fixture(scope="module")
def in_sources(tmp_path_factory: pytest.TempPathFactory) -> set[tuple[str, str, bool]]:
    """What ``lupdate`` finds now, as ``make translations`` calls it."""
    if not LUPDATE.is_file():
        pytest.skip("lupdate is not there")
    path = tmp_path_factory.mktemp("ts") / "now.ts"
    arguments = ["-silent", "-locations", "none", "-tr-function-alias", "QT_TR_NOOP+=tr_later"]
    subprocess.run([LUPDATE, *arguments, *SOURCES, "-ts", path], check=True, cwd=ROOT)
    return {(m.source, m.comment, m.counted) for m in messages(path)}


@pytest.fixture
def back_to_english(qapp: QApplication) -> Iterator[None]:
    yield
    language.install(qapp, language.ENGLISH)


def fields(text: str) -> list[tuple[str, str, str]]:
    return sorted(
        (name, spec or "", how or "") for _, name, spec, how in string.Formatter().parse(text) if name
    )


def marked_texts() -> Iterator[tuple[Path, ast.expr]]:
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
            if name in ("tr", "tr_later"):
                yield path, node.args[0]


# -- the files -----------------------------------------------------------------------------------------------


def test_a_language_lacks_no_text_of_the_sources_and_has_none_besides(
    translated: list[Message], in_sources: set[tuple[str, str, bool]]
) -> None:
    assert {(m.source, m.comment, m.counted) for m in translated} == in_sources


def test_english_has_the_plural_of_every_counted_text(in_sources: set[tuple[str, str, bool]]) -> None:
    english = messages(FOLDER / "calid_en.ts")
    assert {m.source for m in english} == {source for source, _, counted in in_sources if counted}
    assert all(m.finished and len(m.forms) == 2 and all(m.forms) for m in english)


def test_no_entry_is_unfinished_or_empty(translated: list[Message]) -> None:
    assert len(translated) > 600
    assert not [m.source for m in translated if not m.finished or not all(m.forms)]
    assert {len(m.forms) for m in translated if m.counted} == {2}


def test_translated_texts_have_the_fields_and_signs_of_the_english_ones(translated: list[Message]) -> None:
    for message in translated:
        for form in message.forms:
            assert fields(form) == fields(message.source), message.source
            signs = [sorted(MARKS.findall(text)) for text in (form, message.source)]
            assert signs[0] == signs[1], message.source


def test_no_marked_text_hides_in_another_string(in_sources: set[tuple[str, str, bool]]) -> None:
    known = {source for source, _, _ in in_sources}
    for path, argument in marked_texts():
        assert not isinstance(argument, ast.JoinedStr | ast.BinOp | ast.IfExp), (path, ast.unparse(argument))
        if isinstance(argument, ast.Constant):
            assert argument.value in known, (path, argument.value)


@pytest.mark.parametrize("code", [*LANGUAGES, language.ENGLISH])
def test_the_compiled_files_say_what_the_sources_say(qapp: QApplication, code: str) -> None:
    translator = QTranslator()
    assert translator.load(f"calid_{code}", str(FOLDER))
    for message in messages(FOLDER / f"calid_{code}.ts"):
        numbers = range(200) if message.counted else (-1,)
        said = {translator.translate("", message.source, message.comment or None, n) for n in numbers}
        assert said == set(message.forms)


# -- the choice ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "english", "german"),
    [(1, "1 slice", "1 Schicht"), (0, "0 slices", "0 Schichten"), (12, "12 slices", "12 Schichten")],
)
def test_a_counted_text_has_the_plural_of_its_number(
    qapp: QApplication, back_to_english: None, number: int, english: str, german: str
) -> None:
    for code, expected in (("en", english), ("de", german)):
        language.install(qapp, code)
        assert tr("%n slice(s)", "", number) == expected


def test_a_german_verdict_begins_with_a_capital_and_keeps_the_others(
    qapp: QApplication, back_to_english: None
) -> None:
    language.install(qapp, "de")
    verdict = Verdict(Decision.ACCEPT, "AB", "2026-11-23T07:50:00.123456Z", "dünn")
    assert verdict.signed == "Mit Notiz akzeptiert von AB"


def test_the_language_follows_the_system_until_one_is_chosen(
    monkeypatch: pytest.MonkeyPatch, preferences: Preferences
) -> None:
    assert language.stored_language(preferences) == language.SYSTEM
    for wanted, code in (
        (["de-AT", "de"], "de"),
        (["fr-FR", "fr", "de"], "de"),
        (["C"], "en"),
        (["ja-JP"], "en"),
    ):
        monkeypatch.setattr(QLocale, "uiLanguages", lambda _locale, wanted=wanted: wanted)
        assert language.language_of_system() == code
    preferences.set_text(language.LANGUAGE, "de")
    assert language.stored_language(preferences) == "de"
    preferences.set_text(language.LANGUAGE, "tlh")
    assert language.stored_language(preferences) == language.SYSTEM


def test_the_preferences_offer_every_language_by_its_own_name_and_keep_the_choice(
    qtbot: QtBot, preferences: Preferences
) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = PreferencesDialog(parent, preferences)
    box = dialog.language
    assert [box.itemText(i) for i in range(box.count())] == ["As the system", "Deutsch", "English"]
    box.setCurrentIndex(1)
    assert language.stored_language(preferences) == "de"


def test_files_name_runs_in_english_and_a_german_window_in_german(
    qapp: QApplication, back_to_english: None
) -> None:
    stack = make_stack()
    language.install(qapp, "de")
    settings = ReconstructionSettings(method=Method.NEAREST, slice_spacing=2.0)
    run = new_run(1, 1, stack, settings)
    volumes = (Volume.of_stack(stack), Volume.of_run(run))
    assert [volume.label for volume in volumes] == [tr("Acquired"), f"{tr('Nearest')} 2.0 mm"]
    assert tr("Nearest") != "Nearest"
    content = CineContent(
        volumes, MovieLayout.SIDE_BY_SIDE, np.zeros(3), (0.0, 1.0), stack.phase_times, stack.cycle
    )
    assert "Shown: Acquired, Nearest 2.0 mm." in description(content)
    review = Review("0" * 64)
    asked = ReportInput(stack, run, review.run_key, volumes[1], review, "", (0.0, 1.0), 0)
    assert gather_review(asked, CancelToken()).label == "Nearest 2.0 mm"


def test_numbers_have_a_decimal_point_in_every_language(
    qtbot: QtBot, qapp: QApplication, back_to_english: None
) -> None:
    language.install(qapp, "de")
    box = QDoubleSpinBox()
    qtbot.addWidget(box)
    box.setMaximum(5000)
    box.setValue(1234.5)
    assert box.text() == "1234.50"


@pytest.mark.parametrize("code", ["en", "de"])
@pytest.mark.parametrize(
    ("typed", "value"),
    [("1,5", 1.5), ("1.5", 1.5), (",5", 0.5), ("1,000", 1.0), ("1234,5", 1234.5)],
)
def test_a_comma_that_is_typed_is_a_decimal_point(
    qtbot: QtBot, qapp: QApplication, back_to_english: None, code: str, typed: str, value: float
) -> None:
    language.install(qapp, code)
    assert typed_into(qtbot, NumberBox(), typed) == value


@pytest.mark.parametrize("typed", ["1,234.5", "1.234,5", "1,234,5"])
def test_thousands_that_are_set_apart_are_no_number(qtbot: QtBot, typed: str) -> None:
    assert typed_into(qtbot, NumberBox(), typed) == 7.0


def test_a_comma_cannot_be_typed_into_a_whole_number(qtbot: QtBot) -> None:
    box = WholeNumberBox()
    assert typed_into(qtbot, box, "1,") == 1


def typed_into(qtbot: QtBot, box: NumberBox | WholeNumberBox, text: str) -> float:
    """The number in a field that showed 7, after a text and Return."""
    qtbot.addWidget(box)
    box.setKeyboardTracking(False)
    box.setMaximum(5000)
    box.setSuffix(" mm")
    box.setValue(7)
    box.selectAll()
    QTest.keyClicks(box, text)
    QTest.keyClick(box, Qt.Key.Key_Return)
    return box.value()


def test_every_number_field_of_the_window_is_one_of_ours(qtbot: QtBot, tmp_path: Path) -> None:
    viewer = viewer_without_gl(preferences_in(tmp_path))
    boxes = viewer.window.findChildren(QAbstractSpinBox)
    assert len(boxes) == 6
    assert all(isinstance(box, NumberBox | WholeNumberBox) for box in boxes)
    viewer.window.close()
    viewer.window.deleteLater()


# -- keys ----------------------------------------------------------------------------------------------------


def test_german_texts_name_the_keys_as_german_menus_do(
    qapp: QApplication, back_to_english: None, german: list[Message]
) -> None:
    if not Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath), "qtbase_de.qm").is_file():
        pytest.skip("Qt's own translations are not there")
    keys = [QKeySequence(act.value.key) for act in Act]
    portable = {key.toString(): key for key in keys}
    language.install(qapp, "de")
    named = [(m, key) for m in german for key in re.findall(r"\(([^()\s]+)\)", m.source) if key in portable]
    assert len(named) > 20
    for message, key in named:
        assert f"({portable[key].toString(QKeySequence.SequenceFormat.NativeText)})" in message.forms[0]


@pytest.mark.parametrize(
    "other", ["nimmt an", "verwirft", "anmerk", "merkt an", "befund", "umgeschnitten", "B/s"]
)
def test_german_texts_have_one_word_for_one_thing(german: list[Message], other: str) -> None:
    assert not [form for m in german for form in m.forms if other.lower() in form.lower()]


def test_german_texts_tell_the_nearest_slice_from_the_next(german: list[Message]) -> None:
    nearest = [m for m in german if "nearest" in m.source.lower()]
    assert nearest
    assert not [m.source for m in nearest if "nächstgelegene" not in m.forms[0].lower()]


@pytest.mark.parametrize("code", [*LANGUAGES, language.ENGLISH])
def test_no_menu_has_one_mnemonic_twice(qapp: QApplication, back_to_english: None, code: str) -> None:
    language.install(qapp, code)
    titles: dict[str, list[str]] = {"the bar": [tr(menu.value) for menu in Menu]}
    for act in Act:
        titles.setdefault(act.value.menu.name, []).append(tr(act.value.text))
    titles[Menu.FILE.name].append(tr("Open &recent"))
    titles[Menu.VIEW.name].append(tr("&Window/level preset"))
    for menu, texts in titles.items():
        letters = [found[1].lower() for text in texts if (found := re.search("&(.)", text))]
        assert len(set(letters)) == len(letters), (menu, sorted(letters))
