"""From a row of a table to what the rules know it as."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, TypeVar

from sqlalchemy import Row

T = TypeVar("T")


def record(kind: type[T], row: Row[Any], /, **values: Any) -> T:
    """A dataclass whose fields are columns of the same names, or are given in `values` because they are not."""
    return kind(**{name: getattr(row, name) for name in names(kind) if name not in values} | values)


def names(kind: type[Any]) -> tuple[str, ...]:
    """The fields of a dataclass."""
    return tuple(field.name for field in fields(kind))
