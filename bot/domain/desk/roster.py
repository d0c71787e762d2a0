"""The roster: who is on call at a desk, until when, and who comes next. Shifts may overlap and may leave gaps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


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
    all_ = list(shifts)
    agents = _agents(all_, at)
    changes = sorted({edge for shift in all_ for edge in (shift.starts_at, shift.ends_at) if edge is not None})
    since = until = next_from = None
    next_agents: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    for edge in changes:
        then = _agents(all_, edge)
        if edge <= at:
            since, before = (edge if then != before else since), then
            continue
        if until is None and then != agents:
            until = edge
        if until is not None and then:
            next_agents, next_from = then, edge
            break
    return OnCall(agents, since, until, next_agents, next_from)


def is_off(shifts: Iterable[Shift], agent: str, at: datetime) -> bool:
    """Tell whether the roster knows the agent and has them off at that moment; of others it says nothing."""
    theirs = [shift for shift in shifts if shift.agent == agent]
    return bool(theirs) and not _agents(theirs, at)


def _agents(shifts: Iterable[Shift], at: datetime) -> tuple[str, ...]:
    within = (shift for shift in shifts if shift.starts_at <= at and (shift.ends_at is None or at < shift.ends_at))
    return tuple(sorted({shift.agent for shift in within}))
