"""Who the agents are: remembered, stored, and asked of Slack once a day in the background."""

from __future__ import annotations

import logging

from slack_sdk import WebClient

from bot.domain.cases.conversation import Agent
from bot.platform import slack
from bot.usecases.desk import agents
from bot.usecases.desk.agents import Known
from bot.usecases.desk.context import Context, Workspace
from handlers.lookups import Lookups
from storage.engine import DatabaseError

log = logging.getLogger(__name__)


class Agents:
    """Agents as Slack knows them. While Slack cannot be asked, its last answer counts."""

    def __init__(self, ctx: Context, client: WebClient) -> None:
        self._ctx, self._client = ctx, client
        self._known: dict[str, Known] = {}
        self._lookups = Lookups("users.info", self._ask)

    def remembered(self, user: str) -> Agent | None:
        """Return the agent if remembered, without asking anybody."""
        known = self._known.get(user)
        return known.agent if known else None

    def meet(self, *users: str) -> None:
        """Learn who these users are; wait briefly, all together, for those of whom nothing is known."""
        stale = [user for user in users if self._is_stale(user)]
        self._lookups.start(*stale)
        self._lookups.wait(*(user for user in stale if user not in self._known))

    def learn(self, user: str) -> None:
        """Learn who this user is in this thread, however long Slack takes."""
        if self._is_stale(user):
            self._lookups.answer(user)

    def learn_anew(self, user: str) -> None:
        """Learn who this user is now, if they are known, in this thread, however long Slack takes."""
        if agents.known(self._ctx, user) is not None:
            self._lookups.answer(user)

    def stop(self) -> None:
        self._lookups.stop()

    def _is_stale(self, user: str) -> bool:
        """Tell whether to ask Slack. No while the database is away, because it could not store the answer."""
        now, known = self._ctx.clock.now(), self._known.get(user)
        if known is None or known.until <= now:
            try:
                stored = agents.known(self._ctx, user)
            except DatabaseError as error:
                fields = {"user": user, "error": type(error).__name__}
                log.warning("an agent's profile could not be read", extra={"fields": fields})
                return False
            if stored is not None and (known is None or stored.until > known.until):
                known = self._known[user] = stored
        return known is None or known.until <= now

    def ask(self, user: str) -> Agent | None:
        """Learn who this user is now, whatever is known; wait briefly. Returns None if nothing is known of them."""
        self._lookups.start(user)
        self._lookups.wait(user)
        self.meet(user)
        return self.remembered(user)

    def _workspace(self) -> Workspace:
        """Return the workspace, with its id unless Slack cannot tell it now."""
        workspace = self._ctx.workspace
        if workspace.team is None:
            try:
                workspace.learn(slack.call(self._client, "auth.test").get)
            except slack.SlackError as error:
                log.warning("the workspace's id could not be read", extra={"fields": {"error": str(error)}})
        return workspace

    def _ask(self, user: str) -> None:
        answer = slack.call(self._client, "users.info", user=user, include_locale=True)["user"]
        agent = agents.described(user, answer, self._workspace())
        # Kept for now, and asked again at once unless the next line stores it.
        self._known[user] = Known(agent, until=self._ctx.clock.now())
        self._known[user] = agents.keep(self._ctx, agent)
