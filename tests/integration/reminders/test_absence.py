"""Threads of an owner who is away are the team's at the start of it, and nothing waits for them alone."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.domain.cases.conversation import Agent, EventKind
from bot.domain.cases.mention import Author
from bot.domain.desk.standing import Standing
from bot.platform import slack
from bot.platform.i18n import translator
from bot.sandbox.slack.records import Message
from bot.usecases.cases import claim, promises, snooze
from bot.usecases.desk import agents, presence
from bot.usecases.desk.context import Actor
from bot.usecases.reminders import absence, do_not_disturb, listings, nag, resolution_nag
from bot.usecases.replies import drafts
from bot.views.cases import command_results
from handlers.deps import HandlerDeps
from tests.support.bench import Bench, restarted
from tests.support.cast import ANNA, EMMA

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
EN = translator("en")
HERE = Agent(ANNA.id, "Anna Bakker", "nl-NL")


def owned(desk: Bench, *owners: Actor) -> list[int]:
    """Threads with their cards in Slack, each claimed; their numbers."""
    agents.keep(desk.ctx, HERE)
    numbers = []
    for owner in owners:
        desk.flood(1, posted_at=desk.clock.at)
        numbers.append(int(desk.team.rows("SELECT max(id) AS id FROM thread")[0]["id"]))
        claim.claim(desk.ctx, owner, numbers[-1])
    desk.deliver(turns=len(owners))
    return numbers


def leave(
    desk: Bench,
    emoji: str = ":palm_tree:",
    until: datetime | None = None,
    standing: Standing = Standing.MEMBER,
) -> None:
    """Anna sets this status a second from now, and the desk hears of it."""
    desk.clock.turn(seconds=1)
    users, gone = desk.sandbox.slack.state.users, standing is Standing.DEACTIVATED
    expiration = int(until.timestamp()) if until else 0
    users[ANNA.id] = replace(users[ANNA.id], status_emoji=emoji, status_expiration=expiration, deleted=gone)
    agents.keep(desk.ctx, replace(HERE, status_emoji=emoji, status_until=until, standing=standing))


def ticked(desk: Bench) -> int:
    released = absence.tick(desk.ctx)
    desk.deliver(turns=2)
    return released


def said(desk: Bench) -> list[Message]:
    return [message for message in desk.channel() if message.text.startswith("🌴")]


def owners(desk: Bench, numbers: list[int]) -> list[str | None]:
    return [desk.team.thread(number).owner for number in numbers]


def test_waiting_threads_are_the_team_s_again_in_one_line(bench: Bench) -> None:
    numbers = owned(bench, ANNA, EMMA, ANNA)
    leave(bench, until=bench.clock.at + timedelta(days=3))
    assert ticked(bench) == 2
    assert owners(bench, numbers) == [None, EMMA.id, None]
    (line,) = said(bench)
    assert line.text.startswith("🌴 *Anna Bakker* is away until <!date^")
    assert f"#{numbers[0]}" in line.text
    assert f"#{numbers[2]}" in line.text
    assert "<@" not in line.text
    assert (line.blocks or [])[-1]["elements"][0]["action_id"] == "claim_next"
    assert EventKind.OWNER_AWAY in bench.team.kinds(numbers[0])
    assert ticked(bench) == 0
    assert len(said(bench)) == 1


def test_line_follows_who_claims_what_they_had(bench: Bench) -> None:
    first, second = owned(bench, ANNA, ANNA)
    leave(bench)
    ticked(bench)
    for number, left in ((first, f"#{second}"), (second, "is taken care of")):
        claim.claim(bench.ctx, EMMA, number)
        assert listings.tick(bench.ctx) == 1
        bench.deliver(turns=9)
        (line,) = said(bench)
        assert left in line.text
        assert f"#{number}" not in line.text
    assert "claim_next" not in str(line.blocks)


def test_two_processes_say_it_once(bench: Bench) -> None:
    owned(bench, ANNA, ANNA)
    leave(bench)
    with ThreadPoolExecutor(2) as both:
        assert sum(both.map(lambda _: absence.tick(bench.ctx), range(2))) == 2
    bench.deliver(turns=2)
    assert len(said(bench)) == 1


@SQLITE
class TestRelease:
    def test_whoever_left_slack_is_away_and_that_is_why(self, bench: Bench) -> None:
        numbers = owned(bench, ANNA)
        leave(bench, "", standing=Standing.DEACTIVATED)
        ticked(bench)
        assert owners(bench, numbers) == [None]
        assert said(bench)[0].text.startswith("🌴 The account of *Anna Bakker* is closed. Unclaimed now: ")

    @pytest.mark.parametrize(("emoji", "minutes"), [(":house_with_garden:", 60), (":palm_tree:", 0), ("", 60)])
    def test_another_status_or_one_that_has_ended_changes_nothing(
        self, bench: Bench, emoji: str, minutes: float
    ) -> None:
        numbers = owned(bench, ANNA)
        leave(bench, emoji, until=bench.clock.at + timedelta(minutes=minutes))
        assert ticked(bench) == 0
        assert owners(bench, numbers) == [ANNA.id]

    def test_emoji_are_those_of_the_desk(self, bench: Bench) -> None:
        desk = restarted(bench, away=(":train:",))
        owned(desk, ANNA)
        leave(desk)
        assert ticked(desk) == 0
        leave(desk, ":train:")
        assert ticked(desk) == 1

    def test_what_is_being_answered_stays(self, bench: Bench) -> None:
        numbers = owned(bench, ANNA, ANNA)
        leave(bench)
        bench.team.answer(numbers[0])
        drafts.keep(bench.ctx, ANNA.id, numbers[1], "Hoi", bench.clock.at)
        assert ticked(bench) == 0
        assert owners(bench, numbers) == [ANNA.id, ANNA.id]
        assert said(bench) == []

    def test_what_they_claim_while_away_stays_theirs(self, bench: Bench) -> None:
        numbers = owned(bench, ANNA)
        leave(bench)
        ticked(bench)
        claim.claim(bench.ctx, ANNA, numbers[0])
        assert ticked(bench) == 0
        assert owners(bench, numbers) == [ANNA.id]

    def test_closed_desk_waits_until_it_opens(self, bench: Bench) -> None:
        numbers = owned(bench, ANNA)
        leave(bench)
        closed = restarted(bench, hours="Sa 09:00-10:00")
        assert ticked(closed) == 0
        assert ticked(bench) == 1
        assert owners(bench, numbers) == [None]

    def test_what_is_claimed_before_slack_could_be_told_is_not_said(self, bench: Bench) -> None:
        numbers = owned(bench, ANNA)
        leave(bench)
        absence.tick(bench.ctx)
        claim.claim(bench.ctx, EMMA, numbers[0])
        bench.deliver(turns=2)
        assert said(bench) == []


@SQLITE
class TestWhatIsHeard:
    def test_follow_up_to_whoever_is_away_is_heard_by_the_channel(self, bench: Bench) -> None:
        (number,) = owned(bench, ANNA)
        bench.team.arrive(bench.team.answer(number))
        leave(bench)
        conversation, customer = bench.team.thread(number).conversation, bench.team.thread(number).author_id
        again = bench.team.mention("En nu?", author=Author(customer, f"klant{customer}", "Klant", 1))
        bench.team.receive(replace(again, conversation=conversation))
        bench.deliver(turns=3)
        (line,) = [message for message in bench.under_the_card() if "wrote again" in message.text]
        assert line.broadcast
        assert "<@" not in line.text
        assert line.text.endswith("🌴 *Anna Bakker* is away: who can take over?")
        assert line.blocks
        assert [each["action_id"] for each in line.blocks[-1]["elements"]] == ["take_over"]

    @pytest.mark.parametrize("late", [False, True])
    def test_case_of_whoever_is_away_rings_them_not(self, bench: Bench, late: bool) -> None:
        targets = bench.ctx.settings.desks[0].targets.model_copy(update={"resolution": timedelta(hours=4)})
        desk = restarted(bench, targets=targets)
        (number,) = owned(desk, ANNA)
        leave(desk)
        desk.clock.turn(hours=5 if late else 3.5)
        assert resolution_nag.tick(desk.ctx) == 1
        desk.deliver(turns=3)
        (line,) = [message for message in desk.under_the_card() if message.text.startswith("⌛")]
        assert (line.broadcast, f"<@{ANNA.id}>" in line.text) == (True, False)
        assert "🌴 *Anna Bakker* is away: who can take over?" in line.text
        assert desk.team.thread(number).owner == ANNA.id

    def test_end_of_a_snooze_of_whoever_is_away_rings_them_not(self, bench: Bench) -> None:
        (number,) = owned(bench, ANNA)
        snooze.snooze(bench.ctx, ANNA, number, bench.clock.at + timedelta(minutes=10), "wacht op depot")
        leave(bench)
        bench.clock.turn(minutes=10)
        snooze.tick(bench.ctx)
        bench.deliver(turns=3)
        (line,) = [message for message in bench.under_the_card() if "is back" in message.text]
        assert (line.broadcast, "<@" in line.text) == (True, False)
        assert "🌴 *Anna Bakker* is away: who can take over?" in line.text

    def test_reminder_of_whoever_is_away_is_heard_by_the_channel(self, bench: Bench) -> None:
        (number,) = owned(bench, ANNA)
        nag.keep(bench.ctx, ANNA, number)
        leave(bench)
        for _ in range(12):
            bench.settle(minutes=4)
            nag.tick(bench.ctx)
        bench.settle(seconds=1)
        (reminder,) = bench.under_the_card()
        assert reminder.broadcast
        assert "<@" not in reminder.text
        assert "🌴 *Anna Bakker* is away: who can take over?" in reminder.text


@SQLITE
class TestGivenAThread:
    """Whoever gives a thread or a request to somebody who does not hear of it now is told so."""

    @pytest.mark.parametrize(
        ("emoji", "minutes", "quiet", "told"),
        [
            (":palm_tree:", 0, False, "🌴 *Anna Bakker* is away."),
            (":palm_tree:", 90, False, "🌴 *Anna Bakker* is away until <!date^"),
            ("", 0, True, "🔕 *Anna Bakker* is not to be disturbed until <!date^"),
            (":palm_tree:", 0, True, "🌴 *Anna Bakker* is away."),
            (":house_with_garden:", 90, False, ""),
            ("", 0, False, ""),
        ],
    )
    def test_giver_is_told_until_when_they_are_not_there(
        self, bench: Bench, emoji: str, minutes: int, quiet: bool, told: str
    ) -> None:
        at = bench.clock.at
        agents.keep(bench.ctx, HERE)
        leave(bench, emoji, at + timedelta(minutes=minutes) if minutes else None)
        if quiet:
            begins, ends = at.timestamp(), (at + timedelta(hours=1)).timestamp()
            status = {"dnd_enabled": True, "next_dnd_start_ts": begins, "next_dnd_end_ts": ends}
            do_not_disturb.learn(bench.ctx, {ANNA.id: status})
        gone = presence.missing(bench.ctx, bench.ctx.settings.desks[0], [ANNA.id, EMMA.id])
        given = command_results.handed_over(16, ANNA.id, gone, EN).text
        asked = command_results.escalated(16, [ANNA.id], [], None, EN, gone).text
        if told:
            assert given.startswith(f"#16 is handed over to <@{ANNA.id}>. {told}")
            assert given.endswith("It is theirs; the channel is reminded in their place.")
            assert told in asked
            assert asked.endswith("They are asked all the same, and may not see it before.")
        else:
            assert given == f"#16 is handed over to <@{ANNA.id}>."
            assert asked.endswith("Nobody has claimed it yet.")


@SQLITE
class TestEvent:
    @pytest.fixture
    def deps(self, bench: Bench) -> Iterator[HandlerDeps]:
        deps = HandlerDeps(bench.ctx, slack.client("xoxb-sandbox", bench.sandbox.slack_api_url))
        yield deps
        deps.stop()

    def test_status_is_told_and_learnt_of_whoever_is_known(self, bench: Bench, deps: HandlerDeps) -> None:
        told: list[dict[str, Any]] = []
        bench.sandbox.slack.state.on_event = told.append
        agents.keep(bench.ctx, HERE)
        bench.sandbox.slack.set_status(ANNA.id, ":palm_tree:", 60)
        bench.sandbox.slack.set_status(EMMA.id, ":palm_tree:")
        assert [event["type"] for event in told] == ["user_change", "user_change"]
        assert told[0]["user"]["profile"]["status_emoji"] == ":palm_tree:"
        for event in told:
            deps.learn_anew(event["user"]["id"])
        known = agents.known(bench.ctx, ANNA.id)
        assert known is not None
        assert (known.agent.status_emoji, known.agent.locale) == (":palm_tree:", "nl-NL")
        until = bench.sandbox.slack.state.users[ANNA.id].status_expiration
        assert known.agent.status_until is not None
        assert known.agent.status_until.timestamp() == until
        assert agents.known(bench.ctx, EMMA.id) is None

    @pytest.mark.parametrize("ends", [0, None, "x", 1e30, -1])
    def test_end_that_cannot_be_read_is_none(self, bench: Bench, ends: Any) -> None:
        told = {"team_id": "T0ACME", "profile": {"status_emoji": ":palm_tree:", "status_expiration": ends}}
        read = agents.described(ANNA.id, told, bench.ctx.workspace)
        assert (read.status_emoji, read.status_until) == (":palm_tree:", None)


@SQLITE
class TestPromises:
    def promised(self, desk: Bench) -> int:
        """Anna answers with a promise that is due in two hours; the thread's number."""
        (number,) = owned(desk, ANNA)
        desk.team.arrive(desk.team.answer(number, promised_for=desk.clock.at + timedelta(hours=2)))
        desk.deliver(turns=2)
        return number

    @pytest.mark.parametrize("gone", [{"emoji": ":palm_tree:"}, {"emoji": "", "standing": Standing.DEACTIVATED}])
    def test_team_is_reminded_of_those_of_an_owner_who_is_away(self, bench: Bench, gone: dict[str, Any]) -> None:
        self.promised(bench)
        leave(bench, **gone)
        for minutes in (100, 20):
            bench.clock.turn(minutes=minutes)
            promises.tick(bench.ctx)
            bench.deliver(turns=2)
        soon, broken = (message for message in bench.messages() if message.is_reply and "Anna Bakker" in message.text)
        assert (soon.broadcast, broken.broadcast) == (True, True)
        assert "*Anna Bakker* is away: who can take over?" in soon.text
        assert f"<@{ANNA.id}>" not in soon.text + broken.text
        assert "For the attention of <@U0LEAD>." in broken.text  # Slack has never told the name

    def test_owner_who_is_there_hears_alone(self, bench: Bench) -> None:
        self.promised(bench)
        bench.clock.turn(minutes=100)
        promises.tick(bench.ctx)
        bench.deliver(turns=2)
        (soon,) = (message for message in bench.under_the_card() if message.text.startswith(f"<@{ANNA.id}> · 🤝"))
        assert not soon.broadcast

    def test_line_of_the_absence_names_what_was_promised(self, bench: Bench) -> None:
        number = self.promised(bench)
        (other,) = owned(bench, ANNA)
        leave(bench)
        assert ticked(bench) == 1
        (line,) = said(bench)
        assert f"#{other}" in line.text
        assert f"🤝 Promised to customers, by when: #{number} <!date^" in str(line.blocks)
