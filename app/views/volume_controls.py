"""The button in the corner of the 3D view with everything that can be chosen there."""

from dataclasses import replace
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QGridLayout, QLabel, QMenu, QSlider, QToolButton, QWidget, QWidgetAction

from app.palette import GROUND, TEXT
from app.scenes.display import ClipBox, Content, Cut, Direction, Extent
from app.translation import tr, tr_later

if TYPE_CHECKING:
    from app.views.volume_view import VolumeView

EDGE = 6
"""Logical pixels between the button and the corner."""
STEPS = 100
"""Positions of a clipping slider."""
SIDES = (tr_later("Slices"), tr_later("Rows"), tr_later("Columns"))


class VolumeControls(QToolButton):
    """A menu: what is drawn, how much of it, cut, clipping box, direction."""

    def __init__(self, view: "VolumeView") -> None:
        super().__init__(view)
        self._view = view
        self.setText("3D ▾")
        self.setStyleSheet(
            f"QToolButton {{ color: {TEXT.name()}; background: {GROUND.name()}; }}"
        )  # over an image
        self.setToolTip(
            tr(
                "What is drawn in 3D and how it is clipped.\n"
                "Drag: turn · middle or Shift-drag: shift · right-drag or Ctrl+wheel: zoom"
            )
        )
        self.setAccessibleName(tr("3D display"))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self._menu = QMenu(self)
        self._checks: dict[Enum, QAction] = {}
        self._add_choices("", tuple(Content), self._choose_content)
        self._menu.addSeparator()
        self._add_choices("", tuple(Extent), self._choose_extent)
        self._menu.addSeparator()
        self._add_choices(tr("Cut through the crosshair"), tuple(Cut), self._choose_cut)
        self._reversed = self._menu.addAction(tr("Take the other half"))
        self._reversed.setCheckable(True)
        self._reversed.triggered.connect(self._reverse_cut)
        self._box = _BoxSliders(view)
        self._add_box()
        looks = self._menu.addMenu(tr("Look from"))
        for direction in Direction:
            looks.addAction(tr(direction.value), partial(view.look_from, direction))
        self._menu.addAction(tr("Reset 3D view"), view.reset_view)
        self.setMenu(self._menu)
        view.display_changed.connect(self.refresh)
        self.refresh()

    def place(self) -> None:
        """Keep to the upper right corner."""
        self.adjustSize()
        self.move(self._view.width() - self.width() - EDGE, EDGE)

    @Slot()
    def refresh(self) -> None:
        """Show what is chosen."""
        display = self._view.display
        for choice, action in self._checks.items():
            action.setChecked(choice in (display.content, display.extent, display.cut))
        self._reversed.setChecked(display.cut_reversed)
        self._reversed.setEnabled(display.cut is not Cut.NONE)
        self._box.refresh()

    def _add_choices(self, title: str, choices: tuple[Enum, ...], choose: object) -> None:
        menu = self._menu.addMenu(title) if title else self._menu
        group = QActionGroup(self)
        for choice in choices:
            action = menu.addAction(tr(str(choice.value)))
            action.setCheckable(True)
            action.setData(choice)
            group.addAction(action)
            self._checks[choice] = action
        group.triggered.connect(choose)

    def _add_box(self) -> None:
        menu = self._menu.addMenu(tr("Clipping box"))
        action = QWidgetAction(menu)
        action.setDefaultWidget(self._box)
        menu.addAction(action)
        menu.addAction(tr("Keep everything"), self._box.reset)

    @Slot(QAction)
    def _choose_content(self, action: QAction) -> None:
        self._view.set_display(replace(self._view.display, content=action.data()))

    @Slot(QAction)
    def _choose_extent(self, action: QAction) -> None:
        self._view.set_display(replace(self._view.display, extent=action.data()))

    @Slot(QAction)
    def _choose_cut(self, action: QAction) -> None:
        self._view.set_display(replace(self._view.display, cut=action.data()))

    @Slot(bool)
    def _reverse_cut(self, checked: bool) -> None:
        self._view.set_display(replace(self._view.display, cut_reversed=checked))


class _BoxSliders(QWidget):
    """Two sliders per axis: where the kept part begins and ends."""

    def __init__(self, view: "VolumeView") -> None:
        super().__init__()
        self._view = view
        self._sliders: list[tuple[QSlider, QSlider]] = []
        grid = QGridLayout(self)
        for row, name in enumerate(tr(side) for side in SIDES):
            grid.addWidget(QLabel(name), row, 0)
            pair = (
                self._slider(tr("{name}: first kept").format(name=name)),
                self._slider(tr("{name}: last kept").format(name=name)),
            )
            for column, slider in enumerate(pair):
                grid.addWidget(slider, row, column + 1)
            self._sliders.append(pair)

    def _slider(self, name: str) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setRange(0, STEPS)
        slider.setFixedWidth(110)
        slider.setAccessibleName(name)
        slider.setToolTip(name)
        slider.valueChanged.connect(self._on_moved)
        return slider

    def refresh(self) -> None:
        """Show the box of the view."""
        box = self._view.display.box
        for (first, last), low, high in zip(self._sliders, box.low, box.high, strict=True):
            for slider, value in ((first, low), (last, high)):
                slider.blockSignals(True)
                slider.setValue(round(value * STEPS))
                slider.blockSignals(False)

    @Slot()
    def reset(self) -> None:
        """Keep everything."""
        self._view.set_display(replace(self._view.display, box=ClipBox()))

    @Slot()
    def _on_moved(self) -> None:
        low, high = [], []
        for first, last in self._sliders:
            # At least one step stays.
            start = min(first.value(), STEPS - 1)
            low.append(start / STEPS)
            high.append(max(last.value(), start + 1) / STEPS)
        box = ClipBox((low[0], low[1], low[2]), (high[0], high[1], high[2]))
        self._view.set_display(replace(self._view.display, box=box))
