"""What the networks bill: counted once by all processes together, kept, and told to who pays for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from bot.domain.reports.spend import Billed
from bot.usecases.desk.context import Context
from bot.usecases.reports import spend, standup
from storage.engine import transaction
from storage.reports import spend as stored
from tests.support.bench import Bench, restarted
from tests.support.cast import X
from tests.support.clock import TurnedClock
from tests.support.team import Team, x_account

TODAY = date(2026, 11, 20)


def add(ctx: Context, what: str, *ids: str, day: date = TODAY, price: int = 5) -> None:
    with transaction(ctx.engine) as connection:
        stored.add(connection, X, [Billed(what, id_, day, price) for id_ in ids])


def cost(ctx: Context) -> tuple[int, dict[str, int]]:
    """What this month has cost so far, and for what."""
    found = spend.this_month(ctx, X)
    assert found is not None
    return found.month.so_far, dict(found.counts)


class TestCount:
    def test_what_two_processes_read_on_one_day_is_billed_once(self, ctx: Context) -> None:
        add(ctx, "post_read", *map(str, range(1000)))
        add(ctx, "post_read", *map(str, range(900, 1100)))
        add(ctx, "user_read", "7", price=10)
        assert cost(ctx) == (1100 * 5 + 10, {"post_read": 1100, "user_read": 1})

    def test_next_day_is_billed_anew_and_yesterday_may_still_come_in(self, ctx: Context, clock: TurnedClock) -> None:
        clock.turn(days=1)
        add(ctx, "post_read", "1")
        add(ctx, "post_read", "1", day=TODAY + timedelta(days=1))
        add(ctx, "post_read", "1", "2")
        assert cost(ctx) == (15, {"post_read": 3})

    def test_ids_are_forgotten_and_figures_kept(self, team: Team, clock: TurnedClock) -> None:
        for day in range(3):
            add(team.ctx, "post_read", "1", day=TODAY + timedelta(days=day))
        clock.turn(days=2)
        assert [row["day"] for row in team.rows("SELECT day FROM billed ORDER BY day")] == ["2026-11-21", "2026-11-22"]
        assert cost(team.ctx)[0] == 15

    def test_month_begins_at_nothing_and_knows_its_pace(self, ctx: Context, clock: TurnedClock) -> None:
        for day in range(22, 31):
            add(ctx, "post_read", "1", "2", day=date(2026, 11, day))
        clock.at = datetime(2026, 12, 1, 0, 1, tzinfo=UTC)
        found = spend.this_month(ctx, X)
        assert found is not None
        assert (found.month.so_far, found.month.comes_to, dict(found.counts)) == (0, 310, {})

    def test_dearer_price_leaves_what_was_billed_as_it_was(self, ctx: Context) -> None:
        add(ctx, "post_read", "1", price=5)
        add(ctx, "post_read", "2", price=8)
        assert cost(ctx)[0] == 13

    def test_accounts_are_counted_apart(self, ctx: Context) -> None:
        add(ctx, "post_read", "1")
        with transaction(ctx.engine) as connection:
            stored.add(connection, "x:acme_nl", [Billed("post_read", "1", TODAY, 5)])
            assert stored.by_day(connection, "x:acme_nl", TODAY) == {TODAY: 5}
        assert cost(ctx)[0] == 5

    def test_nothing_counted_is_no_figure(self, ctx: Context) -> None:
        assert spend.this_month(ctx, X) is None


def test_count_agrees_with_the_networks_own_bill(bench: Bench, clock: TurnedClock) -> None:
    bench.mention("@acme waar is mijn pakket?", by="anne_v")
    bench.mention("@acme en het mijne?", by="bob")
    again = x_account(bench.sandbox, clock.now)  # another process, or the same one after a restart
    other = replace(bench.ctx, accounts={X: again})
    again.fetch_again(clock.now() - timedelta(hours=1))
    again.own_posts(None, clock.now() - timedelta(hours=1))
    for ctx in (bench.ctx, other, bench.ctx):
        spend.settle(ctx)
    assert cost(bench.ctx)[0] == bench.sandbox.x.spent * 1000 > 0
    again.close()


class TestLead:
    def test_lead_is_told_with_the_standup_and_nobody_else(self, bench: Bench, clock: TurnedClock) -> None:
        standup.begin(bench.ctx)
        for day in range(18, 21):
            add(bench.ctx, "post_read", *map(str, range(2000)), day=date(2026, 11, day))
        clock.at = datetime(2026, 11, 21, 8, tzinfo=UTC)
        assert [standup.tick(bench.ctx), standup.tick(bench.ctx)] == [1, 0]
        bench.deliver()
        (told,) = bench.direct("U0LEAD")
        assert "X, @acme: US$30.00 this month, about US$130.00 by its end" in str(told.blocks)
        assert not [message for message in bench.messages() if "this month" in str(message.blocks)]

    def test_lead_is_told_nothing_on_closed_days_and_of_them_on_the_next(
        self, bench: Bench, clock: TurnedClock
    ) -> None:
        desk = restarted(bench, hours="Mo-Fr 09:00-17:00")
        standup.begin(desk.ctx)
        add(desk.ctx, "post_read", "1")
        for day in (21, 22, 23):
            clock.at = datetime(2026, 11, day, 10, tzinfo=UTC)
            standup.tick(desk.ctx)
            desk.deliver()
        (told,) = desk.direct("U0LEAD")
        assert "20 November 2026 to " in told.text

    def test_lead_of_a_desk_that_was_billed_nothing_is_told_nothing(self, team: Team, clock: TurnedClock) -> None:
        standup.begin(team.ctx)
        clock.turn(days=1)
        assert standup.tick(team.ctx) == 1
        assert team.wanted("spend") == []
