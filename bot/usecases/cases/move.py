"""Move: an agent gives a thread to another desk. Its clock goes with it, and nobody owns it there yet."""

from __future__ import annotations

from bot.domain.cases import thread as rules
from bot.domain.cases.conversation import EventKind
from bot.domain.cases.thread import Thread
from bot.domain.common.errors import RefusalCode, Refused
from bot.settings import Desk
from bot.usecases.cases.transition import allowed, change
from bot.usecases.desk.context import Actor, Context
from storage import outbox
from storage.cases import escalations, messages
from storage.clock import resolutions, waits
from storage.engine import Connection, transaction
from storage.incidents import members


def move(ctx: Context, actor: Actor, thread_id: int, to: str) -> Desk:
    """Give the thread to the desk of that name or key; return that desk.

    What colleagues were asked about it is settled, and it leaves its incident. The card stays as one line in the old
    channel. An owner who did not do it themselves is told in a direct message.
    Raises Refused: "unknown_desk" with `desks`, "only_desk", "same_desk", "closed", "merged", "erased",
    "reply_on_its_way", "awaits_approval", "card_on_its_way", "not_allowed", "unknown_thread".
    """
    with transaction(ctx.engine) as connection:
        before = allowed(connection, ctx, actor, "claim", thread_id)
        desk = _named(ctx, to, before.desk)
        give(connection, ctx, actor, before, desk)
    ctx.wake()
    return desk


def give(connection: Connection, ctx: Context, actor: Actor, before: Thread, desk: Desk) -> Thread:
    """Give a locked thread of the caller's transaction to that desk; return it as it is now.

    Raises Refused as `move` does.
    """
    at = ctx.clock.now()
    after = rules.move(before, desk.stable_key, desk.ladder)
    if before.incident_id is not None:
        members.forget(connection, before.incident_id, before.id)
    open_ = [each.id for each in escalations.of_thread(connection, before.id) if each.taken_by is None]
    escalations.settle(connection, open_, actor.id, at)
    for each in (waits, resolutions):
        each.move_desk(connection, before.id, desk.stable_key)
    left = ctx.settings.desk_name(before.desk)
    line = change(connection, before, after, at, actor, EventKind.MOVED, from_desk=left, to_desk=desk.name)
    if not messages.leave_card(connection, before.id, ctx.channel_of(before), at):
        raise Refused(RefusalCode.CARD_ON_ITS_WAY, thread=before.id)
    outbox.want_once(connection, messages.card(after, ctx.channel_of(after)), at=at)
    if before.owner is not None and before.owner != actor.id:
        outbox.want_once(connection, messages.said_directly(before.id, before.owner, line), at=at)
    return after


def elsewhere(ctx: Context, desk_key: str) -> dict[str, str]:
    """Return the names of the desks that a thread of this one can be moved to, by key.

    Raises Refused("only_desk") if there is none.
    """
    others = {desk.stable_key: desk.name for desk in ctx.settings.desks if desk.stable_key != desk_key}
    if not others:
        raise Refused(RefusalCode.ONLY_DESK)
    return others


def _named(ctx: Context, name: str, present: str) -> Desk:
    called = {each.casefold(): desk for desk in ctx.settings.desks for each in (desk.name, desk.stable_key)}
    found = called.get(name.strip().strip('"').casefold())
    if found is None:
        known = list(elsewhere(ctx, present).values())
        raise Refused(RefusalCode.UNKNOWN_DESK, name=name, desks=known)
    return found
