"""Sessions as JSON text: strict, bounded, and brought up to date from every released version."""

import json
import math
from collections.abc import Callable
from typing import Any

from app.sessions.session import FORMAT, FORMAT_VERSION, Session
from app.translation import tr, tr_later
from calid_core.errors import CalidError, InputError
from calid_core.plain import from_plain, to_plain

LARGEST_TEXT = 32 * 2**20
"""Bytes; a session with the checks of 100 runs takes a tenth of it."""
_REMEDY = tr_later("; it is damaged or was not made by CaLID. Open another one, or the images themselves")

Plain = dict[str, Any]


def _with_measurements(plain: Plain) -> Plain:
    """Version 2 keeps measurements; version 1 had none."""
    return {**plain, "measurements": []}


MIGRATIONS: dict[int, Callable[[Plain], Plain]] = {1: _with_measurements}
"""From a version to the one after it. Version 1 is the first; a new version adds its step and a stored example."""


def _without_through(plain: Plain) -> Plain:
    """Planes of measurements once said how rows between slices are filled, always as they are now."""
    measurements = plain.get("measurements")
    for measurement in measurements if isinstance(measurements, list) else ():
        plane = measurement.get("plane") if isinstance(measurement, dict) else None
        if isinstance(plane, dict):
            plane.pop("through", None)
    return plain


def session_text(session: Session) -> str:
    """JSON of a session."""
    plain = {"format": FORMAT, "version": FORMAT_VERSION, **to_plain(session)}
    text = json.dumps(plain, indent=1, allow_nan=False, ensure_ascii=False) + "\n"
    try:
        text.encode()
    except UnicodeEncodeError:  # a path of bytes that are no text
        text = json.dumps(plain, indent=1, allow_nan=False) + "\n"
    return text


def parse_session(content: bytes) -> Session:
    """A session from its JSON.

    Raises
    ------
    InputError
        Too large, too deep, not JSON, of another format or version, with unknown, missing or impossible values.
    """
    try:
        plain = _plain(content)
        version = _version(plain)
        while version < FORMAT_VERSION:
            plain = MIGRATIONS[version](plain)
            version += 1
        session = from_plain(Session, _without_through(plain), "session", InputError)
    except CalidError as error:
        raise InputError(
            tr("this session cannot be opened: {problem}{remedy}").format(
                problem=str(error).rstrip("."), remedy=_remedy(error)
            )
        ) from error
    except (OverflowError, RecursionError, ValueError, TypeError) as error:
        raise InputError(tr("this session cannot be opened") + tr(_REMEDY)) from error
    return session


class _NewerVersionError(InputError):
    """Made by a program that knows more."""


def _remedy(error: CalidError) -> str:
    return "" if isinstance(error, _NewerVersionError) else _REMEDY


def _plain(content: bytes) -> Plain:
    if len(content) > LARGEST_TEXT:
        raise InputError(
            tr("it has {size:.0f} MB, limit {limit:.0f} MB").format(
                size=len(content) / 2**20, limit=LARGEST_TEXT / 2**20
            )
        )
    try:
        plain = json.loads(
            content.decode(),
            parse_int=_integer,
            parse_float=_number,
            parse_constant=_refuse_constant,
            object_pairs_hook=_object,
        )
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise InputError(tr("it is not valid JSON")) from error
    if not isinstance(plain, dict) or plain.pop("format", None) != FORMAT:
        raise InputError(tr("it is not a CaLID session"))
    return plain


def _version(plain: Plain) -> int:
    version = plain.pop("version", None)
    if type(version) is not int or version < 1:
        raise InputError(tr("its version is missing"))
    if version > FORMAT_VERSION:
        raise _NewerVersionError(
            tr(
                "it was saved by a newer CaLID (format {version}, this one reads up to {known}); update CaLID"
            ).format(version=version, known=FORMAT_VERSION)
        )
    return version


def _integer(digits: str) -> int:
    if len(digits) > 20:
        raise InputError(tr("it holds an impossibly large number"))
    return int(digits)


def _number(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise InputError(tr("it holds an impossibly large number"))
    return value


def _refuse_constant(name: str) -> float:
    raise InputError(tr("it holds {name}, which is no JSON number").format(name=name))


def _object(pairs: list[tuple[str, Any]]) -> Plain:
    plain = dict(pairs)
    if len(plain) != len(pairs):
        raise InputError(tr("it holds the same name twice"))
    return plain
