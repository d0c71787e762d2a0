"""A roster in a file or a user group: who is on call, and what is said when it is wrong."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from slack_sdk import WebClient

from bot.delivery.roster import SlackPeople
from bot.domain.desk.roster import OnCall
from bot.platform import slack
from bot.runtime.cli import main
from bot.settings.values import RosterPlace
from bot.usecases.desk import roster, roster_reading
from bot.usecases.desk.context import Context
from storage.engine import reading
from tests.support.bench import Bench, restarted
from tests.support.calendars import calendar, event
from tests.support.cast import ANNA, EMMA, HERE, LARS

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

FILE, GROUP = RosterPlace("file", "oncall.ics"), RosterPlace("group", "S0ONCALL")
DAY = event("20261120T090000", "20261120T200000", "SUMMARY:Anna Bakker")
NIGHT = event("20261120T200000", "20261121T090000", "SUMMARY:Jour", "ATTENDEE:mailto:lars@acme.example")


class Roster:
    """A desk with a roster, and what reads it."""

    def __init__(self, bench: Bench, place: RosterPlace) -> None:
        self.bench = restarted(bench, roster=place)
        bench.sandbox.slack.speak("en-GB")
        self.people = SlackPeople(self.ctx, slack.client("xoxb-sandbox", bench.sandbox.slack_api_url))

    @property
    def ctx(self) -> Context:
        return self.bench.ctx

    @property
    def path(self) -> Path:
        return self.ctx.settings.config_path.parent / "oncall.ics"

    def write(self, *events: str) -> None:
        before = self.path.stat().st_mtime_ns if self.path.exists() else 0
        self.path.write_text(calendar(*events), encoding="utf-8")
        os.utime(self.path, ns=(before + 1_000_000_000, before + 1_000_000_000))

    def look(self, **turn: float) -> None:
        """Let time pass, look, and deliver what is to be said."""
        self.bench.clock.turn(**(turn or {"minutes": 5}))
        roster_reading.tick(self.ctx, self.people)
        self.bench.deliver(turns=2)

    def on_call(self) -> OnCall:
        with reading(self.ctx.engine) as connection:
            return roster.on_call(connection, self.ctx, self.ctx.settings.desks[0])

    def told(self) -> list[str]:
        return [message.text for message in self.bench.told()]


@pytest.fixture
def desk(bench: Bench) -> Roster:
    return Roster(bench, FILE)


@pytest.fixture
def group(bench: Bench) -> Roster:
    bench.sandbox.slack.set_group("S0ONCALL", ANNA.id)
    return Roster(bench, GROUP)


def asked_of_slack(desk: Roster, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The methods that are called from now on, in their order."""
    asked: list[str] = []
    call = slack.call

    def counted(client: WebClient, method: str, **arguments: Any) -> Any:
        asked.append(method)
        return call(client, method, **arguments)

    monkeypatch.setattr(slack, "call", counted)
    return asked


def hour(hours: int, day: int = 20) -> datetime:
    return datetime(2026, 11, day, hours, tzinfo=UTC)


class TestFile:
    def test_event_puts_its_agents_on_call(self, desk: Roster) -> None:
        desk.write(DAY, NIGHT)
        desk.look()
        assert desk.on_call() == OnCall((ANNA.id,), hour(8), hour(19), (LARS.id,), hour(19))

    def test_changed_file_counts_at_the_next_look(self, desk: Roster) -> None:
        desk.write(DAY)
        desk.look()
        desk.write(DAY.replace("Anna Bakker", "Lars Nilsson"))
        desk.bench.clock.turn(seconds=7)
        assert roster_reading.tick(desk.ctx, desk.people) == 0
        desk.bench.clock.turn(seconds=1)
        assert roster_reading.tick(desk.ctx, desk.people) == 1
        assert desk.on_call().agents == (LARS.id,)

    def test_unchanged_file_is_not_read_again_within_the_hour(self, desk: Roster) -> None:
        desk.write(DAY)
        desk.look()
        for _ in range(2):
            desk.bench.clock.turn(minutes=29)
            assert roster_reading.tick(desk.ctx, desk.people) == 0
        desk.bench.clock.turn(minutes=2)
        assert roster_reading.tick(desk.ctx, desk.people) == 1

    def test_repetitions_go_on_however_long_the_file_stays_the_same(self, desk: Roster) -> None:
        desk.write(f"{DAY}\nRRULE:FREQ=DAILY")
        desk.look()
        desk.look(days=100)
        assert desk.on_call().agents == (ANNA.id,)

    def test_roster_in_another_place_forgets_the_one_before(self, desk: Roster) -> None:
        desk.write(DAY)
        desk.look()
        moved = Roster(desk.bench, RosterPlace("file", "other.ics"))
        assert moved.on_call() == OnCall()
        moved.look()
        assert moved.on_call() == OnCall()
        assert "There is no earlier copy, so nobody is on call." in moved.told()[-1]

    def test_without_a_roster_nobody_is_on_call(self, bench: Bench) -> None:
        assert roster_reading.tick(bench.ctx, SlackPeople(bench.ctx, slack.client("", ""))) == 0
        with reading(bench.ctx.engine) as connection:
            assert roster.on_call(connection, bench.ctx, bench.ctx.settings.desks[0]) == OnCall()


class TestPeople:
    def test_whoever_left_slack_is_not_on_call_any_more(self, desk: Roster) -> None:
        desk.write(DAY, NIGHT)
        desk.look()
        users = desk.bench.sandbox.slack.state.users
        users[ANNA.id] = replace(users[ANNA.id], deleted=True)
        desk.look(days=1)
        desk.bench.clock.at = hour(15)
        assert desk.on_call().agents == ()

    def test_whoever_may_not_claim_is_not_on_call(self, desk: Roster) -> None:
        desk.write(DAY)
        desk.look()
        roles = desk.ctx.settings.desks[0].roles.model_copy(update={"claim": (LARS.id,)})
        desk.bench = restarted(desk.bench, roles=roles)
        assert desk.on_call().agents == ()

    def test_who_is_not_recognised_is_told_once_and_by_name(self, desk: Roster) -> None:
        stranger = event("20261120T090000", "20261120T200000", "SUMMARY:Piet <!channel>")
        desk.write(DAY, stranger)
        desk.look()
        desk.look(hours=2)
        (told,) = desk.told()
        assert "“Piet &lt;!channel&gt;”. They are not on call." in told
        desk.write(DAY, stranger, event("20261121T090000", "20261121T200000", "ATTENDEE:mailto:kim@acme.example"))
        desk.look()
        assert "“kim@acme.example”" in desk.told()[1]
        assert "Piet" not in desk.told()[1]
        assert desk.on_call().agents == (ANNA.id,)

    @pytest.mark.parametrize("summary", ["On call: Emma Clark", "Emma", "Jour - Emma Clark & Anna Bakker"])
    def test_name_of_somebody_in_the_desk_s_channel_counts(self, desk: Roster, summary: str) -> None:
        desk.write(event("20261120T090000", "20261120T200000", f"SUMMARY:{summary}"))
        desk.look()
        assert EMMA.id in desk.on_call().agents
        assert desk.told() == []

    def test_name_of_somebody_outside_the_channel_counts_for_nothing(self, desk: Roster) -> None:
        desk.bench.sandbox.slack.state.channels[HERE].members.discard(EMMA.id)
        desk.write(event("20261120T090000", "20261120T200000", "SUMMARY:Emma Clark"))
        desk.look()
        assert desk.on_call().agents == ()
        assert "Emma Clark" in desk.told()[0]

    def test_big_channel_is_not_looked_up_one_by_one(self, desk: Roster, monkeypatch: pytest.MonkeyPatch) -> None:
        desk.bench.sandbox.slack.state.channels[HERE].members |= {f"U0CROWD{number}" for number in range(500)}
        asked = asked_of_slack(desk, monkeypatch)
        desk.write(event("20261120T090000", "20261120T200000", "SUMMARY:Emma Clark"))
        desk.look()
        assert asked.count("conversations.members") <= 2
        assert asked.count("users.info") < 10
        assert "Emma Clark" in desk.told()[0]

    def test_channel_is_asked_after_once_an_hour_at_most(self, desk: Roster, monkeypatch: pytest.MonkeyPatch) -> None:
        asked = asked_of_slack(desk, monkeypatch)
        for minute in range(20):
            desk.write(event("20261120T090000", f"20261120T20{minute:02}00", "SUMMARY:Piet"))
            desk.look(minutes=1)
        assert asked.count("conversations.members") == 1

    def test_names_that_are_known_ask_slack_after_no_channel(
        self, desk: Roster, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked = asked_of_slack(desk, monkeypatch)
        desk.write(DAY, NIGHT)
        desk.look()
        assert "conversations.members" not in asked

    def test_roster_is_read_where_slack_does_not_tell_who_is_in_the_channel(self, desk: Roster) -> None:
        desk.bench.sandbox.slack.scopes.difference_update({"channels:read", "groups:read", "im:read", "mpim:read"})
        desk.write(DAY, event("20261120T090000", "20261120T200000", "SUMMARY:Emma Clark"))
        desk.look()
        assert desk.on_call().agents == (ANNA.id,)

    def test_whoever_had_the_shift_last_week_is_nobody_s_trouble(self, desk: Roster) -> None:
        desk.write(event("20261118T090000", "20261118T200000", "SUMMARY:Piet"))
        desk.look()
        assert desk.told() == []

    def test_while_slack_cannot_be_asked_nobody_is_called_unknown(self, desk: Roster) -> None:
        desk.write(NIGHT)
        desk.bench.sandbox.slack.scopes.discard("users:read.email")
        desk.look()
        (told,) = desk.told()
        assert "add the scope users:read.email" in told
        desk.bench.sandbox.slack.scopes.add("users:read.email")
        desk.look()
        assert desk.told()[1:] == ["✅ *The roster of Support can be read again*, after 5 min."]


class TestFailing:
    @pytest.mark.parametrize(
        ("text", "why"),
        [
            ("BEGIN:VCALENDAR", "no complete iCalendar file"),
            (calendar(f"{DAY}\nRRULE:FREQ=SECONDLY"), "more often than daily (SECONDLY)"),
            ("x" * 1_000_001, "larger than 1 MB"),
        ],
        ids=["cut", "fine", "big"],
    )
    def test_wrong_file_keeps_the_good_copy_and_is_told_once(self, desk: Roster, text: str, why: str) -> None:
        desk.write(DAY)
        desk.look()
        desk.path.write_text(text, encoding="utf-8")
        for _ in range(3):
            desk.look()
        (told,) = desk.told()
        assert told.startswith("📟 *The roster of Support cannot be read*")
        assert why in told
        assert "Until then the copy of" in told
        assert desk.on_call().agents == (ANNA.id,)
        desk.write(DAY.replace("Anna Bakker", "Lars Nilsson"))
        for _ in range(2):
            desk.look()
        assert desk.told()[1:] == ["✅ *The roster of Support can be read again*, after 15 min."]
        assert desk.on_call().agents == (LARS.id,)

    def test_rule_that_never_ends_is_cut_off(self, desk: Roster, monkeypatch: pytest.MonkeyPatch) -> None:
        desk.write(DAY)
        desk.look()
        monkeypatch.setattr(roster_reading, "READ_SECONDS", 1)
        desk.write(f"{DAY}\nRRULE:FREQ=DAILY;INTERVAL=0")
        desk.look()
        assert "take too long to work out" in desk.told()[0]
        assert desk.on_call().agents == (ANNA.id,)

    def test_file_that_is_gone_or_no_file_is_told(self, desk: Roster) -> None:
        desk.path.mkdir()
        desk.look()
        desk.path.rmdir()
        desk.look()
        (told,) = desk.told()
        assert "cannot be read" in told

    def test_channel_hears_where_there_is_no_lead(self, bench: Bench) -> None:
        desk = Roster(restarted(bench, leads=()), FILE)
        desk.look()
        assert len(desk.bench.said("The roster of Support cannot be read", HERE)) == 1

    def test_two_workers_tell_one_failure_once(self, desk: Roster) -> None:
        desk.look()
        other = Roster(desk.bench, FILE)
        other.look()
        desk.look()
        assert len(desk.told()) == 1


class TestGroup:
    def test_members_are_on_call_until_they_leave(self, group: Roster) -> None:
        group.look()
        at = group.bench.clock.at
        assert group.on_call().agents == (ANNA.id,)
        assert (group.on_call().until, group.on_call().next_from) == (None, None)
        group.bench.sandbox.slack.set_group("S0ONCALL", LARS.id)
        group.look()
        left = group.on_call().since
        assert group.on_call() == OnCall((LARS.id,), left)
        assert left is not None
        assert left > at

    def test_word_of_a_change_has_it_read_at_once(self, group: Roster) -> None:
        group.look()
        group.bench.sandbox.slack.set_group("S0ONCALL", EMMA.id)
        group.bench.clock.turn(seconds=2)
        assert roster_reading.tick(group.ctx, group.people) == 0
        roster_reading.look_soon(group.ctx, "S0ONCALL")
        assert roster_reading.tick(group.ctx, group.people) == 1
        assert group.on_call().agents == (EMMA.id,)

    def test_group_that_slack_does_not_have_is_told(self, bench: Bench) -> None:
        group = Roster(bench, RosterPlace("group", "S0NONE"))
        group.look()
        assert "Slack has no such user group" in group.told()[0]

    def test_member_who_may_not_answer_is_told(self, group: Roster) -> None:
        group.bench.sandbox.slack.set_group("S0ONCALL", ANNA.id, "U0BOT")
        group.look()
        assert "“U0BOT”" in group.told()[0]
        assert group.on_call().agents == (ANNA.id,)


class TestCheck:
    def checked(self, bench: Bench, place: str) -> str:
        path = bench.ctx.settings.config_path
        toml = path.read_text("utf-8").replace('name = "Support"', f'name = "Support"\nroster = "{place}"', 1)
        path.write_text(toml, encoding="utf-8")
        database = bench.ctx.engine.url.render_as_string(hide_password=False)
        env = bench.sandbox.environment | {"WEBCARE_CONFIG": str(path), "DATABASE_URL": database}
        return CliRunner(env=env).invoke(main, ["check"]).output

    def test_check_says_who_is_on_call_and_who_is_not_recognised(self, bench: Bench) -> None:
        desk = Roster(bench, FILE)
        desk.write(f"{DAY}\nRRULE:FREQ=DAILY", event("20261120T090000", "20991120T200000", "SUMMARY:Piet"))
        lines = self.checked(bench, "oncall.ics").splitlines()
        (warned, said) = [line for line in lines if "roster oncall.ics" in line]
        assert warned.startswith('warn desk "Support" roster oncall.ics: names people who cannot answer here: “Piet”')
        assert said.startswith('ok   desk "Support" roster oncall.ics: 1 agents (U0ANNA); on call now')

    def test_check_names_what_is_wrong_and_never_a_feed_s_path(self, bench: Bench) -> None:
        output = self.checked(bench, "http://127.0.0.1:9/private-token/basic.ics")
        assert 'FAIL desk "Support" roster 127.0.0.1: Its server cannot be reached' in output
        assert "private-token" not in output
