"""Calls to Slack's Web API: one attempt each, with a time-out, and errors that say what the caller may assume.

The outbox decides whether and when to try again. The SDK's own retries would post a message twice after a dropped
connection, so they are off.
"""

from __future__ import annotations

import errno
import html
import http.client
import logging
import socket
import ssl
import urllib.error
from collections.abc import Sequence
from typing import Any, cast

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

log = logging.getLogger(__name__)

RETRY_AFTER_UNKNOWN = 30.0

# Slack documents these as a failure on its side that may have done part of the work.
_MAY_BE_DONE = {"fatal_error", "internal_error", "service_unavailable"}
_TOO_MANY = {"ratelimited", "rate_limited"}
_ILL_FORMED = {"invalid_blocks", "invalid_blocks_format", "invalid_arguments"}
_NO_DESTINATION = {
    "channel_not_found",
    "channel_type_not_supported",
    "external_channel_migrating",
    "is_archived",
    "is_inactive",
    "not_in_channel",
    "posting_to_channel_denied",
    "posting_to_general_channel_denied",
    "cannot_dm_bot",
    "messages_tab_disabled",
    "user_disabled",
    "user_is_bot",
    "user_is_restricted",
    "user_not_found",
    "user_not_in_channel",
    "user_not_visible",
    "users_not_found",
}
_RESTRICTED = "restricted_action"  # and Slack's longer names for which restriction it is
_NO_ACCESS = {
    "access_denied",
    "accesslimited",
    "account_inactive",
    "ekm_access_denied",
    "enterprise_is_restricted",
    "invalid_auth",
    "missing_scope",
    "no_permission",
    "not_allowed_token_type",
    "not_authed",
    "org_login_required",
    "team_access_not_granted",
    "token_expired",
    "token_revoked",
    "unknown_method",
}
_NO_MESSAGE = {
    "cannot_reply_to_message",
    "cant_delete_message",
    "cant_update_message",
    "edit_window_closed",
    "message_not_found",
    "thread_not_found",
}
_NO_SCOPE = "missing_scope"
_NO_WAY_THERE = {errno.ECONNREFUSED, errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL}


class SlackError(Exception):
    """Slack did not do what was asked. The message goes to the log; it holds no token and no customer's words."""


class RateLimited(SlackError):
    """Not done: too many calls. `retry_after` is in seconds."""

    def __init__(self, retry_after: float) -> None:
        super().__init__(f"rate limited, again in {retry_after:g} s")
        self.retry_after = retry_after


class NotDone(SlackError):
    """The request never reached Slack (no connection, no such host), so it may be sent again at once."""


class Ambiguous(SlackError):
    """The request may have been carried out: time-out, dropped connection, server error or a truncated answer."""


class Rejected(SlackError):
    """Slack refused the request for good. `code` is Slack's ("channel_not_found"); `detail` may be empty."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail

    @property
    def about_destination(self) -> bool:
        """Whether the channel or the member takes nothing at all, whatever it says, until somebody acts."""
        return self.code in _NO_DESTINATION or self.code.startswith(_RESTRICTED)

    @property
    def about_content(self) -> bool:
        """Whether the message itself is refused, so that another one could be taken: all that nothing else explains."""
        return not self.about_destination and self.code not in _NO_ACCESS | _NO_MESSAGE


class _Answer(dict[str, Any]):
    def __missing__(self, name: str) -> Any:
        raise Ambiguous(f"an answer without {name}")


def client(token: str | None, api_url: str, timeout: int = 10) -> WebClient:
    """Build a client that tries once.

    `api_url` ends with a slash. `timeout` is in seconds and applies to each wait on the socket.
    """
    made = WebClient(token=token, base_url=api_url, timeout=timeout, retry_handlers=[])
    # The SDK would send plain http, such as the sandbox's, through HTTPS_PROXY; urllib picks the proxy by scheme.
    made.proxy = None
    return made


def call(client: WebClient, method: str, **arguments: Any) -> dict[str, Any]:
    """Call `method` by Slack's name for it, such as "chat.postMessage", and return the answer.

    Slack refuses a whole message or modal if it cannot load one picture, or while the app may not read the files of a
    field; the call is then sent once more with links in place of the pictures and without that field. Raises
    RateLimited, NotDone, Ambiguous or Rejected, and nothing else that the connection or Slack can cause. Reading a key
    that the answer lacks raises Ambiguous.
    """
    try:
        return _answer(client, method, arguments)
    except Rejected as error:
        linked = _with_links(arguments)
        if error.code not in _ILL_FORMED | {_NO_SCOPE} or linked == arguments:
            raise
        log.info(
            "Slack did not take a picture, or a field for one",
            extra={"fields": {"method": method, "error": str(error)}},
        )
        return _answer(client, method, linked)


def response(client: WebClient, method: str, **arguments: Any) -> SlackResponse:
    """Call `method` like `call`, but return the response with its headers and without the retry for pictures."""
    ask = getattr(client, method.replace(".", "_"))
    try:
        answer: SlackResponse = ask(**arguments)
    except SlackApiError as error:
        # The SDK's message repeats the whole answer, which may quote what we sent.
        raise _refusal(error.response) from None
    except urllib.error.URLError as error:
        raise _unsent(error) from error
    except (OSError, http.client.HTTPException) as error:
        raise Ambiguous(f"{method}: {type(error).__name__}") from error
    except (UnicodeDecodeError, LookupError, AttributeError):
        # The SDK assumes that every answer is a JSON object in an encoding that Python knows.
        raise Ambiguous(f"{method}: an answer that cannot be read") from None
    if not isinstance(answer.data, dict):
        raise Ambiguous(f"{method}: an answer that is no JSON object")
    return answer


def post_ephemeral(
    client: WebClient, channel: str, user: str, text: str, blocks: list[dict[str, Any]], *, thread_ts: str | None = None
) -> None:
    """Tell one person something in a channel, or in a direct message if they or the desk cannot be reached there.

    With `thread_ts` it stands in that Slack thread.

    Raises as `call` does.
    """
    said = {"text": text, "blocks": blocks}
    try:
        call(client, "chat.postEphemeral", channel=channel, user=user, thread_ts=thread_ts, **said)
    except Rejected as error:
        # A member of the team that a thread was escalated to need not be in this channel.
        if not error.about_destination:
            raise
        call(client, "chat.postMessage", channel=user, **said)


def _answer(client: WebClient, method: str, arguments: dict[str, Any]) -> dict[str, Any]:
    return _Answer(cast("dict[str, Any]", response(client, method, **arguments).data))


def _with_links(arguments: dict[str, Any]) -> dict[str, Any]:
    linked = dict(arguments)
    if arguments.get("view"):
        linked["view"] = _with_links(arguments["view"])
    if arguments.get("blocks"):
        blocks = _without_files(arguments["blocks"])
        linked["blocks"] = [linked_block for block in blocks for linked_block in _without_picture(block)]
    return linked


def _without_files(blocks: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave out fields for files, and those that go with one: their names begin with its name."""
    elements = [block.get("element") or {} for block in blocks]
    names = tuple(element["action_id"] for element in elements if element.get("type") == "file_input")
    return [block for block in blocks if not names or not str(block.get("block_id", "")).startswith(names)]


def _without_picture(block: dict[str, Any]) -> list[dict[str, Any]]:
    """Put a link in the place of a picture, or below the section that it stands beside."""
    if block["type"] == "image":
        return [_link(block)]
    beside = block.get("accessory")
    if not beside or beside["type"] != "image":
        return [block]
    return [{name: part for name, part in block.items() if name != "accessory"}, _link(beside)]


def _link(image: dict[str, Any]) -> dict[str, Any]:
    url, alt = image["image_url"].replace("|", "%7C"), image["alt_text"][:200]
    words = f"🖼️ <{html.escape(url, quote=False)}|{html.escape(alt, quote=False)}>"
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": words}]}


def _refusal(response: SlackResponse) -> SlackError:
    answer = response.data if isinstance(response.data, dict) else {}
    code = str(answer.get("error", ""))
    if response.status_code == 429 or code in _TOO_MANY:
        return RateLimited(_seconds(response.headers.get("Retry-After")))
    # The SDK puts an answer that is not JSON, such as a proxy's error page, into "error" as prose.
    if response.status_code >= 500 or code in _MAY_BE_DONE or not code.replace("_", "").isalnum():
        return Ambiguous(f"HTTP {response.status_code}{f', {code}' if code in _MAY_BE_DONE else ''}")
    if code == "request_timeout":  # Slack did not receive the whole request, so it did nothing with it.
        return NotDone(code)
    return Rejected(code, _detail(answer))


def _detail(answer: dict[str, Any]) -> str:
    if needed := answer.get("needed"):
        return f"needs the scope {needed}, has {answer.get('provided', 'none')}"
    metadata = answer.get("response_metadata") or {}
    return "; ".join(str(message) for message in metadata.get("messages", ()))


def _seconds(header: str | None) -> float:
    try:
        return max(0.0, float(header or ""))
    except ValueError:
        return RETRY_AFTER_UNKNOWN


def _unsent(error: urllib.error.URLError) -> SlackError:
    """Classify a URLError: it comes from connecting or from sending; only the former proves that nothing was done."""
    cause = error.reason
    never_left = isinstance(cause, socket.gaierror | ssl.SSLCertVerificationError) or (
        isinstance(cause, OSError) and cause.errno in _NO_WAY_THERE
    )
    return NotDone(str(cause)) if never_left else Ambiguous(f"while sending: {type(cause).__name__}")
