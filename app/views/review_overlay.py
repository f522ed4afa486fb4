"""What lies over a view while reviewing: the verdict on the slice that is shown, and the editor for a remark."""

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget
from shiboken6 import isValid

from app.review.verdicts import LONGEST_REMARK
from app.state.review_state import ReviewState
from app.state.viewer_state import ViewerState
from app.translation import tr
from app.views.remark_reasons import ReasonList
from app.views.text_label import Tone, label
from app.views.verdict_marks import COLOURS, mark_of

MARGIN = 8
CHIP_TOP = 88
"""Below the title and the name of the run."""
CHIP_PADDING = 24
NOTICE_HEIGHT = 22
BADGE_BOTTOM = 32
"""Where the badge of a view ends, logical pixels: a list of reasons does not cover what the slice is."""
HEAD_SLACK = 8
"""Between a title and the hint beside it, logical pixels."""
ENDS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape)
"""Keys that end the writing of a remark."""
MOVES = (
    QEvent.Type.Resize,
    QEvent.Type.Move,
    QEvent.Type.Show,
    QEvent.Type.Hide,
    QEvent.Type.LayoutRequest,
)
CHIP_STYLE = (
    "QLabel {{ background: rgba(0, 0, 0, 200); color: {colour}; border: 1px solid {colour}; "
    "border-radius: 4px; padding: 2px 8px; font-weight: 600; }}"
)


class VerdictChip(QLabel):
    """The verdict on the slice shown in a view, below its title; hidden where there is none."""

    def __init__(self, view: QWidget, state: ViewerState, reviews: ReviewState) -> None:
        super().__init__(view)
        self._reviews, self._view = reviews, view
        self._text = ""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAccessibleName(tr("Verdict on this slice"))
        view.installEventFilter(self)
        for changed in (state.position_changed, reviews.review_changed, reviews.subject_changed):
            changed.connect(self._refresh)
        self._refresh()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the size of the view."""
        if event.type() is QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    @Slot()
    def _refresh(self) -> None:
        review = self._reviews.current
        verdict = review.verdict(self._reviews.slice_index) if review is not None else None
        self.setVisible(verdict is not None)
        self._view.update()  # labels of measurements make room
        if verdict is None:
            return
        mark = mark_of(verdict)
        remark = f": {verdict.remark}" if verdict.remark else ""
        self._text = f"{mark.value}  {verdict.signed}{remark}"
        self.setStyleSheet(CHIP_STYLE.format(colour=COLOURS[mark].name()))
        self._place()

    def _place(self) -> None:
        room = max(40, self._view.width() - 2 * MARGIN)
        elide = Qt.TextElideMode.ElideRight
        self.setText(self.fontMetrics().elidedText(self._text, elide, room - CHIP_PADDING))
        self.adjustSize()
        self.move(MARGIN, CHIP_TOP)
        self.raise_()


class RemarkEditor(QFrame):
    """One line over the lower edge of a view: Return keeps the remark, Escape leaves it as it was, Down picks a typical reason.

    Whoever takes a remark that is given lets the editor ``leave``.
    """

    remark_given = Signal(object, str)  # slice index or None, another text than at the beginning
    closed = Signal()
    host_lost = Signal()  # the view is not on the screen any more: ``stay`` names another one

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._ground = parent
        self._watched: list[QWidget] = []
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.setInterval(0)
        self._settling.timeout.connect(self._settle)
        self.slice_index: int | None = None
        """What the remark is about; None for the whole."""
        self._before = self._text = ""
        self.host: QWidget | None = None
        """The view that it lies over, which is given the keys at the end."""
        self._title = label("", Tone.HEADING)
        self.line = _RemarkLine()
        self.line.setMaxLength(LONGEST_REMARK)
        self.line.setAccessibleName(tr("Remark"))
        self.line.kept.connect(self._on_kept)
        self.line.left.connect(self._on_left)
        self.line.focused.connect(self._place)
        self._reasons = ReasonList()
        self.line.textEdited.connect(self._reasons.offer)
        self.line.stepped.connect(self._reasons.step)
        self._reasons.picked.connect(self.line.setText)
        self._reasons.resized.connect(self._place)
        self.line.setPlaceholderText(tr("↓ typical reasons"))
        self._warning = label(tr("No names, no patient data"), Tone.SECONDARY, wrap=True)
        self.setProperty("strip", True)
        self.setAutoFillBackground(True)
        self._hint = label(tr("Return keeps · Esc leaves"), Tone.SECONDARY)
        head = self._head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self._hint)
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(8, 6, 8, 6)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self._reasons)
        column.addWidget(self.line)
        column.addWidget(self._warning)
        self.hide()

    def edit(self, host: QWidget, slice_index: int | None, title: str, remark: str) -> None:
        """Ask for a remark over a view."""
        self.slice_index, self._before = slice_index, remark
        self.line.setText(remark)
        self._reasons.clear_reasons()
        self.stay(host, title)
        self.show()
        self.take_keys()
        self.line.selectAll()

    def stay(self, host: QWidget, title: str) -> None:
        """Lie over a view, whatever is written and whoever has the keys; it is followed wherever the layout puts it."""
        if host is not self.host:
            self.host = host
            self._watch(host)
            self._settling.start()
        self._text = title
        self._place()
        self.raise_()

    @property
    def hosted(self) -> bool:
        """Whether the view that it lies over is on the screen."""
        return self.host is not None and isValid(self.host) and self.host.isVisibleTo(self._ground)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the view, which is laid out after the state has changed."""
        if event.type() in MOVES and not self.isHidden():
            self._place()
            self._settling.start()
        return super().eventFilter(watched, event)

    def _watch(self, host: QWidget) -> None:
        """Follow the view and everything that it lies in."""
        for watched in self._watched:
            if isValid(watched):
                watched.removeEventFilter(self)
        self._watched = [self._ground]
        widget: QWidget | None = host
        while widget is not None and widget is not self._ground:
            self._watched.append(widget)
            widget = widget.parentWidget()
        for watched in self._watched:
            watched.installEventFilter(self)

    @Slot()
    def _settle(self) -> None:
        """Lie where the view came to lie, above what was made meanwhile."""
        if self.isHidden():
            return
        if not self.hosted or self.host is self._ground:
            self.host_lost.emit()
        self._place()
        self.raise_()

    @Slot()
    def _place(self) -> None:
        """On the line at the lower edge of the view, as high as it needs to be, below the badge where there is room for it."""
        if self.host is None or not self.hosted:
            return
        self.ensurePolished()
        self._fit_head()
        place = self.host.mapTo(self._ground, self.host.rect().bottomLeft())
        lowest, width = self.host.height() - NOTICE_HEIGHT, self.host.width() - 2 * MARGIN
        least = self._column.totalMinimumHeightForWidth(width)
        height = min(self._column.totalHeightForWidth(width), max(lowest - BADGE_BOTTOM, least), lowest)
        top = place.y() + 1 - height - NOTICE_HEIGHT
        self.setGeometry(place.x() + MARGIN, top, width, height)

    @Slot()
    def _fit_head(self) -> None:
        """The title, elided where it has no room; the hint while the line has the keys and there is room for both."""
        assert self.host is not None
        sides = self.contentsMargins() + self._column.contentsMargins()
        room = self.host.width() - 2 * MARGIN - sides.left() - sides.right()
        beside = self._hint.sizeHint().width() + self._head.spacing()
        words = self._title.fontMetrics()
        fits = self.line.hasFocus() and words.horizontalAdvance(self._text) + beside + HEAD_SLACK <= room
        self._hint.setVisible(fits)
        left = room - (beside if fits else 0)
        self._title.setText(words.elidedText(self._text, Qt.TextElideMode.ElideRight, left))

    @Slot()
    def _on_left(self) -> None:
        """The reasons go first."""
        if not self._reasons.give_up():
            self.leave()

    @property
    def written(self) -> bool:
        """Whether another text stands there than at the beginning."""
        return not self.isHidden() and self.text != self._before

    @property
    def text(self) -> str:
        """What stands in the line."""
        return self.line.text()

    def is_about(self, slice_index: int | None) -> bool:
        """Whether a remark on this slice (None: on the whole) is being written."""
        return not self.isHidden() and self.slice_index == slice_index

    @property
    def waits(self) -> bool:
        """Whether a remark is being written and something else has the keys."""
        return not self.isHidden() and not self.line.hasFocus()

    def take_keys(self) -> None:
        """Give the line the focus; the key that asked for it does not write in it, however long it is held."""
        self.line.held = True
        self.line.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _on_kept(self) -> None:
        """Give what is written; what stands already is not signed again."""
        if self.written:
            self.remark_given.emit(self.slice_index, self.text)
        else:
            self.leave()

    @Slot()
    def leave(self) -> None:
        """Close without a change."""
        if self.isHidden():
            return
        self.hide()
        if self.host is not None and isValid(self.host):
            self.host.setFocus(Qt.FocusReason.OtherFocusReason)
        self.closed.emit()


class _RemarkLine(QLineEdit):
    """Keeps every key to itself: none of them is a shortcut while a remark is written."""

    kept = Signal()
    left = Signal()
    focused = Signal()  # it has the keys now, or has them no more
    stepped = Signal(str, int)  # text, 1 for the next typical reason, -1 for the one before
    held = False
    """Whether the key that gave it the focus may still be held: until another is pressed, none is repeated."""

    def event(self, event: QEvent) -> bool:
        """Claim keys before the shortcuts of the window do."""
        if event.type() is QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return keeps, Escape leaves, neither while it is held; Up and Down pick a typical reason, Tab does nothing."""
        self.held = self.held and event.isAutoRepeat()
        if event.isAutoRepeat() and (self.held or event.key() in ENDS):
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.kept.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.stepped.emit(self.text(), 1 if event.key() == Qt.Key.Key_Down else -1)
        elif event.key() not in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            super().keyPressEvent(event)

    def focusNextPrevChild(self, _next: bool) -> bool:
        """Tab does not leave it: Return and Escape do."""
        return False

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Say so."""
        super().focusInEvent(event)
        self.focused.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Say so."""
        super().focusOutEvent(event)
        self.focused.emit()
