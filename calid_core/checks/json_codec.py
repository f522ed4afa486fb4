"""Frozen dataclasses to JSON and back, checked against their annotations, so that a file from anywhere is safe to read."""

from __future__ import annotations

import dataclasses
import json
import types
from enum import Enum
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

import numpy as np

from calid_core.errors import InputError

T = TypeVar("T")

_NOT_FINITE = {"NaN": float("nan"), "Infinity": float("inf"), "-Infinity": float("-inf")}
_MOST_VALUES = 10_000_000


def encode(value: Any) -> str:
    """JSON text of a dataclass; fields marked ``stored: False`` are left out."""
    return json.dumps(to_plain(value), indent=1, allow_nan=False)


def decode(kind: type[T], text: str) -> T:
    """Dataclass from its JSON text.

    Raises
    ------
    InputError
        Not JSON, unknown or missing fields, or values of another type; the message names the field.
    """
    try:
        plain = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise InputError(f"not valid JSON: {error}") from error
    result: T = from_plain(kind, plain, kind.__name__)
    return result


def to_plain(value: Any) -> Any:
    """Dicts, lists, strings and numbers only."""
    if isinstance(value, Enum):
        return value.value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: to_plain(getattr(value, f.name)) for f in _stored(type(value))}
    if isinstance(value, np.ndarray):
        return to_plain(np.where(np.isfinite(value), np.round(value, 6), value).tolist())
    if isinstance(value, list | tuple):
        return [to_plain(v) for v in value]
    if isinstance(value, np.generic):
        return to_plain(value.item())
    if isinstance(value, float) and not np.isfinite(value):
        return "NaN" if np.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value


def from_plain(kind: Any, plain: Any, where: str) -> Any:
    """Value of an annotated type; ``where`` names it in errors."""
    origin = get_origin(kind)
    if origin is types.UnionType:
        return None if plain is None else from_plain(get_args(kind)[0], plain, where)
    if origin is np.ndarray:
        return _array(plain, where)
    if origin is tuple:
        if not isinstance(plain, list):
            raise _wrong(where, plain, "a list")
        item = get_args(kind)[0]
        return tuple(from_plain(item, p, f"{where}[{i}]") for i, p in enumerate(plain))
    if issubclass(kind, Enum):
        try:
            return kind(plain)
        except ValueError:
            raise _wrong(where, plain, " or ".join(str(m.value) for m in kind)) from None
    if dataclasses.is_dataclass(kind):
        return _dataclass(kind, plain, where)
    if kind is float:
        return _number(plain, where)
    if type(plain) is not kind:
        raise _wrong(where, plain, kind.__name__)
    return plain


def _dataclass(kind: Any, plain: Any, where: str) -> Any:
    if not isinstance(plain, dict):
        raise _wrong(where, plain, "an object")
    fields = {f.name: f for f in _stored(kind)}
    unknown = sorted(set(plain) - set(fields))
    if unknown:
        raise InputError(f"{where} has unknown fields: {', '.join(unknown)[:200]}")
    needed = {
        n
        for n, f in fields.items()
        if f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING
    }
    if missing := sorted(needed - set(plain)):
        raise InputError(f"{where} lacks {', '.join(missing)}")
    hints = get_type_hints(kind)
    return kind(**{n: from_plain(hints[n], v, f"{where}.{n}") for n, v in plain.items()})


def _array(plain: Any, where: str) -> Any:
    if not isinstance(plain, list):
        raise _wrong(where, plain, "a list of numbers")
    try:
        values = np.array(_numbers(plain, where), dtype=np.float64)
    except ValueError as error:
        raise InputError(f"{where} is no regular array of numbers") from error
    if values.size > _MOST_VALUES:
        raise InputError(f"{where} has {values.size} numbers, limit {_MOST_VALUES}")
    return values


def _numbers(plain: Any, where: str) -> Any:
    return [_numbers(p, where) for p in plain] if isinstance(plain, list) else _number(plain, where)


def _number(plain: Any, where: str) -> float:
    if isinstance(plain, str) and plain in _NOT_FINITE:
        return _NOT_FINITE[plain]
    if isinstance(plain, bool) or not isinstance(plain, int | float):
        raise _wrong(where, plain, "a number")
    try:
        return float(plain)
    except OverflowError:
        raise _wrong(where, plain, "a number within double precision") from None


def _stored(kind: Any) -> list[dataclasses.Field[Any]]:
    return [f for f in dataclasses.fields(kind) if f.metadata.get("stored", True)]


def _wrong(where: str, plain: Any, wanted: str) -> InputError:
    return InputError(f"{where} is {str(plain)[:40]!r}, must be {wanted}")
