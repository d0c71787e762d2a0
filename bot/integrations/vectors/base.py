"""What makes vectors of texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Vectors(Protocol):
    """Any thread may ask. Both calls take a while, so nothing asks that somebody waits for.

    Vectors of different models say nothing of each other; `model` names the one that makes them.
    """

    model: str

    def of(self, texts: Sequence[str]) -> list[bytes]:
        """Return a vector for each text."""
        ...

    def near(self, asked: bytes, others: Sequence[bytes]) -> list[float]:
        """Return how near each of these vectors is: 1 where the meaning is the same, less where it is another."""
        ...
