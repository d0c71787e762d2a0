"""Delivery on the bench, where Slack and X are waited for no longer than a second."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.sandbox.server import Sandbox
from bot.usecases.desk.context import Context
from tests.support.bench import Bench
from tests.support.cast import X
from tests.support.clock import TurnedClock
from tests.support.team import x_account


@pytest.fixture
def bench(ctx: Context, clock: TurnedClock) -> Iterator[Bench]:
    with Sandbox(now=clock.now, rate_limits=False) as sandbox:
        account = x_account(sandbox, clock.now, timeout=1.0)
        yield Bench(replace(ctx, accounts={X: account}), sandbox, clock, timeout=1)
        account.close()
