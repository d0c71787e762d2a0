"""The mandate: what an agent may send alone, and asking a colleague to look at the rest before it goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.domain.cases import thread as rules
from bot.domain.cases.conversation import EventKind, Reply
from bot.domain.cases.thread import Thread
from bot.domain.replies import mandate
from bot.domain.replies.mandate import Approval, Need
from bot.domain.replies.second_look import Finding
from bot.settings import Desk
from bot.usecases.cases.transition import change
from bot.usecases.desk import access, approvers
from bot.usecases.desk.context import Actor, Context
from bot.views.cases.models import Card
from bot.views.desk.models import Asked
from storage import outbox
from storage.engine import Connection
from storage.replies import approvals, messages


def needs(desk: Desk, actor: Actor, card: Card, body: str, label: str | None = None) -> tuple[Need, ...]:
    """Return why a colleague has to look at the actor's reply first; none if they may send it alone.

    `label` is what they say with the reply that the thread is about.
    """
    if access.sends_alone(actor, desk):
        return ()
    labels = (*card.labels, *([label] if label else []))
    trainee = access.is_trainee(actor, desk)
    return mandate.needs(desk.mandate.rules, body, labels, card.signals, trainee=trainee)


def ask(
    connection: Connection,
    ctx: Context,
    before: Thread,
    reply: Reply,
    why: Sequence[Need],
    actor: Actor,
    at: datetime,
    despite: Sequence[Finding] = (),
) -> None:
    """Ask those who may approve to look at a reply that was just stored; its thread's clock goes on.

    An unowned thread becomes the author's, on a line of its own.
    """
    asked = approvers.to_ask(connection, ctx, ctx.desk_of(before), actor.id)
    after = rules.await_approval(before, reply.id, actor.id, at)
    if before.owner is None:
        claimer = replace(actor, idempotency_key=None)  # one request, two events: only the reply's carries its key
        change(connection, before, replace(before, owner=after.owner, owner_since=at), at, claimer, EventKind.CLAIMED)
    details: dict[str, Any] = {"reply": reply.id, "to": ", ".join(asked.people)}
    details["why"] = ", ".join(dict.fromkeys(need.kind.value for need in why))
    if despite:
        details["despite"] = ", ".join(finding.kind for finding in despite)
    change(connection, before, after, at, actor, EventKind.AWAITS, **details)
    approvals.add(connection, Approval(reply.id, before.id, actor.id, tuple(why), asked.people, at))
    tell(connection, ctx, after, reply.id, asked, at)


def tell(connection: Connection, ctx: Context, thread: Thread, reply_id: int, asked: Asked, at: datetime) -> None:
    """Ring those who are asked: each in a direct message, or all in the channel. Nobody is rung twice."""
    if asked.in_channel:
        channel = ctx.desk_of(thread).slack_channel
        outbox.want_once(connection, messages.approval_here(reply_id, thread, channel, asked.people), at=at)
        return
    for agent in asked.people:
        outbox.want_once(connection, messages.approval(reply_id, thread, agent), at=at)
