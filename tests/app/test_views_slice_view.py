"""The short-axis view shows the slice it names, at the place it says, and nothing it does not have."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFontMetricsF, QPainter, QPixmap
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app import theme
from app.layers import ACQUIRED, Layer
from app.messages import BANNER, NOTICE
from app.open_series import OpenSeries
from app.palette import SMALL_TEXT, WARNING, text_font
from app.panels.uncertainty_controls import UncertaintyControls
from app.state.viewer_state import ViewerState
from app.theme import TextSize
from app.views import annotations
from app.views.badge import Badge, detail_lines
from app.views.colour_legend import value_text
from app.views.picture import UncertaintyMap
from app.views.reformat_view import ReformatView
from app.views.slice_view import SliceView
from app.views.text_cache import TextCache
from calid_core.checks.pass_through import check_pass_through
from calid_core.cine import CineStack, Source, View
from calid_core.geometry import Geometry
from calid_core.provenance import SliceOrigin
from calid_core.reconstruction import Reconstruction
from tests.app.dense_runs import add_run, painted, pixels

reuse_fixtures = settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def view(qtbot: QtBot, state: ViewerState) -> SliceView:
    made = SliceView(state)
    qtbot.addWidget(made)
    made.resize(400, 300)
    return made


@reuse_fixtures
@given(
    st.sampled_from(["acquired", "synthesised", "interpolated"]),
    st.floats(-5, 40),
    st.integers(0, 4),
    st.booleans(),
)
def test_the_acquired_badge_never_stands_on_a_slice_that_was_not_acquired(
    qapp: object, stack: CineStack, kind: str, depth: float, phase: int, ready: bool
) -> None:
    state = ViewerState()
    state.set_all_series((OpenSeries(1, "test", stack=stack),), 1)
    if kind != "acquired":
        state.set_layer(add_run(state, SliceOrigin[kind.upper()], ready=ready))
    view = SliceView(state)
    state.set_position(np.array([10.0, 12.0, -depth]))
    state.set_phase(phase)
    picture = view.picture
    assert picture is not None
    from_stack = [s for s in range(stack.slices) if np.array_equal(picture.values, stack.intensity[phase, s])]
    if picture.badge.origins == (SliceOrigin.ACQUIRED,):
        assert picture.badge.text == f"ACQUIRED A{from_stack[0] + 1}"
    else:
        assert not from_stack
        assert picture.badge.origins == (SliceOrigin[kind.upper()],)
        assert picture.badge.text.startswith(kind.upper())
        assert "mm from A" in picture.badge.detail


def test_a_slice_that_is_not_ready_is_replaced_by_the_nearest_acquired_one_and_says_so(
    view: SliceView, state: ViewerState
) -> None:
    state.set_layer(add_run(state, ready=False))
    state.set_position(np.array([10.0, 12.0, -14.0]))
    assert view.picture is not None
    assert view.picture.badge.text == "ACQUIRED A2"
    assert view.picture.message == "S8 not ready: showing A2"
    run = state.runs[0]
    run.intensity[0, 7] = 10_007
    state.mark_phase_ready(run.id, 0)
    assert view.picture.badge.text == "SYNTHESISED S8"
    assert view.picture.message == ""
    assert (view.picture.values == 10_007).all()


def test_slice_and_phase_are_independent(view: SliceView, state: ViewerState) -> None:
    state.set_layer(add_run(state))
    assert view.picture is not None
    before = view.picture.index
    for phase in range(state.phases):
        state.set_phase(phase)
        assert view.picture.index == before
    for depth in (0.0, 10.0, 22.0):
        state.set_position(np.array([10.0, 12.0, -depth]))
        assert state.phase == state.phases - 1


@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 2.0])
@pytest.mark.parametrize(("zoom", "pan"), [(1.0, (0.0, 0.0)), (3.0, (3.0, -2.0)), (0.7, (-20.0, 9.0))])
def test_a_bright_voxel_lights_up_where_the_view_says_it_lies(
    qtbot: QtBot, ratio: float, zoom: float, pan: tuple[float, float]
) -> None:
    row, column = 11, 8
    intensity = np.zeros((1, 1, 24, 20), dtype=np.int16)
    intensity[0, 0, row, column] = 1000
    geometry = Geometry.from_spacing((8.0, 1.5, 2.0), (1, 24, 20))
    state = ViewerState()
    stack = CineStack(intensity, geometry, np.zeros(1), Source("voxel", "phantom"))
    state.set_all_series((OpenSeries(1, "voxel", stack=stack),), 1)
    state.set_window((500.0, 1000.0))
    state.set_annotations_visible(False)
    state.set_crosshair_visible(False)
    state.set_interpolation(False)
    state.set_zoom(zoom)
    state.set_pan(pan)
    view = SliceView(state)
    qtbot.addWidget(view)
    view.resize(401, 303)
    grey = pixels(painted(view, ratio))
    white = (grey.min(axis=2) > 250) & (grey.max(axis=2) > 250)
    white[: round(40 * ratio)] = False  # the badge
    y, x = (float(np.flatnonzero(white.any(axis=axis)).mean() + 0.5) / ratio for axis in (1, 0))
    assert view.transform is not None
    assert (x, y) == pytest.approx(view.transform.to_screen(row, column), abs=1.01 / ratio)
    pointer = view.pointer_at(QPointF(x, y))
    assert pointer is not None
    assert pointer.intensity == 1000.0
    assert np.abs(pointer.position - geometry.to_patient((0, row, column))).max() < 0.6


@pytest.mark.parametrize("room", [400.0, 160.0, 60.0])
def test_no_line_of_a_detail_is_cut_at_the_edge(qapp: object, room: float) -> None:
    lines = detail_lines("acquired + interpolated + synthesised", room, 6.0)
    metrics = QFontMetricsF(text_font(SMALL_TEXT))
    assert all(metrics.horizontalAdvance(line) <= room - 12.0 for line in lines)
    if room >= 160.0:
        assert " ".join(lines) == "acquired + interpolated + synthesised"


def amber(image: np.ndarray) -> int:
    """Pixels of the colour of the research-use mark in the last lines of a picture."""
    colour = np.array([WARNING.red(), WARNING.green(), WARNING.blue()])
    return int((np.abs(image[-20:] - colour).max(axis=2) < 40).sum())


def test_the_research_use_mark_is_always_on_screen(view: SliceView, state: ViewerState, qtbot: QtBot) -> None:
    state.set_annotations_visible(False)
    assert amber(pixels(painted(view))) > 50
    view.resize(170, 130)
    assert amber(pixels(painted(view))) > 50
    state.set_all_series((), None)
    assert amber(pixels(painted(view))) > 50
    state.set_all_series((OpenSeries(2, "long", loading=True, preview=np.ones((8, 8), np.int16)),), 2)
    assert amber(pixels(painted(view))) > 50


@pytest.mark.parametrize("width", [300, 700])
@pytest.mark.parametrize("kind", [SliceView, ReformatView])
@pytest.mark.parametrize("origin", [None, SliceOrigin.INTERPOLATED, SliceOrigin.SYNTHESISED])
def test_the_research_use_mark_tells_of_synthesised_slices_only_where_the_layer_holds_some(
    qtbot: QtBot,
    state: ViewerState,
    monkeypatch: pytest.MonkeyPatch,
    origin: SliceOrigin | None,
    kind: type[SliceView | ReformatView],
    width: int,
) -> None:
    asked: list[str] = []
    picture = TextCache.picture

    def listen(cache: TextCache, text: str, *args: float, **how: object) -> QPixmap:
        asked.append(text)
        return picture(cache, text, *args, **how)  # type: ignore[arg-type]

    if origin is not None:
        state.set_layer(add_run(state, origin))
    view = kind(state)
    qtbot.addWidget(view)
    view.resize(width, 300)
    monkeypatch.setattr(TextCache, "picture", listen)
    painted(view)
    tells = width > 400 and origin is SliceOrigin.SYNTHESISED
    assert {text for text in asked if "Research use only" in text} == {BANNER if tells else NOTICE}


@pytest.mark.parametrize("kind", [SliceView, ReformatView])
@pytest.mark.parametrize("size", [TextSize.NORMAL, TextSize.LARGEST])
@pytest.mark.parametrize("width", [144, 147, 230, 500])
def test_no_text_over_a_picture_is_cut_off_and_least_of_all_the_research_use_mark(
    qtbot: QtBot,
    state: ViewerState,
    monkeypatch: pytest.MonkeyPatch,
    kind: type[SliceView | ReformatView],
    size: TextSize,
    width: int,
) -> None:
    cut: list[tuple[float, float]] = []
    draw = annotations.draw_text

    def listen(painter: QPainter, x: float, y: float, picture: QPixmap) -> QRectF:
        box = draw(painter, x, y, picture)
        at = painter.worldTransform().mapRect(box)
        if at.left() < 0 or at.right() > width:
            cut.append((at.left(), at.right()))
        return box

    monkeypatch.setattr(theme, "_text_size", size)
    marks = (BANNER, "Nur für die Forschung\nnicht zur Diagnose")
    monkeypatch.setattr(annotations, "research_marks", lambda *, synthesised: marks)
    monkeypatch.setattr(annotations, "draw_text", listen)
    view = kind(state)
    qtbot.addWidget(view)
    view.resize(width, 260)
    assert amber(pixels(painted(view))) > 10
    assert not cut


@pytest.mark.parametrize("made", [False, True])
@pytest.mark.parametrize("size", [TextSize.NORMAL, TextSize.LARGEST])
@pytest.mark.parametrize("width", [150, 190, 230, 260, 280, 300, 320, 400])
def test_nothing_beside_the_phase_moves_with_it(
    view: SliceView,
    state: ViewerState,
    monkeypatch: pytest.MonkeyPatch,
    width: int,
    size: TextSize,
    made: bool,
) -> None:
    assert state.active_stack is not None
    phases = 12
    long = replace(
        state.active_stack,
        intensity=np.repeat(state.active_stack.intensity[:1], phases, axis=0),
        phase_times=np.linspace(0.0, 996.0, phases),
    )
    state.set_all_series((OpenSeries(2, "long", stack=long),), 2)
    if made:
        state.set_layer(add_run(state))
    monkeypatch.setattr(theme, "_text_size", size)
    view.resize(width, 280)
    places = set()
    for phase in (0, 1, phases - 1):
        state.set_phase(phase)
        painted(view)
        places.add(tuple((box.topLeft().toTuple(), box.height()) for box in view.content._notes.written))
    assert len(places) == 1


@pytest.mark.parametrize("size", [TextSize.NORMAL, TextSize.LARGEST])
@pytest.mark.parametrize("width", [150, 300, 500])
def test_title_and_letters_stay_where_they_are_from_slice_to_slice_of_a_run(
    view: SliceView, state: ViewerState, monkeypatch: pytest.MonkeyPatch, width: int, size: TextSize
) -> None:
    monkeypatch.setattr(theme, "_text_size", size)
    layer = add_run(state)
    volume = state.volume(layer)
    assert volume is not None
    view.resize(width, 280)
    tops = set()
    for shown in (ACQUIRED, layer):
        state.set_layer(shown)
        for index in (0, 1, 2):
            state.set_position(volume.geometry.slice_position(index))
            painted(view)
            room, title, *_ = view.content._notes.written
            top = view.content._notes.written[-2]  # letters: left, right, top, bottom
            tops.add((shown, room.bottom(), title.top(), top.topLeft().toTuple()))
    assert len(tops) == 2


@pytest.mark.parametrize("kind", [SliceView, ReformatView])
@pytest.mark.parametrize("width", [290, 384, 420])
def test_method_and_mode_of_a_run_are_written_over_its_picture(
    qtbot: QtBot,
    state: ViewerState,
    monkeypatch: pytest.MonkeyPatch,
    kind: type[SliceView | ReformatView],
    width: int,
) -> None:
    layer = add_run(state)
    for runs in ((), tuple(replace(run, label="CaLID 5.0 mm, realism, seed 0") for run in state.runs)):
        state.set_runs(runs)
    state.set_layer(layer)
    view = kind(state)
    qtbot.addWidget(view)
    view.resize(width, 285)
    texts: list[str] = []
    picture = TextCache.picture

    def listen(cache: TextCache, text: str, *args: float, **how: object) -> QPixmap:
        texts.append(text)
        return picture(cache, text, *args, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(TextCache, "picture", listen)
    painted(view)
    (name,) = {text for text in texts if "CaLID" in text}
    assert "realism" in name
    assert name.endswith("seed 0")
    badge, *written = view.content._notes.written
    assert not any(a.intersects(b) for a, b in combinations(written, 2))
    assert width < 330 or not any(text.intersects(badge) for text in written)


def test_the_badge_stays_when_annotations_are_hidden(view: SliceView, state: ViewerState) -> None:
    state.set_annotations_visible(False)
    shown = pixels(painted(view))[:26, 250:]
    assert (shown.max(axis=2) > 150).sum() > 100


def test_an_unknown_orientation_has_no_letters(qtbot: QtBot, state: ViewerState, stack: CineStack) -> None:
    unknown = CineStack(
        stack.intensity,
        Geometry.from_spacing((10.0, 1.5, 1.5), stack.geometry.shape, known=False),
        stack.phase_times,
        stack.source,
    )
    view = SliceView(state)
    qtbot.addWidget(view)
    assert view.picture is not None
    letters = view.annotations(view.picture, view.volume).letters
    assert letters is not None
    assert (letters.left, letters.right, letters.top, letters.bottom) == ("R", "L", "A", "P")
    state.set_all_series((OpenSeries(2, "unknown", stack=unknown),), 2)
    assert view.picture is not None
    assert view.annotations(view.picture, view.volume).letters is None


@pytest.mark.parametrize(("step", "told"), [(-10.0, "10.0 mm from base"), (10.0, "20.0 mm from base")])
def test_the_distance_is_told_from_the_base_whichever_way_slices_count(
    view: SliceView, state: ViewerState, stack: CineStack, step: float, told: str
) -> None:
    affine = stack.geometry.affine.copy()
    affine[2, 0] = step
    turned = replace(stack, geometry=Geometry(affine, stack.geometry.shape, known=True))
    state.set_all_series((OpenSeries(2, "turned", stack=turned),), 2)
    state.set_position(turned.geometry.slice_position(1))
    assert view.picture is not None
    assert view.annotations(view.picture, view.volume).of_layer[-1] == told


def test_a_view_of_a_fixed_layer_does_not_follow_the_main_one(qtbot: QtBot, state: ViewerState) -> None:
    fixed, following = SliceView(state, ACQUIRED), SliceView(state)
    qtbot.addWidget(fixed)
    qtbot.addWidget(following)
    state.set_layer(add_run(state))
    state.set_position(np.array([10.0, 12.0, -14.0]))
    assert fixed.picture is not None
    assert following.picture is not None
    assert fixed.picture.badge.text == "ACQUIRED A2"
    assert following.picture.badge.text == "SYNTHESISED S8"


def test_an_overlay_covers_only_what_exceeds_its_threshold(
    view: SliceView, state: ViewerState, monkeypatch: pytest.MonkeyPatch
) -> None:
    state.set_crosshair_visible(False)
    state.set_annotations_visible(False)
    plain = pixels(painted(view))
    assert state.active_stack is not None
    values = np.zeros(state.active_stack.intensity.shape, dtype=np.float32)
    values[:, :, 12:] = 8.0
    overlay = UncertaintyMap(values, largest=10.0, threshold=1.0, opacity=0.6, intensity_range=100.0)
    monkeypatch.setattr(SliceView, "overlay", overlay)
    state.uncertainty_look_changed.emit()
    covered = pixels(painted(view))
    changed = np.abs(covered - plain).max(axis=2) > 8
    assert changed[170:250, 100:300].mean() > 0.8
    assert not changed[40:130, :300].any()
    monkeypatch.setattr(SliceView, "overlay", None)
    state.uncertainty_look_changed.emit()
    assert np.array_equal(pixels(painted(view)), plain)


def test_the_legend_tells_of_what_the_interval_is_a_part_and_its_hint_of_what_range(
    view: SliceView, state: ViewerState, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: dict[str, float] = {}

    def listen(painter: QPainter, box: object, *said: object) -> None:
        if isinstance(box, QRectF):
            needed = painter.fontMetrics().boundingRect(box.toRect(), 0, str(said[-1]))
            written[str(said[-1])] = max(needed.width() - box.width(), needed.height() - box.height())

    overlay = UncertaintyMap(
        np.zeros((16, 24, 20)), largest=10.0, threshold=1.0, opacity=0.5, intensity_range=100.0
    )
    monkeypatch.setattr(SliceView, "overlay", overlay)
    monkeypatch.setattr(QPainter, "drawText", listen)
    painted(view)
    assert written["90 % interval,\n% of range"] <= 2.0  # the leading of the lines
    state.set_layer(run_with_half_width(state))
    controls = UncertaintyControls(state)
    said = [text.text() for text in controls.findChildren(QLabel)]
    assert any("from their 0.5th to their 99.5th percentile" in text for text in said)


@pytest.mark.parametrize(("size", "room"), [(TextSize.NORMAL, (300, 262)), (TextSize.LARGEST, (357, 262))])
@pytest.mark.parametrize("kind", [SliceView, ReformatView])
def test_the_texts_of_a_narrow_view_end_beside_the_legend(
    qtbot: QtBot,
    state: ViewerState,
    monkeypatch: pytest.MonkeyPatch,
    kind: type[SliceView | ReformatView],
    size: TextSize,
    room: tuple[int, int],
) -> None:
    monkeypatch.setattr(theme, "_text_size", size)
    boxes: list[QRectF] = []

    def listen(painter: QPainter, box: object, *_: object) -> None:
        if isinstance(box, QRectF) and box.left() > 150:  # no letter of the strip at the left
            boxes.append(QRectF(box))

    layer = add_run(state)
    named = tuple(replace(run, label="CaLID 2.5 mm, realism, seed 0, 8 samples") for run in state.runs)
    for runs in ((), named):
        state.set_runs(runs)
    state.set_layer(layer)
    view = kind(state)
    qtbot.addWidget(view)
    view.resize(*room)
    overlay = UncertaintyMap(
        np.zeros((16, 24, 20)), largest=10.0, threshold=1.0, opacity=0.5, intensity_range=100.0
    )
    monkeypatch.setattr(kind, "overlay", overlay)
    monkeypatch.setattr(QPainter, "drawText", listen)
    painted(view)
    assert boxes
    assert not any(box.intersects(text) for box in boxes for text in view.content._notes.written)


def test_no_message_hides_the_legend(view: SliceView, monkeypatch: pytest.MonkeyPatch) -> None:
    legend: list[QRectF] = []

    def listen(painter: QPainter, box: object, *_: object) -> None:
        if isinstance(box, QRectF):
            legend.append(QRectF(box))

    overlay = UncertaintyMap(
        np.zeros((16, 24, 20)), largest=10.0, threshold=1.0, opacity=0.5, intensity_range=100.0
    )
    assert view.picture is not None
    monkeypatch.setattr(SliceView, "picture", replace(view.picture, message="Another slice stands in"))
    monkeypatch.setattr(SliceView, "overlay", overlay)
    monkeypatch.setattr(QPainter, "drawText", listen)
    painted(view)
    assert legend
    assert min(box.top() for box in legend) >= annotations.MESSAGE_TOP + 24


@pytest.mark.parametrize("size", [TextSize.NORMAL, TextSize.LARGEST])
@pytest.mark.parametrize("height", [180, 260, 420])
@pytest.mark.parametrize("width", [144, 190, 240, 300])
def test_no_text_of_a_narrow_view_lies_on_another(
    view: SliceView, monkeypatch: pytest.MonkeyPatch, width: int, height: int, size: TextSize
) -> None:
    """A legend is left out where there is no room for it."""
    legend: list[QRectF] = []

    def listen(painter: QPainter, box: object, *_: object) -> None:
        if isinstance(box, QRectF):
            legend.append(QRectF(box))

    monkeypatch.setattr(theme, "_text_size", size)
    view.resize(width, height)
    overlay = UncertaintyMap(
        np.zeros((16, 24, 20)), largest=10.0, threshold=1.0, opacity=0.5, intensity_range=100.0
    )
    monkeypatch.setattr(SliceView, "overlay", overlay)
    monkeypatch.setattr(QPainter, "drawText", listen)
    painted(view)
    written = view.content._notes.written
    corner = [text for text in written if text.bottom() > height - 40]  # texts, bar and its label
    assert not any(a.intersects(b) for a, b in combinations(corner, 2))
    assert not any(box.intersects(text) for box in legend for text in written)
    if height > 400:
        assert legend
        assert sum(text.height() == 8 for text in written) == 1  # the bar is shown


def test_the_first_picture_is_shown_while_its_series_loads(qtbot: QtBot, qapp: object) -> None:
    state = ViewerState()
    preview = np.arange(400, dtype=np.int16).reshape(20, 20)
    state.set_all_series((OpenSeries(3, "loading", loading=True, preview=preview),), 3)
    view = SliceView(state)
    qtbot.addWidget(view)
    assert view.picture is not None
    assert view.picture.message == "Loading …"
    assert not view.picture.known


def test_the_first_picture_claims_no_origin(qtbot: QtBot, qapp: object) -> None:
    state = ViewerState()
    preview = np.zeros((20, 20), dtype=np.int16)
    state.set_all_series((OpenSeries(3, "loading", loading=True, preview=preview),), 3)
    view = SliceView(state)
    qtbot.addWidget(view)
    view.resize(400, 300)
    assert view.picture is not None
    assert view.picture.badge == Badge((), "ORIGIN NOT KNOWN YET")
    shown = pixels(painted(view))[:26, 200:]
    assert (shown.max(axis=2) > 150).sum() > 100


def test_a_long_axis_series_is_not_called_short_axis(
    view: SliceView, state: ViewerState, stack: CineStack
) -> None:
    state.set_all_series((OpenSeries(4, "4ch", stack=replace(stack, view=View.LONG_AXIS)),), 4)
    assert view.picture is not None
    notes = view.annotations(view.picture, view.volume)
    assert notes.title == "Long-axis series"
    assert "base" not in " ".join(notes.of_layer)


def test_a_deleted_view_leaves_the_state_free(qtbot: QtBot, state: ViewerState) -> None:
    view = SliceView(state, Layer())
    view.deleteLater()
    qtbot.wait(20)
    state.set_phase(2)
    state.set_zoom(2.0)


def run_with_half_width(state: ViewerState) -> Layer:
    """A synthesised run whose half-width is 20 in every slice that was not acquired."""
    layer = add_run(state)
    run = state.runs[-1]
    half_width = np.full(run.intensity.shape, 20.0, dtype=np.float16)
    half_width[:, [i for i, p in enumerate(run.provenance) if p.origin is SliceOrigin.ACQUIRED]] = 0
    result = Reconstruction(
        run.intensity,
        run.geometry,
        run.acquired.phase_times,
        run.provenance,
        run.settings,
        run.acquired,
        half_width=half_width,
    )
    state.set_runs((*state.runs[:-1], run.finished(result, check_pass_through(result))))
    return layer


def test_uncertainty_covers_synthesised_slices_and_never_acquired_ones(
    view: SliceView, state: ViewerState
) -> None:
    state.set_layer(run_with_half_width(state))
    state.set_crosshair_visible(False)
    picture_area = np.s_[130:250, 110:290]
    for depth, covered in ((14.0, True), (10.0, False)):
        state.set_position(np.array([10.0, 12.0, -depth]))
        state.set_uncertainty_visible(False)
        plain = pixels(painted(view))[picture_area]
        state.set_uncertainty_visible(True)
        changed = np.abs(pixels(painted(view))[picture_area] - plain).max(axis=2) > 8
        assert changed.mean() == pytest.approx(1.0 if covered else 0.0, abs=0.2)


def test_the_scale_of_the_uncertainty_is_in_percent_of_the_acquired_range(
    view: SliceView, state: ViewerState
) -> None:
    state.set_layer(run_with_half_width(state))
    state.set_uncertainty_visible(True)
    overlay, stack = view.overlay, state.active_stack
    assert overlay is not None
    assert stack is not None
    low, high = np.percentile(stack.intensity, (0.5, 99.5))
    assert overlay.intensity_range == pytest.approx(high - low, rel=0.02)
    assert value_text(0.25 * (high - low), overlay.intensity_range) == "± 25 %"


def test_the_acquired_stack_has_no_uncertainty(view: SliceView, state: ViewerState) -> None:
    run_with_half_width(state)
    state.set_uncertainty_visible(True)
    state.set_layer(ACQUIRED)
    assert view.overlay is None
