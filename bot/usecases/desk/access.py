"""Who may do what, and from where. Nothing that a click carries is trusted."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from bot.domain.common.errors import RefusalCode, Refused
from bot.domain.desk.standing import OUTSIDERS, Standing
from bot.settings import Desk
from bot.usecases.desk.context import Actor, Context, Role

log = logging.getLogger(__name__)

_NOBODY = {
    Standing.BOT: RefusalCode.BOT,
    Standing.DEACTIVATED: RefusalCode.DEACTIVATED,
    Standing.UNKNOWN: RefusalCode.ROLE_UNKNOWN,
}
_OUTSIDE = {Standing.GUEST: RefusalCode.GUEST, Standing.STRANGER: RefusalCode.STRANGER}


def require(ctx: Context, actor: Actor, desk_key: str, role: Role, thread_id: int) -> None:
    """Raise Refused unless the actor has this role at the thread's desk.

    Codes: "not_allowed" if the desk gives the role to others, "guest" or "stranger" if it does not name such people,
    "role_unknown" while Slack has not told who is in a user group that has it, and those of `require_sight`.
    """
    _require_role(actor, require_sight(ctx, actor, desk_key, thread_id), role, thread=thread_id)


def require_at(ctx: Context, actor: Actor, desk_key: str, role: Role) -> Desk:
    """Return the desk if the actor has this role there. Raises Refused like `require`.

    A desk that is gone from the config is refused like one that gives the role to others.
    """
    desk = ctx.settings.desk_if_any(desk_key)
    if desk is None:
        raise Refused(RefusalCode.NOT_ALLOWED, role=role)
    _require_role(actor, desk, role)
    return desk


def _require_role(actor: Actor, desk: Desk, role: Role, **about: int) -> None:
    """Raise Refused unless the actor has this role; `about` is what the refusal and the log say besides."""
    if may(actor, desk, role):
        return
    if actor.unread.intersection(getattr(desk.roles, role)):
        raise Refused(RefusalCode.ROLE_UNKNOWN, **about)
    fields = {"user": actor.id, "role": role, "standing": actor.standing} | about
    log.warning("refused for lack of a role", extra={"fields": fields})
    raise Refused(_OUTSIDE.get(actor.standing, RefusalCode.NOT_ALLOWED), role=role, **about)


def require_owner(ctx: Context, owner: Actor, desk_key: str, thread_id: int) -> None:
    """Raise Refused unless this person can answer as the owner of the desk's thread. Every change of owner asks this.

    Codes: "bot", "deactivated", "guest", "stranger", "outside_channel", "cannot_answer", and "role_unknown" while Slack
    has not told who they are, or who is in a user group. The detail `owner` is their Slack id.
    """
    desk = ctx.settings.desk(desk_key)
    roles: tuple[Role, ...] = ("claim", "reply")
    lacking = [role for role in roles if not may(owner, desk, role)]
    code = None
    if owner.standing in _NOBODY:
        code = _NOBODY[owner.standing]
    elif lacking:
        unread = any(owner.unread.intersection(getattr(desk.roles, role)) for role in lacking)
        code = RefusalCode.ROLE_UNKNOWN if unread else _OUTSIDE.get(owner.standing, RefusalCode.CANNOT_ANSWER)
    elif owner.id not in desk.leads and owner.channel not in desk.channels and owner.channels is not None:
        # Leads are told and can answer in direct messages, wherever they are.
        code = None if desk.channels & owner.channels else RefusalCode.OUTSIDE_CHANNEL
    if code is not None:
        raise Refused(code, thread=thread_id, owner=owner.id)


def require_colleague(somebody: Actor, desk: Desk, thread_id: int) -> None:
    """Raise Refused ("bot", "deactivated", "role_unknown", "guest", "stranger") unless this is somebody of the team."""
    code = _NOBODY.get(somebody.standing)
    if code is None and somebody.standing in OUTSIDERS and not may(somebody, desk, "reply"):
        code = _OUTSIDE.get(somebody.standing)
    if code is not None:
        raise Refused(code, thread=thread_id, owner=somebody.id, field="to")


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
    """Tell whether the actor has the role. A role that lists nobody is everybody's; leads have every role.

    Guests and members of other organisations are not everybody: they have the roles for which the config names them.
    """
    named = set(getattr(desk.roles, role))
    if actor.id in named or actor.id in desk.leads or named & actor.groups:
        return True
    return not named and (actor.standing not in OUTSIDERS or actor.id in desk.agents)


def may_approve(actor: Actor, desk: Desk) -> bool:
    """Tell whether the actor may be the second pair of eyes: a lead, or whom the mandate names.

    Where there are neither, whoever may answer is, but for trainees.
    """
    if actor.id in desk.leads or _is_among(actor, desk.mandate.approvers):
        return True
    nobody = not desk.mandate.approvers and not desk.leads
    return nobody and may(actor, desk, "reply") and not is_trainee(actor, desk)


def sends_alone(actor: Actor, desk: Desk) -> bool:
    """Tell whether nobody has to look at what the actor writes, whatever the mandate asks of others."""
    return actor.id in desk.leads or _is_among(actor, (*desk.mandate.approvers, *desk.mandate.alone))


def is_trainee(actor: Actor, desk: Desk) -> bool:
    """Tell whether all that the actor writes is looked at. While Slack has not told who is in a group, it is."""
    return _is_among(actor, desk.mandate.trainees) or bool(actor.unread.intersection(desk.mandate.trainees))


def require_second(actor: Actor, desk: Desk, author: str, **about: int) -> None:
    """Raise Refused unless the actor may approve what `author` wrote; `about` is what the refusal says besides.

    Codes: "own_words", "not_an_approver", and "role_unknown" while Slack has not told who is in a user group.
    """
    if actor.id == author:
        raise Refused(RefusalCode.OWN_WORDS, **about)
    if may_approve(actor, desk):
        return
    if actor.unread.intersection(desk.mandate.approvers):
        raise Refused(RefusalCode.ROLE_UNKNOWN, **about)
    log.warning("refused to approve", extra={"fields": {"user": actor.id, "standing": actor.standing} | about})
    raise Refused(RefusalCode.NOT_AN_APPROVER, **about)


def _is_among(actor: Actor, named: Iterable[str]) -> bool:
    """Tell whether the config names the actor or one of their user groups here."""
    return bool({actor.id, *actor.groups}.intersection(named))


def works_here(desk: Desk, agent: str | None, standing: Standing, role: Role = "reply") -> bool:
    """Tell whether this agent still answers for the desk, as far as the config and Slack say. None is nobody.

    Who is in a user group is not known here, so where one has the role, no active account counts as gone.
    """
    if agent is None or standing in (Standing.DEACTIVATED, Standing.BOT):
        return False
    grouped = any(slack_id.startswith("S") for slack_id in getattr(desk.roles, role))
    return grouped or may(Actor(agent, "button", standing=standing), desk, role)


def _elsewhere(ctx: Context, actor: Actor, desk: Desk) -> bool:
    here = ctx.settings.desk_of_channel(actor.channel) if actor.channel else None
    if here is None or here.stable_key == desk.stable_key:
        return False
    return actor.channel not in desk.channels
