"""Days of the simulated week with the end of summer time in them, at a desk around the clock and at one with hours."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage import migrate
from storage.engine import connect
from tests.simulations import week

SEED = 1


ALWAYS = ("mentions", "answers", "reminders", "standups", "snoozes", "promises")
AROUND_THE_CLOCK = (*ALWAYS, "messages for several reminders", "kills", "full disks")
IN_AN_OFFICE = (*ALWAYS, "shift changes", "messages: nag_elsewhere", "messages: snooze_over", "messages: promise_nag")


@pytest.mark.long
@pytest.mark.parametrize(
    ("size", "happenings"),
    [(week.QUICK, AROUND_THE_CLOCK), (week.QUICK_OFFICE, IN_AN_OFFICE)],
    ids=["always", "office"],
)
def test_days_of_faults_keep_every_promise(tmp_path: Path, size: week.Size, happenings: tuple[str, ...]) -> None:
    url = f"sqlite:///{tmp_path}/webcare.db"
    engine = connect(url)
    migrate.upgrade(engine)
    engine.dispose()
    report = week.run(SEED, tmp_path, url, **size)
    assert report.wrong == [], str(report)
    assert min(report.happened[what] for what in happenings) > 0, str(report)
