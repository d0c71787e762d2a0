"""Slack user groups that a role names: who is in them, asked at most once in five minutes."""

from __future__ import annotations

import logging
import time
from collections.abc import Set as AbstractSet

from slack_sdk import WebClient

from bot import slack

log = logging.getLogger(__name__)

FRESH_SECONDS = 300


class Groups:
    """Members of the named groups. While Slack cannot tell, the last known ones count; nobody before the first time."""

    def __init__(self, client: WebClient, groups: AbstractSet[str]) -> None:
        self._client = client
        self._members: dict[str, frozenset[str]] = dict.fromkeys(groups, frozenset())
        self._asked_at = float("-inf")

    def of(self, user: str) -> frozenset[str]:
        """The named groups that the user is in; asks Slack nothing when no role names a group."""
        if self._members and time.monotonic() - self._asked_at > FRESH_SECONDS:
            self._asked_at = time.monotonic()
            self._ask()
        return frozenset(group for group, members in self._members.items() if user in members)

    def _ask(self) -> None:
        for group in self._members:
            try:
                answer = slack.call(self._client, "usergroups.users.list", usergroup=group)
            except slack.SlackError as error:
                log.warning("a user group could not be read", extra={"facts": {"group": group, "error": str(error)}})
            else:
                self._members[group] = frozenset(answer["users"])
