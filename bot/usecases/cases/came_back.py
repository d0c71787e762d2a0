"""Came back: an answer of ours did not reach its customer after all, as a network says later."""

from __future__ import annotations

import re
from typing import Any

from bot.domain.cases import thread as rules
from bot.domain.cases.conversation import EventKind, Reply, ReplyState
from bot.domain.cases.thread import Thread
from bot.domain.common.clean import clean
from bot.networks.base import Returned
from bot.usecases.cases import unanswered
from bot.usecases.cases.transition import change, locked_where_it_goes_on
from bot.usecases.desk.context import THE_DESK, Context
from storage import outbox
from storage.cases import messages, posts
from storage.engine import Connection, transaction
from storage.replies import replies

LONGEST_REASON = 300
_KEY = re.compile(r"(reply-([0-9]{1,9})-[0-9]{1,12})(?:-[2-9])?")  # of a reply, or of a part of it


def came_back(ctx: Context, account: str, returned: Returned) -> bool:
    """Record that an answer of this account, such as "x:acme", came back; told twice it is recorded once.

    The customer waits again since they did, and its author is told why. Returns False if it is no answer of ours.
    """
    at = ctx.clock.now()
    with transaction(ctx.engine) as connection:
        known = _found(connection, account, returned.id)
        before = locked_where_it_goes_on(connection, known.thread_id) if known else None
        known = replies.get(connection, known.id) if known else None  # it may have arrived before the lock was ours
        if known is None or before is None or before.account != account:
            return False
        why = clean(returned.reason)[:LONGEST_REASON]
        gone = None if before.erased_at else _move(connection, known, back_at=at, back_by=None, back_why=why)
        if gone is not None:
            told: dict[str, Any] = {"reply": gone.id, "to": gone.author or before.owner, "note": why}
            line = _waits_again(connection, ctx, before, known, gone, told)
            desk = ctx.settings.desk_if_any(before.desk)
            if told["to"]:
                channel = desk.channel_of(private=before.private) if desk else told["to"]
                outbox.want_once(connection, messages.said(before.id, channel, line), at=at)
    ctx.wake()
    return True


def _found(connection: Connection, account: str, name: str) -> Reply | None:
    """Return the answer by the network's id of it or, before we know that, by the key under which it was sent."""
    sent = replies.called(connection, account, name)
    key = _KEY.fullmatch(name)
    if sent is None and key is not None:
        ours = replies.get(connection, int(key[2]))
        return ours if ours is not None and ours.key == key[1] else None
    if sent is None and (post := posts.known(connection, account, [name]).get(name)) and not post.inbound:
        return replies.with_part(connection, post)
    return sent


def _move(connection: Connection, known: Reply, **values: Any) -> Reply | None:
    return replies.move(connection, known.id, ReplyState.CAME_BACK, **values)


def _waits_again(
    connection: Connection, ctx: Context, before: Thread, known: Reply, gone: Reply, told: dict[str, Any]
) -> int:
    """Return the line of the timeline. Who was still to get it waits as they did."""
    at = ctx.clock.now()
    if known.state is ReplyState.SENT:
        return unanswered.go_on(connection, ctx, before, gone, at, THE_DESK, EventKind.CAME_BACK, **told)
    after = rules.reply_failed(before) if before.pending_reply_id == gone.id else before
    return change(connection, before, after, at, THE_DESK, EventKind.CAME_BACK, **told)
