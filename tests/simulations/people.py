"""Customers at X and agents at the desk, each doing something now and then."""

from __future__ import annotations

import contextlib
import math
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bot.domain.common.errors import Refused
from bot.sandbox.x import Post
from bot.usecases.cases import claim, close, escalate, handover, release
from bot.usecases.desk.context import Actor
from bot.usecases.replies import reply
from storage.engine import DatabaseError, reading
from storage.tables import reply as replies
from storage.tables import thread as threads
from tests.support.faults.world import World

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
STORMS_A_MINUTE = 0.0015
AGENTS = ("U0ANNA", "U0LARS", "U0EMMA")


class Customers:
    """They write more by day than by night, many at once now and then, write again, edit and delete."""

    def __init__(self, random: Random, world: World, happened: Counter[str], per_tick: float, tick: timedelta) -> None:
        self._storm = STORMS_A_MINUTE * (tick / timedelta(minutes=1))
        self._random, self._world, self._x = random, world, world.sandbox.x
        self._happened, self._per_tick = happened, per_tick
        self._posts: list[str] = []
        self._numbers = count(1)

    def act(self) -> None:
        hour = self._world.clock.now().astimezone(AMSTERDAM).hour
        share = self._per_tick * (1 + math.sin((hour - 8) / 24 * 2 * math.pi))
        for _ in range(int(share) + (self._random.random() < share % 1)):
            self._write()
        if self._random.random() < self._storm:
            self._happened["storms"] += 1
            for _ in range(self._random.randint(8, 40)):
                self._write()
        if self._posts and self._random.random() < share / 8:
            self._think_better_of_it()

    def _write(self) -> None:
        number = next(self._numbers)
        older = self._one_of(200) if self._random.random() < 0.25 else None
        if older is None:
            post = self._x.post(f"c{number}", f"@acme my parcel {number} is late")
        else:
            post = self._x.post(older.author.handle, f"@acme and another thing, {number}", in_reply_to=older.id)
        self._posts.append(post.id)
        self._happened["mentions"] += 1

    def _think_better_of_it(self) -> None:
        post = self._one_of(300)
        if post is None:
            return
        if self._random.random() < 0.5:
            self._x.edit(post.id, f"{post.text} (edited {next(self._numbers)})")
            self._happened["edits"] += 1
        else:
            self._x.delete(post.id)
            self._happened["deletions"] += 1

    def _one_of(self, newest: int) -> Post | None:
        """One of the newest posts, if it still stands."""
        with contextlib.suppress(KeyError, IndexError):
            return self._x.standing(self._random.choice(self._posts[-newest:]))
        return None


class Agents:
    """They do all that can be done with a thread, sensible or not: something in most minutes."""

    def __init__(self, random: Random, world: World, happened: Counter[str], tick: timedelta) -> None:
        self._random, self._world, self._happened = random, world, happened
        self._minutes = math.ceil(tick / timedelta(minutes=1))
        self._numbers = count(1)

    def act(self) -> None:
        for _ in range(self._minutes):
            if self._random.random() < 0.3:
                self._do_something()
        if self._random.random() < 0.1:
            self.decide()

    def decide(self) -> None:
        """Look at X, and say what became of the replies that the desk could not find."""
        with reading(self._world.ctx.engine) as connection:
            unknown = connection.execute(select(replies).where(replies.c.state == "unknown")).all()
        own = [post for post in self._world.sandbox.x.posts if post.author.handle == "acme"]
        for row in unknown:
            there = any(post.text.endswith(row.text) for post in own)
            with contextlib.suppress(Refused, DatabaseError):
                reply.decide(self._world.ctx, Actor(row.author, "button"), row.id, was_sent=there)
                self._happened["decisions"] += 1

    def _do_something(self) -> None:
        state = self._random.choice(("waiting", "waiting", "waiting", "answered", "closed"))
        query = select(threads.c.id, threads.c.owner).where(threads.c.state == state)
        with reading(self._world.ctx.engine) as connection:
            found = connection.execute(query.order_by(threads.c.due_at, threads.c.id.desc()).limit(40)).all()
        if not found:
            return
        thread, owner = self._random.choice(found)
        anybody = Actor(self._random.choice(AGENTS), "button")
        owning, ctx = Actor(owner or anybody.id, "button"), self._world.ctx
        acts: list[tuple[int, str, Callable[[], object]]] = [
            (5, "claims", lambda: claim.claim(ctx, anybody, thread)),
            (10, "answers", lambda: self._answer(thread, owning)),
            (2, "undos", self._undo),
            (2, "closes", lambda: close.close(ctx, owning, thread, "spam")),
            (1, "reopenings", lambda: close.reopen(ctx, owning, thread)),
            (1, "releases", lambda: release.release(ctx, owning, thread)),
            (
                1,
                "hand-overs",
                lambda: handover.hand_over(ctx, owning, thread, Actor(self._random.choice(AGENTS), "button")),
            ),
            (1, "take-overs", lambda: handover.take_over(ctx, anybody, thread, "on leave")),
            (1, "escalations", lambda: escalate.escalate(ctx, anybody, thread, None, "please look")),
        ]
        _, what, act = self._random.choices(acts, [weight for weight, _, _ in acts])[0]
        try:
            act()
        except Refused:
            self._happened["refusals"] += 1
        except DatabaseError:
            self._happened["acts that could not be saved"] += 1
        else:
            self._happened[what] += 1

    def _answer(self, thread: int, actor: Actor) -> None:
        number = next(self._numbers)
        repeats = 2 if self._random.random() < 0.05 else 1  # Slack sends things twice now and then
        for _ in range(repeats):
            reply.submit(
                self._world.ctx, actor, thread, f"Answer {number}.", seen=None, idempotency_key=f"view:{number}"
            )

    def _undo(self) -> None:
        newest = select(replies.c.id, replies.c.author).order_by(replies.c.id.desc()).limit(1)
        with reading(self._world.ctx.engine) as connection:
            found = connection.execute(newest).one_or_none()
        if found is not None:
            reply.undo(self._world.ctx, Actor(found.author, "button"), found.id)
