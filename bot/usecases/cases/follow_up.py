"""Follow-up: the customer wrote again in a thread that colleagues dealt with, and its owner hears of it at once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.domain.cases import thread as rules
from bot.domain.cases.conversation import Post
from bot.domain.cases.thread import Thread
from bot.domain.common.errors import RefusalCode, Refused
from bot.settings import Desk
from bot.usecases.cases import queries
from bot.usecases.desk import presence
from bot.usecases.desk.context import Context
from bot.views.cases.models import FollowUp
from bot.views.desk.models import Reached
from storage import outbox
from storage.cases import messages, posts, threads
from storage.cases.messages import FollowUpPayload
from storage.engine import Connection, reading

TOGETHER = timedelta(minutes=1)
"""For so long after the first of them, several posts are one message, which is edited."""


def tell(connection: Connection, desk: Desk, before: Thread, post: Post, at: datetime) -> None:
    """Put a line under the card if this new post is a follow-up; `before` is the thread without it."""
    if not rules.follows_up(before):
        return
    payload = FollowUpPayload([post.id], at.isoformat())
    latest = messages.latest_follow_up(connection, before.id)
    if latest is not None and at - datetime.fromisoformat(latest.since) < TOGETHER:
        payload = FollowUpPayload([*latest.posts, post.id], latest.since)
    outbox.want(connection, messages.follow_up(before.id, desk.slack_channel, payload), at=at)


def follow_up(ctx: Context, thread_id: int, post_ids: Iterable[int]) -> FollowUp:
    """Return the follow-up as it stands now. Raises Refused("unknown_thread")."""
    with reading(ctx.engine) as connection:
        thread = threads.get(connection, thread_id)
        if thread is None:
            raise Refused(RefusalCode.UNKNOWN_THREAD, number=thread_id)
        (case,) = queries.rows(connection, ctx, [thread], ctx.clock.now())
        desk = ctx.settings.desk_if_any(thread.desk)
        reached = presence.reached(connection, ctx, desk, thread.owner) if desk else Reached()
        return FollowUp(case, tuple(posts.by_id(connection, post_ids)), reached)
