"""What holds for everything that changes a thread: its line is written with it, and who may not do it is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from bot.domain.common.errors import Refused
from bot.domain.desk.standing import Standing
from bot.settings import Roles
from bot.settings.config import AgentConfig
from bot.usecases.cases import claim, escalate, handover
from bot.usecases.desk.context import Actor
from bot.usecases.replies import reply
from storage.engine import DatabaseError, reading
from storage.tables import metadata
from tests.support.cast import EMMA, HERE, LARS, LEAD, PRESS
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


OWN = {
    "claim": BY_PEOPLE["claim"],
    "claim next": BY_PEOPLE["claim next"],
    "claim several": Deed(
        Team.write, lambda team, who, n: next(filter(None, claim.claim_several(team.ctx, who, [n]).values()))
    ),
    "take over": BY_PEOPLE["take over"],
    "take over, asked why": Deed(Team.write, lambda team, who, n: handover.takeable(team.ctx, who, n)),
    "hand over": Deed(BY_PEOPLE["hand over"].before, lambda team, who, n: handover.hand_over(team.ctx, LARS, n, who)),
    "reply": BY_PEOPLE["reply"],
}


class TestOwner:
    """Whoever becomes an owner, in whichever way, must be able to answer."""

    @pytest.mark.parametrize("way", OWN)
    def test_who_cannot_answer_becomes_no_owner(self, team: Team, way: str) -> None:
        number = OWN[way].before(team)
        before = everything(team)
        for standing in set(Standing) - {Standing.MEMBER}:
            code = "role_unknown" if standing is Standing.UNKNOWN else standing.value
            self.refused(team, way, replace(EMMA, standing=standing), number, code)
        self.refused(team, way, replace(EMMA, channels=frozenset({"C0RANDOM"})), number, "outside_channel")
        assert everything(team) == before

    @pytest.mark.parametrize("way", [way for way in OWN if way != "reply"])
    def test_who_may_not_reply_becomes_no_owner(self, team: Team, way: str) -> None:
        number = OWN[way].before(team)
        with_roles(team, reply=(LARS.id,))
        self.refused(team, way, EMMA, number, "cannot_answer")
        unread = replace(EMMA, unread=frozenset({"S0CARE"}))
        with_roles(team, reply=("S0CARE",))
        self.refused(team, way, unread, number, "role_unknown")

    def test_both_teams_channels_are_inside(self, team: Team) -> None:
        nowhere = replace(EMMA, channels=frozenset())
        for inside in (replace(nowhere, channel=HERE), replace(nowhere, channels=frozenset({PRESS}))):
            handover.take_over(team.ctx, inside, team.write(conversation=str(inside.channel)))

    def test_lead_answers_from_anywhere(self, team: Team) -> None:
        handover.take_over(team.ctx, replace(LEAD, channels=frozenset()), team.write())

    def refused(self, team: Team, way: str, who: Actor, number: int, code: str) -> None:
        try:
            refusal = OWN[way].act(team, who, number)
        except Refused as raised:
            refusal = raised
        assert isinstance(refusal, Refused)
        assert refusal.code == code


class TestOutsiders:
    """Guests, and members of other organisations."""

    @pytest.mark.parametrize("name", FOR_ROLES)
    def test_outsider_has_no_role_of_everybody(self, team: Team, name: str) -> None:
        number = FOR_ROLES[name].before(team)
        before = everything(team)
        for standing in (Standing.GUEST, Standing.STRANGER):
            with pytest.raises(Refused, match=standing.value):
                FOR_ROLES[name].act(team, replace(EMMA, standing=standing), number)
        assert everything(team) == before

    def test_outsider_whom_the_config_names_has_the_role(self, team: Team) -> None:
        stranger = Actor("U0EVA", "button", standing=Standing.STRANGER)
        with_roles(team, claim=("U0EVA",), reply=("U0EVA",))
        claim.claim(team.ctx, stranger, team.write())
        with_roles(team, claim=("S0PARTNER",), reply=("S0PARTNER",))
        of_group = replace(stranger, groups=frozenset({"S0PARTNER"}))
        claim.claim(team.ctx, of_group, team.write(conversation="group"))
        with_roles(team, claim=("U0EVA",))
        with pytest.raises(Refused, match="stranger"):
            claim.claim(team.ctx, stranger, team.write(conversation="half"))
        (desk,) = team.ctx.settings.desks
        agents = {**desk.agents, "U0EVA": AgentConfig(initials="EV")}
        desks = (desk.model_copy(update={"roles": Roles(), "agents": agents}),)
        team.ctx = replace(team.ctx, settings=replace(team.ctx.settings, desks=desks))
        claim.claim(team.ctx, stranger, team.write(conversation="agent"))


def with_roles(team: Team, **roles: tuple[str, ...]) -> None:
    (desk,) = team.ctx.settings.desks
    desks = (desk.model_copy(update={"roles": Roles(**roles)}),)
    team.ctx = replace(team.ctx, settings=replace(team.ctx.settings, desks=desks))


def test_unconfigured_desk_has_no_threads(team: Team) -> None:
    number = team.write()
    (desk,) = team.ctx.settings.desks
    desks = (desk.model_copy(update={"name": "Renamed"}),)
    team.ctx = replace(team.ctx, settings=replace(team.ctx.settings, desks=desks))
    with pytest.raises(Refused, match="unknown_thread"):
        BY_PEOPLE["claim"].act(team, LARS, number)
