"""Reads JSON that anybody may have written: what does not have the expected shape is empty."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeAlias

from bot.domain.common.plain import plain

Json: TypeAlias = dict[str, object]


def string(value: object) -> str:
    """Return plain text; empty if `value` is not a string."""
    return plain(value) if isinstance(value, str) else ""


def letters(words: str) -> str:
    """Reduce a text to its letters and digits, for comparing; one without any, such as "👍", to all but its spaces."""
    return "".join(filter(str.isalnum, words)) or "".join(words.split())


def mapping(value: object) -> Json:
    return value if isinstance(value, dict) else {}


def items(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def mappings(value: object) -> Iterator[Json]:
    return (item for item in items(value) if isinstance(item, dict))


def link(value: object) -> str:
    """Return the address of something on the web; empty if `value` is not one."""
    address = string(value)
    return address if re.fullmatch(r"https?://[^\s<>]+", address) else ""
