"""Asks Slack who the people of a roster are."""

from __future__ import annotations

import logging
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from slack_sdk import WebClient

from bot.domain.desk.roster import RosterError
from bot.platform import slack
from bot.usecases.desk import agents
from bot.usecases.desk.context import Context

log = logging.getLogger(__name__)

FRESH = timedelta(hours=1)
"""For so long it counts who was in a channel."""
PAGE = 200  # members of a channel; Slack recommends no more
MOST_IN_CHANNEL = 300
"""Each is a question to Slack, once a day: nobody is looked up in a channel that the whole company is in."""
_NOBODY = {"user_not_found", "users_not_found", "user_not_visible"}


class SlackPeople:
    """What Slack says about people; see bot.usecases.desk.roster_reading.People."""

    def __init__(self, ctx: Context, client: WebClient) -> None:
        self._ctx, self._client = ctx, client
        self._at_address: dict[str, str] = {}
        self._in_channel: dict[str, tuple[datetime, frozenset[str]]] = {}

    def learn(self, ids: Collection[str]) -> None:
        now = self._ctx.clock.now()
        for user in sorted(ids):
            known = agents.known(self._ctx, user)
            if known is None or known.until <= now:
                self._learn(user)

    def at_address(self, address: str) -> str | None:
        if address not in self._at_address:
            try:
                told = self._call("users.lookupByEmail", email=address)["user"]
            except slack.Rejected as error:
                if error.code in _NOBODY:
                    return None
                raise _failure(error) from None
            self._at_address[address] = str(told["id"])
        user = self._at_address[address]
        self.learn([user])
        return user

    def in_group(self, group: str) -> frozenset[str]:
        try:
            return frozenset(self._call("usergroups.users.list", usergroup=group)["users"])
        except slack.Rejected as error:
            raise _failure(error) from None

    def in_channel(self, channel: str) -> frozenset[str]:
        now = self._ctx.clock.now()
        known = self._in_channel.get(channel)
        if known is None or now - known[0] >= FRESH or now < known[0]:
            known = self._in_channel[channel] = now, self._members(channel)
        return known[1]

    def _members(self, channel: str) -> frozenset[str]:
        found: set[str] = set()
        cursor = ""
        try:
            while True:
                more = {"cursor": cursor} if cursor else {}
                told = self._call("conversations.members", channel=channel, limit=PAGE, **more)
                found |= set(told["members"])
                cursor = (told.get("response_metadata") or {}).get("next_cursor") or ""
                if len(found) > MOST_IN_CHANNEL:
                    log.info("too many members to be looked up by name", extra={"fields": {"channel": channel}})
                    return frozenset()
                if not cursor:
                    return frozenset(found)
        except slack.Rejected as error:
            fields = {"channel": channel, "error": error.code}
            log.warning("Slack does not tell who is in a channel", extra={"fields": fields})
            return frozenset()

    def _learn(self, user: str) -> None:
        try:
            told = self._call("users.info", user=user, include_locale=True)["user"]
        except slack.Rejected as error:
            if error.code in _NOBODY:
                return
            raise _failure(error) from None
        agents.keep(self._ctx, agents.described(user, told, self._ctx.workspace))

    def _call(self, method: str, **arguments: Any) -> dict[str, Any]:
        """Call Slack. Raises slack.Rejected, and RosterError("slack") for what may pass."""
        try:
            return slack.call(self._client, method, **arguments)
        except slack.Rejected:
            raise
        except slack.SlackError as error:
            raise RosterError("slack", str(error)) from None


def _failure(error: slack.Rejected) -> RosterError:
    if error.code == "missing_scope":
        return RosterError("no_scope")
    return RosterError("no_group" if error.code in ("no_such_subteam", "subteam_not_found") else "slack", error.code)
