"""A change of the settings, and the customers who wait while it is made."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.delivery.tasks import TaskDeliverer
from bot.delivery.worker import Delivery
from bot.domain.clock.targets import NagLevel
from bot.domain.common.errors import RefusalCode, Refused
from bot.settings import Roles, load, overlay
from bot.usecases.cases import merge, retarget
from bot.usecases.cases.snooze import snooze, wake
from bot.usecases.cases.why import why
from bot.usecases.desk import settings
from bot.usecases.desk.context import Context
from bot.usecases.reminders import nag
from bot.usecases.reports import standup
from bot.views.desk.models import Effect
from storage.clock import waits
from storage.engine import Engine, reading
from tests.support import config
from tests.support.cast import ANNA, LARS, LEAD
from tests.support.clock import TurnedClock
from tests.support.team import Team, lonely_x

FIRST, NEXT = "targets.first_response", "targets.next_response"
FRIDAY = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)  # 16:00 in Amsterdam


@pytest.fixture
def free(engine: Engine, clock: TurnedClock, tmp_path: Path) -> Iterator[Team]:
    """A desk whose file sets nothing that can be set in Slack but the zone."""
    text = config.MINIMAL.replace("slack_channel", 'timezone = "Europe/Amsterdam"\nslack_channel', 1)
    rule = '[[desk.targets_for]]\nlanguage = "sv"\nfirst_response = "50m"\n'
    text = text.replace("[[desk.networks]]", f"{rule}[[desk.networks]]", 1)
    path = config.write(tmp_path, text)
    clock.at = FRIDAY
    with closing(lonely_x(clock)) as account:
        yield Team(Context(engine, clock, load({"WEBCARE_CONFIG": str(path)}), {"x:acme": account}, lambda: None))


def effect(team: Team, **values: Any) -> Effect:
    typed = {key: overlay.typed(key, value) for key, value in _keys(values).items()}
    return retarget.effect(team.ctx, "Support", typed)


def save(team: Team, *, applied: bool = True, **values: Any) -> list[int]:
    written = _keys(values)
    found = settings.page(team.ctx, LEAD, "Support")
    seen = {key: change.id if (change := found.of(key).change) else 0 for key in written}
    done = settings.save(team.ctx, LEAD, "Support", written, seen=seen, applied=applied)
    work(team)
    return [one.change.id for one in done]


def work(team: Team) -> None:
    Delivery(team.ctx, (TaskDeliverer(team.ctx),)).settle()


def _keys(values: dict[str, Any]) -> dict[str, Any]:
    return {{"first": FIRST, "next": NEXT}.get(name, name): value for name, value in values.items()}


def since(team: Team, minutes: float, conversation: str) -> int:
    """A customer who has been waiting for so long."""
    at = team.ctx.clock.now() - timedelta(minutes=minutes)
    return team.write(conversation=conversation, posted_at=at)


def in_minutes(moment: datetime | None) -> float:
    assert moment is not None
    return (moment - FRIDAY).total_seconds() / 60


def dues(team: Team) -> list[float]:
    """When each open wait is due, in minutes from Friday at 16:00."""
    with reading(team.ctx.engine) as connection:
        found = [wait for own in waits.open_at(connection, "Support").values() for wait in own.values()]
    return sorted(in_minutes(wait.due_at) for wait in found)


class TestTargets:
    def test_effect_is_told_before_and_comes_true(self, free: Team, clock: TurnedClock) -> None:
        old, young, late = since(free, 40, "a"), since(free, 5, "b"), since(free, 90, "c")
        assert effect(free, first="30m") == Effect(3, sooner=2, later=0, late=1, kept=0, late_already=1)
        assert effect(free, first="2h") == Effect(3, sooner=0, later=2, late=0, kept=0, late_already=1)
        assert effect(free, next="5m") == Effect(3, sooner=0, later=0, late=0, kept=0, late_already=1)
        before = {number: free.thread(number) for number in (old, young, late)}
        save(free, first="30m")
        assert free.thread(late) == before[late], "what is late stays late"
        assert free.thread(young).due_at == FRIDAY + timedelta(minutes=25)
        assert free.thread(old).due_at == FRIDAY, "nobody is late before the change was made"
        assert free.rows("SELECT target FROM wait ORDER BY id")[0]["target"] == 40 * 60
        assert free.thread(since(free, 0, "d")).first_target == 30 * 60

    def test_without_the_tick_who_waits_keeps_their_target(self, free: Team) -> None:
        number = since(free, 5, "a")
        before = free.thread(number)
        save(free, first="30m", applied=False)
        assert free.thread(number) == before
        assert free.thread(since(free, 0, "b")).first_target == 30 * 60

    def test_target_by_a_rule_for_some_mentions_stays(self, free: Team) -> None:
        number = free.write("Var är mitt paket någonstans?", language="sv")
        assert effect(free, first="30m").sooner == 0
        save(free, first="30m")
        assert free.thread(number).due_at == FRIDAY + timedelta(minutes=50)

    def test_pause_gives_its_time_back_under_the_new_target_too(self, free: Team, clock: TurnedClock) -> None:
        number = since(free, 10, "a")
        snooze(free.ctx, ANNA, number, FRIDAY + timedelta(minutes=20), "waiting for the depot")
        assert effect(free, first="15m") == Effect(1, sooner=1, later=0, late=0, kept=0, late_already=0)
        save(free, first="15m")
        assert free.thread(number).due_at == FRIDAY + timedelta(minutes=25)

    @pytest.mark.parametrize(
        ("first", "due"),
        [("3h", (170, 175)), ("30m", (20, 25)), ("7m", (0, 2))],  # minutes from now of the older and the younger
    )
    def test_every_wait_of_a_merged_thread_moves(self, free: Team, first: str, due: tuple[int, int]) -> None:
        older, younger = since(free, 10, "a"), since(free, 5, "b")
        merge.merge(free.ctx, ANNA, older, younger)
        save(free, first=first)
        assert dues(free) == list(due)
        assert free.thread(younger).due_at == FRIDAY + timedelta(minutes=due[0])
        merge.split(free.ctx, ANNA, older)
        assert dues(free) == list(due)
        assert [in_minutes(free.thread(number).due_at) for number in (older, younger)] == list(due)

    def test_late_wait_of_a_merged_thread_stays_and_the_other_moves(self, free: Team) -> None:
        older, younger = since(free, 70, "a"), since(free, 5, "b")
        merge.merge(free.ctx, ANNA, older, younger)
        assert effect(free, first="3h").late_already == 1
        save(free, first="3h")
        assert dues(free) == [-10, 175]
        assert in_minutes(free.thread(younger).due_at) == -10

    @pytest.mark.parametrize(("first", "due"), [("5m", 60), ("10m", 60), ("11m", 61), ("2h", 170)])
    def test_shorter_target_while_snoozed_makes_nobody_late_before(
        self, free: Team, clock: TurnedClock, first: str, due: int
    ) -> None:
        number = since(free, 10, "a")
        snooze(free.ctx, ANNA, number, FRIDAY + timedelta(minutes=60), "waiting for the depot")
        assert effect(free, first=first).late == (due == 60)
        save(free, first=first)
        assert in_minutes(free.thread(number).due_at) == due
        clock.turn(minutes=30)
        wake(free.ctx, ANNA, number)
        assert in_minutes(free.thread(number).due_at) == due - 30
        assert dues(free) == [due - 30]

    @pytest.mark.parametrize("first", ["4h", "65m", "1m"])
    def test_what_was_late_stays_late_while_it_is_snoozed(self, free: Team, first: str) -> None:
        number = since(free, 70, "a")
        snooze(free.ctx, ANNA, number, FRIDAY + timedelta(minutes=60), "waiting for the depot")
        before = free.thread(number)
        assert effect(free, first=first) == Effect(1, sooner=0, later=0, late=0, kept=0, late_already=1)
        save(free, first=first)
        assert free.thread(number) == before
        assert dues(free) == [50]

    def test_change_is_in_the_history_and_in_why_with_its_author(self, free: Team) -> None:
        number = since(free, 5, "a")
        save(free, first="30m")
        (change,) = why(free.ctx, ANNA, number).changes
        assert (change.actor, change.at) == (LEAD.id, FRIDAY)
        assert change.data == {"due": "2026-11-20T15:55:00+00:00", "to": "2026-11-20T15:25:00+00:00"}

    def test_second_run_of_the_task_moves_nothing(self, free: Team, clock: TurnedClock) -> None:
        number = since(free, 40, "a")
        save(free, first="30m")
        moved = free.thread(number)
        clock.turn(minutes=3)
        retarget.apply(free.ctx, {"desk": "Support", "keys": [FIRST], "by": LEAD.id})
        assert free.thread(number) == moved

    def test_later_deadline_is_warned_of_again(self, free: Team, clock: TurnedClock) -> None:
        number = since(free, 50, "a")
        nag.tick(free.ctx)
        assert free.thread(number).nag_level is NagLevel.WARNING
        save(free, first="2h")
        thread = free.thread(number)
        assert (thread.nag_level, thread.next_nag_at) == (NagLevel.NOT_YET, FRIDAY + timedelta(minutes=40))

    def test_undo_gives_the_old_target_back_to_who_waits(self, free: Team) -> None:
        number = since(free, 5, "a")
        due = free.thread(number).due_at
        (change,) = save(free, first="30m")
        settings.undo(free.ctx, ANNA, "Support", [change])
        work(free)
        assert free.thread(number).due_at == due
        assert free.ctx.settings.desks[0] == free.ctx.written[0]
        assert [event.actor for event in why(free.ctx, ANNA, number).changes] == [LEAD.id, ANNA.id]


class TestHours:
    def test_closed_day_to_come_holds_for_who_waits(self, free: Team) -> None:
        save(free, hours="Mo-Fr 09:00-17:00")
        number = since(free, 0, "a")  # on Friday at 16:00, due at 17:00
        save(free, first="2h")
        assert free.thread(number).due_at == datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
        assert effect(free, closed=["2026-11-23"]).later == 1
        save(free, closed=["2026-11-23"])
        assert free.thread(number).due_at == datetime(2026, 11, 24, 9, 0, tzinfo=UTC)

    def test_hours_that_would_count_past_time_differently_are_not_taken_over(self, free: Team) -> None:
        number = since(free, 50, "a")
        before = free.thread(number)
        assert effect(free, hours="Mo-Fr 09:00-15:30") == Effect(1, sooner=0, later=0, late=0, kept=1, late_already=0)
        save(free, hours="Mo-Fr 09:00-15:30")
        assert free.thread(number) == before

    def test_holiday_that_is_worked_is_open(self, free: Team, clock: TurnedClock) -> None:
        save(free, hours="Mo-Fr 09:00-17:00", holidays=["NL"])
        clock.at = datetime(2026, 12, 25, 9, 0, tzinfo=UTC)
        number = since(free, 0, "a")
        assert free.thread(number).due_at == datetime(2026, 12, 28, 9, 0, tzinfo=UTC)
        save(free, worked=["2026-12-25"])
        assert free.thread(number).due_at == datetime(2026, 12, 25, 10, 0, tzinfo=UTC)

    @pytest.mark.parametrize(("first", "second"), [("hours", "holidays"), ("holidays", "hours")])
    def test_desk_that_would_never_open_is_refused_whichever_comes_last(
        self, free: Team, first: str, second: str
    ) -> None:
        never: dict[str, Any] = {"hours": "Dec 25 09:00-17:00", "holidays": ["NL"]}
        save(free, **{first: never[first]})
        with pytest.raises(Refused) as refused:
            save(free, **{second: never[second]})
        assert refused.value.code is RefusalCode.NEVER_OPENS
        assert not settings.opens(free.ctx, "Support", never)


class TestStandup:
    """Never two for a day, never none."""

    @pytest.mark.parametrize(
        ("changed_at", "to", "comes_at"),
        [
            ((7, 30), "08:00", (8, 0)),  # earlier, and still to come
            ((8, 30), "08:00", (8, 30)),  # earlier, and past: at once
            ((8, 30), "17:00", (17, 0)),  # later
            ((9, 30), "17:00", (9, 0)),  # today's was there already
            ((9, 30), "08:00", (9, 0)),
        ],
    )
    def test_new_time_brings_one_summary_for_the_day(
        self, free: Team, clock: TurnedClock, changed_at: tuple[int, int], to: str, comes_at: tuple[int, int]
    ) -> None:
        standup.begin(free.ctx)
        monday = datetime(2026, 11, 23, 0, 0, tzinfo=ZoneInfo("Europe/Amsterdam"))
        came = []
        clock.at = monday
        while clock.at < monday + timedelta(days=1):
            if (clock.at - monday) == timedelta(hours=changed_at[0], minutes=changed_at[1]):
                save(free, standup=to)
            if standup.tick(free.ctx):
                came.append(clock.at - monday)
            clock.turn(minutes=30)
        assert came == [timedelta(hours=comes_at[0], minutes=comes_at[1])]


class TestRefusals:
    def test_second_of_two_colleagues_is_told(self, free: Team) -> None:
        settings.save(free.ctx, ANNA, "Support", {FIRST: "30m"}, seen={}, applied=False)
        with pytest.raises(Refused) as refused:
            settings.save(free.ctx, LARS, "Support", {NEXT: "1h", FIRST: "45m"}, seen={FIRST: 0}, applied=False)
        assert refused.value.code is RefusalCode.SETTING_CHANGED
        assert refused.value.details["owner"] == ANNA.id
        assert free.ctx.settings.desks[0].targets.next_response == timedelta(hours=2), "nothing of it is stored"

    def test_repeat_of_the_same_request_changes_nothing(self, free: Team) -> None:
        for _ in range(2):
            settings.save(free.ctx, ANNA, "Support", {FIRST: "30m"}, seen={}, applied=False)
        assert len(settings.page(free.ctx, ANNA, "Support").changes) == 1

    def test_undo_of_what_was_changed_again_is_refused(self, free: Team) -> None:
        (first,) = save(free, first="30m")
        save(free, first="45m")
        with pytest.raises(Refused) as refused:
            settings.undo(free.ctx, ANNA, "Support", [first])
        assert refused.value.code is RefusalCode.SETTING_CHANGED

    @pytest.mark.parametrize(
        ("first", "undone", "then"),
        [
            ({"hours": "Dec 25 09:00-17:00"}, {"hours": "Mo-Fr 09:00-17:00"}, {"holidays": ["NL"]}),
            ({"holidays": ["NL"]}, {"holidays": None}, {"hours": "Dec 25 09:00-17:00"}),
            ({"holidays": ["NL"]}, {"worked": ["2026-12-25", "2027-12-25"]}, {"hours": "Dec 25 09:00-17:00"}),
        ],
    )
    def test_undo_after_which_the_desk_would_never_open_is_refused(
        self, free: Team, first: dict[str, Any], undone: dict[str, Any], then: dict[str, Any]
    ) -> None:
        def saved(values: dict[str, Any]) -> int:
            known = settings.page(free.ctx, ANNA, "Support").settings
            seen = {one.key: one.change.id for one in known if one.change}
            (done,) = settings.save(free.ctx, ANNA, "Support", values, seen=seen, applied=False)
            return done.change.id

        _, meant, _ = saved(first), saved(undone), saved(then)
        with pytest.raises(Refused) as refused:
            settings.undo(free.ctx, ANNA, "Support", [meant])
        assert refused.value.code is RefusalCode.NEVER_OPENS
        assert settings.page(free.ctx, ANNA, "Support").changes[0].change.key == next(iter(then)), "nothing is stored"

    def test_what_the_file_sets_is_not_changed(self, team: Team) -> None:
        for key in (FIRST, "undo"):
            with pytest.raises(Refused) as refused:
                settings.save(team.ctx, LEAD, "Support", {key: "5m"}, seen={}, applied=False)
            assert refused.value.code is RefusalCode.SETTING_IN_FILE

    def test_who_lacks_the_role_neither_sees_nor_changes(self, free: Team) -> None:
        (desk,) = free.ctx.settings.desks
        desks = (desk.model_copy(update={"roles": Roles(configure=(ANNA.id,))}),)
        ctx = replace(free.ctx, settings=replace(free.ctx.settings, desks=desks))
        assert settings.page(ctx, ANNA, "Support").desk == "Support"
        for act in (
            lambda: settings.page(ctx, LARS, "Support"),
            lambda: settings.save(ctx, LARS, "Support", {FIRST: "5m"}, seen={}, applied=False),
            lambda: settings.undo(ctx, LARS, "Support", [1]),
            lambda: settings.page(ctx, ANNA, "Nowhere"),
        ):
            with pytest.raises(Refused) as refused:
                act()
            assert refused.value.code is RefusalCode.NOT_ALLOWED


def test_snooze_after_it_leaves_the_other_wait_of_a_merged_thread_as_it_was(free: Team, clock: TurnedClock) -> None:
    one, other = since(free, 10, "c1"), since(free, 1, "c2")
    merge.merge(free.ctx, ANNA, one, other)
    save(free, first="3h")
    starts = "SELECT id, started_at FROM wait ORDER BY id"
    before = free.rows(starts)
    snooze(free.ctx, ANNA, other, clock.at + timedelta(minutes=30), "depot")
    assert free.rows(starts) == before
