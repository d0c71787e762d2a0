"""Asks Slack who the people of a roster are."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from slack_sdk import WebClient

from bot.domain.desk.roster import RosterError
from bot.platform import slack
from bot.usecases.desk import agents
from bot.usecases.desk.context import Context

_NOBODY = {"user_not_found", "users_not_found", "user_not_visible"}


class SlackPeople:
    """What Slack says about people; see bot.usecases.desk.roster_reading.People."""

    def __init__(self, ctx: Context, client: WebClient) -> None:
        self._ctx, self._client = ctx, client
        self._at_address: dict[str, str] = {}

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
