"""What Slack hands out for a short time: trigger ids and response addresses."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from bot.sandbox.slack.errors import SlackError

Monotonic = Callable[[], float]


@dataclass(slots=True)
class _Trigger:
    user: str
    expires: float
    used: bool = False


class Triggers:
    """Trigger ids. Each opens one modal, for the user who acted, within a few seconds."""

    def __init__(self, monotonic: Monotonic, seconds: float) -> None:
        self._monotonic = monotonic
        self._seconds = seconds
        self._known: dict[str, _Trigger] = {}

    def issue(self, user: str) -> str:
        trigger_id = f"{secrets.randbelow(10**12)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        self._known[trigger_id] = _Trigger(user, self._monotonic() + self._seconds)
        return trigger_id

    def check(self, trigger_id: str) -> str:
        """Return the trigger's user. Raises SlackError if it is unknown, used or too old."""
        trigger = self._known.get(trigger_id)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if self._monotonic() > trigger.expires:
            raise SlackError("expired_trigger_id")
        return trigger.user

    def spend(self, trigger_id: str) -> None:
        self._known[trigger_id].used = True


@dataclass(slots=True)
class ResponseAddress:
    """Where an app may answer an interaction; `ts` is the message that was acted on, if any."""

    channel: str
    user: str
    expires: float
    ts: str | None = None
    thread_ts: str | None = None
    uses: int = 0


class ResponseAddresses:
    """Response addresses. Each allows five uses within half an hour."""

    LIMIT = 5

    def __init__(self, monotonic: Monotonic, seconds: float) -> None:
        self._monotonic = monotonic
        self._seconds = seconds
        self._known: dict[str, ResponseAddress] = {}

    def issue(self, channel: str, user: str, ts: str | None = None, thread_ts: str | None = None) -> str:
        key = secrets.token_urlsafe(18)
        expires = self._monotonic() + self._seconds
        self._known[key] = ResponseAddress(channel, user, expires, ts, thread_ts)
        return key

    def use(self, key: str) -> ResponseAddress:
        """Count one use. Raises SlackError("used_url") or ("expired_url")."""
        address = self._known.get(key)
        if address is None or self._monotonic() > address.expires:
            raise SlackError("expired_url")
        if address.uses >= self.LIMIT:
            raise SlackError("used_url")
        address.uses += 1
        return address
