"""Everything that changes a thread: what must be so before, and the doing of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.networks.base import Sent
from bot.settings.config import Mandate
from bot.usecases.cases import claim, close, escalate, handover, release
from bot.usecases.desk.context import Actor, Role
from bot.usecases.privacy import erase
from bot.usecases.reminders import nag
from bot.usecases.replies import approval, drafts, look, reply, reply_outcome
from tests.support.cast import LARS, LEAD
from tests.support.clock import TurnedClock
from tests.support.team import Team


@dataclass(frozen=True, slots=True)
class Deed:
    """`before` gives the number of the thread or reply that `act` is about."""

    before: Callable[[Team], int]
    act: Callable[[Team, Actor, int], object]
    role: Role | None = None


def _owned(team: Team) -> int:
    number = team.write()
    claim.claim(team.ctx, LARS, number)
    return number


def _closed(team: Team) -> int:
    number = team.write()
    close.close(team.ctx, LARS, number, "spam")
    return number


def _replied(team: Team) -> int:
    return team.answer(team.write(), by=LARS).id


def _sending(team: Team) -> int:
    number = _replied(team)
    reply_outcome.begin(team.ctx, number)
    return number


def _undecided(team: Team) -> int:
    number = _sending(team)
    reply_outcome.unknown(team.ctx, number)
    return number


def _overdue(team: Team) -> int:
    number = team.write()
    assert isinstance(team.ctx.clock, TurnedClock)
    team.ctx.clock.turn(days=1)
    return number


def _drafted(team: Team) -> int:
    number = team.write()
    drafts.keep(team.ctx, LARS.id, number, "Wij zoeken het uit", team.ctx.clock.now())
    return number


def _awaiting(team: Team) -> int:
    (desk,) = team.ctx.settings.desks
    every = desk.model_copy(update={"mandate": Mandate(all=True)})
    team.ctx.settings = replace(team.ctx.settings, desks=(every,))
    return _replied(team)


def _approve(team: Team, reply_id: int) -> None:
    approval.approve(team.ctx, LEAD, reply_id, seen=approval.asked(team.ctx, LEAD, reply_id).seen)


BY_PEOPLE = {
    "ask for a look": Deed(_drafted, lambda team, who, number: look.ask(team.ctx, who, number, None), "reply"),
    "claim": Deed(Team.write, lambda team, who, number: claim.claim(team.ctx, who, number), "claim"),
    "claim next": Deed(
        Team.write, lambda team, who, _: claim.claim_next(team.ctx, who, team.ctx.settings.desks[0]), "claim"
    ),
    "release": Deed(_owned, lambda team, who, number: release.release(team.ctx, who, number), "claim"),
    "hand over": Deed(_owned, lambda team, who, number: handover.hand_over(team.ctx, who, number, LEAD), "claim"),
    "take over": Deed(
        Team.write, lambda team, who, number: handover.take_over(team.ctx, who, number, "on leave"), "claim"
    ),
    "close": Deed(Team.write, lambda team, who, number: close.close(team.ctx, who, number, "spam"), "reply"),
    "reopen": Deed(_closed, lambda team, who, number: close.reopen(team.ctx, who, number), "reply"),
    "reply": Deed(Team.write, lambda team, who, number: team.answer(number, by=who), "reply"),
    "undo": Deed(_replied, lambda team, who, number: reply.undo(team.ctx, who, number), "reply"),
    "it was sent": Deed(
        _undecided, lambda team, who, number: reply.decide(team.ctx, who, number, was_sent=True), "reply"
    ),
    "send it again": Deed(
        _undecided, lambda team, who, number: reply.decide(team.ctx, who, number, was_sent=False), "reply"
    ),
    "escalate": Deed(
        Team.write, lambda team, who, number: escalate.escalate(team.ctx, who, number, None, "why"), "escalate"
    ),
}


def _missed(team: Team) -> int:
    number = _overdue(team)
    team.miss("1")
    return number


BY_THEMSELVES = {
    "taken back": Deed(_awaiting, lambda team, _, number: reply.undo(team.ctx, LARS, number)),
    "approved": Deed(_awaiting, lambda team, _, number: _approve(team, number)),
    "returned": Deed(_awaiting, lambda team, _, number: approval.give_back(team.ctx, LEAD, number, "not so")),
    "received": Deed(lambda _: 0, lambda team, _, __: team.write()),
    "received again": Deed(Team.write, lambda team, _, __: team.write("En?")),
    "withdrawn": Deed(_missed, lambda team, _, __: team.look_again("1")),
    "checking": Deed(_sending, lambda team, _, number: reply_outcome.checking(team.ctx, number)),
    "sent": Deed(
        _sending, lambda team, _, number: reply_outcome.arrived(team.ctx, number, Sent("r1", "https://x.com/r1"))
    ),
    "refused": Deed(_sending, lambda team, _, number: reply_outcome.refused(team.ctx, number, "duplicate")),
    "unknown": Deed(_sending, lambda team, _, number: reply_outcome.unknown(team.ctx, number)),
    "nagged": Deed(_overdue, lambda team, _, __: nag.tick(team.ctx)),
    "erased": Deed(Team.write, lambda team, _, __: erase.erase(team.ctx, "klant")),
}
