"""Whatever customers and agents write, Slack takes the view: a card that Slack refuses is a customer unseen."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.cases.conversation import ReplyState
from bot.domain.cases.mention import Media
from bot.domain.cases.search import LONGEST, Place, excerpt, read
from bot.domain.cases.thread import State
from bot.platform.i18n import translator
from bot.views.cases import card as card_view
from bot.views.cases import escalate, find, history, home, show
from bot.views.cases.models import Card, Found, FoundPage, History, Overview, Seen
from bot.views.replies import reply as reply_view
from bot.views.replies.models import Draft, Length
from tests.support.samples import AT, HOSTILE, card, customer, escalation, fine, post, reply, thread

EXTREMES = [
    "",
    " \n\t ",
    "x" * 25_000,
    "👩‍👩‍👧‍👦" * 280,
    "&<>" * 9_000,
    "<!channel> " * 3_000,
    "\u202e" * 500,
    "\x00\x01",
    "\n" * 5_000 + "end",
    "```" * 1_000,
    HOSTILE,
    "\ud83d alone",
    "a\u0301" * 5_000,
]


def everything(words: str, state: State, reply_state: ReplyState | None) -> Card:
    """A thread in which every word that somebody else chose is `words`."""
    media = (Media("photo", f"https://x.example/{words[:50]}", words), Media("video", words or "x", words)) * 10
    return card(
        thread=thread(
            state=state,
            customer_name=words,
            customer_handle=words,
            language=words,
            reply_blocked_reason=words or None,
            close_reason=words,
            owner="U0ANNA",
        ),
        posts=tuple(post(number, text=words, url=words, media=media) for number in range(1, 40)),
        customer_posts=39,
        reply=reply(reply_state, text=words, error=words) if reply_state else None,
        escalations=tuple(escalation(why=words, target=words) for _ in range(40)),
        permalink=words,
        account_url=words,
    )


def check(card: Card, words: str) -> None:
    for language in ("en", "nl", "sv"):
        t = translator(language)
        fine(card_view.card(card, t))
        fine(escalate.card(card, escalation(why=words), t))
        fine(reply_view.modal(Draft(card, words, Seen(1, 0, AT), 280, 270, words), t, Length(1, 2)))
        fine(reply_view.changed(Draft(card, words, Seen(1, 0, AT), 280, 270), card.posts, words, t))
        fine(show.modal(card, t))
        fine(history.modal(History(card, card.posts, (), (card,) * 30), t))
        found = tuple(Found(card, place, excerpt(words, read(words)), AT) for place in Place)[:5]
        shown = FoundPage(read(words).typed, found + found[:3], 999, 1, 9)
        fine(find.message(shown, t))
        fine(find.modal(shown, words[:LONGEST], "C0SUPPORT", t))
        fine(history.message([card] * 60, customer(words, words, words, words), t))
        fine(home.listing(Overview(words, (card,) * 60, 60, AT), words, t, words))


@pytest.mark.parametrize("reply_state", [None, *ReplyState])
@pytest.mark.parametrize("state", list(State))
def test_every_view_takes_every_state_in_every_language(state: State, reply_state: ReplyState | None) -> None:
    check(everything("words", state, reply_state), "words")


@pytest.mark.parametrize("words", EXTREMES, ids=range(len(EXTREMES)))
def test_every_view_takes_extreme_values(words: str) -> None:
    check(everything(words, State.WAITING, ReplyState.REJECTED), words)


@settings(max_examples=50)
@given(st.text(max_size=700), st.sampled_from(State), st.sampled_from(ReplyState))
def test_every_view_takes_any_text(words: str, state: State, reply_state: ReplyState) -> None:
    fine(card_view.card(everything(words, state, reply_state), translator("en")))
