"""What X lists late or no more is found by another way, or said."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.cases.thread import State
from bot.usecases.intake import ingest, sweep
from bot.usecases.replies import outside_answers
from tests.support.bench import Bench

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

SEARCH = "GET /2/tweets/search/recent"


def swept(bench: Bench) -> int:
    bench.clock.turn(minutes=5)
    desk, account = bench.ctx.settings.accounts()[0]
    return sweep.tick(bench.ctx, desk, account) + outside_answers.sweep(bench.ctx, account)


class TestListedLate:
    @pytest.mark.parametrize("late", [180, 3600])
    def test_mention_listed_late_beneath_newer_ones_is_found(self, bench: Bench, late: int) -> None:
        hidden = bench.sandbox.x.post("laat", "@acme hallo?").id
        bench.sandbox.x.late.add(hidden)
        bench.clock.turn(seconds=90)
        bench.mention(by="eerder")
        bench.clock.turn(seconds=late)
        bench.sandbox.x.late.clear()
        bench.mention(by="later")
        assert len(bench.team.rows("SELECT id FROM thread")) == 2
        assert swept(bench) == 1
        assert bench.team.thread(bench.thread("laat")).state is State.WAITING
        assert swept(bench) == 0

    def test_own_answer_that_came_before_its_mention_is_found(self, bench: Bench) -> None:
        hidden = bench.sandbox.x.post("laat", "@acme hallo?").id
        bench.sandbox.x.late.add(hidden)
        bench.sandbox.x.post("acme", "Dag!", in_reply_to=hidden)
        bench.mention(by="eerder")
        _, account = bench.ctx.settings.accounts()[0]
        assert outside_answers.poll(bench.ctx, account) == 0
        bench.clock.turn(minutes=10)  # so that no other read would look back as far
        bench.sandbox.x.late.clear()
        assert swept(bench) == 2
        assert bench.team.thread(bench.thread("laat")).state is State.ANSWERED

    def test_sweep_leaves_what_is_older_to_the_next_read(self, bench: Bench) -> None:
        number = bench.mention()
        _, account = bench.ctx.settings.accounts()[0]
        outside_answers.poll(bench.ctx, account)
        bench.sandbox.x.post("acme", "Dag!", in_reply_to=bench.sandbox.x.posts[0].id)
        bench.clock.turn(hours=7)
        bench.sandbox.x.post("acme", "mooi weer")
        assert swept(bench) == 0
        assert outside_answers.poll(bench.ctx, account) == 1
        assert bench.team.thread(number).state is State.ANSWERED


class TestGap:
    def _absent(self, bench: Bench, mentions: int, **away: float) -> None:
        """Read one mention, and let so many come in while nothing runs."""
        bench.mention(by="eerste")
        bench.clock.turn(**(away or {"hours": 2}))
        for number in range(mentions):
            bench.sandbox.x.post(f"k{number}", "@acme vraag")
            bench.clock.turn(milliseconds=5)

    def _poll(self, bench: Bench) -> None:
        bench.clock.turn(minutes=1)
        ingest.poll(bench.ctx, *bench.ctx.settings.accounts()[0])

    def _threads(self, bench: Bench) -> int:
        return int(bench.team.rows("SELECT count(*) AS n FROM thread")[0]["n"])

    def test_what_x_lists_no_more_is_searched_for(self, bench: Bench) -> None:
        self._absent(bench, 830)
        self._poll(bench)
        assert self._threads(bench) == 831
        assert not bench.team.wanted("feed")

    def test_what_cannot_be_searched_for_is_said(self, bench: Bench) -> None:
        self._absent(bench, 830)
        bench.sandbox.faults.add("x", SEARCH, "error_500")
        self._poll(bench)
        assert self._threads(bench) == 801
        assert len(bench.team.wanted("feed")) == 1
        bench.settle()
        (said,) = [each.text for each in bench.channel() if "could not be read" in each.text]
        assert " to " in said
        day = bench.clock.now().date()
        until = day + timedelta(days=1)
        query = f"q=%40acme%20since%3A{day}%20until%3A{until}"
        assert f"<https://x.com/search?f=live&amp;{query}|Search X>" in said

    def test_short_list_needs_no_search(self, bench: Bench) -> None:
        self._absent(bench, 120)
        self._poll(bench)
        assert self._threads(bench) == 121
        assert not [call for call in bench.sandbox.x.calls if call.path.endswith("/search/recent")]
