"""Lines of NRRD and MetaImage headers that ITK passes over: units, real values, and where intensities are."""

import os
import re
from pathlib import Path

from calid_core.errors import InputError
from calid_core.real_values import STORED, RealScale

LONGEST_HEADER = 65536
"""Bytes of a header that are searched for a line."""


def meta_line(keys: bytes) -> bytes:
    """Pattern of the lines of a MetaImage header with one of ``keys`` (a pattern, too), up to the value.

    MetaIO takes colons as well, and any blanks and tabs.
    """
    return rb"^[ \t]*(?:" + keys + rb")\s*[=:][=: \t]*"


HEADER_END = {"NRRD": rb"\n\r?\n|\Z", "MetaImage": meta_line(b"ElementDataFile") + rb".*\n|\Z"}
DATA_FILE = {
    "NRRD": rb"^data ?file *: *(.+?)\s*$",
    "MetaImage": meta_line(b"ElementDataFile") + rb"(.+?)\s*$",
}
"""The line that names the file of intensities."""
LENGTH_UNITS = {
    "NRRD": rb"^(?:space units|units) *:(?!=)(.*)$",
    "MetaImage": meta_line(b"DistanceUnits") + rb"(.*)$",
}
MILLIMETRES = {
    "mm": 1.0, "millimeter": 1.0, "millimeters": 1.0, "millimetre": 1.0, "millimetres": 1.0,
    "cm": 10.0, "centimeter": 10.0, "centimeters": 10.0, "centimetre": 10.0, "centimetres": 10.0,
    "m": 1000.0, "meter": 1000.0, "meters": 1000.0, "metre": 1000.0, "metres": 1000.0,
    "um": 0.001, "µm": 0.001, "μm": 0.001, "micron": 0.001, "microns": 0.001, "micrometer": 0.001, "micrometers": 0.001,
}  # fmt: skip
"""Of units of length, by the names that headers give them."""


def text_header(path: Path, format_: str) -> bytes:
    """The header of a file; its first ``LONGEST_HEADER`` bytes where that goes on.

    Raises
    ------
    OSError
        It cannot be opened.
    """
    with path.open("rb") as file:
        start = file.read(LONGEST_HEADER)
    return start[: header_end(start, format_)]


def meta_value(header: bytes, key: bytes) -> bytes:
    """What a MetaImage header says of one key, the last where there are several as MetaIO does; empty where nothing."""
    told = re.findall(meta_line(key) + rb"(.*?)\s*$", header, re.MULTILINE)
    return told[-1] if told else b""


def header_end(start: bytes, format_: str) -> int:
    """Number of the first bytes of a file that are its header: all of them where it goes on."""
    found = re.search(HEADER_END[format_], start, re.MULTILINE)
    return found.end() if found else len(start)


def length_unit(name: str, header: bytes, format_: str) -> tuple[str, float]:
    """The unit that a header states lengths in, and its millimetres; mm where it states none that is known.

    Raises
    ------
    InputError
        Its axes have different ones.
    """
    told = re.search(LENGTH_UNITS[format_], header, re.MULTILINE | re.IGNORECASE)
    words = re.findall(r'[^\s"]+', told[1].decode("utf-8", "replace").lower()) if told else []
    units = {word: MILLIMETRES[word] for word in words if word in MILLIMETRES}
    if len(set(units.values())) > 1:
        raise InputError(f"{name} has lengths in {' and '.join(units)}; save it with all of its axes in mm")
    return next(iter(units.items()), ("mm", 1.0))


def stated_real(header: bytes) -> RealScale:
    """Stored values as real ones, by the ``ElementToIntensityFunction`` of a MetaImage header; as they are where it has none."""
    slope, offset = (
        meta_value(header, b"ElementToIntensityFunction" + name) for name in (b"Slope", b"Offset")
    )
    try:
        return RealScale(float(slope or 1), float(offset or 0))
    except ValueError:  # no numbers, or such as slope 0
        return STORED


def stated_data(header: bytes, format_: str) -> str:
    """Name of the file of intensities, as a header has it, of several, too; empty where they are in the same file."""
    told = re.search(DATA_FILE[format_], header, re.MULTILINE | re.IGNORECASE)
    name = os.fsdecode(told[1]) if told else ""
    return "" if re.match(r"LOCAL(\s|$)", name, re.IGNORECASE) else name


def names_several(name: str) -> bool:
    """Whether a name of that kind stands for several files: lists go on in further lines, patterns hold a percent sign."""
    return re.match(r"LIST(\s|$)", name, re.IGNORECASE) is not None or re.search(r"[%\0]", name) is not None
