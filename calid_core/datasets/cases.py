"""One case of an evaluation: a stack, the region that matters, and what experts drew on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from calid_core.arrays import frozen
from calid_core.cine import CineStack
from calid_core.contouring.heart_box import Box
from calid_core.datasets.labels import LabelArray
from calid_core.errors import CalidError
from calid_core.structures import LEFT_VENTRICLE, MYOCARDIUM, RIGHT_VENTRICLE


class BoxSource(Enum):
    """How the heart box was found; the value is shown to people."""

    EXPERT = "expert labels + 10 mm"
    AUTOMATIC = "automatic contours of the data set + 10 mm"
    ESTIMATED = "estimated: no labels"


class Moment(Enum):
    """Named moments of the heart cycle."""

    END_DIASTOLE = "ED"
    END_SYSTOLE = "ES"


@dataclass(frozen=True, eq=False)
class Case:
    """A stack to be evaluated.

    Parameters
    ----------
    subject
        Name of the patient within the data set; patients, not cases, are resampled by the bootstrap.
    dataset
        Name of the data set.
    stack
        The acquired slices, one phase or a whole cine.
    box
        Heart box.
    box_source
        How it was found.
    labels
        ``(phases, slices, rows, columns)`` of expert labels, ``UNLABELLED`` in slices nobody drew on; None
        where there are none.
    moments
        ``(phases,)`` of the moment each phase is known to be, or None.
    classes
        Labels the experts drew.
    """

    subject: str
    dataset: str
    stack: CineStack
    box: Box
    box_source: BoxSource
    labels: LabelArray | None = None
    moments: tuple[Moment | None, ...] = ()
    classes: tuple[int, ...] = (RIGHT_VENTRICLE, MYOCARDIUM, LEFT_VENTRICLE)

    def __post_init__(self) -> None:
        if self.labels is not None:
            if self.labels.shape != self.stack.intensity.shape:
                raise ValueError("labels must have the shape of the stack")
            object.__setattr__(self, "labels", frozen(self.labels))
        if not self.moments:
            object.__setattr__(self, "moments", (None,) * self.stack.phases)

    @property
    def name(self) -> str:
        """Subject with its moment where the case is a single volume."""
        single = self.moments[0] if self.stack.phases == 1 else None
        return f"{self.subject} {single.value}" if single else self.subject

    @property
    def spacing(self) -> tuple[float, float, float]:
        """``(pitch, row, column)``, mm."""
        return self.stack.geometry.spacing


@contextmanager
def about(patient: str) -> Iterator[None]:
    """A block in which every ``CalidError`` begins with the name of the patient whom it is about, or with their folder."""
    try:
        yield
    except CalidError as error:
        told = str(error)
        named = Path(told.partition(": ")[0]).name == patient
        raise type(error)(told if named else f"{patient}: {told}") from error
