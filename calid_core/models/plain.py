"""Frozen dataclasses to plain values and back, with every name and type checked: headers and training files."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

T = TypeVar("T")


def to_plain(value: Any) -> Any:
    """Nested dataclasses as dictionaries, tuples as lists."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: to_plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, tuple):
        return [to_plain(item) for item in value]
    return value


def from_plain(kind: type[T], values: Mapping[str, Any], where: str = "") -> T:
    """A dataclass ``kind`` from plain values; absent names keep their default.

    Raises
    ------
    ValueError
        An unknown name, a value of another type or one that ``kind`` refuses, with its dotted name.
    """
    hints = get_type_hints(kind)
    unknown = sorted(set(values) - set(hints))
    if unknown:
        raise ValueError(f"unknown entry {where}{unknown[0]}; known are {', '.join(hints)}")
    typed = {name: _typed(hints[name], value, where + name) for name, value in values.items()}
    try:
        return kind(**typed)
    except TypeError as error:
        raise ValueError(f"{where or 'header'}: {error}") from error
    except ValueError as error:
        raise ValueError(f"{where}{error}") from error


def _typed(kind: Any, value: Any, where: str) -> Any:
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        if not isinstance(value, Mapping):
            raise ValueError(f"{where} must be a table")
        return from_plain(kind, value, where + ".")
    if get_origin(kind) is tuple:
        members = get_args(kind)
        repeated = len(members) == 2 and members[1] is Ellipsis
        if not isinstance(value, list | tuple) or (not repeated and len(value) != len(members)):
            raise ValueError(f"{where} is {value!r}, must be a list of {len(members)}")
        kinds = [members[0]] * len(value) if repeated else members
        return tuple(
            _typed(k, item, f"{where}[{i}]") for i, (k, item) in enumerate(zip(kinds, value, strict=True))
        )
    if kind is float and type(value) is int:
        return float(value)
    if type(value) is not kind:
        raise ValueError(f"{where} is {value!r}, must be {kind.__name__}")
    return value
