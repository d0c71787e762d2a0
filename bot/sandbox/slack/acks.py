"""How an app acknowledged what Slack sent it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Ack:
    """One acknowledgement. `body` is the app's answer: a dict, a text, or None if it was empty.

    `error` is None if the app acknowledged in time, else Slack's word for the failure: operation_timeout,
    dispatch_failed (nobody there), or status_NNN.
    """

    body: Any = None
    error: str | None = None

    @property
    def answer(self) -> dict[str, Any]:
        """The body as an object; a bare text becomes a message's text."""
        if isinstance(self.body, dict):
            return self.body
        return {"text": self.body} if isinstance(self.body, str) and self.body else {}
