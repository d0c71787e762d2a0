"""When the answer to a posting is lost, Slack is searched before posting again, and a duplicate is removed."""

from __future__ import annotations

import pytest
from sqlalchemy import delete

from bot.delivery import duplicates
from bot.delivery.slack_messages import SlackMessageDeliverer
from bot.platform import slack
from bot.sandbox.slack.records import Message
from bot.usecases.cases import escalate
from bot.usecases.privacy import erase
from bot.usecases.reminders import nag
from storage.engine import transaction
from storage.outbox import leases
from storage.tables import outbox
from tests.support.bench import Bench
from tests.support.cast import ANNA
from tests.support.faults import points

PACE = 2  # seconds, more than one message takes of its channel
RECHECK = 10  # seconds, [delivery] slack_recheck_after


@pytest.mark.parametrize("fault", ["drop_after", "timeout_after", "drop_before", "error_500", "html_503"])
def test_lost_posting_is_looked_for_before_it_is_repeated(bench: Bench, fault: str) -> None:
    bench.sandbox.faults.add("slack", "chat.postMessage", fault, seconds=0.1)
    bench.mention()
    bench.settle()
    bench.settle(seconds=RECHECK - PACE)
    assert bench.calls("conversations.history") == 0
    bench.settle(seconds=PACE)
    bench.settle(seconds=PACE)
    assert bench.calls("conversations.history") == 1
    assert len(bench.channel()) == 1


@pytest.mark.parametrize("fault", ["rate_limited", "error_500", "drop_before"])
def test_failed_look_up_leaves_it_unknown_and_is_repeated(bench: Bench, fault: str) -> None:
    bench.sandbox.faults.add("slack", "chat.postMessage", "drop_after")
    bench.sandbox.faults.add("slack", "conversations.history", fault, retry_after=5)
    bench.mention()
    bench.settle()
    bench.settle(seconds=RECHECK)
    assert bench.team.wanted("card") == ["card:1"]
    for _ in range(6):
        bench.settle(seconds=RECHECK)
    assert bench.team.wanted("card") == []
    assert len(bench.channel()) == 1


def card_shown_late(bench: Bench) -> tuple[dict[str, Message], Message]:
    """Post a card that Slack shows to nobody yet, and then a second one in its stead.

    Returns the messages of its channel, and the first card, which a test puts among them when Slack shows it.
    """
    bench.sandbox.faults.add("slack", "chat.postMessage", "drop_after")
    bench.mention()
    bench.settle()
    (late,) = bench.channel()
    stored = bench.sandbox.slack.state.messages[late.channel]
    del stored[late.ts]
    bench.settle(seconds=RECHECK)
    bench.settle(seconds=PACE)
    return stored, late


@pytest.mark.parametrize("limited", [0, 4], ids=["Slack has time", "Slack has no time"])
def test_message_that_slack_shows_late_is_removed(bench: Bench, limited: int) -> None:
    stored, late = card_shown_late(bench)
    bench.settle(seconds=RECHECK)  # the first sweep sees the new card alone
    (card,) = bench.channel()
    bench.sandbox.faults.add("slack", "conversations.history", "rate_limited", times=limited, retry_after=5)
    for _ in range(7):
        bench.settle(seconds=RECHECK)
    stored[late.ts] = late
    for _ in range(30):
        bench.settle(seconds=RECHECK)
    assert [message.ts for message in bench.channel()] == [card.ts]
    assert bench.team.wanted("sweep") == []


def test_sweep_for_a_message_that_was_deleted_ends(bench: Bench) -> None:
    card_shown_late(bench)
    with transaction(bench.ctx.engine) as connection:
        connection.execute(delete(outbox).where(outbox.c.kind == "card"))
    bench.settle(seconds=RECHECK)
    assert bench.team.wanted("sweep") == []


@pytest.mark.parametrize(
    ("mark", "key"),
    [("surge:1", "backlog:1"), ("crisis:1:U0LEAD", "volume_spike:1:U0LEAD"), ("card:1", "card:1")],
)
def test_message_with_the_mark_of_version_0_1_is_found(bench: Bench, mark: str, key: str) -> None:
    client = slack.client("xoxb-sandbox", bench.sandbox.slack_api_url)
    posted = slack.call(client, "chat.postMessage", channel="C0SUPPORT", text="Busy", metadata=duplicates.mark(mark))
    found = duplicates.find(client, key, "C0SUPPORT", thread_ts=None, after=bench.clock.now())
    assert found == [("C0SUPPORT", posted["ts"])]


def test_erasure_does_not_stop_removing_an_extra_card(bench: Bench) -> None:
    stored, late = card_shown_late(bench)
    erase.erase(bench.ctx, "klant")
    stored[late.ts] = late
    for _ in range(30):
        bench.settle(seconds=RECHECK)
    (card,) = bench.channel()
    assert "pakket" not in str([card.text, card.blocks])


def test_look_up_without_slacks_time_holds_up_no_card(bench: Bench) -> None:
    bench.sandbox.faults.add("slack", "chat.postMessage", "drop_after")
    bench.sandbox.faults.add("slack", "conversations.history", "rate_limited", retry_after=300)
    bench.mention()
    bench.settle()
    bench.settle(seconds=RECHECK)
    bench.mention(by="ander")
    bench.settle()
    assert len(bench.channel()) == 2


def test_rate_limited_second_page_proves_nothing(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duplicates, "PAGE", 1)
    bench.sandbox.faults.add("slack", "chat.postMessage", "drop_after")
    bench.mention()
    bench.settle()
    bench.sandbox.slack.say("U0LARS", "webcare", "on the first page, which has the newest")
    pages: list[str] = []

    def read(step: str) -> None:
        if step.endswith("after conversations.history"):
            pages.append(step)
            if len(pages) == 1:
                bench.sandbox.faults.add("slack", "conversations.history", "rate_limited", retry_after=5)

    with points.installed(read):
        bench.settle(seconds=RECHECK)
        assert bench.team.wanted("card") == ["card:1"]
        bench.settle(seconds=RECHECK)
    assert len(pages) > 2
    assert (len(bench.channel()), bench.team.wanted("card")) == (2, [])


def _dies_after_slack_took_it(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(leases, "complete", die)
        with pytest.raises(KeyboardInterrupt):
            bench.settle()
    assert len(bench.channel()) == 1


def test_crash_after_slack_took_it_leaves_one_card(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.mention()
    _dies_after_slack_took_it(bench, monkeypatch)
    bench.settle(seconds=30 - PACE)
    assert bench.calls("conversations.history") == 0
    bench.settle(seconds=PACE)  # the lease ends
    bench.settle(seconds=RECHECK)
    assert (len(bench.channel()), bench.calls("chat.postMessage")) == (1, 1)
    assert bench.team.wanted("card") == []


def test_search_after_a_crash_gives_slack_its_time(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SlackMessageDeliverer, "_recheck_seconds", 3 * SlackMessageDeliverer.lease_seconds)
    bench.mention()
    _dies_after_slack_took_it(bench, monkeypatch)
    bench.settle(seconds=2 * SlackMessageDeliverer.lease_seconds)
    assert bench.calls("conversations.history") == 0
    bench.settle(seconds=SlackMessageDeliverer.lease_seconds)
    assert (len(bench.channel()), bench.calls("chat.postMessage")) == (1, 1)
    assert bench.team.wanted("card") == []


def test_lost_reminder_is_found_under_the_card(bench: Bench) -> None:
    bench.mention()
    bench.settle()
    bench.clock.turn(minutes=50)
    bench.sandbox.faults.add("slack", "chat.postMessage", "drop_after")
    nag.tick(bench.ctx)
    bench.settle()
    bench.settle(seconds=RECHECK)
    bench.settle(seconds=RECHECK)
    assert len(bench.under_the_card()) == 1


def test_lost_direct_message_is_found(bench: Bench) -> None:
    number = bench.mention()
    bench.settle()
    bench.sandbox.faults.add("slack", "chat.postMessage", "drop_after")
    escalate.escalate(bench.ctx, ANNA, number, None, "too angry for me")
    bench.settle()
    bench.settle(seconds=RECHECK)
    bench.settle(seconds=RECHECK)
    assert len(bench.direct("U0LEAD")) == 1
