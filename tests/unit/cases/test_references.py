"""The line about what a customer's post answers or quotes."""

from __future__ import annotations

import json

import pytest

from bot.domain.cases.mention import ReferenceKind
from bot.platform.i18n import LANGUAGES, translator
from bot.views.cases import history as history_view
from bot.views.cases.card import card as card_view
from bot.views.cases.escalate import card as escalation_view
from bot.views.cases.models import History, Referred, Seen
from bot.views.replies import reply as reply_view
from bot.views.replies.models import Draft
from tests.support.samples import AT, HOSTILE, card, escalation, fine, post

EN = translator("en")
URL = "https://x.com/friend/status/90"
FRIENDS = Referred(ReferenceKind.ANSWERS, "another's", "friend", "My parcel came like this", URL)


def _views(*referred: Referred, language: str = "en") -> list[str]:
    """Everything that shows a post together with what it refers to."""
    t = translator(language)
    shown = card(references={1: referred})
    return [
        fine(card_view(shown, t)),
        fine(escalation_view(shown, escalation(), t)),
        fine(reply_view.modal(Draft(shown, "^AB", Seen(3, 6, AT), 280, 276), t)),
        fine(history_view.modal(History(shown, shown.posts, (), ()), t)),
    ]


def test_everything_that_shows_the_post_shows_what_it_answers() -> None:
    line = json.dumps(
        [
            {"type": "text", "text": "↩️ "},
            {"type": "link", "url": URL, "text": "Answers @friend"},
            {"type": "text", "text": ": “"},
            {"type": "text", "text": "My parcel came like this"},
            {"type": "text", "text": "”"},
        ],
        ensure_ascii=False,
    )
    assert all(line in view for view in _views(FRIENDS))


@pytest.mark.parametrize("language", sorted(LANGUAGES))
@pytest.mark.parametrize("words", [HOSTILE, "&" * 5000, "\u202e\u0000 \n\n", "https://a.example/" + "x" * 3000])
def test_hostile_words_fit_and_do_nothing(language: str, words: str) -> None:
    several = [Referred(kind, "another's", "x" * 50, words, "javascript:alert(1)") for kind in ReferenceKind]
    for view in _views(*several, language=language):
        assert "javascript" not in view


@pytest.mark.parametrize("kind", ReferenceKind)
def test_post_that_cannot_be_seen_has_neither_words_nor_link(kind: ReferenceKind) -> None:
    for view in _views(Referred(kind, "another's", "friend", "secret", URL, gone=True)):
        assert "is deleted or protected" in view
        assert "secret" not in view
        assert URL not in view


def test_other_posts_of_the_thread_have_their_own() -> None:
    shown = card(posts=(post(1), post(2)), references={1: (FRIENDS,)})
    assert "Answers" not in fine(card_view(shown, EN))
    assert "Answers" in fine(reply_view.modal(Draft(shown, "^AB", Seen(3, 6, AT), 280, 276), EN))
