"""Measurements against formulas: lengths, angles, regions, profiles."""

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QLineF, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QPainter, QRegion
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app import theme
from app.choices import Tool
from app.controllers.controller import Controller
from app.controllers.measuring import Measuring
from app.layers import ACQUIRED, Layer
from app.measure.listing import measurement_table
from app.measure.profiles import acquired_beside, bilinear, line_profile, through_plane_profile
from app.measure.regions import region_at, region_statistics
from app.measure.samplers import LongAxisSampler, SliceSampler
from app.measure.shapes import Measurement, Shape
from app.measure.texts import made_on_text, region_text, value_text
from app.open_series import OpenSeries
from app.palette import ACCENT, ORIGIN_COLOURS, WARNING
from app.panels.measure_panel import MeasurePanel
from app.rendering.image_plane import slice_plane
from app.rendering.reformat import long_axis_plane
from app.sessions.measurement_restoring import MeasurementRestoring
from app.sessions.saved_measurement import SavedMeasurement, place_measurement, save_measurement
from app.state.review_state import ReviewState
from app.state.viewer_state import ViewerState
from app.theme import TextSize
from app.views import measurement_labels
from app.views.label_places import BESIDE
from app.views.measurement import paint_measurements
from app.views.measurement_labels import LINE, _Label, paint_labels
from app.views.picture import UncertaintyMap
from app.views.profile_plot import ProfileKind, ProfilePlot
from app.views.reformat_view import ReformatView
from app.views.slice_view import SliceView
from calid_core.checks.pass_through import check_pass_through
from calid_core.cine import CineStack
from calid_core.contouring.contours import ChamberContours
from calid_core.identity import reconstruction_key
from calid_core.pipeline import reconstruct
from calid_core.provenance import SliceOrigin
from calid_core.settings import Method, ReconstructionSettings
from tests.app.conftest import make_stack
from tests.app.dense_runs import add_run, painted, pixels


def drawn(
    state: ViewerState,
    shape: Shape,
    *pixels: tuple[float, float],
    layer: Layer = ACQUIRED,
    index: int = 1,
    phase: int = 0,
) -> Measurement:
    """A measurement at (row, column) pixels of a slice."""
    volume = state.volume(layer)
    assert volume is not None
    plane = slice_plane(volume.geometry, index)
    points = plane.to_patient(np.array(pixels))
    name = f"{volume.origin(index).value}{index + 1}"
    return Measurement(0, shape, points, layer, name, plane, SliceSampler(index), phase)


def test_a_distance_is_that_of_pythagoras_in_mm(state: ViewerState) -> None:
    assert drawn(state, Shape.DISTANCE, (3, 4), (7, 7)).length == pytest.approx(7.5)  # 5 pixels of 1.5 mm


@pytest.mark.parametrize(("third", "angle"), [((2, 9), 90.0), ((7, 4), 45.0 + 90.0), ((-3, 9), 45.0)])
def test_an_angle_is_measured_at_the_second_point(
    state: ViewerState, third: tuple[int, int], angle: float
) -> None:
    # Vertex (2, 4), first leg upwards along the rows; the legs have 5 and 5, 5·√2 and so on pixels.
    ends = {(2, 9): (2, 9), (7, 4): (7, 9), (-3, 9): (-3, 9)}
    measured = drawn(state, Shape.ANGLE, (-3, 4), (2, 4), ends[third])
    assert measured.angle == pytest.approx(angle)


def test_a_rectangle_holds_the_mean_deviation_and_area_of_its_pixels(state: ViewerState) -> None:
    # Intensity is 1000 · phase + 100 · slice + column: columns 4 to 8 have mean 6 and variance 2.
    found = region_statistics(
        drawn(state, Shape.RECTANGLE, (2, 4), (6, 8)), state.active_stack.intensity[3, 1]
    )
    assert found.pixels == 25
    assert found.mean == pytest.approx(3106.0)
    assert found.deviation == pytest.approx(np.sqrt(2.0))
    assert (found.lowest, found.highest) == (3104.0, 3108.0)
    assert found.area == pytest.approx(36.0)  # 4 · 1.5 by 4 · 1.5 mm


def test_an_ellipse_has_its_formula_area_and_a_symmetric_mean(state: ViewerState) -> None:
    measured = drawn(state, Shape.ELLIPSE, (2, 3), (12, 9))
    found = region_statistics(measured, state.active_stack.intensity[0, 1])
    assert found.area == pytest.approx(np.pi * (10 * 1.5 / 2) * (6 * 1.5 / 2))
    assert found.mean == pytest.approx(106.0)  # symmetric about column 6
    by_hand = [(r, c) for r in range(24) for c in range(20) if ((r - 7) / 5) ** 2 + ((c - 6) / 3) ** 2 <= 1]
    assert found.pixels == len(by_hand)


def test_a_region_between_pixel_centres_has_no_mean(state: ViewerState) -> None:
    found = region_statistics(
        drawn(state, Shape.RECTANGLE, (2.2, 4.2), (2.8, 4.8)), state.active_stack.intensity[0, 1]
    )
    assert found.pixels == 0
    assert np.isnan(found.mean)


def test_a_region_of_a_made_slice_has_no_values_before_its_phase_is_made(state: ViewerState) -> None:
    layer = add_run(state, ready=False)
    volume = state.volume(layer)
    assert volume is not None
    origins = [volume.origin(index) for index in range(volume.slices)]
    made, acquired = (
        drawn(state, Shape.RECTANGLE, (2, 4), (6, 8), layer=layer, index=origins.index(origin))
        for origin in (SliceOrigin.SYNTHESISED, SliceOrigin.ACQUIRED)
    )
    assert region_at(made, volume, 0) is None
    assert region_text(None) == "phase not reconstructed yet"
    assert region_at(acquired, volume, 0) is not None


def test_a_region_partly_outside_counts_the_pixels_inside(state: ViewerState) -> None:
    found = region_statistics(
        drawn(state, Shape.RECTANGLE, (-10, -10), (1, 1)), state.active_stack.intensity[0, 1]
    )
    assert found.pixels == 4


@settings(max_examples=30, deadline=None)
@given(st.floats(0, 23), st.floats(0, 19))
def test_sampling_between_pixels_is_exact_for_a_plane(row: float, column: float) -> None:
    rows, columns = np.mgrid[0:24, 0:20]
    picture = 3.0 * rows - 2.0 * columns + 5.0
    assert bilinear(picture, np.array([[row, column]]))[0] == pytest.approx(3.0 * row - 2.0 * column + 5.0)


def test_a_profile_over_time_holds_every_phase_along_the_line(state: ViewerState) -> None:
    line = drawn(state, Shape.PROFILE, (5, 2), (5, 12))
    volume = state.volume(ACQUIRED)
    assert volume is not None
    profile = line_profile(line, volume)
    assert profile.places[-1] == pytest.approx(15.0)
    columns = 2 + profile.places / 1.5
    for phase in range(5):
        assert profile.intensity[phase] == pytest.approx(1000.0 * phase + 100 + columns)
    assert profile.stretches_at(0) == ((0, len(profile.places) - 1, SliceOrigin.ACQUIRED),)


def test_a_through_plane_profile_marks_acquired_and_made_slices(state: ViewerState, stack: CineStack) -> None:
    volume = state.volume(add_run(state))
    assert volume is not None
    profile = through_plane_profile(volume, stack.geometry.to_patient((1, 5, 6)))
    assert profile.places == pytest.approx(2.0 * np.arange(16))
    assert profile.intensity[2, 5] == pytest.approx(2106.0)
    assert profile.intensity[2, 6] == pytest.approx(10_206.0)
    kinds = [origin for _, _, origin in profile.stretches_at(2)]
    assert kinds == [SliceOrigin.ACQUIRED, SliceOrigin.SYNTHESISED] * 3 + [SliceOrigin.ACQUIRED]


def test_phases_that_are_not_ready_are_unknown_in_a_profile(state: ViewerState) -> None:
    volume = state.volume(add_run(state, ready=False))
    assert volume is not None
    profile = through_plane_profile(volume, state.position)
    acquired = np.array([origin is SliceOrigin.ACQUIRED for origin in profile.origins_at(0)])
    assert np.isnan(profile.intensity[:, ~acquired]).all()
    assert np.isfinite(profile.intensity[:, acquired]).all()


def test_an_area_is_told_with_the_same_digits_wherever_it_stands(state: ViewerState) -> None:
    made, volume = drawn(state, Shape.ELLIPSE, (3, 4), (13, 10)), state.volume(ACQUIRED)
    assert volume is not None
    region = region_at(made, volume, 0)
    table = measurement_table([(made, volume)])
    assert table is not None
    told = (value_text(made, region), region_text(region), " ".join(table.rows[0]))
    assert all(re.findall(r"\S+ mm²", text) == ["106 mm²"] for text in told), told


def test_every_measurement_says_what_it_was_made_on(state: ViewerState) -> None:
    layer = add_run(state)
    made = drawn(state, Shape.DISTANCE, (3, 4), (7, 7), layer=layer, index=6)
    dense, sparse = state.volume(layer), state.volume(ACQUIRED)
    assert dense is not None
    assert sparse is not None
    assert made_on_text(made, made.origin_at(dense, 0)) == "S7 synthesised"
    assert value_text(made, None) == "7.5 mm"
    acquired = drawn(state, Shape.DISTANCE, (3, 4), (7, 7))
    assert made_on_text(acquired, acquired.origin_at(sparse, 0)) == "A2 acquired"


# -- phases -------------------------------------------------------------------------------------------------


def labels(
    state: ViewerState, phase: int, monkeypatch: pytest.MonkeyPatch, *drawings: Measurement
) -> list[str]:
    """Lines of the labels on the picture of slice 2 at a phase."""
    written: list[str] = []

    def listen(painter: QPainter, box: object, flags: object, text: str) -> None:
        written.append(text)

    volume = state.volume(ACQUIRED)
    assert volume is not None
    state.set_phase(phase)
    view = SliceView(state)
    view.resize(500, 400)
    assert view.picture is not None
    assert view.transform is not None
    canvas = QImage(500, 400, QImage.Format.Format_RGB32)
    painter = QPainter(canvas)
    monkeypatch.setattr(QPainter, "drawText", listen)
    painter.setClipRect(canvas.rect())
    measured = paint_measurements(painter, drawings, view.picture, view.transform, None, phase)
    paint_labels(painter, measured, volume, phase, QRectF(canvas.rect()), ())
    painter.end()
    view.deleteLater()
    return written


@pytest.mark.parametrize("number", range(16))
def test_a_label_stands_on_no_text_and_under_no_widget(
    view: SliceView, state: ViewerState, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    boxes: list[QRectF] = []

    def listen(painter: QPainter, box: object, *_: object) -> None:
        if isinstance(box, QRectF):
            boxes.append(box)

    chip = QLabel("accepted", view)
    chip.setGeometry(8, 88, 170, 20)
    chip.show()
    state.set_layer(add_run(state))
    state.set_position(drawn(state, Shape.DISTANCE, (12, 10), (0, 0), layer=state.layer, index=5).points[0])
    painted(view)
    taken = (*view.content._notes.written, *view.covered)
    assert len(taken) == 16
    nearest = taken[number]
    end = QPointF(max(1.0, nearest.left() - BESIDE), nearest.center().y())
    picture, place = view.picture, view.place_at(end)
    assert picture is not None
    assert place is not None
    made = drawn(state, Shape.DISTANCE, (12, 10), (0, 0), layer=state.layer, index=5)
    state.measures.set_measurements((replace(made, number=1, points=np.stack([made.points[0], place])),))
    monkeypatch.setattr(QPainter, "drawText", listen)
    painted(view)
    assert boxes
    assert not any(box.intersects(text) for box in boxes for text in taken)


def test_labels_keep_off_what_is_measured_and_stay_where_they_are_at_other_phases(
    view: SliceView, state: ViewerState, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A distance that ends in an ellipse, whose label would be free right of its end without the ellipse."""
    boxes: dict[str, QRectF] = {}

    def listen(painter: QPainter, box: object, *said: object) -> None:
        if isinstance(box, QRectF) and box.height() == LINE:
            boxes[str(said[-1])] = QRectF(box)

    on_second(state)
    view.resize(700, 700)
    made = (drawn(state, Shape.DISTANCE, (12, 2), (12, 7)), drawn(state, Shape.ELLIPSE, (8, 5), (14, 13)))
    state.measures.set_measurements(tuple(replace(m, number=n) for n, m in enumerate(made, 1)))
    monkeypatch.setattr(QPainter, "drawText", listen)
    places = []
    for phase in (0, 1):
        state.set_phase(phase)
        boxes.clear()
        painted(view)
        (place,) = (box for text, box in boxes.items() if text.startswith("7.5 mm on A2"))
        places.append(place)
        region = next(at for m, at in view.content._measured if m.shape is Shape.ELLIPSE).boundingRect()
        assert not any(box.intersects(region) for box in boxes.values())
    assert places[0] == places[1]


def test_labels_keep_off_the_contour_of_every_phase_and_stay_where_they_are(
    view: SliceView, state: ViewerState, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ventricle is large at one phase and small at the other."""
    boxes: list[QRectF] = []

    def listen(painter: QPainter, box: object, *said: object) -> None:
        if isinstance(box, QRectF) and box.height() == LINE:
            boxes.append(QRectF(box))

    on_second(state)
    stack = state.active_stack
    assert stack is not None

    def square(half: float) -> tuple[np.ndarray, ...]:
        return (np.array([(12 + r * half, 8 + c * half) for r, c in ((-1, -1), (-1, 1), (1, 1), (1, -1))]),)

    outlines = tuple((square(5.0 if phase == 0 else 3.0),) * stack.slices for phase in range(stack.phases))
    contours = ChamberContours(outlines, np.full((stack.phases, stack.slices), 100.0))
    state.contours.begin(1, None)
    state.contours.grow(1, None, contours)
    state.set_contours_visible(True)
    view.resize(700, 700)
    made = drawn(state, Shape.DISTANCE, (12, 7), (12, 9), phase=1)
    state.measures.set_measurements((replace(made, number=1),))
    monkeypatch.setattr(QPainter, "drawText", listen)
    places = []
    for phase in (0, 1):
        state.set_phase(phase)
        boxes.clear()
        painted(view)
        places.append(tuple(box.center().toTuple() for box in boxes))
        assert view.transform is not None
        corners = [QPointF(*view.transform.to_screen(12 + end, 8 + end)) for end in (-5.0, 5.0)]
        assert boxes
        assert not any(box.intersects(QRectF(*corners)) for box in boxes)
    assert places[0] == places[1]


def test_of_several_measurements_each_label_is_tied_to_its_shape_in_its_colour_and_in_one_line(
    view: SliceView, state: ViewerState, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: dict[str, tuple[QRectF, str]] = {}
    leaders: list[tuple[QLineF, str]] = []

    def listen(painter: QPainter, box: object, *rest: object) -> None:
        if isinstance(box, QRectF) and box.height() == LINE:
            said[str(rest[-1])] = QRectF(box), painter.pen().color().name()

    def follow(painter: QPainter, label: _Label) -> None:
        leaders.append((label.leader, label.colour.name()))

    layer = add_run(state)
    state.set_layer(layer)
    view.resize(700, 700)
    on = {"layer": layer, "index": 6}
    made = (
        drawn(state, Shape.DISTANCE, (12, 2), (12, 7), **on),
        drawn(state, Shape.ELLIPSE, (8, 5), (14, 13), **on),
        drawn(state, Shape.ANGLE, (4, 4), (8, 4), (8, 9), **on),
    )
    state.set_position(made[0].points[0])
    state.measures.set_measurements(tuple(replace(m, number=n) for n, m in enumerate(made, 1)))
    state.measures.set_selected(3)
    monkeypatch.setattr(QPainter, "drawText", listen)
    monkeypatch.setattr(measurement_labels, "_paint_leader", follow)
    painted(view)
    assert len(said) == len(leaders) == 3
    assert all(" on S7, phase 1" in text for text in said)
    assert [colour for _, colour in said.values()] == [WARNING.name(), WARNING.name(), ACCENT.name()]
    shapes = [at for _, at in view.content._measured]
    for (leader, colour), (plate, written), at in zip(leaders, said.values(), shapes, strict=True):
        assert colour == written
        assert plate.adjusted(-6, -2, 6, 2).contains(leader.p1())
        assert at.boundingRect().adjusted(-1, -1, 1, 1).contains(leader.p2())
    state.measures.set_measurements((replace(made[0], number=1),))
    said.clear()
    leaders.clear()
    painted(view)
    assert len(said) == 2
    assert "on synthesised pixels" in said
    assert not leaders


@pytest.mark.parametrize("end", [(-40, -40), (-40, 10), (-40, 60), (60, -40), (60, 60), (12, 60)])
def test_a_label_is_shown_whole_for_an_end_off_the_screen(
    view: SliceView, state: ViewerState, monkeypatch: pytest.MonkeyPatch, end: tuple[int, int]
) -> None:
    seen: list[tuple[str, bool]] = []

    def listen(painter: QPainter, box: object, *said: object) -> None:
        if isinstance(box, QRectF):
            shown = painter.clipRegion() if painter.hasClipping() else QRegion(view.rect())
            hidden = QRegion(box.toAlignedRect()).subtracted(shown)
            seen.append((str(said[-1]), hidden.isEmpty()))

    on_second(state)
    made = replace(drawn(state, Shape.DISTANCE, (12, 10), end), number=1)
    state.measures.set_measurements((made,))
    monkeypatch.setattr(QPainter, "drawText", listen)
    for width, height in ((400, 400), (200, 260), (160, 120)):
        view.resize(width, height)
        painted(view)
        assert value_text(made, None) in " ".join(text for text, _ in seen)
        assert all(whole for _, whole in seen)
        seen.clear()


@pytest.mark.parametrize("size", [TextSize.NORMAL, TextSize.LARGEST])
@pytest.mark.parametrize("width", [144, 147, 200])
def test_a_label_is_never_wider_than_its_view_and_parts_no_number_from_its_unit(
    view: SliceView, state: ViewerState, monkeypatch: pytest.MonkeyPatch, width: int, size: TextSize
) -> None:
    written: list[str] = []

    def listen(painter: QPainter, box: object, *said: object) -> None:
        if isinstance(box, QRectF):
            text = str(said[-1])
            assert box.left() >= 0
            assert box.right() <= width
            assert QFontMetricsF(painter.font()).horizontalAdvance(text) <= box.width()
            written.append(text)

    monkeypatch.setattr(theme, "_text_size", size)
    monkeypatch.setattr(measurement_labels, "value_text", lambda *_: "1149.1 ± 90.8 · 9500 mm²")
    on_second(state)
    made = replace(drawn(state, Shape.ELLIPSE, (8, 5), (14, 13)), number=1)
    state.measures.set_measurements((made,))
    view.resize(width, 260)
    monkeypatch.setattr(QPainter, "drawText", listen)
    painted(view)
    assert any("9500 mm²" in text for text in written)
    assert any("1149.1 ± 90.8" in text for text in written)


@pytest.mark.parametrize("end", [(2, 17), (5, 16)])
def test_a_label_does_not_hide_what_the_colours_of_an_overlay_mean(
    view: SliceView, state: ViewerState, monkeypatch: pytest.MonkeyPatch, end: tuple[int, int]
) -> None:
    boxes: dict[str, QRectF] = {}

    def listen(painter: QPainter, box: object, *said: object) -> None:
        if isinstance(box, QRectF):
            boxes[str(said[-1])] = QRectF(box)

    on_second(state)
    overlay = UncertaintyMap(
        np.zeros((4, 24, 20)), largest=10.0, threshold=1.0, opacity=0.5, intensity_range=100.0
    )
    monkeypatch.setattr(SliceView, "overlay", overlay)
    state.measures.set_measurements((replace(drawn(state, Shape.DISTANCE, (12, 10), end), number=1),))
    monkeypatch.setattr(QPainter, "drawText", listen)
    painted(view)
    (label,) = (box for text, box in boxes.items() if " on A2" in text)
    legend = QRectF()
    for text in ("90 % interval,\n% of range", "± 10 %", "± 1 %"):
        legend |= boxes[text]
    assert not label.intersects(legend)


def test_a_measurement_is_drawn_on_its_own_layer_only(qtbot: QtBot, state: ViewerState) -> None:
    made = add_run(state)
    state.measures.set_measurements((drawn(state, Shape.DISTANCE, (3, 4), (7, 7)),))
    volume = state.volume(ACQUIRED)
    assert volume is not None
    state.set_position(volume.geometry.slice_position(1))
    for layer in (ACQUIRED, made):
        view = SliceView(state, layer)
        qtbot.addWidget(view)
        painted(view)
        assert len(view.content._measured) == (1 if layer == ACQUIRED else 0)


def test_a_measurement_off_the_screen_has_no_label(
    view: SliceView, state: ViewerState, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []
    on_second(state)
    made = replace(drawn(state, Shape.DISTANCE, (60, 60), (60, 90)), number=1)
    state.measures.set_measurements((made,))
    monkeypatch.setattr(QPainter, "drawText", lambda *said: written.append(str(said[-1])))
    painted(view)
    assert not any("mm on" in text for text in written)


def on_second(state: ViewerState) -> None:
    """Go to slice 2, on which ``drawn`` draws."""
    stack = state.active_stack
    assert stack is not None
    state.set_position(stack.geometry.slice_position(1))


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        (Shape.DISTANCE, ["7.5 mm on A2, phase 1"]),
        (Shape.ANGLE, ["90.0° on A2, phase 1"]),
        (Shape.RECTANGLE, ["3106 ± 1.41 · 36 mm² on A2, phase 4"]),
        (Shape.PROFILE, ["7.5 mm on A2"]),
    ],
)
def test_a_label_says_of_which_phase_its_value_is(
    state: ViewerState, monkeypatch: pytest.MonkeyPatch, shape: Shape, words: list[str]
) -> None:
    pixels = {Shape.ANGLE: [(2, 4), (2, 8), (6, 8)], Shape.RECTANGLE: [(2, 4), (6, 8)]}
    made = drawn(state, shape, *pixels.get(shape, [(3, 4), (7, 7)]))
    on_second(state)
    assert labels(state, 3, monkeypatch, made) == words


def test_a_cine_of_one_phase_says_nothing_of_phases(
    qtbot: QtBot, qapp: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = ViewerState()
    state.set_all_series((OpenSeries(1, "still", stack=make_stack(phases=1)),), 1)
    made = [drawn(state, shape, (2, 4), (6, 8)) for shape in (Shape.DISTANCE, Shape.RECTANGLE)]
    on_second(state)
    panel = MeasurePanel(state, [])
    qtbot.addWidget(panel)
    panel.show()
    state.measures.set_measurements(tuple(replace(m, number=n) for n, m in enumerate(made, 1)))
    assert [panel._list.item(row).text().count("phase") for row in (0, 1)] == [0, 0]
    volume = state.volume(ACQUIRED)
    assert volume is not None
    table = measurement_table([(m, volume) for m in made])
    assert table is not None
    assert "Phase" not in table.columns
    assert "phase" not in table.note
    written = labels(state, 0, monkeypatch, *made)
    assert len(written) == 2
    assert not any("phase" in text for text in written)


@pytest.mark.parametrize("shape", list(Shape))
def test_only_distances_and_angles_are_muted_at_another_phase(
    view: SliceView, state: ViewerState, shape: Shape
) -> None:
    state.set_annotations_visible(False)
    on_second(state)
    third = [(12, 4)] if shape is Shape.ANGLE else []
    made = replace(drawn(state, shape, (12, 14), (4, 14), *third), number=1)
    other = replace(drawn(state, Shape.PROFILE, (20, 2), (20, 4)), number=2)
    warning = (WARNING.red(), WARNING.green(), WARNING.blue())
    found = []
    for phase in (0, 3):
        state.set_phase(phase)
        lit = []
        for kept in ((other,), (made, other)):
            state.measures.set_measurements(kept)
            state.measures.set_selected(other.number)
            lit.append((np.abs(pixels(painted(view)) - warning).max(axis=-1) < 40).sum())
        found.append(lit[1] - lit[0])
    assert found[0] > 100
    muted = shape in (Shape.DISTANCE, Shape.ANGLE)
    assert found[1] < 20 if muted else found[1] > 100


def test_a_measurement_is_of_the_phase_on_the_screen_when_its_newest_point_is_put(
    view: SliceView, state: ViewerState
) -> None:
    measured: list[Measurement] = []
    view.measured.connect(measured.append)
    state.set_tool(Tool.MEASURE)
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=screen(view, 5, 5))
    state.set_phase(2)
    QTest.mouseMove(view, screen(view, 12, 12))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=screen(view, 12, 12))
    assert measured[0].phase == 2


def test_the_list_tells_the_phase_of_every_value(qtbot: QtBot, state: ViewerState) -> None:
    panel = MeasurePanel(state, [])
    qtbot.addWidget(panel)
    panel.show()
    state.set_phase(3)
    made = [drawn(state, shape, (2, 4), (6, 8)) for shape in (Shape.DISTANCE, Shape.RECTANGLE, Shape.PROFILE)]
    state.measures.set_measurements(tuple(replace(m, number=n) for n, m in enumerate(made, 1)))
    told = [panel._list.item(row).text().splitlines()[0] for row in range(3)]
    assert told[0] == "Distance: 8.5 mm (phase 1)"
    assert told[1].startswith("Rectangle: mean 3106")
    assert told[1].endswith("(phase 4)")
    assert told[2] == "Profile: 8.5 mm"


# -- drawing ------------------------------------------------------------------------------------------------


@pytest.fixture
def view(qtbot: QtBot, state: ViewerState) -> SliceView:
    made = SliceView(state)
    qtbot.addWidget(made)
    made.resize(400, 400)
    made.show()
    state.set_crosshair_visible(False)
    return made


def screen(view: SliceView, row: float, column: float) -> QPoint:
    assert view.transform is not None
    x, y = view.transform.to_screen(row, column)
    return QPoint(round(x), round(y))


def test_an_angle_takes_a_drag_and_a_click(view: SliceView, state: ViewerState) -> None:
    measured: list[Measurement] = []
    view.measured.connect(measured.append)
    state.set_tool(Tool.ANGLE)
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=screen(view, 10, 4))
    QTest.mouseMove(view, screen(view, 10, 10))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=screen(view, 10, 10))
    assert measured == []
    QTest.mouseMove(view, screen(view, 8, 10))
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=screen(view, 4, 10))
    assert measured[0].angle == pytest.approx(90.0, abs=1.0)


def first_leg(view: SliceView, state: ViewerState) -> list[Measurement]:
    """Draw the first leg of an angle and hover to where its second leg may end; what is measured from then on."""
    measured: list[Measurement] = []
    view.measured.connect(measured.append)
    state.set_tool(Tool.ANGLE)
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=screen(view, 10, 4))
    QTest.mouseMove(view, screen(view, 10, 10))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=screen(view, 10, 10))
    QTest.mouseMove(view, screen(view, 7, 10))
    return measured


def test_an_angle_waits_for_its_second_leg_while_one_pans(view: SliceView, state: ViewerState) -> None:
    measured = first_leg(view, state)
    QTest.mousePress(view, Qt.MouseButton.MiddleButton, pos=QPoint(100, 100))
    QTest.mouseMove(view, QPoint(110, 105))
    QTest.mouseRelease(view, Qt.MouseButton.MiddleButton, pos=QPoint(110, 105))
    assert measured == []
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=screen(view, 4, 10))
    assert len(measured) == 1
    assert measured[0].angle == pytest.approx(90.0, abs=1.0)


def test_an_angle_that_was_begun_is_dropped_with_its_tool(view: SliceView, state: ViewerState) -> None:
    measured = first_leg(view, state)
    state.set_tool(Tool.WINDOW_LEVEL)
    assert view.draft.drawn is None
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=screen(view, 4, 4))
    QTest.mouseMove(view, screen(view, 5, 6))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=screen(view, 5, 6))
    assert measured == []


def test_an_angle_does_not_go_on_on_another_layer(view: SliceView, state: ViewerState) -> None:
    layer = add_run(state)
    measured = first_leg(view, state)
    state.set_layer(layer)
    QTest.mouseMove(view, screen(view, 8, 10))
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=screen(view, 4, 10))
    assert measured == []


def test_an_angle_stays_in_its_slice_while_another_one_is_shown(view: SliceView, state: ViewerState) -> None:
    stack = state.active_stack
    assert stack is not None
    here = state.position
    measured = first_leg(view, state)
    state.set_position(stack.geometry.to_patient((0, 12, 9)))
    QTest.mouseMove(view, screen(view, 8, 12))
    state.set_position(here)
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=screen(view, 4, 10))
    assert len(measured) == 1
    assert measured[0].lies_in(measured[0].plane)


def test_a_measurement_interrupted_by_another_button_is_dropped(view: SliceView, state: ViewerState) -> None:
    measured: list[Measurement] = []
    view.measured.connect(measured.append)
    state.set_tool(Tool.MEASURE)
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=screen(view, 10, 4))
    QTest.mouseMove(view, screen(view, 10, 10))
    QTest.mousePress(view, Qt.MouseButton.MiddleButton, pos=screen(view, 10, 10))
    assert view.draft.drawn is None
    QTest.mouseRelease(view, Qt.MouseButton.MiddleButton, pos=screen(view, 10, 12))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=screen(view, 10, 12))
    assert measured == []


@pytest.mark.parametrize("tool", [Tool.ELLIPSE, Tool.RECTANGLE, Tool.PROFILE, Tool.MEASURE])
def test_what_is_drawn_is_kept_deleted_and_undone(view: SliceView, state: ViewerState, tool: Tool) -> None:
    controller = Controller(state)
    view.measured.connect(controller.measuring.add)
    state.set_tool(tool)
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=screen(view, 5, 5))
    QTest.mouseMove(view, screen(view, 12, 12))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=screen(view, 12, 12))
    assert len(state.measures.measurements) == 1
    view.grab()
    kept = state.measures.measurements[0]
    controller.measuring.delete_selected()
    assert state.measures.measurements == ()
    controller.undo.undo()
    assert state.measures.measurements == (kept,)
    controller.undo.undo()
    assert state.measures.measurements == ()
    controller.undo.redo()
    assert state.measures.measurements == (kept,)
    assert controller.shut_down()


def test_measurements_go_with_their_series_and_their_run(state: ViewerState) -> None:
    controller = Controller(state)
    measuring: Measuring = controller.measuring
    layer = add_run(state)
    measuring.add(drawn(state, Shape.DISTANCE, (3, 4), (7, 7)))
    measuring.add(drawn(state, Shape.DISTANCE, (3, 4), (7, 7), layer=layer, index=6))
    state.set_runs(())
    assert [m.layer for m in state.measures.measurements] == [ACQUIRED]
    (series,) = state.all_series
    state.set_all_series((series, OpenSeries(2, "other", stack=make_stack())), 2)
    assert state.measures.measurements == ()
    state.set_all_series((series,), 1)
    assert len(state.measures.measurements) == 1
    state.set_all_series((), None)
    assert state.measures.measurements == ()
    assert controller.shut_down()


def test_a_run_that_comes_back_brings_its_measurements_along(state: ViewerState) -> None:
    controller = Controller(state)
    result = reconstruct(state.active_stack, ReconstructionSettings(method=Method.LINEAR, slice_spacing=2.0))
    run_id = controller.reconstructions.adopt(result, check_pass_through(result))
    controller.measuring.add(drawn(state, Shape.DISTANCE, (3, 4), (7, 7)))
    controller.measuring.add(drawn(state, Shape.DISTANCE, (3, 4), (7, 7), layer=Layer(run_id), index=6))
    both = state.measures.measurements
    controller.reconstructions.delete(run_id)
    assert state.measures.measurements == both[:1]
    controller.undo.undo()
    assert state.measures.measurements == both
    controller.undo.undo()
    assert state.measures.measurements == both[:1]
    assert controller.shut_down()


def test_undo_shows_the_series_whose_measurements_it_changes(state: ViewerState) -> None:
    controller = Controller(state)
    (series,) = state.all_series
    other = OpenSeries(2, "other", stack=make_stack())
    controller.measuring.add(drawn(state, Shape.DISTANCE, (3, 4), (7, 7)))
    kept = state.measures.measurements
    controller.measuring.clear()
    state.set_all_series((series, other), 2)
    controller.undo.undo()
    assert state.active_series is series
    assert state.measures.measurements == kept
    assert controller.shut_down()


def test_undo_takes_back_its_own_measurement_and_no_other(state: ViewerState) -> None:
    controller = Controller(state)
    measuring = controller.measuring
    measuring.add(drawn(state, Shape.DISTANCE, (3, 4), (7, 7)))
    number = measuring.reserve(1)
    measuring.add(drawn(state, Shape.ANGLE, (3, 4), (7, 7), (9, 9)))
    came = replace(drawn(state, Shape.PROFILE, (3, 4), (7, 7)), number=number)
    measuring.bring_back((came,))

    def shapes() -> list[Shape]:
        return [m.shape for m in state.measures.measurements]

    assert shapes() == [Shape.DISTANCE, Shape.PROFILE, Shape.ANGLE]
    controller.undo.undo()
    assert shapes() == [Shape.DISTANCE, Shape.PROFILE]
    measuring.clear()
    controller.undo.undo()
    assert shapes() == [Shape.DISTANCE, Shape.PROFILE]
    controller.undo.redo()
    assert shapes() == []
    assert controller.shut_down()


@pytest.mark.parametrize("angle", [0.0, 30.0, 90.0])
def test_a_saved_measurement_is_put_back_where_it_was(state: ViewerState, angle: float) -> None:
    layer = add_run(state)
    volume = state.volume(layer)
    assert volume is not None
    key = "a" * 64
    flat = drawn(state, Shape.ELLIPSE, (3.25, 4.5), (7.1, 7.3), layer=layer, index=6, phase=2)
    saved = save_measurement(flat, key)
    assert saved is not None
    again = place_measurement(saved, layer, volume)
    assert again is not None
    assert (again.made_on, again.origin_at(volume, 2)) == ("S7", SliceOrigin.SYNTHESISED)
    assert np.array_equal(again.points, flat.points)
    assert again.phase == 2
    cut = long_axis_plane(volume.geometry, state.position, angle)
    sampler = LongAxisSampler(tuple(state.position.tolist()), angle, cut)
    upright = Measurement(
        1,
        Shape.RECTANGLE,
        cut.plane.to_patient([(2.5, 3.0), (9.0, 8.0)]),
        layer,
        "long axis",
        cut.plane,
        sampler,
        3,
    )
    saved = save_measurement(upright, key)
    assert saved is not None
    again = place_measurement(saved, layer, volume)
    assert again is not None
    assert (again.origin_at(volume, 3), again.phase) == (None, 3)
    values = upright.sample(volume.intensity[2])
    assert region_statistics(again, again.sample(volume.intensity[2])) == region_statistics(upright, values)


def test_a_file_cannot_pass_a_made_slice_off_as_acquired(state: ViewerState) -> None:
    layer = add_run(state)
    volume = state.volume(layer)
    assert volume is not None
    saved = save_measurement(drawn(state, Shape.DISTANCE, (3, 4), (7, 7), layer=layer, index=6), "a" * 64)
    assert saved is not None
    elsewhere = replace(saved, slice_index=5)  # an acquired slice, on which its points do not lie
    assert place_measurement(elsewhere, layer, volume) is None
    assert place_measurement(replace(saved, slice_index=99), layer, volume) is None


def test_a_measurement_at_a_phase_that_is_not_there_is_not_placed(state: ViewerState) -> None:
    volume = state.volume(ACQUIRED)
    assert volume is not None
    saved = save_measurement(drawn(state, Shape.DISTANCE, (3, 4), (7, 7), phase=4), "")
    assert saved is not None
    placed = place_measurement(saved, ACQUIRED, volume)
    assert placed is not None
    assert placed.phase == 4
    assert place_measurement(replace(saved, phase=5), ACQUIRED, volume) is None


def test_measurements_on_runs_that_are_not_back_wait_and_are_saved_again(state: ViewerState) -> None:
    controller = Controller(state)
    reviews = ReviewState(state)
    restoring = MeasurementRestoring(state, reviews, controller.measuring)
    result = reconstruct(state.active_stack, ReconstructionSettings(method=Method.LINEAR, slice_spacing=2.0))
    key = reconstruction_key(result)
    on_run = SavedMeasurement("DISTANCE", ((0.0, 0.0, -2.0), (6.0, 0.0, -2.0)), key, slice_index=1)
    held_out = SavedMeasurement("DISTANCE", ((0.0, 0.0, -10.0), (6.0, 0.0, -10.0)), key, True, 1)
    acquired = SavedMeasurement("DISTANCE", ((0.0, 0.0, -10.0), (6.0, 0.0, -10.0)), slice_index=1)
    lost: list[tuple[SavedMeasurement, ...]] = []
    restoring.left_out.connect(lost.append)
    kept = (on_run, held_out, acquired)
    elsewhere = replace(acquired, slice_index=2)
    restoring.start((*kept, elsewhere))
    assert lost == [(elsewhere,)]
    assert [m.made_on for m in state.measures.measurements] == ["A2"]
    assert restoring.saved == kept
    controller.reconstructions.adopt(result, check_pass_through(result))
    assert [m.made_on for m in state.measures.measurements] == ["I2", "A2"]
    assert restoring.saved == kept
    state.set_all_series((), None)
    assert restoring.saved == ()
    assert controller.shut_down()


def test_a_long_axis_measurement_is_made_on_slices_of_several_kinds(qtbot: QtBot, state: ViewerState) -> None:
    state.set_layer(add_run(state))
    view = ReformatView(state)
    qtbot.addWidget(view)
    view.resize(400, 300)
    state.set_crosshair_visible(False)
    measured: list[Measurement] = []
    view.measured.connect(measured.append)
    state.set_tool(Tool.PROFILE)
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(200, 60))
    QTest.mouseMove(view, QPoint(200, 240))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(200, 240))
    volume = state.volume()
    assert volume is not None
    assert measured[0].origin_at(volume, 0) is None
    profile = line_profile(measured[0], volume)
    assert {SliceOrigin.ACQUIRED, SliceOrigin.SYNTHESISED} == set(profile.origins_at(0))


def test_a_click_in_a_profile_over_time_goes_to_its_phase(qtbot: QtBot, state: ViewerState) -> None:
    volume = state.volume(ACQUIRED)
    assert volume is not None
    plot = ProfilePlot()
    qtbot.addWidget(plot)
    plot.resize(300, 190)
    plot.set_profile(
        ProfileKind.THROUGH_TIME, through_plane_profile(volume, state.position), 40.0 * np.arange(5)
    )
    asked: list[int] = []
    plot.phase_requested.connect(asked.append)
    area = plot._area
    for phase in range(5):
        place = QPoint(round(area.left() + (phase + 0.5) / 5 * area.width()), 60)
        QTest.mouseClick(plot, Qt.MouseButton.LeftButton, pos=place)
    assert asked == [0, 1, 2, 3, 4]
    for kind in ProfileKind:
        plot.set_profile(kind, through_plane_profile(volume, state.position), 40.0 * np.arange(5))
        plot.grab()


def test_beside_a_made_slice_stands_the_nearest_acquired_one_along_the_same_line(state: ViewerState) -> None:
    layer = add_run(state)
    volume = state.volume(layer)
    assert volume is not None
    made = next(i for i, p in enumerate(volume.provenance) if p.origin is SliceOrigin.SYNTHESISED)
    line = drawn(state, Shape.PROFILE, (3, 2), (3, 8), layer=layer, index=made)
    profile = line_profile(line, volume)
    beside = acquired_beside(profile, line, volume)
    assert beside is not None
    nearest = volume.provenance[made].sources[0].index
    columns = 2 + 6 * profile.places / line.length
    phases = np.arange(len(volume.ready))
    # Intensity is 1000 · phase + 100 · slice + column.
    np.testing.assert_allclose(
        beside.intensity, 1000 * phases[:, np.newaxis] + 100 * nearest + columns, rtol=1e-6
    )
    assert set(beside.origins_at(0)) == {SliceOrigin.ACQUIRED}


def test_through_the_slices_every_place_stands_beside_its_nearest_acquired_slice(state: ViewerState) -> None:
    volume = state.volume(add_run(state))
    assert volume is not None
    profile = through_plane_profile(volume, state.position)
    beside = acquired_beside(profile, None, volume)
    assert beside is not None
    for place, provenance in enumerate(volume.provenance):
        nearest = volume.provenance.index(
            next(
                p
                for p in volume.provenance
                if p.origin is SliceOrigin.ACQUIRED and p.sources[0].index == provenance.sources[0].index
            )
        )
        np.testing.assert_array_equal(beside.intensity[:, place], profile.intensity[:, nearest])


def test_an_acquired_line_has_nothing_beside_it(state: ViewerState) -> None:
    volume = state.volume(ACQUIRED)
    assert volume is not None
    line = drawn(state, Shape.PROFILE, (3, 2), (3, 8))
    assert acquired_beside(line_profile(line, volume), line, volume) is None


def test_a_click_in_either_of_two_pictures_over_time_goes_to_its_phase(
    qtbot: QtBot, state: ViewerState
) -> None:
    volume = state.volume(add_run(state))
    assert volume is not None
    profile = through_plane_profile(volume, state.position)
    plot = ProfilePlot()
    qtbot.addWidget(plot)
    plot.resize(420, 190)
    beside = acquired_beside(profile, None, volume)
    plot.set_profile(ProfileKind.THROUGH_TIME, profile, 40.0 * np.arange(5), beside=beside)
    asked: list[int] = []
    plot.phase_requested.connect(asked.append)
    for area, _ in plot._pictures:
        for phase in range(5):
            place = QPoint(round(area.left() + (phase + 0.5) / 5 * area.width()), 80)
            QTest.mouseClick(plot, Qt.MouseButton.LeftButton, pos=place)
    assert asked == [0, 1, 2, 3, 4] * 2
    plot.grab()


def test_each_of_two_pictures_over_time_has_the_strip_of_its_own_slices(
    qtbot: QtBot, state: ViewerState
) -> None:
    layer = add_run(state)
    volume = state.volume(layer)
    assert volume is not None
    made = next(i for i, p in enumerate(volume.provenance) if p.origin is SliceOrigin.SYNTHESISED)
    line = drawn(state, Shape.PROFILE, (3, 2), (3, 8), layer=layer, index=made)
    profile = line_profile(line, volume)
    plot = ProfilePlot()
    qtbot.addWidget(plot)
    plot.resize(420, 190)
    plot.set_profile(
        ProfileKind.LINE_TIME, profile, 40.0 * np.arange(5), beside=acquired_beside(profile, line, volume)
    )
    seen = plot.grab().toImage()
    found = []
    for area, _ in plot._pictures:
        column = round(area.left()) - 6
        colours = {seen.pixelColor(column, y).name() for y in range(40, 150)}
        found.append(
            tuple(
                ORIGIN_COLOURS[o].name() in colours for o in (SliceOrigin.ACQUIRED, SliceOrigin.SYNTHESISED)
            )
        )
    assert found == [(True, False), (False, True)]


def test_a_picture_over_time_is_inverted_as_the_views_are(qtbot: QtBot, state: ViewerState) -> None:
    volume = state.volume(ACQUIRED)
    assert volume is not None
    plot = ProfilePlot()
    qtbot.addWidget(plot)
    plot.resize(300, 190)
    profile = through_plane_profile(volume, state.position)
    plot.set_profile(ProfileKind.THROUGH_TIME, profile, 40.0 * np.arange(5))
    place = plot._area.topLeft().toPoint() + QPoint(20, 20)
    grey = []
    for inverted in (False, True):
        plot.set_moment(4, None, (2000.0, 4000.0), inverted=inverted)
        grey.append(plot.grab().toImage().pixelColor(place).red())
    assert grey[0] < 60
    assert grey[1] == 255 - grey[0]
