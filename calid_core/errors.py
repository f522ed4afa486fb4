"""Everything that can go wrong through input, data or the machine, and the one thing that is no error."""

from collections.abc import Sequence


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


def raise_together(faults: Sequence[CalidError]) -> None:
    """Raise what was found wrong: a fault that is the only one itself, several as an ``InputError`` with a line for each."""
    if len(faults) == 1:
        raise faults[0]
    if faults:
        raise InputError("\n".join(map(str, faults)))


class Cancelled(Exception):  # noqa: N818 - it is an outcome, not an error
    """The run was stopped on request. Not an error, and never shown as one."""
