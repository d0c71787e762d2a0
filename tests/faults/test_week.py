"""Two days of the simulated week, with the end of summer time in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage import migrate
from storage.engine import connect
from tests.simulations import week

SEED = 1


@pytest.mark.long
def test_two_days_of_faults_keep_every_promise(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/webcare.db"
    engine = connect(url)
    migrate.upgrade(engine)
    engine.dispose()
    report = week.run(SEED, tmp_path, url, **week.QUICK)
    assert report.wrong == [], str(report)
    happenings = ("mentions", "answers", "reminders", "messages for several reminders", "standups", "kills")
    assert min(report.happened[what] for what in (*happenings, "full disks")) > 0, str(report)
