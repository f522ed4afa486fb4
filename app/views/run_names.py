"""Names of runs where there is too little room for the whole of them."""

import re

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF

SPACING = re.compile(r" \d+\.\d+ mm(?=, )")
SEED = re.compile(r", [^,]*?(\d+)$")


def shortened(name: str, metrics: QFontMetricsF, room: float) -> str:
    """A name no wider than ``room`` logical pixels: ``CaLID …, realism, seed 0``, then ``CaLID …, realism …0``.

    Method, mode and number of the seed stay while there is room for them; then, as in other texts, both ends, as of what is no name of a run.
    """
    without_spacing, found = SPACING.subn(" …", name)
    texts = (name, without_spacing, SEED.sub(r" …\1", without_spacing)) if found else (name,)
    for text in texts:
        if metrics.horizontalAdvance(text) <= room:
            return text
    return metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, room)
