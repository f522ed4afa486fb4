"""Keys of the actions as a person changed them: checked for clashes, stored as differences, put into every tooltip."""

import re
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QAbstractButton, QLabel, QToolButton, QWidget

from app.actions.action_set import ActionSet, BoundAction
from app.actions.key_texts import key_text, set_keys, write_again
from app.preferences import Preferences

BETWEEN = "\n"
"""Between the keys of one action where they are stored."""
TEXTS = ("toolTip", "text")
KEY_IN_TEXT = re.compile(r"(\s?)\(([^()\s]+)\)")


@dataclass(frozen=True)
class Clash:
    """A key that another action has.

    Parameters
    ----------
    name, action
        Who has it.
    """

    name: str
    action: BoundAction


class Keyboard(QObject):
    """The keys of one window.

    Parameters
    ----------
    window
        Whose tooltips name the keys.
    actions
        Whose keys are changed.
    preferences
        Where the changes are kept.
    """

    keys_changed = Signal()

    def __init__(self, window: QWidget, actions: ActionSet, preferences: Preferences) -> None:
        super().__init__(window)
        self._window, self._actions, self._preferences = window, actions.named(), preferences
        for name, stored in preferences.key_changes().items():
            if name in self._actions:
                self._give(name, [QKeySequence(keys) for keys in stored.split(BETWEEN) if keys])
        self._name_keys()

    @property
    def actions(self) -> dict[str, BoundAction]:
        """Every action by its stored name, in the order of the menus."""
        return self._actions

    def is_changed(self, name: str) -> bool:
        """Whether an action has other keys than at first."""
        action = self._actions[name]
        return list(action.shortcuts()) != action.default_keys

    def clash(self, name: str, keys: QKeySequence) -> Clash | None:
        """The other action that has a key; None where it is free."""
        for other, action in self._actions.items():
            if other != name and any(keys == taken for taken in action.shortcuts()):
                return Clash(other, action)
        return None

    def assign(self, name: str, keys: QKeySequence) -> None:
        """Give an action one key, or none; whoever had it loses it."""
        clash = None if keys.isEmpty() else self.clash(name, keys)
        if clash is not None:
            left = [taken for taken in clash.action.shortcuts() if taken != keys]
            self._give(clash.name, left)
        self._give(name, [] if keys.isEmpty() else [keys])
        self._keep()

    def reset(self, name: str) -> Clash | None:
        """Give an action its first keys back; if another has one of them nothing changes and it is returned."""
        defaults = self._actions[name].default_keys
        for keys in defaults:
            clash = self.clash(name, keys)
            if clash is not None:
                return clash
        self._give(name, defaults)
        self._keep()
        return None

    def reset_all(self) -> None:
        """Give every action its first keys back."""
        for name, action in self._actions.items():
            self._give(name, action.default_keys)
        self._keep()

    def _keep(self) -> None:
        changes = {
            name: BETWEEN.join(
                keys.toString(QKeySequence.SequenceFormat.PortableText) for keys in a.shortcuts()
            )
            for name, a in self._actions.items()
            if self.is_changed(name)
        }
        self._preferences.set_key_changes(changes)
        self._name_keys()
        self.keys_changed.emit()

    def _give(self, name: str, keys: list[QKeySequence]) -> None:
        self._actions[name].set_keys(keys)

    def _name_keys(self) -> None:
        """Write the keys in use wherever a control names one of those at first: ``Play / pause (Space)``."""
        now = {
            key_text(action.default_keys[0]): key_text(action.shortcut())
            for name, action in self._actions.items()
            if self.is_changed(name)
        }
        set_keys({name: key_text(action.shortcut()) for name, action in self._actions.items()})
        for widget in self._window.findChildren(QWidget):
            if isinstance(widget, QToolButton) and widget.defaultAction() is not None:
                continue  # its texts are those of the action
            properties = TEXTS if isinstance(widget, QAbstractButton | QLabel) else TEXTS[:1]
            for name in properties:
                if not write_again(widget, name):
                    _rewrite(widget, name, now)


def _rewrite(widget: QWidget, name: str, now: dict[str, str]) -> None:
    """Replace keys in a text; what it was at first stays beside it, so that it can be done again."""
    text = str(widget.property(name) or "")
    ours = widget.property(f"{name}Written") == text
    original = str(widget.property(f"{name}Original")) if ours else text
    if "(" not in original:
        return
    written = KEY_IN_TEXT.sub(lambda found: _shown(found, now), original).strip()
    if written != text:
        widget.setProperty(name, written)
        widget.setProperty(f"{name}Original", original)
        widget.setProperty(f"{name}Written", written)


def _shown(found: re.Match[str], now: dict[str, str]) -> str:
    key = now.get(found[2])
    if key is None:
        return found[0]
    return f"{found[1]}({key})" if key else ""
