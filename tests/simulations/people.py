"""Customers at X and agents at the desk, each doing something now and then."""

from __future__ import annotations

import contextlib
import math
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from random import Random

from sqlalchemy import select

from bot.domain.common.errors import Refused
from bot.sandbox.x import Post
from bot.usecases.cases import claim, close, escalate, handover, mute, promises, release, snooze
from bot.usecases.desk.context import Actor
from bot.usecases.reminders import do_not_disturb, nag
from bot.usecases.replies import reply, second_look
from storage.engine import DatabaseError, reading
from storage.tables import reply as replies
from storage.tables import thread as threads
from tests.simulations.office import AMSTERDAM
from tests.support.faults.world import World

STORMS_A_MINUTE = 0.0015
AWAYS_A_MINUTE = 0.01
AGENTS = ("U0ANNA", "U0LARS", "U0EMMA")


class Customers:
    """They write more by day than by night, many at once now and then, write again, edit and delete."""

    def __init__(
        self, random: Random, world: World, happened: Counter[str], per_tick: float, tick: timedelta, *, storms: bool
    ) -> None:
        self._storm = STORMS_A_MINUTE * (tick / timedelta(minutes=1)) if storms else 0
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
        if self._random.random() < AWAYS_A_MINUTE * self._minutes:
            self._go_or_come()
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
            (3, "snoozes", lambda: snooze.snooze(ctx, owning, thread, self._ahead(), "waiting for the depot")),
            (1, "early ends of snoozes", lambda: snooze.wake(ctx, owning, thread)),
            (1, "promises cancelled", lambda: promises.cancel(ctx, owning, thread, "it has arrived")),
            (1, "mutes", lambda: mute.mute(ctx, anybody, thread, self._ahead() - ctx.clock.now(), "spam")),
            (1, "mutes ended", lambda: mute.unmute(ctx, anybody, thread)),
            (1, "threads kept", lambda: nag.keep(ctx, owning, thread)),
            (1, "reminders put off", lambda: nag.more_time(ctx, owning, thread)),
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
        promised_for = self._ahead() if self._random.random() < 0.3 else None
        ctx, text = self._world.ctx, f"Answer {number}."
        meant = [key for finding in second_look.look(ctx, thread, actor.id, text) for key in finding.keys]
        for _ in range(repeats):
            reply.submit(
                ctx,
                actor,
                thread,
                text,
                seen=None,
                idempotency_key=f"view:{number}",
                confirmed=meant,
                promised_for=promised_for,
            )
        self._happened["promises"] += promised_for is not None

    def _ahead(self) -> datetime:
        return self._world.clock.now() + timedelta(minutes=self._random.choice((5, 30, 90, 300, 1000, 2500)))

    def _go_or_come(self) -> None:
        """Set a status that says that one is away, or silence Slack, or end that; Slack may not tell the desk."""
        agent, slack, until = self._random.choice(AGENTS), self._world.sandbox.slack, self._ahead()
        told: Callable[[], object]
        if self._random.random() < 0.5:
            slack.state.set_status(agent, self._random.choice((":palm_tree:", "")), until)
            self._happened["changes of status"] += 1
            told = partial(self._world.desk.deps.learn_anew, agent)
        else:
            span = (self._world.clock.now(), until) if self._random.random() < 0.7 else None
            slack.state.disturb(agent, span)
            status = {agent: slack.state.dnd_status(agent)}
            self._happened["changes of do not disturb"] += 1
            told = partial(do_not_disturb.learn, self._world.ctx, status)
        if self._random.random() < 0.9:
            with contextlib.suppress(DatabaseError):
                told()

    def _undo(self) -> None:
        newest = select(replies.c.id, replies.c.author).order_by(replies.c.id.desc()).limit(1)
        with reading(self._world.ctx.engine) as connection:
            found = connection.execute(newest).one_or_none()
        if found is not None:
            reply.undo(self._world.ctx, Actor(found.author, "button"), found.id)
