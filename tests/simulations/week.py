"""A week of a desk in minutes: customers, agents, faults, outages, full disks, clock jumps, crashes and the end of
summer time.

Two workers on a turned clock, in this process, run the real use cases and the real delivery against the sandbox's Slack
and X over HTTP. All chance comes from one seed.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import TypedDict, Unpack

from bot.delivery.replies import ReplyDeliverer
from bot.delivery.slack_messages import SlackMessageDeliverer
from storage.engine import reading
from storage.outbox import leases
from tests.simulations import clocks, promises
from tests.simulations import office as offices
from tests.simulations.fate import Fate
from tests.simulations.office import AMSTERDAM, Hours
from tests.simulations.people import Agents, Customers
from tests.support.clock import TurnedClock
from tests.support.faults import points
from tests.support.faults.invariants import violations
from tests.support.faults.world import World

PACE = timedelta(seconds=1.1)
EVERY_KIND = (*SlackMessageDeliverer.kinds, *ReplyDeliverer.kinds)

FORESEEN = "Slack refused the content of a message; it is shown bare"
"""What the desk logs of a fault that fate sends: Slack finds fault with a message that is in order."""


class Size(TypedDict):
    """How much is simulated; summer time ends in the night to the 25th. `office` is a desk with hours and shifts."""

    start: datetime
    days: float
    mentions: int
    tick: timedelta
    office: bool


def _from(day: int, hour: int) -> datetime:
    return datetime(2026, 10, day, hour, tzinfo=AMSTERDAM)


FULL = Size(start=_from(22, 0), days=7, mentions=4000, tick=timedelta(minutes=2), office=False)
QUICK = Size(start=_from(24, 18), days=0.75, mentions=90, tick=timedelta(minutes=10), office=False)
OFFICE = Size(start=_from(22, 12), days=6, mentions=1000, tick=timedelta(minutes=4), office=True)
QUICK_OFFICE = Size(start=_from(24, 12), days=2.9, mentions=30, tick=timedelta(hours=1), office=True)

SIZES = {(False, False): FULL, (True, False): QUICK, (False, True): OFFICE, (True, True): QUICK_OFFICE}
"""By whether it is quick, and whether the desk has hours."""


class Killed(BaseException):
    """The process died here: nothing after this point ran."""


@dataclass
class Report:
    """What happened, and what was wrong; all is well when `wrong` is empty."""

    seed: int
    happened: Counter[str] = field(default_factory=Counter)
    died_at: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        counted = ", ".join(f"{times} {what}" for what, times in sorted(self.happened.items()))
        return f"seed {self.seed}: {counted}; died at {len(self.died_at)} points; wrong: {self.wrong or 'nothing'}"


def run(seed: int, folder: Path, database_url: str, **size: Unpack[Size]) -> Report:
    """Simulate, settle, and check everything. The database is migrated and empty; the desk ticks every `tick`."""
    clock = TurnedClock(size["start"].astimezone(UTC))
    with _world(folder, database_url, clock, office=size["office"]) as world:
        random = Random(seed)  # noqa: S311 (it keeps no secret)
        return _Run(random, world, Report(seed), size).run()


def _world(folder: Path, database_url: str, clock: TurnedClock, *, office: bool) -> World:
    if not office:
        return World(folder, database_url, clock, limits=True)
    (folder / "oncall.ics").write_text(offices.roster(), encoding="utf-8")
    return World(folder, database_url, clock, limits=True, desk=offices.DESK, more=offices.LADDER)


class _Run:
    def __init__(self, random: Random, world: World, report: Report, size: Size) -> None:
        tick, length = size["tick"], timedelta(days=size["days"])
        self._random, self._world, self._report, self._clock = random, world, report, world.clock
        self._tick = tick
        self._start = self._ticked = self._clock.now()
        self._end = self._start + length
        self._hours = Hours(self._start, office=size["office"])
        self._watch = clocks.Watch(world, self._hours, office=size["office"])
        self._world.desk.deps.prepare()
        share = size["mentions"] / (length / tick)
        self._customers = Customers(random, world, report.happened, share, tick, storms=not size["office"])
        self._agents = Agents(random, world, report.happened, tick)
        self._fate = Fate(random, world, report.happened, tick)

    def run(self) -> Report:
        with points.installed(self._pass):
            while self._clock.now() < self._end:
                self._step()
                if self._fate.down_for:
                    self._down(self._fate.down_for)
        self._fate.rest()
        self._world.work(300, step=45)  # what X kept back while it was away is fetched
        for _ in range(2):  # what was sent again may need a decision again
            self._world.settled(within=4 * 3600)
            self._agents.decide()
        self._world.settled(within=4 * 3600)
        self._report.wrong += violations(self._world.sandbox, self._world.ctx.engine)
        self._report.wrong += promises.reminders(self._world, self._report.happened)
        self._report.wrong += promises.gathered(self._world, self._hours, self._report.happened)
        self._report.wrong += self._watch.whole(self._report.happened)
        self._report.wrong += promises.standups(self._world, self._hours, self._start, self._report.happened)
        self._report.wrong += [error for error in self._world.errors if not error.endswith(FORESEEN)]
        return self._report

    def _step(self) -> None:
        """One tick of everybody's; between two of them delivery goes on at Slack's pace."""
        with self._mortal():
            self._clock.turn(seconds=(PACE if self._busy() else self._tick).total_seconds())
            if self._ticked <= self._clock.now() < self._ticked + self._tick:
                self._world.deliver()
                return
            self._ticked = self._clock.now()
            self._customers.act()
            self._fate.strike()
            self._agents.act()
            self._world.tick()
            if not self._world.disk_is_full:
                self._report.wrong += promises.nobody_forgotten(self._world, self._hours)
                self._report.wrong += self._watch.after_tick()

    def _busy(self) -> bool:
        """Whether anything can be delivered before the next tick."""
        if self._world.disk_is_full:
            return False
        with reading(self._world.ctx.engine) as connection:
            return leases.ready(connection, EVERY_KIND, self._clock.now() + PACE)

    @contextlib.contextmanager
    def _mortal(self) -> Iterator[None]:
        try:
            yield
        except Killed as killed:
            self._report.died_at[str(killed)] += 1
            if self._random.random() < 0.5:
                self._world.replace()
            else:
                self._down(self._random.choice((1, 5, 60, 600)))

    def _pass(self, name: str) -> None:
        if self._fate.dies_in:
            self._fate.dies_in -= 1
            if not self._fate.dies_in:
                raise Killed(name)

    def _down(self, seconds: float) -> None:
        """The process is away, and the world goes on; what it knew beside its database is gone."""
        self._world.stop()
        until = self._clock.now() + timedelta(seconds=seconds)
        while self._clock.now() < until:
            self._clock.turn(seconds=min(self._tick.total_seconds(), seconds))
            self._customers.act()
        self._fate.down_for = 0
        self._world.start()
