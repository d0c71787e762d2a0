"""Any CRM behind an address of the operator's own: each question is one signed POST. README.md documents it."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from bot.domain.customers.crm import Contact, Known, Opened, Question, Wanted
from bot.integrations.crm.base import MOST_BYTES, SECONDS, CrmError, text
from bot.platform import web


class HttpHook:
    """Signs as Slack does: HMAC-SHA256 over "v0:", the time in seconds, ":" and the body."""

    def __init__(self, url: str, secret: str) -> None:
        self._url = url
        self._secret = secret.encode()

    def look_up(self, question: Question) -> Known | None:
        found = self._asked("look_up", asdict(question)).get("found")
        if not isinstance(found, dict) or not text(found.get("id")):
            return None
        return Known(*(text(found.get(name)) for name in ("id", "name", "line", "url")))

    def log_contact(self, contact: Contact) -> None:
        self._asked("log_contact", asdict(contact), contact.key)

    def open_ticket(self, wanted: Wanted) -> Opened:
        opened = self._asked("open_ticket", asdict(wanted), wanted.key)
        number = text(opened.get("number"), 100)
        if not number:
            raise CrmError("unreadable", "no number")
        return Opened(number, text(opened.get("url")))

    def verify(self) -> str:
        self._asked("check", {})
        return "it answers"

    def _asked(self, what: str, about: Mapping[str, Any], key: str = "") -> dict[str, Any]:
        body = json.dumps({"type": what, **about}, ensure_ascii=False).encode()
        at = str(int(time.time()))
        signed = hmac.new(self._secret, b"v0:" + at.encode() + b":" + body, hashlib.sha256).hexdigest()
        headers = {"X-Webcare-Timestamp": at, "X-Webcare-Signature": f"v0={signed}"}
        return exchange("POST", self._url, headers | ({"Idempotency-Key": key} if key else {}), body)


def exchange(method: str, url: str, headers: Mapping[str, str], body: bytes | None = None) -> dict[str, Any]:
    """Send JSON and return the object that is answered. Raises CrmError."""
    try:
        answer = web.exchange(method, url, headers, body, most_bytes=MOST_BYTES, seconds=SECONDS)
    except web.WebError as error:
        raise CrmError(error.code, error.detail) from None
    if answer.status in (401, 403):
        raise CrmError("credentials", str(answer.status), 300)
    if answer.status == 429:
        raise CrmError("rate_limited", "429", answer.retry_after or 60)
    if not 200 <= answer.status < 300:
        raise CrmError("http", str(answer.status))
    try:
        found = json.loads(answer.content or b"{}")
    except (ValueError, RecursionError):
        raise CrmError("unreadable", "no JSON") from None
    if not isinstance(found, dict):
        raise CrmError("unreadable", "no object")
    return found
