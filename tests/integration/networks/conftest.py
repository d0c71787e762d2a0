"""The adapter in front of the sandbox's X: real tweepy, real signatures, real HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.networks.x import XNetwork
from bot.sandbox.server import Sandbox
from bot.sandbox.x import XService

Account = Callable[..., XNetwork]


class TurnedClock:
    """Stands still until it is turned."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 20, 15, 40, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def turn(self, **by: float) -> None:
        self.at += timedelta(**by)


@pytest.fixture
def clock() -> TurnedClock:
    return TurnedClock()


@pytest.fixture
def sandbox(clock: TurnedClock) -> Iterator[Sandbox]:
    with Sandbox(now=clock.now) as running:
        yield running


@pytest.fixture
def x(sandbox: Sandbox) -> XService:
    return sandbox.x


@pytest.fixture
def account(sandbox: Sandbox, clock: TurnedClock) -> Iterator[Account]:
    """Makes the desk's account on X, with settings of the test's choice."""
    made: list[XNetwork] = []

    def make(**changes: str | float) -> XNetwork:
        settings: dict[str, Any] = {
            "handle": "acme",
            "bearer_token": "sandbox-bearer",
            "consumer_key": "sandbox-consumer-key",
            "consumer_secret": "sandbox-consumer-secret",
            "access_token": "1000-sandbox-access",
            "access_token_secret": "sandbox-access-secret",
            "api_url": sandbox.x_api_url,
        }
        made.append(XNetwork(now=clock.now, **settings | changes))
        return made[-1]

    yield make
    for network in made:
        network.close()


@pytest.fixture
def network(account: Account) -> XNetwork:
    return account()
