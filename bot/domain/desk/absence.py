"""Absence: whoever is not there has left Slack, or has set a status that says so."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from bot.domain.desk.standing import Standing


class Colleague(Protocol):
    """What Slack told of an agent: what they are here, and the status that they have set."""

    @property
    def standing(self) -> Standing: ...

    @property
    def status_emoji(self) -> str: ...

    @property
    def status_until(self) -> datetime | None: ...


def is_away(agent: Colleague, emoji: Collection[str], at: datetime) -> bool:
    """Tell whether the agent is not there at that time. `emoji` are those of a status that says so."""
    return agent.standing is Standing.DEACTIVATED or (agent.status_emoji in emoji and not _is_over(agent, at))


def since(before: Colleague | None, began: datetime | None, now: Colleague, at: datetime) -> datetime:
    """Return since when an agent is as Slack says they are `now`; `before`, they were so since `began`.

    A status that only ends at another time is the same one.
    """
    if before is None or began is None or _is_over(before, at):
        return at
    same = (before.standing, before.status_emoji) == (now.standing, now.status_emoji)
    return began if same else at


def _is_over(agent: Colleague, at: datetime) -> bool:
    return agent.status_until is not None and agent.status_until <= at
