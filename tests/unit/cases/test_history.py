"""A thread's timeline, and a customer's other threads."""

from __future__ import annotations

import re

import pytest

from bot.domain.cases.conversation import Event, EventKind
from bot.platform.i18n import translator
from bot.views.cases import card as card_view
from bot.views.cases import history
from bot.views.cases.models import History
from bot.views.common.blocks import View
from tests.support.samples import AT, card, closed, customer, fine, post, pressable

EN = translator("en")


def test_history_tells_who_did_what() -> None:
    def event(kind: EventKind, actor: str = "U0ANNA", **details: str | int | None) -> Event:
        return Event(1042, AT, kind, actor, "button", details)

    events = (
        event(EventKind.RECEIVED, "U0FAKE", post="91"),
        event(EventKind.HANDED_OVER, to="U0LARS"),
        event(EventKind.TAKEN_OVER, owner=None),
        event(EventKind.TAKEN_OVER, owner="U0LARS"),
        event(EventKind.ESCALATED, to="lead:U0LEAD, team:Press <!channel>", why="*Press*"),
        event(EventKind.NAGGED, "desk", level="warning"),
        event(EventKind.NAGGED, "desk", level="breach"),
        event(EventKind.REFUSED, "desk", error="duplicate"),
        event(EventKind.CLOSED, reason="<!here>"),
    )
    text = fine(history.modal(History(card(), (), events, (card(thread=closed(id=7)),)), EN))
    for line in (
        "<@U0ANNA> handed it over to <@U0LARS>",
        "<@U0ANNA> took it over\\n",
        "<@U0ANNA> took it over from <@U0LARS>",
        "<@U0ANNA> escalated it to <@U0LEAD>, Press &lt;!channel&gt;: \u2217Press\u2217",
        "reminder: the target is near",
        "reminder: late",
        "the reply was not sent: the same text was sent before",
        "<@U0ANNA> closed it without a reply: &lt;!here&gt;",
        "|#7>",
    ):
        assert line in text


def test_only_the_history_tells_how_many_follow_a_customer() -> None:
    assert "1,234 followers" in fine(history.modal(History(card(), (), (), ()), EN))
    assert "follower" not in fine(card_view.card(card(), EN))


def test_every_event_kind_has_words() -> None:
    assert set(history.WORDS) == set(EventKind)


@pytest.mark.parametrize("kind", EventKind)
def test_line_without_its_data_is_still_shown(kind: EventKind) -> None:
    fine(history.modal(History(card(), (), (Event(1042, AT, kind, "desk", "desk", {}),), ()), EN))


def test_history_lines_are_split_only_at_slacks_limit() -> None:
    lines = tuple(Event(1042, AT, EventKind.RELEASED, "U0ANNA", "button", {}) for _ in range(20))
    shown = [
        block["elements"][0]["text"].count("\n") + 1
        for block in history.modal(History(card(), (), lines, ()), EN)["blocks"][1:-2]
    ]
    assert shown == [20]


def test_long_history_fits_a_modal() -> None:
    events = tuple(Event(1042, AT, EventKind.CLOSED, "U0ANNA", "button", {"reason": "<" * 3000}) for _ in range(500))
    fine(history.modal(History(card(), (), events, (card(),) * 100), EN))


def whole(history_: History, language: str = "en") -> tuple[list[View], list[str]]:
    """Every page of a conversation, oldest first, and all that was said on them in this order."""
    pages: list[View] = []
    while not pages or "Earlier" in fine(pages[0]) or "Eerder" in fine(pages[0]) or "Tidigare" in fine(pages[0]):
        pages.insert(0, history.modal(history_, translator(language), len(pages)))
    quotes = [
        "".join(part["text"] for part in block["elements"][0]["elements"] if part["type"] == "text")
        for page in pages
        for block in page["blocks"]
        if block["type"] == "rich_text"
    ]
    return pages, quotes


def test_both_sides_are_read_with_their_words_newest_last() -> None:
    posts = (
        post(1, text="@acme Waar blijft mijn pakket?"),
        post(2, inbound=False, author="U0ANNA", text="Ik zoek het uit. ^AB"),
        post(3, text="En nu?"),
    )
    claimed = Event(1042, posts[0].posted_at, EventKind.CLAIMED, "U0ANNA", "button", {})
    pages, quotes = whole(History(card(), posts, (claimed,), ()))
    assert len(pages) == 1
    assert quotes == [post.text for post in posts]
    text = fine(pages[0])
    assert text.index("*Jan de Vries* · <!date") < text.index("claimed it") < text.index("<@U0ANNA> · <!date")
    assert not re.search(r"<[^>]*<", text), "Slack shows no date within a link"


@pytest.mark.parametrize("language", ["en", "nl", "sv"])
@pytest.mark.parametrize("words", ["x" * 3000, "&" * 500, "\n" * 300 + "einde", "&<>" * 900])
def test_long_conversation_is_paged_and_loses_nothing(language: str, words: str) -> None:
    posts = tuple(post(number, text=f"{number}: {words}", posted_at=AT) for number in range(20))
    pages, quotes = whole(History(card(), posts, (), (card(),) * 10), language)
    assert len(pages) > 1
    assert "".join(quotes).replace("\n", "") == "".join(each.text for each in posts).replace("\n", "")


def test_middle_page_leads_to_both_sides() -> None:
    posts = tuple(post(number, text="x" * 3000, posted_at=AT) for number in range(9))
    middle = history.modal(History(card(), posts, (), ()), EN, 1)
    assert re.search("Page 2 of 3|Page 3 of 4|Page 4 of 5", fine(middle))
    assert all(f"'value': '1042:{page}'" in str(middle["blocks"]) for page in (0, 2))


def test_page_that_is_no_longer_there_is_the_last_one() -> None:
    assert "History #1042" in fine(history.modal(History(card(), (post(),), (), ()), EN, 7))


def test_erased_customer_left_no_words() -> None:
    posts = (
        post(text="", url="", author="", deleted_at=AT),
        post(2, text="", url="", author="U0ANNA", inbound=False, deleted_at=AT),
    )
    erased = closed(
        erased_at=AT,
        customer_name="",
        customer_handle="",
        customer_followers=None,
        customer_id=None,
        author_id="",
        close_reason=None,
    )
    text = fine(history.modal(History(card(thread=erased, posts=posts), posts, (), ()), EN))
    assert text.count("_deleted_") == 2
    assert "jan" not in text.lower()


def test_history_lists_the_customers_threads() -> None:
    message = history.message([card(thread=closed()), card()], customer(), EN)
    assert "*@jan_de_vries* · 2 threads" in message.text
    assert pressable(message) == ["history", "history"]
