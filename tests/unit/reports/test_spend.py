"""What a month comes to, from what its days have cost."""

from __future__ import annotations

from datetime import date, timedelta

from bot.domain.reports.spend import Month, month


def november(**costs: int) -> dict[date, int]:
    """Days of November 2026 by number: november(d7=100)."""
    return {date(2026, 11, int(day[1:])): cost for day, cost in costs.items()}


class TestMonth:
    def test_days_to_come_cost_what_those_of_the_last_week_did(self) -> None:
        by_day = {date(2026, 11, 1) + timedelta(days=n): 100 for n in range(19)} | november(d20=40)
        # 19 days of 100, today 40 of the usual 100, ten days to come.
        assert month(by_day, date(2026, 11, 20)) == Month(so_far=1940, comes_to=1900 + 100 + 10 * 100)

    def test_day_dearer_than_usual_is_not_expected_every_day(self) -> None:
        by_day = november(d9=0, d10=100, d11=100, d12=9000)
        assert month(by_day, date(2026, 11, 12)) == Month(9200, 9200 + 18 * 100)

    def test_day_on_which_nothing_was_billed_counts_as_one(self) -> None:
        assert month(november(d1=100, d2=100, d4=0), date(2026, 11, 4)) == Month(200, 200 + 27 * 50)

    def test_first_day_of_all_stands_in_while_there_is_no_other(self) -> None:
        assert month(november(d30=70), date(2026, 11, 30)) == Month(70, 70)
        assert month(november(d28=70, d29=10), date(2026, 11, 29)) == Month(80, 80 + 60 + 70)

    def test_read_back_of_the_first_day_is_not_expected_again(self) -> None:
        assert month(november(d1=9000, d2=100, d3=0), date(2026, 11, 3)) == Month(9100, 9100 + 28 * 100)

    def test_last_month_tells_the_pace_and_is_not_in_the_figure(self) -> None:
        by_day = {date(2026, 10, 20) + timedelta(days=n): 50 for n in range(12)}
        assert month(by_day, date(2026, 11, 1)) == Month(0, 30 * 50)

    def test_nothing_counted_is_nothing(self) -> None:
        assert month({}, date(2026, 11, 1)) == Month(0, 0)
