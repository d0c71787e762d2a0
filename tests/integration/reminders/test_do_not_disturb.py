"""Whoever has switched off what Slack rings is not reminded alone: the channel hears it in their place."""

from __future__ import annotations

from typing import Any

import pytest

from bot.delivery.do_not_disturb import asking
from bot.domain.cases.conversation import Agent
from bot.domain.desk.standing import Standing
from bot.platform import slack
from bot.sandbox.slack.records import Message
from bot.usecases.cases import claim
from bot.usecases.desk import agents
from bot.usecases.reminders import do_not_disturb, nag
from tests.support.bench import Bench
from tests.support.cast import ANNA, LARS

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def claimed(bench: Bench) -> Bench:
    """Anna has claimed thread 1 and is on it; the warning comes in three quarters of an hour."""
    agents.keep(bench.ctx, Agent(ANNA.id, "Anna Bakker", "nl-NL", Standing.MEMBER))
    bench.mention()
    bench.settle()
    claim.claim(bench.ctx, ANNA, 1)
    nag.keep(bench.ctx, ANNA, 1)
    return bench


def warned(bench: Bench) -> Message:
    """Let the desk run until the warning is there."""
    client = slack.client("xoxb-sandbox", bench.sandbox.slack_api_url)
    ask = asking(bench.ctx, client)
    for _ in range(12):
        bench.settle(minutes=4)
        ask()
        nag.tick(bench.ctx)
    bench.settle(seconds=1)
    (reminder,) = bench.under_the_card()
    return reminder


def test_channel_hears_in_place_of_who_is_not_to_be_disturbed(claimed: Bench) -> None:
    claimed.sandbox.slack.pause_notifications(ANNA.id, 90)
    reminder = warned(claimed)
    assert reminder.broadcast
    assert "<@" not in reminder.text
    assert reminder.text.endswith("🔕 *Anna Bakker* is not to be disturbed: who can take over?")
    assert reminder.text.count("Anna") == 1
    assert pressable(reminder) == ["take_over", "hand_over"]


def pressable(message: Message) -> list[str]:
    return [each["action_id"] for each in (message.blocks or [])[-1]["elements"]]


class TestSilentOwner:
    """Whoever hears nothing is not asked to keep a thread, and does not lose it for saying nothing."""

    @pytest.fixture
    def silent(self, bench: Bench) -> Bench:
        agents.keep(bench.ctx, Agent(ANNA.id, "Anna Bakker", "nl-NL", Standing.MEMBER))
        bench.mention()
        bench.settle()
        claim.claim(bench.ctx, ANNA, 1)
        return bench

    def test_channel_is_asked_in_their_place(self, silent: Bench) -> None:
        silent.sandbox.slack.pause_notifications(ANNA.id, 90)
        reminder = warned(silent)
        assert reminder.broadcast
        assert "are you still on" not in reminder.text
        assert reminder.text.count("Anna") == 1
        assert pressable(reminder) == ["take_over", "hand_over"]
        silent.settle(minutes=15)
        nag.tick(silent.ctx)
        silent.settle(seconds=1)
        assert silent.team.thread(1).owner == ANNA.id
        breach = silent.under_the_card()[-1]
        assert breach.text.count("Anna") == 1
        assert (breach.broadcast, pressable(breach)) == (True, ["take_over", "hand_over"])

    def test_who_is_away_is_not_asked_either(self, silent: Bench) -> None:
        agents.keep(silent.ctx, Agent(ANNA.id, "Anna Bakker", "nl-NL", Standing.MEMBER, ":palm_tree:"))
        reminder = warned(silent)
        assert (reminder.broadcast, "are you still on" in reminder.text) == (True, False)
        assert silent.team.thread(1).nag_asked is None

    def test_peace_that_begins_before_slack_has_the_question_is_respected(self, silent: Bench) -> None:
        silent.settle(minutes=46)
        nag.tick(silent.ctx)
        began, ends = silent.clock.at.timestamp(), silent.clock.at.timestamp() + 3600
        status = {"dnd_enabled": True, "next_dnd_start_ts": began, "next_dnd_end_ts": ends}
        do_not_disturb.learn(silent.ctx, {ANNA.id: status})
        silent.settle(seconds=1)
        (reminder,) = silent.under_the_card()
        assert (reminder.broadcast, "are you still on" in reminder.text) == (True, False)
        assert pressable(reminder) == ["take_over", "hand_over"]
        do_not_disturb.learn(silent.ctx, {ANNA.id: {"dnd_enabled": False}})
        silent.settle(minutes=15)
        nag.tick(silent.ctx)
        assert silent.team.thread(1).owner == ANNA.id


@pytest.mark.parametrize("minutes", [0, 20])
def test_who_can_be_disturbed_is_rung_alone(claimed: Bench, minutes: float) -> None:
    claimed.sandbox.slack.pause_notifications(ANNA.id, minutes)
    reminder = warned(claimed)
    assert (reminder.broadcast, f"<@{ANNA.id}>" in reminder.text) == (False, True)


def test_others_peace_changes_nothing(claimed: Bench) -> None:
    claimed.sandbox.slack.pause_notifications(LARS.id, 90)
    assert not warned(claimed).broadcast


@pytest.mark.parametrize("fault", ["scope", "unreachable"])
def test_slack_that_does_not_tell_is_as_if_off_and_said_once(
    claimed: Bench, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    claimed.sandbox.slack.pause_notifications(ANNA.id, 90)
    if fault == "scope":
        claimed.sandbox.slack.scopes.remove("dnd:read")
    else:
        for _ in range(20):
            claimed.sandbox.faults.add("slack", "dnd.teamInfo", "drop_before")
    for _ in range(3):
        claimed.clock.turn(minutes=2)
    assert not warned(claimed).broadcast
    assert caplog.messages.count("Slack does not tell who is not to be disturbed; everybody is rung") == 1


def test_slack_is_asked_only_before_a_reminder_and_once_a_minute(claimed: Bench) -> None:
    ask = asking(claimed.ctx, slack.client("xoxb-sandbox", claimed.sandbox.slack_api_url))
    ask()
    assert claimed.calls("dnd.teamInfo") == 0
    claimed.clock.turn(minutes=43)
    ask()
    ask()
    assert claimed.calls("dnd.teamInfo") == 1
    claimed.clock.turn(seconds=61)
    ask()
    assert claimed.calls("dnd.teamInfo") == 2


@pytest.mark.parametrize(
    "status",
    [
        None,
        "on",
        {},
        {"dnd_enabled": True},
        {"dnd_enabled": True, "next_dnd_start_ts": "x", "next_dnd_end_ts": None},
        {"dnd_enabled": True, "next_dnd_start_ts": 1, "next_dnd_end_ts": 1e30},
        {"dnd_enabled": False, "next_dnd_start_ts": 1, "next_dnd_end_ts": 4_000_000_000},
    ],
)
def test_what_cannot_be_read_is_as_if_off(claimed: Bench, status: Any) -> None:
    do_not_disturb.learn(claimed.ctx, {ANNA.id: status, "U0NOBODY": status})
    claimed.settle(minutes=46)
    nag.tick(claimed.ctx)
    claimed.settle(seconds=1)
    assert not claimed.under_the_card()[0].broadcast


class TestSandbox:
    def test_event_tells_what_the_method_answers(self, bench: Bench) -> None:
        events: list[dict[str, Any]] = []
        state = bench.sandbox.slack.state
        state.on_event = events.append
        bench.sandbox.slack.pause_notifications(ANNA.id, 30)
        client = slack.client("xoxb-sandbox", bench.sandbox.slack_api_url)
        answer = slack.call(client, "dnd.teamInfo", users=f"{ANNA.id},{LARS.id}")["users"]
        assert (events[0]["type"], events[0]["user"], events[0]["dnd_status"]) == (
            "dnd_updated_user",
            ANNA.id,
            answer[ANNA.id],
        )
        assert answer[LARS.id] == {"dnd_enabled": False, "next_dnd_start_ts": 1, "next_dnd_end_ts": 1}
        assert slack.call(client, "dnd.info", user=ANNA.id)["dnd_enabled"] is True

    @pytest.mark.parametrize(
        ("users", "error"), [("", "no_users_provided"), (",".join(["U0ANNA"] * 51), "invalid_arguments")]
    )
    def test_wrong_list_of_members_is_refused(self, bench: Bench, users: str, error: str) -> None:
        client = slack.client("xoxb-sandbox", bench.sandbox.slack_api_url)
        with pytest.raises(slack.Rejected, match=error):
            slack.call(client, "dnd.teamInfo", users=users)
