"""A request for help is answered, or its target is missed and both sides hear of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.common.errors import Refused
from bot.platform.i18n import translator
from bot.usecases.cases import claim, close, escalate, escalation_nag, merge
from bot.usecases.cases.answer_colleague import answer_colleague
from bot.usecases.privacy import erase
from bot.usecases.replies import advice, reply
from bot.views.replies.reply import modal
from tests.support.bench import Bench
from tests.support.cast import ANNA, LARS, LEAD, PRESS
from tests.support.samples import fine

AT_PRESS = replace(LARS, channel=PRESS)


@pytest.fixture
def number(bench: Bench) -> int:
    """A thread of Anna's, about which she asks the press office."""
    number = bench.mention()
    claim.claim(bench.ctx, ANNA, number)
    escalate.escalate(bench.ctx, ANNA, number, "team:Press office", "a journalist asks")
    bench.deliver(3)
    return number


def texts(bench: Bench, place: str) -> str:
    return "\n".join(str([message.text, message.blocks]) for message in bench.messages(place))


class TestAnswer:
    def test_owner_reads_it_under_the_card_and_directly(self, bench: Bench, number: int) -> None:
        assert answer_colleague(bench.ctx, AT_PRESS, 1, " say <nothing> yet ") == ANNA.id
        bench.deliver(3)
        (under,) = bench.under_the_card()
        (direct,) = bench.direct(ANNA.id)
        for message in (under, direct):
            assert "<@U0ANNA>, <@U0LARS> answers your request for help:" in message.text
            assert "say <nothing> yet" in str(message.blocks)
        assert "Answered* by <@U0LARS>" in texts(bench, PRESS)
        assert bench.team.kinds(number)[-1] == "advised"
        assert bench.team.thread(number).owner == ANNA.id

    @pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
    def test_answer_stands_where_the_reply_is_written(self, bench: Bench, number: int) -> None:
        def form() -> str:
            return fine(modal(reply.draft(bench.ctx, ANNA, number), translator("en")))

        assert "answered" not in form()
        answer_colleague(bench.ctx, AT_PRESS, 1, "say <!channel> *nothing* yet")
        escalate.escalate(bench.ctx, ANNA, number, "lead:U0LEAD", "and what do you think?")
        bench.clock.turn(minutes=1)
        answer_colleague(bench.ctx, LEAD, 2, "wait for the press office")
        shown = form()
        assert shown.index("*Press office* answered at") < shown.index("<@U0LEAD> answered at")
        assert '"text": "say <!channel> *nothing* yet"' in shown, "as plain words, in which Slack finds no mark-up"
        erase.erase(bench.ctx, "klant")
        with pytest.raises(Refused, match="erased"):
            form()

    def test_answer_is_a_start_above_what_was_typed_in_its_thread_alone(self, bench: Bench, number: int) -> None:
        answer_colleague(bench.ctx, AT_PRESS, 1, "Say that we look into it")
        (given,) = reply.draft(bench.ctx, ANNA, number).advice

        def begun(thread: int, typed: str, event: int = given.event_id) -> str:
            return advice.begin(bench.ctx, ANNA, thread, event, typed, "V1")

        assert begun(number, "Bye!") == "Say that we look into it\n\nBye!"
        assert begun(number, "Say that we look into it, Jan") == "Say that we look into it, Jan"
        assert reply.draft(bench.ctx, ANNA, number).text == "Say that we look into it, Jan"
        with pytest.raises(Refused, match="no_room"):
            begun(number, "x" * 2990)
        other = bench.mention("@acme Hallo?", by="ander")
        (received, *_) = bench.team.rows("SELECT id FROM event ORDER BY id")
        for thread, event in ((other, given.event_id), (number, received["id"]), (number, 999)):
            with pytest.raises(Refused, match="erased"):
                begun(thread, "", event)
        merge.merge(bench.ctx, ANNA, number, bench.mention("@acme En dit?"))
        assert begun(bench.team.thread(number).merged_into or 0, "").startswith("Say that")

    def test_erased_customer_is_gone_from_the_answer(self, bench: Bench, number: int) -> None:
        answer_colleague(bench.ctx, AT_PRESS, 1, "Jan Jansen is a friend")
        bench.deliver(3)
        erase.erase(bench.ctx, "klant")
        bench.finish()
        assert "Jansen" not in bench.everything_shown()
        assert "Jansen" not in str(bench.tables())

    def test_nothing_or_nobodys_request_is_refused(self, bench: Bench, number: int) -> None:
        with pytest.raises(Refused, match="empty"):
            answer_colleague(bench.ctx, AT_PRESS, 1, " ")
        with pytest.raises(Refused, match="unknown_thread"):
            answer_colleague(bench.ctx, AT_PRESS, 99, "hello")


class TestTarget:
    def test_asked_team_is_warned_then_the_owner_is_told(self, bench: Bench, number: int) -> None:
        bench.clock.turn(minutes=44)
        assert escalation_nag.tick(bench.ctx) == 0
        bench.clock.turn(minutes=1)
        assert (escalation_nag.tick(bench.ctx), escalation_nag.tick(bench.ctx)) == (1, 0)
        bench.deliver(3)
        assert "waits for your answer about #1, by" in texts(bench, PRESS)
        bench.clock.turn(minutes=15)
        assert (escalation_nag.tick(bench.ctx), escalation_nag.tick(bench.ctx)) == (1, 0)
        bench.deliver(3)
        assert "Your answer about #1 is *late*" in texts(bench, PRESS)
        assert "<@U0ANNA>, *Press office* has not answered" in "".join(each.text for each in bench.under_the_card())
        bench.clock.turn(days=1)
        assert escalation_nag.tick(bench.ctx) == 0

    @pytest.mark.parametrize("how", ["answered", "closed"])
    def test_nobody_is_reminded_of_what_is_settled(self, bench: Bench, number: int, how: str) -> None:
        if how == "answered":
            answer_colleague(bench.ctx, AT_PRESS, 1, "fine with us")
        else:
            close.close(bench.ctx, ANNA, number, "solved")
        bench.clock.turn(hours=2)
        assert escalation_nag.tick(bench.ctx) == 0

    def test_lead_is_reminded_directly(self, bench: Bench) -> None:
        other = bench.mention(by="piet")
        escalate.escalate(bench.ctx, ANNA, other, None, "help")
        bench.deliver(3)
        bench.clock.turn(hours=1)
        assert escalation_nag.tick(bench.ctx) == 1
        bench.deliver(3)
        assert "is *late*" in "".join(each.text for each in bench.direct(LEAD.id))
