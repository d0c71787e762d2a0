"""Slack's side of HTTP mode: signed requests to the app's one address."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any
from urllib.parse import urlencode

import aiohttp

from bot.sandbox.slack.acks import Ack
from bot.sandbox.slack.records import Json
from bot.sandbox.slack.seed import SIGNING_SECRET
from bot.sandbox.slack.state import Timing

FORM, JSON = "application/x-www-form-urlencoded", "application/json"


def signature(secret: str, timestamp: str, body: str) -> str:
    """Return `X-Slack-Signature`: v0= and the hex HMAC-SHA256 of `v0:timestamp:body`."""
    return "v0=" + hmac.new(secret.encode(), f"v0:{timestamp}:{body}".encode(), hashlib.sha256).hexdigest()


class Webhooks:
    """Sends to the app over HTTP, with its own session in the server's loop."""

    def __init__(self, timing: Timing) -> None:
        self.secret = SIGNING_SECRET
        self._timing = timing
        self._session: aiohttp.ClientSession | None = None

    async def post(self, url: str, kind: str, payload: Json, headers: dict[str, str] | None = None) -> Ack:
        """POST one signed interaction, slash command or event, and wait for the answer as long as Slack does."""
        if kind == "events_api":
            content_type, body = JSON, json.dumps(payload)
        elif kind == "slash_commands":
            content_type, body = FORM, urlencode(payload)
        else:
            content_type, body = FORM, urlencode({"payload": json.dumps(payload)})
        timestamp = str(int(self._timing.wall()))
        signed = {
            "Content-Type": content_type,
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signature(self.secret, timestamp, body),
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        }
        self._session = self._session or aiohttp.ClientSession()
        timeout = aiohttp.ClientTimeout(total=self._timing.ack)
        try:
            async with self._session.post(
                url, data=body.encode(), headers=signed | (headers or {}), timeout=timeout, allow_redirects=False
            ) as response:
                text = await response.text()
                if response.status != 200:
                    return Ack(error=f"status_{response.status}", body=response.headers.get("X-Slack-No-Retry"))
                return Ack(body=_read(text))
        except TimeoutError:
            return Ack(error="operation_timeout")
        except aiohttp.ClientError:
            return Ack(error="dispatch_failed")

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()


def _read(text: str) -> Any:
    try:
        return json.loads(text) if text.strip() else None
    except ValueError:
        return text
