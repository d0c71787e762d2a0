"""Several processes on one PostgreSQL, any of which dies at any time, PostgreSQL included."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import postgres
from tests.support.faults.processes import kill_any

SEED = 3


@pytest.mark.long
@pytest.mark.postgres
def test_death_of_any_process_at_any_time_is_survived(tmp_path: Path) -> None:
    with postgres.server() as server:
        report = kill_any(SEED, tmp_path, server, seconds=12)
    assert report.wrong == [], str(report)
    assert report.happened["worker processes killed"] > 0
