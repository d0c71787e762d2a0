"""What a network's silence, or an answer that nobody can read, means to the desk."""

from __future__ import annotations

import re
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import requests
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from bot.networks.base import OF_THE_ACCOUNT, OF_THE_APP, Ambiguous, NetworkError, NotDone, Rejected

UNREACHABLE_SECONDS = 5.0
SERVER_ERROR_SECONDS = 15.0


def from_failure(network: str, method: str, error: Exception) -> NetworkError:
    """Return the error for a request without an answer: NotDone if nobody can have acted on it, else Ambiguous."""
    cause = next(_causes(error), error)
    detail = f"no answer from {network} to {method}: {type(error).__name__} ({type(cause).__name__})"
    if method == "GET" or never_sent(error):
        return NotDone(detail, UNREACHABLE_SECONDS)
    return Ambiguous(detail)


def never_sent(error: Exception) -> bool:
    """Tell whether no connection was made, so that the network cannot have received anything."""
    never = (NewConnectionError, ConnectTimeoutError, ssl.SSLCertVerificationError, requests.exceptions.InvalidURL)
    return isinstance(error, never) or any(isinstance(cause, never) for cause in _causes(error))


def no_address(network: str, error: Exception) -> NotDone:
    """Return the error for an address that no request can be made of; what the library says of it may hold a key."""
    return NotDone(f"{network} cannot be asked at its address: {type(error).__name__}", NotDone.retry_after)


@contextmanager
def uploading() -> Iterator[None]:
    """Say of an upload what it means for the post that waits for it, which certainly is not public."""
    try:
        yield
    except Ambiguous as error:
        raise NotDone(error.detail, SERVER_ERROR_SECONDS) from error
    except Rejected as error:
        if error.code in OF_THE_ACCOUNT | OF_THE_APP:
            raise
        raise Rejected("picture", error.detail) from error


def seconds(header: str | None) -> float:
    """Read a count of seconds, such as Retry-After has; 0 if it is none."""
    return float(header) if header and re.fullmatch(r"[0-9]{1,12}", header) else 0.0


def unreadable(network: str, method: str, expected: str = "a JSON object") -> NetworkError:
    """Return the error for an answer that is not what was `expected`."""
    detail = f"{network} answered {method} with something that is not {expected}"
    return NotDone(detail, SERVER_ERROR_SECONDS, "unreadable") if method == "GET" else Ambiguous(detail)


def json_of(response: requests.Response, object_hook: Callable[[dict[str, Any]], Any] | None = None) -> Any:
    """Return what an answer holds, None if it is not JSON that can be read."""
    try:
        return response.json(object_hook=object_hook)
    except (ValueError, RecursionError):
        return None


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause = error.__cause__ or error.__context__
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__
