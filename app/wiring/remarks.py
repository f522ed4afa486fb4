"""Writing remarks: over the view that is looked at, about what was looked at when it was begun."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from app.choices import ViewLayout
from app.controllers.controller import Controller
from app.controllers.detour import detour
from app.controllers.reviewing import Reviewing
from app.state.review_state import ReviewState
from app.translation import tr
from app.views.review_overlay import RemarkEditor
from calid_core.marks import slice_name

HELD = {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape, Qt.Key.Key_Backspace}
"""Keys that judge no slice while a remark is written."""


@dataclass(frozen=True)
class _About:
    """What a remark is about.

    Parameters
    ----------
    series_id
        Its series.
    key
        Of the run, by content.
    name
        The slice, or the whole.
    layer
        What the run is called.
    reader
        Who began it and signs it, whoever reviews at its end.
    replaced
        The remark that it takes the place of.
    """

    series_id: int
    key: str
    name: str
    layer: str
    reader: str
    replaced: str


class Remarks(QObject):
    """Lets a remark be written to its end, whatever comes on the screen meanwhile.

    Parameters
    ----------
    controller, reviews, reviewing
        Who shows series, what is judged, and who is given the remark.
    images
        What the editor lies on; it outlasts the views.
    host
        The view that a remark is written over.
    """

    noticed = Signal(
        str, object
    )  # headline, details: what could not be done because a remark could not be kept

    def __init__(
        self,
        controller: Controller,
        reviews: ReviewState,
        reviewing: Reviewing,
        images: QWidget,
        host: Callable[[], QWidget],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._controller, self._reviews, self._reviewing = controller, reviews, reviewing
        self._images, self._host = images, host
        self._about: _About | None = None
        self.editor = RemarkEditor(images)
        self.editor.remark_given.connect(self._on_given)
        self.editor.host_lost.connect(self._stay)
        images.installEventFilter(self)
        reviewing.remark_wanted.connect(self._ask)
        state = controller.state
        for changed in (
            reviews.subject_changed,
            state.all_series_changed,
            state.layout_changed,
            state.names_shown_changed,
            state.compare_layers_changed,
            state.compare.mode_changed,
            state.compare.long_axis_changed,
        ):
            changed.connect(self._stay)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """While a remark is written, keys that end it or judge a slice only give it the keys again."""
        pressed = event.type() in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress)
        if not (pressed and isinstance(event, QKeyEvent) and event.key() in HELD and self.editor.waits):
            return super().eventFilter(watched, event)
        if event.modifiers() & ~(Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier):
            return super().eventFilter(watched, event)
        event.accept()
        if event.type() is QEvent.Type.KeyPress:
            self.editor.take_keys()
        return True

    @Slot(object)
    def _ask(self, slice_index: int | None) -> None:
        subject, series = self._reviews.subject, self._controller.state.active_series
        if subject is None or series is None:
            return
        reader = self._reviews.reader
        if self._is_about(series.id, subject.key, reader) and self.editor.is_about(slice_index):
            self.editor.take_keys()
            return
        if not self.keep():
            self.editor.take_keys()
            return
        name = tr("the whole reconstruction")
        if slice_index is not None:
            name = slice_name(subject.volume.provenance[slice_index], slice_index)
        remark = self._standing(subject.key, slice_index)
        self._about = _About(series.id, subject.key, name, subject.volume.label, reader, remark)
        self.editor.edit(self._place(), slice_index, self._title(self._about), remark)

    def _standing(self, key: str, slice_index: int | None) -> str:
        """The remark on a slice of a run as it stands; empty for none."""
        verdict = self._reviews.review(key).verdict(slice_index)
        return "" if verdict is None else verdict.remark

    @Slot()
    def _stay(self) -> None:
        """Keep what is being written, on the screen and about the same; only with its series it goes."""
        about = self._about
        if self.editor.isHidden() or about is None:
            return
        if self._controller.state.series(about.series_id) is None:
            self.editor.leave()
            return
        host = self.editor.host if self.editor.hosted else None
        self.editor.stay(self._place() if host in (None, self._images) else host, self._title(about))

    def _place(self) -> QWidget:
        """The view to write over; all of the images where none with slices is on the screen."""
        host = self._host()
        return host if host.isVisibleTo(self._images) else self._images

    def _title(self, about: _About) -> str:
        """What the remark is about, with its run or series where that is not all that is on the screen.

        No picture that leaves the house shows the name of a series.
        """
        state, subject = self._controller.state, self._reviews.subject
        compared = state.layout is ViewLayout.COMPARE
        if subject is not None and subject.key == about.key and not compared:
            return tr("Remark on {name}").format(name=about.name)
        series, layer = state.series(about.series_id), about.layer
        if series is not None and series is not state.active_series and state.names_shown:
            layer = series.label
        return tr("Remark on {name} of {layer}").format(name=about.name, layer=layer)

    def _is_about(self, series_id: int, key: str, reader: str) -> bool:
        about = self._about
        return about is not None and (about.series_id, about.key, about.reader) == (series_id, key, reader)

    def keep(self) -> bool:
        """Keep what is being written, and stay with what is shown; whether nothing is left that is not kept."""
        if self.editor.written and self._about is not None:
            with detour(self._controller, self._about.series_id):
                self._give(self.editor.slice_index, self.editor.text)
        return not self.editor.written

    def keep_for_saving(self) -> None:
        """Keep what is being written, so that a file holds it; where that cannot be, it is said."""
        if not self.keep():
            self.noticed.emit(
                tr("The remark being written could not be kept: what was saved now does not hold it."), ()
            )

    def keep_of(self, series_id: int) -> bool:
        """Keep what is being written about a series before it is closed; whether it may be."""
        about = self._about
        if about is None or about.series_id != series_id or self.keep():
            return True
        self.noticed.emit(
            tr(
                "The series stays open, because the remark being written about it could not be kept. Esc in its line gives it up."
            ),
            (),
        )
        return False

    @Slot(object, str)
    def _on_given(self, slice_index: int | None, remark: str) -> None:
        """Return was pressed; where a remark that came meanwhile was told, it writes over that one next time."""
        self._give(slice_index, remark)
        about = self._about
        if about is not None:
            self._about = replace(about, replaced=self._standing(about.key, slice_index))

    def _give(self, slice_index: int | None, remark: str) -> None:
        """Keep a remark with its run; where that cannot be, it stays in the editor."""
        about, active = self._about, self._controller.state.active_series
        if about is None:
            return
        if active is None or active.id != about.series_id:
            self._controller.series.activate(about.series_id)
        reader, replaced = about.reader, about.replaced
        if self._reviewing.set_remark(slice_index, remark, about.key, reader=reader, replaced=replaced):
            self.editor.leave()
