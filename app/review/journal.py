"""The append-only file in which every verdict is on the disk before the next key is handled.

One line per change: a checksum and a JSON object. A line that was cut off by a power failure or a killed process
is no whole line and is left out; every line before it stands. Whole lines that are damaged are counted.
"""

import contextlib
import json
import os
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.review.verdicts import Review, Verdict
from app.translation import tr
from calid_core.errors import CalidError, InputError, OutputError
from calid_core.plain import from_plain, to_plain

COMPACT_AFTER = 1000
"""Lines after which what has been overruled is left out."""
LARGEST_JOURNAL = 64 * 2**20


@dataclass(frozen=True)
class Change:
    """One verdict given, changed or withdrawn.

    Parameters
    ----------
    run_key
        Run it is about.
    slice_index
        Slice from 0; None for the whole.
    verdict
        What stands from now on; None where the verdict was withdrawn.
    """

    run_key: str
    slice_index: int | None
    verdict: Verdict | None


@dataclass(frozen=True)
class JournalContent:
    """What is read from a journal.

    Parameters
    ----------
    reviews
        The verdicts that stand after every intact line.
    damaged
        How many whole lines give no change: whether something else stands is not known.
    """

    reviews: tuple[Review, ...] = ()
    damaged: int = 0


class Journal:
    """Writes changes; after ``append`` returns, the change survives a killed process and a power failure.

    Parameters
    ----------
    path
        The file; made if it does not exist, continued if it does.

    Raises
    ------
    OutputError
        It cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            _drop_torn_end(path)
            self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            _sync_folder(path.parent)
        except OSError as error:
            raise _unwritable(error) from error
        self._lines, self._size = _count_lines(path), os.fstat(self._file).st_size
        """Those of the whole lines."""

    @property
    def gone(self) -> bool:
        """Whether the file was taken away: what is written to it now, nobody finds."""
        try:
            self._path.stat()
        except (FileNotFoundError, NotADirectoryError):
            return True
        except OSError:  # writing tells
            return False
        return False

    def append(self, change: Change) -> None:
        """Put a change on the disk; one that it does not take leaves no torn line behind for the next."""
        line = _line(change)
        try:
            if os.fstat(self._file).st_size != self._size:  # it could not be cut then
                os.ftruncate(self._file, self._size)
            try:
                _write_all(self._file, line)
                os.fsync(self._file)
            except OSError:
                with contextlib.suppress(OSError):
                    os.ftruncate(self._file, self._size)
                raise
        except OSError as error:
            raise _unwritable(error) from error
        self._lines, self._size = self._lines + 1, self._size + len(line)

    @property
    def wants_compaction(self) -> bool:
        """Whether so much was overruled that a short journal is worth its writing."""
        return self._lines >= COMPACT_AFTER

    def compact(self, reviews: Iterable[Review]) -> None:
        """Put what stands in place of the history; the old journal stands until the new one is complete."""
        changes = [Change(r.run_key, v.slice_index, v.verdict) for r in reviews for v in r.verdicts]
        content = b"".join(map(_line, changes))
        fresh = self._path.with_suffix(".new")
        try:
            file = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            try:
                _write_all(file, content)
                os.fsync(file)
            finally:
                os.close(file)
            self.close()
            try:
                fresh.replace(self._path)
                _sync_folder(self._path.parent)
            finally:
                self._file = os.open(self._path, os.O_WRONLY | os.O_APPEND)
        except OSError as error:
            raise _unwritable(error) from error
        self._lines, self._size = len(changes), len(content)

    def close(self) -> None:
        """Let the file go."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


def read_journal(path: Path) -> JournalContent:
    """What every whole line of a journal says; nothing where there is no file.

    Raises
    ------
    InputError
        It cannot be read.
    """
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_JOURNAL)
    except (FileNotFoundError, NotADirectoryError):
        return JournalContent()
    except OSError as error:
        raise InputError(
            tr("the verdicts cannot be read ({reason})").format(reason=error.strerror or error)
        ) from error
    changes = [_change(line) for line in content.split(b"\n")[:-1]]
    reviews: dict[str, Review] = {}
    for change in changes:
        if change is not None:
            review = reviews.get(change.run_key) or Review(change.run_key)
            reviews[change.run_key] = review.with_verdict(change.slice_index, change.verdict)
    standing = tuple(review for review in reviews.values() if review.verdicts)
    return JournalContent(standing, changes.count(None))


def _line(change: Change) -> bytes:
    text = json.dumps(to_plain(change), separators=(",", ":")).encode()
    return b"%08x %s\n" % (zlib.crc32(text), text)


def _change(line: bytes) -> Change | None:
    """The change of a line; None where the line is damaged."""
    checksum, _, text = line.partition(b" ")
    if checksum != b"%08x" % zlib.crc32(text):
        return None
    try:
        plain: Any = json.loads(text)
        change = from_plain(Change, plain, "change", InputError)
        Review(change.run_key)
    except (CalidError, ValueError, RecursionError):
        return None
    return change


def _drop_torn_end(path: Path) -> None:
    """Cut a last line that was not finished, so that the next one begins on a line of its own."""
    if not path.exists():
        return
    content = path.read_bytes()
    whole = content.rfind(b"\n") + 1
    if whole < len(content):
        os.truncate(path, whole)


def _count_lines(path: Path) -> int:
    return path.read_bytes().count(b"\n")


def _write_all(file: int, content: bytes) -> None:
    while content:
        content = content[os.write(file, content) :]


def _sync_folder(folder: Path) -> None:
    with contextlib.suppress(OSError):  # Windows opens no folders
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _unwritable(error: OSError) -> OutputError:
    return OutputError(
        tr(
            "the verdict could not be written to the disk ({reason}); free some space, then give it again"
        ).format(reason=error.strerror or error)
    )
