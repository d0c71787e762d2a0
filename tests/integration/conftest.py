"""A desk with people, for the tests of what they do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Engine

from bot.sandbox.server import Sandbox
from bot.usecases.desk.context import Context
from tests.conftest import TurnedClock
from tests.support.busy import Channel
from tests.support.house import House
from tests.support.team import Team, x_account


@pytest.fixture
def team(ctx: Context) -> Team:
    return Team(ctx)


@pytest.fixture
def channel(team: Team, clock: TurnedClock) -> Iterator[Channel]:
    """The desk's channel on busy days."""
    with Sandbox(now=clock.now, rate_limits=False) as sandbox:
        yield Channel(team, clock, sandbox)


@pytest.fixture
def house(engine: Engine, ctx: Context, clock: TurnedClock) -> Iterator[House]:
    """A whole desk in one thread, against the sandbox."""
    with Sandbox(now=clock.now, rate_limits=False) as sandbox:
        account = x_account(sandbox, clock.now)
        yield House(replace(ctx, accounts={"x:acme": account}), sandbox, clock)
        account.close()
