"""An X of our own on a socket, a clock that the test turns, and the real tweepy in front of it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import tweepy
from aiohttp import web
from requests.adapters import HTTPAdapter

from bot.sandbox.changes import Changes
from bot.sandbox.customers import Customers
from bot.sandbox.faults import Faults
from bot.sandbox.x import XService, mount
from tests.support.clock import TurnedClock


class ToSandbox(HTTPAdapter):
    """Sends what tweepy signed for X to the sandbox, as the bot's own adapter does."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        assert request.url is not None
        request.url = request.url.replace("https://api.twitter.com", self._url)
        kwargs["timeout"] = 5
        return super().send(request, *args, **kwargs)


@pytest.fixture
def x(clock: TurnedClock) -> XService:
    return XService(clock.now, Changes(), Faults())


@pytest.fixture
def url(x: XService) -> Iterator[str]:
    """The server's address, without a path."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    app = web.Application()
    mount(app, x, Customers(x))
    runner = web.AppRunner(app)

    async def start() -> str:
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        return f"http://{host}:{port}"

    yield asyncio.run_coroutine_threadsafe(start(), loop).result(5)
    asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(5)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture
def client(url: str) -> Iterator[tweepy.Client]:
    client = tweepy.Client(
        bearer_token="sandbox-bearer",
        consumer_key="sandbox-consumer-key",
        consumer_secret="sandbox-consumer-secret",
        access_token="1000-sandbox-access",
        access_token_secret="sandbox-access-secret",
        return_type=dict,
    )
    client.session.mount("https://api.twitter.com", ToSandbox(url + "/x"))
    yield client
    client.session.close()
