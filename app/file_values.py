"""What digests and indices must be that files of sessions and verdicts hold."""

import re

from app.translation import tr
from calid_core.errors import InputError

_DIGEST = re.compile(r"[0-9a-f]{64}")
_LARGEST_INDEX = 99_999


def check_digest(what: str, digest: str) -> None:
    """Raise ``InputError`` unless this is a SHA-256 in lower-case hexadecimal digits.

    Parameters
    ----------
    what
        For people, whose digest it is: ``a run``.
    """
    if not _DIGEST.fullmatch(digest):
        raise InputError(
            tr("the digest of {what} is {digest!r}, must be 64 hexadecimal digits").format(
                what=what, digest=digest[:80]
            )
        )


def check_index(what: str, index: int) -> None:
    """Raise ``InputError`` unless this may be the number of a slice or a phase, from 0.

    Parameters
    ----------
    what
        For people, what it is: ``slice of a verdict``.
    """
    if not 0 <= index <= _LARGEST_INDEX:
        raise InputError(
            tr("{what} is {index}, must be 0 to {limit}").format(what=what, index=index, limit=_LARGEST_INDEX)
        )
