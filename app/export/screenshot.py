"""Pictures of the window or of one view, with the research-use mark and a description."""

from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QRect, Qt
from PySide6.QtGui import QFont, QFontMetrics, QImage, QImageWriter, QPainter
from PySide6.QtWidgets import QWidget

from app.messages import APPLICATION, notice
from app.palette import TEXT, VIEWPORT, WARNING
from calid_core.errors import OutputError
from calid_core.io.atomic import replacing

TEXT_PIXELS = 13
PADDING = 5


def take_screenshot(widget: QWidget, shown: str, *, synthesised: bool) -> QImage:
    """Picture of a widget with a strip below that says what is shown and what it must not be used for.

    Parameters
    ----------
    widget
        The window or one view.
    shown
        What it shows: ``CaLID 2.0 mm · SYNTHESISED S17 · phase 3/25``; no identifying data.
        What the widget itself paints is taken as it is: see ``DisplayState.without_names``.
    synthesised
        Whether what it shows holds synthesised slices.
    """
    picture = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    ratio = picture.devicePixelRatio()
    picture.setDevicePixelRatio(1.0)
    font = QFont()
    font.setPixelSize(round(TEXT_PIXELS * ratio))
    line = QFontMetrics(font).height()
    flags = Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap
    padding = round(PADDING * ratio)
    width = max(1, picture.width() - 2 * padding)
    room = QRect(0, 0, width, 100 * line)
    texts = (notice(synthesised=synthesised), shown)
    heights = [QFontMetrics(font).boundingRect(room, flags, text).height() for text in texts]
    marked = QImage(
        picture.width(), picture.height() + sum(heights) + 2 * padding, QImage.Format.Format_RGB32
    )
    marked.fill(VIEWPORT)
    painter = QPainter(marked)
    painter.drawImage(0, 0, picture)
    painter.setFont(font)
    top = picture.height() + padding
    for text, colour, height in zip(texts, (WARNING, TEXT), heights, strict=True):
        painter.setPen(colour)
        painter.drawText(QRect(padding, top, width, height), flags, text)
        top += height
    painter.end()
    for key, value in _texts(*texts).items():
        marked.setText(key, value)
    return marked


def write_screenshot(path: Path, picture: QImage) -> None:
    """Write what ``take_screenshot`` made as PNG.

    Raises
    ------
    OutputError
        It cannot be written; an old file then stays as it was.
    """
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, b"png")
    if not writer.write(picture):
        raise OutputError(f"cannot write {path.name}: {writer.errorString()}")
    with replacing(path) as temporary:
        temporary.write_bytes(buffer.data().data())


def _texts(said: str, shown: str) -> dict[str, str]:
    """Text chunks of the PNG file, by keyword (PNG 11.3.4.2)."""
    return {
        "Title": "CaLID screenshot",
        "Description": f"{said}. Shown: {shown}.",
        "Software": APPLICATION,
        "Creation Time": datetime.now(UTC).strftime("%a, %d %b %Y %H:%M:%S +0000"),
    }
