"""Targets for some mentions, through the whole desk."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.cases.mention import Author
from bot.platform.i18n import translator
from bot.settings.config import TargetsFor
from bot.usecases.cases import merge, queries, why
from bot.usecases.desk.context import Context
from bot.usecases.reminders import nag
from bot.usecases.reports import export
from bot.views.cases.why import message
from tests.support.cast import ANNA
from tests.support.clock import TurnedClock
from tests.support.samples import fine
from tests.support.team import Team

MINUTE = timedelta(minutes=1)
RULES = (TargetsFor.model_validate({"language": "nl", "first_response": "20m", "next_response": "30m"}),)


def with_rules(ctx: Context, *rules: TargetsFor) -> Context:
    desk = ctx.settings.desks[0].model_copy(update={"targets_for": rules})
    return replace(ctx, settings=replace(ctx.settings, desks=(desk,)))


@pytest.fixture
def desk(ctx: Context) -> Team:
    return Team(with_rules(ctx, *RULES))


def test_wait_is_due_by_the_rule_and_names_it_everywhere(desk: Team, clock: TurnedClock) -> None:
    since = clock.at
    number, other = desk.write(language="nl"), desk.write("Where is my parcel now?", conversation="c2", language="en")
    assert [desk.thread(each).due_at for each in (number, other)] == [since + 20 * MINUTE, since + 60 * MINUTE]
    clock.turn(minutes=15)
    assert nag.tick(desk.ctx) == 1
    desk.arrive(desk.answer(number))
    follow_up = desk.write(language="nl")
    assert (follow_up, desk.thread(number).due_at) == (number, clock.at + 30 * MINUTE)
    clock.turn(minutes=5)
    shown = fine(message(why.why(desk.ctx, ANNA, number), translator("en")))
    assert shown.count("target for posts in Dutch") == 2
    written = io.StringIO()
    export.export_waits(desk.ctx, written, "jsonl", since=None, until=None)
    assert [json.loads(row)["target_rule"] for row in written.getvalue().splitlines()] == [
        "language=nl",
        None,
        "language=nl",
    ]


def test_merge_and_split_keep_the_rule_of_the_wait(desk: Team, clock: TurnedClock) -> None:
    english = desk.write("Where is my parcel now?", language="en")
    dutch = desk.write(conversation="c2", language="nl")
    merge.merge(desk.ctx, ANNA, dutch, english)
    assert desk.thread(english).targets.first_rule == "language=nl"
    merge.split(desk.ctx, ANNA, dutch)
    assert [desk.thread(each).targets.first_rule for each in (english, dutch)] == [None, "language=nl"]
    assert [row.target_rule for row in desk.rows("SELECT target_rule FROM wait ORDER BY id")] == [None, "language=nl"]


def test_changed_rules_leave_open_waits_alone(desk: Team, clock: TurnedClock) -> None:
    number = desk.write(language="nl")
    without = Team(with_rules(desk.ctx))
    clock.turn(minutes=5)
    without.write("hallo?", language="nl")
    assert without.thread(number).due_at == clock.at + 15 * MINUTE


def test_number_of_followers_changes_nothing_but_what_is_shown(team: Team, clock: TurnedClock) -> None:
    nobody = team.write(author=Author("1", "nobody", "Nobody", 0), conversation="c1")
    famous = team.write(author=Author("2", "famous", "Famous", 40_000_000), conversation="c2")
    unknown = team.write(author=Author("3", "unknown", "Unknown", None), conversation="c3")
    rows = team.rows("SELECT * FROM thread ORDER BY id")
    its_own = {
        "id",
        "conversation",
        "author_id",
        "customer_id",
        "customer_handle",
        "customer_name",
        "customer_followers",
    }
    assert len({str({key: row[key] for key in row if key not in its_own}) for row in rows}) == 1
    cards = team.rows("SELECT order_by, available_at FROM outbox WHERE kind = 'card'")
    assert len({str(dict(row)) for row in cards}) == 1
    clock.turn(minutes=70)
    assert nag.tick(team.ctx) == 3
    listed = queries.waiting(team.ctx, "Support").threads
    assert [case.thread.id for case in listed] == [nobody, famous, unknown]
