"""Hide: a network shows a customer's post to fewer people, when a colleague says why; and unhide."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.domain.cases.conversation import EventKind, Post
from bot.domain.cases.thread import Thread
from bot.domain.common.clean import clean
from bot.domain.common.errors import RefusalCode, Refused
from bot.networks import network_name
from bot.networks.base import Ambiguous, Deed
from bot.usecases.cases import deeds
from bot.usecases.cases.transition import add_line, allowed, found
from bot.usecases.desk.context import THE_DESK, Actor, Context
from storage import outbox
from storage.cases import messages, posts
from storage.cases.messages import NotePayload
from storage.engine import Connection, reading, transaction
from storage.outbox.tasks import task

TASK = "hide"


def hide(ctx: Context, actor: Actor, thread_id: int, reason: str) -> None:
    """Have the customer's newest post that is shown hidden. The reason stands in the timeline.

    Raises Refused: "reason_missing", "cannot_hide", "hidden_already", "not_allowed", "unknown_thread".
    """
    with transaction(ctx.engine) as connection:
        thread = allowed(connection, ctx, actor, "reply", thread_id)
        can = deeds.can(ctx, thread.account, Deed.HIDE)
        post = posts.newest_standing(connection, [thread_id]).get(thread_id)
        if post is None or not can or thread.erased_at or thread.private:
            raise Refused(RefusalCode.CANNOT_HIDE, thread=thread_id, network=network_name(thread.account))
        if not clean(reason):
            raise Refused(RefusalCode.REASON_MISSING, thread=thread_id)
        if post.hidden_by is not None:
            raise Refused(RefusalCode.HIDDEN_ALREADY, thread=thread_id)
        posts.hide(connection, post.id, actor.id)
        add_line(connection, thread_id, ctx.clock.now(), actor, EventKind.HIDDEN, reason=clean(reason))
        _ask(connection, ctx, post, actor.id)
    ctx.wake()


def unhide(ctx: Context, actor: Actor, thread_id: int) -> None:
    """Have the newest post that is hidden shown again.

    Raises Refused: "not_hidden", "not_allowed", "unknown_thread".
    """
    with transaction(ctx.engine) as connection:
        allowed(connection, ctx, actor, "reply", thread_id)
        post = posts.newest_hidden(connection, thread_id)
        if post is None:
            raise Refused(RefusalCode.NOT_HIDDEN, thread=thread_id)
        posts.unhide(connection, post.id)
        add_line(connection, thread_id, ctx.clock.now(), actor, EventKind.UNHIDDEN)
        _ask(connection, ctx, post, post.hidden_by or "")
    ctx.wake()


def send(ctx: Context, arguments: Mapping[str, Any]) -> None:
    """Ask the network for what is wanted by now; asked twice it does the same. Raises NotDone if it did not."""
    with reading(ctx.engine) as connection:
        post = next(iter(posts.by_id(connection, [int(arguments["post"])])), None)
    account = ctx.accounts.get(post.account) if post else None
    if post is None or post.deleted_at is not None:
        return
    deed = Deed.HIDE if post.hidden_by else Deed.UNHIDE
    try:
        refused = deeds.ask(account, deed, post.external_id, post=post.id) if account else deeds.NOT_CONFIGURED
    except Ambiguous as error:
        raise deeds.again(error) from error
    if refused:
        with transaction(ctx.engine) as connection:
            thread = found(connection, post.thread_id)
            if post.hidden_by:
                posts.unhide(connection, post.id)
            else:
                posts.hide(connection, post.id, str(arguments["by"]))
            what = EventKind.HIDE_REFUSED if post.hidden_by else EventKind.UNHIDE_REFUSED
            at = ctx.clock.now()
            add_line(connection, thread.id, at, THE_DESK, what, error=refused)
            if post.hidden_by:
                _tell(connection, ctx, thread, post.hidden_by, at)
        ctx.wake()


def _tell(connection: Connection, ctx: Context, thread: Thread, agent: str, at: datetime) -> None:
    """Tell who had it hidden that it still stands: they took it for done."""
    told = NotePayload(EventKind.HIDE_REFUSED, {"to": agent, "network": network_name(thread.account)})
    outbox.want_once(connection, messages.note(thread.id, ctx.channel_of(thread), at, told), at=at)


def _ask(connection: Connection, ctx: Context, post: Post, by: str) -> None:
    """Have the network asked; `by` is in whose name the post is hidden if it is not shown again."""
    wanted = task(TASK, post.id, {"post": post.id, "by": by}, thread_id=post.thread_id)
    outbox.want(connection, wanted, at=ctx.clock.now())
