"""How Slack refuses a call."""

from __future__ import annotations

from typing import Any


class SlackError(Exception):
    """A refusal. `code` is Slack's own error code; `extra` is the rest of the answer."""

    def __init__(self, code: str, **extra: Any) -> None:
        super().__init__(code)
        self.code = code
        self.extra = extra


class RateLimited(Exception):
    """HTTP 429. `retry_after` is in whole seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"retry after {retry_after} s")
        self.retry_after = retry_after


def invalid_arguments(*problems: str) -> SlackError:
    """Build `invalid_arguments` with its reasons, in Slack's words."""
    return SlackError("invalid_arguments", response_metadata={"messages": [f"[ERROR] {text}" for text in problems]})
