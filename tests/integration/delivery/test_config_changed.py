"""A config that changed while work was under way, and rows that make no sense: nothing is lost, nobody held up."""

from __future__ import annotations

from dataclasses import replace

import pytest
from slack_sdk import WebClient
from sqlalchemy import update

from bot.domain.alerts.backlog import ENTER_ABOVE
from bot.domain.cases.conversation import ReplyState
from bot.domain.cases.mention import Author
from bot.domain.cases.thread import State
from bot.domain.common.errors import Refused
from bot.domain.intake.feed_health import Alarm, FeedProblem
from bot.runtime.app import build
from bot.runtime.check import left_behind
from bot.runtime.jobs import WATCH_SECONDS, schedule
from bot.usecases.alerts import backlog, volume_spike
from bot.usecases.desk import desk_takeover
from bot.usecases.privacy import erase
from bot.usecases.reminders import late_list, nag
from bot.usecases.replies import reply
from bot.usecases.reports import standup
from storage.engine import transaction
from storage.intake import messages as intake
from storage.outbox import want_once
from storage.tables import outbox, thread
from tests.support.bench import Bench, restarted
from tests.support.cast import ANNA
from tests.support.lost import RECHECK, SEND, UNDO, answered

AGAIN = 300  # seconds after which a row is tried again whose desk or account is not configured


def test_reply_under_way_outlives_its_desk_and_tells_its_author(bench: Bench) -> None:
    number, reply_id = answered(bench)
    later = restarted(bench, name="Customer care")
    later.settle(seconds=UNDO)
    later.settle(seconds=1)
    assert (later.team.reply(reply_id).state, len(later.answers())) == (ReplyState.SENT, 1)
    assert later.team.thread(number).state is State.ANSWERED
    (told,) = later.direct("U0ANNA")
    assert "Wij zoeken het uit" in str(told.blocks)
    (card,) = later.channel()
    assert "Answered" in str(card.blocks)


def test_reply_without_its_account_waits_for_it(bench: Bench) -> None:
    _, reply_id = answered(bench)
    restarted(bench, network=False).settle(seconds=UNDO)
    assert bench.team.reply(reply_id).state is ReplyState.QUEUED
    bench.settle(seconds=AGAIN)
    assert (bench.team.reply(reply_id).state, len(bench.answers())) == (ReplyState.SENT, 1)


def test_reply_whose_account_stays_away_is_ended_and_told(bench: Bench) -> None:
    number, reply_id = answered(bench)
    later = restarted(bench, network=False)
    later.settle(seconds=UNDO)
    later.settle(hours=1)
    later.settle(seconds=1)
    found = later.team.reply(reply_id)
    assert (found.state, found.error) == (ReplyState.REJECTED, "not_configured")
    assert later.team.thread(number).pending_reply_id is None
    (message,) = later.sandbox.slack.ephemerals("U0ANNA")
    assert "no longer has the account" in str(message.blocks)
    with pytest.raises(Refused, match="network_refuses"):
        reply.draft(later.ctx, ANNA, number)


def test_doubtful_reply_without_its_account_is_a_persons(bench: Bench) -> None:
    bench.sandbox.faults.add("x", SEND, "drop_after")
    _, reply_id = answered(bench)
    bench.settle(seconds=UNDO)
    later = restarted(bench, network=False)
    later.settle(seconds=RECHECK)
    assert later.team.reply(reply_id).state is ReplyState.VERIFYING
    later.settle(hours=1)
    assert later.team.reply(reply_id).state is ReplyState.UNKNOWN


def test_messages_of_a_gone_desk_wait_until_it_is_back(bench: Bench) -> None:
    bench.mention()
    gone = restarted(bench, name="Press")
    gone.settle()
    assert (gone.channel(), len(gone.team.wanted("card"))) == ([], 1)
    bench.settle(seconds=AGAIN)
    assert len(bench.channel()) == 1


def test_customer_of_a_gone_desk_is_erased_in_slack_too(bench: Bench) -> None:
    bench.mention("@acme Mijn pakket is weg")
    bench.settle()
    bench.clock.turn(hours=1)
    nag.tick(bench.ctx)
    late_list.tick(bench.ctx)
    bench.settle()
    bench.settle(seconds=1)
    assert "klant" in str(bench.under_the_card()[0].blocks)
    assert "klant" in str(bench.direct("U0LEAD")[0].blocks)
    later = restarted(bench, name="Press")
    erase.erase(later.ctx, "klant")
    later.settle()
    shown = [*later.channel(), *later.under_the_card(), *later.direct("U0LEAD")]
    assert len(shown) == 3
    assert all(word not in str(message.blocks) + message.text for message in shown for word in ("pakket", "klant"))


def test_renamed_desk_keeps_its_threads_and_figures(bench: Bench) -> None:
    number = bench.mention()
    later = restarted(bench, name="Customer care")
    assert (desk_takeover.pass_on(later.ctx), desk_takeover.pass_on(later.ctx)) == (1, 0)
    assert later.team.thread(number).desk == "Customer care"
    assert [row["desk"] for row in later.team.rows("SELECT desk FROM wait")] == ["Customer care"]
    later.settle()
    assert len(later.channel()) == 1
    assert desk_takeover.pass_on(restarted(bench, name="Press", network=False).ctx) == 0


@pytest.fixture
def pending(bench: Bench) -> Bench:
    """A desk whose standup, spike, digest, feed alarm and set aside are wanted and not posted yet."""
    bench.sandbox.x.post("earlier", "@acme hello")
    bench.fetch()
    standup.begin(bench.ctx)
    bench.finish()
    bench.clock.turn(days=2)
    for number in range(ENTER_ABOVE + 1):
        bench.sandbox.x.post(f"c{number}", "@acme stroomstoring")
    bench.fetch()
    bench.team.receive(bench.team.mention("Odd", author=Author("13", "famous", "Famous", followers=2**63)))
    assert (volume_spike.tick(bench.ctx), backlog.tick(bench.ctx), standup.tick(bench.ctx)) == (1, 1, 1)
    desk = bench.ctx.settings.desks[0]
    with transaction(bench.ctx.engine) as connection:
        failing = FeedProblem(Alarm.FAILING, bench.clock.now(), "credits")
        told = intake.feed("x:acme", desk.stable_key, desk.slack_channel, failing, None)
        assert want_once(connection, told, at=bench.clock.now())
    return bench


def test_what_was_pending_in_the_old_name_is_said_in_the_new_one(pending: Bench) -> None:
    later = restarted(pending, name="Customer care")
    desk_takeover.pass_on(later.ctx)
    later.finish()
    said = [message.text for message in later.sandbox.slack.messages("C0SUPPORT")]
    for words in ("has not been readable", "could not be stored", "Customer care, "):
        assert sum(words in text for text in said) == 1, words
    (spike,) = [message for message in later.direct("U0LEAD") if "Customer care" in str(message.blocks)]
    assert "troomstoring" in str(spike.blocks)
    assert [row["desk"] for row in later.team.rows("SELECT desk FROM set_aside")] == ["Customer care"]


def test_digest_that_is_open_under_the_old_name_ends_under_the_new_one(pending: Bench) -> None:
    pending.deliver()
    later = restarted(pending, name="Customer care")
    desk_takeover.pass_on(later.ctx)
    later.finish()
    assert backlog.tick(later.ctx) == 1
    later.finish()
    (row,) = later.team.rows("SELECT desk, ended_at, mentions FROM backlog")
    assert (row["desk"], row["mentions"]) == ("Customer care", ENTER_ABOVE + 1)
    assert row["ended_at"] is not None
    assert [len(later.said(words)) for words in ("Caught up", "waiting")] == [1, 0]


def test_desk_with_alarms_of_its_own_takes_over_no_open_ones(pending: Bench) -> None:
    later = restarted(pending, name="Customer care")
    assert (volume_spike.tick(later.ctx), backlog.tick(later.ctx)) == (1, 1)
    desk_takeover.pass_on(later.ctx)
    for table in ("backlog", "volume_spike"):
        rows = later.team.rows(f"SELECT desk, ended_at FROM {table} ORDER BY id")  # noqa: S608 - our own names
        assert [(row["desk"], row["ended_at"] is None) for row in rows] == [
            ("Customer care", False),
            ("Customer care", True),
        ]


def test_threads_taken_in_under_the_old_name_are_passed_on(bench: Bench) -> None:
    later = restarted(bench, name="Customer care")
    jobs = schedule(later.ctx, WebClient()).get_jobs()
    number = bench.mention()
    for job in jobs:
        if job.trigger.interval.total_seconds() == WATCH_SECONDS:
            job.func()
    assert later.team.thread(number).desk == "Customer care"


def test_operator_hears_of_customers_without_a_desk(bench: Bench, database_url: str) -> None:
    bench.mention()
    later = restarted(bench, name="Press", network=False).ctx.settings
    for settings, found in ((bench.ctx.settings, 0), (later, 1)):
        desk = build(replace(settings, database_url=database_url))
        assert ["1 wait on x:acme" in one.advice for one in left_behind(desk)] == [True] * found
        desk.close()


def test_waiting_messages_go_to_the_desks_new_channel(bench: Bench) -> None:
    first = bench.mention()
    bench.settle()
    bench.mention("@acme en mijn factuur?", by="ander")
    later = restarted(bench, slack_channel="C0PRESS")
    later.settle()
    assert [len(later.channel(name)) for name in ("C0SUPPORT", "C0PRESS")] == [1, 1]
    later.clock.turn(hours=5)
    nag.tick(later.ctx)
    later.settle()
    later.settle(seconds=2)
    (reminder,) = later.under_the_card()
    assert f"#{first}" in str(reminder.blocks)


def test_senseless_rows_hold_up_nobody_and_are_kept(bench: Bench) -> None:
    odd, sound = bench.mention(), bench.mention(by="ander")
    with transaction(bench.ctx.engine) as connection:
        broken = update(outbox).where(outbox.c.key == f"card:{odd}")
        connection.execute(broken.values(kind="standup", payload={"desk": "Support", "day": "someday"}))
    bench.settle()
    assert bench.team.wanted("card") == []
    assert bench.team.wanted("standup") == [f"card:{odd}"]
    (card,) = bench.channel()
    assert f"#{sound}" in str(card.blocks)


def test_card_of_a_gone_desk_takes_no_time_from_others(bench: Bench) -> None:
    gone, sound = bench.mention(), bench.mention(by="ander")
    with transaction(bench.ctx.engine) as connection:
        connection.execute(update(thread).where(thread.c.id == gone).values(desk="of last year"))
    bench.settle()
    (card,) = bench.channel()
    assert f"#{sound}" in str(card.blocks)


def test_card_failed_for_a_week_goes_to_the_right_channel(bench: Bench) -> None:
    wrong = restarted(bench, slack_channel="C0NOWHERE")
    wrong.mention()
    with transaction(bench.ctx.engine) as connection:
        connection.execute(update(outbox).values(failures=2000))
    wrong.settle()
    (row,) = bench.team.rows("SELECT destination, failures, error FROM outbox WHERE kind = 'card'")
    assert dict(row) == {"destination": "C0NOWHERE", "failures": 2001, "error": "channel_not_found"}
    bench.settle(seconds=AGAIN)
    assert len(bench.channel()) == 1
