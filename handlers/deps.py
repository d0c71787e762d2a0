"""What every handler needs: the use cases' context, the way to Slack, and the reader's language."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from slack_sdk import WebClient

from bot.domain.clock.said import EXAMPLE
from bot.domain.common import typed
from bot.domain.common.errors import RefusalCode, Refused
from bot.domain.common.typed import Typed
from bot.domain.desk.names import plain_name
from bot.domain.desk.standing import Standing
from bot.domain.replies.second_look import Finding, Misspelt
from bot.networks.base import Outgoing
from bot.platform import slack
from bot.platform.i18n import Translator, translator
from bot.settings import Desk
from bot.usecases.desk.context import Actor, Context, Source
from bot.usecases.replies import second_look
from bot.views.common.blocks import SlackMessage
from bot.views.common.modal_update import block_of
from handlers.desk.agents import Agents
from handlers.desk.members import Members
from handlers.payloads import unreadable
from handlers.suggestions import Suggestions
from storage.engine import DatabaseError

log = logging.getLogger(__name__)

Body = dict[str, Any]

PAGE = 200  # members of a channel; Slack recommends no more
AFTER_ACK_THREADS = 8


class HandlerDeps:
    """Shared by all handlers of one process."""

    def __init__(self, ctx: Context, client: WebClient) -> None:
        self.ctx = ctx
        self.client = client
        desks = ctx.settings.desks
        groups = frozenset(group for desk in desks for group in desk.groups)
        channels = frozenset(channel for desk in desks for channel in desk.channels)
        self._groups = Members("usergroups.users.list", groups, self._in_group)
        self._channels = Members("conversations.members", channels, self._in_channel)
        self._agents = Agents(ctx, client)
        self._suggestions = Suggestions()
        self._pool = ThreadPoolExecutor(AFTER_ACK_THREADS, thread_name_prefix="after-ack")

    def language(self, user: str) -> Translator:
        """Return the agent's own language: remembered, else asked of Slack, else the first desk's."""
        self._agents.meet(user)
        return self.remembered_language(user)

    def remembered_language(self, user: str) -> Translator:
        """Return the agent's language without asking anybody, for when the database is away and time is short."""
        agent = self._agents.remembered(user)
        return translator(agent.locale if agent else self.ctx.settings.desks[0].language)

    def meet(self, *users: str) -> None:
        """Learn who these users are if that is unknown. It takes a moment and may fail."""
        self._agents.meet(*users)

    def actor(self, body: Body, via: Source) -> Actor:
        """Return who acts, from where, and with which of the user groups that a role names."""
        user, channel = user_of(body), channel_of(body)
        actor = replace(self.member(user), via=via, idempotency_key=fingerprint(body), channel=channel)
        if not all(map(self.ctx.workspace.is_home, _teams(body))):
            actor = replace(actor, standing=Standing.STRANGER)
        return actor if channel in self._channels.sets else replace(actor, channels=self._channels_of(user))

    def introduced(self, body: Body, via: Source) -> Actor:
        """Return the actor with a name, for what is signed with it; somebody new is looked up first."""
        user = user_of(body)
        self._agents.meet(user)
        agent = self._agents.remembered(user)
        return replace(self.actor(body, via), name=agent.name if agent else "")

    def read(self, text: str) -> Typed:
        """Decode what somebody typed in Slack; members whom it mentions are looked up first."""
        mentioned = typed.members(text)
        self._agents.meet(*mentioned)
        met = {user: self._agents.remembered(user) for user in mentioned}
        return typed.read(text, {user: plain_name(agent.name) for user, agent in met.items() if agent})

    def field(self, body: Body, name: str) -> str:
        """Return what somebody typed into a modal's field, decoded. Raises Refused("slack_notation")."""
        return self.read(entered(body, name).get("value") or "").require(name)

    def member(self, user: str) -> Actor:
        """Return somebody who only looks. Until Slack has told otherwise they are a member like others."""
        self._agents.meet(user)
        agent = self._agents.remembered(user)
        groups, unread = self._groups.of(user)
        standing = agent.standing if agent else Standing.MEMBER
        return Actor(user, "button", groups=groups, unread=unread, standing=standing)

    def candidate(self, user: str) -> Actor:
        """Return somebody whom a thread may be given to, as Slack describes them at this moment."""
        agent = self._agents.ask(user)
        standing = agent.standing if agent else Standing.UNKNOWN
        return replace(self.member(user), standing=standing, channels=self._channels_of(user))

    def learn_anew(self, user: str) -> None:
        """Ask Slack anew about a user of whom it told that something has changed, if we know them at all."""
        self._agents.learn_anew(user)

    def prepare(self) -> None:
        """Prepare for the first click.

        Learn who has which role, learn who the configured agents and leads are, and load what reads and counts a text.
        """
        self._groups.refresh()
        self._channels.refresh()
        for desk in self.ctx.settings.desks:
            for user in sorted({*desk.agents, *desk.leads}):
                self._agents.learn(user)
        for account in self.ctx.accounts.values():
            account.count(Outgoing(""))
        typed.prepare()
        second_look.prepare(self.ctx)
        self._suggestions.prepare(second_look.spoken(self.ctx))

    def with_suggestions(self, finding: Finding) -> Finding:
        """Return what was found in a reply with what misspelt words were probably meant to be, if that is quick."""
        if not isinstance(finding, Misspelt):
            return finding
        return replace(finding, meant=self._suggestions.of(finding.words, finding.language))

    def desk(self, body: Body) -> Desk:
        """Return the desk in whose channel somebody acts, or else the first desk."""
        return self.ctx.settings.desk_of_channel(channel_of(body) or "") or self.ctx.settings.desks[0]

    def later(self, work: Callable[..., object], *arguments: Any, **named: Any) -> None:
        """Do this after the acknowledgement. It may call Slack, and its failure undoes nothing."""
        self._pool.submit(self._quietly, work, arguments, named)

    def open(self, body: Body, view: dict[str, Any]) -> str:
        """Open a modal and return its id.

        This is the one call that cannot wait, because its trigger lives for three seconds.
        """
        opened = slack.call(self.client, "views.open", trigger_id=body["trigger_id"], view=view)
        return str(opened["view"]["id"])

    def push(self, body: Body, view: dict[str, Any]) -> None:
        """Put a modal on top of the one in which somebody just acted; when it closes, that one is there again."""
        slack.call(self.client, "views.push", trigger_id=body["trigger_id"], view=view)

    def update(self, shown: Body, view: dict[str, Any]) -> None:
        """Show an open modal anew, unless it has changed since Slack sent it."""
        slack.call(self.client, "views.update", view_id=shown["id"], hash=shown["hash"], view=view)

    def post_ephemeral(self, user: str, channel: str, message: SlackMessage) -> None:
        """Tell one person something in a channel, or directly if they are not in it. Call it through `later`."""
        slack.post_ephemeral(self.client, channel, user, message.text, message.blocks)

    def stop(self) -> None:
        self._pool.shutdown(wait=True)
        self._groups.stop()
        self._channels.stop()
        self._agents.stop()
        self._suggestions.stop()

    def _channels_of(self, user: str) -> frozenset[str] | None:
        """Return the desks' channels that somebody is in; None if Slack has not told."""
        channels, unread = self._channels.of_newcomer(user)
        return None if unread and not channels else channels

    def _in_group(self, group: str) -> frozenset[str]:
        return frozenset(slack.call(self.client, "usergroups.users.list", usergroup=group)["users"])

    def _in_channel(self, channel: str) -> frozenset[str]:
        found: set[str] = set()
        cursor: str | None = None
        while True:
            page = slack.call(self.client, "conversations.members", channel=channel, limit=PAGE, cursor=cursor)
            found.update(page["members"])
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return frozenset(found)

    def _quietly(self, work: Callable[..., object], arguments: tuple[Any, ...], named: dict[str, Any]) -> None:
        try:
            work(*arguments, **named)
        except (slack.SlackError, DatabaseError, Refused) as error:
            log.warning("a courtesy to an agent failed", extra={"fields": {"error": str(error)[:200]}})
        except Exception as error:
            if where := unreadable(error):
                log.warning("what Slack sent cannot be read", extra={"fields": {"at": where}})
            else:
                log.exception("a courtesy to an agent failed")


def user_of(body: Body) -> str:
    """Return the Slack id of whoever acted, from any payload that Slack sends."""
    found: str = body.get("user_id") or body.get("user", {}).get("id") or body.get("event", {}).get("user", "")
    return found


def _teams(body: Body) -> Iterator[str]:
    """Yield the workspaces that a payload says its user belongs to."""
    user = body.get("user")
    for team in (body.get("team_id"), user.get("team_id") if isinstance(user, dict) else None):
        if isinstance(team, str):
            yield team


def channel_of(body: Body) -> str | None:
    """Return where somebody acted; None in the App Home and in a modal."""
    channel: str | None = body.get("channel_id") or (body.get("channel") or {}).get("id")
    return channel


def view_of(body: Body, kind: str) -> Body | None:
    """Return the view in which somebody acted if it is of this kind ("modal" or "home"), else None."""
    view = body.get("view")
    return view if isinstance(view, dict) and view.get("type") == kind else None


def is_ephemeral(body: Body) -> bool:
    """Tell whether they acted in a message that only they see."""
    return bool(body.get("container", {}).get("is_ephemeral"))


def ephemeral(message: SlackMessage) -> Body:
    """Return a message as the answer to a click or a command; only whoever acted sees it."""
    return {"response_type": "ephemeral", "text": message.text, "blocks": message.blocks}


def fingerprint(body: Body) -> str:
    """Return the same text only for an exact repeat of what Slack sent; every click has its own trigger."""
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def metadata(body: Body) -> Body:
    """Return what our view wrote into a modal."""
    kept: Body = json.loads(body["view"]["private_metadata"])
    return kept


def entered(body: Body, name: str) -> Body:
    """Return what is in a modal's field, whose block and action share the id; {} if Slack left it out."""
    return body["view"]["state"]["values"].get(block_of(body["view"], name), {}).get(name) or {}


def chosen(body: Body, name: str) -> str | None:
    """Return what was chosen in a modal's menu, None if nothing was."""
    option = entered(body, name).get("selected_option")
    return option["value"] if option else None


def picked(body: Body, *, choice: str, other: str) -> datetime:
    """Return the time that was picked in the field `other`, else what was chosen in the field `choice`.

    Raises Refused("time_unreadable") if there is neither.
    """
    seconds = entered(body, other).get("selected_date_time")
    if isinstance(seconds, int):
        return datetime.fromtimestamp(seconds, UTC)
    try:
        chosen = datetime.fromisoformat(entered(body, choice)["selected_option"]["value"])
    except (KeyError, TypeError, ValueError):
        raise Refused(RefusalCode.TIME_UNREADABLE, piece="—", meant=EXAMPLE, field=other) from None
    return chosen if chosen.tzinfo else chosen.replace(tzinfo=UTC)


def number(action: Body) -> int:
    """Return the thread or reply that a button stands for. Raises Refused("unknown_thread") for a forged value."""
    return numbered(action["value"])


def numbered(value: str) -> int:
    """Read a number that Slack hands back to us. Raises Refused("unknown_thread") if somebody forged it."""
    if not (value.isascii() and value.isdigit() and len(value) <= 9):
        raise Refused(RefusalCode.UNKNOWN_THREAD, number=value)
    return int(value)
