"""What the desk promises about clocks: each is counted by the clock on the wall, and nothing rings outside hours."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Row, select

from bot.domain.clock.promises import PromiseOutcome
from bot.domain.clock.why import explain
from storage.clock import waits
from storage.engine import reading
from storage.tables import event, outbox, pause, promise, reply, roster, thread, wait
from tests.simulations.office import MINUTE, MOMENTS, USUAL_MOMENTS, Hours, on_call
from tests.support.faults.world import World

RINGING = (
    "nag",
    "nag_elsewhere",
    "reminders",
    "late_list",
    "resolution_nag",
    "escalation_nag",
    "snooze_over",
    "promise_nag",
    "shift",
    "absence",
)
SLACK = 2 * MINUTE  # by which a count in whole minutes may differ, and the clock go back between two ticks


class Watch:
    """Looks at a desk after each tick, and at the whole of it in the end."""

    def __init__(self, world: World, hours: Hours, *, office: bool) -> None:
        self._world, self._hours, self._office = world, hours, office
        self._shares = MOMENTS if office else USUAL_MOMENTS

    def after_tick(self) -> Iterator[str]:
        """While the desk is open, all that is due by now is done, and nothing before its time."""
        now = self._world.clock.now()
        with reading(self._world.ctx.engine) as connection:
            settled = thread.c.id.not_in(select(event.c.thread_id).where(event.c.at == now))
            yield from self._ladders(connection, now)
            if not self._hours.open_at(now):
                return
            over = select(thread.c.id).where(thread.c.snoozed_until <= now, settled)
            yield from (f"{number} still rests at {now}" for number in connection.execute(over).scalars())
            coming = select(reply.c.thread_id).where(reply.c.state.not_in(("sent", "cancelled", "rejected")))
            due = select(promise.c.id).join(thread, thread.c.id == promise.c.thread_id)
            due = due.where(promise.c.next_nag_at <= now, thread.c.id.not_in(coming), settled)
            yield from (f"no word of promise {number} at {now}" for number in connection.execute(due).scalars())
            for row in connection.execute(select(roster).where(roster.c.handed_at.isnot(None))):
                if set(row.handed_to) != on_call(now):
                    yield f"at {now} {row.handed_to} have the desk in place of {on_call(now)}"

    def _ladders(self, connection: Connection, now: datetime) -> Iterator[str]:
        """Each wait that goes on has come as far as the minutes walked say."""
        query = (
            select(thread, wait.c.target)
            .join(wait, wait.c.thread_id == thread.c.id)
            .where(wait.c.ended_at.is_(None), thread.c.snoozed_until.is_(None), thread.c.pending_reply_id.is_(None))
            .where(thread.c.id.not_in(select(event.c.thread_id).where(event.c.at == now)))
        )
        for row in connection.execute(query):
            if row.waiting_since is None:
                yield f"at {now} {row.id} is {row.state}, and its wait goes on"
                continue
            counted = self._hours.walked(row.waiting_since, now) - timedelta(seconds=row.paused)
            reached = [
                sum(row.target * share <= near.total_seconds() for share in self._shares)
                for near in (counted - SLACK, counted + SLACK)
            ]
            if self._hours.open_at(now) and row.nag_step < reached[0]:
                yield f"at {now} {row.id} has come to step {row.nag_step} in place of {reached[0]}"
            if row.nag_step > reached[1]:
                yield f"at {now} {row.id} is at step {row.nag_step}, ahead of {reached[1]}"

    def whole(self, happened: Counter[str]) -> Iterator[str]:
        with reading(self._world.ctx.engine) as connection:
            lines: dict[int, list[Row[tuple[object, ...]]]] = defaultdict(list)
            for line in connection.execute(select(event).order_by(event.c.id)):
                lines[line.thread_id].append(line)
            yield from self._rings(connection, happened)
            yield from self._shifts(connection, happened)
            yield from _snoozes(connection, lines)
            yield from _promises(connection, lines, happened)
            yield from _said(connection, lines)
            yield from self._why(connection, lines)

    def _rings(self, connection: Connection, happened: Counter[str]) -> Iterator[str]:
        rows = select(outbox).where(outbox.c.kind.in_(RINGING), outbox.c.message_ts.isnot(None))
        for row in connection.execute(rows):
            at = datetime.fromtimestamp(float(row.message_ts), UTC)
            happened[f"messages: {row.kind}"] += 1
            if not self._hours.may_ring(at):
                yield f"{row.key} rang at {at}, while the desk was closed"

    def _shifts(self, connection: Connection, happened: Counter[str]) -> Iterator[str]:
        """Each message says who came and went between two times of the roster, and no change has two."""
        rows = connection.execute(select(outbox.c.payload).where(outbox.c.kind == "shift").order_by(outbox.c.id))
        last: datetime | None = None
        for payload in rows.scalars():
            happened["shift changes"] += 1
            at = datetime.fromisoformat(payload["at"])
            if last is not None and at <= last:
                yield f"shifts changed at {at} after they had at {last}"
            if not set(payload["came"]) <= on_call(at) or set(payload["went"]) & on_call(at):
                yield f"at {at} {payload['came']} came and {payload['went']} went, but {on_call(at)} are on call"
            last = at

    def _why(self, connection: Connection, lines: dict[int, list[Row[tuple[object, ...]]]]) -> Iterator[str]:
        """Counted and not counted make up the time that passed, and a walk in minutes says the same."""
        now = self._world.clock.now()
        for number in lines:
            known = waits.of_thread(connection, number)
            parts = explain(known, now) if known else ()
            if known and sum((part.counted + part.not_counted for part in parts), timedelta(0)) != now - parts[0].start:
                yield f"the time of {number} does not add up"
            for part in parts:
                if part.wait is None:
                    continue
                walked = self._hours.walked(part.start, part.end)
                for rest in {(each.started_at, each.end) for each in part.wait.pauses}:
                    begun, over = max(rest[0], part.start), min(rest[1], part.end)
                    walked -= self._hours.walked(begun, over) if begun < over else timedelta(0)
                if abs(walked - part.counted) > MINUTE * len(part.spans):
                    yield f"{number}: {part.counted} counted since {part.start}, by the minute {walked}"
                whole = (part.start, part.end) == (part.wait.started_at, part.wait.ended_at)
                if whole and part.wait.counted != part.counted:
                    yield f"{number}: {part.counted} counted since {part.start}, stored as {part.wait.counted}"


def _snoozes(connection: Connection, lines: dict[int, list[Row[tuple[object, ...]]]]) -> Iterator[str]:
    """Each ends once, and what ended by itself is said once."""
    ended_by_desk: Counter[int] = Counter()
    begun: dict[int, set[datetime]] = defaultdict(set)
    for number, here in lines.items():
        asleep = False
        for line in here:
            if line.kind == "snoozed":
                asleep = True
                begun[number].add(line.at)
            elif line.kind == "woken":
                if not asleep:
                    yield f"{number} woke twice"
                asleep = False
                ended_by_desk[number] += line.actor == "desk"
            elif line.kind in ("sent", "outside", "closed"):
                asleep = False
    rested: dict[int, set[datetime]] = defaultdict(set)
    for row in connection.execute(select(pause)):
        rested[row.thread_id].add(row.started_at)
    said = Counter(connection.execute(select(outbox.c.thread_id).where(outbox.c.kind == "snooze_over")).scalars())
    for number, times in begun.items():
        if rested[number] != times:
            yield f"{number} was snoozed at {times}, with pauses since {rested[number]}"
        if said[number] != ended_by_desk[number]:
            yield f"{number} came back {ended_by_desk[number]} times, said {said[number]} times"
    sleeping = select(thread.c.id).where(thread.c.snoozed_until.isnot(None))
    left = select(pause.c.thread_id).where(pause.c.ended_at.is_(None), pause.c.thread_id.not_in(sleeping))
    yield from (f"{number} is awake in a pause" for number in connection.execute(left).scalars())


def _promises(
    connection: Connection, lines: dict[int, list[Row[tuple[object, ...]]]], happened: Counter[str]
) -> Iterator[str]:
    """Each is made, reminded of, and kept, broken or cancelled exactly once."""
    made: dict[int, Counter[str]] = defaultdict(Counter)
    keys = set(connection.execute(select(outbox.c.key).where(outbox.c.kind == "promise_nag")).scalars())
    sent = connection.execute(select(reply).where(reply.c.sent_at.isnot(None))).all()
    rows = connection.execute(select(promise)).all()
    for row in rows:
        outcome = row.outcome or ("broken" if row.broken_at else "open")
        made[row.thread_id][outcome] += 1
        happened[f"promises {outcome}"] += 1
        first = min(
            (each.sent_at for each in sent if each.thread_id == row.thread_id and each.sent_at > row.made_at),
            default=None,
        )
        in_time = first is not None and first < row.due_at and (row.ended_at is None or first <= row.ended_at)
        if in_time != (outcome == "kept"):
            yield f"promise {row.id} until {row.due_at} is {outcome}, first answered at {first}"
        if row.broken_at and not any(key.startswith(f"promise_nag:{row.id}:") for key in keys):
            yield f"nobody was told that promise {row.id} is broken"
    for each in sent:
        if sum(row.reply_id == each.id for row in rows) != (each.promised_for is not None):
            yield f"reply {each.id} of {each.sent_at} promised {each.promised_for}, stored otherwise"
    for number, outcomes in made.items():
        said = Counter(line.kind for line in lines[number])
        reminded = sum(line.kind == "nagged" and line.data.get("level") == "promise" for line in lines[number])
        if reminded > outcomes.total():
            yield f"{number} was reminded {reminded} times of {outcomes.total()} promises"
        for outcome in PromiseOutcome:
            # Who cancels a promise that is broken already has a line of their own.
            more = said["promise_cancelled"] if outcome is PromiseOutcome.CANCELLED else outcomes[outcome]
            if not outcomes[outcome] <= said[f"promise_{outcome}"] <= more:
                yield f"{number} has {outcomes[outcome]} promises {outcome}, said {said[f'promise_{outcome}']} times"


def _said(connection: Connection, lines: dict[int, list[Row[tuple[object, ...]]]]) -> Iterator[str]:
    """Each reminder that was for somebody has a message, alone or with others."""
    alone = set(
        connection.execute(select(outbox.c.thread_id).where(outbox.c.kind.in_(("nag", "nag_elsewhere")))).scalars()
    )
    lists = connection.execute(select(outbox.c.payload).where(outbox.c.kind == "reminders")).scalars()
    gathered = {number for payload in lists for number in payload["waits"]}
    of_wait = {row.id: row.thread_id for row in connection.execute(select(wait.c.id, wait.c.thread_id))}
    heard = alone | {of_wait[number] for number in gathered}
    for number, here in lines.items():
        if number not in heard and any(line.kind == "nagged" and line.data.get("to") for line in here):
            yield f"{number} was reminded of, and nobody heard it"
