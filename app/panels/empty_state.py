"""What the window shows before anything is open."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QPushButton, QVBoxLayout, QWidget

from app.messages import EMPTY_TEXT, EMPTY_TITLE
from app.resources import icon
from app.translation import tr
from app.views.text_label import Tone, label


class EmptyState(QWidget):
    """Says what fits, and offers to open files, a folder or the sample, and the tour."""

    files_requested = Signal()
    folder_requested = Signal()
    sample_requested = Signal()
    tour_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        title = label(tr(EMPTY_TITLE), Tone.TITLE, wrap=True)
        text = label(tr(EMPTY_TEXT), Tone.SECONDARY, wrap=True)
        for line in (title, text):
            line.setAlignment(Qt.AlignmentFlag.AlignCenter)
        folder = _button(tr("Open folder…"), "folder")
        folder.setToolTip(tr("Every series of a folder, with its sub-folders (Ctrl+Shift+O)"))
        folder.clicked.connect(self.folder_requested)
        files = _button(tr("Open files…"), "open")
        files.setToolTip(tr("DICOM, NIfTI, NRRD or MetaImage (Ctrl+O)"))
        files.clicked.connect(self.files_requested)
        sample = _button(tr("Try the sample"), "heart")
        sample.setProperty("primary", True)
        sample.setToolTip(tr("A computed beating heart; nothing has to be loaded (Ctrl+E)"))
        sample.clicked.connect(self.sample_requested)
        self.setFocusProxy(sample)
        tour = _button(tr("Take the tour (90 s)"), "help")
        tour.setToolTip(tr("What is where, on the sample; Esc ends it (Ctrl+F1)"))
        tour.clicked.connect(self.tour_requested)
        buttons = QGridLayout()
        for place, button in enumerate((sample, tour, folder, files)):
            buttons.addWidget(button, place // 2, 1 + place % 2)
        for side in (0, 3):
            buttons.setColumnStretch(side, 1)
        column = QVBoxLayout(self)
        column.addStretch(2)
        column.addWidget(title)
        column.addSpacing(8)
        column.addWidget(text)
        column.addSpacing(16)
        column.addLayout(buttons)
        column.addStretch(3)


def _button(text: str, name: str) -> QPushButton:
    button = QPushButton(icon(name), text)
    button.setIconSize(QSize(18, 18))
    button.setMinimumHeight(32)
    return button
