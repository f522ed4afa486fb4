"""Mouse and wheel do what the key sheet says, and keys reach the window."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.choices import Tool
from app.controllers.display import Display
from app.controllers.navigation import Navigation
from app.layers import ACQUIRED, Layer
from app.measure.shapes import Measurement
from app.open_series import OpenSeries
from app.panels.status_line import StatusLine
from app.state.viewer_state import ViewerState
from app.views.plane_view import PlaneView
from app.views.reformat_view import ReformatView
from app.views.slice_ladder import SliceLadder
from app.views.slice_painter import handle_points
from app.views.slice_view import SliceView
from calid_core.cine import CineStack
from calid_core.geometry import Geometry
from tests.app.dense_runs import add_run

NONE = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
CTRL = Qt.KeyboardModifier.ControlModifier
LEFT, MIDDLE, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton


def wheel(
    view: QWidget,
    delta: int,
    modifiers: Qt.KeyboardModifier = NONE,
    at: tuple[float, float] = (50, 60),
    *,
    sideways: bool = False,
) -> None:
    place = QPointF(*at)
    event = QWheelEvent(
        place,
        place,
        QPoint(),
        QPoint(delta, 0) if sideways else QPoint(0, delta),
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, event)


def drag(
    view: QWidget,
    start: tuple[float, float],
    end: tuple[float, float],
    button: Qt.MouseButton = LEFT,
    modifiers: Qt.KeyboardModifier = NONE,
) -> None:
    kinds = QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.MouseButtonRelease
    for kind, place in zip(kinds, (start, end, end), strict=True):
        point = QPointF(*place)
        pressed = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else button
        QApplication.sendEvent(view, QMouseEvent(kind, point, point, pressed, button, modifiers))


def connected(view: PlaneView, state: ViewerState) -> tuple[Navigation, Display]:
    navigation, display = Navigation(state, view), Display(state, view)
    view.slice_step_requested.connect(navigation.step_slice)
    view.slice_requested.connect(navigation.go_to_slice_of)
    view.phase_step_requested.connect(navigation.step_phase)
    view.position_requested.connect(navigation.go_to_position)
    view.window_requested.connect(display.set_window)
    view.zoom_requested.connect(display.set_zoom)
    view.pan_requested.connect(display.set_pan)
    view.long_axis_angle_requested.connect(display.set_long_axis_angle)
    return navigation, display


@pytest.fixture
def view(qtbot: QtBot, state: ViewerState) -> SliceView:
    made = SliceView(state)
    qtbot.addWidget(made)
    made.resize(400, 300)
    connected(made, state)
    return made


@pytest.fixture
def long_axis(qtbot: QtBot, state: ViewerState) -> ReformatView:
    made = ReformatView(state, 0)
    qtbot.addWidget(made)
    made.resize(400, 300)
    connected(made, state)
    return made


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.sampled_from(["slice", "phase", "zoom"]), st.sampled_from([-1, 1])), max_size=25)
)
def test_the_wheel_moves_one_axis_at_a_time(
    qapp: object, stack: CineStack, notches: list[tuple[str, int]]
) -> None:
    state = ViewerState()
    state.set_all_series((OpenSeries(1, "test", stack=stack),), 1)
    view = SliceView(state)
    view.resize(400, 300)
    connected(view, state)
    slice_, phase = state.slice_index(), 0
    for axis, step in notches:
        wheel(view, -120 * step, {"slice": NONE, "phase": SHIFT, "zoom": CTRL}[axis])
        slice_ = min(max(slice_ + step, 0), stack.slices - 1) if axis == "slice" else slice_
        phase = (phase + step) % stack.phases if axis == "phase" else phase
        assert (state.slice_index(), state.phase) == (slice_, phase)
    view.deleteLater()


@pytest.mark.parametrize("own", [None, ACQUIRED])
@pytest.mark.parametrize("of", [SliceView, SliceLadder])
def test_the_wheel_goes_down_the_ladder_on_stacks_stored_apex_first(
    qtbot: QtBot, stack: CineStack, of: type[SliceView] | type[SliceLadder], own: Layer | None
) -> None:
    affine = stack.geometry.affine.copy()
    affine[2, 0] = 10.0
    state = ViewerState()
    upwards = replace(stack, geometry=Geometry(affine, stack.geometry.shape, known=True))
    state.set_all_series((OpenSeries(1, "upwards", stack=upwards),), 1)
    widget = of(state, own)
    qtbot.addWidget(widget)
    navigation = Navigation(state)
    widget.slice_step_requested.connect(navigation.step_slice)
    navigation.go_to_first()
    assert state.slice_index() == stack.slices - 1
    for slice_ in (2, 1, 0, 0):
        wheel(widget, -120)
        assert state.slice_index() == slice_
    wheel(widget, 120)
    assert state.slice_index() == 1


def test_small_wheel_steps_of_a_touch_pad_add_up_to_a_slice(view: SliceView, state: ViewerState) -> None:
    before = state.slice_index()
    for _ in range(3):
        wheel(view, -30)
    assert state.slice_index() == before
    wheel(view, -30)
    assert state.slice_index() == before + 1
    wheel(view, -120, SHIFT, sideways=True)  # as some platforms tell it
    assert state.phase == 1


def test_zooming_keeps_the_place_under_the_cursor(view: SliceView, state: ViewerState) -> None:
    assert view.transform is not None
    before = view.transform.to_pixel(130, 210)
    for delta in (120, 240, -120):
        wheel(view, delta, CTRL, (130, 210))
        assert view.transform.to_pixel(130, 210) == pytest.approx(before, abs=1e-6)
    assert state.zoom == pytest.approx(1.15**2)


def test_the_middle_button_carries_the_picture_along(view: SliceView) -> None:
    assert view.transform is not None
    before = view.transform.to_pixel(100, 100)
    drag(view, (100, 100), (137, 71), MIDDLE)
    assert view.transform.to_pixel(137, 71) == pytest.approx(before, abs=1e-6)


def test_the_right_button_zooms_upwards_in(view: SliceView, state: ViewerState) -> None:
    drag(view, (200, 150), (200, 100), RIGHT)
    assert state.zoom > 1.2


def test_dragging_rightwards_widens_and_downwards_darkens(view: SliceView, state: ViewerState) -> None:
    state.set_window((100.0, 256.0))
    drag(view, (30, 150), (60, 170))
    assert state.window == pytest.approx((120.0, 286.0))
    drag(view, (390, 150), (10, 150))
    assert state.window == pytest.approx(
        (120.0, 2.86)
    )  # a hundredth is left of a window that is dragged shut


def test_shift_moves_the_crosshair_whatever_the_tool(view: SliceView, state: ViewerState) -> None:
    state.set_tool(Tool.MEASURE)
    measured: list[Measurement] = []
    view.measured.connect(measured.append)
    drag(view, (180, 210), (210, 130), modifiers=SHIFT)
    assert view.transform is not None
    row, column = view.transform.to_pixel(210, 130)
    assert state.position[:2] == pytest.approx([column * 1.5, row * 1.5])
    assert measured == []


@pytest.mark.parametrize(
    ("tool", "changed"),
    [
        (Tool.WINDOW_LEVEL, "window"),
        (Tool.PAN, "pan"),
        (Tool.ZOOM, "zoom"),
        (Tool.CROSSHAIR, "position"),
        (Tool.MEASURE, None),
    ],
)
def test_the_left_button_does_what_the_tool_says_and_nothing_else(
    view: SliceView, state: ViewerState, tool: Tool, changed: str | None
) -> None:
    names = ("window", "zoom", "pan", "position", "phase", "long_axis_angle")
    state.set_tool(tool)
    measured: list[Measurement] = []
    view.measured.connect(measured.append)
    before = {name: getattr(state, name) for name in names}
    drag(view, (150, 210), (160, 226))
    moved = {name for name in names if not np.array_equal(getattr(state, name), before[name])}
    if tool is Tool.ZOOM:
        moved.discard("pan")  # the place under the cursor stays
    assert moved == ({changed} if changed else set())
    assert len(measured) == (1 if tool is Tool.MEASURE else 0)


def test_the_crosshair_goes_where_the_mouse_is_and_stays_in_its_slice(
    view: SliceView, state: ViewerState
) -> None:
    state.set_layer(add_run(state))
    depth = state.position[2]
    state.set_tool(Tool.CROSSHAIR)
    drag(view, (180, 210), (210, 130))
    assert view.transform is not None
    row, column = view.transform.to_pixel(210, 130)
    assert state.position == pytest.approx([column * 1.5, row * 1.5, depth])


def test_a_measured_distance_is_in_mm_and_names_its_slice(view: SliceView, state: ViewerState) -> None:
    state.set_layer(add_run(state))
    state.set_position(np.array([10.0, 12.0, -14.0]))
    state.set_tool(Tool.MEASURE)
    measured: list[Measurement] = []
    view.measured.connect(measured.append)
    assert view.transform is not None
    start, end = view.transform.to_screen(3, 4), view.transform.to_screen(7, 7)
    drag(view, start, end)
    assert measured[0].length == pytest.approx(7.5, abs=1e-6)  # 4 and 3 pixels of 1.5 mm
    assert measured[0].made_on == "S8"
    drag(view, start, start)
    assert len(measured) == 1


def test_turning_a_handle_turns_both_long_axis_planes(view: SliceView, state: ViewerState) -> None:
    assert view.transform is not None
    handle = handle_points(view.lines[0], view.transform)[0]
    centre = QPointF(*view.transform.to_screen(view.lines[0].row, view.lines[0].column))
    reach = handle - centre
    turned = centre + QPointF(-reach.y(), reach.x())  # a quarter clockwise on the screen
    halfway = centre + (reach + QPointF(-reach.y(), reach.x())) * 0.5**0.5
    drag(view, handle.toTuple(), halfway.toTuple())
    assert state.long_axis_angle == pytest.approx(45.0)
    assert [line.angle for line in view.lines] == pytest.approx([45.0, 135.0])
    drag(view, handle_points(view.lines[0], view.transform)[0].toTuple(), turned.toTuple())
    assert state.long_axis_angle == pytest.approx(90.0)


@pytest.mark.parametrize("end", [0, 1])
def test_either_end_of_a_line_turns_the_planes_as_far_as_it_is_dragged(
    view: SliceView, state: ViewerState, end: int
) -> None:
    assert view.transform is not None
    handle = handle_points(view.lines[0], view.transform)[end]
    centre = QPointF(*view.transform.to_screen(view.lines[0].row, view.lines[0].column))
    reach = handle - centre
    turned = centre + QPointF(reach.x() - reach.y(), reach.x() + reach.y()) * 0.5**0.5
    drag(view, handle.toTuple(), turned.toTuple())
    assert state.long_axis_angle == pytest.approx(45.0)
    drag(view, turned.toTuple(), (centre + QPointF(0, 3)).toTuple())  # too near to tell an angle
    assert state.long_axis_angle == pytest.approx(45.0)


def test_dragging_the_slice_line_goes_to_the_slice_under_the_mouse(
    long_axis: ReformatView, state: ViewerState
) -> None:
    state.set_layer(add_run(state))
    transform, line = long_axis.transform, long_axis.lines[0]
    assert transform is not None
    x, y = transform.to_screen(line.row, line.column)
    assert long_axis.picture is not None
    before = state.position
    wanted = 3
    target = long_axis.picture.plane.to_pixel([before[0], before[1], wanted * -2.0])
    drag(long_axis, (x - 60, y), (x - 60, transform.to_screen(float(target[0]), 0)[1]))
    assert state.slice_index() == wanted
    assert state.position[:2] == pytest.approx(before[:2])


def test_a_measuring_tool_measures_beside_the_lines_too(long_axis: ReformatView, state: ViewerState) -> None:
    state.set_layer(add_run(state))
    state.set_tool(Tool.MEASURE)
    measured: list[Measurement] = []
    long_axis.measured.connect(measured.append)
    transform, line = long_axis.transform, long_axis.lines[0]
    assert transform is not None
    x, y = transform.to_screen(line.row, line.column)
    before = state.position
    drag(long_axis, (x - 60, y + 2), (x - 20, y + 25))
    assert len(measured) == 1
    np.testing.assert_array_equal(state.position, before)


def test_linked_views_share_zoom_and_unlinked_ones_do_not(
    qtbot: QtBot, view: SliceView, long_axis: ReformatView, state: ViewerState
) -> None:
    wheel(view, 240, CTRL)
    assert long_axis.transform is not None
    assert long_axis.transform.zoom == pytest.approx(1.15**2)
    state.set_linked(False)
    wheel(view, 120, CTRL)
    assert view.transform is not None
    assert view.transform.zoom == pytest.approx(1.15**3)
    assert long_axis.transform.zoom == pytest.approx(1.15**2)
    assert state.zoom == pytest.approx(1.15**2)


@pytest.mark.parametrize("angle", [0.0, 35.0, 90.0, -120.0])
def test_a_linked_long_axis_view_pans_with_the_mouse_at_any_angle(
    long_axis: ReformatView, state: ViewerState, angle: float
) -> None:
    state.set_long_axis_angle(angle)
    state.set_pan((3.0, -4.0))
    assert long_axis.transform is not None
    before = long_axis.transform.to_pixel(200, 100)
    drag(long_axis, (200, 100), (229, 83), MIDDLE)
    assert long_axis.transform.to_pixel(229, 83) == pytest.approx(before, abs=1e-6)


class Window(QWidget):
    """Remembers the keys that reach it."""

    def __init__(self) -> None:
        super().__init__()
        self.keys: list[int] = []

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.keys.append(event.key())


def test_every_key_of_a_view_reaches_the_window(qtbot: QtBot, state: ViewerState) -> None:
    window = Window()
    qtbot.addWidget(window)
    view = SliceView(state)
    view.setParent(window)
    keys = [*range(Qt.Key.Key_A, Qt.Key.Key_Z + 1), *range(Qt.Key.Key_0, Qt.Key.Key_9 + 1)]
    keys += [Qt.Key.Key_Up, Qt.Key.Key_Left, Qt.Key.Key_PageDown, Qt.Key.Key_Home, Qt.Key.Key_Space]
    for key in keys:
        QTest.keyClick(view, Qt.Key(key))
    assert window.keys == [int(key) for key in keys]


def test_a_double_click_asks_for_the_whole_centre(qtbot: QtBot, view: SliceView) -> None:
    with qtbot.waitSignal(view.maximise_requested, timeout=500):
        QTest.mouseDClick(view, LEFT)


def test_the_cursor_tells_position_and_intensity_and_forgets_them_outside(
    qtbot: QtBot, view: SliceView
) -> None:
    told = []
    view.pointed.connect(told.append)
    assert view.transform is not None
    point = QPointF(*view.transform.to_screen(5, 9))
    QApplication.sendEvent(
        view,
        QMouseEvent(
            QEvent.Type.MouseMove, point, point, Qt.MouseButton.NoButton, Qt.MouseButton.NoButton, NONE
        ),
    )
    assert told[-1].intensity == 209.0  # phase 0, slice 2, column 9
    assert told[-1].position == pytest.approx([13.5, 7.5, -20.0])
    with qtbot.waitSignal(view.pointed, timeout=500):
        view.state.set_phase(1)
    assert told[-1].intensity == view.state.volume().intensity[1, 2, 5, 9] != 209.0
    QApplication.sendEvent(view, QEvent(QEvent.Type.Leave))
    assert told[-1] is None


def test_reset_takes_back_zoom_pan_and_turn_of_linked_and_unlinked_views(
    qtbot: QtBot, state: ViewerState, stack: CineStack
) -> None:
    for linked in (True, False):
        state.set_linked(linked)
        view = ReformatView(state, 1)
        qtbot.addWidget(view)
        view.resize(400, 300)
        _, display = connected(view, state)
        display.views_reset.connect(view.reset_view)
        assert view.transform is not None
        before = view.transform.target
        wheel(view, 240, CTRL)
        drag(view, (200, 100), (229, 83), MIDDLE)
        assert view.transform.target != before
        display.apply_preset(0)
        automatic = state.window
        display.set_window(40.0, 30.0)
        display.toggle_inverted()
        display.reset()
        assert (state.window, state.inverted) == (automatic, False)
        assert view.transform.target == pytest.approx(before)


@pytest.mark.parametrize("known", [True, False])
def test_the_status_line_claims_directions_in_the_patient_only_where_they_are_known(
    qtbot: QtBot, stack: CineStack, *, known: bool
) -> None:
    geometry = replace(stack.geometry, known=known)
    state = ViewerState()
    state.set_all_series((OpenSeries(1, "test", stack=replace(stack, geometry=geometry)),), 1)
    view, line = SliceView(state), StatusLine(state)
    for widget in (view, line):
        qtbot.addWidget(widget)
    view.resize(400, 300)
    assert view.transform is not None
    line.show_pointer(view.pointer_at(QPointF(*view.transform.to_screen(5, 9))))
    place = "L 13.5  P 7.5  F 20.0 mm" if known else "13.5  7.5  -20.0 mm"
    assert line._pointer.text() == f"{place}   209"
