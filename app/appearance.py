"""Theme, text size and motion as a person chose them: stored, applied, and changed while the window is open."""

from typing import Protocol, runtime_checkable

from PySide6.QtGui import QAction, QColor, QPalette
from PySide6.QtWidgets import QAbstractButton, QApplication, QMenu, QTabWidget, QWidget

from app.preferences import Preferences
from app.resources import icon, icon_name, style_sheet
from app.theme import (
    TOKENS,
    TextSize,
    Theme,
    current_text_size,
    current_theme,
    set_current_text_size,
    set_current_theme,
)

THEME, TEXT_SIZE, REDUCED_MOTION = "theme", "text_size", "reduced_motion"
"""Names under which the choices are stored."""


@runtime_checkable
class Themed(Protocol):
    """A widget that keeps colours of the theme, such as those of table rows, or is as large as the text that it paints."""

    def refresh_theme(self) -> None:
        """Take the colours and the text size in use."""
        ...


def stored_theme(preferences: Preferences) -> Theme:
    """The theme chosen; dark at first and where what is stored is damaged."""
    stored = preferences.text(THEME, Theme.DARK.value)
    return next((theme for theme in Theme if theme.value == stored), Theme.DARK)


def stored_text_size(preferences: Preferences) -> TextSize:
    """The text size chosen; normal at first and where what is stored is damaged."""
    stored = preferences.text(TEXT_SIZE, TextSize.NORMAL.name)
    return TextSize.__members__.get(stored, TextSize.NORMAL)


def reduced_motion(preferences: Preferences) -> bool:
    """Whether flicker is slow (at most 3 Hz) and thumbnails keep still."""
    return preferences.flag(REDUCED_MOTION)


def apply_stored(application: QApplication, preferences: Preferences) -> None:
    """Dress the application as it was chosen last."""
    apply(application, stored_theme(preferences), stored_text_size(preferences))


def apply(application: QApplication, theme: Theme, size: TextSize) -> None:
    """Dress every window of the application; what paints itself is painted again."""
    changed = theme is not current_theme() or size is not current_text_size()
    set_current_theme(theme)
    set_current_text_size(size)
    application.setPalette(_palette(theme))
    sheet = style_sheet(theme, size)
    if application.styleSheet() != sheet:
        application.setStyleSheet(sheet)
    if changed:
        for widget in application.allWidgets():
            _change_icons(widget)
            if isinstance(widget, Themed):
                widget.refresh_theme()
            widget.update()


def _change_icons(widget: QWidget) -> None:
    """Give a widget and its actions the icons of the theme in use."""
    carriers: list[QAbstractButton | QAction] = list(widget.actions())
    if isinstance(widget, QAbstractButton):
        carriers.append(widget)
    if isinstance(widget, QMenu):
        carriers.append(widget.menuAction())
    for carrier in carriers:
        name = icon_name(carrier.icon())
        if name is not None:
            carrier.setIcon(icon(name))
    if isinstance(widget, QTabWidget):
        for index in range(widget.count()):
            name = icon_name(widget.tabIcon(index))
            if name is not None:
                widget.setTabIcon(index, icon(name))


def _palette(theme: Theme) -> QPalette:
    """Colours for what the style sheet does not reach: links, placeholders, printed text."""
    tokens = TOKENS[theme]
    palette = QPalette()
    roles = {
        QPalette.ColorRole.Window: tokens.ground,
        QPalette.ColorRole.WindowText: tokens.text,
        QPalette.ColorRole.Base: tokens.list,
        QPalette.ColorRole.AlternateBase: tokens.alternate,
        QPalette.ColorRole.Text: tokens.text,
        QPalette.ColorRole.PlaceholderText: tokens.muted,
        QPalette.ColorRole.Button: tokens.control,
        QPalette.ColorRole.ButtonText: tokens.text,
        QPalette.ColorRole.Highlight: tokens.selected,
        QPalette.ColorRole.HighlightedText: tokens.on_selected,
        QPalette.ColorRole.Link: tokens.focus,
        QPalette.ColorRole.LinkVisited: tokens.focus,
        QPalette.ColorRole.ToolTipBase: tokens.tip,
        QPalette.ColorRole.ToolTipText: tokens.tip_text,
    }
    for role, colour in roles.items():
        palette.setColor(role, QColor(colour))
    return palette
