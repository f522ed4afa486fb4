"""Icons and style sheets: where they lie, in the source tree and in an installed package."""

from functools import cache
from pathlib import Path

from PySide6.QtGui import QIcon

import calid_core


@cache
def resources_folder() -> Path:
    """Folder ``resources`` of the source tree, else of the installed package."""
    beside_app = Path(__file__).resolve().parent.parent / "resources"
    return beside_app if beside_app.is_dir() else Path(calid_core.__file__).resolve().parent / "resources"


@cache
def icon(name: str) -> QIcon:
    """Icon ``icons/<name>.svg``; a name without a file is a bug and raises ``ValueError``."""
    path = resources_folder() / "icons" / f"{name}.svg"
    if not path.is_file():
        raise ValueError(f"there is no icon {name!r}")
    return QIcon(str(path))


@cache
def style_sheet() -> str:
    """The dark theme; ``@icons`` in it stands for the icon folder."""
    text = (resources_folder() / "style" / "dark.qss").read_text(encoding="utf-8")
    return text.replace("@icons", (resources_folder() / "icons").as_posix())
