"""Themes: contrast by the formula of WCAG 2.2, one template, icons in both inks, and what a person chose."""

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QToolButton
from pytestqt.qtbot import QtBot

from app import appearance, palette
from app.preferences import Preferences
from app.resources import icon, icons_folder, resources_folder, style_sheet
from app.theme import MARK_GROUNDS, TEXT_GROUNDS, TOKENS, TextSize, Theme, surface

TEMPLATE = resources_folder() / "style" / "calid.qss"
RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")


@pytest.fixture
def application(qapp: QApplication):
    yield qapp
    appearance.apply(qapp, Theme.DARK, TextSize.NORMAL)


def luminance(colour: QColor) -> float:
    """Relative luminance of sRGB, WCAG 2.2."""

    def linear(value: float) -> float:
        return float(value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4)

    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF())


def contrast(one: QColor | str, other: QColor | str) -> float:
    low, high = sorted((luminance(QColor(one)), luminance(QColor(other))))
    return (high + 0.05) / (low + 0.05)


def test_the_formula_knows_black_on_white() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0, abs=0.01)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", Theme)
@pytest.mark.parametrize("name", TEXT_GROUNDS)
def test_every_text_has_a_contrast_of_4_5_on_every_surface_it_is_written_on(theme: Theme, name: str) -> None:
    tokens = TOKENS[theme]
    for ground in TEXT_GROUNDS[name]:
        assert contrast(getattr(tokens, name), getattr(tokens, ground)) >= 4.5, ground


@pytest.mark.parametrize("theme", Theme)
@pytest.mark.parametrize("name", MARK_GROUNDS)
def test_focus_rings_boxes_and_icons_have_a_contrast_of_3(theme: Theme, name: str) -> None:
    tokens = TOKENS[theme]
    for ground in MARK_GROUNDS[name]:
        assert contrast(getattr(tokens, name), getattr(tokens, ground)) >= 3.0, ground


@pytest.mark.parametrize("theme", Theme)
def test_rules_of_the_style_sheet_that_set_text_and_ground_are_legible(theme: Theme) -> None:
    checked = 0
    for selector, body in RULE.findall(style_sheet(theme)):
        values = dict(part.split(":", 1) for part in body.split(";") if ":" in part)
        values = {name.strip(): value.strip() for name, value in values.items()}
        text, ground = values.get("color"), values.get("background")
        if text and ground and ground.startswith("#") and "disabled" not in selector:
            assert contrast(text, ground) >= 4.5, selector
            checked += 1
    assert checked >= 8


def test_texts_over_images_are_legible_on_black_in_every_theme() -> None:
    over = (palette.TEXT, palette.MUTED_TEXT, palette.WARNING, palette.SLICE_LINE, *palette.LONG_AXIS_LINES)
    for colour in (*over, *palette.ORIGIN_COLOURS.values()):
        assert contrast(colour, palette.VIEWPORT) >= 4.5


def test_kinds_of_slices_differ_without_colour() -> None:
    assert len({origin.value for origin in palette.ORIGIN_PATTERNS}) == len(palette.ORIGIN_PATTERNS)
    assert len(set(palette.ORIGIN_PATTERNS.values())) == len(palette.ORIGIN_PATTERNS)


@pytest.mark.parametrize("theme", Theme)
@pytest.mark.parametrize("size", TextSize)
def test_nothing_of_the_template_is_left_over(theme: Theme, size: TextSize) -> None:
    assert "@" not in style_sheet(theme, size)
    assert not re.search("#[0-9a-f]{3}", TEMPLATE.read_text(encoding="utf-8")), "a colour without a token"


def test_the_light_icons_are_the_dark_ones_in_another_ink() -> None:
    dark, light = icons_folder(Theme.DARK), icons_folder(Theme.LIGHT)
    assert {p.name for p in dark.glob("*.svg")} == {p.name for p in light.glob("*.svg")}
    assert TOKENS[Theme.DARK].ink not in (light / "save.svg").read_text(encoding="utf-8")


def test_a_theme_is_changed_while_widgets_exist(application: QApplication, qtbot: QtBot) -> None:
    button = QToolButton()
    qtbot.addWidget(button)
    button.setIcon(icon("save"))
    before = luminance(drawn_ink(button))
    appearance.apply(application, Theme.LIGHT, TextSize.NORMAL)
    assert luminance(drawn_ink(button)) < before / 4
    assert surface().panel == QColor(TOKENS[Theme.LIGHT].list)
    appearance.apply(application, Theme.DARK, TextSize.NORMAL)
    assert luminance(drawn_ink(button)) == pytest.approx(before)


def drawn_ink(button: QToolButton) -> QColor:
    image = button.icon().pixmap(48, 48).toImage()
    pixels = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    return max(pixels, key=QColor.alpha)


def test_choices_survive_and_damaged_ones_fall_back(tmp_path: Path) -> None:
    settings = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
    preferences = Preferences(settings)
    assert appearance.stored_theme(preferences) is Theme.DARK
    preferences.set_text(appearance.THEME, Theme.LIGHT.value)
    preferences.set_text(appearance.TEXT_SIZE, TextSize.LARGE.name)
    assert appearance.stored_theme(preferences) is Theme.LIGHT
    assert appearance.stored_text_size(preferences) is TextSize.LARGE
    preferences.set_text(appearance.THEME, "Purple")
    preferences.set_text(appearance.TEXT_SIZE, "7")
    assert appearance.stored_theme(preferences) is Theme.DARK
    assert appearance.stored_text_size(preferences) is TextSize.NORMAL
