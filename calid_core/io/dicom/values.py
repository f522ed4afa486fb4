"""Values of DICOM elements straight from their bytes: an invalid value is None, never an exception or a warning."""

import math
import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

INTEGER_FORMATS = {2: "H", 4: "I"}
CHARACTER_SET = 0x00080005
LATIN = {"", "ISO_IR 6", "ISO_IR 100", "ISO_IR 192"}
"""Character sets that are read by trying UTF-8 first: it is often written where another is stated, or none."""


def text(dataset: "Dataset", tag: int) -> str:
    """Text of an element without padding; empty where it is missing."""
    element = dataset.get_item(tag, keep_deferred=True)
    value = getattr(element, "value", None)
    if value is None:
        return ""
    return (_decoded(value) if isinstance(value, bytes) else str(value)).strip(" \0\n\r\t")


def words(dataset: "Dataset", tag: int) -> str:
    """Text of an element in the character set of the file, as far as it can be decoded."""
    if text(dataset, CHARACTER_SET) in LATIN:
        return text(dataset, tag)
    try:
        return str(dataset[tag].value or "").strip()
    except Exception:  # pydicom raises nearly anything on damaged elements
        return text(dataset, tag)


def _decoded(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


def texts(dataset: "Dataset", tag: int) -> tuple[str, ...]:
    """Every value of a text element."""
    joined = text(dataset, tag)
    return tuple(part.strip() for part in joined.split("\\")) if joined else ()


def number(dataset: "Dataset", tag: int) -> float | None:
    """First value of a DS or IS element."""
    values = numbers(dataset, tag)
    return values[0] if values else None


def numbers(dataset: "Dataset", tag: int, count: int = 1) -> tuple[float, ...] | None:
    """First ``count`` values of a DS or IS element; None unless all of them are finite numbers."""
    parts = texts(dataset, tag)
    if len(parts) < count:
        return None
    try:
        values = tuple(float(part) for part in parts[:count])
    except ValueError:
        return None
    return values if all(math.isfinite(v) for v in values) else None


def integer(dataset: "Dataset", tag: int) -> int | None:
    """Value of a US or UL element."""
    element = dataset.get_item(tag, keep_deferred=True)
    value = getattr(element, "value", None)
    if isinstance(value, int):
        return value
    if not isinstance(value, bytes) or len(value) not in INTEGER_FORMATS:
        return None
    order = "<" if getattr(element, "is_little_endian", True) else ">"
    return int(struct.unpack(order + INTEGER_FORMATS[len(value)], value)[0])


def double(dataset: "Dataset", tag: int) -> float | None:
    """Value of an FD element."""
    element = dataset.get_item(tag, keep_deferred=True)
    value = getattr(element, "value", None)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if not isinstance(value, bytes) or len(value) != 8:
        return None
    order = "<" if getattr(element, "is_little_endian", True) else ">"
    result = float(struct.unpack(order + "d", value)[0])
    return result if math.isfinite(result) else None


def clock(dataset: "Dataset", tag: int) -> float | None:
    """Milliseconds since midnight of a TM element or of the time in a DT element."""
    value = text(dataset, tag)
    date_and_time = value[8:] if len(value) >= 14 and value[:14].isdigit() else value
    date_and_time = date_and_time.split("+")[0].split("-")[0].replace(":", "")
    try:
        hours, minutes = int(date_and_time[:2]), int(date_and_time[2:4])
        seconds = float(date_and_time[4:] or 0)
    except ValueError:
        return None
    if not (0 <= hours < 24 and 0 <= minutes < 60 and 0 <= seconds < 61):
        return None
    return ((hours * 60 + minutes) * 60 + seconds) * 1000
