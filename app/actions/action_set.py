"""The actions of a window as menu entries with keys, each bound to the one function it calls."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QMenu,
    QMenuBar,
    QWidget,
)

from app.actions.catalogue import Act, ActionSpec, Menu
from app.actions.tips import TIPS
from app.presets import PRESETS
from app.resources import icon
from app.translation import tr

STEPS = {
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
}
ALL_STEPS = {*STEPS, Qt.Key.Key_Left, Qt.Key.Key_Right}
"""Keys by which fields step; what is typed they claim by themselves."""
ENTER = {Qt.Key.Key_Return, Qt.Key.Key_Enter}
PRESSES = {Qt.Key.Key_Space, *ENTER}
"""Keys that press a button and open a chooser."""
PRESET_KEYS = tuple(str(number) for number in range(len(PRESETS)))


class BoundAction(QAction):
    """A menu entry with the one function it calls.

    Parameters
    ----------
    spec
        How it looks.
    tip
        What it does, in one sentence; empty where its text says all.
    """

    def __init__(self, spec: ActionSpec, parent: QObject, tip: str = "") -> None:
        super().__init__(tr(spec.text), parent)
        self.tip = tr(tip) if tip else ""
        self.handler: Callable[[], object] | None = None
        self.by_key = False
        """Whether it is a key that triggers it now, which may be held, and not the menu."""
        self.spec = spec
        self.set_keys(self.default_keys)
        self.setCheckable(spec.checkable)
        if spec.icon:
            self.setIcon(icon(spec.icon))
        self.setStatusTip(self.tip)
        if spec.in_views:
            self.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.triggered.connect(self._call)

    @property
    def default_keys(self) -> list[QKeySequence]:
        """The keys it has unless a person gave it others."""
        return [QKeySequence(key) for key in (self.spec.key, self.spec.other_key) if key]

    @property
    def name(self) -> str:
        """Its text without mnemonic and dots."""
        return tr(self.spec.text).replace("&", "").removesuffix("…")

    def set_keys(self, keys: Sequence[QKeySequence]) -> None:
        """Give it keys; the tooltip names the first."""
        self.setShortcuts(list(keys))
        shown = f" ({keys[0].toString(QKeySequence.SequenceFormat.NativeText)})" if keys else ""
        text = tr(self.spec.text).replace("&", "")
        self.setToolTip(f"{text}{shown}" + (f"\n{self.tip}" if self.tip else ""))

    def event(self, event: QEvent) -> bool:
        """Know what triggers it."""
        self.by_key = event.type() is QEvent.Type.Shortcut
        handled = super().event(event)
        self.by_key = False
        return handled

    @Slot()
    def _call(self) -> None:
        if self.handler is not None:
            self.handler()


REPEATED = {
    Act.UNDO,
    Act.REDO,
    Act.SLICE_NEXT,
    Act.SLICE_PREVIOUS,
    Act.ACQUIRED_NEXT,
    Act.ACQUIRED_PREVIOUS,
    Act.PHASE_NEXT,
    Act.PHASE_PREVIOUS,
    Act.SLOWER,
    Act.FASTER,
    Act.LAYER_NEXT,
    Act.LAYER_PREVIOUS,
    Act.NEXT_VIEWPORT,
    Act.NEXT_PART,
}
"""Acts done again while their key is held; others judge, begin, end or close what nobody has looked at."""


class ActionSet(QObject):
    """The actions of one window."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._actions = {act: BoundAction(act.value, window, TIPS.get(act, "")) for act in Act}
        for act, action in self._actions.items():
            action.setAutoRepeat(act in REPEATED)
        self.presets = tuple(
            BoundAction(ActionSpec(preset.label, Menu.VIEW, key), window)
            for key, preset in zip(PRESET_KEYS, PRESETS, strict=True)
        )

    def __getitem__(self, act: Act) -> BoundAction:
        return self._actions[act]

    def on(self, act: Act, function: Callable[..., object], *arguments: object) -> None:
        """Call a function with these arguments when an action is triggered."""
        self._actions[act].handler = partial(function, *arguments)

    def named(self) -> dict[str, BoundAction]:
        """Every action by the name under which its keys are stored, in the order of the menus."""
        presets = {f"PRESET_{number}": action for number, action in enumerate(self.presets)}
        return {**{act.name: action for act, action in self._actions.items()}, **presets}

    def keep_keys_in(self, widget: QWidget, *, bar: bool = False) -> None:
        """Let the keys of viewport actions work while this widget or a child of it has the focus.

        A bar has fields and buttons: in it no key judges a slice, and Tab goes from one to the next. They keep the keys by
        which they step and are pressed.
        """
        widget.installEventFilter(self)
        for act, action in self._actions.items():
            of_images = act is Act.NEXT_VIEWPORT or act.value.menu is Menu.REVIEW
            if act.value.in_views and not (bar and of_images):
                widget.addAction(action)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Claim the keys of the field or button with the focus before the actions do."""
        if not isinstance(event, QKeyEvent) or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return super().eventFilter(watched, event)
        focus = QApplication.focusWidget()
        if event.type() is QEvent.Type.ShortcutOverride and event.key() in _own_keys(focus):
            event.accept()
            return True
        pressed = event.type() is QEvent.Type.KeyPress and event.key() in ENTER
        if pressed and isinstance(focus, QAbstractButton):  # which takes Return on some systems only
            focus.click()
            return True
        return super().eventFilter(watched, event)

    def fill(self, bar: QMenuBar) -> dict[Menu, QMenu]:
        """Make the menus."""
        menus = {menu: bar.addMenu(tr(menu.value)) for menu in Menu}
        last_group: dict[Menu, int] = {}
        for act, action in self._actions.items():
            menu = act.value.menu
            if last_group.get(menu, act.value.group) != act.value.group:
                menus[menu].addSeparator()
            if act is Act.IMAGES_ONLY:
                windows = menus[menu].addMenu(tr("&Window/level preset"))
                windows.addActions(list(self.presets))
                menus[menu].addSeparator()
            last_group[menu] = act.value.group
            menus[menu].addAction(action)
        for made in menus.values():
            made.setToolTipsVisible(True)
        return menus


def _own_keys(focus: QWidget | None) -> set[Qt.Key]:
    """Keys that a widget needs for itself."""
    match focus:
        case QAbstractSlider():
            return ALL_STEPS
        case QAbstractSpinBox():
            return STEPS
        case QComboBox():
            return STEPS | PRESSES
        case QAbstractButton():
            return PRESSES | ALL_STEPS if focus.group() is not None else PRESSES
    return set()
