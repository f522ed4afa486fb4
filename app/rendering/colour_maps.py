"""Colour tables that every reader can tell apart: cividis for amounts, blue–white–orange for signed differences."""

import numpy as np
from numpy.typing import NDArray

ColourTable = NDArray[np.uint8]

# Nuñez, Anderton and Renslow 2018, 33 of its 256 colours.
_CIVIDIS = (
    "00224e 00285b 002e6a 043371 1a386f 273e6e 32436d 3b496c 434e6c 4b546c 52596d "
    "5a5f6e 61656f 686a71 6f7073 757676 7c7b78 848179 8b8778 938d78 9b9376 a39a75 "
    "aba072 b3a670 bbad6c c3b469 ccba64 d4c15f ddc958 e6d051 efd748 f8df3c fee838 "
)
_DIFFERENCE = ("a8d4ff", "2e74d0", "101216", "c06412", "ffc285")


def _interpolated(colours: tuple[str, ...]) -> ColourTable:
    """``(256, 3)``, linear between evenly spaced hexadecimal colours."""
    anchors = np.array([[int(c[i : i + 2], 16) for i in (0, 2, 4)] for c in colours], dtype=np.float64)
    place = np.linspace(0, len(anchors) - 1, 256)
    channels = [np.interp(place, np.arange(len(anchors)), anchors[:, i]) for i in range(3)]
    return np.rint(np.stack(channels, axis=1)).astype(np.uint8)


CIVIDIS: ColourTable = _interpolated(tuple(_CIVIDIS.split()))
DIFFERENCE: ColourTable = _interpolated(_DIFFERENCE)
