"""The read models of listening."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.cases.mention import Mention
from bot.domain.listening.budget import News
from bot.domain.listening.found import Found
from bot.domain.listening.rule import Rule


@dataclass(frozen=True, slots=True)
class RuleNews:
    """What is told of a rule, as it stood when it was noticed.

    `network_name` is such as "X"; `until` ends what was passed over; `code` is why its network cannot be searched.
    """

    news: News
    words: tuple[str, ...]
    budget: int
    network_name: str
    handle: str
    since: datetime
    until: datetime | None
    code: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class FoundList:
    """What was found for the desk of that key in an hour, oldest first, as it stands at `at`."""

    desk: str
    found: tuple[Found, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Tried:
    """What a rule would have brought in a day: `found`, and how many were `left_out` of the `read` ones.

    `too_many` says that there were more than were read. `network_name` is such as "X".
    """

    rule: Rule
    network_name: str
    found: tuple[Mention, ...]
    left_out: int
    read: int
    too_many: bool
