"""A desk that gets a new name and keeps its key keeps its threads where they are; people read the new name."""

from __future__ import annotations

from io import StringIO

import pytest

from bot.usecases.cases import claim, queries
from bot.usecases.desk import desk_takeover
from bot.usecases.reminders import late_list, nag
from bot.usecases.reports import export, standup
from tests.support.bench import Bench, restarted
from tests.support.cast import ANNA

FILED = ("thread", "wait")


@pytest.fixture
def renamed(bench: Bench) -> Bench:
    """A desk with one mention that was then renamed."""
    standup.begin(bench.ctx)
    bench.mention()
    bench.settle()
    return restarted(bench, name="Customer care", key="Support")


def test_no_row_moves(renamed: Bench) -> None:
    assert desk_takeover.pass_on(renamed.ctx) == 0
    for table in FILED:
        assert [row["desk"] for row in renamed.team.rows(f"SELECT desk FROM {table}")] == ["Support"]  # noqa: S608 - ours


def test_lists_and_export_say_the_new_name(renamed: Bench) -> None:
    assert queries.waiting(renamed.ctx, "Support").desk == "Customer care"
    (home,) = queries.home(renamed.ctx, "U0ANNA")
    assert (home.own.desk, home.waiting.desk, home.waiting.total) == ("Customer care", "Customer care", 1)
    to = StringIO()
    export.export(renamed.ctx, to, "csv", since=None, until=None)
    assert "Customer care" in to.getvalue()
    assert "Support" not in to.getvalue()


def test_lead_reads_the_new_name(renamed: Bench) -> None:
    renamed.clock.turn(hours=1)
    nag.tick(renamed.ctx)
    late_list.tick(renamed.ctx)
    renamed.settle()
    (told,) = renamed.direct("U0LEAD")
    assert "Customer care" in told.text


def test_threads_can_be_claimed_and_standup_counts_them(renamed: Bench) -> None:
    claim.claim(renamed.ctx, ANNA, 1)
    assert renamed.team.thread(1).owner == "U0ANNA"
    renamed.clock.turn(days=1)
    assert standup.tick(renamed.ctx) == 1
    (desk,) = renamed.ctx.settings.desks
    shown = standup.standup_of(renamed.ctx, desk, standup.yesterday(renamed.ctx, desk))
    assert (shown.desk, shown.figures.received) == ("Customer care", 1)
    assert renamed.team.wanted("standup") == ["standup:Support:2026-11-21"]
