"""A clock was wrong and is put right: what it has written holds up nobody, and is said in the log."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest

from bot.networks.base import NotDone
from bot.usecases.cases import claim
from bot.usecases.desk import not_before
from bot.usecases.intake import ingest
from bot.usecases.privacy import retention
from bot.usecases.replies import reply
from bot.usecases.reports import standup
from storage.engine import transaction
from storage.outbox import leases
from storage.outbox.kinds import MessageKind
from tests.support.bench import Bench
from tests.support.cast import ANNA, X

WRONG = {"hours": 1}
AHEAD = [{"hours": 1}, {"days": 400}]


def right(bench: Bench, wrong: Mapping[str, float]) -> None:
    """Somebody puts the clock right."""
    bench.clock.turn(**{unit: -length for unit, length in wrong.items()})


@pytest.mark.parametrize("wrong", AHEAD, ids=str)
class TestDelivery:
    def test_channel_takes_the_next_card_at_once(
        self, bench: Bench, wrong: dict[str, float], caplog: pytest.LogCaptureFixture
    ) -> None:
        bench.clock.turn(**wrong)
        bench.mention()
        bench.settle()
        right(bench, wrong)
        bench.mention(by="ander")
        bench.deliver(2)
        assert len(bench.channel()) == 2
        voided = [record.fields for record in caplog.records if "wrong clock" in record.message]  # type: ignore[attr-defined]
        assert {"what": "rate_bucket.free_at", "of": "C0SUPPORT"}.items() <= voided[0].items()

    @pytest.mark.postgres_once
    def test_failed_message_is_tried_again(self, bench: Bench, wrong: dict[str, float]) -> None:
        bench.clock.turn(**wrong)
        bench.mention()
        bench.sandbox.faults.add("slack", "chat.postMessage", "rate_limited", retry_after=30)
        bench.settle()
        right(bench, wrong)
        bench.deliver(2)
        assert len(bench.channel()) == 1

    def test_row_that_died_in_hand_is_taken_up(self, bench: Bench, wrong: dict[str, float]) -> None:
        bench.clock.turn(**wrong)
        bench.mention()
        with transaction(bench.ctx.engine) as connection:
            assert leases.lease(connection, (MessageKind.CARD,), bench.clock.now(), timedelta(seconds=30))
        right(bench, wrong)
        bench.deliver(1)
        assert len(bench.channel()) == 1

    def test_message_whose_answer_was_lost_is_found_and_not_posted_twice(
        self, bench: Bench, wrong: dict[str, float]
    ) -> None:
        bench.mention()
        bench.clock.turn(**wrong)
        bench.sandbox.faults.add("slack", "chat.postMessage", "timeout_before", seconds=0.1)
        bench.settle()
        right(bench, wrong)
        bench.settle(seconds=11)
        bench.deliver(2)
        assert len(bench.channel()) == 1


class TestReply:
    def test_reply_goes_out_when_its_time_to_undo_is_over(self, bench: Bench) -> None:
        bench.clock.turn(**WRONG)
        number = bench.mention()
        claim.claim(bench.ctx, ANNA, number)
        reply.submit(bench.ctx, ANNA, number, "Sorry!", seen=None, idempotency_key="r")
        right(bench, WRONG)
        bench.settle(seconds=11)
        bench.settle(seconds=1)
        assert len(bench.answers()) == 1

    def test_reply_in_doubt_is_looked_up_and_never_doubled(self, bench: Bench) -> None:
        number = bench.mention()
        claim.claim(bench.ctx, ANNA, number)
        bench.clock.turn(**WRONG)
        reply.submit(bench.ctx, ANNA, number, "Sorry!", seen=None, idempotency_key="r")
        right(bench, WRONG)  # X's clock has been right all the time: the post is earlier than its row
        bench.sandbox.faults.add("x", "POST /2/tweets", "drop_after")
        bench.clock.turn(**WRONG)
        bench.settle(seconds=11)
        right(bench, WRONG)
        for _ in range(4):
            bench.settle(seconds=61)
        assert bench.team.rows("SELECT state FROM reply") == [{"state": "sent"}]
        assert len(bench.answers()) == 1


class TestJobs:
    @pytest.mark.parametrize("failing", [False, True])
    def test_feed_is_read_again(self, bench: Bench, failing: bool) -> None:
        bench.clock.turn(**WRONG)
        if failing:
            bench.sandbox.faults.add("x", f"GET /2/users/{bench.sandbox.x.own.id}/mentions", "rate_limited")
        ingest.poll(bench.ctx, *bench.ctx.settings.accounts()[0])
        right(bench, WRONG)
        bench.settle()
        bench.sandbox.x.post("klant", "@acme Hallo")
        assert ingest.poll(bench.ctx, *bench.ctx.settings.accounts()[0]) == 1

    def test_hourly_job_runs_within_the_hour(self, bench: Bench) -> None:
        bench.mention()
        bench.clock.turn(days=500)
        retention.tick(bench.ctx)
        right(bench, {"days": 500})
        assert not_before.tick(bench.ctx) == 1
        bench.clock.turn(hours=1)
        assert not_before.tick(bench.ctx) == 0

    def test_standup_of_a_desk_that_first_ran_in_the_future_comes(self, bench: Bench) -> None:
        bench.clock.turn(days=30)
        standup.begin(bench.ctx)
        right(bench, {"days": 30})
        bench.settle()
        bench.clock.turn(days=2)
        assert standup.tick(bench.ctx) == 1

    def test_posts_are_looked_up_again(self, bench: Bench) -> None:
        bench.clock.turn(days=60)
        bench.mention()
        right(bench, {"days": 60})
        bench.settle()
        bench.sandbox.x.delete(bench.sandbox.x.posts[0].id)
        assert bench.recheck() == 0, "one look is not believed"
        bench.clock.turn(minutes=5)
        assert bench.recheck() == 1


class TestHonestWaits:
    def test_nothing_is_void_while_the_clock_is_right(self, bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
        number = bench.mention()
        bench.sandbox.faults.add("slack", "chat.postMessage", "rate_limited", retry_after=9_999)
        bench.settle()
        bench.clock.turn(minutes=5)
        bench.settle()
        claim.claim(bench.ctx, ANNA, number)
        bench.sandbox.faults.add("x", "POST /2/tweets", "drop_after", 1)
        reply.submit(bench.ctx, ANNA, number, "Sorry!", seen=None, idempotency_key="r")
        for _ in range(20):
            bench.settle(seconds=45)
            bench.fetch()
        assert "wrong clock" not in caplog.text

    def test_network_that_asks_for_a_day_is_asked_within_half_an_hour(self, bench: Bench) -> None:
        assert bench.ctx.after(86_400) - bench.clock.now() < timedelta(minutes=30)
        assert NotDone("x", 86_400).retry_after == 86_400
        assert X in bench.ctx.accounts
