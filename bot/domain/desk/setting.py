"""Settings that colleagues change in Slack: each change is kept, and the newest one of a key counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

LONGEST_UNDO = timedelta(minutes=10)
"""The longest time to undo that can be set in Slack."""


@dataclass(frozen=True, slots=True)
class SettingChange:
    """One change of one setting of a desk.

    `key` is its name in the file, such as "targets.first_response". `value` is written as in the file; None lets the
    default hold again. `follows` is the id of the change before, 0 for the first. `by` is a Slack id. `applied` says
    whether it was to hold for the customers who waited at that time.
    """

    id: int
    desk: str
    key: str
    value: Any
    by: str
    at: datetime
    follows: int
    applied: bool
