"""The export: every event, in a form that a spreadsheet can be trusted with."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta

from bot.domain.cases.mention import Author
from bot.usecases.cases import claim, close
from bot.usecases.reports.export import COLUMNS, Format, export
from tests.support.cast import ANNA
from tests.support.clock import TurnedClock
from tests.support.team import Team


def exported(team: Team, form: Format, **span: object) -> tuple[int, str]:
    to = io.StringIO()
    count = export(team.ctx, to, form, **{"since": None, "until": None} | span)  # type: ignore[arg-type]
    return count, to.getvalue()


def test_json_lines_hold_every_event_with_its_thread(team: Team, clock: TurnedClock) -> None:
    number = team.write()
    since = clock.turn(minutes=1)
    claim.claim(team.ctx, ANNA, number)
    count, text = exported(team, "jsonl")
    rows = [json.loads(line) for line in text.splitlines()]
    assert (count, [row["kind"] for row in rows]) == (2, ["received", "claimed"])
    assert list(rows[0]) == list(COLUMNS)
    assert (rows[1]["actor"], rows[1]["via"], rows[1]["at"], rows[1]["owner"]) == (
        "U0ANNA", "button", since.isoformat(), "U0ANNA",
    )  # fmt: skip
    assert rows[1]["at"].endswith("+00:00")


def test_csv_holds_the_same(team: Team) -> None:
    number = team.write()
    close.close(team.ctx, ANNA, number, 'zei: "spam"\nen niets anders')
    count, text = exported(team, "csv")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert (count, len(rows)) == (2, 2)
    assert json.loads(rows[1]["facts"]) == {"reason": 'zei: "spam"\nen niets anders'}


def test_span_includes_its_first_instant_not_its_last(team: Team, clock: TurnedClock) -> None:
    start = clock.at
    number = team.write()
    end = clock.turn(minutes=1)
    claim.claim(team.ctx, ANNA, number)
    assert exported(team, "jsonl", since=start, until=end)[0] == 1
    assert exported(team, "jsonl", since=end, until=end + timedelta(seconds=1))[0] == 1
    assert exported(team, "jsonl", since=end + timedelta(seconds=1))[0] == 0


def test_spreadsheet_runs_nothing_a_customer_wrote(team: Team) -> None:
    for number, handle in enumerate(("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "plain")):
        team.write(author=Author(str(number), handle, handle))
    _, text = exported(team, "csv")
    handles = [row["customer_handle"] for row in csv.DictReader(io.StringIO(text, newline=""))]
    assert handles == ["'=1+1", "'+1", "'-1", "'@SUM(A1)", "'\t=1", "'\r=1", "plain"]
