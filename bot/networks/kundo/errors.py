"""What Kundo's answers mean to the desk. It explains a 400 by field, and everything else by its HTTP status."""

from __future__ import annotations

import requests

from bot.networks.base import Ambiguous, NetworkError, NotDone, Rejected
from bot.networks.failures import SERVER_ERROR_SECONDS, json_of, seconds, unreadable

NAME = "Kundo"
RATE_LIMITED_SECONDS = 60.0
LONGEST_WAIT_SECONDS = 86_400.0

_STATUS_CODES = {401: "credentials", 403: "credentials", 404: "gone", 410: "gone", 413: "too_long"}


def from_response(method: str, response: requests.Response) -> NetworkError:
    """Return the error for an answer whose status is not 2xx."""
    status = response.status_code
    detail = f"{NAME} answered {status} to {method}"
    if status == 429:
        return NotDone(detail, _wait(response) or RATE_LIMITED_SECONDS, "rate_limited")
    if status == 408 or status >= 500:
        return Ambiguous(detail) if method != "GET" else NotDone(detail, _wait(response) or SERVER_ERROR_SECONDS)
    if status < 400 and method == "GET":
        return unreadable(NAME, method, f"an answer but a redirection ({status})")
    fields = json_of(response) if status == 400 else None
    if isinstance(fields, dict) and "useremail" in fields:
        return Rejected("credentials", f"{detail}: it does not take the editor's mail address", ("api_key",))
    return Rejected(_STATUS_CODES.get(status, "invalid"), detail)


def _wait(response: requests.Response) -> float:
    return min(seconds(response.headers.get("retry-after")), LONGEST_WAIT_SECONDS)
