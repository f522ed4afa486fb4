"""Who trains and who validates."""

from __future__ import annotations

import re

from calid_core.datasets import acdc, sunnybrook


def was_trained_on(name: str) -> bool:
    """Whether the shipped model was trained on a patient of this name in ACDC or Sunnybrook, or on one whose file is called so."""
    number = acdc.acdc_number(name)
    if number is not None:
        return not acdc.is_validation(number)
    found = re.match(r"SCD\d+", name)
    return found is not None and found[0] in sunnybrook.TRAINING
