"""Who may approve what a colleague wrote: a reply, an update, whatever needs a second pair of eyes."""

from __future__ import annotations

import pytest

from bot.domain.common.errors import RefusalCode, Refused
from bot.domain.desk.standing import Standing
from bot.settings import Desk, Roles
from bot.settings.config import Mandate
from bot.usecases.desk import access
from bot.usecases.desk.context import Actor


def desk(*approvers: str, leads: tuple[str, ...] = ("U0LEAD",), reply: tuple[str, ...] = ()) -> Desk:
    return Desk(
        name="Support",
        slack_channel="C0SUPPORT",
        leads=leads,
        roles=Roles(reply=reply),
        mandate=Mandate(approvers=approvers),
    )


def refused(actor: Actor, at: Desk, author: str = "U0ANNA") -> RefusalCode | None:
    try:
        access.require_second(actor, at, author)
    except Refused as refusal:
        return refusal.code
    return None


class TestSecondPerson:
    @pytest.mark.parametrize("who", ["U0LEAD", "U0LARS"])
    def test_lead_and_named_colleague_may_approve(self, who: str) -> None:
        assert refused(Actor(who, "button"), desk("U0LARS")) is None

    def test_member_of_a_named_group_may_approve(self) -> None:
        assert refused(Actor("U0EMMA", "button", groups=frozenset({"S0SENIOR"})), desk("S0SENIOR")) is None

    def test_group_that_slack_has_not_told_yet_is_no_guess(self) -> None:
        waiting = Actor("U0EMMA", "button", unread=frozenset({"S0SENIOR"}))
        assert refused(waiting, desk("S0SENIOR")) is RefusalCode.ROLE_UNKNOWN

    @pytest.mark.parametrize("author", ["U0LEAD", "U0LARS"])
    def test_nobody_approves_their_own_words(self, author: str) -> None:
        assert refused(Actor(author, "button"), desk("U0LARS"), author) is RefusalCode.OWN_WORDS

    def test_other_colleague_may_not_approve(self) -> None:
        assert refused(Actor("U0EMMA", "button"), desk("U0LARS")) is RefusalCode.NOT_AN_APPROVER
        assert refused(Actor("U0EMMA", "button"), desk()) is RefusalCode.NOT_AN_APPROVER

    def test_without_leads_and_approvers_whoever_may_answer_approves(self) -> None:
        open_desk = desk(leads=(), reply=("U0EMMA",))
        assert refused(Actor("U0EMMA", "button"), open_desk) is None
        assert refused(Actor("U0LARS", "button"), open_desk) is RefusalCode.NOT_AN_APPROVER
        guest = Actor("U0GUEST", "button", standing=Standing.GUEST)
        assert refused(guest, desk(leads=())) is RefusalCode.NOT_AN_APPROVER
