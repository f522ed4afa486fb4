import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import app
from app.choices import LoopMode, PlayMode, Tool, ViewLayout
from app.controllers.reconstruction import new_run
from app.jobs import JobStatus
from app.layers import ACQUIRED, Layer, Run
from app.open_series import OpenSeries
from app.state.viewer_state import ViewerState
from calid_core.cine import CineStack
from calid_core.settings import Method, ReconstructionSettings
from tests.app.conftest import make_stack

VALUES = [
    ("window", (100.0, 50.0)),
    ("inverted", True),
    ("interpolation", False),
    ("annotations_visible", False),
    ("crosshair_visible", False),
    ("linked", False),
    ("zoom", 2.0),
    ("pan", (3.0, 4.0)),
    ("long_axis_angle", 30.0),
    ("playing", True),
    ("fps_wanted", 12.0),
    ("fps_actual", 11.0),
    ("loop_mode", LoopMode.ONCE),
    ("play_mode", PlayMode.EVERY_FRAME),
    ("tool", Tool.PAN),
    ("layout", ViewLayout.SINGLE),
    ("job", JobStatus("reading")),
    ("phase", 3),
    ("landmarks", (0, 2)),
    ("position", np.array([1.0, 2.0, 3.0])),
]


def count(signal) -> list[tuple]:
    heard: list[tuple] = []
    signal.connect(lambda *arguments: heard.append(arguments))
    return heard


def linear_run(state: ViewerState, stack: CineStack, run_id: int = 1) -> Run:
    series = state.active_series
    assert series is not None
    return new_run(run_id, series.id, stack, ReconstructionSettings(method=Method.LINEAR, slice_spacing=2.0))


@pytest.mark.parametrize(("name", "value"), VALUES)
def test_a_signal_is_emitted_once_when_a_value_changes_and_not_when_it_stays(
    state: ViewerState, name: str, value: object
) -> None:
    heard = count(getattr(state, f"{name}_changed"))
    getattr(state, f"set_{name}")(value)
    assert np.all(getattr(state, name) == value)
    assert len(heard) == 1
    getattr(state, f"set_{name}")(value)
    assert len(heard) == 1


def test_a_slice_index_derives_from_the_position_and_survives_a_denser_layer(
    state: ViewerState, stack: CineStack
) -> None:
    run = linear_run(state, stack)
    state.set_runs((run,))
    state.set_position(stack.geometry.to_patient([2, 12, 10]))
    assert state.slice_index(ACQUIRED) == 2
    assert state.slice_index(run.layer) == 10
    state.set_layer(run.layer)
    assert state.slice_index() == 10


@pytest.mark.parametrize(("offset", "expected"), [(-3.0, 0), (0.49, 0), (0.51, 1), (2.6, 3), (9.0, 3)])
def test_the_nearest_slice_is_found_and_clamped(
    state: ViewerState, stack: CineStack, offset: float, expected: int
) -> None:
    state.set_position(stack.geometry.to_patient([offset, 0, 0]))
    assert state.slice_index() == expected


def test_a_new_stack_resets_layer_and_phase_before_anybody_hears_of_it(
    state: ViewerState, stack: CineStack
) -> None:
    state.set_runs((linear_run(state, stack),))
    state.set_layer(Layer(1))
    state.set_phase(4)
    seen: list[tuple[object, int, int]] = []
    state.stack_changed.connect(lambda: seen.append((state.layer, state.phase, len(state.runs))))
    other = OpenSeries(2, "other", stack=make_stack(phases=2))
    state.set_all_series((*state.all_series, other), 2)
    assert seen == [(ACQUIRED, 0, 0)]


def test_runs_belong_to_their_series_and_come_back_with_it(state: ViewerState, stack: CineStack) -> None:
    state.set_runs((linear_run(state, stack),))
    other = OpenSeries(2, "other", stack=make_stack())
    state.set_all_series((*state.all_series, other), 2)
    assert state.runs == ()
    state.set_all_series(state.all_series, 1)
    assert [run.id for run in state.runs] == [1]


def test_deleting_the_run_that_is_shown_falls_back_to_the_acquired_stack(
    state: ViewerState, stack: CineStack
) -> None:
    run = linear_run(state, stack)
    state.set_runs((run,))
    state.set_layer(run.layer)
    state.set_compare_layers((ACQUIRED, run.layer))
    layers, compared = count(state.layer_changed), count(state.compare_layers_changed)
    state.set_runs(())
    assert state.layer == ACQUIRED
    assert state.compare_layers == (ACQUIRED,)
    assert len(layers) == len(compared) == 1


def test_a_layer_that_does_not_exist_is_not_shown(state: ViewerState) -> None:
    state.set_layer(Layer(99))
    assert state.layer == ACQUIRED


def test_a_phase_is_told_ready_once(state: ViewerState, stack: CineStack) -> None:
    state.set_runs((linear_run(state, stack),))
    heard = count(state.run_phase_ready)
    state.mark_phase_ready(1, 2)
    state.mark_phase_ready(1, 2)
    state.mark_phase_ready(9, 2)
    assert heard == [(1, 2)]
    volume = state.volume(Layer(1))
    assert volume is not None
    assert volume.ready.tolist() == [False, False, True, False, False]


def test_a_new_run_holds_the_acquired_slices_and_nothing_else(state: ViewerState, stack: CineStack) -> None:
    run = linear_run(state, stack)
    assert run.geometry.slices == 16
    assert np.array_equal(run.intensity[:, ::5], stack.intensity)
    made = np.delete(run.intensity, np.arange(0, 16, 5), axis=1)
    assert not made.any()


def test_the_volume_of_a_layer_stays_the_same_object_while_other_runs_come(
    state: ViewerState, stack: CineStack
) -> None:
    first = linear_run(state, stack)
    state.set_runs((first,))
    before = state.volume(first.layer)
    state.set_runs((first, replace(first, id=2)))
    assert state.volume(first.layer) is before


WRITERS = {
    r"\b_?state\.(compare\.)?(set_|mark_phase_ready)\w*\(": ("controllers/",),
    r"\b_?measures\.set_\w+\(": ("controllers/measuring.py",),
    r"\b_?contours\.(keep|begin|grow|end|retain)\(": ("checks/checking.py",),
    r"\b_?checks\.(set_|retain)\w*\(": ("checks/checking.py",),
    r"\b_?reviews\.set_\w+\(": (
        "controllers/reviewing.py",
        "sessions/joining.py",
        "sessions/saved_verdicts.py",
    ),
}
"""Calls that write a state, and the modules that may make them."""


@pytest.mark.parametrize("call", WRITERS)
def test_a_state_is_written_where_it_says(call: str) -> None:
    root = Path(app.__file__).parent
    writing = [path for path in root.rglob("*.py") if re.search(call, path.read_text(encoding="utf-8"))]
    strangers = [path.relative_to(root).as_posix() for path in writing]
    assert writing
    assert [name for name in strangers if not name.startswith(WRITERS[call])] == []
