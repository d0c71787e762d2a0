"""Look at threads: what a card, a list, a history and the App Home are made of."""

from __future__ import annotations

from datetime import datetime

from bot.domain.cases.conversation import EventKind, ReplyState
from bot.domain.cases.thread import Thread
from bot.domain.common.errors import RefusalCode, Refused
from bot.networks import network_name
from bot.usecases.cases.transition import found
from bot.usecases.desk import access
from bot.usecases.desk.context import Actor, Context
from bot.views.cases.models import Card, History, Overview
from storage import outbox
from storage.cases import escalations, events, messages, posts, threads
from storage.engine import Connection, reading, transaction
from storage.replies import replies

LISTED = 20


def card(ctx: Context, thread_id: int) -> Card:
    """Raises Refused("unknown_thread")."""
    with reading(ctx.engine) as connection:
        return card_of(connection, ctx, thread_id)


def card_of(connection: Connection, ctx: Context, thread_id: int) -> Card:
    """The same within the caller's transaction."""
    return _card(connection, ctx, found(connection, thread_id), ctx.clock.now())


def look(ctx: Context, actor: Actor, thread_id: int) -> Card:
    """A thread that the actor may see from where they are. Raises Refused("unknown_thread")."""
    with reading(ctx.engine) as connection:
        return _seen(connection, ctx, actor, thread_id)


def waiting(ctx: Context, desk: str, *, owner: str | None = None) -> Overview:
    """The desk's waiting threads, the nearest deadline first; only `owner`'s when given."""
    with reading(ctx.engine) as connection:
        return _overview(connection, ctx, desk, owner)


def unowned(connection: Connection, ctx: Context, desk: str, limit: int) -> Overview:
    """The desk's waiting threads that nobody owns, the nearest deadline first."""
    at = ctx.clock.now()
    shown = threads.unowned(connection, desk, limit)
    total = threads.count_unowned(connection, desk)
    return Overview(desk, tuple(_card(connection, ctx, thread, at) for thread in shown), total, at)


def home(ctx: Context, agent: str) -> list[tuple[Overview, Overview]]:
    """Of every desk: the agent's own threads and all that wait."""
    with reading(ctx.engine) as connection:
        return [
            (_overview(connection, ctx, desk.name, agent), _overview(connection, ctx, desk.name, None))
            for desk in ctx.settings.desks
        ]


def history(ctx: Context, actor: Actor, thread_id: int) -> History:
    """A thread's timeline and what else its customer asked of desks that the actor sees.

    Raises Refused("unknown_thread").
    """
    with reading(ctx.engine) as connection:
        card = _seen(connection, ctx, actor, thread_id)
        others = threads.of_customer(connection, card.thread.customer_handle, _desks(ctx, actor))
        return History(
            card,
            tuple(events.of_thread(connection, thread_id)),
            tuple(_card(connection, ctx, other, card.at) for other in others if other.id != thread_id),
        )


def of_customer(ctx: Context, actor: Actor, handle: str) -> list[Card]:
    """The threads of a customer that the actor may see, newest first. Raises Refused("unknown_person") without any."""
    at = ctx.clock.now()
    with reading(ctx.engine) as connection:
        theirs = threads.of_customer(connection, handle, _desks(ctx, actor))
        if not theirs:
            raise Refused(RefusalCode.UNKNOWN_PERSON, name=handle)
        return [_card(connection, ctx, thread, at) for thread in theirs]


def resend(ctx: Context, thread_id: int) -> None:
    """Have the thread's card sent to Slack again: somebody has just clicked on one that was out of date."""
    with transaction(ctx.engine) as connection:
        outbox.refresh(connection, thread_id, at=ctx.clock.now(), force=True)
    ctx.wake()


def _overview(connection: Connection, ctx: Context, desk: str, owner: str | None) -> Overview:
    at = ctx.clock.now()
    shown = threads.waiting(connection, desk, owner=owner, limit=LISTED)
    return Overview(
        desk=desk,
        threads=tuple(_card(connection, ctx, thread, at) for thread in shown),
        total=threads.count_waiting(connection, desk, owner=owner),
        at=at,
    )


def _card(connection: Connection, ctx: Context, thread: Thread, at: datetime) -> Card:
    _, _, handle = thread.account.partition(":")
    account = ctx.accounts.get(thread.account)
    reply = replies.newest(connection, thread.id)
    arrived = reply is None or reply.state is ReplyState.SENT
    return Card(
        thread=thread,
        posts=tuple(posts.of_thread(connection, thread.id)),
        customer_posts=posts.count_inbound(connection, thread.id),
        reply=reply,
        escalations=tuple(escalations.of_thread(connection, thread.id)),
        network_name=network_name(thread.account),
        handle=account.handle if account else handle,
        at=at,
        permalink=permalink(connection, ctx, thread.id),
        account_url=account.url if account else None,
        closed_by=_closed_by(connection, thread),
        earlier=None if arrived else replies.arrived(connection, thread.id),
    )


def permalink(connection: Connection, ctx: Context, thread_id: int) -> str | None:
    """Where the thread's card can be opened, once it is in Slack."""
    place = messages.place_of_card(connection, thread_id) if ctx.workspace.url else None
    return ctx.workspace.permalink(*place) if place else None


def _closed_by(connection: Connection, thread: Thread) -> str | None:
    """Who closed it; None where the customer did, by taking their words back."""
    if thread.close_reason is None:
        return None
    closed = events.latest(connection, thread.id, EventKind.CLOSED)
    return closed.actor if closed else None


def _seen(connection: Connection, ctx: Context, actor: Actor, thread_id: int) -> Card:
    card = card_of(connection, ctx, thread_id)
    access.require_sight(ctx, actor, card.thread.desk, thread_id)
    return card


def _desks(ctx: Context, actor: Actor) -> list[str]:
    return [desk.name for desk in access.desks_in_sight(ctx, actor)]
