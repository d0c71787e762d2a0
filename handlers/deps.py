"""What every handler needs: the use cases' context, the way to Slack, and the reader's language."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from slack_sdk import WebClient

from bot.domain.common.errors import RefusalCode, Refused
from bot.platform import slack
from bot.platform.i18n import Translator, translator
from bot.settings import Desk
from bot.usecases.desk.context import Actor, Context, Source
from bot.views.common.blocks import SlackMessage
from handlers.desk.agents import Agents
from handlers.desk.user_groups import UserGroups
from storage.engine import DatabaseError

log = logging.getLogger(__name__)

Body = dict[str, Any]


class HandlerDeps:
    """Shared by all handlers of one process."""

    def __init__(self, ctx: Context, client: WebClient) -> None:
        self.ctx = ctx
        self.client = client
        self._groups = UserGroups(
            client, frozenset(group for desk in ctx.settings.desks for group in desk.roles.groups)
        )
        self._agents = Agents(ctx, client)
        self._pool = ThreadPoolExecutor(8, thread_name_prefix="after-ack")

    def language(self, user: str) -> Translator:
        """The agent's own language: remembered, else asked of Slack, else the first desk's."""
        self._agents.meet(user)
        return self.remembered_language(user)

    def remembered_language(self, user: str) -> Translator:
        """The same without asking anybody, for when the database is away and the three seconds are running."""
        agent = self._agents.remembered(user)
        return translator(agent.locale if agent else self.ctx.settings.desks[0].language)

    def meet(self, *users: str) -> None:
        """Learn who they are, where that is not known: it takes a moment, and may be in vain."""
        self._agents.meet(*users)

    def actor(self, body: Body, via: Source) -> Actor:
        """Who acts, from where, and with which of the user groups that a role names."""
        user = user_of(body)
        return replace(self.member(user), via=via, idempotency_key=fingerprint(body), channel=channel_of(body))

    def introduced(self, body: Body, via: Source) -> Actor:
        """The same for what is signed with a name: somebody new is met first."""
        user = user_of(body)
        self._agents.meet(user)
        agent = self._agents.remembered(user)
        return replace(self.actor(body, via), name=agent.name if agent else "")

    def member(self, user: str) -> Actor:
        """Somebody who looks and has not acted."""
        groups, unread = self._groups.of(user)
        return Actor(user, "button", groups=groups, unread=unread)

    def prepare(self) -> None:
        """Learn who has which role and who the configured agents and leads are, and load what counts a text, before the
        first click asks."""
        self._groups.refresh()
        for desk in self.ctx.settings.desks:
            for user in sorted({*desk.agents, *desk.leads}):
                self._agents.learn(user)
        for account in self.ctx.accounts.values():
            account.count("")

    def desk(self, body: Body) -> Desk:
        """The desk in whose channel somebody acts; elsewhere the first one."""
        return self.ctx.settings.desk_of_channel(channel_of(body) or "") or self.ctx.settings.desks[0]

    def later(self, work: Callable[..., object], *arguments: Any, **named: Any) -> None:
        """Do this after the acknowledgement: it may call Slack, and its failure changes nothing that was decided."""
        self._pool.submit(self._quietly, work, arguments, named)

    def open(self, body: Body, view: dict[str, Any]) -> None:
        """Open a modal: the one call that cannot wait, because the trigger lives for three seconds."""
        slack.call(self.client, "views.open", trigger_id=body["trigger_id"], view=view)

    def whisper(self, user: str, channel: str, message: SlackMessage) -> None:
        """Tell one person something in a channel, or directly when they are not in it; call it through `later`."""
        slack.whisper(self.client, channel, user, message.text, message.blocks)

    def stop(self) -> None:
        self._pool.shutdown(wait=True)
        self._groups.stop()
        self._agents.stop()

    def _quietly(self, work: Callable[..., object], arguments: tuple[Any, ...], named: dict[str, Any]) -> None:
        try:
            work(*arguments, **named)
        except (slack.SlackError, DatabaseError, Refused) as error:
            log.warning("a courtesy to an agent failed", extra={"fields": {"error": str(error)[:200]}})
        except Exception:
            log.exception("a courtesy to an agent failed")


def user_of(body: Body) -> str:
    """The Slack id of whoever acted, in every payload that Slack sends."""
    found: str = body.get("user_id") or body.get("user", {}).get("id") or body.get("event", {}).get("user", "")
    return found


def channel_of(body: Body) -> str | None:
    """Where somebody acted; None in the App Home and in a modal."""
    channel: str | None = body.get("channel_id") or (body.get("channel") or {}).get("id")
    return channel


def view_of(body: Body, kind: str) -> Body | None:
    """The view in which somebody acted, when it is of this kind ("modal" or "home")."""
    view = body.get("view")
    return view if isinstance(view, dict) and view.get("type") == kind else None


def whispered(body: Body) -> bool:
    """Whether they acted in a message that they alone see."""
    return bool(body.get("container", {}).get("is_ephemeral"))


def fingerprint(body: Body) -> str:
    """The same for a byte-for-byte repeat of what Slack sent, and for nothing else: every click has its own trigger."""
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def metadata(body: Body) -> Body:
    """What the view wrote into a modal, to be read when it comes back: at least `thread`."""
    kept: Body = json.loads(body["view"]["private_metadata"])
    return kept


def entered(body: Body, name: str) -> Body:
    """What stands in a modal's field, whose block and action have the same id; nothing when Slack left it out."""
    return body["view"]["state"]["values"].get(name, {}).get(name) or {}


def number(action: Body) -> int:
    """The thread or reply that a button stands for. Refused("unknown_thread") when its value was tampered with."""
    return numbered(action["value"])


def numbered(value: str) -> int:
    """A number that Slack hands back to us, and that somebody may have edited on the way."""
    if not (value.isascii() and value.isdigit() and len(value) <= 9):
        raise Refused(RefusalCode.UNKNOWN_THREAD, number=value)
    return int(value)
