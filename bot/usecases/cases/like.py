"""Like: our account likes what a customer wrote, when a colleague says so."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from bot.domain.cases.conversation import EventKind, Post
from bot.domain.common.errors import RefusalCode, Refused
from bot.networks.base import Ambiguous, Deed, NotDone
from bot.usecases.cases import deeds
from bot.usecases.cases.transition import add_line, allowed, found
from bot.usecases.desk.context import THE_DESK, Actor, Context
from storage import outbox
from storage.cases import posts
from storage.engine import reading, transaction
from storage.outbox.tasks import task

log = logging.getLogger(__name__)

TASK = "like"


def like(ctx: Context, actor: Actor, post_id: int) -> None:
    """Have our account like a post. A second tap changes nothing.

    Raises Refused: "cannot_like", "not_allowed", "unknown_thread".
    """
    at = ctx.clock.now()
    with reading(ctx.engine) as connection:
        known = posts.by_id(connection, [post_id])
    if not known:
        raise Refused(RefusalCode.UNKNOWN_THREAD, number=post_id)
    with transaction(ctx.engine) as connection:
        thread = allowed(connection, ctx, actor, "reply", known[0].thread_id)
        (post,) = posts.by_id(connection, [post_id])
        if not post.inbound or post.deleted_at is not None or thread.erased_at is not None:
            raise Refused(RefusalCode.CANNOT_LIKE)
        if not can_like(ctx, post):
            raise Refused(RefusalCode.CANNOT_LIKE)
        if posts.like(connection, post_id, actor.id):
            add_line(connection, thread.id, at, actor, EventKind.LIKED)
            wanted = task(TASK, post_id, {"post": post_id}, thread_id=thread.id)
            outbox.want(connection, wanted, at=at)
    ctx.wake()


def can_like(ctx: Context, post: Post) -> bool:
    """Tell whether the account that a post was written to likes posts."""
    account = ctx.settings.account(post.account)
    return account is not None and account.likes and deeds.can(ctx, post.account, Deed.LIKE)


def send(ctx: Context, arguments: Mapping[str, Any]) -> None:
    """Ask the network, once: what may have arrived is not sent again. Raises NotDone if it certainly did not."""
    post_id = int(arguments["post"])
    with transaction(ctx.engine) as connection:
        post = posts.try_like(connection, post_id, ctx.clock.now())
    account = ctx.accounts.get(post.account) if post else None
    if post is None or account is None:
        return
    try:
        refused = deeds.ask(account, Deed.LIKE, post.external_id, post=post_id)
    except NotDone:
        with transaction(ctx.engine) as connection:
            posts.not_liked(connection, post_id, again=True)
        raise
    except Ambiguous as error:
        log.warning("the network's answer was lost", extra={"fields": {"post": post_id, "error": error.detail}})
        return
    if refused:
        with transaction(ctx.engine) as connection:
            thread = found(connection, post.thread_id)
            posts.not_liked(connection, post_id, again=False)
            add_line(connection, thread.id, ctx.clock.now(), THE_DESK, EventKind.LIKE_REFUSED, error=refused)
        ctx.wake()
