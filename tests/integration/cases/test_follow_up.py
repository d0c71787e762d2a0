"""A customer who writes again: a line under the card at once, which rings whoever must know."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.cases.conversation import Agent
from bot.domain.cases.mention import Author
from bot.domain.desk.standing import Standing
from bot.sandbox.slack.records import Message
from bot.usecases.cases import claim, close, handover, release
from bot.usecases.desk import agents
from bot.usecases.privacy import erase
from tests.support.bench import Bench, restarted
from tests.support.cast import ANNA, LARS

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def answered(bench: Bench) -> int:
    """A mention of @joris that Anna has answered, with its card in Slack."""
    number = bench.mention(by="joris")
    bench.settle()
    bench.team.answer(number)
    bench.settle(minutes=1)
    assert bench.team.thread(number).state == "answered"
    return number


def again(bench: Bench, number: int, words: str = "En nu?") -> None:
    """The customer of this thread writes in it once more, and Slack is told."""
    bench.sandbox.x.post("joris", words, in_reply_to=bench.team.messages(number)[0].external_id)
    bench.fetch()
    bench.settle()


def at_once(bench: Bench, number: int, words: str) -> None:
    """The same, known to the desk in the same second and not told to Slack yet."""
    thread = bench.team.thread(number)
    author = Author(thread.author_id, thread.customer_handle, thread.customer_name)
    bench.team.receive(bench.team.mention(words, id=f"9{words}", conversation=thread.conversation, author=author))


def lines(bench: Bench) -> list[Message]:
    return [message for message in bench.under_the_card() if "wrote again" in message.text]


class TestLine:
    def test_owner_is_told_at_once_with_reply(self, bench: Bench) -> None:
        number = answered(bench)
        again(bench, number, "Het is er nog steeds niet")
        (line,) = lines(bench)
        assert line.text == "<@U0ANNA>, joris wrote again: “Het is er nog steeds niet”"
        assert "'action_id': 'reply'" in str(line.blocks)
        assert not line.broadcast

    def test_several_within_a_minute_are_one_line(self, bench: Bench) -> None:
        number = answered(bench)
        for words in ("een", "twee"):
            at_once(bench, number, words)
            bench.settle(seconds=20)
        (line,) = lines(bench)
        assert line.text.endswith("wrote again: “een” “twee”")
        again(bench, number, "drie")  # fetched a minute later
        assert len(lines(bench)) == 2

    def test_owner_is_told_of_an_addition_while_the_customer_waits(self, bench: Bench) -> None:
        number = bench.mention(by="joris")
        bench.settle()
        again(bench, number, "ook nog dit")
        assert lines(bench) == []
        claim.claim(bench.ctx, ANNA, number)
        again(bench, number, "en dit")
        (line,) = lines(bench)
        assert line.text.startswith("<@U0ANNA>, joris")

    def test_closed_thread_that_goes_on_is_told(self, bench: Bench) -> None:
        number = bench.mention(by="joris")
        bench.settle()
        close.close(bench.ctx, ANNA, number, "spam")
        again(bench, number)
        assert len(lines(bench)) == 1

    def test_answer_leaves_the_words_and_no_button(self, bench: Bench) -> None:
        number = answered(bench)
        again(bench, number)
        bench.team.answer(number, "Morgen")
        bench.settle(minutes=1)
        (line,) = lines(bench)
        assert line.text == "joris wrote again: “En nu?”"
        assert "action_id" not in str(line.blocks)

    def test_nothing_is_said_of_what_is_answered_before_slack_can_be_told(self, bench: Bench) -> None:
        number = answered(bench)
        at_once(bench, number, "En nu?")
        bench.team.arrive(bench.team.answer(number, "Morgen"))
        bench.settle(minutes=1)
        assert lines(bench) == []


class TestBroadcast:
    def test_channel_hears_of_a_thread_without_owner(self, bench: Bench) -> None:
        number = answered(bench)
        release.release(bench.ctx, ANNA, number)
        again(bench, number)
        (line,) = lines(bench)
        assert line.broadcast
        assert f"nobody has claimed #{number}" in line.text
        assert "'action_id': 'claim'" in str(line.blocks)

    def test_channel_hears_when_the_owner_answers_for_this_desk_no_longer(self, bench: Bench) -> None:
        number = answered(bench)
        roles = bench.ctx.settings.desks[0].roles.model_copy(update={"reply": ("U0LARS",)})
        later = restarted(bench, roles=roles)
        again(later, number)
        (line,) = lines(later)
        assert line.broadcast
        assert line.text.startswith("joris wrote again")
        assert "*Anna Bakker* is away: who can take over?" in line.text

    @pytest.mark.parametrize("gone", [{"deleted": True}, {"guest": True}, {"team": "T0PARTNER"}])
    @pytest.mark.parametrize("roles", [(), ("S0CARE",)])
    def test_channel_hears_when_the_owner_has_left(
        self, bench: Bench, gone: dict[str, Any], roles: tuple[str, ...]
    ) -> None:
        number = answered(bench)
        users = bench.sandbox.slack.state.users
        users[ANNA.id] = replace(users[ANNA.id], **gone)
        later = restarted(bench, roles=bench.ctx.settings.desks[0].roles.model_copy(update={"reply": roles}), agents={})
        later.ctx.workspace.learn({"team_id": "T0ACME"}.get)
        again(later, number)
        (line,) = lines(later)
        assert line.broadcast is ("deleted" in gone or not roles)

    @pytest.mark.parametrize(("standing", "heard"), [(Standing.DEACTIVATED, True), (Standing.MEMBER, False)])
    def test_what_slack_last_said_counts_while_it_cannot_say(
        self, bench: Bench, standing: Standing, heard: bool
    ) -> None:
        number = answered(bench)
        agents.keep(bench.ctx, Agent(ANNA.id, "Anna", "nl-NL", standing))
        bench.sandbox.faults.add("slack", "users.info", "error_500", times=5)
        again(bench, number)
        (line,) = lines(bench)
        assert line.broadcast is heard

    def test_channel_hears_nothing_when_the_role_is_a_user_groups(self, bench: Bench) -> None:
        number = answered(bench)
        roles = bench.ctx.settings.desks[0].roles.model_copy(update={"reply": ("S0CARE",)})
        later = restarted(bench, roles=roles)
        again(later, number)
        assert not lines(later)[0].broadcast

    def test_new_owner_is_the_one_who_is_told(self, bench: Bench) -> None:
        number = answered(bench)
        handover.hand_over(bench.ctx, ANNA, number, LARS)
        bench.settle()
        again(bench, number)
        assert lines(bench)[0].text.startswith("<@U0LARS>, joris")


class TestErasure:
    def test_erasing_takes_the_words_off_the_line(self, bench: Bench) -> None:
        number = answered(bench)
        again(bench, number, "mijn adres is Dorpsstraat 1")
        erase.erase(bench.ctx, "joris")
        bench.settle(minutes=1)
        assert "Dorpsstraat" not in bench.everything_shown()
        assert "joris" not in bench.everything_shown()
