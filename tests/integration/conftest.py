"""A desk with people, for the tests of what they do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.sandbox.server import Sandbox
from bot.usecases.desk.context import Context
from tests.support.bench import Bench
from tests.support.cast import X
from tests.support.clock import TurnedClock
from tests.support.office import PATIENT
from tests.support.team import Team, x_account


@pytest.fixture
def team(ctx: Context) -> Team:
    return Team(ctx)


@pytest.fixture
def bench(ctx: Context, clock: TurnedClock) -> Iterator[Bench]:
    """A desk that works with the sandbox's Slack and X."""
    with Sandbox(now=clock.now, rate_limits=False, timing=PATIENT) as sandbox:
        account = x_account(sandbox, clock.now)
        yield Bench(replace(ctx, accounts={X: account}), sandbox, clock)
        account.close()
