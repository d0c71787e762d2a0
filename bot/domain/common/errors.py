"""The one way in which a rule refuses an action."""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """An action that the rules do not allow now.

    `code` names the reason ("taken", "closed", "changed" ...) and `details` holds what the agent needs to know.
    bot/views/common/refused.py has the words for each code.
    """

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code)
        self.code = code
        self.details = details
