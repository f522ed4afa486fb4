"""Texts that the window shows, in the language in use. Knows no Qt, so that scenes can use it too.

The English text is the key. ``lupdate`` finds the calls of ``tr`` and ``tr_later`` by their names, so their first
argument is always a literal: ``tr("{slices} slices", …)`` never an f-string.
"""

from collections.abc import Callable

Lookup = Callable[[str, str, int], str]
"""From English text, comment and number (-1 for none) to the text shown."""


def in_english(text: str) -> str:
    """The text itself, for what is written in English whatever the language of the window."""
    return text


def tr(text: str, comment: str = "", n: int = -1) -> str:
    """A text in the language in use.

    Parameters
    ----------
    text
        In English. Fields such as ``{name}`` are filled by ``str.format`` afterwards; ``%n`` by this function.
    comment
        Tells texts apart that are the same in English only, and tells translators which is meant.
    n
        Number for ``%n``, which also chooses between singular and plural.
    """
    return _lookup(text, comment, n)


def tr_later(text: str) -> str:
    """Mark a text of a table that is made before a language is chosen; ``tr`` translates it where it is shown."""
    return text


def set_lookup(lookup: Lookup) -> None:
    """Choose where texts are looked up."""
    global _lookup
    _lookup = lookup


def _untranslated(text: str, _comment: str, n: int) -> str:
    return text.replace("%n", str(n)) if n >= 0 else text


_lookup: Lookup = _untranslated
