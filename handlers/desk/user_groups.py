"""The Slack user groups that a role names, and their members: asked every five minutes in the background."""

from __future__ import annotations

from time import monotonic

from slack_sdk import WebClient

from bot.platform import slack
from handlers.lookups import Lookups

FRESH_SECONDS = 300


class UserGroups:
    """Members of the named groups. While Slack cannot be asked, the last known members count."""

    def __init__(self, client: WebClient, groups: frozenset[str]) -> None:
        self._client = client
        self._groups = groups
        self._members: dict[str, frozenset[str]] = {}
        self._read_at: dict[str, float] = {}
        self._lookups = Lookups("usergroups.users.list", self._ask)

    def of(self, user: str) -> tuple[frozenset[str], frozenset[str]]:
        """Return the named groups that the user is in, and the groups that Slack has never told us about.

        Waits briefly for the latter only.
        """
        self.refresh()
        self._lookups.wait(*(self._groups - self._members.keys()))
        known = self._members.copy()
        return frozenset(group for group, members in known.items() if user in members), self._groups - known.keys()

    def refresh(self) -> None:
        """Start asking Slack about every group that was not read recently; wait for nothing."""
        due = monotonic() - FRESH_SECONDS
        self._lookups.start(*(group for group in self._groups if self._read_at.get(group, due) <= due))

    def stop(self) -> None:
        self._lookups.stop()

    def _ask(self, group: str) -> None:
        answer = slack.call(self._client, "usergroups.users.list", usergroup=group)
        self._members[group] = frozenset(answer["users"])
        self._read_at[group] = monotonic()
