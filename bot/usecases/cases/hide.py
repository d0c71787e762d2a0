"""Hide: a network shows a customer's post to fewer people, when a colleague says why; and unhide."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from bot.domain.cases.conversation import EventKind, Post
from bot.domain.cases.thread import Thread
from bot.domain.common.clean import clean
from bot.domain.common.errors import RefusalCode, Refused
from bot.networks import SPECS, network_name
from bot.networks.base import Ambiguous, Deed, NotDone, Rejected
from bot.usecases.cases.transition import add_line, allowed, found
from bot.usecases.desk.context import THE_DESK, Actor, Context
from storage import outbox
from storage.cases import posts
from storage.engine import Connection, reading, transaction
from storage.outbox.tasks import task

log = logging.getLogger(__name__)

TASK = "hide"
AGAIN_SECONDS = 60.0


def hide(ctx: Context, actor: Actor, thread_id: int, reason: str) -> None:
    """Have the customer's newest post hidden. The reason stands in the timeline.

    Raises Refused: "reason_missing", "cannot_hide", "not_allowed", "unknown_thread".
    """
    with transaction(ctx.engine) as connection:
        thread, post = _newest(connection, ctx, actor, thread_id)
        if not clean(reason):
            raise Refused(RefusalCode.REASON_MISSING, thread=thread_id)
        if posts.hide(connection, post.id, actor.id):
            add_line(connection, thread_id, ctx.clock.now(), actor, EventKind.HIDDEN, reason=clean(reason))
            _ask(connection, ctx, thread, post)
    ctx.wake()


def unhide(ctx: Context, actor: Actor, thread_id: int) -> None:
    """Have it shown again. Raises Refused: "cannot_hide", "not_allowed", "unknown_thread"."""
    with transaction(ctx.engine) as connection:
        thread, post = _newest(connection, ctx, actor, thread_id)
        if posts.unhide(connection, post.id):
            add_line(connection, thread_id, ctx.clock.now(), actor, EventKind.UNHIDDEN)
            _ask(connection, ctx, thread, post)
    ctx.wake()


def send(ctx: Context, arguments: Mapping[str, Any]) -> None:
    """Ask the network for what is wanted by now; asked twice it does the same. Raises NotDone if it did not."""
    with reading(ctx.engine) as connection:
        post = next(iter(posts.by_id(connection, [int(arguments["post"])])), None)
    account = ctx.accounts.get(post.account) if post else None
    if post is None or account is None or post.deleted_at is not None:
        return
    try:
        account.do(Deed.HIDE if post.hidden_by else Deed.UNHIDE, post.external_id)
    except Ambiguous as error:
        raise NotDone(error.detail, AGAIN_SECONDS) from error
    except NotDone:
        raise
    except Rejected as error:
        log.warning("network refused", extra={"fields": {"post": post.id, "code": error.code, "error": error.detail}})
        with transaction(ctx.engine) as connection:
            thread = found(connection, post.thread_id)
            posts.unhide(connection, post.id)
            add_line(connection, thread.id, ctx.clock.now(), THE_DESK, EventKind.HIDE_REFUSED, error=error.code)
        ctx.wake()


def _newest(connection: Connection, ctx: Context, actor: Actor, thread_id: int) -> tuple[Thread, Post]:
    """Return the thread, locked, and the customer's newest post in it."""
    thread = allowed(connection, ctx, actor, "reply", thread_id)
    can = SPECS[thread.account.partition(":")[0]].can.deeds
    newest = posts.newest_standing(connection, [thread_id]).get(thread_id)
    if newest is None or thread.erased_at or thread.private or Deed.HIDE not in can:
        raise Refused(RefusalCode.CANNOT_HIDE, thread=thread_id, network=network_name(thread.account))
    return thread, newest


def _ask(connection: Connection, ctx: Context, thread: Thread, post: Post) -> None:
    outbox.want(connection, task(TASK, post.id, {"post": post.id}, thread_id=thread.id), at=ctx.clock.now())
