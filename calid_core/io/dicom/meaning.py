"""What the name of a series tells of what it shows: words such as ``stress`` or ``tagging``, but not those that count or place slices."""

import re

STEMS = {
    "tagging": ("tagging", "tagged", "spamm", "csspamm"),
    "stress": ("stress", "dobu", "adeno", "regad", "persant", "dipyri", "exerc", "belast", "peak"),
    "perfusion": ("perf", "firstpass"),
    "flow": ("flow", "venc", "phasecontrast", "velocity", "fluss"),
    "map": ("molli", "sasha", "mapping", "t2star"),
    "late enhancement": ("lge", "psir", "delayed", "viab"),
    "realtime": ("realtime", "echtzeit", "ungated"),
    "free breathing": ("freebreath", "freibreath", "freieatm"),
    "valve": ("valv", "klappe"),
    "vessel": ("aort", "pulmon"),
    "scout": ("scout", "localiz", "localis", "survey"),
}
"""Beginnings and middles of words that tell that another thing is shown than by a plain cine."""
WORDS = {
    "tagging": ("tag", "tags", "csi"),
    "perfusion": ("dyn",),
    "flow": ("pc",),
    "map": ("map", "maps", "t1", "t2"),
    "late enhancement": ("de", "ir"),
    "realtime": ("rt",),
    "free breathing": ("fb",),
    "vessel": ("ao", "pa"),
    "before contrast": ("pre", "native", "nativ"),
    "after contrast": ("post",),
    "breathed in": ("insp", "inspiration"),
    "breathed out": ("exp", "exspiration", "expiration"),
}
"""Whole words that do."""
REPEATS = (
    "again",
    "neu",
    "new",
    "redo",
    "rep",
    "repeat",
    "repeated",
    "retry",
    "rpt",
    "wdh",
    "wdhl",
    "wiederholung",
)
"""Words of a series that was acquired again."""


def meaning(description: str) -> frozenset[str]:
    """Keys of ``STEMS`` and ``WORDS``; empty for a plain cine, whatever part of the heart it is called after."""
    joined = re.sub(r"[\W_]+", "", description.lower())
    words = _words(description)
    stems = {key for key, parts in STEMS.items() if any(part in joined for part in parts)}
    return frozenset(stems | {key for key, parts in WORDS.items() if words.intersection(parts)})


def called_repeated(description: str) -> bool:
    """Whether a series is called a repeat."""
    return not _words(description).isdisjoint(REPEATS)


def _words(description: str) -> set[str]:
    """Words, also without the numbers at their ends: ``tag3`` is ``tag``, too."""
    words = re.findall(r"[^\W_]+", description.lower())
    return {*words, *(re.sub(r"\d+$", "", word) for word in words)}
