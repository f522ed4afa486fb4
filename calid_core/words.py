"""English words for people, made from numbers."""


def count_of(number: int, noun: str) -> str:
    """``1 slice``, ``2 slices``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def signed(value: float) -> str:
    """``+0.3``, ``-1.2``, ``0.0``: one digit, and no sign of what is rounded to nothing."""
    text = f"{value:+.1f}"
    return "0.0" if float(text) == 0 else text
