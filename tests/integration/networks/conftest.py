"""The adapter in front of the sandbox's X: real tweepy, real signatures, real HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from bot.networks.x.client import XAccount
from bot.sandbox.server import Sandbox
from bot.sandbox.x import XService
from tests.support import team
from tests.support.clock import TurnedClock

Account = Callable[..., XAccount]


@pytest.fixture
def sandbox(clock: TurnedClock) -> Iterator[Sandbox]:
    with Sandbox(now=clock.now) as running:
        yield running


@pytest.fixture
def x(sandbox: Sandbox) -> XService:
    return sandbox.x


@pytest.fixture
def make_account(sandbox: Sandbox, clock: TurnedClock) -> Iterator[Account]:
    """Makes the desk's account on X, with settings of the test's choice."""
    made: list[XAccount] = []

    def make(**changes: str | float) -> XAccount:
        made.append(team.x_account(sandbox, clock.now, **changes))
        return made[-1]

    yield make
    for account in made:
        account.close()


@pytest.fixture
def account(make_account: Account) -> XAccount:
    return make_account()
