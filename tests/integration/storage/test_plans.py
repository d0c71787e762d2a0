"""How SQLite goes about what is asked every second: it knows nothing of how many rows there are."""

from __future__ import annotations

import pytest

from bot.domain.reminders.reminders import INDIVIDUAL_LIMIT
from bot.usecases.reminders import nag
from tests.support.clock import TurnedClock
from tests.support.statements import plan, statements
from tests.support.team import Team


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_reminders_are_found_by_an_index(team: Team, clock: TurnedClock) -> None:
    for each in range(INDIVIDUAL_LIMIT + 1):
        team.write(conversation=f"c{each}")
    clock.turn(minutes=45)
    with statements(team.ctx.engine) as ran:
        assert nag.tick(team.ctx) == INDIVIDUAL_LIMIT + 1
    of_threads = {step for step in plan(team.ctx.engine, ran) if " thread " in f"{step} "}
    by_number = "SEARCH thread USING INTEGER PRIMARY KEY (rowid=?)"
    by_customer = "SEARCH thread USING INDEX ix_thread_customer_id (customer_id=? AND desk=?)"
    by_desk = "SEARCH thread USING INDEX ix_thread_next_nag_at (desk=? AND next_nag_at<?)"
    assert by_desk in of_threads
    assert of_threads - {by_number, by_customer} <= {by_desk, by_desk.replace("USING INDEX", "USING COVERING INDEX")}
