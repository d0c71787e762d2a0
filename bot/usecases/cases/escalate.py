"""Escalate: ask a lead or another team for a second pair of eyes. The owner stays until somebody takes over."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.cases import thread as rules
from bot.domain.cases.conversation import EventKind
from bot.domain.cases.thread import Action
from bot.domain.clock.calendar import after
from bot.domain.common.errors import RefusalCode, Refused
from bot.settings import Desk
from bot.usecases.cases.transition import allowed, change, found
from bot.usecases.desk import access
from bot.usecases.desk.context import Actor, Context
from storage import outbox
from storage.cases import escalations, messages
from storage.desk import agents
from storage.engine import reading, transaction


@dataclass(frozen=True, slots=True)
class EscalationTarget:
    """Somebody to escalate to.

    `value` is "lead:U0LEAD" or "team:Press office"; `channel` is where Slack reaches them.
    """

    value: str
    name: str
    channel: str

    @property
    def is_lead(self) -> bool:
        """Whether it is one person, and not a team."""
        return self.value.startswith("lead:")


@dataclass(frozen=True, slots=True)
class Escalated:
    """Who was asked: the Slack ids of `leads`, or names of `teams`. `owner` is who has the thread meanwhile, if any."""

    leads: tuple[str, ...]
    teams: tuple[str, ...]
    owner: str | None


def targets(ctx: Context, actor: Actor, thread_id: int) -> list[EscalationTarget]:
    """List whom this thread can be escalated to, leads first.

    Raises Refused: "nobody_to_escalate_to", "closed", "unknown_thread".
    """
    with reading(ctx.engine) as connection:
        from_ = found(connection, thread_id)
        access.require(ctx, actor, from_.desk, "escalate", thread_id)
        rules.require(from_, Action.ESCALATE)
        desk = ctx.desk_of(from_)
        names = {id_: agent.name for id_, agent in agents.get(connection, desk.leads).items()}
    return _targets(desk, names, actor)


def escalate(ctx: Context, actor: Actor, thread_id: int, to: str | None, why: str) -> Escalated:
    """Ask `to` for help with the thread and give the reason; return who is asked now.

    `to` is a target's value. None asks every other lead, or the first team if there is no lead. Raises Refused:
    "why_missing", "unknown_target", "nobody_to_escalate_to", "closed", "unknown_thread".
    """
    at = ctx.clock.now()
    if not why.strip():
        raise Refused(RefusalCode.WHY_MISSING, thread=thread_id)
    with transaction(ctx.engine) as connection:
        before = allowed(connection, ctx, actor, "escalate", thread_id)
        asked_for = rules.escalate(before)
        desk = ctx.desk_of(before)
        calendar, length = desk.calendar(at), desk.targets.escalation
        chosen = _chosen(_targets(ctx.desk_of(before), {}, actor), to)
        for target in chosen:
            escalation = escalations.add(
                connection,
                thread_id=thread_id,
                target=target.value.partition(":")[2],
                channel=target.channel,
                why=why.strip(),
                by=actor.id,
                at=at,
                due_at=after(calendar, at, length),
                next_nag_at=after(calendar, at, length * desk.targets.warn_at),
            )
            outbox.want(connection, messages.escalation(escalation, before.due_at), at=at)
        asked = ", ".join(target.value for target in chosen)
        change(connection, before, asked_for, at, actor, EventKind.ESCALATED, to=asked, why=why.strip())
    ctx.wake()
    leads = tuple(target.channel for target in chosen if target.is_lead)
    return Escalated(leads, tuple(target.name for target in chosen if not target.is_lead), asked_for.owner)


def _targets(desk: Desk, names: dict[str, str], actor: Actor) -> list[EscalationTarget]:
    leads = [EscalationTarget(f"lead:{id_}", names.get(id_, id_), id_) for id_ in desk.leads if id_ != actor.id]
    listed = leads + [EscalationTarget(f"team:{team.name}", team.name, team.slack_channel) for team in desk.escalate_to]
    if not listed:
        raise Refused(RefusalCode.NOBODY_TO_ESCALATE_TO, desk=desk.name)
    return listed


def _chosen(listed: list[EscalationTarget], to: str | None) -> list[EscalationTarget]:
    if to is None:
        return [target for target in listed if target.is_lead] or listed[:1]
    chosen = [target for target in listed if target.value == to]
    if not chosen:
        raise Refused(RefusalCode.UNKNOWN_TARGET, name=to)
    return chosen
