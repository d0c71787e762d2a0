"""The adapter in front of the sandbox's X: real tweepy, real signatures, real HTTP."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web

from bot.networks.x import XNetwork
from bot.sandbox.changes import Changes
from bot.sandbox.faults import Faults
from bot.sandbox.x import XService, mount

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
def x(clock: TurnedClock) -> XService:
    return XService(clock.now, Changes(), Faults())


@pytest.fixture
def cookies() -> list[str | None]:
    """What each request had for a Cookie header; X sets cookies with every answer."""
    return []


@pytest.fixture
def x_api_url(x: XService, cookies: list[str | None]) -> Iterator[str]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    app = web.Application()

    async def set_cookie(request: web.Request, response: web.StreamResponse) -> None:
        cookies.append(request.headers.get("Cookie"))
        response.headers["Set-Cookie"] = f"guest_id=v1%3A{len(cookies)}; Path=/"

    app.on_response_prepare.append(set_cookie)
    mount(app, x)
    runner = web.AppRunner(app, shutdown_timeout=0.1)

    async def start() -> str:
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        return f"http://{host}:{port}/x"

    async def stop() -> None:
        await runner.cleanup()
        hanging = asyncio.all_tasks() - {asyncio.current_task()}  # calls under a time-out fault
        for task in hanging:
            task.cancel()
        await asyncio.gather(*hanging, return_exceptions=True)

    yield asyncio.run_coroutine_threadsafe(start(), loop).result(5)
    asyncio.run_coroutine_threadsafe(stop(), loop).result(5)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture
def account(x_api_url: str, clock: TurnedClock) -> Iterator[Account]:
    """Makes the desk's account on X, with settings of the test's choice."""
    made: list[XNetwork] = []

    def make(**changes: str | float) -> XNetwork:
        settings: dict[str, Any] = {
            "bearer_token": "sandbox-bearer",
            "consumer_key": "sandbox-consumer-key",
            "consumer_secret": "sandbox-consumer-secret",
            "access_token": "1000-sandbox-access",
            "access_token_secret": "sandbox-access-secret",
            "api_url": x_api_url,
        }
        made.append(XNetwork("acme", now=clock.now, **settings | changes))
        return made[-1]

    yield make
    for network in made:
        network.close()


@pytest.fixture
def network(account: Account) -> XNetwork:
    return account()
