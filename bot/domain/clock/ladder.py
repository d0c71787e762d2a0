"""The ladder of a wait: at which moments something is said, and to whom. Each thread keeps the one that held for it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from itertools import groupby

OWNER, CHANNEL, ON_CALL, LEADS = "owner", "channel", "oncall", "leads"
RECIPIENTS = (OWNER, CHANNEL, ON_CALL, LEADS)
"""To whom a step can speak, beside the ids of channels. What has no owner is said to the channel instead."""

REPEATS = 5  # how often a step is repeated, unless its desk says otherwise


@dataclass(frozen=True, slots=True)
class Step:
    """One step as a desk has it.

    It is reached at this `share` of the target and so much `beyond` that, both in counted time. With `times` it is
    repeated so often after the deadline instead, each time that much later.
    """

    share: float
    beyond: timedelta
    times: int
    to: tuple[str, ...]

    @property
    def shares(self) -> Iterable[tuple[float, timedelta]]:
        """Each moment at which it is reached, as a share of the target and what is beyond that."""
        if not self.times:
            return [(self.share, self.beyond)]
        return [(1 + turn * self.share, turn * self.beyond) for turn in range(1, self.times + 1)]


@dataclass(frozen=True, slots=True)
class Moment:
    """When something is said in one wait: after that much `counted` time; nobody is told where `to` is empty."""

    counted: timedelta
    to: tuple[str, ...]


_DEADLINE = Step(1, timedelta(0), 0, ())


def written(steps: Iterable[Step]) -> str:
    """Return a ladder as it is stored; "" for one without steps, which stands for the default."""
    rows = [[step.share, step.beyond.total_seconds(), step.times, step.to] for step in steps]
    return json.dumps(rows, separators=(",", ":")) if rows else ""


@lru_cache(maxsize=1024)
def steps(ladder: str, warn_share: float) -> tuple[Step, ...]:
    """Read a stored ladder. The default warns the owner, then tells the leads as well, again at every half target."""
    if not ladder:
        none, both = timedelta(0), (OWNER, LEADS)
        return Step(warn_share, none, 0, (OWNER,)), Step(1, none, 0, both), Step(0.5, none, REPEATS, both)
    return tuple(
        Step(share, timedelta(seconds=beyond), times, tuple(to)) for share, beyond, times, to in json.loads(ladder)
    )


@lru_cache(maxsize=4096)
def moments(ladder: str, warn_share: float, target: timedelta) -> tuple[Moment, ...]:
    """Return every moment of a wait with this target, in order; what falls together is one.

    The deadline is always one of them, even if nobody is told of it.
    """
    found = [
        Moment(max(timedelta(0), target * share + beyond), step.to)
        for step in (*steps(ladder, warn_share), _DEADLINE)
        for share, beyond in step.shares
    ]
    found.sort(key=lambda moment: moment.counted)
    return tuple(
        Moment(counted, tuple(dict.fromkeys(one for moment in together for one in moment.to)))
        for counted, together in groupby(found, key=lambda moment: moment.counted)
    )
