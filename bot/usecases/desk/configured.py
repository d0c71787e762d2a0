"""A desk's settings, for those who may see them."""

from __future__ import annotations

from datetime import datetime

from bot.domain.clock.ladder import steps
from bot.networks import network_name
from bot.settings import Desk
from bot.usecases.desk import access
from bot.usecases.desk.context import Actor, Context
from bot.views.desk.models import AccountSettings, DeskSettings


def visible(ctx: Context, actor: Actor) -> tuple[DeskSettings, ...]:
    """Return the settings of every desk at which the actor has the role "configure"."""
    at = ctx.clock.now()
    return tuple(_settings(desk, at) for desk in ctx.settings.desks if access.may(actor, desk, "configure"))


def _settings(desk: Desk, at: datetime) -> DeskSettings:
    return DeskSettings(
        key=desk.stable_key,
        desk=desk.name,
        channel=desk.slack_channel,
        leads=desk.leads,
        at=at,
        calendar=desk.calendar(at),
        first_response=desk.targets.first_response,
        next_response=desk.targets.next_response,
        resolution=desk.targets.resolution,
        escalation=desk.targets.escalation,
        ladder=steps(desk.ladder, desk.targets.warn_at),
        roster=str(desk.roster) if desk.roster else None,
        reasons=desk.reasons,
        standup=desk.standup,
        timezone=str(desk.timezone),
        hours=desk.hours,
        holidays=desk.holidays,
        signature=desk.signature,
        undo=desk.undo,
        teams=tuple((team.name, team.slack_channel) for team in desk.escalate_to),
        accounts=tuple(
            AccountSettings(
                network_name(account.key), account.handle, account.poll_every if account.spec.is_asked else None
            )
            for account in desk.accounts
        ),
        roles={role: tuple(named) for role, named in desk.roles},
    )
