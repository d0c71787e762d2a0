"""The sceptic's cases through the whole desk: what is due when, who is reminded when, and what counted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.usecases.cases import close, hear, snooze, why
from bot.usecases.desk.context import Context
from bot.usecases.reminders import nag
from tests.support.cast import ANNA
from tests.support.clock import TurnedClock
from tests.support.team import Team

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

MINUTES = 5  # between two ticks
OFFICE = "Mo-Fr 09:00-17:00"
AMSTERDAM = "Europe/Amsterdam"


@dataclass(frozen=True)
class Case:
    """What happens, each at a local time, and what the desk says of it by `until`.

    The targets are 40 minutes for a first answer and 80 for a next one, so the reminders come after 30 and 60 minutes,
    at the target, and after each half of it.
    """

    what: str
    happens: tuple[tuple[str, str], ...]
    until: str
    due: str | None
    rings: tuple[str, ...]
    counted: int  # minutes, over all waits
    hours: str | None = OFFICE
    zone: str = AMSTERDAM
    desk: dict[str, Any] = field(default_factory=dict)


CASES = (
    Case(
        "Friday evening goes on on Monday morning",
        (("2026-11-20 16:45", "writes"),),
        until="2026-11-23 09:40",
        due="2026-11-23 09:25",
        rings=("2026-11-23 09:15", "2026-11-23 09:25"),
        counted=55,
    ),
    Case(
        "nobody is reminded at midnight, and a night at the desk is silent",
        (("2026-11-23 23:00", "writes"),),
        until="2026-11-24 09:35",
        due="2026-11-24 09:40",
        rings=("2026-11-24 09:30",),
        counted=35,
    ),
    Case(
        "without hours the clock runs at night, and so do the reminders",
        (("2026-11-23 23:30", "writes"),),
        until="2026-11-24 00:35",
        due="2026-11-24 00:10",
        rings=("2026-11-24 00:00", "2026-11-24 00:10", "2026-11-24 00:30"),
        counted=65,
        hours=None,
    ),
    Case(
        "what is due as the desk closes says so once before the night",
        (("2026-11-23 16:20", "writes"),),
        until="2026-11-24 09:25",
        due="2026-11-23 17:00",
        rings=("2026-11-23 16:50", "2026-11-23 17:00", "2026-11-24 09:20"),
        counted=65,
    ),
    Case(
        "an hour before opening counts nothing",
        (("2026-11-24 08:00", "writes"), ("2026-11-24 09:10", "answers")),
        until="2026-11-24 12:00",
        due=None,
        rings=(),
        counted=10,
    ),
    Case(
        "Saturday has hours of its own",
        (("2026-11-20 16:50", "writes"),),
        until="2026-11-21 10:30",
        due="2026-11-21 10:30",
        rings=("2026-11-21 10:20", "2026-11-21 10:30"),
        counted=40,
        hours="Mo-Fr 09:00-17:00; Sa 10:00-14:00",
    ),
    Case(
        "a lunch break counts nothing and nobody is reminded in it",
        (("2026-11-24 11:35", "writes"),),
        until="2026-11-24 13:20",
        due="2026-11-24 13:15",
        rings=("2026-11-24 13:05", "2026-11-24 13:15"),
        counted=45,
        hours="Mo-Fr 09:00-12:00,13:00-17:00",
    ),
    Case(
        "a shift past midnight is one span",
        (("2026-11-23 23:40", "writes"),),
        until="2026-11-24 00:25",
        due="2026-11-24 00:20",
        rings=("2026-11-24 00:10", "2026-11-24 00:20"),
        counted=45,
        hours="Mo-Fr 22:00-02:00",
    ),
    Case(
        "Christmas is closed in the Netherlands, both days of it",
        (("2026-12-24 16:50", "writes"),),
        until="2026-12-28 09:30",
        due="2026-12-28 09:30",
        rings=("2026-12-28 09:20", "2026-12-28 09:30"),
        counted=40,
        desk={"holidays": ("NL",)},
    ),
    Case(
        "Midsummer Eve is closed in Sweden though no law says so",
        (("2027-06-24 16:50", "writes"),),
        until="2027-06-28 09:15",
        due="2027-06-28 09:30",
        rings=(),
        counted=25,
        zone="Europe/Stockholm",
        desk={"holidays": ("SE",)},
    ),
    Case(
        "a day that the desk closed by itself counts nothing",
        (("2026-11-23 16:50", "writes"),),
        until="2026-11-25 09:25",
        due="2026-11-25 09:30",
        rings=("2026-11-25 09:20",),
        counted=35,
        desk={"closed": (date(2026, 11, 24),)},
    ),
    Case(
        "an open Sunday counts, a holiday or not",
        (("2026-12-25 11:00", "writes"),),
        until="2026-12-25 11:45",
        due="2026-12-25 11:40",
        rings=("2026-12-25 11:30", "2026-12-25 11:40"),
        counted=45,
        desk={"holidays": ("NL",), "open": ("2026-12-25 10:00-12:00",)},
    ),
    Case(
        "the hour that the spring change skips does not count",
        (("2027-03-28 01:40", "writes"),),
        until="2027-03-28 03:25",
        due="2027-03-28 03:20",
        rings=("2027-03-28 03:10", "2027-03-28 03:20"),
        counted=45,
        hours="Su 01:00-05:00",
    ),
    Case(
        "the hour that the autumn change repeats counts once where it ends a span",
        (("2026-10-24 23:00", "writes"),),
        until="2026-10-25 03:40",
        due="2026-10-25 03:40",
        rings=("2026-10-25 03:30", "2026-10-25 03:40"),
        counted=40,
        hours="Su 03:00-05:00",
    ),
    Case(
        "a zone of a half hour opens at its own nine o'clock",
        (("2026-11-24 08:00", "writes"),),
        until="2026-11-24 09:35",
        due="2026-11-24 09:40",
        rings=("2026-11-24 09:30",),
        counted=35,
        zone="Asia/Kolkata",
    ),
    Case(
        "a leap day is a day like others",
        (("2028-02-28 16:50", "writes"),),
        until="2028-02-29 09:20",
        due="2028-02-29 09:30",
        rings=("2028-02-29 09:20",),
        counted=30,
    ),
    Case(
        "thanks after an answer start no clock",
        (("2026-11-24 10:00", "writes"), ("2026-11-24 10:20", "answers"), ("2026-11-24 10:25", "thanks")),
        until="2026-11-24 14:00",
        due=None,
        rings=(),
        counted=20,
    ),
    Case(
        "thanks that need an answer wait since they were written",
        (
            ("2026-11-24 10:00", "writes"),
            ("2026-11-24 10:20", "answers"),
            ("2026-11-24 10:30", "thanks"),
            ("2026-11-24 11:00", "needs an answer"),
        ),
        until="2026-11-24 11:35",
        due="2026-11-24 11:50",
        rings=("2026-11-24 11:30",),
        counted=20 + 65,
    ),
    Case(
        "a follow-up has a target of its own, counted from itself",
        (("2026-11-24 10:00", "writes"), ("2026-11-24 10:20", "answers"), ("2026-11-24 12:00", "writes again")),
        until="2026-11-24 13:05",
        due="2026-11-24 13:20",
        rings=("2026-11-24 13:00",),
        counted=20 + 65,
    ),
    Case(
        "the oldest unanswered post counts, however often the customer asks",
        (("2026-11-24 10:00", "writes"), ("2026-11-24 10:25", "writes again"), ("2026-11-24 10:35", "writes again")),
        until="2026-11-24 10:45",
        due="2026-11-24 10:40",
        rings=("2026-11-24 10:30", "2026-11-24 10:40"),
        counted=45,
    ),
    Case(
        "a thread that comes back after weeks is not late at once",
        (("2026-11-02 10:00", "writes"), ("2026-11-02 10:20", "answers"), ("2026-11-24 10:00", "writes again")),
        until="2026-11-24 10:55",
        due="2026-11-24 11:20",
        rings=(),
        counted=20 + 55,
    ),
    Case(
        "a thread that was late, closed and written to again begins anew",
        (("2026-11-24 10:00", "writes"), ("2026-11-24 11:30", "closes"), ("2026-11-24 13:00", "writes again")),
        until="2026-11-24 13:25",
        due="2026-11-24 13:40",
        rings=(
            "2026-11-24 10:30",
            "2026-11-24 10:40",
            "2026-11-24 11:00",
            "2026-11-24 11:20",
        ),
        counted=90 + 25,
    ),
    Case(
        "reopening goes on with the same wait, since the customer waited all along",
        (("2026-11-24 10:00", "writes"), ("2026-11-24 10:10", "closes"), ("2026-11-24 10:20", "reopens")),
        until="2026-11-24 10:35",
        due="2026-11-24 10:40",
        rings=("2026-11-24 10:30",),
        counted=35,
    ),
    Case(
        "a pause gives its time back and rests the reminders",
        (("2026-11-24 10:00", "writes"), ("2026-11-24 10:20", "snoozes until 12:00")),
        until="2026-11-24 12:15",
        due="2026-11-24 12:20",
        rings=("2026-11-24 12:10",),
        counted=35,
    ),
    Case(
        "a pause over the night gives back the open hours alone",
        (("2026-11-24 16:40", "writes"), ("2026-11-24 16:50", "snoozes until tomorrow 10:00")),
        until="2026-11-25 10:25",
        due="2026-11-25 10:30",
        rings=("2026-11-25 10:20",),
        counted=35,
    ),
    Case(
        "a pause ends early when the customer writes",
        (
            ("2026-11-24 10:00", "writes"),
            ("2026-11-24 10:10", "snoozes until 15:00"),
            ("2026-11-24 11:00", "writes again"),
        ),
        until="2026-11-24 11:25",
        due="2026-11-24 11:30",
        rings=("2026-11-24 11:20",),
        counted=35,
    ),
    Case(
        "hours that are changed later leave the present wait alone",
        (("2026-11-20 16:45", "writes"), ("2026-11-20 16:50", "the desk works around the clock")),
        until="2026-11-21 10:00",
        due="2026-11-23 09:25",
        rings=(),
        counted=15,
    ),
    Case(
        "an answer exactly on the deadline is late, one minute before it is not",
        (("2026-11-24 10:00", "writes"), ("2026-11-24 10:40", "answers")),
        until="2026-11-24 12:00",
        due=None,
        rings=("2026-11-24 10:30",),
        counted=40,
    ),
)


def _on(ctx: Context, **changes: Any) -> Context:
    desk = ctx.settings.desks[0].model_copy(update=changes)
    return replace(ctx, settings=replace(ctx.settings, desks=(desk,)))


class Story:
    """One customer's thread, as the case tells it."""

    def __init__(self, team: Team, clock: TurnedClock, zone: ZoneInfo) -> None:
        self.team, self.clock, self.zone = team, clock, zone
        self.number = 0

    def tell(self, what: str) -> None:
        verb, _, words = what.partition(" until ")
        acts: dict[str, Callable[[], object]] = {
            "writes": self._write,
            "writes again": self._write,
            "thanks": lambda: self.team.write("Bedankt!"),
            "answers": lambda: self.team.arrive(self.team.answer(self.number), f"ours {self.clock.at}"),
            "closes": lambda: close.close(self.team.ctx, ANNA, self.number, "solved by phone"),
            "reopens": lambda: close.reopen(self.team.ctx, ANNA, self.number),
            "needs an answer": lambda: hear.hear(self.team.ctx, ANNA, self.number),
            "snoozes": lambda: self._snooze(words),
            "the desk works around the clock": self._no_hours,
        }
        acts[verb]()

    def _write(self) -> None:
        self.number = self.team.write("Waar is mijn pakket?")

    def _snooze(self, words: str) -> None:
        until = snooze.until(self.team.ctx, ANNA, self.number, words).at
        snooze.snooze(self.team.ctx, ANNA, self.number, until, "waiting for the depot")

    def _no_hours(self) -> None:
        self.team.ctx = _on(self.team.ctx, hours=None)

    def local(self, at: datetime | None) -> str | None:
        return None if at is None else at.astimezone(self.zone).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.what.replace(" ", "-"))
def test_case_through_the_whole_desk(ctx: Context, clock: TurnedClock, case: Case) -> None:
    zone = ZoneInfo(case.zone)

    def instant(local: str) -> datetime:
        return datetime.fromisoformat(local).replace(tzinfo=zone).astimezone(UTC)

    targets = ctx.settings.desks[0].targets.model_copy(
        update={"first_response": timedelta(minutes=40), "next_response": timedelta(minutes=80)}
    )
    team = Team(_on(ctx, hours=case.hours, timezone=zone, targets=targets, **case.desk))
    story = Story(team, clock, zone)
    happens = [(instant(local), what) for local, what in case.happens]
    rings: list[str | None] = []
    clock.at = happens[0][0]
    while clock.at <= instant(case.until):
        for at, what in happens:
            if at == clock.at:
                story.tell(what)
        snooze.tick(team.ctx)
        if nag.tick(team.ctx):
            rings.append(story.local(clock.at))
        clock.turn(minutes=MINUTES)
    clock.at = instant(case.until)
    parts = why.why(team.ctx, ANNA, story.number).parts
    counted = sum((part.counted for part in parts), timedelta(0))
    assert (story.local(team.thread(story.number).due_at), tuple(rings), counted) == (
        case.due,
        case.rings,
        timedelta(minutes=case.counted),
    )
    whole = sum((part.counted + part.not_counted for part in parts), timedelta(0))
    assert whole == clock.at - happens[0][0]
