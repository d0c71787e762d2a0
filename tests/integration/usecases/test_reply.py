"""Answering a customer: what keeps it from being late, doubled, or embarrassing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from bot.domain.card import Seen
from bot.domain.conversation import Message, Person, Reply, ReplyState
from bot.domain.errors import Refused
from bot.domain.thread import State
from bot.networks.base import Sent
from bot.usecases import claim, close, handover, people, reply, send
from bot.usecases.context import Actor
from tests.conftest import TurnedClock
from tests.integration.team import ANNA, LARS, LEAD, Team
from tests.integration.usecases.test_ownership import race

EMMA = Actor("U0EMMA", "modal")


def seen(team: Team, number: int, by: Actor = ANNA) -> Seen:
    return reply.draft(team.ctx, by, number).seen


def arrive(team: Team, answer: Reply, id_: str | None = None, at: datetime | None = None) -> None:
    send.begin(team.ctx, answer.id)
    send.arrived(team.ctx, answer.id, Sent(id_ or f"r{answer.id}", "https://x.com/acme/status/9", at))


def lose(team: Team, answer: Reply) -> None:
    """It went out, no answer came, and the network does not show it."""
    send.begin(team.ctx, answer.id)
    send.checking(team.ctx, answer.id)
    send.unknown(team.ctx, answer.id)


def test_a_reply_is_signed_waits_to_be_undone_and_claims_the_thread(team: Team, clock: TurnedClock) -> None:
    number = team.write()
    answer = team.answer(number, " Wij zoeken het uit \n")
    assert (answer.text, answer.state, answer.in_reply_to) == ("Wij zoeken het uit ^AB", ReplyState.QUEUED, "1")
    assert answer.send_at == clock.at + timedelta(seconds=10)
    thread = team.thread(number)
    assert (thread.owner, thread.reply_id, thread.next_nag_at) == ("U0ANNA", answer.id, None)
    assert team.kinds(number) == ["received", "claimed", "replied"]
    (row,) = team.rows("SELECT key, channel FROM outbox WHERE kind = 'reply'")
    assert dict(row) == {"key": f"reply:{answer.id}", "channel": "x:acme"}


def test_initials_come_from_the_name_where_the_config_has_none(team: Team) -> None:
    number = team.write()
    people.keep(team.ctx, Person("U0EMMA", "Emma Clark", "en-GB"))
    assert team.answer(number, "Hi", EMMA).text == "Hi ^EC"


def test_who_nobody_knows_signs_with_nothing(team: Team) -> None:
    assert team.answer(team.write(), "Hi", EMMA).text == "Hi"


@pytest.mark.parametrize("words", ["", "  \n\t"])
def test_an_empty_reply_is_none(team: Team, words: str) -> None:
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
def test_a_text_is_as_long_as_x_counts_it_signature_included(team: Team, words: str, used: int) -> None:
    number = team.write()
    with pytest.raises(Refused, match="too_long") as refused:
        team.answer(number, words + "a")
    assert (refused.value.facts["used"], refused.value.facts["limit"]) == (used + 1, 280)
    team.answer(number, words)


def test_the_room_that_the_modal_promises_is_there(team: Team) -> None:
    number = team.write()
    draft = reply.draft(team.ctx, ANNA, number)
    assert (draft.signature, draft.limit, draft.room) == ("^AB", 280, 276)
    team.answer(number, "a" * draft.room)


def test_nothing_that_happened_lets_it_through(team: Team) -> None:
    number = team.write()
    team.answer(number, seen=seen(team, number))


def test_new_words_of_the_customer_stop_it_and_are_shown(team: Team, clock: TurnedClock) -> None:
    number = team.write()
    opened = seen(team, number)
    clock.turn(seconds=30)
    team.write("Laat maar, gevonden!")
    with pytest.raises(Refused, match="changed") as refused:
        team.answer(number, seen=opened)
    (change,) = refused.value.facts["changes"]
    assert isinstance(change, Message)
    assert change.text == "Laat maar, gevonden!"
    anyway = team.answer(number, seen=refused.value.facts["draft"].seen)
    assert anyway.in_reply_to == "2"


def test_an_edit_and_a_deletion_stop_it(team: Team, clock: TurnedClock) -> None:
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


def test_a_colleagues_answer_stops_it(team: Team) -> None:
    number = team.write()
    opened = seen(team, number)
    arrive(team, team.answer(number, by=LARS))
    handover.take_over(team.ctx, ANNA, number)
    with pytest.raises(Refused, match="changed") as refused:
        team.answer(number, seen=opened)
    (change,) = refused.value.facts["changes"]
    assert isinstance(change, Reply)
    assert change.author == "U0LARS"
    team.answer(number, seen=refused.value.facts["draft"].seen)


def test_a_colleagues_reply_that_was_refused_stops_nobody(team: Team) -> None:
    number = team.write()
    lost = team.answer(number, by=LARS)
    send.begin(team.ctx, lost.id)
    send.refused(team.ctx, lost.id, "duplicate")
    handover.take_over(team.ctx, ANNA, number)
    team.answer(number, seen=seen(team, number))


def test_what_everybody_deleted_cannot_be_answered(team: Team, clock: TurnedClock) -> None:
    number = team.write()
    arrive(team, team.answer(number))
    team.write()
    clock.turn(minutes=15)
    team.delete("1", "2")
    with pytest.raises(Refused, match="network_refuses") as refused:
        team.answer(number)
    assert refused.value.facts["reason"] == "gone"


def test_a_submission_that_slack_repeats_makes_one_reply(team: Team) -> None:
    number = team.write()
    first = team.answer(number, request="view:V1")
    assert team.answer(number, request="view:V1") == first
    with ThreadPoolExecutor(8) as pool:
        again = list(pool.map(lambda _: team.answer(number, request="view:V1"), range(8)))
    assert {one.id for one in again} == {first.id}
    assert team.kinds(number).count("replied") == 1


def test_of_two_who_reply_at_once_one_does(team: Team) -> None:
    number = team.write()
    outcomes = race(
        [lambda by=by: team.answer(number, by=by) for by in (ANNA, LARS, LEAD, EMMA)]  # type: ignore[misc]
    )
    assert outcomes.count(None) == 1
    assert {refused.code for refused in outcomes if refused} <= {"reply_on_its_way", "taken"}
    assert len(team.wanted("reply")) == 1


def test_close_against_reply_one_wins(team: Team) -> None:
    for conversation in map(str, range(8)):
        number = team.write(conversation=conversation)
        outcomes = race([lambda n=number: team.answer(n), lambda n=number: close.close(team.ctx, LARS, n, "spam")])  # type: ignore[misc]
        assert outcomes.count(None) == 1
        assert (team.thread(number).state is State.CLOSED) is (team.thread(number).reply_id is None)


def test_who_may_not_reply_is_told_why(team: Team) -> None:
    number = team.write()
    claim.claim(team.ctx, LARS, number)
    with pytest.raises(Refused, match="taken"):
        team.answer(number)
    blocked = team.write(conversation="c2", no_reply="not_mentioned")
    with pytest.raises(Refused, match="network_refuses"):
        team.answer(blocked)


def test_undone_is_not_sent_and_the_clock_goes_on(team: Team, clock: TurnedClock) -> None:
    number = team.write()
    due = team.thread(number).next_nag_at
    answer = team.answer(number)
    assert reply.undo(team.ctx, ANNA, answer.id).state is ReplyState.UNDONE
    assert send.begin(team.ctx, answer.id) is None
    assert team.wanted("reply") == []
    assert (team.thread(number).reply_id, team.thread(number).next_nag_at) == (None, due)
    with pytest.raises(Refused, match="too_late"):
        reply.undo(team.ctx, ANNA, answer.id)


def test_only_its_author_undoes_a_reply(team: Team) -> None:
    answer = team.answer(team.write())
    with pytest.raises(Refused, match="not_yours"):
        reply.undo(team.ctx, LARS, answer.id)
    with pytest.raises(Refused, match="too_late"):
        reply.undo(team.ctx, ANNA, 9999)


def test_undo_against_send_exactly_one_wins(team: Team) -> None:
    for conversation in map(str, range(10)):
        answer = team.answer(team.write(conversation=conversation))
        begun: list[Reply | None] = []
        undone, _ = race(
            [
                lambda it=answer: reply.undo(team.ctx, ANNA, it.id),  # type: ignore[misc]
                lambda it=answer, to=begun: to.append(send.begin(team.ctx, it.id)),  # type: ignore[misc]
            ]
        )
        assert (undone is None) is (begun == [None])


def test_an_answer_that_arrives_ends_the_wait_and_tells_its_author(team: Team, clock: TurnedClock) -> None:
    number = team.write()
    answer = team.answer(number)
    at = clock.turn(minutes=20)
    arrive(team, answer)
    thread = team.thread(number)
    assert (thread.state, thread.first_response_at, thread.reply_id) == (State.ANSWERED, at, None)
    assert [(message.inbound, message.author, message.text) for message in team.messages(number)][-1] == (
        False, "U0ANNA", "Wij zoeken het uit ^AB",
    )  # fmt: skip
    (wait,) = team.rows("SELECT outcome, by, target FROM wait")
    assert dict(wait) == {"outcome": "answered", "by": "U0ANNA", "target": "first"}
    assert len(team.wanted("tell")) == 1
    send.arrived(team.ctx, answer.id, Sent("r2", "https://x.com/acme/status/10"))
    assert team.kinds(number).count("sent") == 1


def test_what_was_written_meanwhile_still_waits_for_the_next_response(team: Team, clock: TurnedClock) -> None:
    number = team.write()
    answer = team.answer(number)
    later = clock.turn(seconds=5)
    team.write("En nog iets")
    clock.turn(seconds=10)
    arrive(team, answer)
    thread = team.thread(number)
    assert (thread.state, thread.waiting_since, thread.due_at) == (State.WAITING, later, later + timedelta(hours=2))
    waits = team.rows("SELECT outcome, target FROM wait ORDER BY id")
    assert [tuple(wait.values()) for wait in waits] == [("answered", "first"), (None, "next")]


@pytest.mark.parametrize(
    ("code", "blocked"),
    [
        ("not_mentioned", "not_mentioned"),
        ("gone", "gone"),
        ("duplicate", None),
        ("too_long", None),
        ("forbidden", None),
        ("credentials", None),
        ("credits", None),
        ("invalid", None),
    ],
)
def test_a_refused_reply_keeps_its_text_and_the_clock_goes_on(team: Team, code: str, blocked: str | None) -> None:
    number = team.write()
    answer = team.answer(number)
    send.begin(team.ctx, answer.id)
    send.refused(team.ctx, answer.id, code)
    kept, thread = team.reply(answer.id), team.thread(number)
    assert (kept.state, kept.error, kept.text) == (ReplyState.REFUSED, code, answer.text)
    assert (thread.reply_id, thread.no_reply) == (None, blocked)
    assert thread.next_nag_at is not None
    assert len(team.wanted("tell")) == 1


def test_while_it_is_not_known_nobody_answers_again(team: Team) -> None:
    number = team.write()
    answer = team.answer(number)
    send.begin(team.ctx, answer.id)
    send.checking(team.ctx, answer.id)
    with pytest.raises(Refused, match="reply_on_its_way"):
        team.answer(number)
    send.unknown(team.ctx, answer.id)
    with pytest.raises(Refused, match="unknown_reply"):
        team.answer(number)
    assert team.thread(number).next_nag_at is not None


def test_a_person_says_that_it_was_sent(team: Team, clock: TurnedClock) -> None:
    number = team.write()
    answer = team.answer(number)
    tried = clock.turn(seconds=10)
    lose(team, answer)
    clock.turn(minutes=5)
    reply.decide(team.ctx, ANNA, answer.id, was_sent=True)
    assert (team.reply(answer.id).state, team.reply(answer.id).sent_at) == (ReplyState.SENT, tried)
    assert (team.thread(number).state, team.thread(number).first_response_at) == (State.ANSWERED, tried)
    with pytest.raises(Refused, match="decided"):
        reply.decide(team.ctx, LARS, answer.id, was_sent=False)


def test_a_person_has_it_sent_again(team: Team, clock: TurnedClock) -> None:
    number = team.write()
    answer = team.answer(number)
    lose(team, answer)
    reply.decide(team.ctx, ANNA, answer.id, was_sent=False)
    assert (team.reply(answer.id).state, team.thread(number).reply_id) == (ReplyState.QUEUED, answer.id)
    assert team.wanted("reply") == [f"reply:{answer.id}"]
    with pytest.raises(Refused, match="reply_on_its_way"):
        reply.decide(team.ctx, LARS, answer.id, was_sent=True)


def test_of_two_who_decide_one_does(team: Team) -> None:
    number = team.write()
    answer = team.answer(number)
    lose(team, answer)
    outcomes = race(
        [
            lambda: reply.decide(team.ctx, ANNA, answer.id, was_sent=True),
            lambda: reply.decide(team.ctx, ANNA, answer.id, was_sent=False),
        ]
    )
    assert outcomes.count(None) == 1
    assert team.reply(answer.id).state in (ReplyState.SENT, ReplyState.QUEUED)


def test_a_late_success_is_believed_over_a_vain_search(team: Team) -> None:
    number = team.write()
    answer = team.answer(number)
    lose(team, answer)
    send.arrived(team.ctx, answer.id, Sent("r1", "https://x.com/acme/status/9"))
    assert (team.reply(answer.id).state, team.thread(number).state) == (ReplyState.SENT, State.ANSWERED)


def test_a_reply_sent_after_a_close_leaves_it_closed(team: Team) -> None:
    number = team.write()
    answer = team.answer(number)
    lose(team, answer)
    close.close(team.ctx, LARS, number, "phoned them")
    reply.decide(team.ctx, LARS, answer.id, was_sent=True)
    assert (team.thread(number).state, team.thread(number).close_reason) == (State.CLOSED, "phoned them")


def test_what_never_reached_the_network_can_be_undone_again(team: Team, clock: TurnedClock) -> None:
    number = team.write()
    answer = team.answer(number)
    send.begin(team.ctx, answer.id)
    send.not_begun(team.ctx, answer.id, clock.at + timedelta(minutes=1))
    assert (team.reply(answer.id).state, team.reply(answer.id).tried_at) == (ReplyState.QUEUED, None)
    reply.undo(team.ctx, ANNA, answer.id)
    assert send.begin(team.ctx, answer.id) is None
