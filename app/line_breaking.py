"""Lines broken between words. Knows neither Qt nor VTK, in whose letters they are measured."""

import re
from collections.abc import Callable

BETWEEN_WORDS = re.compile(r"\s+")


def broken(
    text: str, width_of: Callable[[str], float], room: float, between: re.Pattern[str] = BETWEEN_WORDS
) -> list[str]:
    """A line, broken between words where it is wider than its room; a wider word has a line of its own, an empty text none.

    Parameters
    ----------
    width_of
        Gives the width of a text, in the unit of ``room``.
    between
        Where a line may be broken.
    """
    lines: list[str] = []
    for word in filter(None, between.split(text)):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width_of(longer) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
