"""What every network keeps to, asked of each against its own counterpart, which `tests/support/counterparts` has."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.domain.cases.mention import Mention
from bot.networks import KINDS, SPECS, build
from bot.networks.base import (
    OF_THE_POST,
    Account,
    Ambiguous,
    Deed,
    NetworkError,
    NotDone,
    Outgoing,
    Rejected,
    Search,
    Upload,
)
from bot.networks.spec import NetworkSpec
from bot.platform import logs
from tests.support.clock import FRIDAY
from tests.support.counterparts import COUNTERPARTS
from tests.support.counterparts.base import Counterpart, Failure, Written, canned, on_the_wire

DAY = timedelta(days=1)
READ_FAILURES = [
    Failure.HANGS,
    Failure.NO_CONNECTION,
    Failure.BREAKS_OFF,
    Failure.LOST,
    Failure.BROKEN,
    Failure.HTML,
    Failure.NONSENSE,
    Failure.BUSY,
    Failure.BUSY_FOR_LONG,
]
NEVER_DONE = {Failure.NO_CONNECTION, Failure.BUSY, Failure.BUSY_FOR_LONG}


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def spec(kind: str) -> NetworkSpec:
    return SPECS[kind]


@pytest.fixture
def network(kind: str) -> Iterator[Counterpart]:
    with COUNTERPARTS[kind]() as running:
        yield running


@pytest.fixture
def account(network: Counterpart) -> Iterator[Account]:
    with built(network) as account:
        yield account


@contextmanager
def built(network: Counterpart, **changes: Any) -> Iterator[Account]:
    with closing(cast("Any", network.account(**changes))) as account:
        yield account


def since(network: Counterpart) -> datetime:
    return network.now() - DAY


def read(network: Counterpart, account: Account, cursor: str | None = None) -> tuple[Mention, ...]:
    return account.fetch(cursor, since(network)).mentions


def the_only(network: Counterpart, account: Account) -> Mention:
    (mention,) = read(network, account)
    return mention


def a_picture() -> Upload:
    drawn = io.BytesIO()
    Image.new("RGB", (60, 40), "orange").save(drawn, "JPEG")
    return Upload(drawn.getvalue(), "image/jpeg", "Een doos & een «strik»", 60, 40)


def answer_to(mention: Mention, text: str, key: str = "") -> Outgoing:
    return Outgoing(
        text,
        mention.id,
        to=mention.author.handle,
        private=mention.private,
        key=key or f"reply-{mention.id}",
        at=mention.posted_at,
    )


def refusal(act: Callable[[], object]) -> str:
    try:
        act()
    except Rejected as refused:
        return refused.code
    return ""


def test_every_network_has_a_counterpart() -> None:
    assert COUNTERPARTS.keys() == set(KINDS)


class TestReading:
    def test_mentions_come_oldest_first_and_once(self, network: Counterpart, account: Account) -> None:
        asked = [network.customer(f"vraag {number}") for number in range(network.page + 2)]
        fetched = account.fetch(None, since(network))
        assert [mention.id for mention in fetched.mentions] == asked
        network.turn(minutes=20)
        again = account.fetch(fetched.cursor, since(network))
        assert again.mentions == ()
        later = network.customer("en ik?", by="bob")
        assert [mention.id for mention in account.fetch(again.cursor, since(network)).mentions] == [later]

    def test_many_that_came_since_are_all_read(self, network: Counterpart, account: Account) -> None:
        network.customer("de eerste")
        cursor = account.fetch(None, since(network)).cursor
        network.turn(minutes=20)
        asked = [network.customer(f"vraag {number}") for number in range(2 * network.page + 5)]
        found: list[str] = []
        for _ in asked:  # a poll may end before it has read everything
            fetched = account.fetch(cursor, since(network))
            new = [mention.id for mention in fetched.mentions if mention.id not in found]
            found, cursor = found + new, fetched.cursor
            if not new:
                break
        assert found == asked

    def test_cursor_survives_a_restart(self, network: Counterpart, account: Account) -> None:
        network.customer("voor")
        cursor = account.fetch(None, since(network)).cursor
        network.turn(minutes=20)
        after = network.customer("na")
        with built(network) as restarted:
            assert [mention.id for mention in read(network, restarted, cursor)] == [after]

    def test_refused_cursor_loses_nothing(self, network: Counterpart, account: Account) -> None:
        asked = network.customer("vraag")
        assert [mention.id for mention in read(network, account, "no cursor of yours")] == [asked]

    def test_first_start_looks_back_as_far_as_told(self, network: Counterpart, account: Account) -> None:
        network.customer("lang geleden")
        network.turn(hours=30)
        recent = network.customer("zojuist")
        assert [mention.id for mention in read(network, account)] == [recent]
        assert [mention.id for mention in account.fetch_again(since(network)).mentions] == [recent]

    def test_own_posts_are_no_mentions(self, network: Counterpart, account: Account) -> None:
        asked = network.customer("vraag")
        mention = the_only(network, account)
        account.send(answer_to(mention, "Een antwoord"))
        network.answer_elsewhere(asked, "En nog een")
        assert [one.id for one in read(network, account)] == [asked]

    def test_follow_up_stays_in_its_conversation(self, network: Counterpart, account: Account) -> None:
        network.customer("vraag")
        mention = the_only(network, account)
        sent = account.send(answer_to(mention, "Een antwoord"))
        follow_up = network.customer("nog iets", answering=sent.id)
        other = network.customer("iets anders", by="bob")
        with built(network) as restarted:
            found = {one.id: one.conversation for one in read(network, restarted)}
        assert found[follow_up] == mention.conversation
        assert found[other] != mention.conversation

    def test_edited_post_is_known_by_an_earlier_id(self, network: Counterpart, account: Account) -> None:
        asked = network.customer("mijn paket is weg")
        other = network.customer("iets anders", by="bob")
        cursor = account.fetch(None, since(network)).cursor
        network.turn(minutes=1)
        network.edit(asked, "mijn pakket is weg")
        came = {one.id: one for one in (*read(network, account, cursor), *account.look_up((asked, other)).standing)}
        (edited,) = [one for one in came.values() if asked in (one.id, *one.earlier_ids)]
        assert edited.text.endswith("mijn pakket is weg")
        assert not account.look_up((asked, other)).gone

    def test_deleted_post_is_gone(self, network: Counterpart, account: Account) -> None:
        kept, deleted = network.customer("blijft"), network.customer("gaat weg", by="bob")
        account.fetch(None, since(network))
        network.delete(deleted)
        looked_up = account.look_up((kept, deleted))
        assert looked_up.gone == {deleted}
        assert kept in looked_up.unchanged | {one.id for one in looked_up.standing}

    def test_whole_post_can_be_asked_for(self, network: Counterpart, account: Account) -> None:
        asked = network.customer("mijn pakket is weg")
        fetched = the_only(network, account)
        (whole,) = account.look_up((asked,), frozenset({asked})).standing
        assert (whole.id, whole.text, whole.media, whole.conversation) == (
            fetched.id,
            fetched.text,
            fetched.media,
            fetched.conversation,
        )

    def test_nothing_is_asked_about_no_posts(self, account: Account) -> None:
        looked_up = account.look_up(())
        assert (looked_up.gone, looked_up.standing) == (frozenset(), ())

    def test_text_is_as_typed(self, network: Counterpart, account: Account) -> None:
        words = "5 < 6 & <b>niet vet</b>, zie https://acme.nl/pakket?a=1&b=2\nen «dit» 👩‍👩‍👧"
        network.customer(words)
        assert the_only(network, account).text.endswith(words)

    def test_mention_says_who_wrote_when_and_where(self, network: Counterpart, account: Account) -> None:
        network.customer("vraag", by="anne")
        mention = the_only(network, account)
        assert mention.author.handle.partition("@")[0].partition(".")[0] == "anne"
        assert mention.author.id
        assert mention.author.name
        assert abs(mention.posted_at - network.now()) < timedelta(minutes=5)
        assert mention.url.startswith("http")
        assert mention.reply_blocked_reason is None

    def test_language_is_passed_on(self, network: Counterpart, account: Account) -> None:
        network.customer("vraag", language="nl")
        assert the_only(network, account).language == ("nl" if network.languages else None)

    def test_picture_comes_with_its_description(self, network: Counterpart, account: Account) -> None:
        if network.pictures:
            network.customer("kapot", alt="Een gescheurde doos")
            (picture,) = the_only(network, account).media
            assert (picture.kind, picture.alt) == ("photo", "Een gescheurde doos")
            assert picture.url.startswith("http")


class TestWriting:
    def test_own_post_is_edited_once_and_keeps_the_rest(
        self, network: Counterpart, account: Account, spec: NetworkSpec
    ) -> None:
        if Deed.EDIT not in spec.can.deeds:
            return
        asked = network.customer("vraag")
        out = Outgoing("Geen treinen tot 20 uur, zie https://acme.nl/?a=1&b=2", key="update-1", at=network.now())
        sent = account.send(replace(out, picture=account.upload(a_picture())))
        with on_the_wire(lambda _, send: send(), "PUT") as puts:
            for _ in range(2):
                account.edit(sent.id, "Geen treinen tot 21 uur, zie https://acme.nl/?a=1&b=2")
        assert len(puts) == 1
        (post,) = network.written()
        assert (post.id, post.text) == (sent.id, "Geen treinen tot 21 uur, zie https://acme.nl/?a=1&b=2")
        assert post.alts == ("Een doos & een «strik»",)
        with pytest.raises(Rejected):
            account.edit(asked, "Geen vraag")
        if Deed.TAKE_BACK in spec.can.deeds:
            account.do(Deed.TAKE_BACK, sent.id)
            assert refusal(lambda: account.edit(sent.id, "Weer treinen")) == "gone"

    @pytest.mark.parametrize("how", [Failure.LOST, Failure.BROKEN, Failure.BUSY], ids=lambda how: how.name.lower())
    def test_edit_that_fails_is_perhaps_done_and_asked_again(
        self, network: Counterpart, account: Account, spec: NetworkSpec, how: Failure
    ) -> None:
        if Deed.EDIT not in spec.can.deeds:
            return
        sent = account.send(Outgoing("Geen treinen tot 20 uur", key="update-1", at=network.now()))
        with network.fails(how, method="PUT"), pytest.raises(NetworkError) as caught:
            account.edit(sent.id, "Geen treinen tot 20 uur?")
        assert isinstance(caught.value, NotDone if how in NEVER_DONE else Ambiguous)
        account.edit(sent.id, "Geen treinen tot 20 uur?")
        assert [post.text for post in network.written()] == ["Geen treinen tot 20 uur?"]

    def test_reply_is_posted_once_where_it_belongs(self, network: Counterpart, account: Account) -> None:
        asked = network.customer("vraag")
        sent = account.send(answer_to(the_only(network, account), "Dag, zie https://acme.nl/hulp?a=1&b=2 ^AB"))
        assert network.written() == [Written(sent.id, "Dag, zie https://acme.nl/hulp?a=1&b=2 ^AB", asked)]
        assert sent.url.startswith("http")

    def test_reply_shows_a_picture_with_its_description(
        self, network: Counterpart, account: Account, spec: NetworkSpec
    ) -> None:
        asked = network.customer("hoe ziet het eruit?")
        mention = the_only(network, account)
        if spec.can.pictures is None:
            with pytest.raises(Rejected) as refused:
                account.upload(a_picture())
            assert refused.value.code == "picture"
            return
        sent = account.send(replace(answer_to(mention, "Zo & niet anders"), picture=account.upload(a_picture())))
        assert network.written() == [Written(sent.id, "Zo & niet anders", asked, alts=("Een doos & een «strik»",))]
        found = account.find_sent(answer_to(mention, "Zo & niet anders"), since(network))
        assert found is not None
        assert found.id == sent.id

    @pytest.mark.parametrize("how", [Failure.LOST, Failure.BREAKS_OFF, Failure.BROKEN, Failure.NONSENSE, Failure.HANGS])
    def test_upload_that_fails_is_worth_another_try(
        self, network: Counterpart, account: Account, spec: NetworkSpec, how: Failure
    ) -> None:
        if spec.can.pictures is not None:
            account.verify()
            with network.fails(how, method="POST"), pytest.raises(NotDone):
                account.upload(a_picture())
            assert network.written() == []

    def test_post_for_everybody_answers_nobody(self, network: Counterpart, account: Account) -> None:
        update = Outgoing("Er is een storing", key="update-1", at=network.now())
        if not network.announces:
            with pytest.raises(Rejected):
                account.send(update)
            return
        sent = account.send(update)
        assert network.written() == [Written(sent.id, "Er is een storing", None)]

    def test_same_key_is_posted_once(self, network: Counterpart, account: Account, spec: NetworkSpec) -> None:
        network.customer("vraag")
        mention = the_only(network, account)
        first = account.send(answer_to(mention, "Dag"))
        if spec.can.certain or spec.can.sends_once:
            with built(network) as restarted:
                assert restarted.send(answer_to(mention, "Dag")).id == first.id
        assert len(network.written()) == 1

    def test_reply_whose_answer_was_lost_is_found(self, network: Counterpart, account: Account) -> None:
        network.customer("vraag")
        other = network.customer("iets anders", by="bob")
        first, second = read(network, account)
        began = network.now()
        out = answer_to(first, "Dag & welkom: zie https://acme.nl/hulp  of\nbel ons ^AB")
        with network.fails(Failure.LOST, method="POST"), pytest.raises(Ambiguous):
            account.send(out)
        network.turn(minutes=1)
        (written,) = network.written()
        with built(network) as restarted:
            found = restarted.find_sent(out, began)
            assert found is not None
            assert found.id == written.id
            assert restarted.find_sent(answer_to(second, out.text), began) is None
            assert restarted.find_sent(answer_to(first, "Iets anders", key="other"), began) is None
        assert second.id == other

    def test_reply_that_never_arrived_is_not_found(self, network: Counterpart, account: Account) -> None:
        network.customer("vraag")
        mention = the_only(network, account)
        began = network.now()
        with (
            network.fails(Failure.BREAKS_OFF, method="POST"),
            pytest.raises(Ambiguous),
        ):
            account.send(answer_to(mention, "Dag"))
        assert account.find_sent(answer_to(mention, "Dag"), began) is None

    def test_reply_to_a_post_that_is_gone_is_refused(self, network: Counterpart, account: Account) -> None:
        asked = network.customer("vraag")
        mention = the_only(network, account)
        network.delete(asked)
        with pytest.raises(Rejected) as refused:
            account.send(answer_to(mention, "Dag"))
        assert refused.value.code in OF_THE_POST
        assert network.written() == []

    def test_longest_text_is_taken_and_one_more_is_not(self, network: Counterpart, account: Account) -> None:
        network.customer("vraag")
        mention = the_only(network, account)
        account.verify()
        counted = account.count(answer_to(mention, ""))
        longest = "a" * (counted.limit - counted.used)
        assert account.count(answer_to(mention, longest)).used == counted.limit
        if network.refuses_long:
            with pytest.raises(Rejected) as refused:
                account.send(answer_to(mention, longest + "a", key="too-long"))
            assert refused.value.code == "too_long"
        account.send(answer_to(mention, longest))
        (written,) = network.written()
        assert written.text == longest

    def test_private_stays_private_and_public_public(self, network: Counterpart, account: Account) -> None:
        network.customer("voor iedereen")
        if network.speaks_privately:
            network.customer("onder ons", private=True, by="bob")
        mentions = read(network, account)
        assert [mention.private for mention in mentions] == [False, True][: len(mentions)]
        for mention in mentions:
            account.send(answer_to(mention, f"Dag {mention.author.handle}"))
        assert [written.private for written in network.written()] == [mention.private for mention in mentions]

    def test_private_and_public_words_are_two_conversations(self, network: Counterpart, account: Account) -> None:
        if network.speaks_privately:
            network.customer("voor iedereen")
            sent = account.send(answer_to(the_only(network, account), "Dag"))
            network.customer("onder ons", private=True, answering=sent.id)
            public, private = read(network, account)
            assert private.private
            assert private.conversation != public.conversation

    def test_answer_from_elsewhere_is_read(self, network: Counterpart, account: Account) -> None:
        asked = network.customer("vraag")
        mention = the_only(network, account)
        sent = account.send(answer_to(mention, "Van de desk ^AB"))
        elsewhere = network.answer_elsewhere(asked, "Van de telefoon ^BC")
        own = account.own_posts(None, since(network))
        assert [(post.id, post.in_reply_to) for post in own.posts] == [(sent.id, asked), (elsewhere, asked)]
        ours, other = own.posts
        assert account.shows(ours, "Van de desk ^AB")
        assert not account.shows(other, "Van de desk ^AB")
        assert other.text == "Van de telefoon ^BC"
        network.turn(minutes=20)
        assert account.own_posts(own.cursor, since(network)).posts == ()

    def test_like_is_one_however_often(self, network: Counterpart, account: Account, spec: NetworkSpec) -> None:
        if Deed.LIKE in spec.can.deeds:
            asked = network.customer("dank jullie wel")
            account.fetch(None, since(network))
            account.do(Deed.LIKE, asked)
            account.do(Deed.LIKE, asked)
            assert network.likes(asked) == 1

    def test_own_post_is_taken_back_and_nobody_elses(
        self, network: Counterpart, account: Account, spec: NetworkSpec
    ) -> None:
        if Deed.TAKE_BACK not in spec.can.deeds:
            return
        asked = network.customer("vraag")
        mention = the_only(network, account)
        wrong = account.send(answer_to(mention, "Naar de verkeerde ^AB", "reply-1"))
        right = account.send(answer_to(mention, "Naar de goede ^AB", "reply-2"))
        account.do(Deed.TAKE_BACK, wrong.id)
        assert [post.id for post in network.written()] == [right.id]
        assert account.look_up((wrong.id,)).gone == {wrong.id}
        assert [post.id for post in account.own_posts(None, since(network)).posts] == [right.id]
        with pytest.raises(Rejected):
            account.do(Deed.TAKE_BACK, asked)
        assert account.look_up((asked,)).gone == frozenset()

    def test_post_that_is_gone_is_taken_back_or_refused_as_gone(
        self, network: Counterpart, account: Account, spec: NetworkSpec
    ) -> None:
        if Deed.TAKE_BACK not in spec.can.deeds:
            return
        network.customer("vraag")
        sent = account.send(answer_to(the_only(network, account), "Naar de verkeerde ^AB"))
        account.do(Deed.TAKE_BACK, sent.id)
        assert refusal(lambda: account.do(Deed.TAKE_BACK, sent.id)) in ("", "gone")

    @pytest.mark.parametrize("how", [Failure.LOST, Failure.BROKEN, Failure.BUSY], ids=lambda how: how.name.lower())
    def test_taking_back_that_fails_is_perhaps_done(
        self, network: Counterpart, account: Account, spec: NetworkSpec, how: Failure
    ) -> None:
        if Deed.TAKE_BACK not in spec.can.deeds:
            return
        network.customer("vraag")
        sent = account.send(answer_to(the_only(network, account), "Naar de verkeerde ^AB"))
        method, route = ("DELETE", "") if spec.kind != "bluesky" else ("POST", "deleteRecord")
        with network.fails(how, method=method, route=route), pytest.raises(NetworkError) as caught:
            account.do(Deed.TAKE_BACK, sent.id)
        assert isinstance(caught.value, NotDone if how in NEVER_DONE else Ambiguous)
        gone = {sent.id} if how is Failure.LOST else set()
        assert account.look_up((sent.id,)).gone == gone


class TestFailures:
    @pytest.mark.parametrize("how", READ_FAILURES, ids=lambda how: how.name.lower())
    def test_reading_that_fails_is_repeated_later(self, network: Counterpart, account: Account, how: Failure) -> None:
        asked = network.customer("vraag")
        with network.fails(how, method="GET", times=100) as failed, pytest.raises(NotDone) as raised:
            account.fetch(None, since(network))
        assert len(failed) == 1
        if how is Failure.BUSY:
            assert 100 < raised.value.retry_after <= 120
        if how in (Failure.BUSY, Failure.BUSY_FOR_LONG):
            assert raised.value.code == "rate_limited"
        with built(network) as restarted:
            assert [mention.id for mention in read(network, restarted)] == [asked]

    @pytest.mark.parametrize("how", READ_FAILURES, ids=lambda how: how.name.lower())
    def test_sending_that_fails_is_perhaps_done(self, network: Counterpart, account: Account, how: Failure) -> None:
        network.customer("vraag")
        mention = the_only(network, account)
        with (
            network.fails(how, method="POST") as failed,
            pytest.raises(NetworkError) as raised,
        ):
            account.send(answer_to(mention, "Dag"))
        assert type(raised.value) is (NotDone if how in NEVER_DONE else Ambiguous)
        assert len(failed) == 1
        assert len(network.written()) == (how is Failure.LOST)

    def test_refused_keys_are_told_as_such(self, network: Counterpart, account: Account) -> None:
        network.customer("vraag")
        mention = the_only(network, account)
        calls: list[Callable[[], object]] = [
            lambda: account.fetch(None, since(network)),
            lambda: account.send(answer_to(mention, "Dag")),
            account.verify,
        ]
        for call in calls:
            with network.fails(Failure.KEYS, method="", times=100), pytest.raises(Rejected) as refused:
                call()
            assert refused.value.code == "credentials"

    def test_keys_are_tried(self, network: Counterpart, account: Account, spec: NetworkSpec) -> None:
        assert account.verify().lower() == account.handle.lower()
        names = {key.name for key in spec.keys}
        with built(network, **network.wrong_keys) as mistaken, pytest.raises(Rejected) as refused:
            mistaken.verify()
        assert refused.value.code == "credentials"
        assert refused.value.keys
        assert set(refused.value.keys) <= names

    def test_key_that_no_header_can_hold_is_named(self, network: Counterpart, spec: NetworkSpec) -> None:
        for odd in ("bad\ntoken", "bad\u20ac"):
            with built(network, **dict.fromkeys(network.wrong_keys, odd)) as mistaken:
                with pytest.raises(Rejected) as refused:
                    mistaken.verify()
                assert refused.value.code == "credentials"
                assert "bad" not in refused.value.detail

    def test_nobody_is_called_when_it_is_built(self, spec: NetworkSpec) -> None:
        keys = dict.fromkeys((key.name for key in spec.keys), "")
        with on_the_wire(lambda _, send: send()) as asked:
            account = build(spec.kind, spec.handle.example, now=lambda: FRIDAY, api_url="http://127.0.0.1:9", **keys)
            counted = account.count(Outgoing("Dag", to="klant"))
        assert asked == []
        assert 3 <= counted.used < counted.limit == spec.text_limit

    def test_several_threads_share_an_account(self, network: Counterpart, account: Account) -> None:
        asked = [network.customer(f"vraag {number}") for number in range(8)]
        with ThreadPoolExecutor(8) as threads:
            for found in threads.map(lambda _: read(network, account), range(8)):
                assert [mention.id for mention in found] == asked
            list(threads.map(lambda mention: account.send(answer_to(mention, f"Naar {mention.id}")), found))
        assert sorted(str(written.in_reply_to) for written in network.written()) == sorted(asked)
        assert all(written.text == f"Naar {written.in_reply_to}" for written in network.written())

    def test_errors_hold_neither_keys_nor_words(
        self, network: Counterpart, account: Account, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        logs.hush()
        asked = network.customer("klantenwoord")
        mention = the_only(network, account)
        answer = answer_to(mention, "medewerkerswoord")
        said: list[str] = []
        calls: list[Callable[[], object]] = [
            lambda: account.fetch(None, since(network)),
            lambda: account.send(answer),
            lambda: account.find_sent(answer, since(network)),
            lambda: account.look_up((asked,)),
            account.verify,
        ]
        echo = json.dumps({"error": "klantenwoord", "message": "medewerkerswoord", "detail": "klantenwoord"})
        for status in (400, 401, 403, 404, 422, 500):
            for call in calls:
                refused = canned(status, echo.encode())
                with on_the_wire(lambda *_, answer=refused: answer):
                    try:
                        call()
                    except NetworkError as error:
                        said.append(f"{error} {error.detail}")
                        logging.getLogger("test").error("failed", exc_info=error)
        said.append(caplog.text)
        for secret in (*network.secrets, "klantenwoord", "medewerkerswoord"):
            assert secret not in "\n".join(said)


FIELDS = [
    "data",
    "id",
    "error",
    "errors",
    "title",
    "type",
    "status",
    "account",
    "content",
    "created_at",
    "posts",
    "uri",
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["1", "1000", "2026-11-20"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(KINDS), st.sampled_from([200, 201, 400, 403, 404, 422, 429, 500]), JSON)
def test_any_answer_raises_only_network_errors(kind: str, status: int, body: object) -> None:
    spec = SPECS[kind]
    keys: Mapping[str, str] = {key.name: "t" for key in spec.keys}
    account = build(kind, spec.handle.example, now=lambda: FRIDAY, api_url="http://127.0.0.1:9", **keys)
    out = Outgoing("Dag", "1", to="klant", key="k", at=FRIDAY)
    calls: list[Callable[[], object]] = [
        lambda: account.fetch("1", FRIDAY - DAY),
        lambda: account.fetch(None, FRIDAY - DAY),
        lambda: account.fetch_again(FRIDAY - DAY),
        lambda: account.own_posts("1", FRIDAY - DAY),
        lambda: account.send(out),
        lambda: account.find_sent(out, FRIDAY - DAY),
        lambda: account.look_up(("1", "2")),
        account.verify,
    ]

    def reply(request: requests.PreparedRequest, _: object) -> requests.Response:
        response = canned(status, json.dumps(body).encode())
        response.request = request
        return response

    for call in calls:
        with on_the_wire(reply), suppress(NetworkError):
            call()


ACME = Search(("acme", "#acmestoring"))


def searched(network: Counterpart, account: Account, wanted: Search = ACME, cursor: str | None = None) -> list[str]:
    return [mention.id for mention in account.search(wanted, cursor, since(network), 50).mentions]


class TestSearching:
    @pytest.fixture(autouse=True)
    def _can(self, spec: NetworkSpec) -> None:
        if not spec.can.searches:
            pytest.skip("it has no search")

    def test_what_is_said_about_us_is_found_oldest_first_and_once(self, network: Counterpart, account: Account) -> None:
        network.aside("mooi weer")
        said = [network.aside("acme is stuk"), network.aside("weer niets #acmestoring", by="bob")]
        found = account.search(ACME, None, since(network), 50)
        assert [mention.id for mention in found.mentions] == said
        assert found.gap is None
        network.turn(minutes=20)
        assert searched(network, account, cursor=found.cursor) == []
        later = network.aside("en acme nu?", by="eva")
        assert searched(network, account, cursor=found.cursor) == [later]

    def test_place_survives_a_restart(self, network: Counterpart, account: Account) -> None:
        network.aside("acme is stuk")
        cursor = account.search(ACME, None, since(network), 50).cursor
        network.turn(minutes=20)
        later = network.aside("acme doet het weer")
        with built(network) as restarted:
            assert searched(network, restarted, cursor=cursor) == [later]

    def test_place_of_another_network_is_dropped(self, network: Counterpart, account: Account) -> None:
        said = network.aside("acme is stuk")
        assert searched(network, account, cursor='{"at": "nonsense"}') == [said]

    def test_what_is_older_than_asked_for_is_left(self, network: Counterpart, account: Account) -> None:
        network.aside("acme is stuk")
        network.turn(hours=30)
        assert searched(network, account) == []

    def test_what_our_account_wrote_is_not_found(self, network: Counterpart, account: Account) -> None:
        if network.announces:
            network.aside("acme is er weer", by="acme")
        assert searched(network, account) == []

    @pytest.mark.parametrize("word", ['a"b c', "OR", "from:acme", "a) -b (c", "50% & meer?", "å/ö"])
    def test_whatever_a_word_holds_the_network_takes_it(
        self, network: Counterpart, account: Account, word: str
    ) -> None:
        said = network.aside("acme is stuk")
        assert set(searched(network, account, Search((word,)))) <= {said}

    @pytest.mark.parametrize("how", READ_FAILURES)
    def test_search_that_fails_can_be_tried_again(self, network: Counterpart, account: Account, how: Failure) -> None:
        said = network.aside("acme is stuk")
        account.search(Search(("niets",)), None, since(network), 50)  # signed in
        with network.fails(how, method="GET", times=9), pytest.raises(NotDone):
            account.search(ACME, None, since(network), 50)
        if how not in (Failure.BUSY, Failure.BUSY_FOR_LONG):
            assert searched(network, account) == [said]

    def test_no_more_is_kept_than_was_asked_for(self, network: Counterpart, account: Account) -> None:
        for number in range(24):
            network.aside(f"acme {number}", by=f"k{number % 3}")
        found = account.search(Search(("acme",)), None, since(network), 10)
        assert len(found.mentions) <= 10
