"""PDF files made in memory and written at once: Qt itself says nothing of a disk that is full."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QPdfWriter

from calid_core.errors import OutputError
from calid_core.io.atomic import replacing


def write_pdf_file(path: Path, paint: Callable[[QPdfWriter], bool]) -> None:
    """Write a PDF; an old file survives a failure.

    Parameters
    ----------
    path
        The file.
    paint
        Paints the pages; whether that went well to the end.

    Raises
    ------
    OutputError
        It cannot be painted or written.
    """
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not paint(QPdfWriter(buffer)):
        raise OutputError(f"cannot write {path.name}: its pages could not be painted; try again")
    with replacing(path) as temporary:
        temporary.write_bytes(buffer.data().data())
