"""Names of runs where there is too little room for the whole of them."""

import re

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF

SPACING = re.compile(r" (\d+\.\d+) mm(?=, )")
SEED = re.compile(r", [^,]*?(\d+)$")


def shortened(name: str, metrics: QFontMetricsF, room: float) -> str:
    """A name no wider than ``room`` logical pixels: ``CaLID 2.0 mm, realism …0``, ``CaLID 2.0, realism …0``, ``CaLID …, realism …0``.

    What tells runs apart stays longest, the distance between slices last of it; then, as in other texts, both ends, as of what is no name
    of a run.
    """
    texts = [name]
    if SPACING.search(name):
        texts.append(SEED.sub(r" …\1", name))
        texts += [SPACING.sub(kept, texts[-1]) for kept in (r" \1", " …")]
    for text in texts:
        if metrics.horizontalAdvance(text) <= room:
            return text
    return metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, room)
