"""Reads the rosters in the background. While one cannot be read, its last good copy counts, and that is said once."""

from __future__ import annotations

import json
import logging
import os
import stat
import subprocess
import sys
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.domain.desk import roster_people
from bot.domain.desk.roster import Duty, RosterError, Shift
from bot.domain.desk.roster_calendar import Found
from bot.platform import web
from bot.settings import Desk, RosterPlace
from bot.usecases.desk.context import Context
from bot.usecases.desk.roster import answers, place_digest
from bot.views.desk.models import RosterNews
from storage import outbox
from storage.common import job_locks
from storage.desk import agents, messages, roster
from storage.desk.roster import Roster
from storage.engine import Connection, reading, transaction

log = logging.getLogger(__name__)

EVERY_SECONDS = {"file": 10, "feed": 300, "group": 300}
FETCH_SECONDS = 30
READ_SECONDS = 10
MOST_BYTES = 1_000_000
OFTEN_PASSING = {"not_reached", "slow", "slack"}
"""Faults that mostly pass by themselves; they are told once they have lasted for LASTING_SECONDS."""
LASTING_SECONDS = 900
AGAIN_SECONDS = 60
"""After so long it is tried again."""
ANEW = timedelta(hours=1)
"""After so long, repetitions are worked out and people looked up again, even if the text is the same."""
BACK, AHEAD = timedelta(days=7), timedelta(days=62)
"""How far the shifts reach that are kept."""
MOST_ADDRESSES = 200
MOST_SHIFTS = 5_000
"""Of everybody together: an event with eight guests is eight shifts."""


class People(Protocol):
    """What Slack says about the people of a roster. Raises RosterError: "slack", "no_scope", "no_group"."""

    def learn(self, ids: Collection[str]) -> None:
        """Store who these members are, unless Slack told that today; ids that it does not know are left out."""

    def at_address(self, address: str) -> str | None:
        """Return the member with this e-mail address, and store who they are; None if there is none."""

    def in_group(self, group: str) -> frozenset[str]:
        """Return the members of a user group."""

    def in_channel(self, channel: str) -> frozenset[str]:
        """Return the members of a channel; nobody where these are too many to be looked up, or Slack does not tell."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A roster as it was just read. `content` is None if it is the copy that was there before.

    `unread` are the summaries of events that cannot be read and are left out.
    """

    content: str | None
    version: str
    shifts: tuple[Shift, ...]
    unknown: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


def tick(ctx: Context, people: People) -> int:
    """Look at every roster that it is time for; return how many were read anew."""
    return sum(_look(ctx, desk, desk.roster, people) for desk in ctx.settings.desks if desk.roster is not None)


def look_soon(ctx: Context, group: str) -> None:
    """Have this user group read at the next tick, because its members have changed."""
    with transaction(ctx.engine) as connection:
        for desk in ctx.settings.desks:
            if desk.roster is not None and desk.roster.place == group:
                job_locks.hold(connection, _lock(desk), ctx.clock.now())


def read(ctx: Context, desk: Desk, place: RosterPlace, people: People, known: Roster | None, text: str) -> Reading:
    """Read the roster where it is now. `known` is the copy that is there, and `text` what it says.

    Raises RosterError.
    """
    at = ctx.clock.now()
    if place.kind == "group":
        return _of_group(ctx, desk, place, people, at)
    version = known.version if known and known.fetched_at else ""
    content, version = _file(ctx, place, version) if place.kind == "file" else _feed(place, version)
    new = content.decode("utf-8-sig", errors="replace").replace("\0", "") if content is not None else None
    if new is None and known is not None and known.read_at is not None and at - known.read_at < ANEW:
        with reading(ctx.engine) as connection:
            kept = roster.shifts(connection, known.desk, known.place)
        return Reading(None, version, tuple(kept), tuple(known.unknown))
    found = _duties(text if new is None else new, desk, at)
    if found.unread:
        fields = {"desk": desk.name, "events": len(found.unread)}
        log.warning("events of a roster cannot be read and are left out", extra={"fields": fields})
    shifts, unknown = _whose(ctx, desk, found.duties, people, at)
    return Reading(new, version, shifts, unknown, tuple(found.unread))


def news(ctx: Context, payload: messages.RosterPayload) -> RosterNews:
    """Return what is told of a desk's roster, as it stood when it was noticed."""
    desk = ctx.settings.desk(payload.desk)
    since = datetime.fromisoformat(payload.since) if payload.since else None
    over_at = datetime.fromisoformat(payload.over_at) if payload.over_at else None
    problem = RosterError(payload.code, payload.detail) if payload.code else None
    with reading(ctx.engine) as connection:
        stored = roster.get(connection, desk.stable_key, place_digest(desk.roster)) if desk.roster else None
    copy_of = stored.fetched_at if stored else None
    return RosterNews(desk.name, ctx.clock.now(), problem, since, over_at, tuple(payload.unknown), copy_of)


def _look(ctx: Context, desk: Desk, place: RosterPlace, people: People) -> bool:
    at, key = ctx.clock.now(), desk.stable_key
    with reading(ctx.engine) as connection:
        if not job_locks.is_free(connection, _lock(desk), at):
            return False
    with transaction(ctx.engine) as connection:
        if not job_locks.take(connection, _lock(desk), at, at + ctx.clock.real(EVERY_SECONDS[place.kind])):
            return False
        known = roster.begin(connection, key, place_digest(place))
        text = roster.content(connection, key)
    try:
        found = read(ctx, desk, place, people, known, text)
    except RosterError as error:
        _failed(ctx, desk, known, error)
        return False
    if (found.content, known.problem) == (None, None) and known.read_at and at - known.read_at < ANEW:
        return False
    with transaction(ctx.engine) as connection:
        roster.keep(
            connection,
            known,
            ctx.clock.now(),
            content=found.content,
            version=found.version,
            shifts=found.shifts,
            unknown=found.unknown,
        )
        _tell_unknown(connection, desk, known, found.unknown, at)
        if known.told_since is not None and roster.tell(connection, known, None):
            over = messages.RosterPayload(key, since=known.told_since.isoformat(), over_at=at.isoformat())
            _tell(connection, desk, over, at)
    ctx.wake()
    return True


def _failed(ctx: Context, desk: Desk, known: Roster, error: RosterError) -> None:
    """Keep the good copy; tell that there is no newer one, unless it was told or may pass in a moment."""
    at = ctx.clock.now()
    since = known.failing_since or at
    if str(error) != str(known.problem):
        log.warning("a roster cannot be read", extra={"fields": {"desk": desk.name, "error": str(error)}})
    lasts = error.code not in OFTEN_PASSING or at - since >= ctx.clock.real(LASTING_SECONDS)
    with transaction(ctx.engine) as connection:
        roster.failed(connection, known, error, at)
        job_locks.hold(connection, _lock(desk), at + ctx.clock.real(AGAIN_SECONDS))
        if lasts and known.told_since is None and roster.tell(connection, known, since):
            payload = messages.RosterPayload(desk.stable_key, error.code, error.detail, since.isoformat())
            _tell(connection, desk, payload, at)
    ctx.wake()


def _tell_unknown(connection: Connection, desk: Desk, known: Roster, unknown: Collection[str], at: datetime) -> None:
    """Tell of each person whom the roster names in vain, once for as long as it does."""
    fresh = [name for name in unknown if name not in known.told_unknown]
    if list(unknown) != list(known.told_unknown):
        roster.tell_unknown(connection, known, list(unknown))
    if fresh:
        payload = messages.RosterPayload(desk.stable_key, since=at.isoformat(), unknown=fresh)
        _tell(connection, desk, payload, at)


def _tell(connection: Connection, desk: Desk, payload: messages.RosterPayload, at: datetime) -> None:
    """Tell the leads, or the channel where there are none."""
    for recipient in desk.leads or (desk.slack_channel,):
        outbox.want_once(connection, messages.roster(payload, recipient), at=at)


def _lock(desk: Desk) -> str:
    return f"roster:{desk.stable_key}"


def _file(ctx: Context, place: RosterPlace, version: str) -> tuple[bytes | None, str]:
    """Return the file's content, or None if it has not changed, and its version."""
    path = ctx.settings.config_path.parent / place.place
    try:
        with open(path, "rb", opener=_without_waiting) as file:
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode):
                raise RosterError("no_file")
            now = f"{found.st_mtime_ns}:{found.st_size}"
            if now == version:
                return None, version
            content = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise RosterError("no_file") from None
    except OSError as error:
        raise RosterError("unreadable_file", type(error).__name__) from None
    return _small(content), now


def _without_waiting(path: str, flags: int) -> int:
    """Open a file without waiting for anybody to write into it, as one would with a pipe."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _feed(place: RosterPlace, version: str) -> tuple[bytes | None, str]:
    """Return what the address shows, or None if it has not changed, and its version."""
    etag, modified = json.loads(version) if version else ("", "")
    try:
        page = web.read(place.place, most_bytes=MOST_BYTES, seconds=FETCH_SECONDS, etag=etag, modified=modified)
    except web.WebError as error:
        is_theirs = error.code == "http" and error.detail.startswith("5")
        raise RosterError("not_reached" if is_theirs else error.code, error.detail) from None
    return page.content, json.dumps([page.etag, page.modified])


def _small(content: bytes) -> bytes:
    if len(content) > MOST_BYTES:
        raise RosterError("too_big")
    return content


def _duties(text: str, desk: Desk, at: datetime) -> Found:
    """Have the calendar read in a process of its own, which ends after READ_SECONDS whatever the calendar says."""
    command = [sys.executable, "-m", "bot.domain.desk.roster_calendar", str(desk.timezone)]
    span = [(at - BACK).isoformat(), (at + AHEAD).isoformat()]
    try:
        ran = subprocess.run(  # noqa: S603 - our own module; what others wrote goes to its standard input
            [*command, *span], input=text.encode(), capture_output=True, timeout=READ_SECONDS, check=True
        )
    except subprocess.TimeoutExpired:
        raise RosterError("too_many") from None
    except subprocess.CalledProcessError as error:
        log.warning("a calendar's reader ended", extra={"fields": {"status": error.returncode}})
        raise RosterError("not_a_calendar") from None
    answer: dict[str, Any] = json.loads(ran.stdout)
    if code := answer.get("code"):
        raise RosterError(code, answer["detail"])
    read = [
        Duty(
            datetime.fromisoformat(duty["starts_at"]),
            datetime.fromisoformat(duty["ends_at"]),
            duty["summary"],
            tuple(duty["attendees"]),
            duty["organizer"],
        )
        for duty in answer["duties"]
    ]
    return Found(read, answer["unread"])


def _whose(
    ctx: Context, desk: Desk, duties: Iterable[Duty], people: People, at: datetime
) -> tuple[tuple[Shift, ...], tuple[str, ...]]:
    """Return the shifts, and whom the duties that are not over name in vain."""
    listed = list(duties)
    people.learn({*desk.agents, *desk.leads, *(agent for duty in listed for agent in roster_people.ids(duty))})
    addresses = dict.fromkeys(address for duty in listed for address in roster_people.addresses(duty))
    if len(addresses) > MOST_ADDRESSES:
        raise RosterError("too_many")
    by_address = {address: people.at_address(address) for address in addresses}
    here = _here(ctx, desk)
    by_name = roster_people.names(here)
    if any(roster_people.names_in_vain(duty, by_name) for duty in listed if duty.ends_at > at):
        people.learn(people.in_channel(desk.slack_channel))
        here = _here(ctx, desk)
        by_name = roster_people.names(here)
    shifts: list[Shift] = []
    unknown: list[str] = []
    for duty in listed:
        meant = roster_people.meant(duty, here, by_address, by_name)
        shifts += [Shift(agent, duty.starts_at, duty.ends_at) for agent in sorted(meant.agents)]
        unknown += meant.unknown if duty.ends_at > at else ()
        if len(shifts) > MOST_SHIFTS:
            raise RosterError("too_many_shifts", str(MOST_SHIFTS))
    return tuple(dict.fromkeys(shifts)), tuple(dict.fromkeys(unknown))


def _here(ctx: Context, desk: Desk) -> dict[str, str]:
    """Return the names of those who can have the desk's threads, of everybody of whom Slack ever told, by id."""
    with reading(ctx.engine) as connection:
        known = agents.everybody(connection)
    return {agent.id: agent.name for agent in known if answers(desk, agent.id, agent.standing)}


def _of_group(ctx: Context, desk: Desk, place: RosterPlace, people: People, at: datetime) -> Reading:
    """Return the members of a user group as shifts without an end; who left it was on call until now."""
    members = people.in_group(place.place)
    people.learn(members)
    with reading(ctx.engine) as connection:
        before = roster.shifts(connection, desk.stable_key, place_digest(place))
        known = agents.get(connection, members)
    kept = [
        shift if shift.ends_at or shift.agent in members else Shift(shift.agent, shift.starts_at, at)
        for shift in before
        if shift.ends_at is None or shift.ends_at > at - BACK
    ]
    on_call = {shift.agent for shift in kept if shift.ends_at is None}
    new = [Shift(agent, at) for agent in sorted(members - on_call)]
    unknown = sorted(
        agent for agent in members if agent not in known or not answers(desk, agent, known[agent].standing)
    )
    return Reading("", "", (*kept, *new), tuple(unknown))
