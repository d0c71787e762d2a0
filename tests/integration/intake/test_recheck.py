"""What is deleted or edited at the network is found within a day, for as long as it is stored."""

from __future__ import annotations

from datetime import timedelta

from bot.usecases.cases import close, queries
from tests.support.bench import Bench
from tests.support.cast import ANNA

DAY = timedelta(hours=24)


def _closed(bench: Bench) -> tuple[str, int]:
    """A post whose customer waits no longer, 300 days old."""
    post = bench.sandbox.x.post("jan", "@acme geheim", media=[])
    bench.fetch()
    thread = bench.thread("jan")
    close.close(bench.ctx, ANNA, thread, "solved by phone")
    bench.clock.turn(days=300)
    assert bench.recheck() == 0
    return post.id, thread


def test_deleted_post_of_a_closed_thread_is_blanked_in_a_day(bench: Bench) -> None:
    post, thread = _closed(bench)
    bench.finish()
    assert "geheim" in bench.everything_shown()
    bench.sandbox.x.delete(post)
    bench.clock.turn(hours=24)
    assert bench.recheck() == 1
    bench.finish()
    message = queries.card(bench.ctx, thread).posts[0]
    assert (message.text, message.media, message.url) == ("", (), "")
    assert "geheim" not in bench.everything_shown()
    assert [event.kind for event in queries.history(bench.ctx, ANNA, thread).events][-1] == "withdrawn"


def test_edited_post_of_a_closed_thread_reads_as_now(bench: Bench) -> None:
    post, thread = _closed(bench)
    bench.sandbox.x.edit(post, "@acme anders")
    bench.clock.turn(hours=24)
    assert bench.recheck() == 1
    assert queries.card(bench.ctx, thread).posts[0].text == "@acme anders"


def test_waiting_post_is_rechecked_more_often(bench: Bench) -> None:
    bench.sandbox.x.post("jan", "@acme hallo")
    bench.fetch()
    asked = len(bench.sandbox.x.calls)
    bench.recheck()
    assert len(bench.sandbox.x.calls) == asked, "it was fetched a moment ago"
    bench.clock.turn(minutes=15)
    bench.recheck()
    assert len(bench.sandbox.x.calls) == asked + 1
    close.close(bench.ctx, ANNA, bench.thread("jan"), "spam")
    for _ in range(5):
        bench.clock.turn(hours=6)
        bench.recheck()
        bench.recheck()
    assert len(bench.sandbox.x.calls) == asked + 3, "once more while it was due, then once a day"


def test_failing_network_is_rechecked_within_the_day(bench: Bench) -> None:
    post, thread = _closed(bench)
    bench.sandbox.x.delete(post)
    bench.clock.turn(hours=23)
    bench.sandbox.faults.add("x", "GET /2/tweets", "error_500")
    assert bench.recheck() == 0
    asked = len(bench.sandbox.x.calls)
    assert bench.recheck() == 0
    assert len(bench.sandbox.x.calls) == asked, "it is left alone for a moment first"
    bench.clock.turn(minutes=5)
    assert bench.recheck() == 1
    assert queries.card(bench.ctx, thread).posts[0].text == ""
