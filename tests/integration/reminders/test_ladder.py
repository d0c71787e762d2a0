"""The ladder: each step is a message of its own, to whom the desk has said, and a new owner hears of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.domain.cases.conversation import Agent
from bot.domain.clock.targets import NagLevel
from bot.domain.desk.standing import Standing
from bot.sandbox.slack.records import Message
from bot.settings.config import NagConfig
from bot.usecases.cases import claim, close, handover, release
from bot.usecases.desk import agents
from bot.usecases.desk.context import Actor
from bot.usecases.privacy import erase
from bot.usecases.reminders import late_list, nag
from bot.usecases.replies import reply
from storage import outbox
from storage.engine import transaction
from tests.support import older
from tests.support.bench import Bench, restarted
from tests.support.cast import ANNA, HERE, LARS, LEAD, PRESS

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
TARGET = timedelta(minutes=60)


@pytest.fixture(autouse=True)
def _known(bench: Bench) -> None:
    for who, name in ((LEAD, "Joost de Vries"), (ANNA, "Anna Bakker")):
        agents.keep(bench.ctx, Agent(who.id, name, "nl-NL", Standing.MEMBER))


@pytest.fixture
def waiting(bench: Bench) -> Bench:
    """A customer waits in thread 1, whose card is in Slack."""
    bench.mention()
    bench.settle()
    return bench


def claimed(bench: Bench) -> None:
    """Anna claims thread 1, and says that she is on it."""
    claim.claim(bench.ctx, ANNA, 1)
    nag.keep(bench.ctx, ANNA, 1)


def pass_by(bench: Bench, *, until: float) -> None:
    """Let the desk run until that share of the first target has passed."""
    due_at = bench.team.rows("SELECT min(started_at) AS at FROM wait")[0]["at"]
    began = bench.team.thread(1).received_at
    assert due_at
    while bench.clock.at < began + TARGET * until:
        bench.settle(seconds=min(300.0, (began + TARGET * until - bench.clock.at).total_seconds()))
        look(bench)


def look(bench: Bench) -> None:
    while nag.tick(bench.ctx):
        pass
    late_list.tick(bench.ctx)
    for _ in range(3):
        bench.settle(seconds=1)


def rung(bench: Bench, user: Actor) -> int:
    """Return how many reminders mention somebody as they stand."""
    return sum(f"<@{user.id}>" in message.text for message in bench.under_the_card())


def live(bench: Bench) -> list[Message]:
    """Return the reminders that have buttons."""
    return [message for message in bench.under_the_card() if "action_id" in str(message.blocks)]


def with_ladder(bench: Bench, *steps: dict[str, object]) -> Bench:
    return restarted(bench, nags=tuple(NagConfig.model_validate(step) for step in steps))


class TestDefault:
    def test_breach_is_a_message_of_its_own_and_the_warning_a_short_line(self, waiting: Bench) -> None:
        claimed(waiting)
        pass_by(waiting, until=0.8)
        (warning,) = waiting.under_the_card()
        pass_by(waiting, until=1.02)
        before, breach = waiting.under_the_card()
        assert (before.ts, before.text.split("<")[0]) == (warning.ts, "⏰ Reminded at ")
        assert before.text.endswith(": #1.")
        assert "action_id" not in str(before.blocks)
        assert f"⚠️ <@{ANNA.id}>" in breach.text
        buttons = (breach.blocks or [])[-1]["elements"]
        assert [each["action_id"] for each in buttons] == ["reply", "more_time", "snooze", "release"]

    def test_it_rings_seven_times_and_then_no_more(self, waiting: Bench) -> None:
        claimed(waiting)
        pass_by(waiting, until=6)
        assert len(waiting.under_the_card()) == 7
        assert len(live(waiting)) == 1
        assert [event.data["to"] for event in waiting.team.events(1) if event.kind == "nagged"] == [
            "owner",
            *["owner,leads"] * 6,
        ]

    def test_leads_are_named_without_a_ring_and_hear_of_it_once(self, waiting: Bench) -> None:
        pass_by(waiting, until=6)
        assert rung(waiting, LEAD) == 0
        assert "For the attention of *Joost de Vries*." in waiting.under_the_card()[-1].text
        assert len(waiting.told()) == 1

    def test_outage_is_followed_by_the_present_step_alone(self, waiting: Bench) -> None:
        waiting.clock.at = waiting.team.thread(1).received_at + 2.2 * TARGET
        look(waiting)
        look(waiting)
        assert len(waiting.under_the_card()) == 1
        assert len(waiting.told()) == 1
        pass_by(waiting, until=2.4)
        assert len(waiting.under_the_card()) == 1
        pass_by(waiting, until=2.5)
        assert len(waiting.under_the_card()) == 2

    def test_clock_that_goes_back_and_forth_doubles_nothing(self, waiting: Bench) -> None:
        pass_by(waiting, until=1.6)
        said = len(waiting.under_the_card())
        waiting.clock.at -= timedelta(hours=1)
        for _ in range(4):
            look(waiting)
            waiting.clock.at += timedelta(minutes=20)
        assert (said, len(waiting.under_the_card())) == (3, 3)

    def test_answer_ends_it_and_only_the_last_one_says_so(self, waiting: Bench) -> None:
        pass_by(waiting, until=1.1)
        close.close(waiting.ctx, ANNA, 1, "spam")
        waiting.settle()
        first, last = waiting.under_the_card()
        assert first.text.startswith("⏰ Reminded at")
        assert "Closed without a reply" in last.text


class TestNewOwner:
    @pytest.mark.parametrize(
        "change",
        [
            lambda bench: handover.hand_over(bench.ctx, ANNA, 1, LARS),
            lambda bench: handover.take_over(bench.ctx, LARS, 1, "Anna is at lunch"),
            lambda bench: handover.hand_over(bench.ctx, LEAD, 1, LARS),
        ],
        ids=["handed over", "taken over", "reassigned by a lead"],
    )
    def test_reminder_that_is_up_is_said_anew_to_them_once(
        self, waiting: Bench, change: Callable[[Bench], None]
    ) -> None:
        claimed(waiting)
        pass_by(waiting, until=0.8)
        change(waiting)
        for _ in range(3):
            look(waiting)
        (reminder,) = live(waiting)
        assert reminder.text.startswith(f"⏰ <@{LARS.id}>, please answer")
        assert len(waiting.said("⏰")) == 2
        handover.hand_over(waiting.ctx, LARS, 1, ANNA)
        look(waiting)
        assert len(waiting.said("⏰")) == 2, "what she had been told is shown anew, and rings nobody"
        assert live(waiting)[0].text.startswith(f"⏰ <@{ANNA.id}>")

    def test_release_after_the_warning_is_announced_in_the_channel(self, waiting: Bench) -> None:
        claimed(waiting)
        pass_by(waiting, until=0.8)
        release.release(waiting.ctx, ANNA, 1)
        look(waiting)
        (reminder,) = live(waiting)
        assert reminder.broadcast
        assert "Nobody has claimed" in reminder.text

    def test_claim_after_an_announcement_rings_nobody(self, waiting: Bench) -> None:
        pass_by(waiting, until=0.8)
        claim.claim(waiting.ctx, LARS, 1)
        for _ in range(2):
            look(waiting)
        reply.undo(waiting.ctx, LARS, waiting.team.answer(1, by=LARS).id)
        look(waiting)
        (reminder,) = waiting.said("⏰")
        assert reminder.text.startswith(f"⏰ <@{LARS.id}>")
        pass_by(waiting, until=1.1)
        assert len(waiting.said("⚠️")) == 1

    def test_hand_over_before_the_warning_changes_nothing(self, waiting: Bench) -> None:
        claimed(waiting)
        handover.hand_over(waiting.ctx, ANNA, 1, LARS)
        look(waiting)
        assert waiting.said("⏰") == []
        pass_by(waiting, until=0.8)
        assert len(waiting.said(f"⏰ <@{LARS.id}>")) == 1

    def test_hand_over_at_night_rings_in_the_morning(self, waiting: Bench) -> None:
        claimed(waiting)
        pass_by(waiting, until=0.8)
        at = waiting.clock.at
        night = f"{at:%b %d} 00:00-01:00; {at + timedelta(days=1):%b %d} 00:00-24:00"
        closed = restarted(waiting, hours=night)
        handover.hand_over(closed.ctx, ANNA, 1, LARS)
        look(closed)
        assert len(live(closed)) == 1
        assert live(closed)[0].text.startswith(f"⏰ <@{LARS.id}>"), "edited, which rings nobody"
        closed.clock.at = (at + timedelta(days=1)).replace(hour=9)
        look(closed)
        assert len(closed.said("Reminded")) == 1


class TestOwnLadder:
    def test_each_step_speaks_to_its_recipients(self, bench: Bench) -> None:
        desk = with_ladder(
            bench,
            {"at": "50%", "to": ["channel"]},
            {"at": "+30m", "to": ["oncall", PRESS]},
            {"at": "every 2h", "to": ["owner"], "at_most": 2},
        )
        desk.mention()
        desk.settle()
        claimed(desk)
        pass_by(desk, until=0.6)
        (channel,) = desk.under_the_card()
        assert (channel.broadcast, f"<@{ANNA.id}>" in channel.text) == (True, False)
        pass_by(desk, until=1.4)
        assert len(desk.under_the_card()) == 1, "nobody is told at the deadline"
        assert desk.team.thread(1).nag_level is NagLevel.BREACH
        pass_by(desk, until=1.6)
        assert [message.broadcast for message in desk.under_the_card()] == [True, True], "nobody is on call"
        (pressing,) = desk.said("is *late*", PRESS)
        assert "#1" in pressing.text
        pass_by(desk, until=9)
        assert [rung(desk, ANNA), desk.told()] == [1, []], "the last one stands, and leads are on no step"
        assert len(desk.under_the_card()) == 4
        assert len(desk.said("#1", PRESS)) == 1

    def test_message_elsewhere_lives_and_dies_with_its_thread(self, bench: Bench) -> None:
        desk = with_ladder(bench, {"at": "50%", "to": [PRESS]}, {"at": "100%", "to": [PRESS]})
        desk.mention()
        desk.settle()
        pass_by(desk, until=1.1)
        first, second = desk.said("#1", PRESS)
        assert "Reminded at" in first.text
        assert "Mijn pakket" in str(second.blocks)
        assert desk.under_the_card() == []
        erase.erase(desk.ctx, "klant")
        desk.settle()
        assert "Mijn pakket" not in str([message.blocks for message in desk.messages(PRESS)])

    def test_many_for_another_channel_are_one_message(self, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("bot.usecases.reminders.reminders.INDIVIDUAL_LIMIT", 3)
        desk = with_ladder(bench, {"at": "50%", "to": [PRESS]})
        desk.flood(6)
        desk.deliver(turns=6)
        claim.claim(desk.ctx, ANNA, 2)
        pass_by(desk, until=0.6)
        (gathered,) = desk.messages(PRESS)
        assert gathered.text == "⏰ 6 threads need an answer:"
        assert desk.said("⏰") == []

    def test_ladder_is_that_of_when_the_wait_began(self, waiting: Bench) -> None:
        later = with_ladder(waiting, {"at": "20%", "to": ["channel"]})
        later.mention("@acme Nog iets", by="another")
        later.settle()
        pass_by(later, until=0.5)
        assert ["#2" in message.text for message in later.said("⏰")] == [True]
        pass_by(later, until=1.1)
        assert len([message for message in later.under_the_card() if "#2" in message.text]) == 1
        assert ["#1" in message.text for message in live(later)].count(True) == 1

    def test_own_channel_by_its_id_is_the_channel(self, bench: Bench) -> None:
        desk = with_ladder(bench, {"at": "50%", "to": [HERE]})
        desk.mention()
        desk.settle()
        pass_by(desk, until=0.6)
        (reminder,) = desk.under_the_card()
        assert reminder.broadcast


class TestWhatEarlierVersionsQueued:
    def test_one_reminder_lives_until_the_next_step(self, waiting: Bench) -> None:
        with transaction(waiting.ctx.engine) as connection:
            outbox.want_once(connection, older.reminder(1, 1), at=waiting.clock.at)
        waiting.settle(seconds=2)
        (old,) = waiting.under_the_card()
        assert "Nobody has claimed" in old.text
        pass_by(waiting, until=1.1)
        close.close(waiting.ctx, ANNA, 1, "spam")
        waiting.settle()
        assert [message.text.split()[0] for message in waiting.under_the_card()] == ["🔒", "⏰", "🔒"]
