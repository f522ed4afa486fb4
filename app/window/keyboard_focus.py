"""Reaching every part of the window without a mouse: F6 goes from part to part, Tab through what is in them."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QToolBar, QToolButton, QWidget

if TYPE_CHECKING:
    from app.window.main_window import MainWindow


def reach_tools(window: "MainWindow") -> None:
    """Let Tab reach the buttons of the tool bars, which Qt leaves out."""
    for bar in window.findChildren(QToolBar):
        for button in bar.findChildren(QToolButton):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)


def focus_next_part(window: "MainWindow") -> None:
    """Give the keys to the next of: series, comparison, images, inspector, cine, tools."""
    parts = [part for part in _parts(window) if part.isVisible()]
    here = _part_of(parts, QApplication.focusWidget())
    order = _reachable(window)
    for step in range(1, len(parts) + 1):
        part = parts[(here + step) % len(parts)]
        inside = [widget for widget in order if _holds(part, widget)]
        if inside:
            inside[0].setFocus(Qt.FocusReason.TabFocusReason)
            return


def focus_next(window: "MainWindow", *, forward: bool) -> bool:
    """Give the keys to what comes next, or before; after the last of a part to the first of the next part.

    Qt's own order is that in which things were made, and some panels are made late.

    Returns
    -------
    moved
        False where nothing can be reached.
    """
    order = tab_order(window)
    if not order:
        return False
    focus = window.focusWidget()
    if focus in order:
        target = order[(order.index(focus) + (1 if forward else -1)) % len(order)]
    else:  # it was just hidden
        images = [widget for widget in order if _holds(window.grid.images, widget)]
        target = (images or order)[0]
    target.setFocus(Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason)
    return True


def tab_order(window: "MainWindow") -> list[QWidget]:
    """What Tab reaches now, part by part; at the end what belongs to none."""
    parts = _parts(window)
    parts.insert(1, window.notices)
    return sorted(_reachable(window), key=lambda widget: _part_of(parts, widget) % (len(parts) + 1))


def _parts(window: "MainWindow") -> list[QWidget]:
    centre = [window.grid.compare_bar, window.grid.images] if window.grid.isVisible() else [window.empty]
    tools = window.findChild(QToolBar, "Tools")
    return [window.series, *centre, window.inspector, window.transport, *([tools] if tools else [])]


def _part_of(parts: list[QWidget], widget: QWidget | None) -> int:
    """Number of the part that holds a widget; -1 where none does."""
    return next((i for i, part in enumerate(parts) if widget is not None and _holds(part, widget)), -1)


def _holds(part: QWidget, widget: QWidget) -> bool:
    return part is widget or part.isAncestorOf(widget)


def _reachable(window: QWidget) -> list[QWidget]:
    """What can take the focus by Tab, in the order in which it was made."""
    found, widget = [], window.nextInFocusChain()
    while widget is not None and widget is not window:
        by_tab = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.focusProxy() is None
        if by_tab and widget.isVisible() and widget.isEnabled():
            found.append(widget)
        widget = widget.nextInFocusChain()
    return found
