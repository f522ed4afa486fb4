"""Who trains and who validates."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from calid_core.datasets import acdc, sunnybrook

VALIDATION_SHARE = 0.2
"""Of subjects of no data set that is known, the share that is kept for validation."""


def was_trained_on(name: str) -> bool:
    """Whether the shipped model was trained on a patient of this name in ACDC or Sunnybrook, or on one whose file is called so."""
    number = acdc.acdc_number(name)
    if number is not None:
        return not acdc.is_validation(number)
    found = re.match(r"SCD\d+", name)
    return found is not None and found[0] in sunnybrook.TRAINING


def kept_for_validation(subjects: Sequence[str], least: int = 0) -> frozenset[str]:
    """Those of ``subjects`` that are kept for validation: about every fifth, told by a hash of the name, at least ``least``.

    A name gives the same answer in every pack that has enough others, whatever their names.
    """
    ranked = sorted(set(subjects), key=_place)
    kept = sum(_place(name) < VALIDATION_SHARE for name in ranked)
    return frozenset(ranked[: max(kept, least)])


def _place(name: str) -> float:
    """Where a name lies between 0 and 1; always the same, and spread evenly."""
    return int.from_bytes(hashlib.sha256(name.encode("utf-8", "surrogateescape")).digest()[:8]) / 2.0**64
