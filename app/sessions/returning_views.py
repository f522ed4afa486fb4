"""A series is shown as it was when its session was saved: at once what its images can show, the rest when its runs are back."""

from weakref import WeakKeyDictionary

from PySide6.QtCore import QObject, Qt, Slot

from app.controllers.controller import Controller
from app.sessions.capture import apply_views, show_layers
from app.sessions.session import Views
from app.state.review_state import ReviewState
from calid_core.cine import CineStack


class ReturningViews(QObject):
    """Shows saved layers as their runs come back, while the reader has not moved, chosen a layer or layout, judged or measured."""

    def __init__(self, controller: Controller, reviews: ReviewState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._controller, self._reviews = controller, reviews
        self._state = state = controller.state
        self._views: WeakKeyDictionary[CineStack, Views] = WeakKeyDictionary()
        """By series, what comes back to it."""
        self._looked_at: CineStack | None = None
        """The series on the screen; None while one comes on it, which moves what is seen, too."""
        self._applying = False
        for changed in (
            state.position_changed,
            state.layer_changed,
            state.layout_changed,
            state.long_axis_angle_changed,
            state.compare_layers_changed,
            state.compare.mode_changed,
            state.compare.long_axis_changed,
            controller.undo.worked,
        ):
            changed.connect(self._on_looked)
        state.runs_changed.connect(self._go_on)
        state.stack_changed.connect(self._on_left)
        state.stack_changed.connect(self._on_came, Qt.ConnectionType.QueuedConnection)

    def begin(self, stack: CineStack, views: Views) -> None:
        """Show the active series as it was, as far as it can be."""
        self._looked_at = stack
        self._views[stack] = views
        self._applying = True
        try:
            apply_views(self._controller, views, self._reviews.runs)
        finally:
            self._applying = False

    def finish(self, stack: CineStack) -> None:
        """No more runs come back to the active series."""
        self._show(stack)
        self._views.pop(stack, None)

    @Slot()
    def stay(self) -> None:
        """What is seen of the active series is the reader's from now on."""
        stack = self._state.active_stack
        if stack is not None:
            self._views.pop(stack, None)

    def close(self) -> None:
        """The window closes: nothing comes back any more."""
        self._views.clear()

    @Slot()
    def _on_looked(self) -> None:
        if self._state.active_stack is self._looked_at and not self._applying:
            self.stay()

    @Slot()
    def _on_left(self) -> None:
        self._looked_at = None

    @Slot()
    def _on_came(self) -> None:
        self._looked_at = self._state.active_stack

    @Slot()
    def _go_on(self) -> None:
        if self._looked_at is not None and self._state.active_stack is self._looked_at:
            self._show(self._looked_at)

    def _show(self, stack: CineStack) -> None:
        views = self._views.get(stack)
        if views is None or self._applying:
            return
        self._applying = True
        try:
            show_layers(self._controller, views, self._reviews.runs)
        finally:
            self._applying = False
