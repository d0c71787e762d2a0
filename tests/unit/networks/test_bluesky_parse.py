"""Posts of Bluesky as the desk knows them, whatever their shape."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain.cases.mention import Author, Media, Reference, ReferenceKind
from bot.networks.bluesky import parse
from bot.networks.bluesky.parse import Malformed
from tests.support.canned_bluesky import ANNE, OURS, POST, view

BOB = "did:plc:" + "bobb" * 6
ANSWER, OTHER = f"at://{OURS}/app.bsky.feed.post/3mpp2x2k2k22b", f"at://{BOB}/app.bsky.feed.post/3mpp2x2k2k22c"
CARD = {"$type": "app.bsky.embed.external#view", "external": {"uri": "https://acme.nl/storing", "title": "x"}}
PICTURES = {
    "$type": "app.bsky.embed.images#view",
    "images": [
        {"fullsize": "https://cdn.example/1@jpeg", "thumb": "https://cdn.example/t1", "alt": "A torn box"},
        {"thumb": "https://cdn.example/t2", "alt": ""},
        {"fullsize": "javascript:alert(1)", "alt": "no"},
        {"fullsize": "https://cdn.example/2@jpeg\n", "alt": "no"},
        7,
    ],
}


def read(**changes: Any) -> Any:
    return parse.mention(view(**changes), OURS, "acme.example.com")


def quoting(record: dict[str, Any]) -> dict[str, Any]:
    return {"$type": "app.bsky.embed.record#view", "record": record}


class TestPost:
    def test_first_post_begins_a_conversation(self) -> None:
        mention = read(record={"langs": ["nl"]})
        assert (mention.id, mention.conversation, mention.in_reply_to) == (POST, POST, None)
        assert mention.author == Author(ANNE, "anne.bsky.social", "Anne")
        assert mention.url == "https://bsky.app/profile/anne.bsky.social/post/3mpp2x2k2k22a"
        assert (mention.text, mention.language) == ("@acme.example.com hi", "nl")

    def test_reply_belongs_to_the_conversation_of_its_root(self) -> None:
        mention = read(record={"reply": {"root": {"uri": OTHER, "cid": "b"}, "parent": {"uri": ANSWER, "cid": "b"}}})
        assert (mention.conversation, mention.in_reply_to) == (OTHER, ANSWER)
        url = "https://bsky.app/profile/acme.example.com/post/3mpp2x2k2k22b"
        assert mention.references == (Reference(ReferenceKind.ANSWERS, ANSWER, url, OURS, "acme.example.com"),)

    @pytest.mark.parametrize("handle", ["handle.invalid", "", None, "anne", "a b.example", "x" * 300 + ".nl"])
    def test_customer_without_a_handle_is_called_by_what_stays(self, handle: object) -> None:
        mention = read(author={"did": ANNE, "handle": handle, "displayName": " "})
        assert (mention.author.id, mention.author.handle, mention.author.name) == (ANNE, ANNE, ANNE)
        assert mention.url == f"https://bsky.app/profile/{ANNE}/post/3mpp2x2k2k22a"

    @pytest.mark.parametrize(
        ("created", "posted"),
        [
            ("2026-11-20T14:00:00.123Z", datetime(2026, 11, 20, 14, 0, 0, 123000, tzinfo=UTC)),
            ("2026-11-20T15:00:00+01:00", datetime(2026, 11, 20, 14, 0, tzinfo=UTC)),
            ("2031-01-01T00:00:00Z", datetime(2026, 11, 20, 15, 30, 1, tzinfo=UTC)),
            ("2009-01-01T00:00:00Z", datetime(2026, 11, 20, 15, 30, 1, tzinfo=UTC)),
            ("soon", datetime(2026, 11, 20, 15, 30, 1, tzinfo=UTC)),
            (None, datetime(2026, 11, 20, 15, 30, 1, tzinfo=UTC)),
        ],
    )
    def test_time_is_what_the_post_says_where_that_can_be(self, created: object, posted: datetime) -> None:
        assert read(record={"createdAt": created}).posted_at == posted

    @pytest.mark.parametrize(
        ("langs", "language"),
        [
            (["nl"], "nl"),
            (["nl-BE"], "nl-BE"),
            (["nl", "en"], None),
            ([], None),
            ("nl", None),
            (["?"], None),
            ([7], None),
        ],
    )
    def test_language_is_what_the_post_says(self, langs: object, language: str | None) -> None:
        assert read(record={"langs": langs}).language == language

    @pytest.mark.parametrize(
        "changes",
        [
            {"uri": "at://anne/1"},
            {"uri": 7},
            {"uri": f"at://{ANNE}/app.bsky.feed.like/3mpp2x2k2k22a"},
            {"uri": "at://did:web:" + "a" * 1000 + "/app.bsky.feed.post/3mpp2x2k2k22a"},
            {"author": {"handle": "anne.bsky.social"}},
            {"author": None},
            {"record": {"text": None}},
            {"record": {"text": ["hi"]}},
            {"indexedAt": None, "record": {"createdAt": None}},
        ],
    )
    def test_post_without_what_every_post_has_is_malformed(self, changes: dict[str, Any]) -> None:
        with pytest.raises(Malformed):
            read(**changes)

    def test_text_is_plain(self) -> None:
        assert read(record={"text": "a\0b \ud800 <b>&amp;"}).text == "ab ? <b>&amp;"

    @pytest.mark.parametrize(
        "changes",
        [
            {"viewer": {"replyDisabled": True}},
            {"author": {"did": ANNE, "handle": "anne.bsky.social", "viewer": {"blockedBy": True}}},
            {"author": {"did": ANNE, "handle": "anne.bsky.social", "viewer": {"blocking": "at://x"}}},
        ],
    )
    def test_post_that_we_may_not_answer_says_so(self, changes: dict[str, Any]) -> None:
        assert read(**changes).reply_blocked_reason == "limited"
        assert read().reply_blocked_reason is None


class TestEmbedded:
    @pytest.mark.parametrize("embed", [PICTURES, {"$type": "app.bsky.embed.recordWithMedia#view", "media": PICTURES}])
    def test_pictures_have_their_descriptions(self, embed: dict[str, Any]) -> None:
        assert read(embed=embed).media == (
            Media("photo", "https://cdn.example/1@jpeg", "A torn box"),
            Media("photo", "https://cdn.example/t2"),
        )

    def test_film_is_watched_at_the_post(self) -> None:
        film = {"$type": "app.bsky.embed.video#view", "playlist": "https://v.example/a.m3u8", "alt": "A router"}
        mention = read(embed=film)
        assert mention.media == (Media("video", mention.url, "A router"),)

    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("storing?", "storing?\nhttps://acme.nl/storing"),
            ("", "https://acme.nl/storing"),
            ("zie https://acme.nl/storing", "zie https://acme.nl/storing"),
        ],
    )
    def test_card_stands_beneath_the_words_unless_it_is_among_them(self, text: str, shown: str) -> None:
        assert read(embed=CARD, record={"text": text}).text == shown
        assert read(record={"text": text, "embed": {"external": CARD["external"]}}).text == shown

    @pytest.mark.parametrize("media", [None, PICTURES])
    def test_quote_comes_with_its_words(self, media: object) -> None:
        embed = quoting({"uri": OTHER, "author": {"did": BOB, "handle": "bob.example.com"}, "value": {"text": "kapot"}})
        embed = (
            embed
            if media is None
            else {"$type": "app.bsky.embed.recordWithMedia#view", "record": embed, "media": media}
        )
        mention = read(embed=embed)
        url = "https://bsky.app/profile/bob.example.com/post/3mpp2x2k2k22c"
        assert mention.references == (Reference(ReferenceKind.QUOTES, OTHER, url, BOB, "bob.example.com", "kapot"),)
        assert len(mention.media) == (0 if media is None else 2)

    @pytest.mark.parametrize("sign", ["notFound", "blocked", "detached"])
    def test_quoted_post_that_is_not_shown_is_gone(self, sign: str) -> None:
        (quoted,) = read(embed=quoting({"uri": OTHER, sign: True})).references
        assert (quoted.gone, quoted.text, quoted.author_id) == (True, None, BOB)

    def test_quote_without_a_view_is_read_from_the_record(self) -> None:
        record = {"embed": {"$type": "app.bsky.embed.record", "record": {"uri": OTHER, "cid": "b"}}}
        assert [reference.id for reference in read(record=record).references] == [OTHER]

    @pytest.mark.parametrize(
        "embed", [7, [], {"record": 7}, {"images": {}}, quoting({"uri": "at://x/app.bsky.feed.generator/a"})]
    )
    def test_other_things_are_left_out(self, embed: object) -> None:
        mention = read(embed=embed)
        assert (mention.media, mention.references) == ((), ())
