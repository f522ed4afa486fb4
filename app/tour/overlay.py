"""The darkened window with one part left bright, and the card beside it."""

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.theme import surface
from app.translation import tr
from app.views.text_label import Tone, label

SHADE = QColor(0, 0, 0, 150)
MARGIN = 4
"""Logical pixels between a part and its bright frame."""
GAP = 14
"""Logical pixels between the frame and the card."""
CARD_WIDTH = 380


class Spotlight(QWidget):
    """Darkens all of its parent but one rectangle; lets the mouse through, so that everything still works."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._bright = QRect()
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setStyleSheet("background: transparent;")

    def point_at(self, bright: QRect) -> None:
        """Leave a rectangle bright."""
        self._bright = bright
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Shade, hole and frame."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shade = QPainterPath()
        shade.addRect(QRectF(self.rect()))
        hole = QPainterPath()
        hole.addRoundedRect(QRectF(self._bright), 6, 6)
        painter.fillPath(shade.subtracted(hole), SHADE)
        painter.setPen(QPen(surface().accent, 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(hole)


class TourCard(QFrame):
    """Title, text, progress and buttons; Right and Return go on, Left goes back, Esc ends the tour."""

    next_requested = Signal()
    back_requested = Signal()
    leave_requested = Signal()
    act_requested = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Tour"))
        self.setFixedWidth(CARD_WIDTH)
        self.title, self.text = label("", Tone.HEADING), label("", wrap=True)
        self._count = label("", Tone.SECONDARY)
        self._do = QPushButton()
        self._do.clicked.connect(self.act_requested)
        self._leave = _button(tr("Leave (Esc)"), tr("End the tour; it stays in the Help menu"))
        self._leave.clicked.connect(self.leave_requested)
        self._back = _button(tr("Back"), tr("The card before (Left)"))
        self._back.clicked.connect(self.back_requested)
        self._next = _button(tr("Next"), tr("The next card (Right or Return)"))
        self._next.setProperty("primary", True)
        self._next.clicked.connect(self.next_requested)
        row = QHBoxLayout()
        row.addWidget(self._count, 1)
        for button in (self._do, self._leave, self._back, self._next):
            row.addWidget(button)
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addWidget(self.title)
        column.addWidget(self.text)
        column.addLayout(row)

    def show_step(self, title: str, text: str, number: int, count: int, act: str) -> None:
        """Show a step, counted from 1; ``act`` is the text of its own button, or empty."""
        self.title.setText(title)
        self.text.setText(text)
        self.setAccessibleDescription(f"{title}. {text}")
        self._count.setText(f"{number} / {count}")
        self._do.setText(act)
        self._do.setVisible(bool(act))
        self._back.setEnabled(number > 1)
        self._next.setText(tr("Done") if number == count else tr("Next"))

    def needed_size(self) -> QSize:
        """Its width, and the height the text takes in it."""
        self._column.activate()
        return QSize(CARD_WIDTH, self._column.totalHeightForWidth(CARD_WIDTH))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go on, back, or leave."""
        match event.key():
            case Qt.Key.Key_Right | Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.next_requested.emit()
            case Qt.Key.Key_Left | Qt.Key.Key_Backspace:
                self.back_requested.emit()
            case Qt.Key.Key_Escape:
                self.leave_requested.emit()
            case _:
                super().keyPressEvent(event)


def place_card(size: QSize, bright: QRect, window: QRect) -> QPoint:
    """Upper left corner of a card beside a rectangle: right, left, below, above, else over its lower edge."""
    top = min(max(bright.top(), window.top() + GAP), window.bottom() - size.height() - GAP)
    left = min(max(bright.left(), window.left() + GAP), window.right() - size.width() - GAP)
    places = (
        QPoint(bright.right() + GAP, top),
        QPoint(bright.left() - GAP - size.width(), top),
        QPoint(left, bright.bottom() + GAP),
        QPoint(left, bright.top() - GAP - size.height()),
    )
    for place in places:
        if window.contains(QRect(place, size)):
            return place
    return QPoint(left, max(window.top(), min(bright.bottom(), window.bottom()) - GAP - size.height()))


def _button(text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(tip)
    button.setAutoDefault(False)
    return button
