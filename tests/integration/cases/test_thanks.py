"""Thanks after our answer: shown, rings nobody, starts no clock, and one tap lets it count after all."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.cases.mention import Media
from bot.domain.cases.thread import State
from bot.domain.common.errors import Refused
from bot.usecases.cases.close import close
from bot.usecases.cases.hear import hear
from bot.usecases.privacy import erase
from tests.support.bench import Bench
from tests.support.cast import ANNA, LARS
from tests.support.clock import TurnedClock
from tests.support.team import Team


@pytest.fixture
def answered(team: Team, clock: TurnedClock) -> int:
    number = team.write()
    team.arrive(team.answer(number))
    clock.turn(minutes=5)
    return number


@pytest.mark.parametrize("words", ["Dank je wel 🙏", "Tack så mycket!", "👍"])
def test_thanks_start_no_clock_and_ring_nobody(team: Team, answered: int, words: str) -> None:
    before = team.thread(answered)
    team.write(words)
    assert replace(team.thread(answered), language=before.language) == before
    assert [post.text for post in team.messages(answered)][-1] == words
    assert team.wanted("follow_up") == []


@pytest.mark.parametrize("words", ["Dank je wel, en wanneer?", "Alvast bedankt", "Bedankt, maar hij is er niet"])
def test_thanks_with_a_question_are_a_follow_up(team: Team, answered: int, words: str, clock: TurnedClock) -> None:
    team.write(words)
    assert team.thread(answered).waiting_since == clock.at
    assert team.wanted("follow_up") != []


def test_picture_beside_thanks_is_looked_at(team: Team, answered: int) -> None:
    mention = replace(team.mention("Bedankt!"), media=(Media("photo", "https://pbs.example/1.jpg", None),))
    team.receive(mention)
    assert team.thread(answered).state is State.WAITING


@pytest.mark.parametrize("words", ["Prima!", "Dank je wel", "👍"])
def test_what_follows_our_question_answers_it(team: Team, answered: int, words: str, clock: TurnedClock) -> None:
    team.write("Hij is er nog niet")
    team.arrive(team.answer(answered, "Zullen we een nieuwe sturen?"))
    team.write(words)
    assert team.thread(answered).waiting_since == clock.at


def test_address_in_our_answer_asks_nothing(team: Team, answered: int) -> None:
    team.write("Waar dan?")
    team.arrive(team.answer(answered, "Op https://acme.example/track?id=1"))
    team.write("Bedankt!")
    assert team.thread(answered).state is State.ANSWERED


def test_thanks_to_nobody_yet_wait_as_ever(team: Team) -> None:
    number = team.write("Bedankt!")
    assert team.thread(number).state is State.WAITING
    team.write("Super bedankt")
    assert team.thread(number).state is State.WAITING


def test_needs_an_answer_counts_from_the_messages_own_time(team: Team, answered: int, clock: TurnedClock) -> None:
    team.write("Top, dank!")
    team.write("Bedankt!")
    first = clock.at
    clock.turn(minutes=30)
    hear(team.ctx, LARS, answered)
    thread = team.thread(answered)
    assert (thread.state, thread.waiting_since, thread.due_at) == (State.WAITING, first, first + timedelta(hours=2))
    assert team.kinds(answered)[-1] == "heard"
    with pytest.raises(Refused, match="waiting"):
        hear(team.ctx, LARS, answered)


def test_needs_an_answer_without_thanks_is_refused(team: Team, answered: int) -> None:
    with pytest.raises(Refused, match="answered"):
        hear(team.ctx, LARS, answered)


def test_thanks_that_become_a_complaint_wait_since_they_were_written(
    team: Team, answered: int, clock: TurnedClock
) -> None:
    mention = team.mention("Bedankt!")
    team.receive(mention)
    wrote = clock.at
    clock.turn(minutes=10)
    team.receive(team.edited(mention, "Bedankt voor niets, nog steeds weg", "e2"))
    assert team.thread(answered).waiting_since == wrote


def test_edited_thanks_that_we_answered_meanwhile_stay_answered(team: Team, answered: int) -> None:
    mention = team.mention("Bedankt!")
    team.receive(mention)
    team.write("Waar is de bon?")
    team.arrive(team.answer(answered))
    team.receive(team.edited(mention, "Bedankt, en waar is de bon", "e2"))
    assert team.thread(answered).state is State.ANSWERED


def test_thanks_that_become_a_complaint_are_told_like_a_follow_up(team: Team, answered: int) -> None:
    mention = team.mention("Bedankt!")
    team.receive(mention)
    team.receive(team.edited(mention, "Bedankt voor niets, nog steeds weg", "e2"))
    assert team.wanted("follow_up") != []


def test_later_question_waits_since_it_was_asked(team: Team, answered: int, clock: TurnedClock) -> None:
    team.write("Bedankt!")
    clock.turn(hours=5)
    team.write("Toch nog iets: waar is de bon?")
    assert team.thread(answered).waiting_since == clock.at


def test_card_shows_the_thanks_and_never_says_closed_over_our_answer(bench: Bench) -> None:
    number = bench.team.write()
    bench.team.arrive(bench.team.answer(number))
    bench.deliver()
    rings = len(bench.channel())
    bench.team.write("Dank je wel 🙏")
    bench.deliver()
    shown = str(bench.channel()[0].blocks)
    assert "Dank je wel" in shown
    assert "only thanks, so no clock runs" in shown
    assert "'needs_answer'" in shown
    assert len(bench.channel()) == rings
    hear(bench.ctx, ANNA, number)
    close(bench.ctx, ANNA, number, "thanks")
    bench.deliver()
    shown = str(bench.channel()[0].blocks)
    assert "*Answered*, no further reply needed: thanks" in shown
    assert "without a reply" not in shown


def test_erasing_forgets_the_thanks(team: Team, answered: int) -> None:
    team.write("Bedankt!")
    erase.erase(team.ctx, "klant")
    assert "Bedankt" not in str(team.messages(answered))
