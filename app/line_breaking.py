"""Lines broken between words. Knows neither Qt nor VTK, in whose letters they are measured."""

from collections.abc import Callable


def broken(text: str, width_of: Callable[[str], float], room: float) -> list[str]:
    """A line, broken between words where it is wider than its room; a wider word has a line of its own, an empty text none.

    Parameters
    ----------
    width_of
        Gives the width of a text, in the unit of ``room``.
    """
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width_of(longer) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
