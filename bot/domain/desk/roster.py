"""The roster: who is on call at a desk, until when, and who comes next. Shifts may overlap and may leave gaps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter


class RosterError(Exception):
    """A roster cannot be used as it is now.

    `code` says why; `detail` is a number or a word to go with it, never an address, because that is a secret.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Duty:
    """One event of a roster's calendar, or one occurrence of it: when, and what it says about whose it is.

    `attendees` and `organizer` are e-mail addresses in small letters; who declined is no attendee.
    """

    starts_at: datetime
    ends_at: datetime
    summary: str
    attendees: tuple[str, ...] = ()
    organizer: str = ""


@dataclass(frozen=True, slots=True)
class Shift:
    """A time in which one agent is on call; `ends_at` is None as long as no end is known."""

    agent: str
    starts_at: datetime
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OnCall:
    """Who is on call, since and until when, and who comes next: `next_agents` from `next_from` on.

    None means that it is not known. Where `agents` is empty, nobody is on call.
    """

    agents: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    next_agents: tuple[str, ...] = ()
    next_from: datetime | None = None


def on_call(shifts: Iterable[Shift], at: datetime) -> OnCall:
    """Return who is on call at that moment. A shift begins with its first moment and ends before its last one."""
    on: Counter[str] = Counter()
    agents: tuple[str, ...] | None = None
    since = until = None
    for edge, moves in groupby(_edges(shifts), key=itemgetter(0)):
        if edge > at and agents is None:
            agents = _there(on)
        changed = _move(on, [(agent, by) for _, agent, by in moves])
        if edge <= at:
            since = edge if changed else since
            continue
        until = edge if until is None and changed else until
        if until is not None and (then := _there(on)):
            return OnCall(agents or (), since, until, then, edge)
    return OnCall(_there(on) if agents is None else agents, since, until)


def is_off(shifts: Iterable[Shift], agent: str, at: datetime) -> bool:
    """Tell whether the roster knows the agent and has them off at that moment; of others it says nothing."""
    theirs = [shift for shift in shifts if shift.agent == agent]
    return bool(theirs) and not _agents(theirs, at)


def back_at(shifts: Iterable[Shift], agent: str, at: datetime) -> datetime | None:
    """Return when the agent's next shift begins, None if none is known."""
    return min((shift.starts_at for shift in shifts if shift.agent == agent and shift.starts_at > at), default=None)


def _edges(shifts: Iterable[Shift]) -> list[tuple[datetime, str, int]]:
    """Return when each shift begins (1) and ends (-1), in the order of time."""
    found = []
    for shift in shifts:
        if shift.ends_at is None or shift.starts_at < shift.ends_at:
            found.append((shift.starts_at, shift.agent, 1))
            found += [] if shift.ends_at is None else [(shift.ends_at, shift.agent, -1)]
    return sorted(found)


def _move(on: Counter[str], moves: Iterable[tuple[str, int]]) -> bool:
    """Count how many shifts each agent is in after these; tell whether anybody came or went."""
    totals: Counter[str] = Counter()
    for agent, by in moves:
        totals[agent] += by
    changed = False
    for agent, by in totals.items():
        changed |= (on[agent] > 0) != (on[agent] + by > 0)
        on[agent] += by
    return changed


def _there(on: Counter[str]) -> tuple[str, ...]:
    return tuple(sorted(agent for agent, shifts in on.items() if shifts > 0))


def _agents(shifts: Iterable[Shift], at: datetime) -> tuple[str, ...]:
    within = (shift for shift in shifts if shift.starts_at <= at and (shift.ends_at is None or at < shift.ends_at))
    return tuple(sorted({shift.agent for shift in within}))
