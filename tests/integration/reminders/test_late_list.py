"""A lead has one live message about what is late at a desk; a new one rings only when nothing had been late."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from bot.sandbox.slack.records import Message
from bot.usecases.cases import claim, close, handover, queries, snooze
from bot.usecases.desk import desk_takeover
from bot.usecases.desk.context import Actor
from bot.usecases.privacy import erase
from bot.usecases.reminders import late_list, nag
from bot.views.common.blocks import IN_A_LIST
from handlers.cases import home
from storage import outbox, tables
from storage.engine import transaction
from tests.support import older
from tests.support.bench import Bench, restarted
from tests.support.cast import ANNA, EMMA, LARS, LEAD
from tests.support.clock import FRIDAY, TurnedClock

RECHECK = 10


def pass_by(bench: Bench, minutes: float = 0, seconds: float = 0, step: int = 30) -> None:
    """Let time pass as a running desk would, which looks every two seconds."""
    until = bench.clock.at + timedelta(minutes=minutes, seconds=seconds)
    while bench.clock.at < until:
        bench.settle(seconds=min(step, (until - bench.clock.at).total_seconds()))
        look(bench)


def look(bench: Bench) -> None:
    while nag.tick(bench.ctx):
        pass
    late_list.tick(bench.ctx)
    for _ in range(3):
        bench.settle(seconds=1)


def late(bench: Bench, *minutes_ago: float) -> list[int]:
    """Threads whose answers were due so many minutes ago, with their cards in Slack; their numbers."""
    numbers = []
    for ago in minutes_ago:
        bench.flood(1, posted_at=bench.clock.at - timedelta(minutes=60 + ago))
        numbers.append(int(bench.team.rows("SELECT max(id) AS id FROM thread")[0]["id"]))
    bench.deliver(turns=len(minutes_ago))
    return numbers


def listed(message: Message) -> list[int]:
    rows = [block["text"]["text"] for block in message.blocks or [] if block["type"] == "section"]
    return [int(found[1]) for row in rows if (found := re.search(r"#(\d+)", row))]


def edits(bench: Bench) -> int:
    return bench.calls("chat.update")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
class TestOneMessage:
    def test_night_of_missed_targets_rings_the_lead_once(self, bench: Bench, clock: TurnedClock) -> None:
        for minute in range(44):
            bench.flood(1, posted_at=clock.at + timedelta(minutes=7 * minute))
        for _ in range(44):
            clock.turn(minutes=9)
            while nag.tick(bench.ctx):
                pass
            late_list.tick(bench.ctx)
        assert bench.team.wanted("late_list") == ["late_list:1"]
        assert bench.team.wanted("lead") == []
        assert late_list.late(bench.ctx, 1)[1].total == 44

    def test_list_follows_what_is_late_without_a_new_message(self, bench: Bench) -> None:
        first, second = late(bench, 20, 5)
        look(bench)
        (told,) = bench.told()
        assert listed(told) == [first, second]
        close.close(bench.ctx, ANNA, first, "spam")
        claim.claim(bench.ctx, LARS, second)
        (third,) = late(bench, 1)
        pass_by(bench, minutes=1)
        (same,) = bench.told()
        assert (same.ts, listed(same)) == (told.ts, [second, third])
        assert "👤 <@U0LARS>" in str(same.blocks)
        assert "late" in str(same.blocks)

    def test_end_is_an_edit_and_the_next_one_rings_again(self, bench: Bench) -> None:
        (number,) = late(bench, 5)
        look(bench)
        close.close(bench.ctx, ANNA, number, "spam")
        look(bench)
        (told,) = bench.told()
        assert told.text.startswith("✅ Nothing is late at Support any more")
        late(bench, 1)
        look(bench)
        over, again = bench.told()
        assert (over.text, listed(again)) == (told.text, [2])

    @pytest.mark.parametrize("owner", [None, LARS], ids=["unowned", "owned"])
    def test_snoozed_thread_stays_listed_as_late_without_ringing(self, bench: Bench, owner: Actor | None) -> None:
        first, second = late(bench, 20, 5)
        if owner is not None:
            claim.claim(bench.ctx, owner, first)
        look(bench)
        (told,) = bench.told()
        until = bench.clock.at + timedelta(hours=2)
        snooze.snooze(bench.ctx, owner or ANNA, first, until, "wacht op depot")
        pass_by(bench, minutes=1)
        (same,) = bench.told()
        assert (same.ts, listed(same)) == (told.ts, [second, first])
        assert "2 threads are late" in same.text
        (shown,) = [text for text in re.findall(r"🔴[^\']*", str(same.blocks)) if "💤" in text]
        assert f"<@{(owner or ANNA).id}>: wacht op depot" in shown
        assert re.search(r"🔴 \*2\d min late\* · 💤 \*until <!date\^", shown)
        assert queries.home(bench.ctx, LEAD.id)[0].late == 2

    def test_list_with_snoozed_ones_alone_goes_on_and_begins_none(self, bench: Bench) -> None:
        (number,) = late(bench, 20)
        nag.tick(bench.ctx)
        snooze.snooze(bench.ctx, ANNA, number, bench.clock.at + timedelta(minutes=10), "wacht op depot")
        look(bench)
        assert bench.told() == []  # it was snoozed before anybody could be told
        snooze.wake(bench.ctx, ANNA, number)
        look(bench)
        snooze.snooze(bench.ctx, ANNA, number, bench.clock.at + timedelta(minutes=10), "wacht op depot")
        pass_by(bench, minutes=5)
        (told,) = bench.told()
        assert listed(told) == [number]
        close.close(bench.ctx, ANNA, number, "spam")
        pass_by(bench, minutes=1)
        (over,) = bench.told()
        assert (over.ts, over.text[0]) == (told.ts, "✅")

    @pytest.mark.parametrize(
        ("hours", "messages"),
        [("Mo-Fr 09:00-17:00", 2), ("Mo-Fr 09:00-12:00,13:00-18:00", 2), ("24/7", 1), (None, 1)],
    )
    def test_what_was_left_late_rings_anew_at_the_next_days_opening(
        self, bench: Bench, clock: TurnedClock, hours: str | None, messages: int
    ) -> None:
        desk = restarted(bench, hours=hours, timezone=ZoneInfo("Europe/Amsterdam"))
        late(desk, 20)
        look(desk)
        (told,) = desk.told()
        for hour in (1, 16, 17, 40, 63):
            clock.at = FRIDAY + timedelta(hours=hour)
            look(desk)
            assert len(desk.told()) == 1, "the desk is closed"
        clock.at = datetime(2026, 11, 23, 8, 1, tzinfo=UTC)
        look(desk)
        look(desk)
        later = restarted(desk)
        look(later)
        assert len(desk.told()) == messages
        if messages == 2:
            old, new = desk.told()
            assert (old.ts, old.text) == (told.ts, "🔴 What is late at Support stands in a newer message.")
            assert listed(new) == [1]
            clock.at = datetime(2026, 11, 23, 12, 30, tzinfo=UTC)
            look(desk)
            assert len(desk.told()) == 2

    def test_what_was_all_snoozed_rings_again_by_what_becomes_late(self, bench: Bench) -> None:
        first, soon = late(bench, 20, -30)
        look(bench)
        until = bench.clock.at + timedelta(minutes=20)
        snooze.snooze(bench.ctx, ANNA, first, until, "wacht op depot")
        while bench.clock.at < until + timedelta(minutes=5):
            pass_by(bench, minutes=1)
            snooze.tick(bench.ctx)
        (told,) = bench.told()
        assert "💤" not in str(told.blocks)
        assert len(bench.told()) == 1, "waking up rings nobody anew"
        snooze.snooze(bench.ctx, ANNA, first, bench.clock.at + timedelta(hours=2), "wacht op depot")
        pass_by(bench, minutes=1)
        assert len(bench.told()) == 1
        pass_by(bench, minutes=6)
        old, new = bench.told()
        assert (old.ts, "newer message" in old.text) == (told.ts, True)
        assert listed(new) == [soon, first]

    def test_what_wakes_up_late_rings_nobody_anew(self, bench: Bench) -> None:
        first, second = late(bench, 20, 2)
        look(bench)
        for number, minutes in ((first, 120), (second, 20)):
            snooze.snooze(bench.ctx, ANNA, number, bench.clock.at + timedelta(minutes=minutes), "wacht op depot")
        for _ in range(25):
            pass_by(bench, minutes=1)
            snooze.tick(bench.ctx)
        (told,) = bench.told()
        assert listed(told) == [second, first]

    def test_race_of_four_renews_a_list_once(self, bench: Bench, clock: TurnedClock) -> None:
        desk = restarted(bench, hours="Mo-Fr 09:00-17:00", timezone=ZoneInfo("Europe/Amsterdam"))
        late(desk, 20)
        look(desk)
        clock.at = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
        with ThreadPoolExecutor(4) as pool:
            assert sum(pool.map(lambda _: late_list.tick(desk.ctx), range(4))) == 1
        assert len(desk.team.rows("SELECT id FROM late_list WHERE ended_at IS NULL")) == 1

    def test_each_lead_and_each_desk_has_its_own(self, bench: Bench) -> None:
        led = restarted(bench, leads=("U0LEAD", EMMA.id))
        late(led, 5)
        look(led)
        look(led)
        assert [len(led.direct(user)) for user in ("U0LEAD", EMMA.id)] == [1, 1]

    def test_lead_who_is_added_gets_what_is_late_already(self, bench: Bench) -> None:
        late(bench, 5)
        look(bench)
        led = restarted(bench, leads=("U0LEAD", EMMA.id))
        look(led)
        assert [len(led.direct(user)) for user in ("U0LEAD", EMMA.id)] == [1, 1]

    def test_what_is_over_before_it_was_posted_is_never_said(self, bench: Bench) -> None:
        (number,) = late(bench, 5)
        nag.tick(bench.ctx)
        late_list.tick(bench.ctx)
        close.close(bench.ctx, ANNA, number, "spam")
        late_list.tick(bench.ctx)
        bench.deliver(turns=2)
        assert bench.told() == []

    def test_reply_on_its_way_rests_the_ringing_and_stays_listed(self, bench: Bench, clock: TurnedClock) -> None:
        (number,) = late(bench, -1)
        bench.team.answer(number)
        clock.turn(minutes=1, seconds=5)
        assert (nag.tick(bench.ctx), late_list.tick(bench.ctx)) == (0, 0)
        (other,) = late(bench, 5)
        nag.tick(bench.ctx)
        late_list.tick(bench.ctx)
        bench.posts.deliver(next(item for item in iter(bench.posts.lease, None) if item.kind == "late_list"))
        (told,) = bench.told()
        assert listed(told) == [other, number]

    def test_answered_thread_leaves_the_list(self, bench: Bench) -> None:
        first, _ = late(bench, 20, 5)
        look(bench)
        handover.hand_over(bench.ctx, LEAD, first, LARS)
        bench.team.arrive(bench.team.answer(first, by=LARS))
        pass_by(bench, minutes=1)
        assert listed(bench.told()[0]) == [2]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
class TestPace:
    def test_many_changes_are_one_edit_in_half_a_minute(self, bench: Bench) -> None:
        numbers = late(bench, *range(8, 0, -1))
        look(bench)
        pass_by(bench, minutes=2)
        shown = []
        for number in numbers[:4]:
            close.close(bench.ctx, ANNA, number, "spam")
            pass_by(bench, seconds=3, step=3)
            shown.append(bench.told()[0].text)
        assert len(set(shown)) <= 2, "each but one of the four changes waits"
        pass_by(bench, minutes=1)
        assert listed(bench.told()[0]) == numbers[4:]

    def test_press_in_the_list_shows_its_result_at_once(self, bench: Bench) -> None:
        (number,) = late(bench, 5)
        look(bench)
        (told,) = bench.told()
        press = {
            "channel": {"id": told.channel},
            "container": {"message_ts": told.ts},
            "actions": [{"block_id": f"{IN_A_LIST}{number}"}],
        }
        modal = home.marked(press, {"private_metadata": "{}"})
        claim.claim(bench.ctx, LARS, number)
        queries.resend_list(bench.ctx, *json.loads(modal["private_metadata"])["list"])
        bench.settle(seconds=1)
        assert "👤 <@U0LARS>" in str(bench.told()[0].blocks)

    def test_nothing_new_is_no_edit_until_a_step_of_time(self, bench: Bench) -> None:
        late(bench, 31)
        look(bench)
        look(bench)
        before = edits(bench)
        pass_by(bench, minutes=8)
        assert edits(bench) == before
        pass_by(bench, minutes=2)
        assert edits(bench) > before
        assert re.search(r"4\d min late", str(bench.told()[0].blocks))

    def test_list_that_a_wrong_clock_wrote_is_shown_at_once(self, bench: Bench, clock: TurnedClock) -> None:
        late(bench, 5)
        look(bench)
        with transaction(bench.ctx.engine) as connection:
            connection.execute(update(tables.late_list).values(shown_at=clock.at + timedelta(days=1)))
        late(bench, 1)
        late_list.tick(bench.ctx)
        bench.settle(seconds=1)
        assert listed(bench.told()[0]) == [1, 2]


class TestNothingIsLostOrDoubled:
    def test_race_of_four_begins_and_ends_one_list(self, bench: Bench) -> None:
        (number,) = late(bench, 5)
        nag.tick(bench.ctx)
        with ThreadPoolExecutor(4) as pool:
            assert sum(pool.map(lambda _: late_list.tick(bench.ctx), range(4))) == 1
            close.close(bench.ctx, ANNA, number, "spam")
            assert sum(pool.map(lambda _: late_list.tick(bench.ctx), range(4))) == 1
        assert [row["n"] for row in bench.team.rows("SELECT count(*) AS n FROM late_list")] == [1]

    @pytest.mark.parametrize("fault", ["drop_after", "drop_before"])
    def test_lost_answer_leaves_one_message(self, bench: Bench, fault: str) -> None:
        late(bench, 5)
        bench.sandbox.faults.add("slack", "chat.postMessage", fault)
        nag.tick(bench.ctx)
        late_list.tick(bench.ctx)
        bench.settle(seconds=1)
        for _ in range(8):
            bench.settle(seconds=RECHECK)
        assert len(bench.told()) == 1

    def test_restart_goes_on_with_the_list(self, bench: Bench) -> None:
        late(bench, 5)
        look(bench)
        again = Bench(bench.ctx, bench.sandbox, bench.clock)
        late(bench, 1)
        pass_by(again, minutes=1)
        (told,) = again.told()
        assert listed(told) == [1, 2]

    def test_erased_customer_leaves_the_list(self, bench: Bench) -> None:
        late(bench, 5, 4)
        look(bench)
        assert "Klant 1" in str(bench.told()[0].blocks)
        erase.erase(bench.ctx, "klant1")
        bench.settle(seconds=1)
        assert "Klant 1" not in str(bench.told()[0].blocks)

    def test_list_follows_a_desk_to_its_new_name(self, bench: Bench) -> None:
        late(bench, 5, 4)
        look(bench)
        later = restarted(bench, name="Customer care")
        desk_takeover.pass_on(later.ctx)
        close.close(later.ctx, ANNA, 1, "spam")
        pass_by(later, minutes=1)
        (told,) = later.told()
        assert (told.text, listed(told)) == ("🔴 1 thread is late at Customer care", [2])

    def test_desk_with_a_list_of_its_own_keeps_that_one(self, bench: Bench) -> None:
        late(bench, 5)
        look(bench)
        care = restarted(bench, name="Customer care")
        with transaction(bench.ctx.engine) as connection:
            connection.exec_driver_sql(
                "INSERT INTO late_list (desk, lead, started_at, shown_at)"
                " SELECT 'Customer care', lead, started_at, shown_at FROM late_list"
            )
        desk_takeover.pass_on(care.ctx)
        rows = bench.team.rows("SELECT desk, ended_at FROM late_list ORDER BY id")
        assert [(row["desk"], row["ended_at"] is None) for row in rows] == [
            ("Customer care", False),
            ("Customer care", True),
        ]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
class TestWhatEarlierVersionsQueued:
    def test_breach_is_told_and_lives_on(self, bench: Bench) -> None:
        (number,) = late(bench, 5)
        with transaction(bench.ctx.engine) as connection:
            outbox.want_once(connection, older.breach(number, 1), at=bench.clock.at)
        bench.settle(seconds=1)
        (told,) = bench.told()
        assert "is *late*" in told.text
        close.close(bench.ctx, ANNA, number, "spam")
        bench.settle(seconds=1)
        assert "Closed without a reply" in bench.told()[0].text

    def test_gathered_breaches_are_told(self, bench: Bench) -> None:
        late(bench, 5, 4, -30)
        with transaction(bench.ctx.engine) as connection:
            outbox.want_once(connection, older.breaches([1, 2, 3], bench.clock.at), at=bench.clock.at)
        bench.settle(seconds=1)
        assert [told.text for told in bench.told()] == ["⚠️ 2 threads at Support are *late*:"]
