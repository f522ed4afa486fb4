"""Session files on the disk: plain JSON, or a ZIP archive of that JSON and the pixels of the made slices.

Nothing is ever extracted to the disk, and no more is read than the session itself announces, so that neither a
path in an archive nor a compression bomb has anything to work on.
"""

import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import numpy as np

from app.sessions.json_text import LARGEST_TEXT, parse_session, session_text
from app.sessions.session import MOST_RUNS, Session
from app.translation import tr
from calid_core.arrays import IntensityArray
from calid_core.errors import CalidError, InputError
from calid_core.io.atomic import replacing

SESSION_ENTRY = "session.json"
_ARCHIVE_MARK = b"PK\x03\x04"
_END_OF_DIRECTORY = struct.Struct("<4s4H2LH")
_LARGEST_DIRECTORY = 1 << 16


def write_session(path: Path, session: Session, pixels: Mapping[str, IntensityArray] | None = None) -> None:
    """Write a session; an old file survives a failure.

    Parameters
    ----------
    path
        File to write.
    session
        Its ``StoredPixels`` name the entries.
    pixels
        Array by entry; None writes plain JSON.

    Raises
    ------
    OutputError
        It cannot be written.
    """
    text = session_text(session).encode()
    with replacing(path) as temporary:
        if not pixels:
            temporary.write_bytes(text)
            return
        with zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            archive.writestr(SESSION_ENTRY, text)
            for name, values in pixels.items():
                with archive.open(name, "w", force_zip64=True) as entry:
                    for volume in values:
                        entry.write(np.ascontiguousarray(volume, dtype=volume.dtype.newbyteorder("<")).data)


def read_session(path: Path) -> Session:
    """The session of a file, without its pixels.

    Raises
    ------
    InputError
        It cannot be read, is damaged, or asks for what a session never needs; the message says which.
    """
    with _opened(path) as file:
        if file.read(4) != _ARCHIVE_MARK:
            file.seek(0)
            return parse_session(file.read(LARGEST_TEXT + 1))
        archive = _archive(file)
        _check_names(archive)
        with archive.open(SESSION_ENTRY) as entry:
            session = parse_session(entry.read(LARGEST_TEXT + 1))
        announced = {SESSION_ENTRY, *_entries(session)}
        if set(archive.namelist()) != announced:
            raise InputError(
                tr("this session cannot be opened: its archive holds other files than it announces")
            )
        return session


def session_at(path: Path) -> Session | None:
    """The session of a file, without its pixels; None where there is none that can be read."""
    try:
        return read_session(path)
    except CalidError:
        return None


def read_pixels(path: Path, entry: str, dtype: str, shape: tuple[int, ...]) -> IntensityArray:
    """Pixels of a session.

    Parameters
    ----------
    entry, dtype
        As announced in ``StoredPixels``.
    shape
        As it follows from the images and the settings, never from the file.

    Raises
    ------
    InputError
        They are missing, damaged, or more or fewer than the shape needs.
    """
    kind = np.dtype(dtype).newbyteorder("<")
    expected = int(np.prod(shape, dtype=np.int64)) * kind.itemsize
    with _opened(path) as file:
        archive = _archive(file)
        _check_names(archive)
        if entry not in archive.namelist() or archive.getinfo(entry).file_size != expected:
            raise InputError(
                tr("the pixels {entry} of this session do not fit its images; make the run again").format(
                    entry=entry
                )
            )
        values = np.empty(shape, kind)
        target = values.reshape(-1).view(np.uint8).data
        with archive.open(entry) as packed:
            read = _fill(packed, target)
            if read != expected or packed.read(1):
                raise InputError(
                    tr("the pixels {entry} of this session are damaged; make the run again").format(
                        entry=entry
                    )
                )
    return values.astype(dtype, copy=False)


def _fill(packed: IO[bytes], target: memoryview) -> int:
    read = 0
    while read < len(target):
        piece = packed.read(min(1 << 20, len(target) - read))
        if not piece:
            break
        target[read : read + len(piece)] = piece
        read += len(piece)
    return read


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    """The file, with every way in which it can fail as an ``InputError``."""
    try:
        if not path.is_file():
            raise InputError(tr("{name} is no file; choose a session file").format(name=path.name))
        with path.open("rb") as file:
            yield file
    except OSError as error:
        raise InputError(
            tr("{name} cannot be read ({reason}); check its permissions").format(
                name=path.name, reason=error.strerror or error
            )
        ) from error
    # zipfile raises RuntimeError for encrypted members and those of a compression it does not know.
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, RuntimeError) as error:
        raise InputError(
            tr("{name} is a damaged session; copy it again or open the images themselves").format(
                name=path.name
            )
        ) from error


def _archive(file: IO[bytes]) -> zipfile.ZipFile:
    """The archive, after making sure that its directory is as small as ours are."""
    file.seek(0, 2)
    size = file.tell()
    file.seek(max(0, size - _END_OF_DIRECTORY.size))
    end = file.read()
    if len(end) < _END_OF_DIRECTORY.size:
        raise zipfile.BadZipFile
    mark, *_, directory_bytes, _offset, _comment = _END_OF_DIRECTORY.unpack(end)
    if mark != b"PK\x05\x06" or directory_bytes > _LARGEST_DIRECTORY:
        raise zipfile.BadZipFile
    return zipfile.ZipFile(file)


def _check_names(archive: zipfile.ZipFile) -> None:
    names = archive.namelist()
    if len(set(names)) != len(names) or len(names) > 2 * MOST_RUNS + 1:
        raise InputError(tr("this session cannot be opened: its archive holds too many files or one twice"))
    for name in names:
        if "/" in name or "\\" in name or ":" in name or name.startswith("."):
            raise InputError(
                tr("this session cannot be opened: its archive holds a path, {name!r}").format(name=name[:80])
            )


def _entries(session: Session) -> Iterator[str]:
    for run in session.runs:
        if run.pixels is not None:
            yield run.pixels.entry
            if run.pixels.half_width:
                yield run.pixels.half_width
