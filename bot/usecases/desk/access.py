"""Who may do what, and from where. Nothing that a click carries is trusted."""

from __future__ import annotations

import logging

from bot.domain.common.errors import RefusalCode, Refused
from bot.settings import Desk
from bot.usecases.desk.context import Actor, Context, Role

log = logging.getLogger(__name__)


def require(ctx: Context, actor: Actor, desk_key: str, role: Role, thread_id: int) -> None:
    """Raise Refused unless the actor has this role at the thread's desk.

    Codes: "not_allowed" if the desk gives the role to others, "role_unknown" while Slack has not told who is in a user
    group that has it, and those of `require_sight`.
    """
    desk = require_sight(ctx, actor, desk_key, thread_id)
    if not may(actor, desk, role):
        if actor.unread.intersection(getattr(desk.roles, role)):
            raise Refused(RefusalCode.ROLE_UNKNOWN, thread=thread_id)
        fields = {"user": actor.id, "role": role, "thread": thread_id}
        log.warning("refused for lack of a role", extra={"fields": fields})
        raise Refused(RefusalCode.NOT_ALLOWED, thread=thread_id, role=role)


def require_sight(ctx: Context, actor: Actor, desk_key: str, thread_id: int) -> Desk:
    """Return the thread's desk if it can be seen from where the actor is.

    Raises Refused("unknown_thread") if the actor is in another desk's channel, or the desk is not in the config.
    """
    desk = next((desk for desk in desks_in_sight(ctx, actor) if desk.stable_key == desk_key), None)
    if desk is None:
        log.warning("a thread of another desk was asked for", extra={"fields": {"user": actor.id, "thread": thread_id}})
        raise Refused(RefusalCode.UNKNOWN_THREAD, number=thread_id)
    return desk


def desks_in_sight(ctx: Context, actor: Actor) -> tuple[Desk, ...]:
    """Return the desks whose threads can be seen from where the actor is.

    In a desk's channel these are its own threads and those of desks that escalate to it; anywhere else, all of them.
    """
    return tuple(desk for desk in ctx.settings.desks if not _elsewhere(ctx, actor, desk))


def may(actor: Actor, desk: Desk, role: Role) -> bool:
    """Tell whether the actor has the role. A role that lists nobody is everybody's; leads have every role."""
    named = set(getattr(desk.roles, role))
    return not named or actor.id in named or actor.id in desk.leads or bool(named & actor.groups)


def works_here(desk: Desk, agent: str | None) -> bool:
    """Tell whether this agent still answers for the desk, as far as the config says.

    Who is in a user group it does not say, so where one has the role, nobody counts as gone. None is nobody.
    """
    named = desk.roles.reply
    anybody = not named or any(slack_id.startswith("S") for slack_id in named)
    return agent is not None and (anybody or agent in named or agent in desk.leads)


def _elsewhere(ctx: Context, actor: Actor, desk: Desk) -> bool:
    here = ctx.settings.desk_of_channel(actor.channel) if actor.channel else None
    if here is None or here.stable_key == desk.stable_key:
        return False
    return actor.channel not in {team.slack_channel for team in desk.escalate_to}
