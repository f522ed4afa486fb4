"""Leads through the steps of the tour; Esc or a button leaves at any time, and the window goes on working."""

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, QTimer, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from app.controllers.controller import Controller
from app.preferences import Preferences
from app.tour.overlay import MARGIN, Spotlight, TourCard, place_card
from app.tour.steps import STEPS, TourStep
from app.translation import tr
from app.window.main_window import MainWindow

TAKEN = "tour_taken"
"""Name under which it is stored that the tour was seen or left."""
SETTLING_MS = 120
"""After a change of the layout, until the parts of the window lie where they will."""


class Tour(QObject):
    """Shows a card beside one part of the window after the other.

    Parameters
    ----------
    window, controller, preferences
        What is shown, who opens the sample, and where it is kept that the tour was taken.
    """

    def __init__(self, window: MainWindow, controller: Controller, preferences: Preferences) -> None:
        super().__init__(window)
        self._window, self._controller, self._preferences = window, controller, preferences
        self._shade: Spotlight | None = None
        self._card: TourCard | None = None
        self._index = 0
        self._tab_before = 0
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.setInterval(SETTLING_MS)
        self._settling.timeout.connect(self._place)

    @property
    def steps(self) -> tuple[TourStep, ...]:
        """The steps that this window has something to point at for."""
        tabs = self._window.inspector
        names = {tabs.tabText(index).replace("&", "") for index in range(tabs.count())}
        return tuple(step for step in STEPS if not step.tab or tr(step.tab) in names)

    @Slot()
    def start(self) -> None:
        """Begin with the first step; the sample is opened if nothing is."""
        if self._card is not None:
            self._card.setFocus()
            return
        if self._controller.state.active_stack is None:
            self._controller.series.open_sample()
        self._tab_before = self._window.inspector.currentIndex()
        self._shade, self._card = Spotlight(self._window), TourCard(self._window)
        self._card.next_requested.connect(self.go_on)
        self._card.back_requested.connect(self.go_back)
        self._card.leave_requested.connect(self.leave)
        self._card.act_requested.connect(self._do)
        self._window.installEventFilter(self)
        application = QApplication.instance()
        if application is not None:
            application.installEventFilter(self)
        self._controller.state.layout_changed.connect(self._settling.start)
        self._controller.state.stack_changed.connect(self._settling.start)
        self._window.closing.connect(self.leave)
        self._shade.show()
        self._card.show()
        self._show(0)
        self._card.setFocus()

    @Slot()
    def go_on(self) -> None:
        """Show the next step, or end after the last."""
        if self._index + 1 < len(self.steps):
            self._show(self._index + 1)
        else:
            self.leave()

    @Slot()
    def go_back(self) -> None:
        """Show the step before."""
        self._show(max(0, self._index - 1))

    @Slot()
    def leave(self) -> None:
        """End the tour and leave the window as it was."""
        if self._card is None or self._shade is None:
            return
        self._preferences.set_flag(TAKEN, True)
        self._settling.stop()
        self._window.removeEventFilter(self)
        application = QApplication.instance()
        if application is not None:
            application.removeEventFilter(self)
        self._controller.state.layout_changed.disconnect(self._settling.start)
        self._controller.state.stack_changed.disconnect(self._settling.start)
        self._window.closing.disconnect(self.leave)
        for widget in (self._card, self._shade):
            widget.hide()
            widget.deleteLater()
        self._card = self._shade = None
        self._window.inspector.setCurrentIndex(self._tab_before)
        self._window.grid.short_axis.setFocus()

    @Slot()
    def _do(self) -> None:
        step = self.steps[self._index]
        if step.act is not None:
            self._window.actions_[step.act].trigger()

    def _show(self, index: int) -> None:
        steps = self.steps
        self._index = index
        step = steps[index]
        tabs = self._window.inspector
        for number in range(tabs.count()):
            if step.tab and tabs.tabText(number).replace("&", "") == tr(step.tab):
                tabs.setCurrentIndex(number)
        if self._card is not None:
            act = "" if step.act is None else (self._window.actions_[step.act].iconText() or "")
            self._card.show_step(tr(step.title), step.filled(), index + 1, len(steps), act)
        self._place()
        self._settling.start()

    @Slot()
    def _place(self) -> None:
        """Put shade and card where the part of the window lies now."""
        if self._card is None or self._shade is None:
            return
        bright = self._bright(self.steps[self._index].target(self._window))
        self._shade.setGeometry(self._window.rect())
        self._shade.point_at(bright)
        size = self._card.needed_size()
        self._card.resize(size)
        self._card.move(place_card(size, bright, self._window.rect()))
        self._shade.raise_()
        self._card.raise_()

    def _bright(self, target: QWidget | None) -> QRect:
        """Where a part lies in the window; its middle where the part is not shown."""
        if target is None or not target.isVisible():
            return QRect(self._window.rect().center(), self._window.rect().center())
        place = QRect(target.mapTo(self._window, QPoint(0, 0)), target.size())
        return place.adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN).intersected(self._window.rect())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the size of the window; Esc leaves, wherever the focus is."""
        if watched is self._window and event.type() is QEvent.Type.Resize:
            self._settling.start()
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.ShortcutOverride:
            elsewhere = QApplication.activeModalWidget() or QApplication.activePopupWidget()
            if event.key() == Qt.Key.Key_Escape and elsewhere is None:
                event.accept()
                self.leave()
                return True
        return super().eventFilter(watched, event)
