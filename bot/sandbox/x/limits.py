"""X's rate limits: a fixed window for each endpoint, on real time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

WINDOW = 15 * 60
"""Seconds from a window's first request until its count starts again."""

Who = Literal["app", "user"]


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left for one endpoint. `reset` is in seconds since the epoch; `allowed` admits this request."""

    limit: int
    remaining: int
    reset: int
    allowed: bool

    def headers(self) -> dict[str, str]:
        return {
            "x-rate-limit-limit": str(self.limit),
            "x-rate-limit-remaining": str(self.remaining),
            "x-rate-limit-reset": str(self.reset),
        }


class Windows:
    """Counts requests. `wall` returns real time in seconds since the epoch."""

    def __init__(self, wall: Callable[[], float]) -> None:
        self._wall = wall
        self._open: dict[tuple[str, str], tuple[float, int]] = {}

    def take(self, endpoint: str, who: str, limit: int) -> Allowance:
        """Count one request unless the window is full. `who` is "app" or an account's id."""
        now = self._wall()
        began, used = self._open.get((endpoint, who), (now, 0))
        if now >= began + WINDOW:
            began, used = now, 0
        allowed = used < limit
        used += allowed
        self._open[endpoint, who] = (began, used)
        return Allowance(limit, limit - used, int(began + WINDOW), allowed)

    def forget(self) -> None:
        """Start every window afresh."""
        self._open.clear()
