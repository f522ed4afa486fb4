"""Names of files as ITK takes them: in UTF-8, whatever the locale; anything else ends the process there."""

import os
from pathlib import Path

from calid_core.errors import CalidError, InputError


def itk_name(path: str | Path, error: type[CalidError] = InputError) -> str:
    """The name of a file for ITK.

    Raises
    ------
    error
        A name on the way to the file is not UTF-8.
    """
    try:
        return os.fsencode(path).decode("utf-8")
    except UnicodeError:
        # Where only letters in ASCII are known to Python, every other one looks alike.
        part = next(part for part in Path(path).parts if not _is_utf8(part))
        raise error(
            f"the name {part!a} is not in UTF-8, without which images cannot be read or written; rename it"
        ) from None


def _is_utf8(name: str) -> bool:
    try:
        os.fsencode(name).decode("utf-8")
    except UnicodeError:
        return False
    return True
