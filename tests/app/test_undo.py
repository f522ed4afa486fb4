"""Steps in series that were closed are forgotten; those that a step closed come back with it."""

import gc
import weakref
from functools import partial

from app.controllers.controller import Controller
from app.controllers.place import ClosedSeries
from app.controllers.series_opening import SeriesOpening
from app.measure.shapes import Shape
from app.open_series import OpenSeries
from app.state.viewer_state import ViewerState
from app.undo import Step
from calid_core.checks.pass_through import check_pass_through
from calid_core.pipeline import reconstruct
from calid_core.settings import Method, ReconstructionSettings
from tests.app.conftest import make_stack
from tests.app.test_measure_shapes import drawn


def test_steps_of_a_closed_series_are_forgotten_with_what_they_hold(state: ViewerState) -> None:
    controller = Controller(state)
    undo, measuring = controller.undo, controller.measuring
    told: list[str] = []
    undo.indexChanged.connect(lambda _: told.append(undo.undoText()))
    first = state.all_series[0]
    state.set_all_series((first, OpenSeries(2, "second", stack=make_stack())), 1)
    measuring.add(drawn(state, Shape.ANGLE, (3, 4), (7, 7), (9, 9)))
    controller.series.activate(2)
    result = reconstruct(state.active_stack, ReconstructionSettings(method=Method.LINEAR, slice_spacing=2.0))
    controller.reconstructions.delete(controller.reconstructions.adopt(result, check_pass_through(result)))
    controller.series.activate(1)
    measuring.add(drawn(state, Shape.PROFILE, (3, 4), (7, 7)))
    controller.series.activate(2)
    for _ in range(2):
        measuring.add(drawn(state, Shape.DISTANCE, (3, 4), (7, 7)))
    undo.undo()
    assert undo.redoText() == "Distance"
    held = weakref.ref(state.active_stack), weakref.ref(result)
    del result
    controller.series.close(2)
    gc.collect()
    assert [ref() for ref in held] == [None, None]
    assert told[-1] == undo.undoText() == "Profile"
    assert not undo.canRedo()
    undo.undo()
    assert undo.undoText() == "Angle"
    assert [m.shape for m in state.measures.measurements] == [Shape.ANGLE]
    undo.redo()
    assert undo.undoText() == "Profile"
    assert not undo.canRedo()
    assert controller.shut_down()


def test_steps_that_are_forgotten_with_their_series_are_no_work_of_the_reader(state: ViewerState) -> None:
    controller = Controller(state)
    undo, measuring = controller.undo, controller.measuring
    worked: list[int] = []
    undo.worked.connect(lambda: worked.append(undo.index()))
    state.set_all_series((state.all_series[0], OpenSeries(2, "second", stack=make_stack())), 1)
    measuring.add(drawn(state, Shape.DISTANCE, (3, 4), (7, 7)))
    controller.series.activate(2)
    measuring.add(drawn(state, Shape.PROFILE, (3, 4), (7, 7)))
    undo.undo()
    undo.redo()
    assert worked == [1, 2, 1, 2]
    controller.series.close(2)
    assert (undo.index(), len(worked)) == (1, 4)
    assert controller.shut_down()


def _reopen_last(opening: SeriesOpening, closed: list[ClosedSeries | None]) -> None:
    last = closed.pop()
    assert last is not None
    opening.reopen(last)


def test_a_series_that_undo_closes_can_be_opened_again_with_what_was_done_in_it(state: ViewerState) -> None:
    controller = Controller(state)
    opening, undo = controller.series, controller.undo
    state.set_all_series((), None)
    source = opening.add_derived(0, make_stack())
    made = opening.add_derived(source.id, make_stack())
    closed: list[ClosedSeries | None] = []
    again = partial(_reopen_last, opening, closed)
    undo.push(Step(made.id, "align", again, lambda: closed.append(opening.close(made.id))))
    controller.measuring.add(drawn(state, Shape.DISTANCE, (3, 4), (7, 7)))
    for _ in range(2):
        undo.undo()
    assert state.all_series == (source,)
    for _ in range(2):
        undo.redo()
    assert state.active_series is made
    assert len(state.measures.measurements) == 1
    opening.close(made.id)
    assert (undo.count(), undo.canUndo()) == (0, False)
    assert controller.shut_down()
