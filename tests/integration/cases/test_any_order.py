"""Customers, agents, the network and time in any order: what must hold holds after every step."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from hypothesis import HealthCheck
from hypothesis import settings as profile
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import event

from bot.domain.cases.conversation import ReplyState
from bot.domain.cases.mention import Author, Mention
from bot.domain.cases.thread import State, Thread
from bot.domain.common.errors import Refused
from bot.networks.base import Returned, Sent
from bot.settings import Settings
from bot.usecases.cases import came_back, claim, close, escalate, handover, release
from bot.usecases.desk.context import Actor, Context
from bot.usecases.reminders import nag
from bot.usecases.replies import reply, reply_outcome, take_back
from storage.engine import connect
from tests.support.cast import X
from tests.support.clock import TurnedClock
from tests.support.team import Served, Team, lonely_x

AGENTS = st.sampled_from([Actor(f"U{name}", "button") for name in ("ANNA", "LARS", "EMMA")])
ON_ITS_WAY = {ReplyState.QUEUED, ReplyState.SENDING, ReplyState.VERIFYING, ReplyState.RETRY_REQUESTED}
ANY = st.integers(0, 1000)
PROFILE = profile(
    max_examples=int(os.environ.get("WEBCARE_EXAMPLES", "8")),
    stateful_step_count=25,
    suppress_health_check=list(HealthCheck),
)


class AnyOrder(RuleBasedStateMachine):
    """Two customers in two conversations, three agents; a step that the rules refuse must change nothing."""

    config: Settings
    account: Served
    template: Path

    @initialize()
    def open_shop(self) -> None:
        self.place = tempfile.TemporaryDirectory()
        shutil.copyfile(self.template, f"{self.place.name}/webcare.db")
        self.engine = connect(f"sqlite:///{self.place.name}/webcare.db")
        event.listen(self.engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous=OFF"))
        self.clock = TurnedClock()
        self.team = Team(Context(self.engine, self.clock, self.config, {X: self.account}, lambda: None))
        self.posts: list[Mention] = []
        self.gone: set[str] = set()
        self.before: dict[int, tuple[Thread, int]] = {}

    def teardown(self) -> None:
        if hasattr(self, "engine"):
            self.engine.dispose()
            self.place.cleanup()

    @property
    def threads(self) -> list[Thread]:
        return [self.team.thread(row["id"]) for row in self.team.rows("SELECT id FROM thread ORDER BY id")]

    def act(self, deed: Callable[[], object]) -> None:
        self.clock.turn(milliseconds=1)
        with contextlib.suppress(Refused):
            deed()

    def one(self, pick: int) -> int:
        found = self.threads
        return found[pick % len(found)].id

    def replies_in(self, *states: ReplyState) -> list[int]:
        rows = self.team.rows("SELECT id, state FROM reply ORDER BY id")
        return [row["id"] for row in rows if row["state"] in states]

    # Customers

    @rule(customer=st.sampled_from("78"), conversation=st.sampled_from(["c1", "c2"]), late=st.integers(0, 90))
    def write(self, customer: str, conversation: str, late: int) -> None:
        posted_at = self.clock.turn(milliseconds=1) - timedelta(minutes=late if late > 60 else 0)
        author = Author(customer, f"klant{customer}", "Klant")
        mention = self.team.mention(conversation=conversation, author=author, posted_at=posted_at)
        self.posts.append(mention)
        assert self.team.receive(mention) == 1
        assert self.team.receive(mention) == 0

    @precondition(lambda self: self.posts)
    @rule(pick=ANY)
    def edit(self, pick: int) -> None:
        at = pick % len(self.posts)
        old = self.posts[at]
        new = replace(self.team.edited(old, old.text + "!", self.team.mention().id))
        self.clock.turn(milliseconds=1)
        assert self.team.receive(new) == (0 if old.id in self.gone else 1)
        if old.id not in self.gone:
            self.posts[at] = new

    @precondition(lambda self: self.posts)
    @rule(pick=ANY)
    def delete(self, pick: int) -> None:
        id_ = self.posts[pick % len(self.posts)].id
        self.clock.turn(hours=24)
        self.team.delete(id_)
        self.gone.add(id_)

    # Agents

    @precondition(lambda self: self.posts)
    @rule(agent=AGENTS, other=AGENTS, pick=ANY, deed=st.sampled_from(["claim", "release", "give", "take", "ask"]))
    def own(self, agent: Actor, other: Actor, pick: int, deed: str) -> None:
        ctx, number = self.team.ctx, self.one(pick)
        deeds: dict[str, Callable[[], object]] = {
            "claim": lambda: claim.claim(ctx, agent, number),
            "release": lambda: release.release(ctx, agent, number),
            "give": lambda: handover.hand_over(ctx, agent, number, other),
            "take": lambda: handover.take_over(ctx, agent, number, "on leave"),
            "ask": lambda: escalate.escalate(ctx, agent, number, None, "why"),
        }
        self.act(deeds[deed])

    @precondition(lambda self: self.posts)
    @rule(agent=AGENTS, pick=ANY, again=st.booleans())
    def close(self, agent: Actor, pick: int, again: bool) -> None:
        ctx, number = self.team.ctx, self.one(pick)
        self.act(lambda: close.reopen(ctx, agent, number) if again else close.close(ctx, agent, number, "spam"))

    @precondition(lambda self: self.posts)
    @rule(agent=AGENTS, pick=ANY)
    def answer(self, agent: Actor, pick: int) -> None:
        number = self.one(pick)
        self.act(lambda: self.team.answer(number, by=agent))

    @precondition(lambda self: self.replies_in(ReplyState.QUEUED))
    @rule(agent=AGENTS, pick=ANY)
    def undo(self, agent: Actor, pick: int) -> None:
        queued = self.replies_in(ReplyState.QUEUED)
        self.act(lambda: reply.undo(self.team.ctx, agent, queued[pick % len(queued)]))

    @precondition(lambda self: self.replies_in(ReplyState.UNKNOWN))
    @rule(agent=AGENTS, pick=ANY, was_sent=st.booleans())
    def decide(self, agent: Actor, pick: int, was_sent: bool) -> None:
        unknown = self.replies_in(ReplyState.UNKNOWN)
        self.act(lambda: reply.decide(self.team.ctx, agent, unknown[pick % len(unknown)], was_sent=was_sent))

    # The network

    @precondition(lambda self: self.replies_in(*ON_ITS_WAY))
    @rule(pick=ANY, outcome=st.sampled_from(["arrived", "arrived", "refused", "unknown", "not_begun", "checking"]))
    def deliver(self, pick: int, outcome: str) -> None:
        ctx, under_way = self.team.ctx, self.replies_in(*ON_ITS_WAY)
        id_ = under_way[pick % len(under_way)]
        self.clock.turn(milliseconds=1)
        before = self.team.reply(id_)
        begun = reply_outcome.begin(ctx, id_, before.state) if before.state is not ReplyState.SENDING else None
        match outcome:
            case "arrived":
                reply_outcome.arrived(ctx, id_, Sent(f"r{id_}", "https://x.com/acme/status/9"))
            case "refused":
                reply_outcome.refused(ctx, id_, "duplicate")
            case "unknown":
                reply_outcome.unknown(ctx, id_)
            case "not_begun" if begun is not None:
                reply_outcome.not_begun(ctx, before, self.clock.at, "not_reached")
            case _:
                reply_outcome.checking(ctx, id_)

    @precondition(lambda self: self.replies_in(ReplyState.UNKNOWN))
    @rule(pick=ANY, hours_ago=st.sampled_from([0, 1, 30]))
    def turn_up(self, pick: int, hours_ago: int) -> None:
        unknown = self.replies_in(ReplyState.UNKNOWN)
        id_ = unknown[pick % len(unknown)]
        posted_at = self.clock.at - timedelta(hours=hours_ago)
        reply_outcome.arrived(self.team.ctx, id_, Sent(f"r{id_}", "https://x.com/acme/status/9", posted_at))

    @precondition(lambda self: self.replies_in(ReplyState.SENT))
    @rule(agent=AGENTS, pick=ANY, at_once=st.booleans())
    def take_back(self, agent: Actor, pick: int, at_once: bool) -> None:
        ctx, sent = self.team.ctx, self.replies_in(ReplyState.SENT)
        id_ = sent[pick % len(sent)]
        self.act(lambda: take_back.take_back(ctx, agent, self.team.reply(id_).thread_id, "wrong", id_))
        if at_once:
            take_back.send(ctx, {"reply": id_})

    @precondition(lambda self: self.replies_in(ReplyState.SENT, ReplyState.VERIFYING, ReplyState.UNKNOWN))
    @rule(pick=ANY)
    def come_back(self, pick: int) -> None:
        tried = self.replies_in(ReplyState.SENT, ReplyState.VERIFYING, ReplyState.UNKNOWN)
        key = self.team.reply(tried[pick % len(tried)]).key
        self.clock.turn(milliseconds=1)
        assert came_back.came_back(self.team.ctx, X, Returned(key, "mailbox full"))

    # Time

    @rule(minutes=st.sampled_from([1, 44, 60, 500]))
    def wait(self, minutes: int) -> None:
        self.clock.turn(minutes=minutes)

    @rule()
    def tick(self) -> None:
        nag.tick(self.team.ctx)
        assert all(thread.next_nag_at is None or thread.next_nag_at > self.clock.at for thread in self.threads)
        assert nag.tick(self.team.ctx) == 0

    @rule()
    def wait_until_exactly_the_next_deadline(self) -> None:
        due = [thread.next_nag_at for thread in self.threads if thread.next_nag_at]
        self.clock.at = max(self.clock.at, min(due, default=self.clock.at))
        reminded = nag.tick(self.team.ctx)
        assert bool(due) is bool(reminded)

    # What must hold

    @invariant()
    def every_change_has_its_line(self) -> None:
        for thread in self.threads if hasattr(self, "team") else []:
            lines = len(self.team.events(thread.id))
            old, known = self.before.get(thread.id, (None, 0))
            assert thread == old or lines > known
            self.before[thread.id] = (thread, lines)

    @invariant()
    def the_timeline_says_who_owns_it(self) -> None:
        for thread in self.threads if hasattr(self, "team") else []:
            assert thread.owner == self.team.owner_told(thread.id)

    @invariant()
    def the_clock_is_the_oldest_unanswered_message_s(self) -> None:
        for thread in self.threads if hasattr(self, "team") else []:
            standing, latest = [], False  # closes that were not undone; whether the latest wait ended by one
            for line in self.team.events(thread.id):
                match line.kind:
                    case "closed":
                        standing.append(line.at)
                        latest = True
                    case "reopened" if latest:
                        standing.pop()
                        latest = False
                    case "received":
                        latest = False
            rows = self.team.rows(
                "SELECT id FROM post WHERE thread_id = :id AND inbound AND answered_by IS NULL "
                "AND deleted_at IS NULL AND (:closed IS NULL OR stored_at > :closed)",
                id=thread.id,
                closed=max(standing).strftime("%Y-%m-%d %H:%M:%S.%f") if standing else None,
            )
            open_ = {row["id"] for row in rows}
            since = [message.posted_at for message in self.team.messages(thread.id) if message.id in open_]
            assert thread.waiting_since == min(since, default=None)
            assert (thread.state is State.WAITING) is (thread.waiting_since is not None)

    @invariant()
    def deadlines_and_reminders_follow_from_the_clock(self) -> None:
        for thread in self.threads if hasattr(self, "team") else []:
            line = thread.deadline
            assert thread.due_at == (line.due_at if line else None)
            moments, since = thread.moments, thread.waiting_since
            step = thread.nag_step - (thread.nag_to not in (None, thread.owner or ""))
            nag_at = since + moments[step].counted if since and step < len(moments) else None
            rests_until = thread.nags_rest_until
            assert thread.next_nag_at == (max(nag_at, rests_until) if nag_at and rests_until else nag_at)

    @invariant()
    def one_wait_is_open_where_somebody_waits(self) -> None:
        if hasattr(self, "team"):
            rows = self.team.rows("SELECT thread_id FROM wait WHERE ended_at IS NULL")
            waiting = [thread.id for thread in self.threads if thread.state is State.WAITING]
            assert sorted(row["thread_id"] for row in rows) == waiting

    @invariant()
    def one_reply_is_on_its_way_and_none_arrives_twice(self) -> None:
        if hasattr(self, "team"):
            rows = self.team.rows("SELECT id, thread_id, state FROM reply")
            coming = Counter(row["thread_id"] for row in rows if row["state"] in ON_ITS_WAY)
            assert coming == Counter(thread.id for thread in self.threads if thread.pending_reply_id is not None)
            sent = Counter(
                line.data["reply"]
                for thread in self.threads
                for line in self.team.events(thread.id)
                if line.kind == "sent"
            )
            assert set(sent.values()) <= {1}
            assert sent.keys() >= {
                row["id"] for row in rows if row["state"] in (ReplyState.SENT, ReplyState.TAKEN_BACK)
            }


def test_invariants_hold_in_any_order(settings: Settings, sqlite_template: Path) -> None:
    account = lonely_x(TurnedClock())
    parts = {"config": settings, "account": Served(account), "template": sqlite_template}
    run_state_machine_as_test(type("Machine", (AnyOrder,), parts), settings=PROFILE)
    account.close()
