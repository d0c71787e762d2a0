"""A desk on busy days."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.sandbox.server import Sandbox
from tests.conftest import TurnedClock
from tests.integration.surge.busy import Channel
from tests.integration.team import Team


@pytest.fixture
def channel(team: Team, clock: TurnedClock) -> Iterator[Channel]:
    with Sandbox(now=clock.now, rate_limits=False) as sandbox:
        yield Channel(team, clock, sandbox)
