"""Frozen dataclasses to plain values and back, checked against their annotations, so that a file from anywhere is safe to read."""

from __future__ import annotations

import dataclasses
import numbers
import types
from collections.abc import Mapping
from enum import Enum
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

import numpy as np

T = TypeVar("T")

_NOT_FINITE = {"NaN": float("nan"), "Infinity": float("inf"), "-Infinity": float("-inf")}
_MOST_VALUES = 10_000_000
_LONGEST_SHOWN = 60


def to_plain(value: Any) -> Any:
    """Dicts, lists, strings and numbers only; fields marked ``stored: False`` are left out, numbers not finite are strings."""
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


def from_plain(kind: type[T], plain: Any, where: str, error: type[Exception]) -> T:
    """A value of an annotated type from what ``to_plain`` makes of it.

    Parameters
    ----------
    kind
        A dataclass, an enum, a float array, a number, a string, a tuple of these (``tuple[float, float]``,
        ``tuple[int, ...]``), or one of them or None.
    plain
        Of a dataclass, absent names keep their default. Members of enums and numbers of numpy are taken, too.
    where
        Names the value in errors; those of its fields are dotted. Empty for the file itself.
    error
        Raised for what cannot be read.

    Raises
    ------
    error
        An unknown or missing name, a value of another type, or a ``ValueError`` of a dataclass, whose message begins with
        a field's name. What a dataclass refuses with a ``CalidError`` is raised as it is.
    """
    value: T = _value(kind, plain, where, error)
    return value


def _value(kind: Any, plain: Any, where: str, error: type[Exception]) -> Any:
    origin = get_origin(kind)
    if origin is types.UnionType:
        (known,) = (k for k in get_args(kind) if k is not types.NoneType)
        return None if plain is None else _value(known, plain, where, error)
    if origin is np.ndarray:
        return _array(plain, where, error)
    if origin is tuple:
        return _tuple(get_args(kind), plain, where, error)
    if issubclass(kind, Enum):
        try:
            return kind(plain)
        except ValueError:
            known = ", ".join(str(member.value) for member in kind)
            raise _wrong(where, plain, f"one of {known}", error) from None
    if dataclasses.is_dataclass(kind):
        return _dataclass(kind, plain, where, error)
    if kind is float:
        return _number(plain, where, error)
    if kind is int and not isinstance(plain, bool) and isinstance(plain, numbers.Integral):
        return int(plain)
    if type(plain) is not kind:
        raise _wrong(where, plain, kind.__name__, error)
    return plain


def _dataclass(kind: Any, plain: Any, where: str, error: type[Exception]) -> Any:
    if not isinstance(plain, Mapping):
        raise _wrong(where, plain, "a table of names and values", error)
    fields = {f.name: f for f in _stored(kind)}
    inside = f"{where}." if where else ""
    if unknown := sorted(set(plain) - set(fields)):
        told = f"{inside}{unknown[0][:_LONGEST_SHOWN]}"
        raise error(f"unknown entry {told}; known are {', '.join(fields)}")
    optional = (dataclasses.MISSING, dataclasses.MISSING)
    needed = {n for n, f in fields.items() if (f.default, f.default_factory) == optional}
    if missing := sorted(needed - set(plain)):
        raise error(f"{where or 'it'} lacks {', '.join(missing)}")
    hints = get_type_hints(kind)
    values = {name: _value(hints[name], value, inside + name, error) for name, value in plain.items()}
    try:
        return kind(**values)
    except ValueError as refused:
        raise error(f"{inside}{refused}") from refused


def _tuple(members: tuple[Any, ...], plain: Any, where: str, error: type[Exception]) -> Any:
    repeated = members[-1] is Ellipsis
    if not isinstance(plain, list) or (not repeated and len(plain) != len(members)):
        raise _wrong(where, plain, "a list" if repeated else f"a list of {len(members)}", error)
    kinds = members[:1] * len(plain) if repeated else members
    items = zip(kinds, plain, strict=True)
    return tuple(_value(kind, item, f"{where}[{i}]", error) for i, (kind, item) in enumerate(items))


def _array(plain: Any, where: str, error: type[Exception]) -> Any:
    if not isinstance(plain, list):
        raise _wrong(where, plain, "a list of numbers", error)
    items = _numbers(plain, where, error)
    try:
        values = np.array(items, dtype=np.float64)
    except ValueError as irregular:
        raise error(f"{where} is no regular array of numbers") from irregular
    if values.size > _MOST_VALUES:
        raise error(f"{where} has {values.size} numbers, limit {_MOST_VALUES}")
    return values


def _numbers(plain: Any, where: str, error: type[Exception]) -> Any:
    return (
        [_numbers(p, where, error) for p in plain]
        if isinstance(plain, list)
        else _number(plain, where, error)
    )


def _number(plain: Any, where: str, error: type[Exception]) -> float:
    if isinstance(plain, str) and plain in _NOT_FINITE:
        return _NOT_FINITE[plain]
    if isinstance(plain, bool) or not isinstance(plain, numbers.Real):
        raise _wrong(where, plain, "a number", error)
    try:
        return float(plain)
    except OverflowError:
        raise _wrong(where, plain, "a number within double precision", error) from None


def _stored(kind: Any) -> list[dataclasses.Field[Any]]:
    return [f for f in dataclasses.fields(kind) if f.metadata.get("stored", True)]


def _wrong(where: str, plain: Any, wanted: str, error: type[Exception]) -> Exception:
    return error(f"{where or 'it'} is {repr(plain)[:_LONGEST_SHOWN]}, must be {wanted}")
