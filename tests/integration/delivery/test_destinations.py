"""A channel or a member that takes nothing: somebody is told, nothing is lost, and it is said once when it is over."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.sandbox.slack.records import BOT_USER
from bot.usecases.alerts import destinations
from bot.usecases.cases import claim, escalate, handover
from bot.usecases.cases.answer_colleague import answer_colleague
from tests.support.bench import Bench, restarted
from tests.support.cast import ANNA, HERE, LARS, LEAD, PRESS

AGAIN = {"seconds": 61}
AT_PRESS = replace(LARS, channel=PRESS)


def ask_press(bench: Bench) -> int:
    """Anna escalates a thread to the press office: its number."""
    number = bench.mention()
    claim.claim(bench.ctx, ANNA, number)
    escalate.escalate(bench.ctx, ANNA, number, "team:Press office", "A journalist asks")
    bench.deliver(3)
    return number


def card(bench: Bench) -> str:
    (shown,) = bench.channel()
    return str(shown.blocks)


class TestEscalation:
    @pytest.mark.parametrize("trouble", ["archived", "removed", "restricted"])
    def test_unreached_team_is_told_on_the_card_and_to_lead_and_author(self, bench: Bench, trouble: str) -> None:
        slack = bench.sandbox.slack
        if trouble == "removed":
            slack.leave(BOT_USER, PRESS)
        else:
            slack.set_channel(PRESS, **{trouble: True})
        number = ask_press(bench)
        assert bench.messages(PRESS) == []
        assert "Not delivered to Press office" in card(bench)
        for told in (bench.told(), bench.direct(ANNA.id)):
            (message,) = told
            assert "<#C0PRESS>" in message.text
            assert f"#{number}" in str(message.blocks)
        assert [fault.destination for fault in destinations.faults(bench.ctx)] == [PRESS]

    def test_it_is_said_once_and_once_when_it_is_over(self, bench: Bench) -> None:
        bench.sandbox.slack.set_channel(PRESS, archived=True)
        ask_press(bench)
        for _ in range(5):
            bench.settle(**AGAIN)
        assert len(bench.told()) == 1
        bench.sandbox.slack.set_channel(PRESS, archived=False)
        bench.settle(**AGAIN)
        bench.deliver(3)
        assert len(bench.messages(PRESS)) == 1
        assert [message.text[:1] for message in bench.told()] == ["🚫", "✅"]
        assert [message.text[:1] for message in bench.direct(ANNA.id)] == ["🚫", "✅"]
        assert "Not delivered" not in card(bench)
        assert destinations.faults(bench.ctx) == []

    @pytest.mark.parametrize("settled", ["answered", "taken over", "open"])
    def test_who_asked_hears_of_it_only_while_they_wait_for_an_answer(self, bench: Bench, settled: str) -> None:
        number = ask_press(bench)
        if settled == "answered":
            answer_colleague(bench.ctx, AT_PRESS, 1, "Yes, but no figures")
        elif settled == "taken over":
            handover.take_over(bench.ctx, AT_PRESS, number, "on leave")
        bench.deliver(3)
        bench.sandbox.slack.set_channel(PRESS, archived=True)
        bench.sandbox.x.edit(bench.sandbox.x.posts[-1].id, "@acme Mijn pakket is echt weg")  # the cards show it
        bench.settle(minutes=20)
        bench.recheck()
        bench.deliver(3)
        heard = [message for message in bench.direct(ANNA.id) if "<#C0PRESS>" in message.text]
        assert len(heard) == (settled == "open")
        assert ("Not delivered" in card(bench)) == (settled == "open")

    def test_one_row_a_minute_is_tried_however_many_wait(self, bench: Bench) -> None:
        bench.sandbox.slack.set_channel(HERE, archived=True)
        bench.flood(20)
        bench.deliver(3)
        before = bench.calls("chat.postMessage")
        bench.settle(**AGAIN)
        assert bench.calls("chat.postMessage") - before == 1


class TestDesksOwnChannel:
    @pytest.mark.parametrize("trouble", ["archived", "restricted"])
    def test_lead_is_told_and_every_card_comes_afterwards(self, bench: Bench, trouble: str) -> None:
        bench.sandbox.slack.set_channel(HERE, **{trouble: True})
        bench.mention()
        bench.mention(by="ander")
        bench.deliver(3)
        (told,) = bench.told()
        assert f"<#{HERE}>" in told.text
        bench.sandbox.slack.set_channel(HERE, **{trouble: False})
        bench.settle(**AGAIN)
        bench.deliver(3)
        assert len(bench.channel()) == 2

    def test_edit_does_not_end_what_keeps_posts_out(self, bench: Bench) -> None:
        number = bench.mention()
        bench.settle()
        bench.sandbox.slack.set_channel(HERE, restricted=True)
        bench.mention(by="ander")
        bench.deliver(1)
        claim.claim(bench.ctx, ANNA, number)
        bench.deliver(1)
        assert bench.calls("chat.update") == 1
        assert [message.text[:1] for message in bench.told()] == ["🚫"]

    def test_bot_that_comes_back_to_a_private_channel_edits_the_same_card(self, bench: Bench) -> None:
        bench.sandbox.slack.set_channel(HERE, private=True)
        number = bench.mention()
        bench.settle()
        (first,) = bench.channel()
        bench.sandbox.slack.leave(BOT_USER, HERE)
        claim.claim(bench.ctx, ANNA, number)
        bench.deliver(2)
        bench.sandbox.slack.join(BOT_USER, HERE)
        bench.settle(**AGAIN)
        bench.deliver(2)
        (same,) = bench.channel()
        assert same.ts == first.ts
        assert "U0ANNA" in str(same.blocks)
        assert [message.text[:1] for message in bench.told()] == ["🚫", "✅"]

    @pytest.mark.parametrize("code", ["channel_not_found", "not_in_channel", "is_archived", "thread_not_found"])
    def test_only_a_message_that_is_not_found_is_posted_anew(self, bench: Bench, code: str) -> None:
        number = bench.mention()
        bench.settle()
        bench.sandbox.faults.add("slack", "chat.update", "refused", code=code)
        claim.claim(bench.ctx, ANNA, number)
        bench.deliver(2)
        bench.settle(minutes=6)
        assert bench.calls("chat.postMessage") - len(bench.told()) == 1
        assert "U0ANNA" in card(bench)


class TestMember:
    def test_lead_without_direct_messages_is_said_in_the_channel(self, bench: Bench) -> None:
        bench.sandbox.slack.set_channel(bench.sandbox.slack.state.direct(LEAD.id).id, restricted=True)
        number = bench.mention()
        claim.claim(bench.ctx, ANNA, number)
        escalate.escalate(bench.ctx, ANNA, number, "lead:U0LEAD", "An angry customer")
        bench.deliver(4)
        assert bench.told() == []
        assert len(bench.said("<@U0LEAD>")) == 1
        assert len(bench.direct(ANNA.id)) == 1

    def test_channel_that_left_the_config_is_nobodys_matter(self, bench: Bench) -> None:
        bench.mention()
        bench.settle()
        bench.sandbox.slack.set_channel(HERE, archived=True)
        moved = restarted(bench, slack_channel=PRESS)
        claim.claim(moved.ctx, ANNA, 1)
        moved.deliver(2)
        assert moved.told() == []
        assert destinations.faults(moved.ctx) == []


class TestContent:
    @pytest.mark.parametrize("code", ["msg_blocks_too_long", "invalid_blocks", "msg_too_long", "something_new"])
    def test_refused_card_is_posted_bare_at_once(
        self, bench: Bench, code: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        bench.sandbox.faults.add("slack", "chat.postMessage", "refused", code=code)
        number = bench.mention("@acme Mijn pakket is weg")
        bench.settle()
        (message,) = bench.channel()
        assert f"#{number}" in message.text
        assert "Mijn pakket" not in str(message.blocks)
        assert "https://x.com/" in str(message.blocks)
        assert '"claim"' in str(message.blocks).replace("'", '"')
        assert "shown bare" in caplog.text
        assert bench.calls("chat.postMessage") == 1  # what was refused is not tried again
        claim.claim(bench.ctx, ANNA, number)  # the next change is tried in full
        bench.settle()
        assert "Mijn pakket" in card(bench)

    def test_bare_message_that_is_refused_too_goes_as_words_alone(self, bench: Bench) -> None:
        bench.sandbox.faults.add("slack", "chat.postMessage", "refused", 2)
        number = bench.mention()
        bench.settle()
        (message,) = bench.channel()
        assert f"#{number}" in message.text
        assert not message.blocks

    def test_refused_edit_is_shown_bare(self, bench: Bench) -> None:
        number = bench.mention()
        bench.settle()
        bench.sandbox.faults.add("slack", "chat.update", "refused", code="msg_blocks_too_long")
        claim.claim(bench.ctx, ANNA, number)
        bench.settle()
        assert "U0ANNA" in card(bench)
        assert "Mijn pakket" not in card(bench)
        assert bench.calls("chat.update") == 1

    def test_refused_token_is_no_fault_of_the_content(self, bench: Bench) -> None:
        bench.sandbox.faults.add("slack", "chat.postMessage", "refused", code="token_revoked")
        bench.mention()
        bench.settle()
        assert bench.channel() == []
        bench.settle(minutes=5)
        assert "Mijn pakket" in card(bench)
