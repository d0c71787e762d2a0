"""What Bluesky's answers, or their absence, mean to the desk.

An answer names its error; the status decides where the name is not known. A `detail` built here holds a name that is
known, but never the message beside it: some messages quote the record.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping

import requests

from bot.networks.base import Ambiguous, NetworkError, NotDone, Rejected
from bot.networks.failures import SERVER_ERROR_SECONDS, json_of, seconds
from bot.networks.untrusted import mapping, string

RATE_LIMITED_SECONDS = 60.0
WRONG_ADDRESS_SECONDS = 60.0
LONGEST_WAIT_SECONDS = 86_400.0  # Bluesky's longest window
EARLIEST_INSTANT = 1e9  # a smaller number is a count of seconds

KEY = ("app_password",)

_OF_THE_ACCOUNT = {
    "AccountTakedown": ("suspended", "Bluesky has taken the account down"),
    "AccountSuspended": ("suspended", "Bluesky has suspended the account"),
    "AccountDeactivated": ("suspended", "the account is deactivated; activate it again"),
    "AuthFactorTokenRequired": (
        "credentials",
        "Bluesky asks for a code by mail, so this is the account's own password; make an app password instead",
    ),
}
_TOKENS = ("ExpiredToken", "InvalidToken", "AuthMissing", "AuthenticationRequired", "BadJwt", "BadJwtSignature")
_GONE = ("RecordNotFound", "PostNotFound", "NotFound")
_NO_RECORD = re.compile("could not locate record", re.IGNORECASE)
_TOO_LONG = re.compile(r"graphemes|must not be longer|\btoo (long|big|large)\b", re.IGNORECASE)
_KNOWN = {
    *(*_OF_THE_ACCOUNT, *_TOKENS, *_GONE, "RateLimitExceeded", "InvalidRequest", "InvalidResponse", "Forbidden"),
    *("MethodNotImplemented", "XRPCNotSupported", "InternalServerError", "UpstreamFailure", "UpstreamTimeout"),
    *("NotEnoughResources", "PayloadTooLarge", "InvalidSwap", "RepoNotFound", "RepoTakendown", "RepoDeactivated"),
}
_STATUS_CODES = {403: "forbidden", 410: "gone", 413: "too_long"}


class TokenRefused(Rejected):
    """Bluesky does not take the token that came with the request, or the password: it did nothing."""


def from_response(method: str, response: requests.Response) -> NetworkError:
    """Return the error for an answer whose status is not 2xx."""
    status = response.status_code
    body = mapping(json_of(response))
    said = string(body.get("error"))
    name = said if said in _KNOWN else ""
    message = string(body.get("message"))[:2000]
    detail = f"Bluesky answered {status} to {method}" + (f": {name}" if name else "")
    if name in _OF_THE_ACCOUNT:
        code, advice = _OF_THE_ACCOUNT[name]
        return Rejected(code, f"{advice} ({detail})", KEY if code == "credentials" else ())
    if name in _GONE or _NO_RECORD.search(message):
        return Rejected("gone", detail)
    if name in _TOKENS or status == 401:
        return TokenRefused("credentials", detail, KEY)
    passing = _passing(method, response, name, detail)
    if passing is not None:
        return passing
    if status == 400 and _TOO_LONG.search(message):
        return Rejected("too_long", detail)
    return Rejected(_STATUS_CODES.get(status, "invalid"), detail)


def _passing(method: str, response: requests.Response, name: str, detail: str) -> NetworkError | None:
    """Return the error for what may end without our doing, None for everything else."""
    status = response.status_code
    if status == 429 or name == "RateLimitExceeded":
        return NotDone(detail, rate_limit_wait(response.headers, time.time()), "rate_limited")
    if status in (404, 405, 501):
        # No server of Bluesky lacks what is asked of it, so the address is another's. Nothing was done there.
        return NotDone(detail, WRONG_ADDRESS_SECONDS, "unreadable")
    if status != 408 and status < 500:
        return None
    if method != "GET":
        return Ambiguous(detail)
    return NotDone(detail, seconds(response.headers.get("retry-after")) or SERVER_ERROR_SECONDS)


def rate_limit_wait(headers: Mapping[str, str], at: float) -> float:
    """Return the seconds until Bluesky accepts requests again, from 1 to a day; `at` is in seconds since the epoch."""
    reset = _reset(headers, at)
    wait = reset - at if reset else seconds(headers.get("retry-after")) or RATE_LIMITED_SECONDS
    return min(max(wait, 1.0), LONGEST_WAIT_SECONDS)


def spent_until(headers: Mapping[str, str], at: float) -> float:
    """Return when Bluesky accepts the next request, if this answer says that none is left: seconds since the epoch.

    Returns 0 if some are left or it does not say; at most a day after `at`.
    """
    return min(_reset(headers, at), at + LONGEST_WAIT_SECONDS) if headers.get("ratelimit-remaining") == "0" else 0.0


def _reset(headers: Mapping[str, str], at: float) -> float:
    reset = seconds(headers.get("ratelimit-reset"))
    return at + reset if 0 < reset < EARLIEST_INSTANT else reset
