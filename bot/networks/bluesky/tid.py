"""Keys of records: 13 characters that hold a time, and sort by it."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime, timedelta

_ALPHABET = "234567abcdefghijklmnopqrstuvwxyz"
_TID = re.compile(f"[{_ALPHABET[:16]}][{_ALPHABET}]{{12}}")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CLOCK_BITS = 10


def made_for(key: str, at: datetime) -> str:
    """Return the record key of what our own `key` names: the same at every try.

    Its time is `at` to the millisecond. What is below that, and the number of the clock, come of the key, so that two
    records of the same millisecond differ.
    """
    number = int.from_bytes(hashlib.sha256(key.encode("utf-8", "replace")).digest()[:8])
    micros = (at - _EPOCH) // timedelta(milliseconds=1) * 1000 + number % 1000
    value = (micros % 2**53) << _CLOCK_BITS | (number // 1000) % 2**_CLOCK_BITS
    return "".join(_ALPHABET[value >> shift & 31] for shift in range(60, -1, -5))


def time_of(key: str) -> datetime | None:
    """Return the time in a record key; None if it holds none."""
    if not _TID.fullmatch(key):
        return None
    value = 0
    for char in key:
        value = value << 5 | _ALPHABET.index(char)
    try:
        return _EPOCH + timedelta(microseconds=value >> _CLOCK_BITS)
    except OverflowError:
        return None
