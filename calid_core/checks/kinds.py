"""Which checks there are, what each needs, and what they look at. What each does is in ``calid_core.checks.running``."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from calid_core.cine import CineStack, View
from calid_core.reconstruction import Reconstruction
from calid_core.settings import Method, Mode, ReconstructionSettings

if TYPE_CHECKING:
    from calid_core.models.checkpoint import CalidModel

SEEDS = 3
"""Seeds that the spread is over where nobody says otherwise, that of the reconstruction among them."""


class Check(Enum):
    """The checks, in the order in which they are shown; the value is the field of ``CheckReport`` with what was found."""

    INPUT = "input"
    PASS_THROUGH = "pass_through"
    PLAUSIBILITY = "plausibility"
    LEAVE_ONE_OUT = "leave_one_out"
    LONG_AXIS = "long_axis"
    SEEDS = "spread"
    VOLUMES = "volumes"


class Need(Enum):
    """What a check cannot do without."""

    SHORT_AXIS = auto()
    RECONSTRUCTION = auto()
    THREE_SLICES = auto()
    LONG_AXES = auto()
    SAMPLES = auto()


NEEDS: dict[Check, tuple[Need, ...]] = {
    Check.INPUT: (),
    Check.PASS_THROUGH: (Need.RECONSTRUCTION,),
    Check.PLAUSIBILITY: (Need.RECONSTRUCTION,),
    Check.LEAVE_ONE_OUT: (Need.RECONSTRUCTION, Need.THREE_SLICES),
    Check.LONG_AXIS: (Need.RECONSTRUCTION, Need.LONG_AXES),
    Check.SEEDS: (Need.RECONSTRUCTION, Need.SAMPLES),
    Check.VOLUMES: (Need.SHORT_AXIS,),
}
"""By check; volumes of the acquired slices alone need no reconstruction, those of a report do."""

USUAL = (
    Check.INPUT,
    Check.PASS_THROUGH,
    Check.PLAUSIBILITY,
    Check.LONG_AXIS,
    Check.LEAVE_ONE_OUT,
    Check.VOLUMES,
)
"""What is run together; other seeds take as long as the reconstruction again and again, so they are asked for."""


@dataclass(frozen=True, eq=False)
class Checked:
    """What checks look at.

    Parameters
    ----------
    stack
        The acquired cine.
    made
        What was made of it, or of some of its phases; None for checks of the acquired slices.
    views
        Long-axis cines in the same frame of reference.
    phases
        Those at which slices are hidden and made again; all by default.
    seeds
        How many the spread is over, counted from that of the reconstruction.
    model
        Weights of CaLID that slices are made with; by default those that ship.
    """

    stack: CineStack
    made: Reconstruction | None = None
    views: tuple[CineStack, ...] = ()
    phases: tuple[int, ...] | None = None
    seeds: int = SEEDS
    model: CalidModel | None = None


def lacking(
    check: Check, stack: CineStack, settings: ReconstructionSettings | None, *, long_axes: bool
) -> Need | None:
    """The first thing that a check needs and that is not there; None where it can be run.

    Parameters
    ----------
    settings
        Of the reconstruction that is checked; None without one.
    long_axes
        Whether there are long-axis cines of the patient.
    """
    there = {
        Need.SHORT_AXIS: stack.view is not View.LONG_AXIS,
        Need.RECONSTRUCTION: settings is not None,
        Need.THREE_SLICES: stack.slices > 2,
        Need.LONG_AXES: long_axes,
        Need.SAMPLES: settings is not None
        and (settings.method, settings.mode) == (Method.CALID, Mode.REALISM),
    }
    return next((need for need in NEEDS[check] if not there[need]), None)
