"""Slack's rate limits."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable

from bot.sandbox.slack.errors import RateLimited

# Calls a minute by tier (docs.slack.dev, "Rate limits"). Slack always lets the documented number through.
TIERS = {1: 1, 2: 20, 3: 50, 4: 100}
WINDOW = 60.0


class Rates:
    """Limits posts to one a second per channel (`post_burst` at once), and methods by tier in a sliding minute."""

    def __init__(self, monotonic: Callable[[], float], *, enabled: bool = True, post_burst: int = 1) -> None:
        self.enabled = enabled
        self._monotonic = monotonic
        self._post_burst = post_burst
        self._posts: dict[str, tuple[float, float]] = {}
        self._calls: dict[str, deque[float]] = {}

    def post(self, channel: str) -> None:
        """Take one message from the channel's bucket, or raise RateLimited."""
        if not self.enabled:
            return
        now = self._monotonic()
        tokens, since = self._posts.get(channel, (float(self._post_burst), now))
        tokens = min(float(self._post_burst), tokens + now - since)
        if tokens < 1 - 1e-6:
            self._posts[channel] = (tokens, now)
            raise RateLimited(max(1, math.ceil(1 - tokens)))
        self._posts[channel] = (tokens - 1, now)

    def call(self, method: str, tier: int) -> None:
        """Count one call of a tiered method, or raise RateLimited."""
        if not self.enabled:
            return
        now = self._monotonic()
        calls = self._calls.setdefault(method, deque())
        while calls and calls[0] <= now - WINDOW:
            calls.popleft()
        if len(calls) >= TIERS[tier]:
            raise RateLimited(max(1, math.ceil(calls[0] + WINDOW - now)))
        calls.append(now)
