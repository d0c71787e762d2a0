"""Text that comes from a network, made into text that every database and UTF-8 stream takes."""

from __future__ import annotations

from dataclasses import dataclass, fields


def plain(text: str) -> str:
    """Remove NUL characters, and put a question mark in the place of each lone surrogate."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


@dataclass(frozen=True, slots=True)
class FromNetwork:
    """What a network says. Its own texts, and those in its tuples, are plain."""

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, str):
                object.__setattr__(self, field.name, plain(value))
            elif isinstance(value, tuple):
                cleaned = tuple(plain(item) if isinstance(item, str) else item for item in value)
                object.__setattr__(self, field.name, cleaned)
