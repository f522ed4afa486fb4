"""Ranges that numbers of settings lie in, and what is said of one that does not."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from calid_core.errors import SettingsError


@dataclass(frozen=True)
class Range:
    """Finite numbers from ``low`` to ``high`` of a ``unit``; ``above`` leaves out ``low`` itself, ``below`` leaves out ``high``."""

    low: float
    high: float = math.inf
    above: bool = False
    below: bool = False
    unit: str = ""

    def __contains__(self, value: float) -> bool:
        excluded = (self.above and value == self.low) or (self.below and value == self.high)
        return math.isfinite(value) and self.low <= value <= self.high and not excluded

    def __str__(self) -> str:
        if not (self.above or self.below or math.isinf(self.high)):
            return f"{self.low:.12g} to {self.told(self.high)}"
        low, high = self.told(self.low), self.told(self.high)
        upper = "" if math.isinf(self.high) else f" and {'below' if self.below else 'at most'} {high}"
        return (f"above {low}" if self.above else f"{low} or more") + upper

    def told(self, number: float) -> str:
        """``90 mm``: a number with the unit."""
        return f"{number:.12g} {self.unit}".rstrip()


def check_ranges(settings: object, ranges: Mapping[str, Range], error: type[Exception] = ValueError) -> None:
    """``error`` that names the first attribute with a number outside its range; in a tuple every number counts, None is none."""
    for name, allowed in ranges.items():
        value = getattr(settings, name)
        numbers = value if isinstance(value, tuple) else (value,)
        if not all(number is None or number in allowed for number in numbers):
            told = value if isinstance(value, tuple) else allowed.told(value)
            raise error(f"{name} is {told}, must be {allowed}")


def option_error(error: Exception) -> SettingsError:
    """What ``error`` says of the attribute that it begins with, said of the option of the command line that has its name."""
    name, _, rest = str(error).partition(" ")
    return SettingsError(f"--{name.replace('_', '-')} {rest}")
