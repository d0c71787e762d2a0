"""Answering a customer: what keeps it from being doubled, stale or embarrassing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest

from bot.domain.cases.conversation import Agent, Post, Reply, ReplyState
from bot.domain.cases.thread import State
from bot.domain.common.errors import Refused
from bot.usecases.cases import claim, close, handover
from bot.usecases.desk import agents
from bot.usecases.desk.context import Actor
from bot.usecases.replies import reply, reply_outcome
from bot.views.cases.models import Seen
from tests.support.cast import ANNA, LARS, LEAD
from tests.support.clock import TurnedClock
from tests.support.team import Team
from tests.support.together import refusals

EMMA = Actor("U0EMMA", "modal")


def seen(team: Team, number: int, by: Actor = ANNA) -> Seen:
    return reply.draft(team.ctx, by, number).seen


class TestText:
    def test_reply_is_signed_undoable_and_claims_the_thread(self, team: Team, clock: TurnedClock) -> None:
        number = team.write()
        answer = team.answer(number, " Wij zoeken het uit \n")
        assert (answer.text, answer.state, answer.in_reply_to) == ("Wij zoeken het uit ^AB", ReplyState.QUEUED, "1")
        assert answer.send_at == clock.at + timedelta(seconds=10)
        thread = team.thread(number)
        assert (thread.owner, thread.pending_reply_id) == ("U0ANNA", answer.id)
        assert thread.nags_rest_until == answer.send_at + timedelta(minutes=1)
        assert team.kinds(number) == ["received", "claimed", "replied"]
        (row,) = team.rows("SELECT key, destination FROM outbox WHERE kind = 'reply'")
        assert dict(row) == {"key": f"reply:{answer.id}", "destination": "x:acme"}

    def test_initials_come_from_the_name_by_default(self, team: Team) -> None:
        number = team.write()
        agents.keep(team.ctx, Agent("U0EMMA", "Emma Clark", "en-GB"))
        assert team.answer(number, "Hi", EMMA).text == "Hi ^EC"

    def test_unknown_author_signs_with_nothing(self, team: Team) -> None:
        assert team.answer(team.write(), "Hi", EMMA).text == "Hi"

    @pytest.mark.parametrize("words", ["", "  \n\t"])
    def test_empty_reply_is_refused(self, team: Team, words: str) -> None:
        number = team.write()
        with pytest.raises(Refused, match="empty"):
            team.answer(number, words)
        assert team.thread(number).owner is None

    @pytest.mark.parametrize(
        ("words", "used"),
        [
            ("a" * 276, 280),
            ("🙂" * 138, 280),  # each counts for two
            ("👩‍👩‍👧‍👦" * 138, 280),  # and so does a family
            (f"https://acme.nl/{'x' * 300} " + "a" * 252, 280),  # a link counts for 23, whatever its length
        ],
        ids=["letters", "emoji", "families", "link"],
    )
    def test_text_length_counts_as_x_does_with_signature(self, team: Team, words: str, used: int) -> None:
        number = team.write()
        with pytest.raises(Refused, match="too_long") as refused:
            team.answer(number, words + "a")
        assert (refused.value.details["used"], refused.value.details["limit"]) == (used + 1, 280)
        team.answer(number, words)

    def test_modals_promised_room_is_there(self, team: Team) -> None:
        number = team.write()
        draft = reply.draft(team.ctx, ANNA, number)
        assert (draft.signature, draft.limit, draft.room) == ("^AB", 280, 276)
        team.answer(number, "a" * draft.room)


class TestGuard:
    def test_reply_passes_when_nothing_happened(self, team: Team) -> None:
        number = team.write()
        team.answer(number, seen=seen(team, number))

    def test_new_post_of_the_customer_stops_it_and_is_shown(self, team: Team, clock: TurnedClock) -> None:
        number = team.write()
        opened = seen(team, number)
        clock.turn(seconds=30)
        team.write("Laat maar, gevonden!")
        with pytest.raises(Refused, match="changed") as refused:
            team.answer(number, seen=opened)
        (change,) = refused.value.details["changes"]
        assert isinstance(change, Post)
        assert change.text == "Laat maar, gevonden!"
        anyway = team.answer(number, seen=refused.value.details["draft"].seen)
        assert anyway.in_reply_to == "2"

    def test_edit_and_deletion_stop_it(self, team: Team, clock: TurnedClock) -> None:
        mention = team.mention("Mijn pakje")
        team.receive(mention)
        team.write("En snel!")
        opened = seen(team, 1)
        clock.turn(minutes=15)
        team.receive(team.edited(mention, "Mijn pakket", "11"))
        with pytest.raises(Refused, match="changed"):
            team.answer(1, seen=opened)
        opened = seen(team, 1)
        clock.turn(minutes=15)
        team.delete("2")
        with pytest.raises(Refused, match="changed"):
            team.answer(1, seen=opened)
        assert team.answer(1, seen=seen(team, 1)).in_reply_to == "11"

    def test_colleagues_answer_stops_it(self, team: Team) -> None:
        number = team.write()
        opened = seen(team, number)
        team.arrive(team.answer(number, by=LARS))
        handover.take_over(team.ctx, ANNA, number, "on leave")
        with pytest.raises(Refused, match="changed") as refused:
            team.answer(number, seen=opened)
        (change,) = refused.value.details["changes"]
        assert isinstance(change, Reply)
        assert change.author == "U0LARS"
        team.answer(number, seen=refused.value.details["draft"].seen)

    def test_colleagues_refused_reply_stops_nobody(self, team: Team) -> None:
        number = team.write()
        lost = team.answer(number, by=LARS)
        reply_outcome.begin(team.ctx, lost.id)
        reply_outcome.refused(team.ctx, lost.id, "duplicate")
        handover.take_over(team.ctx, ANNA, number, "on leave")
        team.answer(number, seen=seen(team, number))

    def test_fully_deleted_thread_cannot_be_answered(self, team: Team, clock: TurnedClock) -> None:
        number = team.write()
        team.arrive(team.answer(number))
        team.write()
        clock.turn(minutes=15)
        team.delete("1", "2")
        with pytest.raises(Refused, match="network_refuses") as refused:
            team.answer(number)
        assert refused.value.details["reason"] == "gone"


class TestRace:
    def test_repeated_submission_makes_one_reply(self, team: Team) -> None:
        number = team.write()
        first = team.answer(number, idempotency_key="view:V1")
        assert team.answer(number, idempotency_key="view:V1") == first
        with ThreadPoolExecutor(8) as pool:
            again = list(pool.map(lambda _: team.answer(number, idempotency_key="view:V1"), range(8)))
        assert {one.id for one in again} == {first.id}
        assert team.kinds(number).count("replied") == 1

    def test_reply_race_has_one_winner(self, team: Team) -> None:
        number = team.write()
        outcomes = refusals(
            [lambda by=by: team.answer(number, by=by) for by in (ANNA, LARS, LEAD, EMMA)]  # type: ignore[misc]
        )
        assert outcomes.count(None) == 1
        assert {refused.code for refused in outcomes if refused} <= {"reply_on_its_way", "taken"}
        assert len(team.wanted("reply")) == 1

    def test_close_against_reply_has_one_winner(self, team: Team) -> None:
        for conversation in map(str, range(8)):
            number = team.write(conversation=conversation)
            outcomes = refusals(
                [partial(team.answer, number), partial(close.close, team.ctx, LARS, number, "spam")],
            )
            assert outcomes.count(None) == 1
            assert (team.thread(number).state is State.CLOSED) is (team.thread(number).pending_reply_id is None)


def test_refused_replier_is_told_why(team: Team) -> None:
    number = team.write()
    claim.claim(team.ctx, LARS, number)
    with pytest.raises(Refused, match="taken"):
        team.answer(number)
    blocked = team.write(conversation="c2", reply_blocked_reason="not_mentioned")
    with pytest.raises(Refused, match="network_refuses"):
        team.answer(blocked)


class TestUndo:
    def test_undone_reply_is_not_sent_and_the_clock_goes_on(self, team: Team, clock: TurnedClock) -> None:
        number = team.write()
        due = team.thread(number).next_nag_at
        answer = team.answer(number)
        assert reply.undo(team.ctx, ANNA, answer.id).state is ReplyState.CANCELLED
        assert reply_outcome.begin(team.ctx, answer.id) is None
        assert team.wanted("reply") == []
        assert (team.thread(number).pending_reply_id, team.thread(number).next_nag_at) == (None, due)
        with pytest.raises(Refused, match="too_late"):
            reply.undo(team.ctx, ANNA, answer.id)

    def test_only_its_author_undoes_a_reply(self, team: Team) -> None:
        answer = team.answer(team.write())
        with pytest.raises(Refused, match="not_yours"):
            reply.undo(team.ctx, LARS, answer.id)
        with pytest.raises(Refused, match="too_late"):
            reply.undo(team.ctx, ANNA, 9999)

    def test_undo_against_send_has_one_winner(self, team: Team) -> None:
        for conversation in map(str, range(10)):
            answer = team.answer(team.write(conversation=conversation))
            begun: list[Reply | None] = []
            undone, _ = refusals(
                [
                    lambda it=answer: reply.undo(team.ctx, ANNA, it.id),  # type: ignore[misc]
                    lambda it=answer, to=begun: to.append(reply_outcome.begin(team.ctx, it.id)),  # type: ignore[misc]
                ]
            )
            assert (undone is None) is (begun == [None])


class TestStrangers:
    @pytest.mark.parametrize(
        ("text", "names"),
        [
            ("Vraag het @lars", ["@lars"]),
            ("cc .@Piet_1 en (@kees)!", ["@Piet_1", "@kees"]),
            ("\uff20lars helpt", ["@lars"]),
        ],
    )
    def test_handle_from_outside_the_conversation_is_asked_about(self, team: Team, text: str, names: list[str]) -> None:
        number = team.write()
        with pytest.raises(Refused, match="unconfirmed") as refused:
            team.answer(number, text)
        assert refused.value.details["names"] == names
        assert refused.value.details["draft"].seen == seen(team, number)
        assert team.thread(number).owner is None
        submit = partial(reply.submit, team.ctx, ANNA, number, text, seen=None)
        with pytest.raises(Refused, match="unconfirmed"):
            submit(idempotency_key="half", confirmed=names[1:])
        assert submit(idempotency_key="whole", confirmed=names).text.startswith(text)

    @pytest.mark.parametrize("text", ["@JORIS kijk", "Met @vriend erbij", "@acme is er", "mail info@lars.nl", "a@b"])
    def test_who_takes_part_is_not_asked_about(self, team: Team, text: str) -> None:
        number = team.write("@acme @vriend help")
        handle = team.thread(number).customer_handle
        team.answer(number, text.replace("JORIS", handle.upper()))

    def test_colleague_named_to_a_customer_is_asked_about(self, team: Team) -> None:
        number = team.write()
        submit = partial(
            reply.submit, team.ctx, ANNA, number, "Lars Nilsson helpt", seen=None, colleagues=["Lars Nilsson"]
        )
        with pytest.raises(Refused, match="unconfirmed"):
            submit(idempotency_key="asked")
        submit(idempotency_key="meant", confirmed=["Lars Nilsson"])
