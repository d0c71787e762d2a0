"""Resolution: how long a case takes, from a customer's first post until nobody in its thread waits any more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.clock.calendar import Calendar, after, counted
from bot.domain.clock.targets import NagLevel
from bot.domain.clock.waits import Wait
from bot.domain.clock.why import Part, explain


@dataclass(frozen=True, slots=True)
class Resolution:
    """One case, with the target that held when it began.

    `spent` is what counted of it by the time it was last looked at. `due_at` is when the target will have passed if
    the customer goes on waiting; None while nobody waits, and then `ended_at` says since when.
    """

    started_at: datetime
    target: timedelta
    spent: timedelta
    due_at: datetime | None
    next_nag_at: datetime | None
    ended_at: datetime | None
    nag_level: NagLevel = NagLevel.NOT_YET

    @property
    def met(self) -> bool:
        return self.spent < self.target


def begins_anew(rest: timedelta, target: timedelta) -> bool:
    """Tell whether a customer who writes again after such a rest, in counted time, begins another case.

    Else a thread that was over long ago would be late at its first new post.
    """
    return rest > target


def resolve(
    waits: Sequence[Wait],
    target: timedelta,
    warn_share: float,
    at: datetime,
    known: Resolution | None = None,
    *,
    goes_on_at: datetime | None = None,
    reminded: Iterable[NagLevel] = (),
) -> Resolution | None:
    """Return the thread's present case at `at`; `known` is the latest one that is stored. None if nobody ever waited.

    While we have the last word its clock stands; while it is snoozed, until `goes_on_at`. The reminders that were given
    for a case are not given again; `reminded` are those that were given while it was in another thread.
    """
    if not waits:
        return None
    parts = explain(waits, max(at, *(wait.started_at for wait in waits)))
    going_on = next((wait for wait in reversed(waits) if wait.ended_at is None), None)
    case = _latest(parts, target, waiting=going_on is not None)
    started_at = case[0].start if case else waits[-1].started_at
    if known is not None and known.started_at == started_at:
        target, level = known.target, known.nag_level
    elif known is not None and known.ended_at is None:  # a merge or a split moved its beginning
        level = known.nag_level
    else:
        level = NagLevel.NOT_YET
    level = max((level, *reminded), key=_LEVELS.index)
    spent = sum((part.counted for part in case), timedelta(0))
    if going_on is None:
        ended_at = max(wait.ended_at for wait in waits if wait.ended_at is not None)
        return Resolution(started_at, target, spent, None, None, ended_at, level)
    goes_on_at = max(at, goes_on_at or at)
    due_at = _due(going_on.calendar, goes_on_at, target - spent, known)
    warn_at = _due(going_on.calendar, goes_on_at, target * warn_share - spent, None)
    next_nag_at = {NagLevel.NOT_YET: warn_at, NagLevel.WARNING: due_at, NagLevel.BREACH: None}[level]
    return Resolution(started_at, target, spent, due_at, next_nag_at, None, level)


_LEVELS = tuple(NagLevel)


def _due(calendar: Calendar, at: datetime, left: timedelta, known: Resolution | None) -> datetime:
    """Return when what is left will have passed; what has passed already is due since then, or now."""
    if left > timedelta(0):
        return after(calendar, at, left)
    return known.due_at if known is not None and known.due_at is not None else at


def _latest(parts: Sequence[Part], target: timedelta, *, waiting: bool) -> list[Part]:
    """Return the parts of the latest case: those after the last rest that was long enough to end one.

    `waiting` tells whether the customer waits now; what they have just begun has no part yet.
    """
    case: list[Part] = []
    for number, part in enumerate(parts):
        before = parts[number - 1].wait if number else None
        followed = waiting or number + 1 < len(parts)
        rested = before is not None and part.wait is None and followed
        if rested and before and begins_anew(counted(before.calendar, part.start, part.end), target):
            case = []
        else:
            case.append(part)
    return case
