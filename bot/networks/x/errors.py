"""What X's answers, or their absence, mean to the desk.

X's v2 problems carry no codes, so the HTTP status decides and, within 400 and 403, X's fixed sentences. A `detail`
built here holds the status and the problem's title and type, but never the sentence: some sentences quote the post.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping

import requests

from bot.networks.base import Ambiguous, NetworkError, NotDone, Rejected
from bot.networks.failures import SERVER_ERROR_SECONDS, json_of, seconds

RATE_LIMITED_SECONDS = 60.0
LONGEST_WAIT_SECONDS = 86_400.0  # X's longest window

SPENDING_CAP_SECONDS = 300.0

# The first one that fits counts, so what names the app or the post comes before what could be the account's.
_SENTENCES = tuple(
    (code, re.compile(pattern, re.IGNORECASE))
    for code, pattern in (
        ("duplicate", r"duplicate"),
        (
            "permissions",
            r"oauth1?-permissions|oauth1? app permissions|read.?only application|read and write permission",
        ),
        ("not_enrolled", r"client-not-enrolled|client-forbidden|attached to a project|(api|level of) access|subset of"),
        ("app_suspended", r"(app|application|client|project)\b[^.]{0,40}\bsuspended|suspended[ -]*(app|client)"),
        ("not_mentioned", r"where you are mentioned|not been mentioned"),
        ("too_long", r"too long|character limit"),
        ("gone", r"deleted or not visible|does not exist|could not find|no longer (exists|available)|been deleted"),
        ("limited", r"who can reply|reply settings|not allowed to reply|blocked (you|by|from)"),
        ("suspended", r"suspended"),
        ("locked", r"\b(un)?lock(ed)?\b|protect our users|verify (your|that)|looks like it might be automated"),
    )
)
_SPENDING_CAP = re.compile(r"usage[ -]?cap|spend(ing)?[ -]?(cap|limit)", re.IGNORECASE)
_DAILY_LIMIT = re.compile(r"over (the )?daily|daily [\w ]{0,20}limit", re.IGNORECASE)
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
    passing = _passing(method, response, detail) if status in (402, 403, 408, 429) or status >= 500 else None
    if passing is not None:
        return passing
    if status == 400 and re.search(r"\b(tweet|post)\.fields|\bexpansions\b", response.text):
        return UnknownFields("invalid", detail)
    if status == 400 and re.search(r"\bsince_id\b", response.text):
        return CursorRefused("invalid", detail)
    code = _STATUS_CODES.get(status, "invalid")
    if status in (400, 403):
        code = next((known for known, sentence in _SENTENCES if sentence.search(response.text)), code)
    return Rejected(code, detail)


def _passing(method: str, response: requests.Response, detail: str) -> NetworkError | None:
    """Return the error for what may end without our doing, None for everything else."""
    status = response.status_code
    if status in (402, 403, 429) and _SPENDING_CAP.search(response.text):
        # X says no time at which it ends: somebody raises the cap, or a month does.
        return NotDone(detail, SPENDING_CAP_SECONDS, "spending_cap")
    if status == 429 or (status == 403 and _DAILY_LIMIT.search(response.text)):
        return NotDone(detail, rate_limit_wait(response.headers, time.time()), "rate_limited")
    if status in (402, 403):
        return None
    if method != "GET":
        return Ambiguous(detail)
    return NotDone(detail, seconds(response.headers.get("retry-after")) or SERVER_ERROR_SECONDS)


def rate_limit_wait(headers: Mapping[str, str], at: float) -> float:
    """Return the seconds until X accepts requests again, from 1 to a day.

    `at` and X's reset header are seconds since the epoch. X has a window of 15 minutes and two of a day; only exhausted
    ones count.
    """
    resets = list(_resets(headers, unsaid="0"))
    wait = max(resets) - at if resets else seconds(headers.get("retry-after")) or RATE_LIMITED_SECONDS
    return min(max(wait, 1.0), LONGEST_WAIT_SECONDS)


def spent_until(headers: Mapping[str, str], at: float) -> float:
    """Return when X accepts the next request, if this answer says that none is left: seconds since the epoch.

    Returns 0 if some are left or X does not say; at most a day after `at`.
    """
    return min(max(_resets(headers, unsaid=""), default=0.0), at + LONGEST_WAIT_SECONDS)


def _resets(headers: Mapping[str, str], unsaid: str) -> Iterator[float]:
    """Yield when the exhausted windows start again; `unsaid` stands for the remaining count that X does not give."""
    for window in _WINDOWS:
        reset = seconds(headers.get(f"{window}-reset"))
        if reset and headers.get(f"{window}-remaining", unsaid) == "0":
            yield reset


def _problem(response: requests.Response) -> str:
    problem = json_of(response)
    if problem is None:
        return " (not JSON)"
    if not isinstance(problem, dict):
        return ""
    kind = str(problem.get("type", "")).removeprefix("about:blank").rsplit("/", 1)[-1]  # about:blank means no type
    words = f"{problem.get('title', '')} {kind} {problem.get('reason', '')}"
    said = re.sub(r"[^\w.:-]+", " ", words, flags=re.ASCII).strip()[:100]
    return f": {said}" if said else ""
