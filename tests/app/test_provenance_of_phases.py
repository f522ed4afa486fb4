"""What the window says about acquired slices that were triggered differently or moved."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QSettings
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app import appearance
from app.checks.checking import Checking
from app.checks.summaries import proof_text
from app.choices import Tool, ViewLayout
from app.controllers.controller import Controller
from app.controllers.reconstruction import new_run
from app.dialogs.preferences import PreferencesDialog
from app.export.description import describe
from app.layers import ACQUIRED
from app.measure.listing import measurement_table
from app.measure.profiles import line_profile, through_plane_profile
from app.measure.samplers import SliceSampler
from app.measure.shapes import Measurement, Shape
from app.measure.texts import caution_text, made_on_text
from app.open_series import OpenSeries
from app.panels.checks_panel import ChecksPanel
from app.panels.measure_panel import MeasurePanel
from app.panels.provenance_panel import ProvenancePanel, provenance_steps
from app.panels.runs_panel import RunsPanel
from app.panels.status_line import StatusLine
from app.preferences import Preferences
from app.rendering.image_plane import slice_plane
from app.scenes.captions import badge_lines, worst_origin
from app.scenes.display import HeartDisplay
from app.state.check_state import CheckState
from app.state.compare_state import CompareMode
from app.state.stored_choices import stored_matching
from app.state.viewer_state import ViewerState
from app.theme import TextSize, Theme
from app.views import comparison
from app.views.badge import Badge
from app.views.compare_chips import Chip
from app.views.reformat_view import ReformatView
from app.views.series_item import series_words
from app.views.slice_ladder import SliceLadder
from app.views.slice_view import SliceView
from calid_core.checks.alignment import align
from calid_core.checks.kinds import Check
from calid_core.checks.pass_through import check_pass_through
from calid_core.cine import CineStack
from calid_core.io.phase_resampling import PhaseMatching
from calid_core.pipeline import reconstruct
from calid_core.provenance import SliceOrigin, SliceState
from calid_core.settings import Method, ReconstructionSettings
from tests.app.conftest import make_stack
from tests.app.dense_runs import add_run, painted, pixels


def test_the_proof_counts_frames_where_some_were_resampled_in_time() -> None:
    stack = make_stack()
    every = stack.slices * stack.phases
    assert f"{stack.slices} of {stack.slices} acquired slices" in proof_text(stack)
    first, last = SliceState(resampled_phases=(1, 3)), SliceState(resampled_phases=(2,))
    text = proof_text(replace(stack, slice_states=(first, *stack.slice_states[1:-1], last)))
    assert f"{every - 3} of {every} acquired frames bit-identical" in text
    assert "3 frames of 2 slices" in text


def test_the_proof_names_slices_that_were_moved_and_those_that_were_resampled_in_time() -> None:
    stack = make_stack()
    first, second = SliceState(resampled_phases=(1,), moved=(0.0, 3.0)), SliceState(resampled_phases=(2,))
    text = proof_text(replace(stack, slice_states=(first, second, *stack.slice_states[2:])))
    assert text.startswith(f"{stack.slices - 2} of {stack.slices} acquired slices bit-identical; ")
    assert "1 moved in plane" in text
    assert "2 resampled in time" in text


def test_the_table_names_the_slice_and_its_resampled_phases(qtbot: QtBot) -> None:
    plain = make_stack()
    stack = replace(plain, slice_states=(SliceState(resampled_phases=(1, 3)), *plain.slice_states[1:]))
    state = ViewerState()
    state.set_all_series((OpenSeries(1, "one", stack=stack),), 1)
    panel = ProvenancePanel(state)
    qtbot.addWidget(panel)
    assert state.volume(ACQUIRED) is not None
    origins = [panel._table.item(row, 1) for row in range(stack.slices)]
    assert "resampled in time" in origins[0].text()
    assert "phases 2, 4" in origins[0].toolTip()
    assert not any("resampled" in item.text() for item in origins[1:])


def test_the_table_calls_slices_what_their_badges_do(qtbot: QtBot, state: ViewerState) -> None:
    state.set_layer(add_run(state, spacing=5.0))
    panel = ProvenancePanel(state)
    qtbot.addWidget(panel)
    names = [panel._table.item(row, 0).text() for row in range(7)]
    assert names == ["A1", "S2", "A2", "S4", "A3", "S6", "A4"]


@pytest.mark.parametrize("size", TextSize)
def test_no_distance_in_the_table_is_cut_off(
    qtbot: QtBot, qapp: QApplication, state: ViewerState, size: TextSize
) -> None:
    state.set_layer(add_run(state))
    panel = ProvenancePanel(state)
    qtbot.addWidget(panel)
    panel.resize(316, 600)
    panel.show()
    appearance.apply(qapp, Theme.DARK, size)
    QApplication.processEvents()
    table = panel._table
    header, bar = table.horizontalHeader(), table.horizontalScrollBar()
    assert header.sectionSize(3) >= max(table.sizeHintForColumn(3), header.sectionSizeHint(3))
    assert bar.maximum() == max(0, header.length() - table.viewport().width())
    assert bar.isVisible() is (bar.maximum() > 0)
    if size is TextSize.NORMAL:
        assert header.length() == table.viewport().width()
    assert table.horizontalHeaderItem(2).toolTip() == "Distance from the first slice, mm"
    assert table.item(1, 1).text() == "S"
    assert table.item(1, 1).toolTip().startswith("synthesised\n")
    appearance.apply(qapp, Theme.DARK, TextSize.NORMAL)


def test_one_step_is_not_called_steps(state: ViewerState) -> None:
    run = state.run(add_run(state).run_id)
    assert run is not None
    assert "; steps 1, samples 1" in " ".join(provenance_steps(run.acquired, run))


@pytest.mark.parametrize(("number", "size"), [(1, "1 slice × 1"), (2, "2 slices × 2")])
def test_one_slice_or_phase_is_not_called_many(
    qapp: object, monkeypatch: pytest.MonkeyPatch, number: int, size: str
) -> None:
    def in_english(text: str, _comment: str, n: int) -> str:
        return text.replace("%n", str(n)).replace("(s)", "" if n == 1 else "s")

    monkeypatch.setattr("app.translation._lookup", in_english)
    stack = make_stack(phases=number, slices=number)
    _, lines, _ = series_words(OpenSeries(1, "test", stack=stack))
    assert lines[0] == size
    assert f"{size} phase{'s' if number > 1 else ''}, " in provenance_steps(stack, None)[0]


def test_a_choice_in_the_preferences_keeps_phases_as_indexed(qtbot: QtBot, tmp_path: Path) -> None:
    preferences = Preferences(QSettings(str(tmp_path / "s.ini"), QSettings.Format.IniFormat))
    assert stored_matching(preferences) is PhaseMatching.RR_FRACTION
    dialog = PreferencesDialog(None, preferences)  # type: ignore[arg-type]
    qtbot.addWidget(dialog)
    with qtbot.waitSignal(dialog.matching_changed):
        dialog.as_indexed.setChecked(True)
    assert stored_matching(preferences) is PhaseMatching.AS_INDEXED


@pytest.fixture
def resampled(qapp: object) -> ViewerState:
    """A series whose first slice was interpolated in time at phase 1."""
    plain = make_stack()
    state = ViewerState()
    stack = replace(plain, slice_states=(SliceState(resampled_phases=(1,)), *plain.slice_states[1:]))
    state.set_all_series((OpenSeries(1, "one", stack=stack),), 1)
    state.set_position(plain.geometry.slice_position(0))
    return state


def on_slice(shape: Shape, index: int = 0, phase: int = 0) -> Measurement:
    """A measurement on an acquired slice."""
    plane = slice_plane(make_stack().geometry, index)
    points = plane.to_patient(np.array([(3.0, 4.0), (7.0, 7.0)]))
    return Measurement(1, shape, points, ACQUIRED, f"A{index + 1}", plane, SliceSampler(index), phase)


def test_a_phase_that_was_interpolated_in_time_does_not_wear_the_badge_of_an_acquired_one(
    qtbot: QtBot, resampled: ViewerState
) -> None:
    state = resampled
    view, line = SliceView(state), StatusLine(state)
    for widget in (view, line):
        qtbot.addWidget(widget)
    assert view.picture is not None
    assert view.picture.badge == Badge((SliceOrigin.ACQUIRED,), "ACQUIRED A1", short="A1")
    assert line._slice.text() == "A1 · acquired"
    state.set_phase(1)
    assert view.picture.badge == Badge((SliceOrigin.INTERPOLATED,), "INTERPOLATED IN TIME A1", short="I · A1")
    assert line._slice.text() == "A1 · interpolated in time at this phase"


def test_a_long_axis_badge_counts_what_was_interpolated_in_time_at_the_phase_shown(
    qtbot: QtBot, resampled: ViewerState
) -> None:
    view = ReformatView(resampled)
    qtbot.addWidget(view)
    assert view.picture is not None
    assert view.picture.badge.text == "4 ACQUIRED"
    resampled.set_phase(1)
    assert view.picture.badge.text == "3 A + 1 I"
    assert view.picture.badge.origins == (SliceOrigin.ACQUIRED, SliceOrigin.INTERPOLATED)


def test_the_strip_of_a_long_axis_view_marks_what_was_interpolated_in_time(
    qtbot: QtBot, resampled: ViewerState
) -> None:
    view = ReformatView(resampled)
    qtbot.addWidget(view)
    view.resize(300, 300)
    resampled.set_annotations_visible(False)
    strip = [pixels(painted(view))[:, 2:14]]
    for phase in (1, 2):
        resampled.set_phase(phase)
        strip.append(pixels(painted(view))[:, 2:14])
    assert (strip[0] != strip[1]).any()
    assert (strip[0] == strip[2]).all()


def test_the_ladder_marks_what_was_interpolated_in_time(qtbot: QtBot, resampled: ViewerState) -> None:
    ladder = SliceLadder(resampled)
    qtbot.addWidget(ladder)
    ladder.resize(ladder.width(), 300)
    resampled.set_position(make_stack().geometry.slice_position(2))
    rungs, tips = [], []
    for phase in (0, 1, 2):
        resampled.set_phase(phase)
        rungs.append(pixels(painted(ladder)))
        tips.append(ladder.tip(0))
    assert (rungs[0] != rungs[1]).any()
    assert (rungs[0] == rungs[2]).all()
    assert tips == ["Acquired slice A1", "Acquired slice A1, interpolated in time at this phase", tips[0]]


def test_the_ladder_is_not_painted_anew_where_phases_look_alike(
    qtbot: QtBot, resampled: ViewerState, monkeypatch: pytest.MonkeyPatch
) -> None:
    ladder = SliceLadder(resampled)
    qtbot.addWidget(ladder)
    painted(ladder)
    asked: list[int] = []
    monkeypatch.setattr(ladder, "update", lambda: asked.append(resampled.phase))
    for phase in (2, 3, 1):
        resampled.set_phase(phase)
    assert asked == [1]


def test_the_3d_badge_counts_what_was_interpolated_in_time_at_its_phase(resampled: ViewerState) -> None:
    volume = resampled.volume()
    assert volume is not None
    lines = [badge_lines(volume, phase, 0, HeartDisplay(), software=False)[1] for phase in (0, 1)]
    assert lines[0].startswith("4 acquired ·")
    assert lines[1].startswith("3 acquired + 1 interpolated ·")
    assert worst_origin(volume, 0) is SliceOrigin.ACQUIRED
    assert worst_origin(volume, 1) is SliceOrigin.INTERPOLATED


@pytest.mark.parametrize(("index", "phase", "word"), [(0, 0, "acquired"), (0, 1, "interpolated")])
def test_a_measurement_tells_the_origin_of_a_phase(
    resampled: ViewerState, index: int, phase: int, word: str
) -> None:
    volume, line = resampled.volume(), on_slice(Shape.DISTANCE, index, phase)
    assert volume is not None
    origin = line.origin_at(volume, phase)
    assert made_on_text(line, origin) == f"A1 {word}"
    assert caution_text(origin) == ("" if word == "acquired" else "on interpolated pixels")
    table = measurement_table([(line, volume)])
    assert table is not None
    assert table.rows[0][3:5] == (str(phase + 1), word)


@pytest.mark.parametrize("shape", list(Shape))
def test_the_origin_of_a_distance_or_angle_alone_stays_that_of_its_phase(
    qtbot: QtBot, resampled: ViewerState, shape: Shape
) -> None:
    panel = MeasurePanel(resampled, [])
    qtbot.addWidget(panel)
    panel.show()
    resampled.set_phase(1)
    region = replace(on_slice(Shape.ELLIPSE), number=2)
    resampled.measures.set_measurements((on_slice(shape, phase=1), region))
    texts = [panel._list.item(row).text for row in (0, 1)]
    assert all("A1 interpolated" in text() for text in texts)
    resampled.set_phase(2)
    qtbot.waitUntil(lambda: "A1 acquired" in texts[1]())
    stays = shape in (Shape.DISTANCE, Shape.ANGLE)
    assert ("A1 interpolated" if stays else "A1 acquired") in texts[0]()


def test_what_is_drawn_on_a_phase_interpolated_in_time_is_not_so_at_others(
    qtbot: QtBot, resampled: ViewerState
) -> None:
    view = SliceView(resampled)
    qtbot.addWidget(view)
    view.resize(300, 300)
    resampled.set_phase(1)
    resampled.set_tool(Tool.MEASURE)
    view.draft.begin(view, Shape.DISTANCE, QPointF(100, 100))
    drawn, volume = view.draft.drawn, resampled.volume()
    assert drawn is not None
    assert volume is not None
    assert drawn.origin_at(volume, 1) is SliceOrigin.INTERPOLATED
    assert drawn.origin_at(volume, 0) is SliceOrigin.ACQUIRED


def test_a_profile_marks_places_that_were_interpolated_in_time(resampled: ViewerState) -> None:
    volume = resampled.volume()
    assert volume is not None
    through = through_plane_profile(volume, resampled.position)
    assert through.origins_at(0) == (SliceOrigin.ACQUIRED,) * 4
    assert through.stretches_at(1) == ((0, 0, SliceOrigin.INTERPOLATED), (1, 3, SliceOrigin.ACQUIRED))
    line = line_profile(on_slice(Shape.PROFILE), volume)
    assert set(line.origins_at(1)) == {SliceOrigin.INTERPOLATED}
    assert set(line.origins_at(2)) == {SliceOrigin.ACQUIRED}
    assert np.isfinite(line.intensity).all()


@pytest.fixture
def moved(qapp: object) -> ViewerState:
    """A series whose first slice was moved by 3 mm along columns, looked at there."""
    plain, shifts = make_stack(), np.zeros((4, 2))
    shifts[0, 1] = 3.0
    state = ViewerState()
    state.set_all_series((OpenSeries(1, "one", stack=align(plain, shifts)),), 1)
    state.set_position(plain.geometry.slice_position(0))
    return state


def test_a_moved_slice_is_called_so_wherever_slices_are_named(qtbot: QtBot, moved: ViewerState) -> None:
    view, line, ladder, table = (
        SliceView(moved),
        StatusLine(moved),
        SliceLadder(moved),
        ProvenancePanel(moved),
    )
    for widget in (view, line, ladder, table):
        qtbot.addWidget(widget)
    assert view.picture is not None
    assert view.picture.badge == Badge((SliceOrigin.INTERPOLATED,), "MOVED A1", short="I · A1")
    assert line._slice.text() == "A1 · moved in plane to align it"
    assert ladder.tip(0) == "Acquired slice A1, moved in plane to align it"
    assert ladder.tip(1) == "Acquired slice A2"
    first, second = (table._table.item(row, 1) for row in (0, 1))
    assert (first.text(), second.text()) == ("A, moved in plane", "A")
    assert first.toolTip() == "acquired\nMoved in plane by 0.0 mm along rows and -3.0 mm along columns"
    assert first.foreground() != second.foreground()
    volume = moved.volume()
    assert volume is not None
    lines = badge_lines(volume, 0, 0, HeartDisplay(), software=False)
    assert any("3 acquired + 1 interpolated" in text for text in lines)
    assert "Crosshair: MOVED A1" in lines


def test_a_run_of_aligned_slices_claims_no_more_than_was_kept(qtbot: QtBot, moved: ViewerState) -> None:
    stack = moved.active_stack
    assert stack is not None
    settings = ReconstructionSettings(method=Method.LINEAR, slice_spacing=5.0)
    run, result = new_run(1, 1, stack, settings), reconstruct(stack, settings)
    assert run.provenance[0].moved == (0.0, -3.0)
    moved.set_runs((run.finished(result, check_pass_through(result)),))
    assert "3 of 4 acquired slices bit-identical; 1 moved in plane" in proof_text(stack)
    runs = RunsPanel(moved)
    qtbot.addWidget(runs)
    texts = [runs._list.item(row).text() for row in range(runs._list.count())]
    assert any("1 moved in plane" in text for text in texts)
    assert not any("pass-through" in text for text in texts)
    # What runs are held against is called aligned, not acquired.
    assert texts[0].startswith("Aligned")
    moved.set_layout(ViewLayout.COMPARE)
    moved.set_compare_layers((ACQUIRED, run.layer))
    moved.compare.set_mode(CompareMode.DIFFERENCE)
    assert describe(moved).startswith("difference from the aligned slices, of Linear")


@pytest.mark.parametrize(
    ("states", "told"),
    [
        ({}, "✓ 4 of 4 acquired slices"),
        ({1: SliceState(resampled_phases=(1, 2))}, "✓ 18 of 20 acquired frames"),
        ({0: SliceState(moved=(0.0, -3.0))}, "⚠ 3 of 4 acquired slices"),
        (
            {0: SliceState(moved=(0.0, -3.0)), 1: SliceState(resampled_phases=(1, 2))},
            "⚠ 2 of 4 acquired slices",
        ),
    ],
)
def test_both_panels_say_the_same_of_the_acquired_slices_of_a_run(
    qtbot: QtBot, stack: CineStack, states: dict[int, SliceState], told: str
) -> None:
    stack = replace(stack, slice_states=tuple(states.get(i, SliceState()) for i in range(stack.slices)))
    settings, state = ReconstructionSettings(method=Method.LINEAR, slice_spacing=5.0), ViewerState()
    state.set_all_series((OpenSeries(1, "one", stack=stack),), 1)
    run, result = new_run(1, 1, stack, settings), reconstruct(stack, settings)
    state.set_runs((run.finished(result, check_pass_through(result)),))
    state.set_layer(run.layer)
    controller, checks = Controller(state), CheckState(state)
    panels = ProvenancePanel(state), ChecksPanel(state, checks, Checking(controller, checks))
    for panel in panels:
        qtbot.addWidget(panel)
    provenance, row = panels[0], panels[1].rows[Check.PASS_THROUGH]
    seen = [
        [shown.text() for shown in pair if not shown.isHidden()]
        for pair in ((provenance._proof, provenance._failure), (row._good, row._bad))
    ]
    assert seen[0] == seen[1]
    assert seen[0][0].startswith(told)
    assert controller.shut_down()


@pytest.mark.parametrize(("kept", "proof"), [(True, "pass-through ✓"), (False, "pass-through FAILED")])
def test_list_and_table_say_of_every_run_whether_acquired_slices_passed_through(
    qtbot: QtBot, state: ViewerState, stack: CineStack, *, kept: bool, proof: str
) -> None:
    settings = ReconstructionSettings(method=Method.LINEAR, slice_spacing=5.0)
    run, result = new_run(1, 1, stack, settings), reconstruct(stack, settings)
    state.set_runs((run.finished(result, replace(check_pass_through(result), identical=kept)),))
    state.set_layer(run.layer)
    runs, table = RunsPanel(state), ProvenancePanel(state)
    for widget in (runs, table):
        qtbot.addWidget(widget)
    assert runs._list.item(1).text().endswith(proof)
    assert (table._proof.isHidden(), table._failure.isHidden()) == (not kept, kept)


@pytest.mark.parametrize(("series", "truth"), [("moved", "aligned"), ("state", "acquired")])
def test_the_chip_of_a_difference_names_what_a_run_is_held_against(
    qtbot: QtBot,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    series: str,
    truth: str,
) -> None:
    state: ViewerState = request.getfixturevalue(series)
    layer = add_run(state)
    run = state.runs[0]
    run.intensity[:, ::5] += 7  # no acquired slice passed through
    view, second = SliceView(state, ACQUIRED), SliceView(state, layer)
    qtbot.addWidget(view)
    view.compare_with(second, state.compare)
    state.compare.set_mode(CompareMode.DIFFERENCE)
    told: list[Chip] = []
    monkeypatch.setattr(comparison, "paint_chips", lambda _painter, _area, chips: told.extend(chips) or ())
    painted(view)
    assert [chip.name for chip in told] == [f"dense − {truth}"]
