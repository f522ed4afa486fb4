"""Everything that the checks found about one input."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

from calid_core.checks.kinds import Check
from calid_core.checks.results import (
    InputChecks,
    LeaveOneOut,
    LongAxis,
    PassThrough,
    Plausibility,
    SeedSpread,
    SliceRank,
    Volumes,
)
from calid_core.cine import CineStack
from calid_core.plain import to_plain
from calid_core.settings import ReconstructionSettings


@dataclass(frozen=True, eq=False)
class CheckReport:
    """All checks of one input; what was not run is None or empty.

    Parameters
    ----------
    label
        Name of the series.
    slices, phases, pitch
        Of the acquired stack, mm.
    settings
        Of the reconstruction that was checked; None where there is none.
    model_id
        Content hash of the weights; empty for interpolations.
    ranking
        Slices to look at, worst first.
    needs_attention
        Whether a person should look: any finding of severity ATTENTION, any ranked slice of ``ATTENTION_SCORE`` or more,
        or acquired slices that did not pass through unchanged.
    seconds
        Wall-clock duration of the checks.
    """

    label: str
    slices: int
    phases: int
    pitch: float
    settings: ReconstructionSettings | None = None
    model_id: str = ""
    input: InputChecks | None = None
    pass_through: PassThrough | None = None
    leave_one_out: LeaveOneOut | None = None
    long_axis: tuple[LongAxis, ...] = ()
    plausibility: Plausibility | None = None
    spread: SeedSpread | None = None
    volumes: Volumes | None = None
    ranking: tuple[SliceRank, ...] = ()
    needs_attention: bool = False
    seconds: float = 0.0

    @classmethod
    def begun(
        cls, label: str, stack: CineStack, settings: ReconstructionSettings, model_id: str = ""
    ) -> CheckReport:
        """Report on a stack and what is made of it, before any check."""
        return cls(label, stack.slices, stack.phases, stack.geometry.pitch, settings, model_id)

    @property
    def attention(self) -> bool | None:
        """Whether a person should look; None while nothing looked at what was made and nothing else was found.

        The proof of a run and the input checks say nothing about made slices, and volumes judge none.
        """
        aside = {Check.PASS_THROUGH, Check.VOLUMES} | ({Check.INPUT} if self.settings is not None else set())
        judged = any(self.result(check) for check in Check if check not in aside)
        return self.needs_attention if judged or self.needs_attention else None

    def result(self, check: Check) -> Any:
        """What a check found; None or empty where it was not run."""
        return getattr(self, check.value)

    def with_result(self, check: Check, found: Any) -> CheckReport:
        """The report with what a check found, not ranked anew."""
        return replace(self, **{check.value: found})

    def merged(self, other: CheckReport) -> CheckReport:
        """The report with what ``other`` found where it holds nothing, not ranked anew; itself where that adds nothing."""
        added = {c.value: other.result(c) for c in Check if other.result(c) and not self.result(c)}
        return replace(self, **added) if added else self

    def to_json(self) -> str:
        """JSON object; numbers that are not finite become strings, pictures are left out."""
        return json.dumps(to_plain(self), indent=1, allow_nan=False)
