"""Turns a table's row into the dataclass that the rules use."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, TypeVar

from sqlalchemy import Row

T = TypeVar("T")

_NAMES: dict[type[Any], tuple[str, ...]] = {}


def record(kind: type[T], row: Row[Any], /, **values: Any) -> T:
    """Build a dataclass whose fields are columns of the same names, or are given in `values`."""
    return kind(**{name: getattr(row, name) for name in names(kind) if name not in values} | values)


def names(kind: type[Any]) -> tuple[str, ...]:
    """Return the names of a dataclass's fields."""
    if kind not in _NAMES:
        _NAMES[kind] = tuple(field.name for field in fields(kind))
    return _NAMES[kind]
