"""Turns text from a network into text that every database and UTF-8 stream accepts."""

from __future__ import annotations

from dataclasses import dataclass, fields


def plain(text: str) -> str:
    """Remove NUL characters, and replace each lone surrogate by a question mark."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


@dataclass(frozen=True, slots=True)
class FromNetwork:
    """Data from a network. Its texts, and those in its tuples, are made plain."""

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, str):
                object.__setattr__(self, field.name, plain(value))
            elif isinstance(value, tuple):
                cleaned = tuple(plain(item) if isinstance(item, str) else item for item in value)
                object.__setattr__(self, field.name, cleaned)
