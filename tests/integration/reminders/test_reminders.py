"""Many reminders at once are a few messages, each true when it is sent; few are one each, as ever."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.reminders.reminders import LONGEST_PAUSE
from bot.sandbox.slack.records import Message
from bot.usecases.cases import handover, release
from bot.usecases.cases.claim import claim
from bot.usecases.cases.close import close
from bot.usecases.desk import desk_takeover
from bot.usecases.desk.context import Actor
from bot.usecases.privacy import erase
from bot.usecases.reminders import listings, nag
from tests.support.bench import Bench
from tests.support.cast import ANNA, LARS
from tests.support.clock import TurnedClock
from tests.support.team import Team

FEW, MANY = 5, 17
WARNING, BREACH = timedelta(minutes=45), timedelta(minutes=60)


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fewer are many here, so that each test has fewer to write."""
    monkeypatch.setattr("bot.usecases.reminders.reminders.INDIVIDUAL_LIMIT", FEW)


@pytest.fixture
def bench(bench: Bench) -> Bench:
    """One that knows its workspace, so that it can link to its cards."""
    bench.ctx.workspace.url = "https://acme.slack.com/"
    return bench


@pytest.fixture
def wait(bench: Bench, clock: TurnedClock) -> Wait:
    return Wait(bench, clock)


class Wait:
    """Customers wait since `began`."""

    def __init__(self, bench: Bench, clock: TurnedClock) -> None:
        self._bench, self._clock, self.began = bench, clock, clock.at

    def customers(self, number: int, owner: Actor | None = None, **later: float) -> None:
        """So many have written, now or so much later, and their cards are in Slack."""
        first = 1 + len(self._bench.team.rows("SELECT id FROM thread"))
        self._bench.flood(number, posted_at=self.began + timedelta(**later))
        for thread in range(first, first + number):
            if owner is not None:
                claim(self._bench.team.ctx, owner, thread)
        self._bench.deliver(turns=number)

    def until(self, waited: timedelta) -> None:
        """It is so long after they wrote; what falls due in these moments is said."""
        self._clock.at = self.began + waited
        self.tick()

    def tick(self) -> None:
        while nag.tick(self._bench.team.ctx):
            pass
        for _ in range(4):
            self._bench.deliver(turns=1)


def numbers(message: Message) -> list[int]:
    """The threads that it lists, in its order."""
    lines = [line for block in message.blocks or [] for line in block.get("text", {}).get("text", "").split("\n")]
    return [int(line.partition("#")[2].partition(">")[0].partition("*")[0]) for line in lines if "#" in line]


def pressable(message: Message) -> list[str]:
    return [e["action_id"] for b in message.blocks or [] if b["type"] == "actions" for e in b["elements"]]


def test_two_threads_ring_the_channel_one_by_one(bench: Bench, wait: Wait) -> None:
    wait.customers(2)
    wait.until(WARNING)
    assert [message.broadcast for message in bench.said("Nobody has claimed")] == [True, True]
    wait.until(BREACH)
    assert [message.broadcast for message in bench.said("is *late*")] == [True, True]


class TestAtOnce:
    """Three and more that nobody owns ring the channel once at each step, and each keeps its own line."""

    @pytest.mark.parametrize("number", [3, 4, 5])
    def test_they_are_one_list_and_a_quiet_line_each(self, bench: Bench, wait: Wait, number: int) -> None:
        wait.customers(number)
        wait.until(WARNING)
        bench.deliver(turns=number)  # what is superseded before Slack has it is never posted
        wait.until(BREACH)
        soon, late = rings(bench)
        assert soon.text == f"⏰ Nobody has claimed {number} threads that need an answer:"
        assert late.text == f"⚠️ {number} threads are *late* and nobody has claimed them:"
        assert numbers(late) == list(range(1, number + 1))
        assert pressable(late) == ["claim"] * number
        bench.deliver(turns=2 * number)
        assert len(bench.under_the_card()) == 2 * number
        assert len([message for message in bench.under_the_card() if "Claim" in str(message.blocks)]) == number

    def test_most_late_come_first_and_what_is_not_listed_is_counted(
        self, bench: Bench, wait: Wait, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("bot.usecases.reminders.reminders.INDIVIDUAL_LIMIT", 20)
        for minutes in (3, 1, 2):
            wait.customers(3, minutes=minutes)
        wait.until(BREACH + timedelta(minutes=4))
        (late,) = rings(bench)
        assert numbers(late) == [4, 5, 6, 7, 8]
        assert "and 4 more · `/webcare open`" in str(late.blocks)

    def test_owned_ones_and_another_kind_of_step_are_apart(self, bench: Bench, wait: Wait) -> None:
        wait.customers(2)
        wait.customers(2, ANNA)
        wait.customers(2, minutes=10)
        wait.until(BREACH)
        bench.deliver(turns=6)
        assert rings(bench) == []
        assert len([message for message in bench.under_the_card() if message.broadcast]) == 4

    def test_claimed_one_leaves_the_list_and_its_own_line_goes_on(self, bench: Bench, wait: Wait) -> None:
        wait.customers(4)
        wait.until(BREACH)
        claim(bench.ctx, ANNA, 2)
        listings.tick(bench.ctx)
        bench.deliver(turns=9)
        assert numbers(rings(bench)[0]) == [1, 3, 4]
        (own,) = [message for message in bench.under_the_card() if f"<@{ANNA.id}>, <" in message.text]
        assert ("|#2>" in own.text, own.broadcast) == (True, False)

    def test_list_that_shows_nothing_new_is_left_alone(self, bench: Bench, wait: Wait) -> None:
        wait.customers(4)
        wait.until(BREACH)
        claim(bench.ctx, ANNA, 2)
        assert (listings.tick(bench.ctx), listings.tick(bench.ctx)) == (1, 0)
        close(bench.ctx, ANNA, 2, "spam")
        assert (listings.tick(bench.ctx), listings.tick(bench.ctx)) == (1, 0)
        rows = bench.team.rows("SELECT thread_id FROM listing ORDER BY thread_id")
        assert [row["thread_id"] for row in rows] == [1, 3, 4], "nobody waits in the second any more"

    def test_of_the_steps_that_slack_missed_the_last_one_rings(
        self, bench: Bench, wait: Wait, clock: TurnedClock
    ) -> None:
        wait.customers(4)
        bench.deliver(turns=4)
        for reached in (WARNING, BREACH, BREACH * 1.5, BREACH * 2):
            clock.at = wait.began + reached
            nag.tick(bench.ctx)
        claim(bench.ctx, ANNA, 2)
        bench.deliver(turns=30)
        (late,) = rings(bench)
        assert numbers(late) == [1, 3, 4]

    @pytest.mark.parametrize("again", ["restart", "two workers"])
    def test_each_step_is_said_at_most_once(self, bench: Bench, wait: Wait, clock: TurnedClock, again: str) -> None:
        wait.customers(4)
        clock.at = wait.began + BREACH
        if again == "two workers":
            with ThreadPoolExecutor(2) as both:
                list(both.map(lambda _: nag.tick(bench.ctx), range(2)))
        else:
            nag.tick(bench.ctx)
            bench.deliver(turns=3)
            nag.tick(replace(bench.ctx))
        bench.deliver(turns=6)
        rows = bench.team.rows("SELECT payload FROM outbox WHERE kind = 'reminders'")
        told = [wait for row in rows for wait in _json(row["payload"])["waits"]]
        alone = [message for message in bench.under_the_card() if message.broadcast]
        assert len(told) == len(set(told))
        assert len(told) + len(alone) == 4

    def test_list_that_everybody_has_claimed_from_is_not_posted(self, bench: Bench, wait: Wait) -> None:
        wait.customers(3)
        bench.clock.at = wait.began + BREACH
        nag.tick(bench.ctx)
        for number in (1, 2, 3):
            claim(bench.ctx, ANNA, number)
        bench.deliver(turns=6)
        assert rings(bench) == []


def rings(bench: Bench) -> list[Message]:
    """The messages in the channel for several threads, in the order of time."""
    return [message for message in bench.channel() if "thread" in message.text and not message.is_reply]


def test_many_threads_share_one_message(bench: Bench, wait: Wait) -> None:
    wait.customers(MANY)
    wait.until(WARNING)
    (reminder,) = bench.said("⏰")
    assert reminder.text == f"⏰ Nobody has claimed {MANY} threads that need an answer:"
    assert not reminder.is_reply
    assert numbers(reminder) == list(range(1, 16))
    assert "and 2 more · `/webcare open`" in str(reminder.blocks)
    assert "https://acme.slack.com/archives/C0SUPPORT/p" in str(reminder.blocks)
    assert "klant" not in str(reminder.blocks).lower()
    assert pressable(reminder) == ["claim_next"]
    assert all(bench.team.kinds(number).count("nagged") == 1 for number in range(1, MANY + 1))

    wait.until(BREACH)
    assert len(bench.said("⏰")) == 2, "what it said is no longer so: they are late"
    assert ["*Late:*" in str(message.blocks) for message in bench.said("⏰")] == [False, True]


def test_owner_is_rung_once_for_all_of_theirs(bench: Bench, wait: Wait) -> None:
    wait.customers(7, ANNA)
    wait.customers(2, LARS)
    wait.until(WARNING)
    (annas,) = bench.said("⏰ <@U0ANNA>")
    assert annas.text == "⏰ <@U0ANNA>, 7 customers are waiting for your answer:"
    assert numbers(annas) == [1, 2, 3, 4, 5, 6, 7]
    assert pressable(annas) == []
    assert len(bench.said("<@U0LARS>, are you still on")) == 2


def test_steady_flow_is_one_message_in_each_pause(bench: Bench, wait: Wait, clock: TurnedClock) -> None:
    """One every twenty seconds for a quarter of an hour: never two in the same tick, and Slack could take them all."""
    for place in range(45):
        wait.customers(1, seconds=125 + 20 * place)
    clock.at = wait.began + WARNING + timedelta(minutes=2)
    for _ in range(45 + 15):
        nag.tick(bench.ctx)
        bench.deliver()
        clock.turn(seconds=20)
    gathered = bench.said("threads that need an answer")
    alone = [message for message in bench.said("Nobody has claimed") if message not in gathered]
    assert len(gathered) == 5  # at once, and at the end of each pause
    assert len(alone) <= FEW
    rows = bench.team.rows("SELECT payload FROM outbox WHERE kind = 'reminders' AND destination = 'C0SUPPORT'")
    told = {wait for row in rows for wait in _json(row["payload"])["waits"]}
    assert len(told) + len(alone) == 45


def test_due_before_posting_joins_and_later_starts_the_next(bench: Bench, wait: Wait, clock: TurnedClock) -> None:
    wait.customers(MANY)
    wait.customers(MANY, seconds=30)
    wait.customers(MANY, minutes=2)
    began = wait.began + WARNING
    for seconds in (0, 30):
        clock.at = began + timedelta(seconds=seconds)
        nag.tick(bench.ctx)
    bench.deliver(turns=4)
    assert [message.text.split()[4] for message in bench.said("⏰")] == [str(2 * MANY)]
    clock.at = began + timedelta(minutes=2)
    nag.tick(bench.ctx)
    bench.deliver(turns=4)
    assert len(bench.said("⏰")) == 1
    clock.at += LONGEST_PAUSE
    bench.deliver(turns=4)
    assert [message.text.split()[4] for message in bench.said("⏰")] == [str(2 * MANY), str(MANY)]


def test_only_those_who_still_wait_are_listed(bench: Bench, wait: Wait, clock: TurnedClock) -> None:
    wait.customers(8, ANNA)
    clock.at = wait.began + WARNING
    nag.tick(bench.ctx)
    for number in (1, 2):
        close(bench.ctx, ANNA, number, "spam")
    bench.team.answer(3)
    erase.erase(bench.ctx, "klant4")
    handover.take_over(bench.ctx, LARS, 5, "on leave")
    release.release(bench.ctx, ANNA, 8)
    wait.tick()
    (reminder,) = bench.said("<@U0ANNA>, 2 customers")
    assert numbers(reminder) == [6, 7]
    assert pressable(reminder) == []
    assert [len(bench.said(words)) for words in ("⏰ <@U0LARS>", "⏰ Nobody has claimed")] == [1, 1]

    wait.began = clock.at
    wait.customers(8, LARS)
    clock.at = wait.began + WARNING
    nag.tick(bench.ctx)
    for number in range(9, 17):
        close(bench.ctx, LARS, number, "spam")
    wait.tick()
    assert bench.said("<@U0LARS>, 8") == []
    assert bench.team.wanted("reminders") == []


def test_list_of_many_follows_who_is_answered(bench: Bench, wait: Wait) -> None:
    wait.customers(MANY)
    wait.until(WARNING)
    close(bench.ctx, ANNA, 3, "spam")
    listings.tick(bench.ctx)
    bench.deliver(turns=9)
    (reminder,) = bench.said("⏰")
    assert numbers(reminder) == [1, 2, *range(4, 17)]


def test_list_that_is_not_posted_yet_keeps_its_time(bench: Bench, wait: Wait, clock: TurnedClock) -> None:
    """Else it would ring before its pause is over, and what falls due in the rest of it would need another one."""
    wait.customers(MANY)
    wait.customers(MANY, seconds=30)
    clock.at = wait.began + WARNING
    nag.tick(bench.ctx)
    due = bench.team.rows("SELECT available_at FROM outbox WHERE kind = 'reminders'")
    close(bench.ctx, ANNA, 3, "spam")
    listings.tick(bench.ctx)
    assert bench.team.rows("SELECT available_at FROM outbox WHERE kind = 'reminders'") == due


def test_many_breaches_at_once_ring_once_and_edit_what_was_said(bench: Bench, wait: Wait) -> None:
    for number in range(2):
        wait.customers(FEW, minutes=7 * number)
        wait.until(WARNING + timedelta(minutes=7 * number))
    assert len(bench.said("Nobody has claimed")) == 2 * FEW
    wait.until(timedelta(hours=2))
    assert len(bench.said("is *late*")) == 2 * FEW
    assert len(bench.said(f"{2 * FEW} threads that need")) == 1


def test_due_during_the_posting_is_in_the_next(bench: Bench, wait: Wait, clock: TurnedClock) -> None:
    wait.customers(MANY)
    wait.customers(MANY, seconds=30)
    clock.at = wait.began + WARNING
    nag.tick(bench.ctx)
    bench.deliver()
    clock.turn(seconds=30)
    item = bench.posts.lease()
    assert item is not None
    assert item.kind == "reminders"
    nag.tick(bench.ctx)
    bench.posts.deliver(item)
    clock.turn(minutes=5)
    wait.tick()
    assert [message.text.split()[4] for message in bench.said("⏰")] == [str(MANY)] * 2


def test_lost_summary_is_found_and_shows_the_present(bench: Bench, wait: Wait, clock: TurnedClock) -> None:
    wait.customers(MANY)
    bench.sandbox.faults.add("slack", "chat.postMessage", "drop_after")
    wait.until(WARNING)
    for number in range(1, MANY + 1):
        claim(bench.ctx, ANNA, number)
    clock.turn(seconds=15)
    bench.deliver(turns=1)
    (reminder,) = bench.said("Nobody is waiting here any more")
    assert numbers(reminder) == []
    clock.turn(minutes=2)
    bench.deliver(turns=1)
    assert bench.team.wanted("reminders") == []


def test_lost_summary_is_not_posted_when_no_longer_true(bench: Bench, wait: Wait, clock: TurnedClock) -> None:
    wait.customers(MANY)
    bench.sandbox.faults.add("slack", "chat.postMessage", "drop_before")
    wait.until(WARNING)
    for number in range(1, MANY + 1):
        claim(bench.ctx, ANNA, number)
    for _ in range(20):
        clock.turn(minutes=1)
        bench.deliver(turns=1)
    assert bench.said("⏰") == []
    assert bench.said("Nobody is waiting") == []
    assert _left(bench.team) == []


def test_hours_of_silence_end_in_one_message(bench: Bench, wait: Wait, clock: TurnedClock) -> None:
    bench.flood(120, posted_at=clock.at - timedelta(hours=3))
    wait.tick()
    bench.deliver(turns=120)  # the cards have the same deadlines, and come first
    assert [message.text.split()[4] for message in bench.said("⏰")] == ["120"]


def test_restart_goes_on_with_the_summary(bench: Bench, wait: Wait, clock: TurnedClock) -> None:
    wait.customers(MANY)
    clock.at = wait.began + WARNING
    nag.tick(bench.ctx)
    again = Bench(bench.ctx, bench.sandbox, clock)
    for _ in range(3):
        assert nag.tick(again.team.ctx) == 0
        again.deliver(turns=4)
    assert len(bench.said("⏰")) == 1


def test_summary_follows_a_desk_to_its_new_name_and_channel(bench: Bench, wait: Wait, clock: TurnedClock) -> None:
    wait.customers(MANY)
    clock.at = wait.began + WARNING
    nag.tick(bench.ctx)
    changed = {"name": "Customer care", "slack_channel": "C0PRESS"}
    desk = bench.ctx.settings.desks[0].model_copy(update=changed)
    ctx = replace(bench.ctx, settings=replace(bench.ctx.settings, desks=(desk,)))
    later = Bench(ctx, bench.sandbox, clock)
    later.deliver(turns=4)
    assert later.messages("C0PRESS") == []
    assert desk_takeover.pass_on(ctx) == MANY
    clock.turn(minutes=5)
    later.deliver(turns=4)
    assert [message.text.split()[4] for message in later.messages("C0PRESS") if "⏰" in message.text] == [str(MANY)]


def _json(payload: Any) -> Any:
    """SQLite gives text, PostgreSQL what it says."""
    return json.loads(payload) if isinstance(payload, str) else payload


def _left(team: Team) -> list[str]:
    return [row["key"] for row in team.rows("SELECT key FROM outbox WHERE generation > delivered_generation")]
