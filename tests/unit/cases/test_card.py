"""The card tells the truth, and offers what makes sense now."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.cases.conversation import Post, ReplyState
from bot.domain.cases.mention import Media
from bot.domain.cases.picture import Picture
from bot.domain.cases.thread import State, Thread
from bot.domain.clock.calendar import Calendar
from bot.platform.i18n import translator
from bot.views.cases import show
from bot.views.cases.card import card as view
from bot.views.cases.case_row import row
from bot.views.cases.models import Card
from bot.views.cases.state import headline
from tests.support.samples import (
    AT,
    HOSTILE,
    answered,
    card,
    closed,
    escalation,
    fine,
    markup,
    owned,
    post,
    pressable,
    reply,
    thread,
)

EN = translator("en")


def shown(card: Card) -> str:
    return fine(view(card, EN))


def test_new_card_has_all_that_an_agent_needs() -> None:
    text = shown(card())
    for fact in (
        "#1042",
        "*Jan de Vries* @jan_de_vries · <https://x.com/jan_de_vries/status/91|Post on X>",
        "Dutch",
        '"text": "Waar blijft mijn pakket? Ik wacht al 3 dagen."',
        "*New · not claimed yet*",
        f"by <!date^{int((AT + timedelta(minutes=51)).timestamp())}^{{time}}|2026-11-20 16:41 UTC>",
    ):
        assert fact in text


def test_card_says_until_when_the_network_takes_an_answer() -> None:
    until = post(answer_until=AT + timedelta(minutes=20))
    assert f"X takes an answer until <!date^{int((AT + timedelta(minutes=20)).timestamp())}^" in shown(
        card(posts=(until,))
    )
    assert "takes an answer" not in shown(card(posts=(post(),)))
    assert "takes an answer" not in shown(card(posts=(post(answer_until=AT),)))


def test_answered_card_shows_that_a_picture_went_along() -> None:
    sent = reply(ReplyState.SENT, picture=Picture("F1", "kaart.png", "png", 9, "A map"))
    assert "🖼️ “Wat vervelend" in shown(card(thread=answered(), reply=sent))
    assert "🖼️" not in shown(card(thread=answered(), reply=reply(ReplyState.SENT)))


@pytest.mark.parametrize(
    ("language", "after", "begins"),
    [
        ("en", timedelta(0), "🟢 *51 min left* · by <!date^"),
        ("en", timedelta(minutes=39), "🟡 *12 min left* · by <!date^"),
        ("en", timedelta(minutes=50, seconds=30), "🟡 *due now* · by <!date^"),
        ("en", timedelta(minutes=51), "🔴 *just late* · due <!date^"),
        ("en", timedelta(minutes=63), "🔴 *12 min late* · due <!date^"),
        ("nl", timedelta(minutes=63), "🔴 *12 min te laat* · "),
        ("sv", timedelta(hours=2), "🔴 *1 tim 9 min försenat* · "),
        ("en", timedelta(days=3), "🔴 *2 days 23 hr late* · "),
    ],
)
def test_card_begins_with_how_urgent_it_is(language: str, after: timedelta, begins: str) -> None:
    for one in (card(at=AT + after), card(at=AT + after, thread=owned())):
        assert view(one, translator(language)).blocks[0]["text"]["text"].startswith(begins)


def test_card_links_to_the_post_once() -> None:
    assert shown(card()).count("https://x.com/jan_de_vries/status/91") == 1


@pytest.mark.parametrize(
    ("written", "quoted"),
    [
        ("@acme Waar blijft mijn pakket?", "Waar blijft mijn pakket?"),
        ("@ACME: storing?", "storing?"),
        ("@acme,\nhelp", "help"),
        ("@acme @bob help", "@bob help"),
        ("@acme", "@acme"),
        ("@acmeshop is ook van jullie?", "@acmeshop is ook van jullie?"),
        ("@bob vraag het @acme", "@bob vraag het @acme"),
        ("Hoi @acme", "Hoi @acme"),
    ],
)
def test_quote_leaves_out_our_name_in_front(written: str, quoted: str) -> None:
    message = view(card(posts=(post(text=written),)), EN)
    quote = next(block["elements"][0] for block in message.blocks if block["type"] == "rich_text")
    assert quote["elements"] == [{"type": "text", "text": quoted}]
    assert message.text.startswith(quoted.replace("\n", " "))


@pytest.mark.parametrize("language", ["en", "nl", "sv"])
@pytest.mark.parametrize("thread_", [thread(), owned(), answered(), closed()])
def test_notification_begins_with_the_customers_words(language: str, thread_: Thread) -> None:
    message = view(card(thread=thread_), translator(language))
    assert message.text.startswith("Waar blijft mijn pakket? Ik wacht al 3 dagen. · Jan de Vries")


@pytest.mark.parametrize(
    "one",
    [card(), card(thread=owned()), card(thread=answered(), reply=reply(ReplyState.SENT)), card(thread=closed())],
)
def test_card_has_a_boundary_of_its_own(one: Card) -> None:
    assert view(one, EN).blocks[-1] == {"type": "divider"}


@pytest.mark.parametrize(
    ("hours", "said"),
    [("Mo-Fr 09:00-17:00", "; none of the time counted"), ("", ", after 0 sec")],
)
def test_answer_while_the_desk_is_closed_is_not_said_to_have_taken_no_time(hours: str, said: str) -> None:
    one = card(
        thread=answered(calendar=Calendar(hours, "UTC")), reply=reply(ReplyState.SENT, sent_at=AT), counted=timedelta(0)
    )
    assert said in headline(one, EN)


def test_answered_card_is_a_line_with_how_long_it_took() -> None:
    sent = reply(ReplyState.SENT, sent_at=AT)
    message = view(card(thread=answered(), reply=sent, counted=timedelta(minutes=42)), EN)
    fine(message)
    line, boundary = message.blocks
    assert boundary == {"type": "divider"}
    assert "\n" not in line["text"]["text"]
    for words in ("✅ *Answered* by <@U0ANNA> at", "after 42 min", "*#1042* *Jan de Vries*", sent.text):
        assert words in line["text"]["text"]


@pytest.mark.parametrize(
    ("one", "buttons"),
    [
        (card(), ["claim", "reply", "escalate", "close", "history", "why"]),
        (
            card(thread=owned()),
            ["reply", "escalate", "snooze", "release", "hand_over", "take_over", "close", "history"],
        ),
        (
            card(thread=owned(snoozed_until=AT + timedelta(hours=1))),
            ["reply", "escalate", "wake", "release", "hand_over", "take_over", "close", "history"],
        ),
        (
            card(thread=answered(snoozed_until=AT + timedelta(hours=1)), reply=reply(ReplyState.SENT)),
            ["reply", "release", "hand_over", "take_over", "history", "wake"],
        ),
        (card(thread=owned(pending_reply_id=7), reply=reply()), ["undo", "history", "why"]),
        (card(thread=owned(pending_reply_id=7), reply=reply(ReplyState.SENDING)), ["history", "why"]),
        (card(thread=owned(pending_reply_id=7), reply=reply(ReplyState.VERIFYING)), ["history", "why"]),
        (card(thread=owned(pending_reply_id=7), reply=reply(ReplyState.RETRY_REQUESTED)), ["history", "why"]),
        (
            card(thread=owned(), reply=reply(ReplyState.UNKNOWN)),
            ["open_post", "mark_sent", "send_again", "release", "hand_over", "take_over", "history", "why"],
        ),
        (
            card(thread=owned(), reply=reply(ReplyState.REJECTED, error="duplicate")),
            ["reply", "escalate", "snooze", "release", "hand_over", "take_over", "close", "history"],
        ),
        (
            card(thread=answered(), reply=reply(ReplyState.SENT)),
            ["reply", "release", "hand_over", "take_over", "history"],
        ),
        (card(thread=closed()), ["reopen", "mute", "history", "why"]),
        (
            card(thread=thread(reply_blocked_reason="not_mentioned")),
            ["claim", "open_post", "escalate", "close", "history", "why"],
        ),
    ],
)
def test_card_offers_only_buttons_that_make_sense_now(one: Card, buttons: list[str]) -> None:
    assert pressable(view(one, EN)) == buttons


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (card(thread=owned()), "<@U0ANNA> *is on it*"),
        (card(thread=owned(pending_reply_id=7), reply=reply()), "*Reply on its way:* can be undone"),
        (card(reply=reply(ReplyState.VERIFYING)), "Please do not answer again"),
        (card(reply=reply(ReplyState.REJECTED, error="duplicate")), "the same text was sent before"),
        (card(reply=reply(ReplyState.UNKNOWN, tried_at=AT)), "X did not confirm it and does not show it"),
        (card(thread=answered(), reply=reply(ReplyState.SENT, sent_at=AT)), "*Answered* by <@U0ANNA> at"),
        (card(thread=closed(), closed_by="U0LARS"), "*Closed without a reply* by <@U0LARS>: Solved by phone"),
        (card(thread=closed()), "*Closed without a reply:* Solved by phone"),
        (
            card(thread=closed(close_reason=None), posts=(post(deleted_at=AT),)),
            "the customer deleted what they wrote",
        ),
        (card(thread=thread(reply_blocked_reason="not_mentioned")), "You can't reply from here"),
        (card(posts=(post(edited_at=AT),)), "edited at"),
        (card(posts=(post(answered_by=7), post(2)), customer_posts=2), "2 posts, the newest:"),
        (card(posts=(post(), post(2)), customer_posts=2), "2 posts, unanswered:"),
        (
            card(posts=tuple(post(n) for n in range(1, 6)), customer_posts=9),
            "5 posts, unanswered, the first and the newest:",
        ),
        (card(posts=(post(deleted_at=AT), post(2))), "1 post deleted by the customer"),
        (card(escalations=(escalation(),)), "Escalated to *Press office* by <@U0ANNA>: A journalist asks"),
        (card(escalations=(escalation(taken_by="U0LARS", taken_at=AT),)), "taken over by <@U0LARS> at"),
        (card(escalations=(escalation(target="U0LEAD", channel="U0LEAD"),)), "Escalated to *<@U0LEAD>*"),
        (card(escalations=(escalation(answered_by="U0EMMA", answered_at=AT),)), "answered by <@U0EMMA> at"),
    ],
)
def test_card_says_how_things_stand(one: Card, words: str) -> None:
    assert words in shown(one)


def test_deadline_reached_exactly_has_passed() -> None:
    due = thread().due_at
    assert due is not None
    assert "🔴" in shown(card(at=due))
    assert "🔴" not in shown(card(at=due - timedelta(microseconds=1)))


@pytest.mark.parametrize(
    "state",
    [
        ReplyState.QUEUED,
        ReplyState.SENDING,
        ReplyState.VERIFYING,
        ReplyState.RETRY_REQUESTED,
        ReplyState.REJECTED,
        ReplyState.UNKNOWN,
    ],
)
def test_text_of_an_undelivered_reply_is_never_lost(state: ReplyState) -> None:
    assert reply().text in shown(card(thread=owned(), reply=reply(state)))


def test_send_again_asks_first_whether_it_arrived() -> None:
    (again,) = (
        element
        for block in view(card(reply=reply(ReplyState.UNKNOWN)), EN).blocks
        for element in block.get("elements", ())
        if element.get("action_id") == "send_again"
    )
    assert again["value"] == "7"
    assert "twice" in again["confirm"]["text"]["text"]


def test_card_shows_the_answer_that_the_customer_got() -> None:
    ours = post(2, inbound=False, author="U0ANNA", external_id="55", url="https://x.com/acme/status/55")
    one = card(thread=answered(), posts=(post(), ours), reply=reply(ReplyState.SENT, external_id="55"))
    assert "<https://x.com/acme/status/55|See it on X>" in shown(one)
    assert "Last answer by <@U0ANNA>" in shown(card(posts=(post(), ours), reply=reply(ReplyState.SENT)))


def test_refused_later_reply_hides_no_answer() -> None:
    ours = post(2, inbound=False, author="U0LARS", external_id="55", url="https://x.com/acme/status/55")
    sent = reply(ReplyState.SENT, id=6, author="U0LARS", text="Komt eraan ^LN", sent_at=AT, external_id="55")
    refused = reply(ReplyState.REJECTED, error="duplicate")
    text = shown(card(thread=answered(), posts=(post(), ours), reply=refused, earlier=sent))
    for words in (
        "*Answered* by <@U0LARS> at",
        "Komt eraan ^LN",
        "|See it on X>",
        "*The reply by <@U0ANNA> was not sent:*",
        refused.text,
    ):
        assert words in text


def test_pictures_are_small_on_a_card_and_large_in_a_modal() -> None:
    media = (
        Media("photo", "https://pbs.example/1.jpg", "A torn parcel"),
        Media("photo", "https://pbs.example/2.jpg"),
        Media("video", "https://video.example/3.mp4", "It <moves>"),
        Media("photo", "javascript:alert(1)", "bad"),
        Media("photo", "https://pbs.example/4.jpg"),
        Media("photo", "https://pbs.example/5.jpg"),
    )
    text = fine(show.modal(card(posts=(post(media=media),)), EN))
    for picture in ("1.jpg", "2.jpg", "4.jpg"):
        assert f'{picture}", "alt_text"' in text
    assert text.count("Picture from the customer, no description") == 2
    assert "<https://video.example/3.mp4|🎞️ Video> It &lt;moves&gt;" in text
    assert "<https://pbs.example/5.jpg|🖼️ Picture>" in text
    message = view(card(posts=(post(media=media),)), EN)
    text = fine(message)
    assert "image" not in {block["type"] for block in message.blocks}
    assert message.blocks[0]["accessory"] == {
        "type": "image",
        "image_url": "https://pbs.example/1.jpg",
        "alt_text": "A torn parcel",
    }
    for link in ("2.jpg|🖼️ Picture>", "3.mp4|🎞️ Video> It &lt;moves&gt;", "4.jpg|🖼️", "5.jpg|🖼️"):
        assert link in text
    assert "javascript" not in text


def test_long_post_is_cut_with_the_rest_one_click_away() -> None:
    assert "show_text" in pressable(view(card(posts=(post(text="word " * 200),)), EN))
    assert "show_text" not in pressable(view(card(posts=(post(text="@acme " + "x" * 600),)), EN))


def test_time_of_another_day_has_its_day() -> None:
    one = card(at=AT + timedelta(days=2))
    assert "^{time} ({date_long_pretty})|" in shown(one)


def test_hostile_words_do_nothing_on_a_card() -> None:
    one = card(
        thread=closed(customer_name=HOSTILE, customer_handle="a|b>c", close_reason=HOSTILE),
        posts=(post(text=HOSTILE, url="https://x.com/<!channel>|evil"),),
        escalations=(escalation(why=HOSTILE, target=HOSTILE),),
    )
    message = view(one, EN)
    fine(message)
    for text in markup(message.blocks):
        for trick in ("<!channel", "<@U0LEAD", "<https://evil", "*bold*", ":tada:"):
            assert trick not in text["text"]
    assert "\u202e" not in fine(message)


def test_erased_thread_shows_nothing_of_its_customer() -> None:
    gone = closed(erased_at=AT, customer_name="", customer_handle="", close_reason=None)
    one = card(thread=gone, posts=(post(text="", url="", author="", deleted_at=AT),), reply=reply())
    message = view(one, EN)
    assert fine(message).count("*#1042*  🧹 *Erased* at the customer's request") == 2
    assert pressable(message) == ["history"]
    assert "🧹 *Erased*" in row(one, EN)


@pytest.mark.parametrize("language", ["en", "nl", "sv"])
def test_row_of_a_merged_thread_says_where_it_went_and_not_that_it_was_deleted(language: str) -> None:
    t = translator(language)
    listed = row(card(thread=closed(merged_into=12), posts=()), t)
    assert "#12" in listed
    assert t("deleted by the customer") not in listed


def test_every_state_of_the_enum_has_words() -> None:
    for state in State:
        assert shown(card(thread=thread(state=state)))


@pytest.mark.parametrize(
    ("posts", "quoted"),
    [
        ((post(1, text="Where is it?"), post(2, text="@acme hello??")), ["Where is it?", "hello??"]),
        ((post(1, text="One", answered_by=7), post(2, text="Two"), post(3, text="Three")), ["Two", "Three"]),
        ((post(1, text="One", deleted_at=AT), post(2, text="Two")), ["Two"]),
        ((post(1, text="One"), post(2, text="Ours", inbound=False), post(3, text="Three")), ["One", "Three"]),
        (tuple(post(n, text=str(n)) for n in range(1, 6)), ["1", "4", "5"]),
        (tuple(post(n, text=str(n)) for n in range(1, 5)), ["1", "3", "4"]),
        ((post(1, text="w" * 900), post(2, text="Two")), ["w" * 199 + "…", "Two"]),
    ],
)
def test_first_and_newest_that_wait_for_an_answer_are_on_the_card(posts: tuple[Post, ...], quoted: list[str]) -> None:
    shown = view(card(posts=posts, customer_posts=len(posts)), EN)
    fine(shown)
    quotes = [block["elements"][0]["elements"] for block in shown.blocks if block["type"] == "rich_text"]
    assert ["".join(part["text"] for part in parts) for parts in quotes] == quoted


class TestNoReplyNeeded:
    """One tap says why a customer needs no answer."""

    def offered(self, one: Card, language: str = "en") -> list[tuple[str, str]]:
        rows = [block for block in view(one, translator(language)).blocks if block["type"] == "actions"]
        menus = [each for row in rows for each in row["elements"] if each["type"] == "static_select"]
        return [(option["text"]["text"], option["value"]) for menu in menus for option in menu["options"]]

    def test_usual_reasons_are_in_the_desks_language(self) -> None:
        assert self.offered(card(), "nl") == [
            ("Bedankje", "1042:Bedankje"),
            ("Al opgelost", "1042:Al opgelost"),
            ("Niet voor ons", "1042:Niet voor ons"),
            ("Spam", "1042:Spam"),
        ]

    def test_reasons_of_the_desk_replace_the_usual_ones(self) -> None:
        longest = "Wacht op de winkel " * 3 + "x" * 18
        assert self.offered(card(reasons=("Solved: by phone", longest))) == [
            ("Solved: by phone", "1042:Solved: by phone"),
            (longest, f"1042:{longest}"),
        ]
        fine(view(card(reasons=(longest,)), EN))

    @pytest.mark.parametrize(
        "one",
        [
            card(thread=answered(), reply=reply(ReplyState.SENT)),
            card(thread=closed()),
            card(reply=reply(ReplyState.QUEUED)),
        ],
    )
    def test_what_is_settled_or_on_its_way_offers_none(self, one: Card) -> None:
        assert self.offered(one) == []
