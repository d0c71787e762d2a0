"""What goes wrong: Slack and X fail, a process dies, the disk is full, the clock jumps, a feed is read twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import get_args

from sqlalchemy import update

from bot.sandbox.faults import Kind
from storage.engine import transaction
from storage.tables import feed
from tests.support.faults.world import World

SLACK_METHODS = ("chat.postMessage", "chat.update", "conversations.history", "conversations.replies", "*")
X_METHODS = ("POST /2/tweets", "GET /2/users/:id/mentions", "GET /2/users/:id/tweets", "GET /2/tweets")
HANG = 0.02  # real seconds for which a time-out hangs before the connection is cut


class Fate:
    """`strike` once a tick. `dies_in` counts down the points until the process dies, `down_for` are seconds."""

    def __init__(self, random: Random, world: World, happened: Counter[str], tick: timedelta) -> None:
        self._minutes = tick / timedelta(minutes=1)
        self._random, self._world, self._happened = random, world, happened
        self._faults, self._clock = world.sandbox.faults, world.clock
        self._outage, self._outage_until = False, self._clock.now()
        self._disk_full_until = self._clock.now()
        self.dies_in = 0
        self.down_for = 0
        self._fates: list[tuple[float, str, Callable[[], None]]] = [  # chances in a minute
            (0.012, "Slack faults", self._slack_fails),
            (0.008, "X faults", self._x_fails),
            (0.004, "kills", self._kill),
            (0.001, "restarts", self._restart),
            (0.001, "X outages", self._x_is_away),
            (0.001, "clock jumps", self._clock_jumps),
            (0.0015, "feeds read twice", self._forget_cursor),
            (0.003, "full disks", self._disk_is_full),
        ]

    def strike(self) -> None:
        if self._world.disk_is_full and self._clock.now() < self._disk_full_until:
            return
        self._world.disk_is_full = False
        if self._outage:
            if self._clock.now() < self._outage_until:
                return
            self._outage = False
            self._faults.clear()
        for chance, what, fate in self._fates:
            if self._random.random() < chance * self._minutes:
                fate()
                self._happened[what] += 1

    def rest(self) -> None:
        """No more of it."""
        self._faults.clear()
        self.dies_in = self.down_for = 0
        self._world.disk_is_full = False

    def _slack_fails(self) -> None:
        kind, method = self._random.choice(get_args(Kind)), self._random.choice(SLACK_METHODS)
        self._faults.add("slack", method, kind, times=self._random.randint(1, 4), retry_after=5, seconds=HANG)

    def _x_fails(self) -> None:
        kind, method = self._random.choice(get_args(Kind)), self._random.choice(X_METHODS)
        self._faults.add("x", method, kind, times=self._random.randint(1, 2), retry_after=30, seconds=HANG)

    def _x_is_away(self) -> None:
        self._outage = True
        self._outage_until = self._clock.now() + timedelta(minutes=self._random.randint(10, 180))
        self._faults.clear()
        self._faults.add("x", "*", "html_503", times=5000)

    def _kill(self) -> None:
        self.dies_in = self._random.randint(1, 60)

    def _restart(self) -> None:
        self.down_for = self._random.choice((1, 30, 1800, 2 * 3600))

    def _clock_jumps(self) -> None:
        self._clock.turn(seconds=self._random.choice((-50, -5, 5, 300, 1200)))

    def _disk_is_full(self) -> None:
        self._world.disk_is_full = True
        self._disk_full_until = self._clock.now() + timedelta(minutes=self._random.randint(10, 120))

    def _forget_cursor(self) -> None:
        with transaction(self._world.ctx.engine) as connection:
            connection.execute(update(feed).values(cursor=None))
