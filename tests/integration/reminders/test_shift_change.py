"""At a change of shifts whoever comes gets what is open, once, and what those who go had not answered is free."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from bot.delivery.roster import SlackPeople
from bot.domain.cases.conversation import EventKind
from bot.domain.cases.mention import Author
from bot.platform import slack
from bot.sandbox.slack.records import Message
from bot.settings.values import RosterPlace
from bot.usecases.cases import claim, close, escalate, promises, snooze
from bot.usecases.desk import not_before, presence, roster_reading
from bot.usecases.desk.context import Actor
from bot.usecases.privacy import erase
from bot.usecases.reminders import listings, nag, shift_change
from bot.usecases.replies import drafts
from bot.views.desk.models import Gone
from storage.engine import transaction
from storage.tables import promise
from storage.tables import roster as table
from storage.tables import shift as shifts
from tests.support.bench import Bench, restarted
from tests.support.calendars import calendar, event
from tests.support.cast import ANNA, EMMA, LARS
from tests.support.clock import FRIDAY
from tests.support.together import together

SHIFTS = {
    "Anna Bakker": ("20261120T090000", "20261120T170000"),
    "Lars Nilsson": ("20261120T170000", "20261120T230000"),
}
CHANGE = datetime(2026, 11, 20, 16, tzinfo=UTC)
HOURS = "Mo-Fr 09:00-17:00"


def rostered(bench: Bench, *events: str, **changes: Any) -> Bench:
    """The same desk with this roster, read."""
    path = bench.ctx.settings.config_path.parent / "oncall.ics"
    shifts = events or tuple(event(start, end, f"SUMMARY:{name}") for name, (start, end) in SHIFTS.items())
    path.write_text(calendar(*shifts), encoding="utf-8")
    desk = restarted(bench, roster=RosterPlace("file", "oncall.ics"), **changes)
    roster_reading.tick(desk.ctx, SlackPeople(desk.ctx, slack.client("xoxb-sandbox", bench.sandbox.slack_api_url)))
    shift_change.tick(desk.ctx)
    return desk


def change(desk: Bench, at: datetime = CHANGE) -> int:
    """Let it become that time, as a running desk would: how many changes were dealt with."""
    desk.clock.at = at
    dealt_with = shift_change.tick(desk.ctx)
    desk.deliver(turns=2)
    return dealt_with


def said(desk: Bench) -> list[Message]:
    return [message for message in desk.channel() if message.text.startswith("🔁")]


def shown(message: Message) -> str:
    return "\n".join(block["text"]["text"] for block in message.blocks or [] if block["type"] == "section")


def threads(desk: Bench, *due_in: int) -> list[int]:
    """Threads with their cards in Slack, due in so many minutes; their numbers."""
    numbers = []
    for minutes in due_in:
        desk.flood(1, posted_at=desk.clock.at - timedelta(minutes=60 - minutes))
        numbers.append(int(desk.team.rows("SELECT max(id) AS id FROM thread")[0]["id"]))
    desk.deliver(turns=len(due_in))
    return numbers


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
class TestHandOver:
    def test_it_names_who_comes_and_goes_and_lists_each_thread_once(self, bench: Bench) -> None:
        desk = rostered(bench)
        open_, late, asked = threads(desk, 50, 5, 55)
        claim.claim(desk.ctx, EMMA, asked)
        escalate.escalate(desk.ctx, EMMA, asked, "team:Press office", "a journalist")
        assert change(desk) == 1
        (message,) = said(desk)
        assert message.text.startswith("🔁 On call from now: <@U0LARS>, until <!date^")
        assert message.text.endswith("The shift of Anna Bakker is over.")
        lines = shown(message).split("\n")[1:]
        assert lines[0] == "⚠️ *Late* (1)"
        assert f"*#{late}* · " in lines[1]
        assert "🔔 *Unclaimed*" in lines[1]
        assert lines[2] == "🆘 *Escalated* (1)"
        assert f"*#{asked}* · " in lines[3]
        assert "👤 " in lines[3]
        assert "<@U0EMMA>" not in lines[3]
        assert lines[4] == "📥 *Open* (1)"
        assert f"*#{open_}* · " in lines[5]
        assert len(lines) == 6

    def test_it_follows_who_claims_what_it_lists(self, bench: Bench) -> None:
        desk = rostered(bench)
        (number,) = threads(desk, 50)
        change(desk)
        claim.claim(desk.ctx, EMMA, number)
        assert listings.tick(desk.ctx) == 1
        desk.deliver(turns=9)
        (message,) = said(desk)
        assert "🔔 *Unclaimed*" not in shown(message)
        assert "👤 " in shown(message)
        assert "claim_next" not in str(message.blocks)

    def test_promise_is_listed_by_its_own_deadline_and_is_late_once_broken(self, bench: Bench) -> None:
        desk = rostered(bench)
        (number,) = threads(desk, 50)
        answer = desk.team.answer(number)
        desk.team.arrive(answer)
        with transaction(desk.ctx.engine) as connection:
            made = {"thread_id": number, "reply_id": answer.id, "by": ANNA.id, "made_at": FRIDAY}
            connection.execute(promise.insert().values(**made, due_at=CHANGE + timedelta(minutes=30)))
        change(desk)
        assert "🤝 *Promised* (1)" in shown(said(desk)[0])
        change(desk, CHANGE + timedelta(hours=6))
        assert "⚠️ *Late* (1)" in shown(said(desk)[1])

    def test_line_has_the_customer_s_name_and_words_without_effect(self, bench: Bench) -> None:
        desk = rostered(bench)
        evil = Author("66", "evil", "<!channel> *x*", 1)
        desk.team.receive(desk.team.mention("@acme <@U0LEAD> _kom_ <https://evil.example|klik>", author=evil))
        desk.deliver(turns=1)
        change(desk)
        line = shown(said(desk)[0]).split("\n")[-1]
        assert "&lt;!channel&gt;" in line
        assert "“&lt;@U0LEAD&gt;" in line
        assert not re.search(r"<!channel|<@U0LEAD|<https://evil", line)

    def test_what_is_snoozed_comes_last_with_when_it_comes_back(self, bench: Bench) -> None:
        desk = rostered(bench)
        _, rests, _ = threads(desk, 5, 5, 50)
        back = CHANGE + timedelta(hours=3)
        snooze.snooze(desk.ctx, ANNA, rests, back, "wacht op depot")
        change(desk)
        lines = shown(said(desk)[0]).split("\n")
        assert [line for line in lines if line.endswith("(1)")] == ["⚠️ *Late* (1)", "📥 *Open* (1)", "⏸ *Snoozed* (1)"]
        assert f"*#{rests}* · <!date^{int(back.timestamp())}^" in lines[-1]

    def test_promises_of_those_who_are_off_are_named_and_rung_to_who_is_on_call(self, bench: Bench) -> None:
        desk = rostered(bench)
        (number,) = threads(desk, 50)
        claim.claim(desk.ctx, ANNA, number)
        desk.team.arrive(desk.team.answer(number, promised_for=CHANGE + timedelta(hours=1)))
        change(desk)
        lines = shown(said(desk)[0]).split("\n")
        assert lines[-2] == "🤝 *Promised* (1)"
        assert "· 🤝 · " in lines[-1]
        assert "· 👤 Anna Bakker (off) · " in lines[-1]
        desk.clock.at = CHANGE + timedelta(minutes=59)
        promises.tick(desk.ctx)
        desk.deliver(turns=2)
        (soon,) = [message for message in desk.under_the_card() if "promised" in message.text]
        assert soon.text.startswith("<@U0LARS> · 🤝 ")
        assert "*Anna Bakker* is away: who can take over?" in soon.text
        assert f"<@{ANNA.id}>" not in soon.text

    def test_erased_customer_is_gone_from_every_hand_over(self, bench: Bench) -> None:
        desk = rostered(bench, *(event(start, end, f"SUMMARY:{name}") for name, (start, end) in SHIFTS.items()))
        numbers = threads(desk, 50, 50)
        change(desk)
        change(desk, CHANGE + timedelta(hours=6))
        assert len(said(desk)) == 2
        for number in numbers:
            erase.erase(desk.ctx, desk.team.thread(number).customer_handle)
        desk.finish()
        assert "Mijn pakket" not in "".join(map(shown, said(desk)))
        assert said(desk)[0].text.startswith("🔁 On call from now: <@U0LARS>")

    def test_nothing_open_changes_the_roster_s_line_alone(self, bench: Bench) -> None:
        desk = rostered(bench)
        (number,) = threads(desk, 50)
        close.close(desk.ctx, ANNA, number, "spam")
        assert change(desk) == 1
        assert said(desk) == []

    def test_what_is_done_before_slack_could_be_told_is_not_said(self, bench: Bench) -> None:
        desk = rostered(bench)
        (number,) = threads(desk, 50)
        desk.clock.at = CHANGE
        shift_change.tick(desk.ctx)
        close.close(desk.ctx, ANNA, number, "spam")
        desk.deliver(turns=2)
        assert said(desk) == []

    def test_same_people_who_stay_on_are_told_nothing(self, bench: Bench) -> None:
        events = [event(start, end, "SUMMARY:Anna Bakker") for start, end in SHIFTS.values()]
        desk = rostered(bench, *events)
        threads(desk, 50)
        assert change(desk) == 0
        assert said(desk) == []

    def test_gap_says_that_nobody_comes_and_when_the_next_shift_begins(self, bench: Bench) -> None:
        night = event("20261120T200000", "20261120T230000", "SUMMARY:Lars Nilsson")
        desk = rostered(bench, event(*SHIFTS["Anna Bakker"], "SUMMARY:Anna Bakker"), night)
        threads(desk, 50)
        change(desk)
        assert "The shift of Anna Bakker is over. The next one begins at <!date^" in said(desk)[0].text
        change(desk, CHANGE + timedelta(hours=3))
        assert said(desk)[1].text.startswith("🔁 On call from now: <@U0LARS>")

    def test_long_lists_end_in_a_number(self, bench: Bench) -> None:
        desk = rostered(bench)
        desk.flood(20)
        change(desk)
        (message,) = said(desk)
        assert shown(message).count("\n") - 1 == 15 - 1 + 1
        assert "and 5 more · `/webcare open`" in str(message.blocks)
        assert "'action_id': 'claim_next'" in str(message.blocks)


class TestOnce:
    def test_change_is_dealt_with_once_by_two_workers_and_after_a_restart(self, bench: Bench) -> None:
        desk = rostered(bench)
        threads(desk, 50)
        other = restarted(desk)
        assert change(desk) + change(other) + change(restarted(desk)) == 1
        assert len(said(desk)) == 1

    def test_several_workers_at_once_deal_with_it_once(self, bench: Bench) -> None:
        desk = rostered(bench)
        threads(desk, 30)
        desk.clock.at = CHANGE
        seen = together([partial(shift_change.tick, desk.ctx)] * 6)
        desk.deliver(turns=2)
        assert (sum(seen), len(said(desk))) == (1, 1)

    def test_of_several_missed_changes_only_the_latest_is_said(self, bench: Bench) -> None:
        third = event("20261120T230000", "20261121T060000", "SUMMARY:Jour", "ATTENDEE:mailto:emma@acme.example")
        days = [event(start, end, f"SUMMARY:{name}") for name, (start, end) in SHIFTS.items()]
        desk = rostered(bench, *days, third)
        threads(desk, 50)
        assert change(desk, CHANGE + timedelta(hours=8)) == 1
        (message,) = said(desk)
        assert message.text.startswith("🔁 On call from now: <@U0EMMA>")
        assert "The shift of Anna Bakker is over." in message.text

    def test_hand_over_that_waits_for_slack_is_not_said_after_the_next_one(self, bench: Bench) -> None:
        desk = rostered(bench)
        threads(desk, 50)
        desk.clock.at = CHANGE
        shift_change.tick(desk.ctx)
        assert change(desk, CHANGE + timedelta(hours=6)) == 1
        (message,) = said(desk)
        assert message.text.startswith("🔁 Shift change. The shift of Lars Nilsson is over.")

    def test_clock_that_goes_back_over_the_change_says_it_no_second_time(self, bench: Bench) -> None:
        desk = rostered(bench)
        threads(desk, 50)
        change(desk)
        assert change(desk, CHANGE - timedelta(seconds=30)) == 0
        assert change(desk, CHANGE + timedelta(seconds=30)) == 0
        assert len(said(desk)) == 1

    def test_change_that_a_wrong_clock_dealt_with_is_put_right(self, bench: Bench) -> None:
        desk = rostered(bench)
        threads(desk, 50)
        change(desk, CHANGE + timedelta(hours=2))
        desk.clock.at = FRIDAY
        with transaction(desk.ctx.engine) as connection:
            connection.execute(table.update().values(handed_at=CHANGE + timedelta(hours=2)))
        assert shift_change.tick(desk.ctx) == 0
        not_before.tick(desk.ctx)
        desk.clock.turn(seconds=1)
        assert shift_change.tick(desk.ctx) == 1
        desk.deliver(turns=2)
        assert said(desk)[-1].text.startswith("🔁 On call from now: <@U0ANNA>")

    def test_roster_changed_within_a_shift_hands_over_at_once(self, bench: Bench) -> None:
        desk = rostered(bench)
        threads(desk, 50)
        ill = event(*SHIFTS["Anna Bakker"], "SUMMARY:Lars Nilsson")
        path = desk.ctx.settings.config_path.parent / "oncall.ics"
        path.write_text(calendar(ill), encoding="utf-8")
        desk.clock.turn(minutes=1)
        people = SlackPeople(desk.ctx, slack.client("xoxb-sandbox", bench.sandbox.slack_api_url))
        assert roster_reading.tick(desk.ctx, people) == 1
        assert change(desk, desk.clock.at) == 1
        assert said(desk)[0].text.startswith("🔁 On call from now: <@U0LARS>")

    @pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
    def test_roster_changed_after_its_hand_over_hands_over_again(self, bench: Bench) -> None:
        desk = rostered(bench)
        threads(desk, 50)
        change(desk)
        with transaction(desk.ctx.engine) as connection:
            connection.execute(shifts.update().where(shifts.c.agent == "U0LARS").values(agent=EMMA.id))
        desk.clock.turn(minutes=10)
        assert change(desk, desk.clock.at) == 1
        assert said(desk)[1].text.startswith("🔁 On call from now: <@U0EMMA>")

    @pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
    def test_first_look_hands_nothing_over(self, bench: Bench) -> None:
        threads(bench, 50)
        desk = rostered(bench)
        assert change(desk, FRIDAY) == 0
        assert said(desk) == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
class TestClosed:
    def test_change_while_the_desk_is_closed_waits_until_it_opens(self, bench: Bench) -> None:
        night = event("20261120T170000", "20261123T120000", "SUMMARY:Lars Nilsson")
        desk = rostered(bench, event(*SHIFTS["Anna Bakker"], "SUMMARY:Anna Bakker"), night, hours=HOURS)
        threads(desk, 50)
        assert change(desk) == 0  # it closes at that moment
        assert change(desk, datetime(2026, 11, 21, 12, tzinfo=UTC)) == 0
        assert said(desk) == []
        assert change(desk, datetime(2026, 11, 23, 8, tzinfo=UTC)) == 1
        assert said(desk)[0].text.startswith("🔁 On call from now: <@U0LARS>")

    def test_night_between_two_shifts_of_one_agent_takes_nothing_from_them(self, bench: Bench) -> None:
        day = event(*SHIFTS["Anna Bakker"], "SUMMARY:Anna Bakker", "RRULE:FREQ=DAILY")
        desk = rostered(bench, day, hours=HOURS)
        (number,) = threads(desk, 15)
        claim.claim(desk.ctx, ANNA, number)
        for hours in (1, 40, 64.1):
            change(desk, CHANGE + timedelta(hours=hours))
        assert owner(desk, number) == ANNA.id
        assert said(desk) == []


def owner(desk: Bench, number: int) -> str | None:
    return desk.team.thread(number).owner


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
class TestEndOfShift:
    def owned(self, desk: Bench, *owners: Actor) -> list[int]:
        numbers = threads(desk, *(50 for _ in owners))
        for number, agent in zip(numbers, owners, strict=True):
            claim.claim(desk.ctx, agent, number)
        return numbers

    def test_what_was_not_answered_is_the_team_s_again(self, bench: Bench) -> None:
        desk = rostered(bench)
        mine, other = self.owned(desk, ANNA, EMMA)
        change(desk)
        assert (owner(desk, mine), owner(desk, other)) == (None, EMMA.id)
        (message,) = said(desk)
        assert "1 thread that they had not answered has no owner now." in message.text
        assert EventKind.SHIFT_ENDED in desk.team.kinds(mine)

    def test_what_has_an_answer_or_is_being_answered_stays(self, bench: Bench) -> None:
        desk = rostered(bench)
        answered, sending, typing = self.owned(desk, ANNA, ANNA, ANNA)
        desk.team.arrive(desk.team.answer(answered))
        desk.clock.at = CHANGE - timedelta(seconds=5)
        desk.team.answer(sending)
        drafts.keep(desk.ctx, ANNA.id, typing, "Hoi", desk.clock.at)
        change(desk)
        assert [owner(desk, number) for number in (answered, sending, typing)] == [ANNA.id] * 3
        assert "had not answered" not in said(desk)[0].text

    def test_whoever_is_on_the_next_shift_too_keeps_theirs(self, bench: Bench) -> None:
        both = event(SHIFTS["Lars Nilsson"][0], SHIFTS["Lars Nilsson"][1], "SUMMARY:Anna Bakker, Lars Nilsson")
        desk = rostered(bench, event(*SHIFTS["Anna Bakker"], "SUMMARY:Anna Bakker"), both)
        (number,) = self.owned(desk, ANNA)
        change(desk)
        assert owner(desk, number) == ANNA.id
        assert "is over" not in said(desk)[0].text

    def test_follow_up_to_whoever_is_off_is_heard_by_the_channel(self, bench: Bench) -> None:
        desk = rostered(bench)
        (number,) = self.owned(desk, ANNA)
        desk.team.arrive(desk.team.answer(number))
        change(desk)
        conversation, customer = desk.team.thread(number).conversation, desk.team.thread(number).author_id
        again = desk.team.mention("En nu?", author=Author(customer, f"klant{customer}", "Klant", 1))
        desk.team.receive(replace(again, conversation=conversation))
        desk.deliver(turns=3)
        (line,) = [message for message in desk.under_the_card() if "wrote again" in message.text]
        assert line.broadcast


def test_thread_of_somebody_off_is_reminded_of_in_the_channel_and_their_giver_knows(bench: Bench) -> None:
    desk = rostered(bench)
    claim.claim(desk.ctx, LARS, threads(desk, 16)[0])
    gone = presence.missing(desk.ctx, desk.ctx.settings.desks[0], [ANNA.id, LARS.id])
    assert [(each.name, each.why, each.until) for each in gone] == [("Lars Nilsson", Gone.OFF, CHANGE)]
    desk.clock.turn(minutes=2)
    nag.tick(desk.ctx)
    desk.deliver(turns=2)
    (reminder,) = desk.under_the_card()
    assert (reminder.broadcast, "<@" in reminder.text) == (True, False)
    assert reminder.text.endswith("🌴 *Lars Nilsson* is away: who can take over?")
