"""Who may see how a desk is set up."""

from __future__ import annotations

from dataclasses import replace

from bot.settings import Roles
from bot.usecases.desk import configured
from bot.usecases.desk.context import Actor, Context
from tests.support.cast import ANNA, LARS, LEAD
from tests.support.team import Team


def only(ctx: Context, *named: str) -> Context:
    desks = tuple(desk.model_copy(update={"roles": Roles(configure=named)}) for desk in ctx.settings.desks)
    return replace(ctx, settings=replace(ctx.settings, desks=desks))


def test_everybody_sees_the_settings_where_nobody_is_named(team: Team) -> None:
    (settings, *_) = configured.visible(team.ctx, LARS)
    desk = team.ctx.settings.desks[0]
    assert (settings.desk, settings.channel, settings.undo) == (desk.name, desk.slack_channel, desk.undo)
    assert [(one.network_name, one.handle) for one in settings.accounts] == [("X", "acme")]
    assert settings.roles == {"claim": (), "reply": (), "escalate": (), "configure": ()}


def test_named_agents_and_leads_alone_see_the_settings(team: Team) -> None:
    ctx = only(team.ctx, ANNA.id, "S0CARE")
    assert configured.visible(ctx, ANNA)
    assert configured.visible(ctx, LEAD)
    assert configured.visible(ctx, Actor("U0EMMA", "button", groups=frozenset({"S0CARE"})))
    assert configured.visible(ctx, LARS) == ()
