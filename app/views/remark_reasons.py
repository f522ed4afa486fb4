"""Typical reasons for a remark, to be picked while one is typed."""

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QSizePolicy

from app.translation import tr, tr_later

REASONS = (
    tr_later("doubled papillary muscle"),
    tr_later("wall too thin"),
    tr_later("wall too thick"),
    tr_later("blurred"),
    tr_later("wrong base"),
    tr_later("wrong apex"),
    tr_later("ghost of a vessel"),
    tr_later("flickers"),
)
NEXT = ", "
"""Between one reason and the next."""
FRAME = 4


class ReasonList(QListWidget):
    """Reasons that fit what stands after the last comma of a remark; never has the focus itself, hidden while none fits."""

    picked = Signal(str)  # the remark with the reason in it, or as it was typed again
    resized = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._typed = self._before = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(tr("Typical reasons"))
        self.setToolTip(tr("Typical reasons"))
        self.itemClicked.connect(self._on_clicked)
        self.hide()

    @Slot(str)
    def offer(self, typed: str) -> None:
        """Show the reasons that fit what was typed; none is picked."""
        before, part = _last(typed)
        self._show(typed, before, _fitting(part) if part else ())

    @Slot(str, int)
    def step(self, typed: str, by: int) -> None:
        """Pick the next or the one before; all are shown where none is, and follow a remark that none fits."""
        if self.isHidden():
            before, part = _last(typed)
            fitting = _fitting(part)
            self._show(
                typed, before if fitting else typed.rstrip() + NEXT, fitting or tuple(map(tr, REASONS))
            )
        row = (self.currentRow() + 1 + by) % (self.count() + 1) - 1  # -1: none
        self.setCurrentRow(row)
        self.picked.emit(self._typed if row < 0 else self._before + self.item(row).text())

    def give_up(self) -> bool:
        """Hide them and leave what was typed; whether they were shown."""
        if self.isHidden():
            return False
        if self.currentRow() >= 0:
            self.picked.emit(self._typed)
        self.clear_reasons()
        return True

    def clear_reasons(self) -> None:
        """Hide them."""
        self._show("", "", ())

    @Slot(QListWidgetItem)
    def _on_clicked(self, item: QListWidgetItem) -> None:
        self.picked.emit(self._before + item.text())
        self.clear_reasons()

    def _show(self, typed: str, before: str, reasons: tuple[str, ...]) -> None:
        self._typed, self._before = typed, before
        self.clear()
        self.addItems(reasons)
        self.setCurrentRow(-1)
        self.setVisible(bool(reasons))
        self.updateGeometry()
        self.resized.emit()

    def sizeHint(self) -> QSize:
        """As high as all reasons."""
        return QSize(super().sizeHint().width(), max(0, self.sizeHintForRow(0)) * self.count() + FRAME)

    def minimumSizeHint(self) -> QSize:
        """One reason: the others are scrolled to."""
        return QSize(0, max(0, self.sizeHintForRow(0)) + FRAME)


def _last(typed: str) -> tuple[str, str]:
    """What stands before the last reason of a remark, and that reason."""
    part = typed.rpartition(",")[2].strip()
    before = typed[: len(typed.rstrip()) - len(part)] if part else typed
    return before + " " if before.endswith(",") else before, part


def _fitting(part: str) -> tuple[str, ...]:
    """Reasons that hold what was typed; none once one of them stands there."""
    reasons = tuple(map(tr, REASONS))
    wanted = part.casefold()
    if wanted in (reason.casefold() for reason in reasons):
        return ()
    return tuple(reason for reason in reasons if wanted in reason.casefold())
