"""Brings what happens in the workspace to the app: over a socket if one is open, else over HTTP."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Coroutine

from bot.sandbox.slack.acks import Ack
from bot.sandbox.slack.records import APP_ID, BOT_USER, TEAM_ID, Json
from bot.sandbox.slack.seed import EVENTS
from bot.sandbox.slack.sockets import Sockets
from bot.sandbox.slack.state import State
from bot.sandbox.slack.webhooks import Webhooks

RETRY_REASONS = {"operation_timeout": "http_timeout", "dispatch_failed": "connection_failed"}


class Delivery:
    """Sends interactions, commands and events to the app.

    `events_url` is the app's address for all three in HTTP mode; None means Socket Mode only.
    """

    def __init__(self, state: State) -> None:
        self.state = state
        self.sockets = Sockets(state.timing)
        self.webhooks = Webhooks(state.timing)
        self.events_url: str | None = None
        self.events = set(EVENTS)
        self.loop: asyncio.AbstractEventLoop | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        state.on_event = self.event

    async def send(self, kind: str, payload: Json, *, answerable: bool) -> Ack:
        """Send an interaction ("interactive") or a command ("slash_commands") once."""
        if self.sockets.count or self.events_url is None:
            return await self.sockets.send(kind, payload, answerable=answerable)
        return await self.webhooks.post(self.events_url, kind, payload)

    def event(self, event: Json) -> None:
        """Send an event in the background, and repeat it as Slack does if it is not acknowledged."""
        if self.loop is None or self.loop.is_closed() or not self._subscribed(event):
            return
        if self.events_url is None and not self.sockets.ever_connected:
            return
        self.loop.call_soon_threadsafe(self._start, _wrapped(event, self.state.timing.wall()))

    def _subscribed(self, event: Json) -> bool:
        kind = event["type"]
        if kind == "message":
            kind = "message.im" if event["channel_type"] == "im" else "message.channels"
            if BOT_USER not in self.state.channels[event["channel"]].members:
                return False
        return kind in self.events

    async def event_now(self, event: Json) -> Ack:
        """Send an event and return its first acknowledgement; repeats, if needed, follow in the background."""
        payload = _wrapped(event, self.state.timing.wall())
        ack = await self._try(payload, 0, "")
        self._in_background(self._repeat(payload, ack))
        return ack

    def _start(self, payload: Json) -> None:
        async def send() -> None:
            await self._repeat(payload, await self._try(payload, 0, ""))

        self._in_background(send())

    def _in_background(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _repeat(self, payload: Json, ack: Ack) -> None:
        for number, wait in enumerate(self.state.timing.event_retries, 1):
            if ack.error is None or ack.body == "1":
                return
            await asyncio.sleep(wait)
            ack = await self._try(payload, number, RETRY_REASONS.get(ack.error, "http_error"))

    async def _try(self, payload: Json, attempt: int, reason: str) -> Ack:
        if self.sockets.count or self.events_url is None:
            retry = attempt, "timeout" if attempt else ""
            return await self.sockets.send("events_api", payload, answerable=False, retry=retry)
        headers = {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": reason} if attempt else {}
        return await self.webhooks.post(self.events_url, "events_api", payload, headers)

    async def verify(self) -> bool:
        """Check a new address as Slack does: it must answer the challenge."""
        challenge = secrets.token_hex(16)
        payload = {"type": "url_verification", "token": "sandbox", "challenge": challenge}
        ack = await self.webhooks.post(self.events_url or "", "events_api", payload)
        return ack.error is None and challenge in (ack.body, ack.answer.get("challenge"))

    async def close(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await self.sockets.close()
        await self.webhooks.close()


def _wrapped(event: Json, at: float) -> Json:
    return {
        "token": "sandbox",
        "team_id": TEAM_ID,
        "context_team_id": TEAM_ID,
        "api_app_id": APP_ID,
        "event": event,
        "type": "event_callback",
        "event_id": "Ev" + secrets.token_hex(5).upper(),
        "event_time": int(at),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM_ID,
                "user_id": BOT_USER,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": secrets.token_urlsafe(16),
    }
