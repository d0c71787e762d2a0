"""A desk in a sandbox, on a clock that is turned by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.clock import TurnedClock
from tests.support.faults.world import World


@pytest.fixture
def world(tmp_path: Path, database_url: str, clock: TurnedClock) -> Iterator[World]:
    with World(tmp_path, database_url, clock) as world:
        yield world
