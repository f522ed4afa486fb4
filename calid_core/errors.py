"""Everything that can go wrong through input, data or the machine, and the one thing that is no error."""

from collections.abc import Callable, Iterable
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class CalidError(Exception):
    """Something a person can cause and mend; the message names the value and the remedy."""


class InputError(CalidError):
    """A file or folder that cannot be read as an image."""


class DicomError(InputError):
    """DICOM files that do not form a usable stack."""


class OutputError(CalidError):
    """A file or folder that cannot be written."""


class GeometryError(CalidError):
    """Positions, orientations or spacings that do not describe a stack of parallel slices."""


class SettingsError(CalidError):
    """A setting outside its range, of the wrong type or of an unknown name."""


class CheckpointError(CalidError):
    """Model weights that are missing, damaged or of another version."""


class DeviceMemoryError(CalidError):
    """The compute device ran out of memory even with the smallest batch."""


def of_each(work: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
    """What ``work`` makes of every item.

    All are tried before a ``CalidError`` is raised: the only one itself, several as an ``InputError`` with a line for each.
    """
    results, faults = [], []
    for item in items:
        try:
            results.append(work(item))
        except CalidError as fault:
            faults.append(fault)
    if len(faults) == 1:
        raise faults[0]
    if faults:
        raise InputError("\n".join(map(str, faults)))
    return results


class Cancelled(Exception):  # noqa: N818 - it is an outcome, not an error
    """The run was stopped on request. Not an error, and never shown as one."""
