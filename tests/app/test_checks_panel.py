"""Checks in the window: matrix, ranking, ladder lane, and what a click does."""

import dataclasses
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from app import appearance
from app.actions.catalogue import Act
from app.checks.aligning import AlignWork
from app.checks.check_work import CheckWork
from app.checks.checking import Checking
from app.checks.scores import slice_scores, verdict_text
from app.checks.summaries import shift_text, shifted_slices, summary_of
from app.controllers.controller import Controller
from app.jobs import Job, JobContext
from app.layers import ACQUIRED, Layer
from app.open_series import OpenSeries
from app.panels.check_details import MatrixSection, RankingSection
from app.panels.check_rows import CheckRow
from app.panels.scrolling import Scrolling
from app.state.check_state import CheckState
from app.state.viewer_state import ViewerState
from app.theme import TextSize, Theme
from app.viewer import Viewer
from app.views.error_matrix import ErrorMatrix, worst_cell
from app.views.score_lane import ScoreLane
from app.views.slice_ladder import SliceLadder
from app.views.slice_view import SliceView
from calid_core.checks.alignment import align
from calid_core.checks.kinds import Check, Checked
from calid_core.checks.ranking import rank
from calid_core.checks.report import CheckReport
from calid_core.checks.results import (
    Finding,
    InputChecks,
    LeaveOneOut,
    PassThrough,
    Plausibility,
    SeedSpread,
    Severity,
    SliceRank,
    Volumes,
)
from calid_core.cine import CineStack, FrameReference, View
from calid_core.errors import CheckpointError
from calid_core.grid import Grid
from calid_core.metrics.clinical import VolumeCurve
from calid_core.progress import CancelToken
from calid_core.provenance import SliceOrigin
from calid_core.settings import Method, Mode, ReconstructionSettings
from tests.app.conftest import make_stack, preferences_in, viewer_without_gl
from tests.app.dense_runs import add_run
from tests.app.test_views_slice_view import run_with_half_width

SLICES, PHASES = 2, 5


def leave_one_out(stack: CineStack, *, offset: int = 7) -> LeaveOneOut:
    """Errors 1 % · (10 · slice + phase), linear's always 12 %; made slices are the acquired ones plus ``offset``."""
    error = np.add.outer(10.0 * np.arange(SLICES), np.arange(PHASES)) / 100
    flat = np.full_like(error, 0.12)
    inner = tuple(range(1, stack.slices - 1))
    made = np.array(stack.intensity[:, 1:-1]).swapaxes(0, 1) + np.int16(offset)
    return LeaveOneOut(
        Method.CALID,
        Mode.REALISM,
        inner,
        tuple(range(PHASES)),
        error,
        flat,
        flat,
        flat,
        flat,
        flat,
        region=(0, 24, 0, 20),
        made=made,
    )


def put_report(state: ViewerState, layer: Layer, **found: object) -> CheckReport:
    run = state.run(layer.run_id)
    assert run is not None
    report = CheckReport("test", 4, PHASES, 10.0, **found)  # type: ignore[arg-type]
    state.set_runs(tuple(dataclasses.replace(r, checks=report) if r is run else r for r in state.all_runs))
    return report


@pytest.fixture
def matrix(qtbot: QtBot, stack: CineStack) -> ErrorMatrix:
    made = ErrorMatrix()
    qtbot.addWidget(made)
    made.resize(300, 60)
    made.set_test(leave_one_out(stack))
    made.show()
    return made


def test_a_click_in_the_matrix_asks_for_that_acquired_slice_and_phase(matrix: ErrorMatrix) -> None:
    asked: list[tuple[int, int]] = []
    matrix.cell_requested.connect(lambda s, p: asked.append((s, p)))
    for row in range(SLICES):
        for column in range(PHASES):
            place = matrix.cell(row, column).center().toPoint()
            QTest.mouseClick(matrix, Qt.MouseButton.LeftButton, pos=place)
    assert asked == [(row + 1, column) for row in range(SLICES) for column in range(PHASES)]


def test_the_matrix_is_walked_with_the_arrow_keys_and_entered_with_return(matrix: ErrorMatrix) -> None:
    asked: list[tuple[int, int]] = []
    matrix.cell_requested.connect(lambda s, p: asked.append((s, p)))
    matrix.setFocus()
    keys = (Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left)
    for key in keys:
        QTest.keyClick(matrix, key)
    QTest.keyClick(matrix, Qt.Key.Key_Return)
    QTest.keyClick(matrix, Qt.Key.Key_End)
    QTest.keyClick(matrix, Qt.Key.Key_Space)
    assert asked == [(1, 1), (1, 4)]


def test_return_or_a_double_click_in_the_matrix_compares_that_cell(matrix: ErrorMatrix) -> None:
    asked: list[object] = []
    matrix.cell_requested.connect(lambda s, p: asked.append((s, p)))
    matrix.compare_requested.connect(lambda: asked.append("compare"))
    middle = matrix.cell(1, 2).center().toPoint()
    QTest.mouseClick(matrix, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseDClick(matrix, Qt.MouseButton.LeftButton, pos=middle)
    first, *_, last = asked
    assert (first, last, asked.count("compare")) == ((2, 2), "compare", 1)
    asked.clear()
    QTest.keyClick(matrix, Qt.Key.Key_Return)
    assert asked == [(2, 2), "compare"]


def test_a_cell_is_told_in_words_with_the_error_of_linear(matrix: ErrorMatrix) -> None:
    assert matrix.describe(1, 3) == "A3, phase 4: error 13.0 %, SSIM 0.12; linear 12.0 %, 0.12"


def test_no_text_below_the_matrix_tells_of_the_run_before(qtbot: QtBot, state: ViewerState) -> None:
    first, second = add_run(state), add_run(state)
    stack = state.active_stack
    assert stack is not None
    for layer in (first, second):
        put_report(state, layer, leave_one_out=leave_one_out(stack))
    section = MatrixSection()
    qtbot.addWidget(section)
    section.show_run(state.run(first.run_id))
    section.resize(300, 200)
    place = section.matrix.cell(1, 3).center().toPoint()
    QTest.mouseClick(section.matrix, Qt.MouseButton.LeftButton, pos=place)
    section.matrix.clearFocus()
    assert section._cell.text().startswith("A3, phase 4")
    section.show_run(state.run(first.run_id))
    assert section._cell.text().startswith("A3, phase 4")
    section.show_run(state.run(second.run_id))
    assert section._cell.text() == ""


def test_what_is_said_below_the_matrix_is_about_marks_that_can_occur(
    qtbot: QtBot, state: ViewerState
) -> None:
    layer, stack, section = add_run(state), state.active_stack, MatrixSection()
    qtbot.addWidget(section)
    assert stack is not None
    for method, told in ((Method.CALID, True), (Method.LINEAR, False)):
        put_report(state, layer, leave_one_out=dataclasses.replace(leave_one_out(stack), method=method))
        section.show_run(state.run(layer.run_id))
        assert ("linear is better there" in section._key.text()) is told


@pytest.mark.parametrize("attention", [False, True])
def test_findings_that_need_no_attention_are_listed_below_the_result(
    qtbot: QtBot, stack: CineStack, *, attention: bool
) -> None:
    few = Finding("phases", Severity.INFO, "Only 2 phases.")
    findings = (Finding("pitch", Severity.ATTENTION, "Far apart."), few) if attention else (few,)
    row = CheckRow(Check.INPUT)
    qtbot.addWidget(row)
    found = InputChecks(findings, np.zeros((4, 2)), np.ones(4))
    row.show_result(summary_of(Check.INPUT, None, found, stack), blocked="", running=False)
    result = row._bad if attention else row._good
    assert result.text() == (
        "⚠ Far apart." if attention else "✓ Nothing about the acquired slices needs attention"
    )
    assert row._plain.text() == "Only 2 phases."


def test_outside_the_cells_nothing_is_asked_for(matrix: ErrorMatrix) -> None:
    assert matrix.cell_at(QPointF(2, 2)) is None
    assert matrix.cell_at(QPointF(298, 30)) is None


def test_the_worst_cell_is_the_largest_error(stack: CineStack) -> None:
    assert worst_cell(leave_one_out(stack)) == (2, 4)


def test_better_than_linear_is_counted_by_slice(stack: CineStack) -> None:
    # Means 2 % and 12 %: the second is not below linear's 12 %.
    assert leave_one_out(stack).summary == "better than linear on 1 of 2 slices"
    report = CheckReport("test", 4, PHASES, 10.0, leave_one_out=leave_one_out(stack))
    summary = summary_of(Check.LEAVE_ONE_OUT, report, None, stack)
    assert summary is not None
    assert summary.text.startswith("Better than linear on 1 of 2 slices; mean error 7.0 %")


# -- held-out slices as a layer ------------------------------------------------------------------------------


def test_held_out_slices_become_a_layer_that_keeps_the_ends(state: ViewerState, stack: CineStack) -> None:
    layer = add_run(state)
    put_report(state, layer, leave_one_out=leave_one_out(stack))
    run = state.run(1)
    assert run is not None
    assert run.held_out_layer == Layer(1, held_out=True)
    volume = state.volume(run.held_out_layer)
    assert volume is not None
    assert np.array_equal(volume.intensity[:, 1:3], stack.intensity[:, 1:3] + 7)
    assert np.array_equal(volume.intensity[:, [0, 3]], stack.intensity[:, [0, 3]])
    origins = [volume.origin(i) for i in range(4)]
    assert origins == [
        SliceOrigin.ACQUIRED,
        SliceOrigin.SYNTHESISED,
        SliceOrigin.SYNTHESISED,
        SliceOrigin.ACQUIRED,
    ]
    assert {(s.index, s.distance) for s in volume.provenance[1].sources} == {(0, 10.0), (2, 10.0)}


def test_held_out_slices_tell_where_the_method_did_not_make_them(
    qtbot: QtBot, state: ViewerState, stack: CineStack
) -> None:
    layer = add_run(state)
    whole = leave_one_out(stack)
    view = SliceView(state, layer=Layer(1, held_out=True))
    qtbot.addWidget(view)
    details, frames = [], []
    for test in (whole, dataclasses.replace(whole, made_within=(4, 12, 5, 15))):
        put_report(state, layer, leave_one_out=test)
        state.set_position(stack.geometry.slice_position(1))
        assert view.picture is not None
        details.append(view.picture.badge.detail)
        frames.append(view.picture.outlines)
    assert "linear" not in details[0]
    assert frames[0] == ()
    assert details[1] == f"{details[0]} · outside the frame: linear"
    np.testing.assert_array_equal(frames[1][0], [(3.5, 4.5), (3.5, 14.5), (11.5, 14.5), (11.5, 4.5)])
    state.set_position(stack.geometry.slice_position(0))
    assert view.picture.outlines == ()


def test_the_uncertainty_of_a_run_is_not_laid_over_its_held_out_slices(
    qtbot: QtBot, state: ViewerState, stack: CineStack
) -> None:
    layer = run_with_half_width(state)
    put_report(state, layer, leave_one_out=leave_one_out(stack))
    state.set_uncertainty_visible(True)
    made, held_out = SliceView(state, layer), SliceView(state, Layer(1, held_out=True))
    for view in (made, held_out):
        qtbot.addWidget(view)
    assert made.overlay is not None
    assert held_out.overlay is None


def test_the_layer_goes_when_the_run_goes(state: ViewerState, stack: CineStack) -> None:
    layer = add_run(state)
    put_report(state, layer, leave_one_out=leave_one_out(stack))
    held_out = Layer(1, held_out=True)
    state.set_compare_layers((ACQUIRED, held_out))
    state.set_runs(())
    assert state.volume(held_out) is None
    assert state.compare_layers == (ACQUIRED,)


# -- scores ------------------------------------------------------------------------------------------------


def plausibility(slices: int, doubtful: int) -> Plausibility:
    score = np.full(slices, 0.2)
    score[doubtful] = 1.7
    flat = np.zeros(slices)
    return Plausibility(
        score, np.zeros((slices, 2)), flat, flat, np.zeros((slices, 2)), (0,) * slices, ("",) * slices
    )


def test_scores_are_the_worst_of_all_checks_and_unknown_where_none_looked(state: ViewerState) -> None:
    layer = add_run(state)
    rank = SliceRank(acquired=True, slice_index=1, output_index=5, score=1.2, reasons=("shifted",))
    put_report(state, layer, plausibility=plausibility(16, 7), ranking=(rank,))
    run = state.run(1)
    assert run is not None
    scores = slice_scores(run)
    assert scores is not None
    assert scores[7] == 1.7
    assert scores[5] == 1.2
    assert np.isnan(scores[[0, 10, 15]]).all()


def test_the_ladder_shows_scores_and_while_it_is_wanted_the_uncertainty(
    qtbot: QtBot, state: ViewerState
) -> None:
    layer = add_run(state)
    state.set_layer(layer)
    ladder = SliceLadder(state)
    qtbot.addWidget(ladder)
    lane = ScoreLane(ladder, state)
    assert lane.bars() is None
    put_report(state, layer, plausibility=plausibility(16, 7))
    bars = lane.bars()
    assert bars is not None
    assert bars[0][7] == pytest.approx(0.85)
    assert not bars[1]
    ladder.resize(99, 400)
    lane.grab()


# -- shifts ------------------------------------------------------------------------------------------------


def shifted_input() -> InputChecks:
    finding = Finding("alignment", Severity.ATTENTION, "Slice 3 lies 5.0 mm off.", slice_index=2)
    shifts = np.array([[0.2, 0.1], [0.0, 0.3], [-4.0, 3.0], [1.5, 0.0]])
    return InputChecks((finding,), shifts, np.array([0.3, 0.3, 0.4, 2.0]))


def test_only_clear_shifts_are_listed_and_told_in_words() -> None:
    assert shifted_slices(shifted_input()) == (2,)
    assert shift_text(shifted_input(), 2) == "A3: 4.0 mm up, 3.0 mm right (± 0.4)"


def test_aligning_moves_the_content_back_and_says_so(qapp: object, stack: CineStack) -> None:
    files = tuple(
        tuple(FrameReference(Path(f"{s}-{p}.dcm")) for p in range(stack.phases)) for s in range(stack.slices)
    )
    stack = dataclasses.replace(stack, slice_frames=files)
    shifts = np.zeros((4, 2))
    shifts[2] = (0.0, 3.0)  # two columns of 1.5 mm to the right
    moved = AlignWork(stack, shifts, (2,))(JobContext(Job("test")))
    assert np.array_equal(moved.intensity[:, 2, :, :-2], stack.intensity[:, 2, :, 2:])
    assert np.array_equal(moved.intensity[:, [0, 1, 3]], stack.intensity[:, [0, 1, 3]])
    assert moved.intensity.dtype == stack.intensity.dtype
    assert "not bit-identical" in moved.source.steps[-1]
    assert moved.moved_slices == (2,)
    assert moved.slice_frames == files
    assert stack.source.steps == ()


# -- jobs ----------------------------------------------------------------------------------------------------


class Held:
    """Input checks that end when they are told to, each with a remark of its own."""

    def __init__(self) -> None:
        self.go = threading.Semaphore(0)

    def __call__(self, stack: CineStack, cancel: CancelToken, *, shipped: bool) -> InputChecks:
        assert self.go.acquire(timeout=20.0)
        remark = Finding("x", Severity.ATTENTION, f"{stack.slices} slices", slice_index=0)
        return InputChecks((remark,), np.zeros((stack.slices, 2)), np.ones(stack.slices))


def test_every_series_gets_its_input_check_and_remarks_stand_over_that_series_only(
    qtbot: QtBot, state: ViewerState, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held()
    monkeypatch.setattr("calid_core.checks.running.check_input", held)
    controller = Controller(state)
    checks = CheckState(state)
    checking = Checking(controller, checks)
    told: list[tuple[int | None, tuple[str, ...]]] = []
    checking.noticed.connect(lambda _, texts: told.append((state.active_series.id, texts)))  # type: ignore[union-attr]
    first = state.all_series[0]
    second, third = (OpenSeries(n, str(n), stack=make_stack(slices=n + 3)) for n in (2, 3))
    every = (first, second, third)
    state.set_all_series((first, second, third), 1)
    state.stack_changed.emit()
    state.set_all_series(every, 2)  # while the first one is being checked
    held.go.release(1)
    qtbot.waitUntil(lambda: checks.input_of(1) is not None, timeout=20_000)
    assert told == []
    state.set_all_series(every, 3)
    state.set_all_series((first, second), 1)  # the third is closed before its turn
    assert told == [(1, ("4 slices",))]
    held.go.release(3)
    qtbot.waitUntil(lambda: not checks.running, timeout=20_000)
    assert checks.input_of(2) is not None
    assert checks.input_of(3) is None
    state.set_all_series((first, second), 2)
    assert told == [(1, ("4 slices",)), (2, ("5 slices",))]
    state.set_all_series((first, second), 1)
    assert len(told) == 2
    assert controller.shut_down()


def test_a_check_that_nobody_asked_for_does_not_fail_unseen(
    qtbot: QtBot, state: ViewerState, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(_stack: CineStack, _cancel: CancelToken, *, shipped: bool) -> InputChecks:
        raise CheckpointError("training_ranges.json is damaged")

    monkeypatch.setattr("calid_core.checks.running.check_input", damaged)
    controller = Controller(state)
    checks = CheckState(state)
    checking = Checking(controller, checks)
    with qtbot.waitSignal(checking.failed, timeout=20_000) as failed:
        state.stack_changed.emit()
    assert "Input" in failed.args[0]
    assert isinstance(failed.args[1], CheckpointError)
    qtbot.waitUntil(lambda: not checks.running, timeout=20_000)
    assert controller.shut_down()


def test_a_check_that_cannot_be_run_says_why(qtbot: QtBot, state: ViewerState) -> None:
    controller = Controller(state)
    checks = CheckState(state)
    checking = Checking(controller, checks)
    assert checking.possible(Check.INPUT) == ""
    assert checking.possible(Check.LEAVE_ONE_OUT) == "Reconstruct first"
    assert checking.possible(Check.LONG_AXIS) == "Reconstruct first"
    add_run(state)  # made, but not finished: it has no reconstruction yet
    assert checking.possible(Check.LEAVE_ONE_OUT) == "Waits for the reconstruction"
    run_with_half_width(state)
    assert checking.possible(Check.LEAVE_ONE_OUT) == checking.possible(Check.SEEDS) == ""
    linear = dataclasses.replace(state.runs[-1], settings=ReconstructionSettings(method=Method.LINEAR))
    state.set_runs((linear,))
    assert checking.possible(Check.SEEDS) == "Only CaLID's realism depends on the seed"
    two = dataclasses.replace(make_stack(slices=2), view=View.LONG_AXIS)
    state.set_all_series((OpenSeries(1, "two slices", stack=two),), 1)
    run_with_half_width(state)
    assert checking.possible(Check.LEAVE_ONE_OUT) == "Needs three slices"
    assert checking.possible(Check.VOLUMES) == "Needs a short-axis series"
    qtbot.waitUntil(controller.shut_down, timeout=20_000)  # a check of the input may be under way


@pytest.fixture
def viewer(qtbot: QtBot, tmp_path: Path):
    made = viewer_without_gl(preferences_in(tmp_path))
    made.window.show()
    made.state.set_all_series((OpenSeries(1, "test", stack=make_stack()),), 1)
    yield made
    made.window.close()
    made.window.deleteLater()


def test_a_click_in_the_matrix_goes_to_the_slice_and_phase_and_nowhere_else(viewer: Viewer) -> None:
    state = viewer.state
    layer = add_run(state)
    put_report(state, layer, leave_one_out=leave_one_out(make_stack()))
    before = state.position[:2].copy()
    viewer.checks.panel.matrix.cell_requested.emit(2, 3)
    assert state.slice_index(ACQUIRED) == 2
    assert state.phase == 3
    assert np.array_equal(state.position[:2], before)


def test_what_the_checks_find_behind_another_tab_is_read_whole_when_their_tab_is_shown(
    qtbot: QtBot, viewer: Viewer
) -> None:
    inspector, panel = viewer.window.inspector, viewer.checks.panel
    qtbot.waitUntil(lambda: not viewer.checks.checks.running, timeout=20_000)
    inspector.setCurrentWidget(panel)
    QApplication.processEvents()
    inspector.setCurrentIndex(0)
    QApplication.processEvents()
    finding = Finding(
        "alignment", Severity.ATTENTION, "One slice lies beside those around it, it seems. " * 4
    )
    viewer.checks.checks.set_input(1, InputChecks((finding,) * 5, np.zeros((4, 2)), np.zeros(4)))
    QApplication.processEvents()
    inspector.minimumSizeHint()  # which the window asks for as other docks change
    inspector.setCurrentWidget(panel)
    QApplication.processEvents()
    scrolling = panel.findChild(Scrolling)
    assert scrolling is not None
    inner = scrolling.widget()
    assert inner.height() >= inner.heightForWidth(inner.width()) > scrolling.height()


class Waiting:
    """A check that goes on until it is cancelled."""

    begun = threading.Event()

    def __init__(self, *_: object) -> None:
        self.begun.clear()

    def __call__(self, context: JobContext) -> None:
        self.begun.set()
        while True:
            context.cancel.raise_if_cancelled()
            time.sleep(0.01)


def start_waiting(qtbot: QtBot, viewer: Viewer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Start a leave-one-out check of a finished run that goes on until it is cancelled."""

    def work(check: Check, checked: Checked) -> Waiting | CheckWork:
        return Waiting() if check is Check.LEAVE_ONE_OUT else CheckWork(check, checked)

    monkeypatch.setattr("app.checks.checking.CheckWork", work)
    settings = ReconstructionSettings(method=Method.LINEAR, slice_spacing=5.0)
    with qtbot.waitSignal(viewer.controller.reconstructions.run_finished, timeout=20_000):
        viewer.controller.reconstructions.start(settings)
    qtbot.waitUntil(lambda: not viewer.checks.checks.running, timeout=20_000)
    viewer.checks.checking.start(Check.LEAVE_ONE_OUT)
    qtbot.waitUntil(Waiting.begun.is_set, timeout=20_000)


def test_checks_of_a_series_that_is_closed_are_cancelled_and_its_remarks_forgotten(
    qtbot: QtBot, viewer: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    start_waiting(qtbot, viewer, monkeypatch)
    checking = viewer.checks.checking
    checking._unsaid[1] = "Input check:", ("slices are shifted",)
    viewer.controller.series.close_active()
    qtbot.waitUntil(lambda: not viewer.controller.worker.jobs, timeout=20_000)
    assert viewer.checks.checks.running == ()
    assert checking._unsaid == {}


def test_a_series_that_is_opened_again_at_once_gets_its_input_check(qtbot: QtBot, viewer: Viewer) -> None:
    (series,) = viewer.state.all_series
    qtbot.waitUntil(lambda: viewer.checks.checks.is_running(Check.INPUT), timeout=20_000)
    closed = viewer.controller.series.close(series.id)
    assert closed is not None
    viewer.controller.series.reopen(closed)
    qtbot.waitUntil(lambda: viewer.checks.checks.input is not None, timeout=20_000)


def test_aligned_slices_of_a_series_that_was_closed_meanwhile_do_not_come_back(
    qtbot: QtBot, viewer: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = threading.Event()

    class Slow:
        def __init__(self, stack: CineStack, *_: object) -> None:
            self._stack = stack

        def __call__(self, context: JobContext) -> CineStack:
            closed.wait(20)
            return dataclasses.replace(self._stack)

    monkeypatch.setattr("app.checks.aligning.AlignWork", Slow)
    monkeypatch.setattr("app.checks.aligning.shifted_slices", lambda found: (1,))
    qtbot.waitUntil(lambda: viewer.checks.checks.input is not None, timeout=20_000)
    viewer.checks.aligning.align(viewer.state.active_series, viewer.checks.checks.input)
    viewer.controller.series.close_active()
    closed.set()
    qtbot.waitUntil(lambda: not viewer.controller.loader.jobs, timeout=20_000)
    assert viewer.state.all_series == ()
    assert not viewer.controller.undo.canUndo()


@pytest.mark.parametrize("closed", [False, True])
def test_the_series_is_aligned_whose_shifts_were_shown_whichever_came_meanwhile(
    qtbot: QtBot, viewer: Viewer, monkeypatch: pytest.MonkeyPatch, closed: bool
) -> None:
    state, told = viewer.state, []
    viewer.checks.aligning.failed.disconnect(viewer.window.show_failure)
    viewer.checks.aligning.failed.connect(lambda _, error: told.append(str(error)))
    listed = (
        OpenSeries(70, "first", stack=make_stack()),
        OpenSeries(71, "second", stack=make_stack(slices=5)),
    )
    state.set_all_series(listed, 70)
    qtbot.waitUntil(lambda: viewer.checks.checks.input is not None, timeout=20_000)
    monkeypatch.setattr("app.checks.aligning.shifted_slices", lambda found: (1,))
    viewer.checks.aligning.ask(viewer.window)
    (question,) = viewer.window.findChildren(QMessageBox)
    state.set_all_series(listed[int(closed) :], 71)
    next(b for b in question.buttons() if b.text() == "Make aligned series").click()
    qtbot.waitUntil(lambda: not viewer.controller.loader.jobs, timeout=20_000)
    assert [s.stack.slices for s in state.all_series] == ([5] if closed else [4, 4, 5])
    assert told == (["first was closed meanwhile; open it again"] if closed else [])


def test_undoing_and_redoing_the_alignment_keeps_the_runs_and_the_place_of_its_series(
    qtbot: QtBot, viewer: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    state, controller = viewer.state, viewer.controller
    listed = (
        OpenSeries(70, "first", stack=make_stack()),
        OpenSeries(71, "second", stack=make_stack(slices=5)),
    )
    state.set_all_series(listed, 70)
    qtbot.waitUntil(lambda: viewer.checks.checks.input is not None, timeout=20_000)
    monkeypatch.setattr("app.checks.aligning.shifted_slices", lambda found: (1,))
    viewer.checks.aligning.align(viewer.state.active_series, viewer.checks.checks.input)
    qtbot.waitUntil(lambda: len(state.all_series) == 3, timeout=20_000)
    order = [series.id for series in state.all_series]
    assert (order[0], order[2]) == (70, 71)
    controller.reconstructions.start(ReconstructionSettings(method=Method.LINEAR, slice_spacing=5.0))
    qtbot.waitUntil(lambda: not controller.reconstructions.running and bool(state.runs), timeout=20_000)
    runs, looked_at = state.runs, state.layer
    assert not looked_at.acquired
    for _ in range(2):
        controller.undo.undo()
        assert state.all_series == listed
        assert state.all_runs == ()
        controller.undo.redo()
        assert [series.id for series in state.all_series] == order
        assert [run.id for run in state.runs] == [run.id for run in runs]
        assert state.layer == looked_at


def test_the_check_of_another_series_is_not_shown_as_running_on_this_one(
    qtbot: QtBot, viewer: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    start_waiting(qtbot, viewer, monkeypatch)
    state, panel = viewer.state, viewer.checks.panel
    row = panel.rows[Check.LEAVE_ONE_OUT]
    viewer.window.inspector.setCurrentWidget(panel)
    assert viewer.checks.checks.is_running(Check.LEAVE_ONE_OUT)
    running = row._button.text()
    assert not panel.run_all.isEnabled()
    viewer.checks.checking.start(Check.LEAVE_ONE_OUT)  # once is enough
    assert len(viewer.controller.worker.jobs) == 1
    state.set_all_series((*state.all_series, OpenSeries(2, "second", stack=make_stack(slices=5))), 2)
    assert row._button.text() != running
    assert panel.run_all.isEnabled()
    assert panel.cancel.isVisible()
    assert not panel._bar.isVisible()
    viewer.controller.series.activate(1)
    assert row._button.text() == running
    panel.cancel.click()
    qtbot.waitUntil(lambda: not viewer.controller.worker.jobs, timeout=20_000)
    assert not panel.cancel.isVisible()


@pytest.mark.parametrize("size", [TextSize.NORMAL, TextSize.LARGEST])
def test_the_first_three_slices_to_look_at_are_read_whole(
    qtbot: QtBot, qapp: QApplication, state: ViewerState, size: TextSize
) -> None:
    appearance.apply(qapp, Theme.DARK, TextSize.NORMAL)
    reason = "a 15 mm patch fits the neighbours worse than elsewhere (22.3 deviations, remarkable from 6 on)"
    ranking = tuple(SliceRank(True, index, None, 2.0 - index / 9, (reason,)) for index in range(4))
    run = dataclasses.replace(
        state.run(add_run(state).run_id or 0), checks=CheckReport("test", 4, PHASES, 10.0, ranking=ranking)
    )
    section = RankingSection()
    qtbot.addWidget(section)
    section.show_run(run)
    section.resize(300, 600)
    section.show()
    appearance.apply(qapp, Theme.DARK, size)
    QApplication.processEvents()
    entries = section._list
    third = entries.visualItemRect(entries.item(2))
    lines = entries.fontMetrics().boundingRect(
        QRect(0, 0, third.width() - 8, 999), Qt.TextFlag.TextWordWrap, entries.item(2).text()
    )
    assert third.height() >= lines.height() > 3 * entries.fontMetrics().height()
    assert third.bottom() < entries.viewport().height()
    assert entries.textElideMode() is Qt.TextElideMode.ElideNone
    appearance.apply(qapp, Theme.DARK, TextSize.NORMAL)


def test_a_pass_through_result_is_told_with_a_sign(stack: CineStack) -> None:
    proof = PassThrough(identical=True, slices=4, phases=5, voxels=9600, changed=(), digest="")
    report = CheckReport("test", 4, PHASES, 10.0, pass_through=proof)
    summary = summary_of(Check.PASS_THROUGH, report, None, stack)
    assert summary is not None
    assert summary.good
    assert summary.text == "4 of 4 acquired slices bit-identical"
    failed = dataclasses.replace(proof, identical=False, changed=(2,))
    told = summary_of(Check.PASS_THROUGH, report, None, align(stack, np.eye(4, 2, 1)))
    assert told is not None
    assert not told.good
    assert "1 moved in plane" in told.text
    summary = summary_of(Check.PASS_THROUGH, dataclasses.replace(report, pass_through=failed), None, stack)
    assert summary is not None
    assert summary.good is False
    assert "A3" in summary.text


def test_no_sentence_is_said_while_only_the_proof_of_a_run_is_there() -> None:
    proof = PassThrough(identical=True, slices=4, phases=5, voxels=9600, changed=(), digest="")
    report = rank(CheckReport("test", 4, PHASES, 10.0, pass_through=proof))
    assert verdict_text(report) == ""
    failed = dataclasses.replace(proof, identical=False, changed=(2,))
    assert verdict_text(rank(report.with_result(Check.PASS_THROUGH, failed))) != ""


def test_a_single_phase_has_volumes_but_no_ejection_fraction(stack: CineStack) -> None:
    curve = VolumeCurve(np.zeros(1), np.array([139.0]))
    edv, none = np.array([138.0, 140.0]), np.full(2, np.nan)
    spread = SeedSpread((0, 1), np.zeros(4), edv, none, none)
    report = CheckReport("test", 4, 1, 10.0, volumes=Volumes(curve, curve), spread=spread)
    volumes, seeds = (summary_of(check, report, None, stack) for check in (Check.VOLUMES, Check.SEEDS))
    assert volumes is not None
    assert volumes.text.startswith("139 ml at the only phase; ESV and EF need two phases\n")
    assert seeds is not None
    assert seeds.text == "2 seeds: voxels vary by 0.0 %, EDV 138 to 140 ml; ESV and EF need two phases"


# -- volumes -------------------------------------------------------------------------------------------------


class Threshold:
    """Labels the right part of every slice as left ventricle: the intensity grows with the column."""

    def left_ventricle(self, slices: np.ndarray, *, spacing: object, centre: object) -> np.ndarray:
        return np.where(np.indices(slices.shape)[2] >= 10, 1.0, -1.0)

    def grid(self, *, spacing: tuple[float, float], centre: object) -> Grid:
        return Grid((0.0, 0.0), (1.0, 1.0), spacing)


def test_volumes_of_acquired_slices_and_of_a_run_are_drawn_and_kept(
    qtbot: QtBot, viewer: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("calid_core.models.shipped_segmenter.shipped_segmenter", lambda *device: Threshold())
    state, checks, curve = viewer.state, viewer.checks.checks, viewer.checks.curve
    qtbot.waitUntil(lambda: not checks.running, timeout=20_000)
    assert not curve.isVisible()
    action = viewer.window.actions_[Act.VOLUMES]
    assert action.isCheckable()
    assert not action.isChecked()
    with qtbot.waitSignal(checks.volumes_changed, timeout=60_000):
        action.trigger()
    # 24 rows × 10 columns of 1.5 mm by four slabs of 10 mm.
    expected = 24 * 10 * 1.5**2 * 40 / 1000
    assert checks.acquired_curve is not None
    assert checks.acquired_curve.volumes == pytest.approx(np.full(5, expected), rel=0.01)
    assert curve.isVisible()
    assert action.isChecked()
    assert "Automatic contours" in curve.toolTip()
    settings = ReconstructionSettings(method=Method.LINEAR, slice_spacing=2.0)
    with qtbot.waitSignal(viewer.controller.reconstructions.run_finished, timeout=20_000):
        viewer.controller.reconstructions.start(settings)
    qtbot.waitUntil(lambda: not checks.running and action.isEnabled(), timeout=20_000)
    with qtbot.waitSignal(checks.volumes_changed, timeout=20_000):
        action.trigger()
    report = state.runs[0].checks
    assert report is not None
    assert report.volumes is not None
    assert report.volumes.made.volumes == pytest.approx(np.full(5, expected), rel=0.01)
    curve.grab()
    assert [line.split(":")[0] for line in curve.texts()] == ["Acquired", "Linear 2.0 mm"]
    of_beat = "EDV 22, ESV 22 ml, EF 0 %"
    assert [text for _, text in curve.figures()] == [f"■ A: {of_beat}", f"○ A+I: {of_beat}"]
    x = round(viewer.window.transport.ruler.place_of(3))
    QTest.mouseClick(curve, Qt.MouseButton.LeftButton, pos=QPointF(x, 40).toPoint())
    assert state.phase == 3
    action.trigger()
    assert not curve.isVisible()
    assert not action.isChecked()
