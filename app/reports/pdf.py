"""The report as A4 pages: the notice, the case and the page number stand on every one of them."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QEventLoop, QMarginsF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QFont,
    QPageLayout,
    QPageSize,
    QPainter,
    QPalette,
    QPdfWriter,
    QPen,
    QTextBlock,
    QTextBlockFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
)

from app.export.pdf import write_pdf_file
from calid_core.report.body import MUTED, RULE, report_body
from calid_core.report.content import ReportContent

DPI = 1200
INK = "#1a222c"
MARGIN_MM = 14.0
FOOT_MM = 12.0
SHORT_TABLE = 4
"""Rows, with the heading, of a table that is kept on one page."""
FAMILIES = ("Noto Sans", "DejaVu Sans", "Segoe UI", "Helvetica Neue", "Arial")
_STYLE = f"""
h1 {{ font-size: 17pt; margin-top: 0; margin-bottom: 3px; }}
h2 {{ font-size: 11.5pt; margin-top: 14px; margin-bottom: 4px; }}
.page {{ page-break-before: always; }}
h3 {{ font-size: 9.5pt; margin-top: 9px; margin-bottom: 3px; }}
p, ul {{ margin-top: 0; margin-bottom: 4px; }}
td.name, .muted {{ color: {MUTED}; }}
table {{ border-collapse: collapse; }}
td, th {{ border-bottom: 1px solid {RULE}; }}
"""
"""Qt reads lengths in px, which it scales to the paper, and takes those in pt for 0."""


def write_pdf(content: ReportContent, path: Path) -> None:
    """Write the report as PDF.

    Raises
    ------
    OutputError
        It cannot be written; an old file survives.
    """
    write_pdf_file(path, partial(_paint_pages, content))


def _paint_pages(content: ReportContent, writer: QPdfWriter) -> bool:
    writer.setResolution(DPI)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    margins = QMarginsF(MARGIN_MM, MARGIN_MM, MARGIN_MM, MARGIN_MM)
    writer.setPageMargins(margins, QPageLayout.Unit.Millimeter)
    writer.setTitle(content.title)
    writer.setCreator(f"CaLID {content.program}")
    painter = QPainter()
    if not painter.begin(writer):
        return False
    try:
        _paint(content, writer, painter)
    finally:
        ended = painter.end()
    return ended


def _paint(content: ReportContent, writer: QPdfWriter, painter: QPainter) -> None:
    foot = FOOT_MM / 25.4 * DPI
    page = QSizeF(writer.width(), writer.height() - foot)
    document = _document(content, writer, page)
    pages = document.pageCount()
    ink = QPalette(QColor(INK), QColor("#ffffff"))  # that of the application may be light on dark
    ink.setColor(QPalette.ColorRole.Text, QColor(INK))
    for number in range(pages):
        if number:
            writer.newPage()
        painter.save()
        painter.translate(0, -number * page.height())
        context = QAbstractTextDocumentLayout.PaintContext()
        context.clip = QRectF(0, number * page.height(), page.width(), page.height())
        context.palette = ink
        painter.setClipRect(context.clip)
        document.documentLayout().draw(painter, context)
        painter.restore()
        _paint_foot(painter, writer, content, f"Page {number + 1} of {pages}", foot)


def _document(content: ReportContent, writer: QPdfWriter, page: QSizeF) -> QTextDocument:
    QEventLoop()  # gives the worker thread the dispatcher that the layout wants for a timer
    document = QTextDocument()
    document.documentLayout().setPaintDevice(writer)
    document.setDefaultFont(_font(8.5))
    document.setDocumentMargin(0)
    document.setDefaultStyleSheet(_STYLE)
    document.setHtml(report_body(content))
    document.setPageSize(page)
    keep_headings_with_text(document, page.height())
    return document


def keep_headings_with_text(document: QTextDocument, height: float) -> None:
    """Begin a page with every heading that would stand alone at the foot of the one before, or part from a short table below it.

    Parameters
    ----------
    document
        Its page size is set.
    height
        Of a page, in the units of the document.
    """
    broken = QTextBlockFormat()
    broken.setPageBreakPolicy(QTextFormat.PageBreakFlag.PageBreak_AlwaysBefore)
    block = document.begin()
    while (following := block.next()).isValid():
        if block.blockFormat().headingLevel() and not _begins_a_page(block):
            here, there = (
                _first_line(document, b) // height
                for b in (block, _end_of_short_table(following) or following)
            )
            if here != there:
                QTextCursor(block).mergeBlockFormat(broken)
                # Without this Qt draws nothing of some blocks further down: their lines are never laid out again.
                document.markContentsDirty(0, document.characterCount())
        block = following


def _end_of_short_table(block: QTextBlock) -> QTextBlock | None:
    """The last block of a table of few rows that begins at a block or after it as one paragraph; None for anything else."""
    for candidate in (block, block.next()):
        table = QTextCursor(candidate).currentTable() if candidate.isValid() else None
        if table is not None:
            return table.lastCursorPosition().block() if table.rows() <= SHORT_TABLE else None
        if candidate.blockFormat().headingLevel():
            return None
    return None


def _begins_a_page(block: QTextBlock) -> bool:
    policy = block.blockFormat().pageBreakPolicy()
    return bool(policy & QTextFormat.PageBreakFlag.PageBreak_AlwaysBefore)


def _first_line(document: QTextDocument, block: QTextBlock) -> float:
    """Top of the first line of a block, which Qt moves to the next page where it does not fit."""
    top = document.documentLayout().blockBoundingRect(block).top()
    lines = block.layout()
    return top + lines.lineAt(0).y() if lines.lineCount() else top


def _paint_foot(
    painter: QPainter, writer: QPdfWriter, content: ReportContent, page: str, height: float
) -> None:
    top = writer.height() - height * 0.75
    box = QRectF(0, top, writer.width(), height * 0.75)
    painter.setPen(QPen(QColor(RULE), DPI / 150))
    painter.drawLine(box.topLeft(), box.topRight())
    painter.setPen(QColor("#000000"))
    painter.setFont(_font(8.5, bold=True))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, content.notice)
    painter.setPen(QColor(MUTED))
    painter.setFont(_font(7))
    middle = Qt.AlignmentFlag.AlignVCenter
    painter.drawText(box, Qt.AlignmentFlag.AlignLeft | middle, f"Case {content.case}")
    painter.drawText(box, Qt.AlignmentFlag.AlignRight | middle, page)


def _font(points: float, *, bold: bool = False) -> QFont:
    font = QFont()
    font.setFamilies(list(FAMILIES))
    font.setPointSizeF(points)
    font.setBold(bold)
    return font
