"""Slack user groups that a role names, and who is in them: asked anew every five minutes, behind the clicks' back."""

from __future__ import annotations

from time import monotonic

from slack_sdk import WebClient

from bot.platform import slack
from handlers.lookups import Lookups

FRESH_SECONDS = 300


class UserGroups:
    """Members of the named groups. While Slack cannot tell, the last known ones count."""

    def __init__(self, client: WebClient, groups: frozenset[str]) -> None:
        self._client = client
        self._groups = groups
        self._members: dict[str, frozenset[str]] = {}
        self._read_at: dict[str, float] = {}
        self._questions = Lookups("usergroups.users.list", self._ask)

    def of(self, user: str) -> tuple[frozenset[str], frozenset[str]]:
        """The named groups that the user is in, and those of which Slack has never told; only these are waited for."""
        self.refresh()
        self._questions.wait(*(self._groups - self._members.keys()))
        known = self._members.copy()
        return frozenset(group for group, members in known.items() if user in members), self._groups - known.keys()

    def refresh(self) -> None:
        """Have Slack asked about all that was not read of late; waits for nothing."""
        due = monotonic() - FRESH_SECONDS
        self._questions.put(*(group for group in self._groups if self._read_at.get(group, due) <= due))

    def stop(self) -> None:
        self._questions.stop()

    def _ask(self, group: str) -> None:
        answer = slack.call(self._client, "usergroups.users.list", usergroup=group)
        self._members[group] = frozenset(answer["users"])
        self._read_at[group] = monotonic()
