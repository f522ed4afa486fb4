"""A dense run and the acquired stack, compared in one place, for tests of comparisons."""

from pytestqt.qtbot import QtBot

from app.controllers.controller import Controller
from app.layers import ACQUIRED
from app.state.viewer_state import ViewerState
from app.views.slice_view import SliceView
from tests.app.dense_runs import add_run, painted, pixels


class Compared:
    """A state with a dense run beside the acquired stack, and a view of both in one place."""

    def __init__(self, state: ViewerState, qtbot: QtBot) -> None:
        self.state = state
        self.run = add_run(state)
        self.controller = Controller(state)
        self.comparing = self.controller.comparing
        self.view = SliceView(state, ACQUIRED)
        self.second = SliceView(state, self.run)
        self.view.compare_with(self.second, state.compare)
        self.view.resize(400, 400)
        qtbot.addWidget(self.view)
        self.view.slice_step_requested.connect(self.controller.navigation.step_slice)
        self.view.position_requested.connect(self.controller.navigation.go_to_position)
        self.view.swipe_requested.connect(self.comparing.set_swipe)
        state.set_annotations_visible(False)
        state.set_crosshair_visible(False)
        state.set_window((6000.0, 12_000.0))
        self.view.show()
        qtbot.waitExposed(self.view)

    def go(self, dense_slice: int) -> None:
        self.controller.navigation.go_to_slice_of(self.run, dense_slice)

    def middle_grey(self, x: float = 0.5) -> int:
        shown = pixels(painted(self.view))
        return int(shown[260, round(400 * x), 0])
