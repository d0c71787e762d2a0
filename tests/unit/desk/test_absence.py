"""Who is not there, and since when."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.cases.conversation import Agent
from bot.domain.desk.absence import is_away, since
from bot.domain.desk.standing import Standing
from tests.support.clock import FRIDAY

AWAY = (":palm_tree:", ":no_entry:")
HERE = Agent("U0ANNA", "Anna Bakker", "nl-NL")
ON_LEAVE = replace(HERE, status_emoji=":palm_tree:", status_until=FRIDAY)
HOUR = timedelta(hours=1)


class TestIsAway:
    @pytest.mark.parametrize(
        ("changes", "away"),
        [
            ({}, False),
            ({"status_emoji": ":palm_tree:"}, True),
            ({"status_emoji": ":no_entry:", "status_until": FRIDAY + HOUR}, True),
            ({"status_emoji": ":no_entry:", "status_until": FRIDAY}, False),
            ({"status_emoji": ":house_with_garden:"}, False),
            ({"standing": Standing.DEACTIVATED}, True),
            ({"standing": Standing.GUEST}, False),
        ],
    )
    def test_status_of_the_list_until_it_ends_or_no_account(self, changes: dict[str, object], away: bool) -> None:
        assert is_away(replace(HERE, **changes), AWAY, FRIDAY) is away  # type: ignore[arg-type]


class TestSince:
    BEGAN = FRIDAY - 2 * HOUR

    def test_nobody_known_begins_now(self) -> None:
        assert since(None, None, ON_LEAVE, FRIDAY) == FRIDAY

    def test_same_status_that_ends_later_is_the_same_absence(self) -> None:
        longer = replace(ON_LEAVE, status_until=FRIDAY + HOUR)
        assert since(ON_LEAVE, self.BEGAN, longer, FRIDAY - HOUR) == self.BEGAN

    def test_same_status_after_it_ended_is_another_absence(self) -> None:
        again = replace(ON_LEAVE, status_until=FRIDAY + HOUR)
        assert since(ON_LEAVE, self.BEGAN, again, FRIDAY) == FRIDAY

    @pytest.mark.parametrize("now", [HERE, replace(ON_LEAVE, standing=Standing.DEACTIVATED)])
    def test_another_status_or_standing_begins_now(self, now: Agent) -> None:
        assert since(ON_LEAVE, self.BEGAN, now, FRIDAY - HOUR) == FRIDAY - HOUR
