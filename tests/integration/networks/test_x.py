"""What the desk asks of a network, asked of the sandbox's X."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable
from datetime import timedelta
from typing import Protocol

import pytest

from bot.networks.base import Ambiguous, NetworkError, NotDone, Outgoing, Rejected
from bot.networks.x.client import XAccount
from bot.networks.x.spend import PRICES
from bot.platform import logs
from bot.sandbox.x import Media, XService
from tests.support.team import billed


class Clock(Protocol):
    def turn(self, **by: float) -> None: ...


DAY = timedelta(days=1)
WAITS = 1.0  # seconds that an account waits for an answer that does not come
HANGS = 1.5  # seconds that a time-out lasts: longer than that, and over before the sandbox stops


def test_mentions_come_oldest_first_and_once_over_pages(x: XService, account: XAccount, clock: Clock) -> None:
    posted = [x.post("anne_v", f"@acme vraag {number}").id for number in range(230)]
    fetched = account.fetch(None, x.now() - DAY)
    assert [mention.id for mention in fetched.mentions] == posted
    assert fetched.cursor == posted[-1]
    assert [call.path for call in x.calls] == ["/2/users/by/username/acme", *["/2/users/1000/mentions"] * 3]

    clock.turn(minutes=10)
    again = account.fetch(fetched.cursor, x.now() - DAY)
    assert again.mentions == ()
    assert again.cursor == fetched.cursor

    late = x.post("bob", "@acme en ik?").id
    assert [mention.id for mention in account.fetch(fetched.cursor, x.now() - DAY).mentions] == [late]


def test_mention_shown_late_is_fetched_beneath_newer_ones(x: XService, account: XAccount, clock: Clock) -> None:
    late = x.post("anne_v", "@acme vraag").id
    x.late.add(late)
    clock.turn(seconds=59)
    newer = x.post("bob", "@acme en ik?").id
    fetched = account.fetch(None, x.now() - DAY)
    assert ([mention.id for mention in fetched.mentions], fetched.cursor) == ([newer], newer)
    x.late.clear()
    clock.turn(minutes=9)
    fetched = account.fetch(newer, x.now() - DAY)
    assert ([mention.id for mention in fetched.mentions], fetched.cursor) == ([late, newer], newer)


def test_overlap_costs_neither_requests_nor_dollars(x: XService, account: XAccount) -> None:
    for number in range(230):
        x.post("anne_v", f"@acme vraag {number}")
    cursor = account.fetch(None, x.now() - DAY).cursor
    asked, new = len(x.calls), [x.post("bob", f"@acme en {number}?").id for number in range(40)]
    fetched = account.fetch(cursor, x.now() - DAY)
    assert [mention.id for mention in fetched.mentions][-40:] == new
    assert len(x.calls) == asked + 1
    assert billed(account)["mention_read"] == 270


def test_first_start_looks_back_as_far_as_told(x: XService, account: XAccount, clock: Clock) -> None:
    x.post("anne_v", "@acme long ago")
    clock.turn(hours=30)
    recent = x.post("anne_v", "@acme just now").id
    assert [mention.id for mention in account.fetch(None, x.now() - DAY).mentions] == [recent]


def test_cursor_stays_without_news(x: XService, account: XAccount) -> None:
    assert account.fetch(None, x.now() - DAY).cursor is None


def test_reposts_are_left_out_and_move_the_cursor(x: XService, account: XAccount) -> None:
    original = x.post("anne_v", "@acme help")
    repost = x.repost("bob", original.id)
    fetched = account.fetch(None, x.now() - DAY)
    assert [mention.id for mention in fetched.mentions] == [original.id]
    assert fetched.cursor == repost.id


@pytest.mark.parametrize("names", ["tweet", "post"])
def test_mention_is_what_the_customer_wrote(x: XService, account: XAccount, names: str) -> None:
    x.field_names = "post" if names == "post" else "tweet"
    x.add_account("anne_v", "Anne", followers=311, language="nl")
    words = "@acme dag 5 & nog geen <antwoord>, zie https://anne.example/pakket?a=1&b=2 " + "kapot " * 60 + "einde"
    picture = Media("3_1", "photo", "/x/media/parcel.png", "A torn box")
    posted = x.post("anne_v", words, media=[picture, Media("7_2", "video", "/x/media/film.png")])
    (mention,) = account.fetch(None, x.now() - DAY).mentions
    assert mention.text == words
    assert (mention.author.handle, mention.author.followers, mention.language) == ("anne_v", 311, "nl")
    assert mention.posted_at == posted.created_at.replace(microsecond=posted.created_at.microsecond // 1000 * 1000)
    assert mention.url == f"https://x.com/anne_v/status/{posted.id}"
    photo, video = mention.media
    assert photo.url.endswith("/x/media/parcel.png")
    assert (photo.kind, photo.alt) == ("photo", "A torn box")
    assert (video.kind, video.url) == ("video", mention.url)
    assert mention.reply_blocked_reason is None


def test_reply_is_posted_and_its_bill_agrees(x: XService, account: XAccount) -> None:
    question = x.post("anne_v", "@acme waar is mijn pakket?")
    account.fetch(None, x.now() - DAY)
    sent = account.send(Outgoing("Dag Anne, we zoeken het uit ^AB", question.id))
    account.send(Outgoing("Het staat op acme.nl/volg ^AB", question.id))
    reply = x.standing(sent.id)
    assert (reply.text, reply.in_reply_to) == ("@anne_v Dag Anne, we zoeken het uit ^AB", question.id)
    assert (sent.url, sent.at) == (f"https://x.com/acme/status/{sent.id}", x.now())
    account.look_up((question.id,))
    account.find_sent(Outgoing("Dag Anne, we zoeken het uit ^AB", question.id), x.now())
    account.verify()
    bill = billed(account)
    assert sum(price * bill[what] for what, price in PRICES.items()) == x.spent * 1000
    assert bill["post_with_url"] == 1


@pytest.mark.parametrize(
    ("code", "do"),
    [
        ("not_mentioned", lambda x, account: account.send(Outgoing("hi", x.post("anne_v", "no handle").id))),
        ("too_long", lambda x, account: account.send(Outgoing("long " * 60, x.post("anne_v", "@acme").id))),
        ("gone", lambda x, account: account.send(Outgoing("hi", "12345"))),
        ("invalid", lambda x, account: account.send(Outgoing("", x.post("anne_v", "@acme").id))),
    ],
)
def test_refusals_of_x_are_words_of_the_desk(
    x: XService, account: XAccount, code: str, do: Callable[[XService, XAccount], object]
) -> None:
    with pytest.raises(Rejected) as refused:
        do(x, account)
    assert refused.value.code == code


def test_duplicate_is_refused(x: XService, account: XAccount) -> None:
    question = x.post("anne_v", "@acme?").id
    account.send(Outgoing("Hello", question))
    with pytest.raises(Rejected) as refused:
        account.send(Outgoing("Hello", question))
    assert refused.value.code == "duplicate"


def test_missing_credit_is_told_as_such(x: XService, account: XAccount) -> None:
    x.out_of_credit = True
    with pytest.raises(Rejected) as refused:
        account.fetch(None, x.now() - DAY)
    assert refused.value.code == "credits"


def test_full_window_says_when_to_come_back(x: XService, account: XAccount) -> None:
    x.limits["GET /2/users/:id/mentions"] = 1
    account.fetch(None, x.now() - DAY)
    with pytest.raises(NotDone) as refused:
        account.fetch(None, x.now() - DAY)
    assert 880 < refused.value.retry_after <= 900


WHO, READ, WRITE = "GET /2/users/by/username/:username", "GET /2/users/:id/mentions", "POST /2/tweets"


PATHS = {WHO: "/2/users/by/username/acme", READ: "/2/users/1000/mentions", WRITE: "/2/tweets"}


@pytest.mark.parametrize(
    ("method", "fault", "error"),
    [
        (WHO, "rate_limited", NotDone),
        (WHO, "html_503", NotDone),
        (WHO, "drop_after", NotDone),
        (WHO, "timeout_before", NotDone),
        (READ, "rate_limited", NotDone),
        (READ, "error_500", NotDone),
        (READ, "html_503", NotDone),
        (READ, "drop_before", NotDone),
        (READ, "drop_after", NotDone),
        (READ, "timeout_before", NotDone),
        (WRITE, "rate_limited", NotDone),
        (WRITE, "error_500", Ambiguous),
        (WRITE, "html_503", Ambiguous),
        (WRITE, "drop_before", Ambiguous),
        (WRITE, "drop_after", Ambiguous),
        (WRITE, "timeout_before", Ambiguous),
        (WRITE, "timeout_after", Ambiguous),
    ],
)
def test_failures_are_told_apart_and_tried_once(
    x: XService, make_account: Callable[..., XAccount], method: str, fault: str, error: type[NetworkError]
) -> None:
    account = _asking(make_account, fault)
    question = x.post("anne_v", "@acme?").id
    x.faults.add("x", method, fault, times=1, seconds=HANGS)
    calls: dict[str, Callable[[], object]] = {
        WHO: lambda: account.fetch(None, x.now() - DAY),
        READ: lambda: account.fetch(None, x.now() - DAY),
        WRITE: lambda: account.send(Outgoing("Hello", question)),
    }
    with pytest.raises(error) as raised:
        calls[method]()
    assert type(raised.value) is error
    done = [WHO] * (method == READ) + [method] * fault.endswith("_after")
    assert [call.path for call in x.calls] == [PATHS[one] for one in done]
    assert [mention.id for mention in make_account().fetch(None, x.now() - DAY).mentions] == [question]


def _asking(make_account: Callable[..., XAccount], fault: str) -> XAccount:
    """Return an account that waits shortly only where it waits for nothing: a busy machine is no failure."""
    return make_account(timeout=WAITS) if fault.startswith("timeout") else make_account()


@pytest.mark.parametrize("fault", ["timeout_after", "drop_after"])
def test_lost_reply_is_found_again(
    x: XService, make_account: Callable[..., XAccount], clock: Clock, fault: str
) -> None:
    account = _asking(make_account, fault)
    question, other = x.post("anne_v", "@acme?").id, x.post("bob", "@acme ook?").id
    text = "Dag & welkom: kijk op https://acme.nl/hulp?a=1&b=2  of\nbel ons ^AB"
    began = x.now()
    x.faults.add("x", WRITE, fault, seconds=HANGS)
    with pytest.raises(Ambiguous):
        account.send(Outgoing(text, question))
    clock.turn(minutes=1)
    (reply,) = x.replies_to(question)
    account = make_account()
    found = account.find_sent(Outgoing(text, question), began)
    assert found is not None
    assert (found.id, found.url) == (reply.id, f"https://x.com/acme/status/{reply.id}")
    assert account.find_sent(Outgoing(text, other), began) is None
    assert account.find_sent(Outgoing("Something else ^AB", question), began) is None
    assert account.find_sent(Outgoing(text, question), x.now() + DAY) is None


def test_reply_is_found_under_every_number_of_its_post(x: XService, account: XAccount, clock: Clock) -> None:
    first = x.post("anne_v", "@acme vraag").id
    clock.turn(minutes=1)
    second, other = x.edit(first, "@acme betere vraag").id, x.post("anne_v", "@acme iets anders").id
    began = x.now()
    sent = {post_id: account.send(Outgoing(f"Answer to {post_id}", post_id)).id for post_id in (first, second)}
    for answered, sent_id in sent.items():
        for known in (first, second):
            found = account.find_sent(Outgoing(f"Answer to {answered}", known), began)
            assert found is not None
            assert found.id == sent_id
        assert account.find_sent(Outgoing(f"Answer to {answered}", other), began) is None


def test_unsent_reply_is_not_found_among_many(x: XService, account: XAccount) -> None:
    question = x.post("anne_v", "@acme?").id
    first = x.post("acme", "Answer 0", in_reply_to=question).id
    for number in range(1, 130):
        x.post("acme", f"Answer {number}", in_reply_to=question)
    assert account.find_sent(Outgoing("Answer 130", question), x.now()) is None
    found = account.find_sent(Outgoing("Answer 0", question), x.now())
    assert found is not None
    assert found.id == first


def test_stored_posts_are_looked_up_as_they_are_now(x: XService, account: XAccount) -> None:
    kept, dropped, changed = (x.post("anne_v", f"@acme {word}").id for word in ("kept", "dropped", "changed"))
    x.delete(dropped)
    newest = x.edit(changed, "@acme changed twice").id
    looked_up = account.look_up((kept, dropped, changed, "77"))
    assert looked_up.gone == {dropped, "77"}
    assert [(mention.id, mention.text, mention.earlier_ids) for mention in looked_up.standing] == [
        (newest, "@acme changed twice", (changed,)),
    ]
    assert looked_up.unchanged == {kept}
    (whole,) = account.look_up((kept,), frozenset({kept})).standing
    assert whole.text == "@acme kept"
    assert account.look_up(()).standing == ()


def test_refused_cursor_does_not_stop_the_feed(
    x: XService, account: XAccount, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    x.post("anne_v", "@acme long ago")
    clock.turn(hours=30)
    recent = x.post("anne_v", "@acme just now").id
    fetched = account.fetch("no-number", x.now() - DAY)
    assert ([mention.id for mention in fetched.mentions], fetched.cursor) == ([recent], recent)
    assert "X refuses the cursor" in caplog.text


def test_edited_mention_is_fetched_under_its_new_number(x: XService, account: XAccount) -> None:
    first = x.post("anne_v", "@acme vraag").id
    cursor = account.fetch(None, x.now() - DAY).cursor
    newest = x.edit(first, "@acme betere vraag").id
    (mention,) = account.fetch(cursor, x.now() - DAY).mentions
    assert (mention.id, mention.earlier_ids) == (newest, (first,))


def test_address_without_a_listener_means_not_done(make_account: Callable[..., XAccount]) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        account = make_account(api_url=f"http://127.0.0.1:{unused.getsockname()[1]}")
        with pytest.raises(NotDone):
            account.send(Outgoing("Hello", "1"))


def test_log_holds_neither_token_nor_text(x: XService, account: XAccount, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    logs.hush()
    question = x.post("anne_v", "@acme customersword").id
    account.fetch(None, x.now() - DAY)
    account.send(Outgoing("agentsword", question))
    x.faults.add("x", "*", "drop_after", times=2)
    text = "another agentsword"
    for call in (lambda: account.send(Outgoing(text, question)), account.verify):
        with pytest.raises(NetworkError) as raised:
            call()
        logging.getLogger("test").error("failed", exc_info=raised.value)
    for secret in ("sandbox-bearer", "sandbox-access", "sandbox-consumer", x.posts[-1].text, text):
        assert secret not in caplog.text
