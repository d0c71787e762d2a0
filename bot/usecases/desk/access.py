"""Who may do what, and from where. Nothing that a click carries is trusted."""

from __future__ import annotations

import logging

from bot.domain.common.errors import Refused
from bot.settings import Desk
from bot.usecases.desk.context import Actor, Context, Role

log = logging.getLogger(__name__)


def require(ctx: Context, actor: Actor, desk_name: str, role: Role, thread_id: int) -> None:
    """Raises Refused: "not_allowed" when the desk gives this role to others, "role_unknown" when Slack has not told yet
    whether it does, and what `require_sight` raises."""
    desk = require_sight(ctx, actor, desk_name, thread_id)
    if not may(actor, desk, role):
        if actor.unread.intersection(getattr(desk.roles, role)):
            raise Refused("role_unknown", thread=thread_id)
        fields = {"user": actor.id, "role": role, "thread": thread_id}
        log.warning("refused for lack of a role", extra={"fields": fields})
        raise Refused("not_allowed", thread=thread_id, role=role)


def require_sight(ctx: Context, actor: Actor, desk_name: str, thread_id: int) -> Desk:
    """The thread's desk. Raises Refused("unknown_thread") when that is another one than the one in whose channel the
    actor is, or is no longer configured."""
    desk = next((desk for desk in desks_in_sight(ctx, actor) if desk.name == desk_name), None)
    if desk is None:
        log.warning("a thread of another desk was asked for", extra={"fields": {"user": actor.id, "thread": thread_id}})
        raise Refused("unknown_thread", number=thread_id)
    return desk


def desks_in_sight(ctx: Context, actor: Actor) -> tuple[Desk, ...]:
    """Whose threads can be looked at from where the actor is: in a desk's channel its own and those of desks that
    escalate to it, everywhere else all of them."""
    return tuple(desk for desk in ctx.settings.desks if not _elsewhere(ctx, actor, desk))


def may(actor: Actor, desk: Desk, role: Role) -> bool:
    """A role that names nobody is everybody's; leads have every role."""
    named = set(getattr(desk.roles, role))
    return not named or actor.id in named or actor.id in desk.leads or bool(named & actor.groups)


def _elsewhere(ctx: Context, actor: Actor, desk: Desk) -> bool:
    here = ctx.settings.desk_of_channel(actor.channel) if actor.channel else None
    if here is None or here.name == desk.name:
        return False
    return actor.channel not in {team.slack_channel for team in desk.escalate_to}
