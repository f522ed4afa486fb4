"""What lies at a path, of which a place that answers with an error is taken for empty: ``pathlib`` raises there.

A folder of another machine may be gone or closed to the person, and a name may be longer than a disk allows.
"""

import os
from pathlib import Path

from calid_core.errors import InputError


def named(path: Path) -> Path:
    """``path`` with a name: "." and "..", which say nothing, are followed; links keep their own name."""
    return path if path.name not in ("", "..") else path.resolve()


def name_of(path: Path) -> str:
    """What a file or folder is called in messages, without its folders; of the root, which has no name, the path."""
    return named(path).name or str(path)


def check_there(path: Path) -> None:
    """Raise ``InputError`` where a file or folder cannot be looked at: it is not there, closed, or has an impossible name."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        raise InputError(f"{path} does not exist; check the path") from None
    except OSError as error:
        raise cannot_be_opened(path, error) from error
    except ValueError:  # a zero in the name
        raise InputError(f"{str(path)!a} is no path; check it") from None


def cannot_be_opened(path: Path, error: OSError) -> InputError:
    """What to tell of a file or folder at which the system refused something."""
    return InputError(f"{path} cannot be opened ({error.strerror}); check its name and permissions")


def is_there(path: Path) -> bool:
    """Whether a file or folder can be looked at."""
    return os.path.exists(path)  # noqa: PTH110 - that of pathlib raises


def is_folder(path: Path) -> bool:
    """Whether a folder can be looked at."""
    return os.path.isdir(path)  # noqa: PTH112 - that of pathlib raises


def is_file(path: Path) -> bool:
    """Whether a file, no folder, can be looked at."""
    return os.path.isfile(path)  # noqa: PTH113 - that of pathlib raises


def is_same(one: Path, other: Path) -> bool:
    """Whether both are there and the same file or folder, by whatever name."""
    try:
        return os.path.samefile(one, other)  # noqa: PTH121 - like its neighbours
    except (OSError, ValueError):  # a zero in a name
        return False
