"""Who owns a thread: exactly one, whoever else clicks at the same instant."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.cases import thread as rules
from bot.domain.cases.conversation import EventKind
from bot.domain.common.errors import Refused
from bot.networks.base import Sent
from bot.usecases.cases import claim, close, escalate, handover, release, transition
from bot.usecases.desk.context import THE_DESK, Actor
from bot.usecases.privacy import erase
from bot.usecases.replies import reply_outcome
from storage import outbox
from storage.engine import Connection, reading, transaction
from storage.outbox import leases
from storage.outbox.kinds import MessageKind
from storage.reminders.messages import NagPayload, nag
from tests.support.bench import Bench
from tests.support.cast import ANNA, EMMA, LARS, LEAD
from tests.support.clock import TurnedClock
from tests.support.team import Team
from tests.support.together import refusals


def claiming(team: Team, agent: str, number: int) -> Callable[[], None]:
    return lambda: claim.claim(team.ctx, Actor(agent, "button"), number)


@contextmanager
def held_up(team: Team, act: Callable[[], object]) -> Iterator[Connection]:
    """Open a transaction during which `act` begins; it must wait for the commit and then finish."""
    with ThreadPoolExecutor(1) as pool:
        with transaction(team.ctx.engine) as connection:
            yield connection
            begun = pool.submit(act)
            time.sleep(0.2)  # however long it takes to begin, it cannot end before this transaction does
            assert not begun.done()
        begun.result()


class TestClaim:
    def test_claim_race_of_fifty_has_one_winner(self, team: Team, clock: TurnedClock) -> None:
        number = team.write()
        agents = [f"U{agent}" for agent in range(50)]
        outcomes = refusals([claiming(team, agent, number) for agent in agents])
        winners = [agent for agent, refused in zip(agents, outcomes, strict=True) if refused is None]
        assert winners == [team.thread(number).owner]
        lost = [refused for refused in outcomes if refused is not None]
        assert {refused.code for refused in lost} == {"taken"}
        assert {(refused.details["owner"], refused.details["since"]) for refused in lost} == {(winners[0], clock.at)}
        assert team.kinds(number) == ["received", "claimed"]

    def test_late_or_repeated_claim_is_told_how_things_stand(self, team: Team) -> None:
        number = team.write()
        claim.claim(team.ctx, ANNA, number)
        with pytest.raises(Refused, match="yours"):
            claim.claim(team.ctx, ANNA, number)
        close.close(team.ctx, ANNA, number, "spam")
        with pytest.raises(Refused, match="closed"):
            claim.claim(team.ctx, LARS, number)
        with pytest.raises(Refused, match="unknown_thread") as refused:
            claim.claim(team.ctx, LARS, 9999)
        assert refused.value.details["number"] == 9999

    def test_repeat_of_a_claim_changes_nothing(self, team: Team) -> None:
        number = team.write()
        first = replace(ANNA, idempotency_key="the same")
        claim.claim(team.ctx, first, number)
        release.release(team.ctx, ANNA, number)
        with pytest.raises(Refused, match="repeated"):
            claim.claim(team.ctx, first, number)
        assert team.thread(number).owner is None
        assert team.kinds(number) == ["received", "claimed", "released"]

    def test_claim_and_card_delivery_wait_for_each_other(self, team: Team) -> None:
        number, at = team.write(), team.ctx.clock.now()
        with transaction(team.ctx.engine) as connection:
            shown = leases.lease(connection, (MessageKind.CARD,), at, timedelta(minutes=1))
            assert shown is not None
        with held_up(team, claiming(team, "U0ANNA", number)) as connection:
            assert leases.complete(connection, shown, message_channel="C1", message_ts="1.1")
        with reading(team.ctx.engine) as connection:
            card = outbox.get(connection, f"card:{number}")
        assert team.thread(number).owner == "U0ANNA"
        assert card is not None
        assert (card.message_ts, card.generation) == ("1.1", shown.generation + 1)

    def test_answered_thread_cannot_be_claimed(self, team: Team) -> None:
        closed, answered = team.write(conversation="c1"), team.write(conversation="c2")
        close.close(team.ctx, ANNA, closed, "spam")
        number = team.answer(answered).id
        reply_outcome.begin(team.ctx, number)
        reply_outcome.arrived(team.ctx, number, Sent("r1", "https://x.com/acme/status/1"))
        release.release(team.ctx, ANNA, answered)
        for thread, state in ((closed, "closed"), (answered, "answered")):
            with pytest.raises(Refused, match=state):
                claim.claim(team.ctx, LARS, thread)
            assert team.thread(thread).owner is None

    def test_claim_during_a_reminder_refreshes_the_reminder(self, team: Team) -> None:
        number, at = team.write(), team.ctx.clock.now()
        with held_up(team, claiming(team, "U0ANNA", number)) as connection:
            thread = transition.locked(connection, number)
            message = nag(number, 1, None, "C0SUPPORT", at, NagPayload(1, at=at.isoformat()))
            outbox.want_once(connection, message, at=at)
            reminded = rules.record_nag(thread, 1, thread.moments[0], late=False)
            transition.change(connection, thread, reminded, at, THE_DESK, EventKind.NAGGED)
            told = outbox.get(connection, message.key)
        with reading(team.ctx.engine) as connection:
            reminder = outbox.get(connection, message.key)
        assert told is not None
        assert reminder is not None
        assert reminder.generation == told.generation + 1
        assert team.kinds(number) == ["received", "nagged", "claimed"]


class TestChangeOfOwner:
    def test_released_thread_is_anybodys(self, team: Team) -> None:
        number = team.write()
        claim.claim(team.ctx, ANNA, number)
        with pytest.raises(Refused, match="not_yours"):
            release.release(team.ctx, LARS, number)
        release.release(team.ctx, ANNA, number)
        claim.claim(team.ctx, LARS, number)
        assert team.thread(number).owner == "U0LARS"
        assert [(event.kind, event.actor) for event in team.events(number)[1:]] == [
            ("claimed", "U0ANNA"),
            ("released", "U0ANNA"),
            ("claimed", "U0LARS"),
        ]

    def test_new_owner_is_told_of_a_hand_over(self, team: Team) -> None:
        number = team.write()
        claim.claim(team.ctx, ANNA, number)
        handover.hand_over(team.ctx, ANNA, number, LARS)
        assert team.thread(number).owner == "U0LARS"
        (key,) = team.wanted("note")
        (note,) = team.rows("SELECT destination, thread_id FROM outbox WHERE key = :key", key=key)
        assert (note["destination"], note["thread_id"]) == ("C0SUPPORT", number)
        assert team.events(number)[-1].data == {"to": "U0LARS"}

    def test_taking_over_tells_owner_and_meets_escalations(self, team: Team, clock: TurnedClock) -> None:
        number = team.write()
        claim.claim(team.ctx, ANNA, number)
        escalate.escalate(team.ctx, ANNA, number, None, "too angry for me")
        assert (team.thread(number).escalated, team.thread(number).owner) == (True, "U0ANNA")
        at = clock.turn(minutes=1)
        handover.take_over(team.ctx, LEAD, number, "on leave")
        assert (team.thread(number).owner, team.thread(number).owner_since) == ("U0LEAD", at)
        assert [row["taken_by"] for row in team.rows("SELECT taken_by FROM escalation")] == ["U0LEAD"]
        assert team.wanted("said") == [f"said:{_newest_line(team)}"]
        assert team.events(number)[-1].data == {"owner": "U0ANNA", "why": "on leave"}

    def test_taking_over_needs_a_reason(self, team: Team) -> None:
        number = team.write()
        claim.claim(team.ctx, ANNA, number)
        for why in ("", "  \n"):
            with pytest.raises(Refused, match="reason_missing"):
                handover.take_over(team.ctx, LARS, number, why)
        assert team.thread(number).owner == "U0ANNA"

    def test_leads_take_over_leaves_the_press_offices_request_open(self, team: Team) -> None:
        number = team.write()
        claim.claim(team.ctx, ANNA, number)
        escalate.escalate(team.ctx, ANNA, number, "team:Press office", "a journalist")
        escalate.escalate(team.ctx, ANNA, number, None, "too angry for me")
        handover.take_over(team.ctx, LEAD, number, "mine")
        taken = "SELECT channel, taken_by FROM escalation ORDER BY id"
        assert [tuple(row.values()) for row in team.rows(taken)] == [("C0PRESS", None), ("U0LEAD", "U0LEAD")]
        assert team.thread(number).escalated
        handover.take_over(team.ctx, replace(LARS, channel="C0PRESS"), number, "ours")
        assert [tuple(row.values()) for row in team.rows(taken)] == [("C0PRESS", "U0LARS"), ("U0LEAD", "U0LEAD")]
        assert not team.thread(number).escalated

    def test_colleague_who_was_not_asked_settles_no_request(self, team: Team) -> None:
        number = team.write()
        claim.claim(team.ctx, ANNA, number)
        escalate.escalate(team.ctx, ANNA, number, None, "too angry for me")
        handover.take_over(team.ctx, replace(LARS, channel="C0SUPPORT"), number, "shift is over")
        assert [row["taken_by"] for row in team.rows("SELECT taken_by FROM escalation")] == [None]
        assert team.thread(number).escalated

    def test_note_of_a_hand_over_reaches_owner_and_timeline(self, bench: Bench, team: Team) -> None:
        number = bench.mention()
        bench.finish()
        claim.claim(team.ctx, ANNA, number)
        handover.hand_over(team.ctx, ANNA, number, LARS, " belt om <3> uur ")
        bench.finish()
        assert team.events(number)[-1].data == {"to": "U0LARS", "note": "belt om <3> uur"}
        (told,) = bench.under_the_card()
        assert "<@U0LARS>, this is yours now: <@U0ANNA> handed it over." in told.text
        assert "belt om <3> uur" in str(told.blocks)
        erase.erase(team.ctx, "klant")
        bench.finish()
        (told,) = bench.under_the_card()
        assert "belt om" not in str([told.text, told.blocks])
        assert team.rows("SELECT payload FROM outbox WHERE kind = 'said'") != []

    @pytest.mark.parametrize("note", ["", "Lars kent hem"])
    def test_former_owner_is_told_alone_of_a_leads_hand_over(self, bench: Bench, team: Team, note: str) -> None:
        number = bench.mention()
        claim.claim(team.ctx, ANNA, number)
        handover.hand_over(team.ctx, LEAD, number, LARS, note)
        bench.finish()
        (told,) = bench.direct("U0ANNA")
        assert told.text == "<@U0LEAD> handed this over from you to <@U0LARS>."
        assert f"#{number}" in str(told.blocks)
        assert len(bench.under_the_card()) == 1
        assert bench.direct("U0LARS") == []

    @pytest.mark.parametrize("own", [False, True])
    def test_nobody_else_is_told_of_a_hand_over(self, bench: Bench, team: Team, own: bool) -> None:
        number = bench.mention()
        if own:
            claim.claim(team.ctx, LEAD, number)
        handover.hand_over(team.ctx, LEAD, number, LARS)
        bench.finish()
        assert [bench.direct(agent) for agent in ("U0ANNA", "U0LARS", "U0LEAD")] == [[], [], []]

    def test_taking_over_an_unowned_thread_tells_nobody(self, team: Team) -> None:
        number = team.write()
        handover.take_over(team.ctx, LARS, number, "on leave")
        assert (team.thread(number).owner, team.wanted("note")) == ("U0LARS", [])


class TestEscalation:
    @pytest.mark.parametrize(
        ("to", "channels"),
        [(None, ["U0LEAD"]), ("lead:U0LEAD", ["U0LEAD"]), ("team:Press office", ["C0PRESS"])],
    )
    def test_escalation_has_a_card_where_it_went(self, team: Team, to: str | None, channels: list[str]) -> None:
        number = team.write()
        escalate.escalate(team.ctx, ANNA, number, to, " threatens to sue ")
        rows = team.rows("SELECT destination, thread_id FROM outbox WHERE kind = 'escalation'")
        assert [row["destination"] for row in rows] == channels
        assert team.rows("SELECT why FROM escalation")[0]["why"] == "threatens to sue"
        assert team.thread(number).owner is None

    def test_escalation_needs_a_reason_and_a_known_target(self, team: Team) -> None:
        number = team.write()
        with pytest.raises(Refused, match="why_missing"):
            escalate.escalate(team.ctx, ANNA, number, None, "  ")
        with pytest.raises(Refused, match="unknown_target"):
            escalate.escalate(team.ctx, ANNA, number, "team:Legal", "help")
        assert team.rows("SELECT id FROM escalation") == []
        assert [target.value for target in escalate.targets(team.ctx, ANNA, number)] == [
            "lead:U0LEAD",
            "team:Press office",
        ]

    def test_lead_escalates_to_somebody_else(self, team: Team) -> None:
        number = team.write()
        assert [target.value for target in escalate.targets(team.ctx, LEAD, number)] == ["team:Press office"]
        with pytest.raises(Refused, match="unknown_target"):
            escalate.escalate(team.ctx, LEAD, number, "lead:U0LEAD", "help")
        escalate.escalate(team.ctx, LEAD, number, None, "help")
        assert [row["channel"] for row in team.rows("SELECT channel FROM escalation")] == ["C0PRESS"]

    def test_lead_alone_has_nobody_to_escalate_to(self, team: Team) -> None:
        number = team.write()
        (desk,) = team.ctx.settings.desks
        settings = replace(team.ctx.settings, desks=(desk.model_copy(update={"escalate_to": ()}),))
        ctx = replace(team.ctx, settings=settings)
        for ask in (
            lambda: escalate.targets(ctx, LEAD, number),
            lambda: escalate.escalate(ctx, LEAD, number, None, "help"),
        ):
            with pytest.raises(Refused, match="nobody_to_escalate_to"):
                ask()


def _newest_line(team: Team) -> int:
    return int(team.rows("SELECT max(id) AS id FROM event")[0]["id"])


def test_hand_over_race_leaves_one_owner_and_all_lines(team: Team) -> None:
    number = team.write()
    claim.claim(team.ctx, ANNA, number)
    refusals(
        [
            lambda: handover.hand_over(team.ctx, ANNA, number, EMMA),
            lambda: handover.take_over(team.ctx, LARS, number, "on leave"),
            lambda: handover.take_over(team.ctx, LEAD, number, "on leave"),
            lambda: release.release(team.ctx, ANNA, number),
        ]
    )
    assert team.thread(number).owner == team.owner_told(number)
