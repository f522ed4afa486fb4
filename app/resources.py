"""Icons and style sheets: where they lie, in the source tree and in an installed package."""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from PySide6.QtGui import QIcon

import calid_core
from app.theme import DARK, TOKENS, TextSize, Theme, current_theme, filled


@cache
def resources_folder() -> Path:
    """Folder ``resources`` of the source tree, else of the installed package."""
    beside_app = Path(__file__).resolve().parent.parent / "resources"
    return beside_app if beside_app.is_dir() else Path(calid_core.__file__).resolve().parent / "resources"


@cache
def icons_folder(theme: Theme) -> Path:
    """Folder with the icons in the ink of a theme; those of other themes than the dark one are made at run time."""
    drawn = resources_folder() / "icons"
    tokens = TOKENS[theme]
    if tokens is DARK:
        return drawn
    folder = Path(tempfile.mkdtemp(prefix="calid-icons-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for path in drawn.glob("*.svg"):
        text = path.read_text(encoding="utf-8")
        for drawn_in, ink in (
            (DARK.ink, tokens.ink),
            (MARK_INK, tokens.on_selected),
            (ALERT_INK, tokens.warning),
        ):
            text = text.replace(drawn_in, ink)
        (folder / path.name).write_text(text, encoding="utf-8")
    return folder


MARK_INK, ALERT_INK = "#0b1016", "#f2c14e"
"""Colours of ticks, which lie on a filled box, and of warnings."""


def icon(name: str) -> QIcon:
    """Icon ``icons/<name>.svg`` in the theme in use; a name without a file is a bug and raises ``ValueError``."""
    return _icon(name, current_theme())


def icon_name(shown: QIcon) -> str | None:
    """Name under which ``icon`` gave an icon; None if it did not."""
    return _names.get(shown.cacheKey())


@cache
def style_sheet(theme: Theme = Theme.DARK, size: TextSize = TextSize.NORMAL) -> str:
    """The style sheet of a theme."""
    template = (resources_folder() / "style" / "calid.qss").read_text(encoding="utf-8")
    return filled(template, theme, size, icons_folder(theme).as_posix())


_names: dict[int, str] = {}


@cache
def _icon(name: str, theme: Theme) -> QIcon:
    path = icons_folder(theme) / f"{name}.svg"
    if not path.is_file():
        raise ValueError(f"there is no icon {name!r}")
    made = QIcon(str(path))
    _names[made.cacheKey()] = name
    return made
