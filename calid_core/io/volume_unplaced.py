"""Volume files that do not say how they lie in the patient, because it is not known.

ITK always writes an orientation: what was made up would come back as known.
"""

import os
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from calid_core.io.text_headers import LONGEST_HEADER, header_end

NIFTI_CODES_OFFSET = 252
"""Bytes before ``qform_code`` and ``sform_code`` in a NIfTI-1 header."""
PLACEMENT = {
    "NRRD": rb"^(space|space dimension|space directions|space origin):.*\n",
    "MetaImage": rb"^(TransformMatrix|Offset|CenterOfRotation|AnatomicalOrientation) *=.*\n",
}
"""Lines of a header that place it."""


def forget_placement(file: Path, format_: str, spacing: Sequence[float]) -> None:
    """Take out of a file that ITK has just written where it lies in the patient; only spacing stays.

    Parameters
    ----------
    format_
        ``NIfTI`` (plain), ``NRRD`` or ``MetaImage``.
    spacing
        Of every axis in file order, mm and ms.
    """
    if format_ == "NIfTI":
        with file.open("r+b") as header:
            header.seek(NIFTI_CODES_OFFSET)
            header.write(bytes(4))
        return
    other = file.with_name("unplaced")
    with file.open("rb") as placed, other.open("wb") as unplaced:
        start = placed.read(LONGEST_HEADER)
        end = header_end(start, format_)
        lines = re.sub(PLACEMENT[format_], b"", start[:end], flags=re.MULTILINE)
        if format_ == "NRRD":  # spacings stand in the directions that were taken out
            told = " ".join(f"{s:.17g}" for s in spacing)
            lines = re.sub(
                rb"^sizes:.*\n", rb"\g<0>spacings: " + told.encode() + rb"\n", lines, flags=re.MULTILINE
            )
        unplaced.write(lines)
        placed.seek(end, os.SEEK_SET)
        shutil.copyfileobj(placed, unplaced, 1 << 20)
    other.replace(file)
