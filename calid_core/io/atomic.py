"""Writing files so that an old one survives whatever goes wrong with the new one."""

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from calid_core.errors import OutputError
from calid_core.paths import is_folder, is_there

HELD = "it is open in another program or write-protected; close it there or choose another name"
"""Of a file in a folder that takes others: Windows refuses so."""


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """A block that writes ``path``; what the disk refuses there is told as an ``OutputError`` with the remedy."""
    try:
        yield
    except OSError as error:
        raise OutputError(_reason(path, error)) from error


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path of the same name in a fresh folder beside ``path``; what is written there moves to its place at the end.

    Every file in that folder moves, the one named like ``path`` last, so that a header never comes before its data.

    Raises
    ------
    OutputError
        The folder does not exist, is not writable, or the disk is full. ``path`` is then as it was before.
    """
    folder = path.parent
    with writing(path):
        if is_folder(path):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        workplace = Path(tempfile.mkdtemp(prefix=".calid-", dir=folder))
        try:
            yield workplace / path.name
            for file in sorted(workplace.iterdir(), key=lambda file: file.name == path.name):
                _flush(file)
                file.replace(folder / file.name)
        finally:
            shutil.rmtree(workplace, ignore_errors=True)


def make_folder(path: Path) -> None:
    """Make the folder of ``path``, which is about to be written; ``OutputError`` where that cannot be."""
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write a UTF-8 file; an old one survives a failure.

    Raises
    ------
    OutputError
        It cannot be written.
    """
    with replacing(path) as temporary:
        temporary.write_text(
            text, encoding="utf-8", errors="backslashreplace"
        )  # names of files may be in no encoding


def check_file(path: Path, option: str) -> None:
    """Raise ``OutputError`` that names the ``option`` where its file, which need not exist yet, cannot be written."""
    if is_folder(path):
        raise OutputError(
            f"{option}: cannot write {path}: there is a folder of that name; choose another name"
        )
    check_folder(path.parent, option)
    _check_length(path, option)


def check_folder(folder: Path, option: str) -> None:
    """Raise ``OutputError`` that names the ``option`` where nothing can be written into its folder, which need not exist yet."""
    there = _first_there(folder)
    if not is_folder(there):
        raise OutputError(
            f"{option}: cannot write into {folder}: {there.name or there} is no folder; choose another place"
        )
    _check_length(folder, option)
    try:
        with tempfile.TemporaryDirectory(prefix=".calid-", dir=there):
            return
    except OSError as error:
        raise OutputError(f"{option}: cannot write into {folder}: {remedy_of(there, error)}") from error


def _first_there(path: Path) -> Path:
    """``path``, or the innermost of its folders that is there; its drive where not even that is."""
    return next((place for place in (path, *path.parents) if os.path.lexists(place)), Path(path.anchor))


def _check_length(path: Path, option: str) -> None:
    """Raise ``OutputError`` where the system takes no path, or no name of what is not there yet, of that length."""
    there = _first_there(path)
    for place in (path, *(there / name for name in path.relative_to(there).parts)):
        try:
            place.lstat()
        except OSError as error:
            if error.errno == errno.ENAMETOOLONG:
                raise OutputError(f"{option}: cannot write {path}: {remedy_of(there, error)}") from error


def _flush(file: Path) -> None:
    """Force a file to the disk, where a full one is noticed at the latest."""
    with file.open("rb+") as opened:
        os.fsync(opened.fileno())


def _reason(path: Path, error: OSError) -> str:
    held = (
        _refusal(error).errno in (errno.EACCES, errno.EPERM) and is_there(path) and _takes_files(path.parent)
    )
    remedy = HELD if held else remedy_of(path.parent, error)
    return f"cannot write {path.name}: {remedy}"


def _takes_files(folder: Path) -> bool:
    try:
        with tempfile.TemporaryDirectory(prefix=".calid-", dir=folder):
            return True
    except OSError:
        return False


def remedy_of(folder: Path, error: OSError) -> str:
    """Why nothing was written into ``folder``, and what to do."""
    closed = "the folder is not writable; choose another one or change its permissions"
    missing = "the folder does not exist; create it first"
    remedies = {
        errno.ENOENT: closed if is_folder(folder) else missing,  # what /proc answers
        errno.ENOTDIR: "its folder is a file; choose another place",
        errno.EEXIST: "its folder is a file; choose another place",
        errno.EACCES: closed,
        errno.EPERM: closed,
        errno.EROFS: "the disk is read-only; choose another place",
        errno.ENOSPC: "the disk is full; free some space or choose another place",
        errno.EDQUOT: "the disk quota is used up; free some space or choose another place",
        errno.ENAMETOOLONG: "the name is too long; choose a shorter one",
        errno.EISDIR: "there is a folder of that name; choose another name",
    }
    known = _refusal(error)
    reason = known.strerror or str(known).partition("\n")[0]
    return remedies.get(known.errno or 0, f"{reason}; choose another place")


def _refusal(error: OSError) -> OSError:
    """What the system refused, where ``error`` only tells of it: pydicom raises another of its kind, without its number."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError) and cause.errno is not None:
            return cause
        cause = cause.__cause__ or cause.__context__
    return error
