"""What X's answers, or their absence, mean to the desk.

X's v2 problems carry no codes, so the HTTP status decides and, within 400 and 403, X's fixed sentences. A `detail`
built here holds the status and the problem's title and type, but never the sentence: some sentences quote the post.
"""

from __future__ import annotations

import re
import ssl
import time
from collections.abc import Iterator, Mapping

import requests
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from bot.networks.base import Ambiguous, NetworkError, NotDone, Rejected

UNREACHABLE_SECONDS = 5.0
SERVER_ERROR_SECONDS = 15.0
RATE_LIMITED_SECONDS = 60.0
LONGEST_WAIT_SECONDS = 86_400.0  # X's longest window

_SENTENCES = (
    ("duplicate", re.compile(r"duplicate", re.IGNORECASE)),
    ("not_mentioned", re.compile(r"where you are mentioned|not been mentioned", re.IGNORECASE)),
    ("too_long", re.compile(r"too long|character limit", re.IGNORECASE)),
    ("gone", re.compile(r"deleted or not visible|does not exist|could not find", re.IGNORECASE)),
)
_STATUS_CODES = {400: "invalid", 401: "credentials", 402: "credits", 403: "forbidden", 404: "gone", 410: "gone"}
_WINDOWS = ("x-rate-limit", "x-app-limit-24hour", "x-user-limit-24hour")


class UnknownFields(Rejected):
    """X does not know the request's field names: it speaks the other generation of its API."""


class CursorRefused(Rejected):
    """X does not accept the request's `since_id`, and never will."""


def from_response(method: str, response: requests.Response) -> NetworkError:
    """Return the error for an answer whose status is not 2xx."""
    status = response.status_code
    detail = f"X answered {status} to {method}{_problem(response)}"
    if status == 429:
        return NotDone(detail, rate_limit_wait(response.headers, time.time()), "rate_limited")
    if status >= 500 or status == 408:
        if method != "GET":
            return Ambiguous(detail)
        return NotDone(detail, _seconds(response.headers.get("retry-after")) or SERVER_ERROR_SECONDS)
    if status == 400 and re.search(r"\b(tweet|post)\.fields|\bexpansions\b", response.text):
        return UnknownFields("invalid", detail)
    if status == 400 and re.search(r"\bsince_id\b", response.text):
        return CursorRefused("invalid", detail)
    code = _STATUS_CODES.get(status, "invalid")
    if status in (400, 403):
        code = next((known for known, sentence in _SENTENCES if sentence.search(response.text)), code)
    return Rejected(code, detail)


def from_failure(method: str, error: Exception) -> NetworkError:
    """Return the error for a request without an answer: NotDone if X cannot have acted on it, else Ambiguous."""
    cause = next(_causes(error), error)
    detail = f"no answer from X to {method}: {type(error).__name__} ({type(cause).__name__})"
    if method == "GET" or never_sent(error):
        return NotDone(detail, UNREACHABLE_SECONDS)
    return Ambiguous(detail)


def never_sent(error: Exception) -> bool:
    """Tell whether no connection was made, so that X cannot have received anything."""
    never = (NewConnectionError, ConnectTimeoutError, ssl.SSLCertVerificationError, requests.exceptions.InvalidURL)
    return isinstance(error, never) or any(isinstance(cause, never) for cause in _causes(error))


def rate_limit_wait(headers: Mapping[str, str], at: float) -> float:
    """Return the seconds until X accepts requests again, from 1 to a day.

    `at` and X's reset header are seconds since the epoch. X has a window of 15 minutes and two of a day; only exhausted
    ones count.
    """
    resets = list(_resets(headers, unsaid="0"))
    wait = max(resets) - at if resets else _seconds(headers.get("retry-after")) or RATE_LIMITED_SECONDS
    return min(max(wait, 1.0), LONGEST_WAIT_SECONDS)


def spent_until(headers: Mapping[str, str], at: float) -> float:
    """Return when X accepts the next request, if this answer says that none is left: seconds since the epoch.

    Returns 0 if some are left or X does not say; at most a day after `at`.
    """
    return min(max(_resets(headers, unsaid=""), default=0.0), at + LONGEST_WAIT_SECONDS)


def _resets(headers: Mapping[str, str], unsaid: str) -> Iterator[float]:
    """Yield when the exhausted windows start again; `unsaid` stands for the remaining count that X does not give."""
    for window in _WINDOWS:
        reset = _seconds(headers.get(f"{window}-reset"))
        if reset and headers.get(f"{window}-remaining", unsaid) == "0":
            yield reset


def _seconds(header: str | None) -> float:
    return float(header) if header and re.fullmatch(r"[0-9]{1,12}", header) else 0.0


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause = error.__cause__ or error.__context__
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__


def _problem(response: requests.Response) -> str:
    try:
        problem = response.json()
    except (ValueError, RecursionError):
        return " (not JSON)"
    if not isinstance(problem, dict):
        return ""
    kind = str(problem.get("type", "")).removeprefix("about:blank").rsplit("/", 1)[-1]  # about:blank means no type
    words = f"{problem.get('title', '')} {kind} {problem.get('reason', '')}"
    said = re.sub(r"[^\w.:-]+", " ", words, flags=re.ASCII).strip()[:100]
    return f": {said}" if said else ""
