"""Themes: the colours of every surface outside the images, each named once.

The style sheet ``resources/style/calid.qss`` is a template in which ``@name`` stands for a field of ``Tokens``; widgets
that paint themselves take theirs from ``surface()``. Images, ladders and the 3D view stay dark in every theme, because
grey values are read against black (``app.palette``).
"""

from dataclasses import asdict, dataclass
from enum import Enum
from functools import cache

from PySide6.QtGui import QColor

from app.colours import SLICE_LINE
from app.translation import tr_later
from calid_core.marks import rgb
from calid_core.provenance import SliceOrigin


class Theme(Enum):
    """The value is stored and shown."""

    DARK = tr_later("Dark")
    LIGHT = tr_later("Light")


@dataclass(frozen=True)
class Tokens:
    """Colours of one theme, ``#rrggbb``.

    Parameters
    ----------
    ground, behind, bar, strip, raised, tip, field, list, alternate
        Surfaces: panels, between them, menu and tool bars, notices, cards and menus, tooltips, what is typed in, lists.
    control, control_hover, control_pressed, hover, item_hover, checked, checked_pressed, tab_focus
        Surfaces of buttons and items in their states.
    selected, primary, primary_hover, primary_disabled, on_selected
        Filled surfaces and the text on them.
    text, strong, muted, header, disabled, tip_text, good, bad, warning, banner, banner_text, banner_line
        Texts, and the research-use banner.
    line, outline, edge, faint, box, handle, handle_hover, knob, accent, focus
        Lines, borders and handles; ``focus`` is the ring around what has the keyboard.
    acquired, interpolated, synthesised
        Texts in lists that say where a slice comes from; the letter says it too.
    ink
        Lines of the icons.
    """

    ground: str
    behind: str
    bar: str
    strip: str
    raised: str
    tip: str
    field: str
    list: str
    alternate: str
    control: str
    control_hover: str
    control_pressed: str
    hover: str
    item_hover: str
    checked: str
    checked_pressed: str
    tab_focus: str
    selected: str
    primary: str
    primary_hover: str
    primary_disabled: str
    on_selected: str
    text: str
    strong: str
    muted: str
    header: str
    disabled: str
    tip_text: str
    good: str
    bad: str
    warning: str
    banner: str
    banner_text: str
    banner_line: str
    line: str
    outline: str
    edge: str
    faint: str
    box: str
    handle: str
    handle_hover: str
    knob: str
    accent: str
    focus: str
    acquired: str
    interpolated: str
    synthesised: str
    ink: str
    black: str = "#000000"


DARK = Tokens(
    ground="#171c22",
    behind="#0e1216",
    bar="#12171c",
    strip="#22303c",
    raised="#1d242b",
    tip="#262e37",
    field="#0f1419",
    list="#11161b",
    alternate="#151b21",
    control="#2a343e",
    control_hover="#34414d",
    control_pressed="#222b33",
    hover="#2a3540",
    item_hover="#1f2831",
    checked="#24465e",
    checked_pressed="#1d3a4f",
    tab_focus="#1f2b36",
    selected="#2a668f",
    primary="#24699b",
    primary_hover="#2b73a8",
    primary_disabled="#22323e",
    on_selected="#ffffff",
    text="#e4e9ef",
    strong="#ffffff",
    muted="#a9b5c1",
    header="#b9c4cf",
    disabled="#7e8995",
    tip_text="#f2f5f8",
    good="#7fd6a3",
    bad="#ff9a8c",
    warning="#ffcf70",
    banner="#4a3208",
    banner_text="#ffdf9e",
    banner_line="#7a5717",
    line="#36404a",
    outline="#46525e",
    edge="#0a0d10",
    faint="#2b343d",
    box="#6a7784",
    handle="#3b4650",
    handle_hover="#55626f",
    knob="#dfe6ee",
    accent="#3f8fc4",
    focus="#67b4e8",
    acquired="#8ecbf2",
    interpolated="#e4e9ef",
    synthesised="#ffc266",
    ink="#dfe6ee",
)
LIGHT = Tokens(
    ground="#f4f6f8",
    behind="#c9d1d8",
    bar="#e6ebef",
    strip="#dce8f2",
    raised="#ffffff",
    tip="#ffffff",
    field="#ffffff",
    list="#ffffff",
    alternate="#f2f5f8",
    control="#e1e7ec",
    control_hover="#d3dce4",
    control_pressed="#c6d1db",
    hover="#d6e2ec",
    item_hover="#e9f1f8",
    checked="#c5def2",
    checked_pressed="#b1d1eb",
    tab_focus="#d6e5f1",
    selected="#1d679f",
    primary="#1d679f",
    primary_hover="#17588a",
    primary_disabled="#ccd6de",
    on_selected="#ffffff",
    text="#1a222b",
    strong="#05090d",
    muted="#4b5864",
    header="#36424d",
    disabled="#66717c",
    tip_text="#1a222b",
    good="#0d673b",
    bad="#a3231a",
    warning="#7b4a00",
    banner="#ffe5a8",
    banner_text="#573800",
    banner_line="#c99a3a",
    line="#b9c3cc",
    outline="#8d99a5",
    edge="#c3ccd4",
    faint="#cfd7de",
    box="#6f7c88",
    handle="#a9b5c0",
    handle_hover="#8392a0",
    knob="#2b5878",
    accent="#1d679f",
    focus="#0a5ea3",
    acquired="#0c5c94",
    interpolated="#1a222b",
    synthesised="#8a4300",
    ink="#2a3641",
)
TOKENS = {Theme.DARK: DARK, Theme.LIGHT: LIGHT}


class TextSize(Enum):
    """Size of ordinary text in logical pixels."""

    SMALL = 11
    NORMAL = 12
    LARGE = 14
    LARGEST = 16


@dataclass(frozen=True)
class Surface:
    """The tokens that widgets paint with, as Qt colours."""

    panel: QColor
    selected: QColor
    line: QColor
    text: QColor
    muted: QColor
    accent: QColor
    on_accent: QColor
    warning: QColor
    good: QColor
    bad: QColor
    focus: QColor
    marker: QColor
    origin: dict[SliceOrigin, QColor]


_current, _text_size = Theme.DARK, TextSize.NORMAL


def current_theme() -> Theme:
    """The theme of the window."""
    return _current


def set_current_theme(theme: Theme) -> None:
    """Make ``surface()`` follow a theme; ``app.appearance`` calls it and repaints."""
    global _current
    _current = theme


def set_current_text_size(size: TextSize) -> None:
    """Make ``text_scale()`` follow a text size; ``app.appearance`` calls it and repaints."""
    global _text_size
    _text_size = size


def current_text_size() -> TextSize:
    """The size of ordinary text in the window."""
    return _text_size


def text_scale() -> float:
    """How much larger painted texts and what holds them are than at the normal text size; at least 1, since they are small already."""
    return max(1.0, _text_size.value / TextSize.NORMAL.value)


def surface() -> Surface:
    """Colours of the theme in use, for widgets outside the images that paint themselves."""
    return _surface(_current)


def filled(template: str, theme: Theme, size: TextSize, icons: str) -> str:
    """A style sheet template with its ``@names`` replaced."""
    values = {
        **asdict(TOKENS[theme]),
        "text_px": f"{size.value}px",
        "heading_px": f"{size.value + 1}px",
        "title_px": f"{size.value + 10}px",
        "tab_room_px": "5px" if size.value <= TextSize.NORMAL.value else "3px",
        "icons": icons,
    }
    for name in sorted(values, key=len, reverse=True):
        template = template.replace(f"@{name}", values[name])
    return template


@cache
def _surface(theme: Theme) -> Surface:
    tokens = TOKENS[theme]
    return Surface(
        panel=QColor(tokens.list),
        selected=QColor(tokens.checked),
        line=QColor(tokens.outline),
        text=QColor(tokens.text),
        muted=QColor(tokens.muted),
        accent=QColor(tokens.focus),
        on_accent=QColor(tokens.list),
        warning=QColor(tokens.warning),
        good=QColor(tokens.good),
        bad=QColor(tokens.bad),
        focus=QColor(tokens.strong),
        marker=QColor(*rgb(SLICE_LINE)) if theme is Theme.DARK else QColor(tokens.synthesised),
        origin={
            SliceOrigin.ACQUIRED: QColor(tokens.acquired),
            SliceOrigin.INTERPOLATED: QColor(tokens.interpolated),
            SliceOrigin.SYNTHESISED: QColor(tokens.synthesised),
        },
    )
