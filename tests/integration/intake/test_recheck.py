"""What is deleted or edited at the network is found, once a second look confirms it, and comes back if it does."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from bot.domain.cases.mention import Author
from bot.domain.cases.thread import State
from bot.networks.base import LookedUp
from bot.usecases.cases import claim, close, escalate, queries
from bot.usecases.intake import ingest, recheck
from bot.usecases.privacy import erase
from bot.usecases.replies import reply
from storage.cases import posts
from storage.engine import transaction
from tests.support.bench import Bench
from tests.support.cast import ANNA, X
from tests.support.lost import UNDO
from tests.support.team import Served

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def _closed(bench: Bench) -> tuple[str, int]:
    """A post whose customer waits no longer."""
    post = bench.sandbox.x.post("jan", "@acme geheim", media=[])
    bench.fetch()
    thread = bench.thread("jan")
    close.close(bench.ctx, ANNA, thread, "solved by phone")
    bench.clock.turn(hours=1)
    bench.recheck()
    return post.id, thread


def _look_twice(bench: Bench, **first: float) -> int:
    bench.clock.turn(**(first or {"minutes": 15}))
    return bench.recheck_twice()


class TestGone:
    def test_deleted_post_of_a_closed_thread_is_blanked_in_a_day(self, bench: Bench) -> None:
        post, thread = _closed(bench)
        bench.finish()
        assert "geheim" in bench.everything_shown()
        bench.sandbox.x.delete(post)
        assert _look_twice(bench, hours=23) == 1
        bench.finish()
        message = queries.card(bench.ctx, thread).posts[0]
        assert (message.text, message.media, message.url) == ("", (), "")
        assert "geheim" not in bench.everything_shown()
        assert bench.team.kinds(thread)[-1] == "withdrawn"

    def test_one_not_found_changes_nothing(self, bench: Bench) -> None:
        number = bench.mention("@acme blijft")
        post = bench.sandbox.x.posts[0].id
        for shown in (False, True, False):
            bench.sandbox.x.unseen = set() if shown else {post}
            bench.clock.turn(minutes=15)
            assert bench.recheck() == 0
        assert bench.team.messages(number)[0].text == "@acme blijft"
        assert bench.team.thread(number).state is State.WAITING

    @pytest.mark.parametrize("how", ["not found", "protected"])
    def test_what_stands_again_is_restored_as_it_was(self, bench: Bench, how: str) -> None:
        number = bench.mention("@acme komt terug", by="jan")
        claim.claim(bench.ctx, ANNA, number)
        escalate.escalate(bench.ctx, ANNA, number, None, "why")
        before = bench.team.thread(number)
        x = bench.sandbox.x
        hidden, what = {"not found": (x.unseen, x.posts[0].id), "protected": (x.protected, "jan")}[how]
        hidden.add(what)
        assert _look_twice(bench) == 1
        assert bench.team.thread(number).state is State.CLOSED
        assert bench.team.messages(number)[0].text == ""
        hidden.clear()
        bench.clock.turn(hours=23)
        assert bench.recheck() == 1
        assert bench.team.messages(number)[0].text == "@acme komt terug"
        after = bench.team.thread(number)
        assert (after.state, after.owner, after.escalated) == (State.WAITING, "U0ANNA", True)
        assert (after.waiting_since, after.due_at) == (before.waiting_since, before.due_at)
        assert [row["outcome"] for row in bench.team.rows("SELECT outcome FROM wait")] == [None]
        assert bench.team.kinds(number)[-1] == "restored"

    def test_unanswerable_post_that_stands_again_blocks_the_thread_again(self, bench: Bench) -> None:
        team, network = bench.team, Served(bench.ctx.accounts[X])
        number = team.write("eerste")
        later = replace(team.mention("zonder naam"), reply_blocked_reason="not_mentioned")
        team.receive(later)
        bench.clock.turn(minutes=16)
        assert team.delete(later.id) == 1
        assert team.thread(number).reply_blocked_reason is None
        network.looked_up = LookedUp(frozenset(), (later,))
        bench.clock.turn(hours=24)
        assert team.recheck(network) == 1
        assert team.thread(number).reply_blocked_reason == "not_mentioned"

    def test_forgotten_customer_is_not_restored(self, bench: Bench) -> None:
        number = bench.mention("@acme vergeet mij", by="jan")
        erase.erase(bench.ctx, "jan")
        assert _look_twice(bench, hours=24) == 0
        assert bench.team.messages(number)[0].text == ""

    def test_customer_forgotten_while_x_is_asked_is_not_restored(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        team, network = bench.team, Served(bench.ctx.accounts[X])
        post = team.mention("vergeet mij")
        team.receive(post)
        bench.clock.turn(minutes=16)
        assert team.delete(post.id) == 1

        def look_up(*_: object) -> LookedUp:
            erase.erase(bench.ctx, "klant")
            return LookedUp(frozenset(), (post,))

        monkeypatch.setattr(network, "look_up", look_up)
        bench.clock.turn(hours=24)
        assert team.recheck(network) == 0
        assert team.rows("SELECT text FROM post") == [{"text": ""}]

    @pytest.mark.parametrize("edited", [False, True], ids=["same number", "new number"])
    def test_answer_from_before_it_went_brings_nothing_back(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch, edited: bool
    ) -> None:
        team, network = bench.team, Served(bench.ctx.accounts[X])
        first = team.mention("eerst")
        newer = replace(first, id=f"{first.id}1", text="daarna", earlier_ids=(first.id,))
        number = team.write(first.text, id=first.id)

        def look_up(*_: object) -> LookedUp:
            """Answer late: another process saw it edited and then deleted meanwhile."""
            if edited:
                team.receive(newer)
            with transaction(bench.ctx.engine) as connection:
                (held,) = posts.of_thread(connection, number)
                recheck._withdraw(connection, bench.ctx, held, bench.clock.now())
            return LookedUp(frozenset(), (newer,))

        monkeypatch.setattr(network, "look_up", look_up)
        bench.clock.turn(minutes=16)
        team.recheck(network)
        (row,) = team.rows("SELECT text, deleted_at IS NULL AS there FROM post")
        assert (row["text"], bool(row["there"])) == ("", False)
        assert team.kinds(number)[-1] == "withdrawn"


class TestRefusalOfOnePost:
    def test_reply_goes_to_the_newest_post_that_stands(self, bench: Bench) -> None:
        number = bench.mention("@acme eerste")
        first = bench.sandbox.x.posts[0].id
        bench.clock.turn(seconds=5)
        second = bench.sandbox.x.post("klant", "@acme tweede", in_reply_to=first).id
        bench.fetch()
        bench.sandbox.x.delete(second)
        bench.team.answer(number, "Dag")
        bench.settle(seconds=UNDO)
        assert bench.answers() == []
        assert bench.team.thread(number).reply_blocked_reason is None
        bench.team.answer(number, "Dag nog eens")
        bench.settle(seconds=UNDO)
        assert [post.in_reply_to for post in bench.answers()] == [first]

    def test_refused_post_that_stands_after_all_can_be_answered(self, bench: Bench) -> None:
        number = bench.mention()
        bench.team.refuse(bench.team.answer(number), "gone")
        assert bench.team.thread(number).reply_blocked_reason == "gone"
        bench.clock.turn(minutes=15)
        bench.recheck()
        assert bench.team.thread(number).reply_blocked_reason is None
        assert reply.draft(bench.ctx, ANNA, number)

    def test_deleting_the_unanswerable_post_frees_the_thread(self, bench: Bench) -> None:
        number = bench.mention("@acme eerste")
        first = bench.sandbox.x.posts[0]
        bench.clock.turn(seconds=5)
        author, conversation = Author(first.author.id, "klant", "klant"), first.conversation_id
        later = bench.team.mention("zonder naam", id="77", conversation=conversation, author=author)
        bench.team.receive(replace(later, reply_blocked_reason="not_mentioned"))
        assert bench.team.thread(number).reply_blocked_reason == "not_mentioned"
        assert _look_twice(bench) == 1
        assert bench.team.thread(number).reply_blocked_reason is None


def test_edited_post_of_a_closed_thread_reads_as_now(bench: Bench) -> None:
    post, thread = _closed(bench)
    bench.sandbox.x.edit(post, "@acme anders")
    bench.clock.turn(hours=24)
    assert bench.recheck() == 1
    assert queries.card(bench.ctx, thread).posts[0].text == "@acme anders"


def test_posts_are_looked_up_less_often_as_they_age(bench: Bench) -> None:
    _closed(bench)
    asked = []
    for day in range(1, 101):
        bench.clock.turn(hours=24)
        before = len(bench.sandbox.x.calls)
        bench.recheck()
        if len(bench.sandbox.x.calls) > before:
            asked.append(day)
    assert asked[:7] == [1, 2, 3, 4, 5, 6, 7], "daily in the first week"
    gaps = [later - earlier for earlier, later in pairwise(asked[6:])]
    assert gaps[:3] == [7, 7, 7], "then weekly"
    assert gaps[-2:] == [30, 30], "and monthly"


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
    assert _look_twice(bench) == 1
    assert queries.card(bench.ctx, thread).posts[0].text == ""


UNFIT: list[dict[str, Any]] = [{"text": None}, {"url": None}, {"id": None}]


class TestUnfit:
    @pytest.mark.parametrize("unfit", UNFIT, ids=["no words", "no link", "no id"])
    def test_edit_that_cannot_be_stored_stops_no_other(
        self, bench: Bench, caplog: pytest.LogCaptureFixture, unfit: dict[str, Any]
    ) -> None:
        team, network = bench.team, Served(bench.ctx.accounts[X])
        odd, gone, edited = (team.mention(word, conversation=word) for word in ("odd", "gone", "edited"))
        team.receive(odd, gone, edited)
        now = replace(odd, **{"id": "99", "text": "new"} | unfit, earlier_ids=(odd.id,))
        network.looked_up = LookedUp(frozenset({gone.id}), (now, replace(edited, text="edited later")))
        changed = []
        for minutes in (16, 6, 16):
            bench.clock.turn(minutes=minutes)
            changed.append(team.recheck(network))
        assert changed[:2] == [1, 1]
        assert [row["text"] for row in team.rows("SELECT text FROM post ORDER BY id")] == ["odd", "", "edited later"]
        said = [vars(record)["fields"]["post"] for record in caplog.records if "keeps its words" in record.message]
        assert set(said) == {odd.id}
        assert [odd.id in ids for ids in network.asked_after] == [True, False, True]

    def test_edit_is_kept_while_the_database_is_away(self, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
        post, network = bench.team.mention("before"), Served(bench.ctx.accounts[X])
        bench.team.receive(post)
        network.looked_up = LookedUp(frozenset(), (bench.team.edited(post, "after", "99"),))

        def away_at_first(*arguments: Any) -> bool:
            monkeypatch.setattr(recheck, "edit", ingest.edit)
            raise OperationalError("UPDATE", {}, Exception("the server closed the connection"))

        monkeypatch.setattr(recheck, "edit", away_at_first)
        bench.clock.turn(minutes=16)
        assert bench.team.recheck(network) == 1
