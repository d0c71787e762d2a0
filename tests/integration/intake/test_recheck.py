"""What is deleted or edited at the network is found within a day, for as long as it is stored."""

from __future__ import annotations

from datetime import timedelta

from bot.usecases.cases import close, queries
from tests.support.house import ANNA, House

DAY = timedelta(hours=24)


def _closed(house: House) -> tuple[str, int]:
    """A post whose customer waits no longer, 300 days old."""
    post = house.sandbox.x.post("jan", "@acme geheim", media=[])
    house.poll()
    thread = house.thread("jan")
    close.close(house.ctx, ANNA, thread, "solved by phone")
    house.clock.turn(days=300)
    assert house.recheck() == 0
    return post.id, thread


def test_a_post_of_a_closed_thread_that_is_deleted_is_blanked_within_a_day(house: House) -> None:
    post, thread = _closed(house)
    house.settle()
    assert "geheim" in house.slack_shows()
    house.sandbox.x.delete(post)
    house.clock.turn(hours=24)
    assert house.recheck() == 1
    house.settle()
    message = queries.card(house.ctx, thread).posts[0]
    assert (message.text, message.media, message.url) == ("", (), "")
    assert "geheim" not in house.slack_shows()
    assert [event.kind for event in queries.history(house.ctx, ANNA, thread).events][-1] == "withdrawn"


def test_a_post_of_a_closed_thread_that_is_edited_reads_as_it_does_now(house: House) -> None:
    post, thread = _closed(house)
    house.sandbox.x.edit(post, "@acme anders")
    house.clock.turn(hours=24)
    assert house.recheck() == 1
    assert queries.card(house.ctx, thread).posts[0].text == "@acme anders"


def test_a_post_whose_customer_waits_is_asked_after_more_often_than_the_others(house: House) -> None:
    house.sandbox.x.post("jan", "@acme hallo")
    house.poll()
    asked = len(house.sandbox.x.calls)
    house.recheck()
    assert len(house.sandbox.x.calls) == asked, "it was fetched a moment ago"
    house.clock.turn(minutes=15)
    house.recheck()
    assert len(house.sandbox.x.calls) == asked + 1
    close.close(house.ctx, ANNA, house.thread("jan"), "spam")
    for _ in range(5):
        house.clock.turn(hours=6)
        house.recheck()
        house.recheck()
    assert len(house.sandbox.x.calls) == asked + 3, "once more while it was due, then once a day"


def test_a_network_that_fails_is_asked_again_before_the_day_is_over(house: House) -> None:
    post, thread = _closed(house)
    house.sandbox.x.delete(post)
    house.clock.turn(hours=23)
    house.sandbox.faults.add("x", "GET /2/tweets", "error_500")
    assert house.recheck() == 0
    asked = len(house.sandbox.x.calls)
    assert house.recheck() == 0
    assert len(house.sandbox.x.calls) == asked, "it is left alone for a moment first"
    house.clock.turn(minutes=5)
    assert house.recheck() == 1
    assert queries.card(house.ctx, thread).posts[0].text == ""
