"""The centre of the window: viewports in a chosen layout, one of them maximised if wanted."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.choices import ViewLayout
from app.layers import Layer
from app.panels.compare_bar import CompareBar
from app.panels.viewport_area import ViewportArea
from app.state.compare_state import CompareMode, judged_of, pair_of
from app.state.viewer_state import ViewerState
from app.translation import tr
from app.views.long_axis_check_view import check_views
from app.views.plane_view import PlaneView
from app.views.reformat_view import ReformatView
from app.views.slice_ladder import SliceLadder
from app.views.slice_view import SliceView
from app.views.text_label import Tone, label

Place = tuple[int, int, int, int]
"""Row, column, rows and columns taken in the grid."""


class Viewport(QFrame):
    """A frame around one view and what belongs beside it.

    Parameters
    ----------
    view
        Takes the keyboard focus of the viewport.
    beside
        Shown at its right edge: the slice ladder.
    """

    entered = Signal()  # its view has the keyboard focus

    def __init__(self, view: QWidget, beside: QWidget | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = view
        self.beside = beside
        self.setProperty("viewport", True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(view, 1)
        if beside is not None:
            row.addWidget(beside)
        self.setFocusProxy(view)
        view.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """See the keys come to the view."""
        if event.type() is QEvent.Type.FocusIn:
            self.entered.emit()
        return super().eventFilter(watched, event)


class ViewportGrid(QWidget):
    """Short axis, two long axes, 3D, and the compare row.

    Emits ``plane_view_added`` for every view that is made, so that its intents can be connected.
    """

    plane_view_added = Signal(object)  # PlaneView
    ladder_added = Signal(object)  # SliceLadder

    def __init__(self, state: ViewerState) -> None:
        super().__init__()
        self._state = state
        self._maximised: Viewport | None = None
        self._last: Viewport | None = None
        self._compared: list[Viewport] = []
        self.short_axis = SliceView(state)
        self.ladder = SliceLadder(state)
        self.long_axes = (ReformatView(state, 0), ReformatView(state, 1))
        self.compare_bar = CompareBar(state)
        self.images = ViewportArea()
        """The viewports without the bar above them."""
        self._main = [
            self._framed(self.short_axis, self.ladder),
            self._framed(self.long_axes[0]),
            self._framed(self.long_axes[1]),
            self._framed(_waiting_for_3d()),
        ]
        self._grid = self.images.grid
        self._columns = 0
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.compare_bar)
        column.addWidget(self.images, 1)
        for view in (self.short_axis, *self.long_axes):
            self._watch(view)
        self.images.resized.connect(self._wrap)
        state.layout_changed.connect(self._on_layout_changed)
        for changed in (
            state.compare_layers_changed,
            state.compare.mode_changed,
            state.compare.long_axis_changed,
        ):
            changed.connect(self._remake_compared)
        state.compare.shown_changed.connect(self._follow_shown)
        state.compare.flickering_changed.connect(self._follow_shown)
        self._arrange()

    @property
    def plane_views(self) -> tuple[PlaneView, ...]:
        """Every slice and long-axis view that exists, the main ones first."""
        compared = [viewport.view for viewport in self._compared]
        extra = tuple(view for view in compared if isinstance(view, PlaneView))
        return (self.short_axis, *self.long_axes, *extra)

    def set_volume_view(self, widget: QWidget) -> None:
        """Put the 3D view where it was waited for."""
        old = self._main[3]
        self._main[3] = self._framed(widget)
        if self._maximised is old:
            self._maximised = self._main[3]
        self._grid.removeWidget(old)
        old.hide()
        old.deleteLater()
        self._arrange()

    def _watch(self, view: PlaneView) -> None:
        view.maximise_requested.connect(self.toggle_maximised)

    @Slot()
    def toggle_maximised(self) -> None:
        """Give the viewport with the focus the whole centre, or go back."""
        if self._maximised is not None:
            self._maximised = None
        else:
            self._maximised = self._focused()
        kept = self._focused() if self._maximised is None else self._maximised
        self._arrange()
        if kept is not None:
            kept.view.setFocus()

    @Slot()
    def focus_next(self) -> None:
        """Give the keyboard to the next viewport."""
        shown = [viewport for viewport in self._all() if viewport.isVisible()]
        focused = self._focused()
        if shown:
            place = shown.index(focused) + 1 if focused in shown else 0
            shown[place % len(shown)].view.setFocus(Qt.FocusReason.TabFocusReason)

    @Slot()
    def focus_last(self) -> None:
        """Give the keyboard to the viewport that had it last; to none where no series is shown."""
        last = self._focused()
        if last is not None:
            last.view.setFocus()

    def _all(self) -> list[Viewport]:
        return [*self._main, *self._compared]

    def _focused(self) -> Viewport | None:
        """The viewport that has the keys, or had them last; else the first on the screen."""
        shown = [viewport for viewport in self._all() if viewport.isVisible()]
        if self._last in shown:
            return self._last
        return shown[0] if shown else None

    @Slot()
    def _remember_focused(self) -> None:
        """Know which viewport had the keys last."""
        viewport = self.sender()
        if isinstance(viewport, Viewport):
            self._last = viewport

    @Slot()
    def _on_layout_changed(self) -> None:
        self._maximised = None
        if self._state.layout is ViewLayout.COMPARE and not self._compared:
            self._remake_compared()
        else:
            self._arrange()

    @Slot()
    def _remake_compared(self) -> None:
        for viewport in self._compared:
            self._grid.removeWidget(viewport)
            viewport.hide()
            viewport.deleteLater()
        if self._maximised in self._compared:
            self._maximised = None
        if self._state.layout is not ViewLayout.COMPARE:
            self._compared = []
            self._arrange()
            return
        focus = self.focusWidget()  # in the bar above the images, or where a remark is written, it stays
        outside = focus is not None and not any(viewport.isAncestorOf(focus) for viewport in self._all())
        focused = self._maximised is None and not outside
        self._compared = self._new_compared()
        self._arrange()
        if focused and self._compared:
            self._compared[0].view.setFocus()

    def _new_compared(self) -> list[Viewport]:
        """Viewports of the comparison: two layers in place, or each layer beside the other."""
        on_plane = self._on_plane()
        if on_plane:
            return on_plane
        layers, pair = self._state.compare_layers, pair_of(self._state.compare_layers)
        if pair is None or not self._state.compare.mode.in_place:
            return [self._slice_viewport(SliceView(self._state, layer), layer) for layer in layers]
        slices = self._paired(SliceView(self._state, pair[0]), SliceView(self._state, pair[1]))
        compared = [self._slice_viewport(slices, self._layer_on_ladder(pair))]
        if self._state.compare.mode is not CompareMode.DIFFERENCE:
            cuts = [ReformatView(self._state, 0, layer) for layer in pair]
            compared.append(self._viewport(self._paired(*cuts)))
        return compared

    def _on_plane(self) -> list[Viewport]:
        """Viewports of a long-axis check: acquired against the run, and against linear interpolation."""
        target = self._state.compare.long_axis
        run = self._state.run(target.run_id) if target is not None else None
        found = run.checks.long_axis if run is not None and run.checks is not None else ()
        if target is None or run is None or target.index >= len(found):
            return []
        check = found[target.index]
        if check.images is None:
            return []
        views = check_views(self._state, run, check)
        if not self._state.compare.mode.in_place:
            return [self._viewport(view) for view in views]
        again = check_views(self._state, run, check)[0]
        return [
            self._viewport(self._paired(views[0], views[1])),
            self._viewport(self._paired(again, views[2])),
        ]

    def _layer_on_ladder(self, pair: tuple[Layer, Layer]) -> Layer:
        """Where one picture stays on the screen, its layer; else the one with more slices, of equals the one that is seen."""
        compare = self._state.compare
        if compare.mode is CompareMode.DIFFERENCE:
            return judged_of(pair)
        flicker = compare.mode is CompareMode.FLICKER
        seen, other = pair[::-1] if flicker and compare.shown else pair
        if flicker and not compare.flickering:
            return seen
        return max(seen, other, key=self._slices_of)

    @Slot()
    def _follow_shown(self) -> None:
        """The ladder tells the origin of what is on the screen."""
        pair = pair_of(self._state.compare_layers)
        ladder = self._compared[0].beside if self._compared else None
        if pair is not None and self._state.compare.mode.in_place and isinstance(ladder, SliceLadder):
            ladder.show_layer(self._layer_on_ladder(pair))

    def _slices_of(self, layer: Layer) -> int:
        volume = self._state.volume(layer)
        return volume.slices if volume else 0

    def _paired(self, first: PlaneView, second: PlaneView) -> PlaneView:
        first.compare_with(second, self._state.compare)
        return first

    def _slice_viewport(self, view: PlaneView, layer: Layer) -> Viewport:
        ladder = SliceLadder(self._state, layer, marks=False)
        self.ladder_added.emit(ladder)
        return self._viewport(view, ladder)

    def _viewport(self, view: PlaneView, beside: QWidget | None = None) -> Viewport:
        self._watch(view)
        self.plane_view_added.emit(view)
        return self._framed(view, beside)

    def _framed(self, view: QWidget, beside: QWidget | None = None) -> Viewport:
        viewport = Viewport(view, beside, self.images)
        viewport.entered.connect(self._remember_focused)
        return viewport

    @Slot()
    def _wrap(self) -> None:
        """Take as many rows as the width needs."""
        if self.images.columns != self._columns:
            self._arrange()

    def _arrange(self) -> None:
        self.images.set_beside(self._beside())
        self._columns = self.images.columns
        places = self._places()
        for viewport in self._all():
            self._grid.removeWidget(viewport)
            viewport.setVisible(viewport in places)
            if isinstance(viewport.view, PlaneView):
                viewport.view.set_alone(viewport is self._maximised)
        for index in range(self._grid.rowCount()):
            self._grid.setRowStretch(index, 0)
        for index in range(self._grid.columnCount()):
            self._grid.setColumnStretch(index, 0)
        for viewport, (row, column, rows, columns) in places.items():
            self._grid.addWidget(viewport, row, column, rows, columns)
            for index in range(row, row + rows):
                self._grid.setRowStretch(index, 1)
            for index in range(column, column + columns):
                self._grid.setColumnStretch(index, 1)
        if self._state.layout is ViewLayout.ONE_AND_THREE and self._maximised is None:
            self._grid.setColumnStretch(0, 2)
        if self._in_place and len(places) == 2:
            self._grid.setColumnStretch(0, 3)
            self._grid.setColumnStretch(1, 2)

    def _beside(self) -> tuple[QWidget, ...]:
        """Viewports that stand side by side in one comparison."""
        state = self._state
        wanted = state.layout is ViewLayout.COMPARE and not state.compare.mode.in_place
        return tuple(self._compared) if wanted and self._maximised is None else ()

    @property
    def _in_place(self) -> bool:
        """Whether a large short-axis comparison stands beside a small long-axis one."""
        compare, layout = self._state.compare, self._state.layout
        return layout is ViewLayout.COMPARE and compare.mode.in_place and compare.long_axis is None

    def _places(self) -> dict[Viewport, Place]:
        if self._maximised is not None:
            return {self._maximised: (0, 0, 1, 1)}
        axis, first, second, volume = self._main
        match self._state.layout:
            case ViewLayout.SINGLE:
                return {axis: (0, 0, 1, 1)}
            case ViewLayout.PAIR:
                return {axis: (0, 0, 1, 1), first: (0, 1, 1, 1)}
            case ViewLayout.ONE_AND_THREE:
                small = {v: (i, 1, 1, 1) for i, v in enumerate((first, second, volume))}
                return {axis: (0, 0, 3, 1), **small}
            case ViewLayout.COMPARE if self._compared:
                across = self._columns or len(self._compared)
                return {v: (*divmod(i, across), 1, 1) for i, v in enumerate(self._compared)}
            case _:
                return {axis: (0, 0, 1, 1), first: (0, 1, 1, 1), second: (1, 0, 1, 1), volume: (1, 1, 1, 1)}


def _waiting_for_3d() -> QWidget:
    holder = QWidget()
    text = label(tr("3D is being prepared…"), Tone.SECONDARY)
    text.setAlignment(Qt.AlignmentFlag.AlignCenter)
    QVBoxLayout(holder).addWidget(text)
    return holder
