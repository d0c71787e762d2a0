"""What the answers of a Mastodon server mean to the desk.

They hold one sentence and no code, so the HTTP status decides and, within 401, 403 and 422, what the sentence is about.
A `detail` built here never holds the sentence: anybody may have written the server.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import requests

from bot.networks.base import Ambiguous, NetworkError, NotDone, Rejected
from bot.networks.failures import SERVER_ERROR_SECONDS, json_of, seconds, unreadable
from bot.networks.limits import Limits

NAME = "Mastodon"
RATE_LIMITED_SECONDS = 60.0
LONGEST_WAIT_SECONDS = 86_400.0

_SENTENCES = tuple(
    (code, re.compile(pattern, re.IGNORECASE))
    for code, pattern in (
        ("too_long", r"character limit|too long|maximum is \d+"),
        ("permissions", r"authorized scope|insufficient.?scope"),
        ("credentials", r"access token|authenticated user"),
        ("suspended", r"login is currently disabled|suspended"),
        ("locked", r"confirmed e-?mail|pending approval"),
        ("gone", r"trying to reply to|not appear to exist|record not found|no longer exists"),
    )
)
ABSENT = frozenset({"gone", "invalid"})
"""Codes of what a server answers to what it does not know."""

_STATUS_CODES = {401: "credentials", 403: "forbidden", 404: "gone", 410: "gone"}


class Missing(NotDone):
    """The server lacks what every server has, so that it is no Mastodon's."""


class MastodonLimits(Limits):
    """Everything that is read counts together, and so do deletions; posts and likes are each counted apart, so a poll
    delays no reply."""

    def __init__(self) -> None:
        super().__init__(NAME, spent_until)

    def _endpoint(self, request: requests.PreparedRequest) -> tuple[str, str]:
        method = request.method or "GET"
        return method, "" if method in ("GET", "DELETE") else urlsplit(request.url or "").path.rsplit("/", 1)[-1]


def from_response(method: str, response: requests.Response) -> NetworkError:
    """Return the error for an answer whose status is not 2xx."""
    status = response.status_code
    detail = f"{NAME} answered {status} to {method}"
    if status == 429:
        return NotDone(detail, rate_limit_wait(response.headers, _now(response.headers)), "rate_limited")
    if status == 408 or status >= 500:
        if method != "GET":
            return Ambiguous(detail)
        return NotDone(detail, seconds(response.headers.get("retry-after")) or SERVER_ERROR_SECONDS)
    if status < 400 and method == "GET":
        return unreadable(NAME, method, f"an answer but a redirection ({status})")
    code = _STATUS_CODES.get(status, "invalid")
    if status in (400, 401, 403, 422):
        body = json_of(response)
        said = " ".join(str(body.get(key, "")) for key in ("error", "error_description")) if _is_object(body) else ""
        code = next((known for known, sentence in _SENTENCES if sentence.search(said)), code)
    return Rejected(code, f"{detail} ({code})")


def rate_limit_wait(headers: Mapping[str, str], now: datetime) -> float:
    """Return the seconds until the server accepts requests again, from 1 to a day; `now` is its own time."""
    reset = _instant(headers.get("x-ratelimit-reset"))
    wait = (reset - now).total_seconds() if reset else _retry_after(headers, now)
    return min(max(wait, 1.0), LONGEST_WAIT_SECONDS)


def spent_until(headers: Mapping[str, str], at: float) -> float:
    """Return when the server accepts the next request, if this answer says that none is left: seconds since the epoch.

    Returns 0 if some are left or it does not say; at most a day after `at`.
    """
    if headers.get("x-ratelimit-remaining") != "0" or not _instant(headers.get("x-ratelimit-reset")):
        return 0.0
    return at + rate_limit_wait(headers, _now(headers, at))


def _now(headers: Mapping[str, str], at: float | None = None) -> datetime:
    """Return the server's own time, by which it says when its limit is reset; ours if it does not tell."""
    said = _date(headers.get("date"))
    return said or (datetime.now(UTC) if at is None else datetime.fromtimestamp(at, UTC))


def _retry_after(headers: Mapping[str, str], now: datetime) -> float:
    said = headers.get("retry-after")
    date = _date(said)
    return (date - now).total_seconds() if date else seconds(said) or RATE_LIMITED_SECONDS


def _instant(value: str | None) -> datetime | None:
    """Read an instant as Mastodon writes it (ISO 8601), or as some of its kin do (seconds since the epoch)."""
    try:
        if value and re.fullmatch(r"[0-9]{1,11}", value):
            return datetime.fromtimestamp(int(value), UTC)
        at = datetime.fromisoformat(value or "")
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _date(value: str | None) -> datetime | None:
    try:
        at = parsedate_to_datetime(value or "")
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _is_object(body: object) -> bool:
    return isinstance(body, dict)
