"""A change of shifts: who comes, who goes, and since when, compared with who had the desk last."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.desk.roster import OnCall

LISTED = 15
AT_IT = timedelta(minutes=10)
"""Whoever typed a reply so recently is still at it, and keeps the thread beyond the end of their shift."""


@dataclass(frozen=True, slots=True)
class ShiftChange:
    at: datetime
    came: tuple[str, ...]
    went: tuple[str, ...]


def change(before: Collection[str], since: datetime, now: OnCall, at: datetime) -> ShiftChange | None:
    """Return how those on call have changed since `before` had the desk, or None if they are the same people.

    However many shifts have passed meanwhile, it is one change. It happened when the present shift began; if they took
    over before that was noticed, the roster itself was changed, and it happens now.
    """
    came, went = set(now.agents) - set(before), set(before) - set(now.agents)
    if not came and not went:
        return None
    began = now.since if now.since is not None and now.since > since else at
    return ShiftChange(began, tuple(sorted(came)), tuple(sorted(went)))
