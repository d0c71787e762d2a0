"""What is shown in Slack: posted once, at the channel's pace, and edited in place."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk import WebClient

from bot.delivery.slack_messages import SlackMessageDeliverer
from bot.domain.intake.feed_health import Alarm, FeedProblem
from bot.platform import slack
from bot.sandbox.x.posts import Media
from bot.usecases.cases import claim, close, escalate, queries
from bot.usecases.reminders import nag
from storage import outbox
from storage.engine import transaction
from storage.intake.messages import feed
from tests.support.bench import Bench
from tests.support.cast import ANNA, X

PACE = 2  # seconds, more than one message takes of its channel
RECHECK = 10  # seconds, [delivery] slack_recheck_after


class TestCard:
    def test_card_is_posted_once_and_edited_in_place(self, bench: Bench) -> None:
        number = bench.mention()
        bench.settle()
        (card,) = bench.channel()
        assert "Mijn pakket is weg" in str(card.blocks)
        claim.claim(bench.ctx, ANNA, number)
        bench.settle()
        (same,) = bench.channel()
        assert same.ts == card.ts
        assert "U0ANNA" in str(same.blocks)
        assert [event.data for event in bench.team.events(number) if event.kind == "posted"] == [{"ts": card.ts}]

    def test_several_changes_become_one_update(self, bench: Bench) -> None:
        number = bench.mention()
        bench.settle()
        claim.claim(bench.ctx, ANNA, number)
        close.close(bench.ctx, ANNA, number, "spam")
        bench.settle()
        assert bench.calls("chat.update") == 1

    def test_unchanged_content_is_not_sent_again(self, bench: Bench) -> None:
        number = bench.mention()
        bench.settle()
        with transaction(bench.ctx.engine) as connection:
            outbox.refresh(connection, number, at=bench.clock.now())
        bench.settle()
        assert bench.calls("chat.update") == 0
        queries.resend(bench.ctx, number)  # somebody saw something else
        bench.settle()
        assert bench.calls("chat.update") == 1

    def test_lost_update_is_sent_again(self, bench: Bench) -> None:
        number = bench.mention()
        bench.settle()
        bench.sandbox.faults.add("slack", "chat.update", "drop_before")
        claim.claim(bench.ctx, ANNA, number)
        bench.settle()
        bench.settle(seconds=RECHECK)
        (card,) = bench.channel()
        assert "U0ANNA" in str(card.blocks)


def announce(bench: Bench, desk: str = "Support") -> None:
    """Something that the whole channel must know, ahead of every card."""
    at = bench.clock.now()
    news = feed(X, desk, "C0SUPPORT", FeedProblem(Alarm.FAILING, at), None)
    with transaction(bench.ctx.engine) as connection:
        outbox.want_once(connection, news, at=at)


class TestPace:
    def test_rate_limit_closes_the_channel_as_long_as_asked(self, bench: Bench) -> None:
        bench.mention()
        bench.mention(by="ander")
        bench.sandbox.faults.add("slack", "chat.postMessage", "rate_limited", retry_after=30)
        bench.settle()
        bench.settle(seconds=29)
        assert bench.channel() == []
        bench.settle(seconds=1)
        assert len(bench.channel()) == 1
        bench.settle(seconds=PACE)
        assert len(bench.channel()) == 2

    def test_rate_limit_in_one_channel_holds_up_no_other(self, bench: Bench) -> None:
        number = bench.mention()
        bench.settle()
        bench.mention(by="ander")
        bench.sandbox.faults.add("slack", "chat.postMessage", "rate_limited", retry_after=30)
        bench.settle()
        escalate.escalate(bench.ctx, ANNA, number, "team:Press office", "a journalist")
        bench.settle()
        assert (len(bench.channel()), len(bench.channel("press-office"))) == (1, 1)

    def test_channel_gets_one_new_message_a_second_by_deadline(self, bench: Bench) -> None:
        for customer in ("een", "twee", "drie"):
            bench.mention(f"@acme vraag {customer}", customer)
        bench.settle()
        assert len(bench.channel()) == 1
        bench.settle(seconds=PACE)
        bench.settle(seconds=PACE)
        assert [card.text.partition(" · ")[0] for card in bench.channel()] == ["vraag een", "vraag twee", "vraag drie"]

    def test_leased_card_keeps_its_second(self, bench: Bench) -> None:
        first, second = bench.mention(), bench.mention(by="iemand")
        other = SlackMessageDeliverer(bench.ctx, slack.client("xoxb-sandbox", bench.sandbox.slack_api_url))
        leased = bench.posts.lease()
        assert leased is not None
        assert (leased.key, other.lease()) == (f"card:{first}", None)
        bench.posts.deliver(leased)
        bench.settle(seconds=PACE)
        assert [message.ts for message in bench.channel()] == sorted(message.ts for message in bench.channel())
        assert (len(bench.channel()), bench.team.wanted("card")) == (2, [])
        assert f"#{second}" in str(bench.channel()[-1].blocks)

    def test_leased_notice_keeps_its_second(self, bench: Bench) -> None:
        bench.mention()
        announce(bench)
        other = SlackMessageDeliverer(bench.ctx, slack.client("xoxb-sandbox", bench.sandbox.slack_api_url))
        leased = bench.posts.lease()
        assert leased is not None
        assert (leased.key, other.lease()) == (f"feed:{X}:failing:{bench.clock.now().isoformat()}", None)
        bench.posts.deliver(leased)
        assert "has not been readable" in bench.channel()[0].text

    def test_leased_reminder_keeps_its_second_under_its_card(self, bench: Bench) -> None:
        bench.mention()
        bench.settle()
        bench.clock.turn(minutes=70)
        nag.tick(bench.ctx)
        bench.mention(by="iemand")
        other = SlackMessageDeliverer(bench.ctx, slack.client("xoxb-sandbox", bench.sandbox.slack_api_url))
        leased = bench.posts.lease()
        assert leased is not None
        assert leased.kind == "nag"
        assert "card:2" not in [item.key for item in iter(other.lease, None)]

    def test_unused_second_goes_to_the_next_card(self, bench: Bench) -> None:
        bench.mention()
        announce(bench, desk="of last year")
        bench.settle()
        assert (len(bench.channel()), bench.team.wanted("feed")) == (1, [])

    def test_channel_rests_a_second_from_slacks_answer_on(self, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
        call = slack.call

        def slow(*arguments: Any, **more: Any) -> dict[str, Any]:
            bench.clock.turn(seconds=0.8)
            return call(*arguments, **more)

        monkeypatch.setattr(slack, "call", slow)
        bench.mention()
        bench.mention(by="iemand")
        bench.settle()
        bench.settle(seconds=0.9)
        assert len(bench.channel()) == 1
        bench.settle(seconds=0.2)
        assert len(bench.channel()) == 2


class TestTrouble:
    def test_deleted_card_is_posted_anew(self, bench: Bench) -> None:
        number = bench.mention()
        bench.settle()
        (card,) = bench.channel()
        bench.sandbox.slack.state.remove(card)
        claim.claim(bench.ctx, ANNA, number)
        bench.settle()
        bench.settle(seconds=PACE)
        (anew,) = bench.channel()
        assert "U0ANNA" in str(anew.blocks)

    def test_uneditable_card_makes_room_for_the_new_one(self, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
        number = bench.mention()
        bench.settle()
        call = slack.call

        def refuse(client: WebClient, method: str, **arguments: Any) -> dict[str, Any]:
            if method == "chat.update":
                raise slack.Rejected("cant_update_message")
            return call(client, method, **arguments)

        claim.claim(bench.ctx, ANNA, number)
        with monkeypatch.context() as patched:
            patched.setattr(slack, "call", refuse)
            bench.settle()
        bench.settle(seconds=PACE)
        (anew,) = bench.channel()
        assert "U0ANNA" in str(anew.blocks)

    def test_card_that_slack_refuses_waits_until_mended(self, bench: Bench) -> None:
        bench.sandbox.slack.scopes.discard("chat:write")
        bench.mention()
        bench.settle()
        assert bench.channel() == []
        bench.sandbox.slack.scopes.add("chat:write")
        bench.settle(seconds=2)
        assert len(bench.channel()) == 1

    def test_picture_that_slack_cannot_load_is_a_link(self, bench: Bench) -> None:
        picture = Media("m1", "photo", "https://pictures.invalid/a.png?b=1&c=2", "een <kapotte> doos")
        bench.sandbox.x.post("klant", "@acme kijk eens", media=[picture])
        bench.fetch()
        bench.settle()
        claim.claim(bench.ctx, ANNA, 1)
        bench.settle()
        (card,) = bench.channel()
        assert "<https://pictures.invalid/a.png?b=1&amp;c=2|een &lt;kapotte&gt; doos>" in str(card.blocks)
        assert ANNA.id in str(card.blocks)

    def test_refused_message_is_tried_less_and_less_often(self, bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
        number = bench.mention()
        bench.settle()
        bench.sandbox.slack.scopes.discard("chat:write")
        claim.claim(bench.ctx, ANNA, number)
        for _ in range(60):
            bench.settle(seconds=1)
        assert caplog.messages.count("Slack did not take a message") == 6  # at 0, 1, 3, 7, 15 and 31 seconds
        bench.sandbox.slack.scopes.add("chat:write")
        bench.settle(minutes=1)
        assert ANNA.id in str(bench.channel()[0].blocks)


class TestReminder:
    def test_reminder_stands_under_its_card_and_the_breach_below_it(self, bench: Bench) -> None:
        number = bench.mention()
        bench.settle()
        claim.claim(bench.ctx, ANNA, number)
        nag.keep(bench.ctx, ANNA, number)
        bench.clock.at = bench.team.thread(number).next_nag_at or bench.clock.at
        nag.tick(bench.ctx)
        bench.settle()
        (warning,) = bench.under_the_card()
        assert (warning.broadcast, "U0ANNA" in warning.text) == (False, True)
        bench.clock.at = bench.team.thread(number).due_at or bench.clock.at
        nag.tick(bench.ctx)
        bench.settle()
        bench.settle(seconds=1)
        before, breach = bench.under_the_card()
        assert before.ts == warning.ts
        assert (breach.broadcast, "U0ANNA" in breach.text) == (False, True)

    def test_unowned_reminder_is_for_the_whole_channel(self, bench: Bench) -> None:
        bench.mention()
        bench.settle()
        bench.clock.turn(minutes=50)
        nag.tick(bench.ctx)
        bench.settle()
        (warning,) = bench.under_the_card()
        assert warning.broadcast

    def test_reminder_waits_for_its_card(self, bench: Bench) -> None:
        bench.mention()
        bench.clock.turn(minutes=50)
        nag.tick(bench.ctx)
        bench.sandbox.faults.add("slack", "chat.postMessage", "rate_limited", retry_after=5)
        bench.settle()
        assert bench.sandbox.slack.messages("webcare") == []
        for _ in range(4):
            bench.settle(seconds=5)
        assert (len(bench.channel()), len(bench.under_the_card())) == (1, 1)


def test_escalation_has_its_own_card_that_stays_in_step(bench: Bench) -> None:
    number = bench.mention()
    bench.settle()
    escalate.escalate(bench.ctx, ANNA, number, "team:Press office", "a journalist")
    bench.settle()
    (card,) = bench.channel("press-office")
    assert "a journalist" in str(card.blocks)
    close.close(bench.ctx, ANNA, number, "phoned them")
    bench.settle()
    (same,) = bench.channel("press-office")
    assert same.ts == card.ts
    assert same.blocks != card.blocks or same.edited
