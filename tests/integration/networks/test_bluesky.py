"""What the desk asks of a network, asked of the sandbox's Bluesky, which takes nothing that is not in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from bot.networks.base import Ambiguous, Count, Deed, NetworkError, NotDone, Outgoing, Rejected
from bot.networks.bluesky.client import BlueskyAccount
from bot.networks.bluesky.mark import OVERLAP
from bot.networks.bluesky.spec import SPEC
from bot.sandbox.bluesky import BlueskyService, Stored
from bot.sandbox.bluesky.lexicon import LIKE
from bot.sandbox.bluesky.service import instant
from bot.sandbox.server import Sandbox
from bot.sandbox.x.posts import Media
from tests.support.bluesky import bluesky_account
from tests.support.clock import TurnedClock

DAY = timedelta(days=1)
HANGS = 0.5  # seconds that a time-out lasts: longer than the account waits, and over before the sandbox stops
ANNE, US = "anne.bsky.social", "@acme.example.com"
LIST, POSTS, PUT, GET = (
    "app.bsky.notification.listNotifications",
    "app.bsky.feed.getPosts",
    "com.atproto.repo.putRecord",
    "com.atproto.repo.getRecord",
)


@pytest.fixture
def bluesky(sandbox: Sandbox) -> BlueskyService:
    sandbox.bluesky.add_account(ANNE, "Anne", language="nl")
    return sandbox.bluesky


@pytest.fixture
def made(sandbox: Sandbox, clock: TurnedClock) -> Iterator[Callable[..., BlueskyAccount]]:
    """Makes the desk's account, with settings of the test's choice."""
    accounts: list[BlueskyAccount] = []

    def make(**changes: str | float) -> BlueskyAccount:
        accounts.append(bluesky_account(sandbox, clock.now, **changes))
        return accounts[-1]

    yield make
    for account in accounts:
        account.close()


@pytest.fixture
def acme(made: Callable[..., BlueskyAccount]) -> BlueskyAccount:
    return made()


def out(text: str, in_reply_to: str | None, clock: TurnedClock, key: str = "reply-1") -> Outgoing:
    return Outgoing(text, in_reply_to, to=ANNE, key=key, at=clock.now())


class TestMentions:
    def test_they_come_oldest_first_and_once_over_pages(
        self, bluesky: BlueskyService, acme: BlueskyAccount, clock: TurnedClock
    ) -> None:
        posted = [bluesky.post(ANNE, f"{US} vraag {number}").id for number in range(230)]
        fetched = acme.fetch(None, clock.now() - DAY)
        assert [mention.id for mention in fetched.mentions] == posted
        assert (bluesky.calls.count(LIST), bluesky.calls.count(POSTS)) == (3, 10)

        clock.turn(minutes=1)
        again = acme.fetch(fetched.cursor, clock.now() - DAY)
        assert (again.mentions, again.cursor) == ((), fetched.cursor)

        late = bluesky.post("bob.example.com", f"{US} en ik?").id
        assert [mention.id for mention in acme.fetch(fetched.cursor, clock.now() - DAY).mentions] == [late]

    def test_those_of_one_instant_are_all_read(
        self, bluesky: BlueskyService, acme: BlueskyAccount, clock: TurnedClock
    ) -> None:
        first = bluesky.post(ANNE, f"{US} een").id
        cursor = acme.fetch(None, clock.now() - DAY).cursor
        second = bluesky.post(ANNE, f"{US} twee").id
        assert {bluesky.standing(first).at, bluesky.standing(second).at} == {clock.now()}
        assert [mention.id for mention in acme.fetch(cursor, clock.now() - DAY).mentions] == [second]

    @pytest.mark.parametrize("fault", ["error_500", "html_503"])
    def test_post_that_is_never_shown_holds_up_no_other(
        self, bluesky: BlueskyService, acme: BlueskyAccount, clock: TurnedClock, fault: str
    ) -> None:
        posted = [bluesky.post(ANNE, f"{US} een").id, bluesky.post("bob.example.com", f"{US} twee").id]
        bluesky.faults.add("bluesky", POSTS, fault, times=9)
        with pytest.raises(NotDone):
            acme.fetch(None, clock.now() - DAY)
        fetched = acme.fetch(None, clock.now() - DAY)
        assert [mention.id for mention in fetched.mentions] == posted
        assert [mention.text for mention in fetched.mentions] == [f"{US} een", f"{US} twee"]
        bluesky.faults.clear()
        assert acme.fetch(fetched.cursor, clock.now() - DAY).mentions == ()

    @pytest.mark.parametrize("shown", [True, False])
    def test_what_comes_in_beneath_newer_ones_is_read(
        self, bluesky: BlueskyService, acme: BlueskyAccount, clock: TurnedClock, shown: bool
    ) -> None:
        """It was written on a phone that was offline, or the server was slow to list it."""
        written, late = clock.now(), ""
        if not shown:
            late = bluesky.post(ANNE, f"{US} eerst").id
            bluesky.late.add(late)
        clock.turn(minutes=OVERLAP.seconds // 60 - 1)
        newer = bluesky.post("bob.example.com", f"{US} daarna").id
        fetched = acme.fetch(None, clock.now() - DAY)
        assert [mention.id for mention in fetched.mentions] == [newer]
        bluesky.late.clear()
        late = late or bluesky.post(ANNE, f"{US} eerst", createdAt=instant(written)).id
        (mention,) = acme.fetch(fetched.cursor, clock.now() - DAY).mentions
        assert (mention.id, mention.posted_at) == (
            late,
            written.replace(microsecond=written.microsecond // 1000 * 1000),
        )

    def test_sweep_finds_what_is_later_still(
        self, bluesky: BlueskyService, acme: BlueskyAccount, clock: TurnedClock
    ) -> None:
        late = bluesky.post(ANNE, f"{US} eerst").id
        bluesky.late.add(late)
        clock.turn(hours=2)
        newer = bluesky.post("bob.example.com", f"{US} daarna").id
        cursor = acme.fetch(None, clock.now() - DAY).cursor
        bluesky.late.clear()
        assert acme.fetch(cursor, clock.now() - DAY).mentions == ()
        assert [mention.id for mention in acme.fetch_again(clock.now() - timedelta(hours=6)).mentions] == [late, newer]

    def test_first_start_looks_back_as_far_as_told(
        self, bluesky: BlueskyService, acme: BlueskyAccount, clock: TurnedClock
    ) -> None:
        assert acme.fetch(None, clock.now() - DAY).cursor is None
        bluesky.post(ANNE, f"{US} lang geleden")
        clock.turn(hours=30)
        recent = bluesky.post(ANNE, f"{US} net").id
        for cursor in (None, "17", "no cursor"):
            assert [mention.id for mention in acme.fetch(cursor, clock.now() - DAY).mentions] == [recent]

    def test_what_is_not_for_us_stays_out(
        self, bluesky: BlueskyService, acme: BlueskyAccount, clock: TurnedClock
    ) -> None:
        question = bluesky.post(ANNE, f"{US} waar is mijn pakket?")
        ours = bluesky.post(bluesky.own.handle, f"{US} zelf", in_reply_to=question.id)
        bluesky.post("bob.example.com", "over heel iets anders")
        quote = bluesky.post("bob.example.com", "kijk nou", quotes=ours.id)
        mentions = acme.fetch(None, clock.now() - DAY).mentions
        assert [mention.id for mention in mentions] == [question.id, quote.id]
        (quoted,) = mentions[1].references
        assert (quoted.kind, quoted.id, quoted.text, quoted.handle) == (
            "quotes",
            ours.id,
            f"{US} zelf",
            "acme.example.com",
        )

    def test_follow_up_keeps_its_conversation(
        self, bluesky: BlueskyService, acme: BlueskyAccount, clock: TurnedClock
    ) -> None:
        question = bluesky.post(ANNE, f"{US} waar is mijn pakket?")
        cursor = acme.fetch(None, clock.now() - DAY).cursor
        sent = acme.send(out("Dag Anne, we zoeken het uit ^AB", question.id, clock))
        thanks = bluesky.post(ANNE, "Fijn!", in_reply_to=sent.id)
        also = bluesky.post(ANNE, "En de tweede?", in_reply_to=thanks.id)
        mentions = acme.fetch(cursor, clock.now() - DAY).mentions
        assert [(mention.id, mention.conversation) for mention in mentions] == [
            (thanks.id, question.id),
            (also.id, question.id),
        ]
        answered = mentions[0].references
        assert [one.text for one in acme.referred_to(answered)] == ["Dag Anne, we zoeken het uit ^AB"]

    def test_post_that_goes_meanwhile_comes_as_it_was_told_of(
        self, bluesky: BlueskyService, acme: BlueskyAccount, clock: TurnedClock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        posted = bluesky.post(ANNE, f"{US} waar is mijn pakket?")
        monkeypatch.setattr(bluesky, "is_shown", lambda _: False)
        (mention,) = acme.fetch(None, clock.now() - DAY).mentions
        assert (mention.id, mention.text) == (posted.id, posted.text)

    def test_mention_is_what_the_customer_wrote(
        self, bluesky: BlueskyService, acme: BlueskyAccount, clock: TurnedClock
    ) -> None:
        picture = Media("1", "photo", "/x/media/parcel.png", "A torn box")
        posted = bluesky.post(ANNE, f"{US} kapot 👨‍👩‍👧 https://anne.example/a?b=1", media=[picture])
        (mention,) = acme.fetch(None, clock.now() - DAY).mentions
        assert (mention.text, mention.language, mention.posted_at) == (posted.text, "nl", posted.at)
        assert [(media.kind, media.alt) for media in mention.media] == [("photo", "A torn box")]
        assert mention.media[0].url.endswith("/x/media/parcel.png")

    def test_people_whom_nobody_follows_are_heard_too(
        self, bluesky: BlueskyService, acme: BlueskyAccount, clock: TurnedClock
    ) -> None:
        bluesky.priority = True  # an account may be set so that it is told of those alone whom it follows
        asked = bluesky.post(ANNE, f"{US} waar is mijn pakket?").id
        assert [mention.id for mention in acme.fetch(None, clock.now() - DAY).mentions] == [asked]

    def test_new_handle_is_the_same_customer(
        self, bluesky: BlueskyService, acme: BlueskyAccount, clock: TurnedClock
    ) -> None:
        bluesky.post(ANNE, f"{US} een")
        anne = bluesky.rename(ANNE, "anne.example.com")
        bluesky.post("anne.example.com", f"{US} twee")
        authors = {mention.author for mention in acme.fetch(None, clock.now() - DAY).mentions}
        assert [(author.id, author.handle) for author in authors] == [(anne.did, "anne.example.com")]


class TestReplies:
    def test_reply_stands_where_it_belongs(
        self, bluesky: BlueskyService, acme: BlueskyAccount, clock: TurnedClock
    ) -> None:
        question = bluesky.post(ANNE, f"{US} waar is mijn pakket?")
        sent = acme.send(out("Dag @anne.bsky.social 👨‍👩‍👧, zie acme.nl/volg #pakket ^AB", question.id, clock))
        stored = bluesky.standing(sent.id)
        features = [facet["features"][0]["$type"].partition("#")[2] for facet in stored.record["facets"]]
        assert (stored.in_reply_to, stored.conversation_id, features) == (
            question.id,
            question.id,
            ["mention", "link", "tag"],
        )
        assert sent.url == f"https://bsky.app/profile/acme.example.com/post/{stored.key}"

    def test_reply_deep_in_an_edited_conversation_names_what_stands(
        self, bluesky: BlueskyService, acme: BlueskyAccount, clock: TurnedClock
    ) -> None:
        root = bluesky.post("bob.example.com", "een draad")
        question = bluesky.post(ANNE, f"{US} en hier?", in_reply_to=root.id)
        bluesky.edit(root.id, "een draadje")
        bluesky.edit(question.id, f"{US} en hier dan?")
        sent = acme.send(out("Dag Anne ^AB", question.id, clock))
        reply = bluesky.standing(sent.id).record["reply"]
        assert reply["root"] == bluesky.standing(root.id).reference
        assert reply["parent"] == bluesky.standing(question.id).reference

    def test_reply_beneath_a_deleted_root_is_taken(
        self, bluesky: BlueskyService, acme: BlueskyAccount, clock: TurnedClock
    ) -> None:
        root = bluesky.post("bob.example.com", "een draad")
        question = bluesky.post(ANNE, f"{US} en hier?", in_reply_to=root.id)
        bluesky.delete(root.id)
        assert bluesky.standing(acme.send(out("Dag Anne ^AB", question.id, clock)).id).conversation_id == root.id

    def test_public_update_answers_nobody(
        self, bluesky: BlueskyService, acme: BlueskyAccount, clock: TurnedClock
    ) -> None:
        first = acme.send(out("Er is een storing", None, clock, "update-1"))
        second = acme.send(out("Het is opgelost", first.id, clock, "update-2"))
        assert (bluesky.standing(first.id).in_reply_to, bluesky.standing(second.id).in_reply_to) == (None, first.id)

    def test_same_key_twice_is_one_reply(
        self, bluesky: BlueskyService, acme: BlueskyAccount, clock: TurnedClock
    ) -> None:
        question = bluesky.post(ANNE, f"{US}?").id
        one, other = out("Dag Anne", question, clock), out("Dag Anne", question, clock, "reply-2")
        clock.turn(minutes=3)
        assert acme.send(one).id == acme.send(one).id != acme.send(other).id
        assert len(bluesky.replies_to(question)) == 2

    @pytest.mark.parametrize(
        ("fault", "means", "arrived"),
        [
            ("drop_after", Ambiguous, True),
            ("drop_before", Ambiguous, False),
            ("error_500", Ambiguous, False),
            ("html_503", Ambiguous, False),
            ("rate_limited", NotDone, False),
        ],
    )
    def test_lost_answer_is_settled_at_once(
        self,
        bluesky: BlueskyService,
        acme: BlueskyAccount,
        clock: TurnedClock,
        fault: str,
        means: type[NetworkError],
        arrived: bool,
    ) -> None:
        question = bluesky.post(ANNE, f"{US}?").id
        reply = out("Dag Anne", question, clock)
        bluesky.faults.add("bluesky", PUT, fault, retry_after=300)
        with pytest.raises(means) as raised:
            acme.send(reply)
        found = acme.find_sent(reply, clock.now())
        assert (found is not None) is arrived
        assert means is Ambiguous or 200 < raised.value.retry_after <= 300
        sent = acme.send(reply)
        assert found is None or found.id == sent.id
        assert [post.id for post in bluesky.replies_to(question)] == [sent.id]

    @pytest.mark.parametrize(
        ("code", "spoil"),
        [
            ("gone", lambda bluesky, post: bluesky.delete(post.id)),
            ("gone", lambda bluesky, post: bluesky.blocking.add(post.did)),
            ("limited", lambda bluesky, post: bluesky.closed.add(post.id)),
        ],
    )
    def test_post_that_cannot_be_answered_is_left_alone(
        self,
        bluesky: BlueskyService,
        acme: BlueskyAccount,
        clock: TurnedClock,
        code: str,
        spoil: Callable[[BlueskyService, object], object],
    ) -> None:
        question = bluesky.post(ANNE, f"{US}?")
        spoil(bluesky, question)
        with pytest.raises(Rejected) as refused:
            acme.send(out("Dag Anne", question.id, clock))
        assert (refused.value.code, PUT in bluesky.calls) == (code, False)

    def test_limit_is_exact(self, bluesky: BlueskyService, acme: BlueskyAccount, clock: TurnedClock) -> None:
        question, full = bluesky.post(ANNE, f"{US}?").id, "👨‍👩‍👧" * 100 + "x" * 200
        assert acme.count(Outgoing(full)) == Count(300, SPEC.text_limit)
        acme.send(out(full, question, clock))
        with pytest.raises(Rejected) as refused:
            acme.send(out(f"{full}x", question, clock, "reply-2"))
        assert refused.value.code == "too_long"

    def test_answer_in_the_app_is_an_own_post(
        self, bluesky: BlueskyService, acme: BlueskyAccount, clock: TurnedClock
    ) -> None:
        question = bluesky.post(ANNE, f"{US}?")
        bluesky.post(bluesky.own.handle, "Nieuws van vandaag")
        sent = acme.send(out("Dag Anne, zie acme.nl/volg ^AB", question.id, clock))
        clock.turn(minutes=2)
        read = acme.own_posts(None, clock.now() - DAY)
        assert [(post.id, post.in_reply_to) for post in read.posts] == [(sent.id, question.id)]
        assert acme.shows(read.posts[0], "Dag Anne, zie acme.nl/volg ^AB")
        assert not acme.shows(read.posts[0], "Dag Bob")
        app = bluesky.post(bluesky.own.handle, "En nog iets", in_reply_to=question.id)
        again = acme.own_posts(read.cursor, clock.now() - DAY)
        assert [post.id for post in again.posts] == [app.id]
        assert acme.own_posts(again.cursor, clock.now() - DAY).posts == ()


class TestAfterwards:
    def test_edits_keep_the_address_and_deletions_are_gone(
        self, bluesky: BlueskyService, acme: BlueskyAccount, clock: TurnedClock
    ) -> None:
        posts = [bluesky.post(ANNE, f"{US} vraag {number}").id for number in range(25)]
        bluesky.edit(posts[0], f"{US} anders")
        bluesky.delete(posts[1])
        found = acme.look_up(tuple(posts))
        assert (set(found.gone), len(found.standing)) == ({posts[1]}, 24)
        assert {mention.id: mention.text for mention in found.standing}[posts[0]] == f"{US} anders"
        assert bluesky.calls.count(POSTS) == 1

    def test_foreign_ids_are_neither_gone_nor_asked_for(self, bluesky: BlueskyService, acme: BlueskyAccount) -> None:
        assert acme.look_up(("17", "at://anne/1")).gone == frozenset()
        assert POSTS not in bluesky.calls

    def test_like_is_one_however_often(self, bluesky: BlueskyService, acme: BlueskyAccount, clock: TurnedClock) -> None:
        post = bluesky.post(ANNE, f"{US} dank!").id
        bluesky.faults.add("bluesky", PUT, "drop_after")
        with pytest.raises(Ambiguous):
            acme.do(Deed.LIKE, post)
        acme.do(Deed.LIKE, post)
        (like,) = bluesky.of(bluesky.own.did, LIKE)
        assert like.record["subject"] == bluesky.standing(post).reference
        clock.turn(seconds=5)
        bluesky.delete(post)
        with pytest.raises(Rejected):
            acme.do(Deed.LIKE, post)

    def test_like_by_hand_is_enough(self, bluesky: BlueskyService, acme: BlueskyAccount) -> None:
        post = bluesky.post(ANNE, f"{US} dank!")
        record = {"$type": LIKE, "subject": post.reference, "createdAt": instant(bluesky.now())}
        by_hand = bluesky.put(Stored(bluesky.own.did, LIKE, "3mpp2x2k2k22a", record, bluesky.now()))
        acme.do(Deed.LIKE, post.id)
        assert bluesky.of(bluesky.own.did, LIKE) == [by_hand]


class TestSession:
    def test_one_sign_in_serves_eight_threads_and_outlasts_its_tokens(
        self, bluesky: BlueskyService, acme: BlueskyAccount, clock: TurnedClock
    ) -> None:
        bluesky.post(ANNE, f"{US}?")
        since = clock.now() - DAY
        with ThreadPoolExecutor(8) as pool:
            for _ in range(2):
                read = list(pool.map(lambda _: len(acme.fetch(None, since).mentions), range(16)))
                assert read == [1] * 16
                bluesky.expire()
        assert bluesky.sign_ins == 1
        bluesky.tokens.clear()
        acme.fetch(None, since)
        assert bluesky.sign_ins == 2

    def test_check_tells_whose_password_it_is(
        self, bluesky: BlueskyService, made: Callable[..., BlueskyAccount]
    ) -> None:
        assert made().verify() == "acme.example.com"
        with pytest.raises(Rejected) as refused:
            made(app_password="wrong").verify()
        assert (refused.value.code, refused.value.keys) == ("credentials", ("app_password",))

    @pytest.mark.parametrize("name", ["AccountTakedown", "AccountDeactivated"])
    def test_account_that_is_taken_down_meanwhile_says_so(
        self, bluesky: BlueskyService, acme: BlueskyAccount, clock: TurnedClock, name: str
    ) -> None:
        acme.verify()
        bluesky.refuses = name
        with pytest.raises(Rejected) as refused:
            acme.fetch(None, clock.now() - DAY)
        assert refused.value.code == "suspended"

    def test_hanging_server_is_left_in_time(
        self, bluesky: BlueskyService, made: Callable[..., BlueskyAccount], clock: TurnedClock
    ) -> None:
        bluesky.faults.add("bluesky", LIST, "timeout_before", seconds=HANGS)
        with pytest.raises(NotDone):
            made(timeout=0.2).fetch(None, clock.now() - DAY)
