"""Themes: contrast by the formula of WCAG 2.2, one template, icons in both inks, and what a person chose."""

import re
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, QSettings
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QStyleOptionViewItem, QToolButton
from pytestqt.qtbot import QtBot

from app import appearance, palette
from app.palette import text_font
from app.preferences import Preferences
from app.resources import icon, icons_folder, resources_folder, style_sheet
from app.state.viewer_state import ViewerState
from app.theme import TOKENS, TextSize, Theme, surface
from app.views.ladder_lane import LadderLane
from app.views.phase_ruler import PhaseRuler
from app.views.reformat_view import ReformatView
from app.views.series_item import SeriesItem
from app.views.slice_ladder import VERDICT_LANE, SliceLadder
from app.views.slice_view import SliceView
from app.views.text_cache import TextCache, height
from tests.app.dense_runs import add_run, painted

TEMPLATE = resources_folder() / "style" / "calid.qss"
RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
TEXT_GROUNDS: dict[str, tuple[str, ...]] = {
    "text": (
        *("ground", "bar", "raised", "field", "list", "alternate", "behind", "strip"),
        *("control", "control_hover", "control_pressed", "hover", "item_hover"),
    ),
    "strong": ("ground", "bar", "raised", "checked", "checked_pressed", "tab_focus"),
    "on_selected": ("selected", "primary", "primary_hover"),
    "muted": ("ground", "bar", "raised", "list", "field", "checked"),
    "header": ("ground", "raised", "bar"),
    "tip_text": ("tip",),
    "good": ("ground", "raised", "list", "checked"),
    "bad": ("ground", "list", "checked"),
    "warning": ("ground", "strip", "raised", "list", "checked", "bar"),
    "banner_text": ("banner",),
    "acquired": ("list", "item_hover", "alternate"),
    "interpolated": ("list", "item_hover", "alternate"),
    "synthesised": ("list", "item_hover", "alternate"),
}
"""On which surfaces each colour is written; contrast at least 4.5:1."""
MARK_GROUNDS: dict[str, tuple[str, ...]] = {
    "focus": ("ground", "bar", "raised", "field", "list", "control"),
    "box": ("ground", "field", "list"),
    "ink": ("bar", "ground", "control", "hover", "checked"),
}
"""On which surfaces each mark without text is drawn; contrast at least 3:1."""


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


@pytest.fixture
def sized(qapp: QApplication) -> Iterator[Callable[[TextSize], None]]:
    yield lambda size: appearance.apply(qapp, Theme.DARK, size)
    appearance.apply(qapp, Theme.DARK, TextSize.NORMAL)


@pytest.mark.parametrize(
    ("size", "normal_of_12"), [(TextSize.SMALL, 12), (TextSize.NORMAL, 12), (TextSize.LARGEST, 16)]
)
def test_what_is_painted_by_hand_follows_the_text_size_and_is_never_smaller_than_normal(
    sized: Callable[[TextSize], None], size: TextSize, normal_of_12: int
) -> None:
    texts = TextCache()
    usual = texts.picture("A4", 1.0)
    sized(size)
    assert text_font(12).pixelSize() == normal_of_12
    again = texts.picture("A4", 1.0)
    assert (height(again) > height(usual)) is (size is TextSize.LARGEST)


def test_widgets_that_paint_their_texts_grow_with_them_while_they_are_open(
    qtbot: QtBot, state: ViewerState, sized: Callable[[TextSize], None]
) -> None:
    ladder, ruler, series = SliceLadder(state), PhaseRuler(state), SeriesItem(state)
    lane = LadderLane(ladder, lambda: round(ladder.lane_left), VERDICT_LANE)
    for widget in (ladder, ruler):
        qtbot.addWidget(widget)
        widget.show()
    row = series.sizeHint(QStyleOptionViewItem(), QModelIndex()).height()
    before = ladder.width(), ruler.height(), lane.width(), row
    sized(TextSize.LARGEST)
    row = series.sizeHint(QStyleOptionViewItem(), QModelIndex()).height()
    assert (ladder.width(), ruler.height(), lane.width()) == tuple(round(n * 4 / 3) for n in before[:3])
    assert row > before[3]
    sized(TextSize.NORMAL)
    assert (ladder.width(), ruler.height(), lane.width()) == before[:3]


@pytest.mark.parametrize("size", [TextSize.NORMAL, TextSize.LARGE, TextSize.LARGEST])
def test_no_two_texts_over_a_picture_overlap_at_any_text_size(
    qtbot: QtBot, state: ViewerState, sized: Callable[[TextSize], None], size: TextSize
) -> None:
    sized(size)
    state.set_layer(add_run(state))
    for view, width, high in (
        (SliceView(state), 255, 285),
        (ReformatView(state), 380, 285),
        (ReformatView(state), 620, 400),
    ):
        qtbot.addWidget(view)
        view.resize(width, high)
        painted(view)
        written = view.content._notes.written
        assert len(written) >= 6
        for one, other in combinations(written, 2):
            shared = one.intersected(other)
            assert min(shared.width(), shared.height()) <= 4, (one, other)  # rooms have leading
