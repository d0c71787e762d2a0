"""Several processes on one PostgreSQL, any of which dies at any time, PostgreSQL included."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.faults.postgres import own_postgres
from tests.support.faults.processes import kill_any

SEED = 3


@pytest.mark.postgres
def test_any_of_five_processes_dies_at_any_time(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    with own_postgres(tmp_path_factory.mktemp("own")) as server:
        report = kill_any(SEED, tmp_path, server, seconds=12)
    assert report.wrong == [], str(report)
    assert report.happened["worker processes killed"] > 0
