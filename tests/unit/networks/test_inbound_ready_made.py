"""The ready-made maps of the documentation, each with a body of the shape that its maker publishes."""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.domain.cases.mention import Mention
from bot.settings.config import InboundConfig

PAGE = (Path(__file__).parents[3] / "bot" / "networks" / "inbound" / "README.md").read_text("utf-8")
BLOCKS = [re.sub("(?m)^   ", "", block) for block in re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)]
SOURCES = {
    source.name: source
    for block in BLOCKS
    if "[[desk.inbound]]" in block
    for source in [InboundConfig.model_validate(tomllib.loads(block)["desk"]["inbound"][0])]
}
ARRIVED = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
AT = datetime(2026, 11, 20, 11, 30, tzinfo=UTC)


def heard(name: str, body: Any) -> tuple[Mention, ...]:
    return SOURCES[name].mapping.hear(body, ARRIVED).mentions


def discourse(**changes: Any) -> dict[str, Any]:
    """A post as Discourse's serializer for webhooks writes it."""
    post = {
        "id": 120, "name": "Joris de Boer", "username": "joris", "created_at": "2026-11-20T11:30:00.000Z",
        "cooked": "<p>Waar blijft <em>mijn</em> pakket?</p>", "post_number": 2, "post_type": 1,
        "topic_id": 45, "topic_slug": "pakket-weg", "topic_title": "Pakket weg", "raw": "Waar blijft *mijn* pakket?",
        "moderator": False, "admin": False, "staff": False, "user_id": 8, "deleted_at": None, "user_deleted": False,
        "topic_posts_count": 2, "topic_archetype": "regular", "category_slug": "service",
    }  # fmt: skip
    return {"post": post | changes}


class TestDiscourse:
    def test_post_of_a_customer_is_a_mention(self) -> None:
        (mention,) = heard("discourse", discourse())
        assert (mention.id, mention.conversation, mention.text) == ("120", "45", "Waar blijft *mijn* pakket?")
        assert (mention.author.handle, mention.author.name, mention.posted_at) == ("joris", "Joris de Boer", AT)
        assert mention.url == "https://forum.example.com/t/pakket-weg/45/2"

    @pytest.mark.parametrize(
        "body",
        [
            discourse(staff=True),
            discourse(deleted_at="2026-11-20T11:31:00.000Z"),
            discourse(topic_archetype="private_message"),
            {"ping": "OK"},
            {"topic": {"id": 45, "title": "Pakket weg"}},
        ],
    )
    def test_what_is_no_customers_word_is_left_out(self, body: Any) -> None:
        assert heard("discourse", body) == ()


class TestForms:
    def test_formbricks_response_is_a_mention_once_it_is_finished(self) -> None:
        response = {
            "id": "cm8x31w2v000dl508f0a7qk1m", "surveyId": "cm8wz6n3a0002l508c4r9t2yb", "finished": True,
            "createdAt": "2026-11-20T11:28:00.000Z", "updatedAt": "2026-11-20T11:30:00.000Z",
            "data": {"request": "Mag het sneller?", "category": ["Bezorging", "App"], "score": 2, "email": "j@b.nl"},
        }  # fmt: skip
        (mention,) = heard("formbricks", {"webhookId": "cm8x2k", "event": "responseFinished", "data": response})
        assert (mention.id, mention.posted_at) == (response["id"], AT)
        assert mention.text == "★ 2\nMag het sneller?\nBezorging\nApp"
        assert heard("formbricks", {"webhookId": "cm8x2k", "event": "responseCreated", "data": response}) == ()

    def test_typeform_response_is_a_mention(self) -> None:
        answers = [
            {"type": "text", "text": "De app loopt vast", "field": {"id": "M8", "type": "long_text", "ref": "what"}},
            {"type": "email", "email": "joris@example.com", "field": {"id": "E1", "type": "email", "ref": "mail"}},
            {"type": "number", "number": 1, "field": {"id": "R1", "type": "rating", "ref": "stars"}},
        ]
        response = {"form_id": "g8", "token": "x71for1w", "submitted_at": "2026-11-20T11:30:00Z", "answers": answers}
        (mention,) = heard("typeform", {"event_id": "01E", "event_type": "form_response", "form_response": response})
        assert (mention.id, mention.text, mention.posted_at) == ("x71for1w", "★ 1\nDe app loopt vast", AT)
        assert mention.author.id == "typeform:joris@example.com"


class TestGetSatisfaction:
    def test_topic_and_reply_are_one_conversation(self) -> None:
        author = {"id": 5, "name": "Joris", "canonical_name": "joris", "at_sfn": "https://community.example.com/joris"}
        topic = {
            "id": 900, "subject": "Pakket weg", "content": "<p>Al een week</p>", "author": author, "style": "problem",
            "at_sfn": "https://community.example.com/topics/pakket", "created_at": "2026/11/20 11:30:00 +0000",
        }  # fmt: skip
        reply = {"id": 901, "topic_id": 900, "content": "En nu?", "author": author, "url": "https://c.example.com/901"}
        (first,), (second,) = heard("getsatisfaction", topic), heard("getsatisfaction", {"reply": reply})
        assert (first.conversation, first.text, first.posted_at) == ("900", "Pakket weg\nAl een week", AT)
        assert (second.conversation, second.text, second.url) == ("900", "En nu?", "https://c.example.com/901")


def test_phone_note_is_a_mention() -> None:
    body = {"call": "c-17", "number": "+31201234567", "name": "Joris", "note": "Belt terug"}
    (mention,) = heard("phone", body)
    assert (mention.id, mention.text, mention.posted_at) == ("c-17", "Belt terug", ARRIVED)


def test_each_has_a_way_of_its_own() -> None:
    assert {name: str(source.verify) for name, source in SOURCES.items()} == {
        "coosto": "standard",
        "discourse": "hmac",
        "formbricks": "standard",
        "typeform": "hmac",
        "getsatisfaction": "basic",
        "phone": "token",
    }
