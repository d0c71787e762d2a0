"""What holds for everything that changes a thread: its line is written with it, and who may not do it is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from bot.domain.common.errors import Refused
from bot.settings import Roles
from bot.usecases.cases import escalate
from bot.usecases.desk.context import Actor
from bot.usecases.replies import reply
from storage.engine import DatabaseError, reading
from storage.tables import metadata
from tests.support.cast import LARS, LEAD
from tests.support.deeds import BY_PEOPLE, BY_THEMSELVES, Deed
from tests.support.team import Team

LOOKS = {
    "see who to escalate to": Deed(Team.write, lambda team, who, n: escalate.targets(team.ctx, who, n), "escalate"),
    "open the reply": Deed(Team.write, lambda team, who, n: reply.draft(team.ctx, who, n), "reply"),
}
FOR_ROLES = BY_PEOPLE | LOOKS


def everything(team: Team) -> list[Any]:
    """All rows but those that say who is busy with what."""
    with reading(team.ctx.engine) as connection:
        tables = [table for table in metadata.sorted_tables if table.name not in ("rate_bucket", "job_lock")]
        return [connection.execute(select(table).order_by(*table.primary_key)).all() for table in tables]


@pytest.mark.parametrize("name", BY_PEOPLE | BY_THEMSELVES)
def test_no_change_happens_without_its_line(team: Team, name: str) -> None:
    deed = (BY_PEOPLE | BY_THEMSELVES)[name]
    number = deed.before(team)
    before = everything(team)
    team.allow_no_lines()
    with pytest.raises(DatabaseError, match="no lines"):
        deed.act(team, LARS, number)
    assert everything(team) == before


@pytest.mark.parametrize("name", FOR_ROLES)
def test_outsider_to_role_or_desk_changes_nothing(team: Team, name: str) -> None:
    deed = FOR_ROLES[name]
    number = deed.before(team)
    before, (desk,) = everything(team), team.ctx.settings.desks
    another = desk.model_copy(update={"name": "Another", "slack_channel": "C0ANOTHER", "networks": ()})

    def with_role(*named: str) -> None:
        desks = (desk.model_copy(update={"roles": Roles(**{str(deed.role): named})}), another)
        team.ctx = replace(team.ctx, settings=replace(team.ctx.settings, desks=desks))

    with_role("U0EMMA")
    with pytest.raises(Refused, match="not_allowed"):
        deed.act(team, LARS, number)
    with_role("U0LARS")
    if name != "claim next":  # which is about a desk and no thread
        with pytest.raises(Refused, match="unknown_thread"):
            deed.act(team, Actor("U0LARS", "button", channel="C0ANOTHER"), number)
    assert everything(team) == before
    deed.act(team, LARS, number)


def test_lead_and_group_member_have_the_role(team: Team) -> None:
    (desk,) = team.ctx.settings.desks
    desks = (desk.model_copy(update={"roles": Roles(claim=("S0CARE",))}),)
    team.ctx = replace(team.ctx, settings=replace(team.ctx.settings, desks=desks))
    for who in (LEAD, Actor("U0EMMA", "button", groups=frozenset({"S0CARE"}))):
        BY_PEOPLE["take over"].act(team, who, team.write(conversation=who.id))


def test_unconfigured_desk_has_no_threads(team: Team) -> None:
    number = team.write()
    (desk,) = team.ctx.settings.desks
    desks = (desk.model_copy(update={"name": "Renamed"}),)
    team.ctx = replace(team.ctx, settings=replace(team.ctx.settings, desks=desks))
    with pytest.raises(Refused, match="unknown_thread"):
        BY_PEOPLE["claim"].act(team, LARS, number)
