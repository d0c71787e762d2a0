"""What the desk promises about time: every reminder in its time and true, one standup a day."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import and_, or_, select

from bot.domain.reminders.reminders import LONGEST_PAUSE
from bot.sandbox.slack import Message
from storage.engine import reading
from storage.tables import event, outbox, thread, wait
from tests.simulations.office import AMSTERDAM, Hours
from tests.support.faults.world import World

NINE = time(9)
ANEW = ("sent", "closed", "reopened", "withdrawn", "heard")
ANOTHER_OWNER = ("handed_over", "taken_over", "released", "merged", "split", "let_go", "shift_ended", "owner_away")
AWAY_AT_MOST = timedelta(hours=3)  # longer than any outage of the simulation


def nobody_forgotten(world: World, hours: Hours) -> list[str]:
    """After a tick no reminder is due any more, but of threads that changed in that very tick, or of a closed desk."""
    now = world.clock.now()
    if not hours.may_ring(now):
        return []
    changed_now = select(event.c.thread_id).where(event.c.at == now)
    due = select(thread.c.id).where(thread.c.next_nag_at <= now, thread.c.id.notin_(changed_now))
    with reading(world.ctx.engine) as connection:
        late = connection.execute(due).scalars().all()
    return [f"no reminder in time for {late} at {now}"] if late else []


def reminders(world: World, happened: Counter[str]) -> Iterator[str]:
    """Each step is raised once, and says what is true at that moment: none is stale after an outage.

    A new owner is told anew of the last one. When a wait ends, goes on after all or changes its length, what was said
    of it before counts no longer.
    """
    lines = select(event.c.thread_id, event.c.kind, event.c.data).where(
        event.c.kind.in_([*ANEW, *ANOTHER_OWNER, "nagged"])
    )
    stale = (
        select(event.c.thread_id)
        .join(
            wait,
            and_(
                wait.c.thread_id == event.c.thread_id,
                wait.c.started_at <= event.c.at,
                wait.c.due_at <= event.c.at,
                or_(wait.c.ended_at.is_(None), wait.c.ended_at > event.c.at),
            ),
        )
        .where(event.c.kind == "nagged", event.c.data["level"].as_string() == "warning")
    )
    with reading(world.ctx.engine) as connection:
        rows = connection.execute(lines.order_by(event.c.id)).all()
        late = connection.execute(stale).scalars().all()
    yield from (f"the thread {number} was warned of after its deadline" for number in late)
    said: dict[int, dict[int, bool]] = defaultdict(dict)  # by step: whether its owner was told of it
    for number, kind, data in rows:
        if kind in ANEW:
            said[number].clear()
            continue
        if data.get("level") == "promise":
            continue
        if kind in ANOTHER_OWNER:
            said[number] |= dict.fromkeys([*said[number]][-1:], False)
            continue
        if said[number].get(data["step"]):
            yield f"the thread {number} was reminded of twice: step {data['step']}"
        said[number][data["step"]] = True
        happened["reminders"] += 1


def gathered(world: World, hours: Hours, happened: Counter[str]) -> Iterator[str]:
    """A message for several reminders comes when they were raised, or as soon as the desk is up and open."""
    raised: dict[int, list[datetime]] = defaultdict(list)
    with reading(world.ctx.engine) as connection:
        for number, at in connection.execute(select(event.c.thread_id, event.c.at).where(event.c.kind == "nagged")):
            raised[number].append(at)
        of_wait = {row.id: row.thread_id for row in connection.execute(select(wait.c.id, wait.c.thread_id))}
        rows = connection.execute(
            select(outbox.c.key, outbox.c.message_ts, outbox.c.payload).where(
                outbox.c.kind == "reminders", outbox.c.message_ts.isnot(None)
            )
        ).all()
    for row in rows:
        happened["messages for several reminders"] += 1
        happened["reminders in them"] += len(row.payload["waits"])
        said = datetime.fromtimestamp(float(row.message_ts), UTC)
        for number in {of_wait[id_] for id_ in row.payload["waits"]}:
            if not any(
                timedelta(0) <= said - at and hours.walked(at, said) <= LONGEST_PAUSE + AWAY_AT_MOST
                for at in raised[number]
            ):
                yield f"{row.key} of {said} reminds of the thread {number}, raised at {raised[number]}"


def standups(world: World, hours: Hours, start: datetime, happened: Counter[str]) -> Iterator[str]:
    """One on each local day on which the desk opens, at nine or as soon as the bot is up."""
    posted = _standups_in_slack(world)
    now = world.clock.now()
    day = start.astimezone(AMSTERDAM).date()
    while day <= now.astimezone(AMSTERDAM).date():
        nine = datetime.combine(day, NINE, AMSTERDAM)
        there = posted[day.isoformat()]
        opens = hours.opens_on(day)
        wanted = opens and start <= nine <= now - AWAY_AT_MOST
        if len(there) > opens or (wanted and not there):
            yield f"{len(there)} standups on {day}"
        for message in there:
            said = datetime.fromtimestamp(float(message.ts), AMSTERDAM)
            if said.date() != day or said < nine:
                yield f"the standup of {day} was posted at {said}"
        day += timedelta(days=1)
    happened["standups"] = sum(map(len, posted.values()))


def _standups_in_slack(world: World) -> dict[str, list[Message]]:
    found: dict[str, list[Message]] = defaultdict(list)
    for message in world.sandbox.slack.messages("C0SUPPORT"):
        key = (message.metadata or {}).get("event_payload", {}).get("key", "")
        if key.startswith("standup:"):
            found[key.rpartition(":")[2]].append(message)
    return found
