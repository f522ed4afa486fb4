"""What this program is and what it must not be used for."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from app.messages import ABOUT, APPLICATION
from app.resources import icon
from app.translation import tr


def show_about(parent: QWidget) -> QMessageBox:
    """Open the About box; the event loop goes on."""
    box = QMessageBox(parent)
    box.setWindowTitle(tr("About {program}").format(program=APPLICATION))
    box.setIconPixmap(icon("calid").pixmap(64, 64))
    box.setTextFormat(Qt.TextFormat.RichText)
    box.setText(tr(ABOUT).format(version=program_version()))
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.open()
    return box


def program_version() -> str:
    """Version of the installed package; ``development`` when run from a source tree that is not installed."""
    from importlib.metadata import PackageNotFoundError, version  # 30 ms that starting need not take

    try:
        return version("calid")
    except PackageNotFoundError:
        return tr("development")
