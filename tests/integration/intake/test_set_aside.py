"""A post that cannot be stored is set aside, logged and told once, and the feed goes on."""

from __future__ import annotations

import logging
import random
import string
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import DatabaseError, OperationalError

from bot.domain.cases import thread as rules
from bot.domain.cases.mention import Author, Media, Mention
from bot.networks.base import Fetched
from bot.usecases.intake import ingest
from bot.usecases.privacy import erase, retention
from storage import outbox
from storage.engine import reading, transaction
from storage.intake import feeds
from storage.outbox.kinds import MessageKind
from storage.outbox.messages import NewMessage
from tests.support.bench import Bench, webcare
from tests.support.cast import X
from tests.support.clock import TurnedClock
from tests.support.team import Served, Team
from tests.support.together import together

SECRET = "zqsecret"
TOO_MANY = Author("13", "famous", "Famous", followers=2**63)
LENGTHS = [180, 998]  # Messenger's ids, and mail's


def long_id(length: int, seed: int = 1) -> str:
    """An id that no database can compress."""
    return "".join(random.Random(seed).choices(string.ascii_letters + string.digits, k=length))  # noqa: S311 - no secret


def unstorable(team: Team, **changes: Any) -> Mention:
    mention = team.mention(f"{SECRET} words", **{"author": TOO_MANY, "conversation": "c13"} | changes)
    return replace(mention, url=f"https://x.com/famous/status/{mention.id}")


def page(team: Team) -> tuple[Mention, ...]:
    """Three posts, of which the second cannot be stored."""
    first, last = team.mention("One"), team.mention("Two", conversation="c2")
    return first, unstorable(team), last


def poll(team: Team, network: Served) -> int:
    desk = team.ctx.settings.desks[0]
    return ingest.poll(replace(team.ctx, accounts={X: network}), desk, desk.networks[0])


def stored(team: Team) -> list[str]:
    return [row["text"] for row in team.rows("SELECT text FROM post ORDER BY id")]


def aside(team: Team) -> int:
    return int(team.rows("SELECT count(*) AS n FROM set_aside")[0]["n"])


class TestLongIds:
    @pytest.mark.parametrize("length", LENGTHS)
    def test_post_and_reply_with_long_ids_are_stored(self, team: Team, clock: TurnedClock, length: int) -> None:
        post, conversation, customer = (long_id(length, seed) for seed in range(3))
        number = team.write("Help", id=post, conversation=conversation, author=Author(customer, customer, customer))
        answer = team.answer(number)
        clock.turn(minutes=1)
        team.arrive(answer, long_id(length, 4))
        thread = team.thread(number)
        assert (thread.conversation, thread.author_id, thread.customer_handle) == (conversation, customer, customer)
        assert team.reply(answer.id).in_reply_to == post
        assert [one.external_id for one in team.messages(number)] == [post, long_id(length, 4)]
        assert team.write("Anybody there?", id=long_id(length, 5), conversation=conversation,
                          author=Author(customer, customer, customer)) == number  # fmt: skip

    @pytest.mark.parametrize("length", LENGTHS)
    def test_long_cursor_is_kept(self, team: Team, length: int) -> None:
        network = Served(team.ctx.accounts[X])
        network.fetched = Fetched((), long_id(length))
        poll(team, network)
        with reading(team.ctx.engine) as connection:
            feed = feeds.get(connection, X)
        assert feed is not None
        assert feed.cursor == long_id(length)

    @pytest.mark.parametrize("length", LENGTHS)
    def test_long_outbox_key_is_kept(self, team: Team, clock: TurnedClock, length: int) -> None:
        key, account = long_id(length), f"mail:{long_id(length, 2)}"
        for expected in (True, False):
            with transaction(team.ctx.engine) as connection:
                assert outbox.want_once(connection, NewMessage(MessageKind.FEED, key, account), at=clock.at) is expected
        with reading(team.ctx.engine) as connection:
            assert outbox.exists(connection, key)


def test_nul_and_lone_surrogates_are_cleaned(team: Team) -> None:
    odd = "a\0b\ud800c"
    mention = team.mention(odd, id=odd, conversation=odd, author=Author(odd, odd, odd), language=odd,
                           url=f"https://x.com/{odd}", media=(Media("photo", odd, odd),))  # fmt: skip
    assert team.receive(mention) == 1
    (post,) = team.messages(1)
    assert (post.text, post.external_id, post.author, post.media) == (
        "ab?c", "ab?c", "ab?c", (Media("photo", "ab?c", "ab?c"),),
    )  # fmt: skip
    assert (aside(team), team.thread(1).customer_name) == (0, "ab?c")


def test_others_of_the_page_are_stored_and_the_cursor_moves(
    team: Team, clock: TurnedClock, caplog: pytest.LogCaptureFixture
) -> None:
    network = Served(team.ctx.accounts[X])
    network.fetched = Fetched(page(team), "3")
    caplog.set_level(logging.INFO)
    assert poll(team, network) == 2
    clock.turn(minutes=1)
    assert poll(team, network) == 0
    assert stored(team) == ["One", "Two"]
    assert [cursor for cursor, _ in network.fetches] == [None, "3"]
    assert team.wanted("set_aside") == ["set_aside:1"]
    (said,) = [record for record in caplog.records if "could not be stored" in record.message]
    fields = vars(said)["fields"]
    assert (fields["network"], fields["post"]) == (X, "3")
    assert fields["error"] in ("OverflowError", "NumericValueOutOfRange")
    assert SECRET not in caplog.text


def test_post_that_is_alone_is_set_aside_too(team: Team) -> None:
    assert team.receive(unstorable(team)) == 0
    assert (stored(team), aside(team)) == ([], 1)


LACKING: list[dict[str, Any]] = [{"url": None}, {"author": Author("14", None, "K")}, {"text": None}]  # type: ignore[arg-type]


@pytest.mark.parametrize("lacks", LACKING, ids=["url", "handle", "text"])
def test_post_that_lacks_something_is_set_aside_though_alone(bench: Bench, lacks: dict[str, Any]) -> None:
    team = bench.team
    assert team.receive(replace(team.mention("Odd"), **lacks)) == 0
    assert (stored(team), aside(team)) == ([], 1)
    bench.deliver(turns=4)
    (told,) = bench.said("could not be stored")
    assert ("https://x.com/" in told.text) is ("url" not in lacks)


@pytest.mark.parametrize("lacks", [*LACKING, {"author": None}], ids=["url", "handle", "text", "author"])
def test_post_that_lacks_something_stops_no_other(team: Team, lacks: dict[str, Any]) -> None:
    first, last = team.mention("One"), team.mention("Two", conversation="c2")
    odd = replace(team.mention("Odd", conversation="odd"), **lacks)
    assert team.receive(first, odd, last) == 2
    assert (stored(team), aside(team)) == (["One", "Two"], 1)


def test_channel_is_told_once_by_many_processes(bench: Bench) -> None:
    mentions = page(bench.team)
    together([lambda: bench.team.receive(*mentions)] * 6)
    bench.team.receive(*mentions)
    bench.deliver(turns=4)
    (told,) = bench.said("could not be stored")
    assert "https://x.com/famous/status/3" in told.text
    assert SECRET not in told.text


def test_edit_that_can_be_stored_is_stored(team: Team) -> None:
    before = unstorable(team)
    team.receive(before)
    assert team.receive(replace(team.edited(before, "Now it can", "11"), author=Author("13", "famous", "F", 9))) == 1
    assert stored(team) == ["Now it can"]


def test_whatever_fails_with_one_alone_is_set_aside(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    receive, odd = rules.receive, team.mention("Odd", conversation="odd").posted_at + timedelta(seconds=1)

    def fails(thread: Any, posted_at: Any) -> Any:
        if posted_at == odd:
            raise KeyError("something that nobody thought of")
        return receive(thread, posted_at)

    monkeypatch.setattr(rules, "receive", fails)
    mention = team.mention("Odd", conversation="odd", posted_at=odd)
    assert team.receive(team.mention("One"), mention, team.mention("Two", conversation="c2")) == 2
    assert (stored(team), aside(team)) == (["One", "Two"], 1)


def test_page_of_which_nothing_can_be_stored_is_tried_again(team: Team) -> None:
    mentions = (team.mention("One"), team.mention("Two", conversation="c2"))
    team.allow_no_lines()
    with pytest.raises(DatabaseError, match="no lines"):
        team.receive(*mentions)
    assert (stored(team), aside(team)) == ([], 0)


def test_database_that_goes_away_sets_nothing_aside(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    mentions, take_in = page(team), ingest._take_in

    def away_at_the_last(*arguments: Any, **named: Any) -> int:
        if arguments[4] == [mentions[-1]]:
            raise OperationalError("INSERT", {}, Exception("the server closed the connection"))
        return take_in(*arguments, **named)

    monkeypatch.setattr(ingest, "FETCH_SECONDS", 0)
    with monkeypatch.context() as patched:
        patched.setattr(ingest, "_take_in", away_at_the_last)
        with pytest.raises(OperationalError):
            team.receive(*mentions)
    assert (stored(team), aside(team)) == (["One"], 0)
    assert team.receive(*mentions) == 1
    assert (stored(team), aside(team)) == (["One", "Two"], 1)


@pytest.mark.parametrize("database_url", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_id_that_no_index_holds_is_set_aside(team: Team) -> None:
    assert team.receive(team.mention("One"), team.mention("Two", id=long_id(20_000), conversation="c2")) == 1
    assert (stored(team), aside(team)) == (["One"], 1)


class TestPrivacy:
    @pytest.fixture
    def told(self, bench: Bench) -> Bench:
        """The channel was told of a post that could not be stored."""
        team = Team(bench.ctx)
        team.receive(unstorable(team))
        bench.finish()
        assert "famous" in bench.everything_shown()
        return bench

    def test_erasing_takes_the_link_from_slack_and_the_database(self, told: Bench) -> None:
        assert erase.people_called(told.ctx, "somebody") == []
        assert erase.erase(told.ctx, "@famous", "x:other").posts == 0
        erased = erase.erase(told.ctx, "@Famous")
        assert (erased.posts, erased.shown) == (1, 1)
        told.finish()
        assert "famous" not in told.everything_shown()
        assert "could not be stored" in told.everything_shown()
        assert not any("famous" in str(rows) for rows in told.tables().values())

    def test_command_erases_a_customer_without_threads(self, told: Bench) -> None:
        asked = webcare(told, "erase", "@Famous", answer="n\n")
        assert "posts that could not be stored: 1" in asked.output
        done = webcare(told, "erase", "@Famous", "--yes")
        assert done.output.splitlines() == [
            "threads: 0",
            "messages: 1",
            "replies: 0",
            "Slack messages: 1, changed as soon as the desk runs",
        ]
        assert webcare(told, "erase", "@Famous", "--yes").exit_code == 1

    def test_erasing_finds_it_under_a_later_handle(self, told: Bench) -> None:
        team = Team(told.ctx)
        team.receive(team.mention(id="99", author=Author("13", "lately", "Famous", 9)))
        assert erase.erase(told.ctx, "lately").posts == 2

    def test_erased_post_is_not_told_again(self, told: Bench) -> None:
        erase.erase(told.ctx, "famous")
        team = Team(told.ctx)
        team.receive(unstorable(team))
        assert aside(team) == 1

    def test_retention_deletes_it_with_its_message(self, told: Bench) -> None:
        told.clock.turn(days=399)
        retention.tick(told.ctx)
        assert len(told.tables()["set_aside"]) == 1
        told.clock.turn(days=2)
        retention.tick(told.ctx)
        assert (told.tables()["set_aside"], told.tables()["outbox"]) == ([], [])
