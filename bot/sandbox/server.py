"""The sandbox's server: the local Slack, the local X and the page, on one port and in its own thread."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Self

from aiohttp import web

from bot.sandbox import bluesky, page, slack, x
from bot.sandbox.changes import Changes
from bot.sandbox.customers import Customers
from bot.sandbox.customers.script import Language
from bot.sandbox.faults import Faults
from bot.sandbox.slack import seed
from bot.sandbox.x.auth import Credentials

HOST = "127.0.0.1"
LOCALES: dict[Language, str] = {"nl": "nl-NL", "en": "en-GB", "sv": "sv-SE"}
START_WITHIN = 10.0
SHUTDOWN_GRACE = 0.5


class Sandbox:
    """Runs with `with Sandbox() as sandbox:`, or with `start()` and `stop()`; both block until done.

    `port` 0 takes a free port. `now` gives the time of messages and posts; `speed` tells the page how fast it runs.
    What Slack and X measure themselves, in seconds, runs on real time or on `timing`. `rate_limits=False` switches
    Slack's limits off. With a `language` everybody reads and writes that one. `start` raises OSError if the port is
    taken.
    """

    def __init__(
        self,
        port: int = 0,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        *,
        speed: float = 1.0,
        rate_limits: bool = True,
        timing: slack.Timing | None = None,
        language: Language | None = None,
    ) -> None:
        self.changes = Changes()
        self.faults = Faults()
        self.slack = slack.Workspace(now, self.changes, self.faults, rate_limits=rate_limits, timing=timing)
        self.x = x.XService(now=now, changes=self.changes, faults=self.faults)
        self.bluesky = bluesky.BlueskyService(now=now, changes=self.changes, faults=self.faults)
        self.customers = Customers(self.x, language=language, bluesky=self.bluesky)
        if language is not None:
            self.slack.speak(LOCALES[language])
        self.clock_ahead = timedelta(0)  # what the answers' Date header says is so far ahead of the machine's clock
        self.url = ""
        self._port = port
        self._now, self._speed = now, speed
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve, name="sandbox", daemon=True)
        self._started = threading.Event()
        self._failure: BaseException | None = None

    @property
    def slack_api_url(self) -> str:
        """The value for SLACK_API_URL."""
        return self.environment["SLACK_API_URL"]

    @property
    def x_api_url(self) -> str:
        """The value for X_API_URL."""
        return self.environment["X_API_URL"]

    @property
    def environment(self) -> dict[str, str]:
        """The environment variables that a bot needs to work with this sandbox."""
        return environment(self.url)

    def start(self) -> Self:
        self._thread.start()
        if not self._started.wait(START_WITHIN):
            raise TimeoutError("the sandbox did not start")
        if self._failure is not None:
            raise self._failure
        return self

    def stop(self) -> None:
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        runner = web.AppRunner(self._app(), access_log=None, shutdown_timeout=SHUTDOWN_GRACE)
        try:
            self._loop.run_until_complete(self._listen(runner))
        except OSError as failure:
            self._failure = failure
        else:
            self._started.set()
            self._loop.run_forever()
        finally:
            self._loop.run_until_complete(runner.cleanup())
            self._loop.close()
            self._started.set()

    async def _listen(self, runner: web.AppRunner) -> None:
        await runner.setup()
        await web.TCPSite(runner, HOST, self._port).start()
        self._port = runner.addresses[0][1]
        self.url = self.slack.url = f"http://{HOST}:{self._port}"

    def _app(self) -> web.Application:
        app = web.Application(client_max_size=16 * 1024 * 1024)
        slack.mount(app, self.slack)
        x.mount(app, self.x, self.customers)
        bluesky.mount(app, self.bluesky)
        page.mount(app, self.changes)
        app.router.add_post("/sandbox/faults", self._plan_fault)
        app.router.add_delete("/sandbox/faults", self._clear_faults)
        app.router.add_get("/sandbox/clock", self._clock)
        app.on_response_prepare.append(self._date)
        return app

    async def _date(self, _request: web.Request, response: web.StreamResponse) -> None:
        """Say when this was answered, by a clock that may be `clock_ahead` of the machine's."""
        response.headers["Date"] = format_datetime(datetime.now(UTC) + self.clock_ahead, usegmt=True)

    async def _plan_fault(self, request: web.Request) -> web.Response:
        try:
            self.faults.add(**await request.json())
        except (TypeError, ValueError) as problem:
            return web.json_response({"ok": False, "error": str(problem)}, status=400)
        return web.json_response({"ok": True})

    async def _clear_faults(self, _request: web.Request) -> web.Response:
        self.faults.clear()
        return web.json_response({"ok": True})

    async def _clock(self, _request: web.Request) -> web.Response:
        return web.json_response({"now": self._now().isoformat(), "speed": self._speed})


def environment(url: str) -> dict[str, str]:
    """Return the environment variables for a sandbox at `url`, whether it runs or not."""
    keys = Credentials()
    return {
        "SLACK_BOT_TOKEN": seed.BOT_TOKEN,
        "SLACK_APP_TOKEN": seed.APP_TOKEN,
        "SLACK_SIGNING_SECRET": seed.SIGNING_SECRET,
        "SLACK_API_URL": f"{url}/slack/api/",
        "X_BEARER_TOKEN": keys.bearer,
        "X_CONSUMER_KEY": keys.consumer_key,
        "X_CONSUMER_SECRET": keys.consumer_secret,
        "X_ACCESS_TOKEN": keys.token,
        "X_ACCESS_TOKEN_SECRET": keys.token_secret,
        "X_API_URL": f"{url}/x",
        "BLUESKY_APP_PASSWORD": bluesky.APP_PASSWORD,
        "BLUESKY_API_URL": f"{url}/bluesky",
        "NO_PROXY": "127.0.0.1",
    }
