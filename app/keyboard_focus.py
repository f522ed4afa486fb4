"""Reaching every part of the window without a mouse."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QToolBar, QToolButton, QWidget

from app.main_window import MainWindow


def reach_tools(window: MainWindow) -> None:
    """Let Tab reach the buttons of the tool bars, which Qt leaves out."""
    for bar in window.findChildren(QToolBar):
        for button in bar.findChildren(QToolButton):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)


def focus_next_part(window: MainWindow) -> None:
    """Give the keys to the next of: series, images, inspector, cine, tools."""
    parts = [part for part in _parts(window) if part.isVisible()]
    focus = QApplication.focusWidget()
    here = next((i for i, part in enumerate(parts) if focus is not None and _holds(part, focus)), -1)
    target = _first_inside(parts[(here + 1) % len(parts)])
    if target is not None:
        target.setFocus(Qt.FocusReason.TabFocusReason)


def _parts(window: MainWindow) -> list[QWidget]:
    centre = window.grid if window.grid.isVisible() else window.empty
    tools = window.findChild(QToolBar, "Tools")
    return [window.series, centre, window.inspector, window.transport, *([tools] if tools else [])]


def _holds(part: QWidget, widget: QWidget) -> bool:
    return part is widget or part.isAncestorOf(widget)


def _first_inside(part: QWidget) -> QWidget | None:
    """The part itself, or what in it Tab reaches first."""
    if part.focusPolicy() & Qt.FocusPolicy.TabFocus and part.focusProxy() is None:
        return part
    widget: QWidget | None = part
    for _ in range(len(part.window().findChildren(QWidget))):
        widget = widget.nextInFocusChain() if widget is not None else None
        if widget is None:
            break
        reachable = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
        if _holds(part, widget) and reachable and widget.isVisible() and widget.isEnabled():
            return widget
    return None
