"""Texts that name keys: written with the names of actions, shown with the keys in use."""

from collections.abc import Mapping

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QWidget

from app.actions.catalogue import Act
from app.translation import tr


def key_text(keys: QKeySequence) -> str:
    """A key as people write it here: ``Ctrl+S``; empty for none."""
    return keys.toString(QKeySequence.SequenceFormat.NativeText)


def with_keys(template: str) -> str:
    """A text in which ``{ACCEPT}`` is replaced by the key that ``Act.ACCEPT`` has now."""
    keys = _keys or {act.name: key_text(QKeySequence(act.value.key)) for act in Act}
    return template.format(**{name: key or tr("no key") for name, key in keys.items()})


def set_keys(keys: Mapping[str, str]) -> None:
    """Tell which key each action has; empty texts for none."""
    global _keys
    _keys = dict(keys)


def keyed(widget: QWidget, name: str, template: str) -> None:
    """Give a widget a text that follows the keys: ``name`` is its property, ``template`` as in ``with_keys``."""
    widget.setProperty(f"{name}Keys", template)
    widget.setProperty(name, with_keys(template))


def write_again(widget: QWidget, name: str) -> bool:
    """Write a text that was given by ``keyed`` with the keys in use; whether there is one."""
    template = widget.property(f"{name}Keys")
    if template:
        widget.setProperty(name, with_keys(str(template)))
    return bool(template)


_keys: dict[str, str] = {}
