"""The export and the standup name incidents with their figures."""

from __future__ import annotations

import csv
import io
import json

from bot.platform.i18n import translator
from bot.usecases.incidents import incident as usecase
from bot.usecases.incidents import members
from bot.usecases.reports import standup
from bot.usecases.reports.export import INCIDENT_COLUMNS, export_incidents
from bot.views.reports.standup import standup as view
from tests.support.cast import LEAD
from tests.support.clock import TurnedClock
from tests.support.samples import fine
from tests.support.team import Team


def test_incident_is_exported_with_its_figures(team: Team, clock: TurnedClock) -> None:
    opened = clock.at
    usecase.open_(team.ctx, LEAD, team.ctx.settings.desks[0], "=storing Utrecht")
    number = team.write("Weer storing bij Utrecht")
    members.tick(team.ctx)
    team.arrive(team.answer(number, "Om acht uur rijdt er weer een trein naar huis."))
    to = io.StringIO()
    assert export_incidents(team.ctx, to, "jsonl", since=None, until=None) == 1
    row = json.loads(to.getvalue())
    assert tuple(row) == INCIDENT_COLUMNS
    assert (row["desk"], row["customers"], row["answered"], row["told"]) == ("Support", 1, 1, None)
    assert export_incidents(team.ctx, io.StringIO(), "jsonl", since=None, until=opened) == 0
    table = io.StringIO()
    export_incidents(team.ctx, table, "csv", since=None, until=None)
    assert next(csv.DictReader(io.StringIO(table.getvalue())))["name"] == "'=storing Utrecht"


def test_standup_has_a_line_for_each_that_was_open(team: Team, clock: TurnedClock) -> None:
    desk = team.ctx.settings.desks[0]
    usecase.open_(team.ctx, LEAD, desk, "storing Utrecht")
    team.write("Weer storing bij Utrecht")
    members.tick(team.ctx)
    usecase.close(team.ctx, LEAD, 1)
    clock.turn(days=1)
    day = standup.yesterday(team.ctx, desk)
    shown = fine(view(standup.standup_of(team.ctx, desk, day), translator("en")))
    assert "🧭 storing Utrecht: 1 customer, 0 answered" in shown
    clock.turn(days=2)
    later = standup.standup_of(team.ctx, desk, standup.yesterday(team.ctx, desk))
    assert "storing" not in fine(view(later, translator("en")))
