"""X's JSON, in both of its generations and in shapes that nobody promised."""

from __future__ import annotations

import html
import re
import unicodedata
from datetime import UTC, datetime
from typing import cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.cases.mention import Author, Media, Mention, Reference, ReferenceKind
from bot.networks.untrusted import Json
from bot.networks.x import parse
from bot.networks.x.parse import Malformed, Page

POST: Json = {
    "id": "1801",
    "author_id": "42",
    "conversation_id": "1700",
    "created_at": "2026-11-20T15:40:00.000Z",
    "edit_history_tweet_ids": ["1801"],
    "entities": {"mentions": [{"id": "1000", "username": "acme", "start": 0, "end": 5}]},
    "lang": "nl",
    "referenced_tweets": [{"type": "replied_to", "id": "1700"}],
    "text": "@acme waar blijft mijn pakket?",
}
ANNE: Json = {"id": "42", "username": "anne_v", "name": "Anne", "public_metrics": {"followers_count": 311}}


def renamed(value: object) -> object:
    """The same in the field names of August 2026."""
    if isinstance(value, dict):
        return {key.replace("tweet", "post"): renamed(item) for key, item in value.items()}
    return [renamed(item) for item in value] if isinstance(value, list) else value


def read(post: Json, **includes: list[Json]) -> Mention:
    body: Json = {"data": [post], "includes": {"users": [ANNE], **includes}}
    older, newer = Page(body), Page(cast("Json", renamed(body)))
    mention = older.mention(older.posts[0], "1000", "acme")
    assert newer.mention(newer.posts[0], "1000", "acme") == mention
    return mention


def test_post_is_read_whole_in_both_generations() -> None:
    assert read(POST) == Mention(
        id="1801",
        conversation="1700",
        author=Author("42", "anne_v", "Anne", 311),
        text="@acme waar blijft mijn pakket?",
        posted_at=datetime(2026, 11, 20, 15, 40, tzinfo=UTC),
        url="https://x.com/anne_v/status/1801",
        language="nl",
        in_reply_to="1700",
        references=(Reference(ReferenceKind.ANSWERS, "1700", "https://x.com/i/status/1700"),),
    )


@pytest.mark.parametrize(
    ("beside", "tweets", "expected"),
    [
        ({}, [{"id": "1700", "author_id": "9", "text": "a &lt; b"}], ("9", "", "a < b")),
        ({}, [{"id": "1700", "author_id": "42", "text": "mine"}], ("42", "anne_v", "mine")),
        ({}, [{"id": "1700", "author_id": "1000", "text": "ours"}], ("1000", "acme", "ours")),
        ({"in_reply_to_user_id": "1000"}, [], ("1000", "acme", None)),
        ({"in_reply_to_user_id": "7"}, [], ("7", "bo_b", None)),
        ({"in_reply_to_user_id": "nonsense"}, [{"id": "1700"}], ("", "", None)),
    ],
)
def test_answered_post_is_known_by_what_comes_along(
    beside: Json, tweets: list[Json], expected: tuple[str, str, str | None]
) -> None:
    named = [{"id": "1000", "username": "acme"}, {"id": "7", "username": "bo_b"}, {"id": "8", "username": "<b>"}]
    (found,) = read(POST | {"entities": {"mentions": named}} | beside, tweets=tweets).references
    assert (found.author_id, found.handle, found.text) == expected
    assert found.url == f"https://x.com/{found.handle or 'i'}/status/1700"


def test_answer_that_quotes_refers_to_both_and_to_each_once() -> None:
    several = [
        ("quoted", "5"),
        ("replied_to", "6"),
        ("replied_to", "7"),
        ("retweeted", "8"),
        ("", "9"),
        ("quoted", "5"),
    ]
    post = POST | {"referenced_tweets": [{"type": kind, "id": id_} for kind, id_ in several]}
    found = {reference.kind: reference.id for reference in read(post).references}
    assert found == {ReferenceKind.QUOTES: "5", ReferenceKind.ANSWERS: "6"}
    assert len(read(post).references) == 2


def test_long_post_keeps_its_mention_and_links() -> None:
    tail = {"mentions": [{"username": "ACME"}], "urls": [{"url": "https://t.co/b", "expanded_url": "https://b.nl/2"}]}
    long = POST | {
        "text": "Dag 5 … https://t.co/cut",
        "entities": {"mentions": [{"username": "other"}]},
        "note_tweet": {"text": "Dag 5 zonder antwoord. https://t.co/b @acme", "entities": tail},
    }
    mention = read(long)
    assert mention.text == "Dag 5 zonder antwoord. https://b.nl/2 @acme"
    assert mention.reply_blocked_reason is None


def test_edited_post_keeps_its_earlier_ids() -> None:
    assert read(POST | {"edit_history_tweet_ids": ["1799", "1800", "1801"]}).earlier_ids == ("1799", "1800")


@pytest.mark.parametrize(
    ("sent", "typed"),
    [
        ("a &amp; b &lt;3 &gt;", "a & b <3 >"),
        ("&amp;lt; and &eacute; and &copy=2", "&lt; and &eacute; and &copy=2"),
        ("see https://t.co/a, https://t.co/ab", "see https://acme.nl/?a=1&lt=2, https://t.co/ab"),
        ("broken https://t.co/pic", "broken"),
        ("it https://t.co/film here", "it  here"),
    ],
)
def test_text_reads_as_it_was_typed(sent: str, typed: str) -> None:
    urls = [
        {"url": "https://t.co/a", "expanded_url": "https://acme.nl/?a=1&lt=2"},
        {"url": "https://t.co/pic", "expanded_url": "https://x.com/anne_v/status/1801/photo/1", "media_key": "3_1"},
        {"url": "https://t.co/film", "expanded_url": "https://twitter.com/anne_v/status/1801/video/1"},
    ]
    assert read(POST | {"text": sent, "entities": {"urls": urls}}).text == typed


def test_pictures_have_descriptions_and_films_post_links() -> None:
    post = POST | {"attachments": {"media_keys": ["3_1", "7_2", "16_3", "3_4", "9_9", "nowhere"]}}
    media: list[Json] = [
        {"media_key": "3_1", "type": "photo", "url": "https://pbs.twimg.com/1.jpg", "alt_text": "A torn box"},
        {"media_key": "7_2", "type": "video", "preview_image_url": "https://pbs.twimg.com/2.jpg"},
        {"media_key": "16_3", "type": "animated_gif", "alt_text": "A cat"},
        {"media_key": "3_4", "type": "photo", "url": "javascript:alert(1)"},
        {"media_key": "9_9", "type": "hologram", "url": "https://pbs.twimg.com/9"},
    ]
    url = "https://x.com/anne_v/status/1801"
    assert read(post, media=media).media == (
        Media("photo", "https://pbs.twimg.com/1.jpg", "A torn box"),
        Media("video", url),
        Media("gif", url, "A cat"),
    )


def test_reply_needs_our_mention_or_quote() -> None:
    stranger = POST | {"entities": {"mentions": [{"id": "7", "username": "acme_fans"}]}}
    assert read(stranger).reply_blocked_reason == "not_mentioned"
    quoting = stranger | {"referenced_tweets": [{"type": "quoted", "id": "900"}]}
    assert read(quoting, tweets=[{"id": "900", "author_id": "1000"}]).reply_blocked_reason is None
    assert read(quoting, tweets=[{"id": "900", "author_id": "7"}]).reply_blocked_reason == "not_mentioned"
    assert read(quoting).reply_blocked_reason == "not_mentioned"


@pytest.mark.parametrize(
    ("text", "mentioned"),
    [("Hey @Acme!", True), ("mail me@acme.nl", False), ("@acme_fans hi", False), ("acme", False), ("(@acme)", True)],
)
def test_text_tells_mentions_where_their_list_is_missing(text: str, mentioned: bool) -> None:
    post = {key: value for key, value in POST.items() if key != "entities"} | {"text": text}
    assert (read(post).reply_blocked_reason is None) is mentioned


def test_mention_without_its_author_is_kept() -> None:
    page = Page({"data": [POST]})
    mention = page.mention(POST, "1000", "acme")
    assert mention.author == Author("42", "42", "42")
    assert mention.url == "https://x.com/42/status/1801"


@pytest.mark.parametrize("language", ["und", "zxx", "qme", "qht", None, 7])
def test_undetermined_language_is_none(language: object) -> None:
    assert read(POST | {"lang": language}).language is None


@pytest.mark.parametrize(
    "flaw",
    [
        {"id": 1801},
        {"id": "9223372036854775808"},
        {"id": "9" * 5000},
        {"id": "١٢"},
        {"author_id": None},
        {"text": None},
    ],
)
def test_post_without_its_basics_is_malformed(flaw: Json) -> None:
    with pytest.raises(Malformed):
        read(POST | flaw)


@pytest.mark.parametrize("created_at", ["yesterday", None, "2021-01-06T18:40:40", "0001-01-01T00:00:00+23:59"])
def test_number_tells_the_time_where_it_is_unreadable(created_at: object) -> None:
    post = POST | {"id": "1346889436626259968", "created_at": created_at}
    assert read(post).posted_at.replace(microsecond=0) == datetime(2021, 1, 6, 18, 40, 40, tzinfo=UTC)


def test_characters_no_database_takes_are_replaced() -> None:
    assert read(POST | {"text": "a\0b\ud800c"}).text == "ab?c"


@pytest.mark.parametrize("kind", ["retweeted", "reposted"])
def test_plain_repost_is_told_from_a_quote(kind: str) -> None:
    assert parse.is_repost({"referenced_tweets": [{"type": kind, "id": "5"}]})
    assert not parse.is_repost({"referenced_posts": [{"type": "quoted", "id": "5"}]})


def test_only_posts_asked_for_are_gone() -> None:
    def error(problem: str, resource: str, parameter: str) -> Json:
        kind = f"https://api.twitter.com/2/problems/{problem}"
        return {"type": kind, "resource_id": resource, "parameter": parameter, "resource_type": "tweet"}

    page = Page(
        {
            "errors": [
                error("resource-not-found", "1", "ids"),
                error("not-authorized-for-resource", "2", "ids"),
                error("resource-not-found", "3", "referenced_tweets.id"),
                error("service-unavailable", "4", "ids"),
            ]
        }
    )
    assert set(page.gone()) == {"1", "2"}
    seen = {id_: page.filled(Reference(ReferenceKind.QUOTES, id_, ""), "1000", "acme").gone for id_ in "345"}
    assert seen == {"3": True, "4": False, "5": False}


@pytest.mark.parametrize(
    ("typed", "at_x"),
    [
        ("Dank je, Anne! ^AB", "@anne_v @bob Dank je, Anne! ^AB"),
        ("kijk op acme.nl/hulp", "@anne_v kijk op http://acme.nl/hulp"),
        ("zie https://acme.nl/", "zie https://acme.nl"),
        ("cafe\u0301  open\n\nnu", "caf\u00e9 open nu"),
        ("@anne_v hoi", "@anne_v @anne_v hoi"),
        ("See our help (www.acme.nl)", "@anne_v See our help (http://www.acme.nl)"),
        ("zie \u201cacme.nl\u201d", "zie \u201chttp://acme.nl\u201d"),
        ("see:acme.nl/x", "see:http://acme.nl/x"),
        ("(https://acme.nl/)", "(https://acme.nl)"),
        ("Acme.NL/Hulp", "http://acme.nl/Hulp"),
        ("acme.nl/caf\u00e9", "http://acme.nl/caf%C3%A9"),
        ("\u200b@anne_v ho\u200bi\u2060", "@anne_v hoi"),
        ("\uff21\uff23\uff2d\uff25", "acme"),
    ],
)
def test_reply_is_recognized_after_what_x_does_to_it(typed: str, at_x: str) -> None:
    assert parse.comparable(typed) == parse.comparable(at_x)


def test_another_reply_is_not_taken_for_ours() -> None:
    assert parse.comparable("Dank je, Anne!") != parse.comparable("@anne_v Dank je, Anna!")
    assert parse.comparable("zie acme.nl/1") != parse.comparable("zie acme.nl/2")


TEXT = st.text(
    st.characters(codec="utf-8", exclude_characters="\x00")
)  # which is taken out, so that its neighbours touch
BESIDE = st.sampled_from(["", " ", "(", ")", "\u201c", "\u201d", "zie:", ".", "/", "\u200b", "%", "@bob ", "\n"])
AFTER = (BESIDE | TEXT).filter(lambda words: re.match(r"\u200b*\w", words) is None)


BEFORE = (BESIDE | TEXT).filter(lambda words: "t.co" not in words)  # an address touching the link would be one with it


@given(BEFORE, st.sampled_from(["acme.nl", "www.Acme.nl/x|y", "41.nl"]), AFTER)
def test_link_is_recognized_wherever_it_stands(before: str, domain: str, after: str) -> None:
    kept, rest = (unicodedata.normalize("NFC", words.replace("\u200b", "")) for words in (before, after))
    urls = [{"url": "https://t.co/a", "expanded_url": f"http://{domain}"}]
    shown = parse.text(
        POST | {"text": html.escape(f"@anne_v {kept}https://t.co/a{rest}", quote=False), "entities": {"urls": urls}}
    )
    assert parse.comparable(shown) == parse.comparable(f"{before}{domain}{after}")


NAMES = ["id", "type", "text", "url", "expanded_url", "urls", "mentions", "username", "name", "public_metrics"]
NAMES += ["media_key", "media_keys", "alt_text"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["1801", "42", "photo"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=3),
    max_leaves=8,
)
KEYS = [
    *POST,
    "in_reply_to_user_id",
    "attachments",
    "note_tweet",
    "note_post",
    "referenced_posts",
    "edit_history_post_ids",
]


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    st.dictionaries(st.sampled_from(KEYS), JSON, max_size=3),
    st.dictionaries(st.sampled_from(["users", "media", "tweets", "posts"]), JSON),
)
def test_any_shape_of_post_raises_only_malformed(flaws: Json, includes: Json) -> None:
    page = Page({"data": POST | flaws, "includes": includes})
    try:
        mention = page.mention(page.posts[0], "1000", "acme")
    except Malformed:
        return
    assert mention.id.isdigit()
    mention.text.encode()
    mention.author.name.encode()
    assert all(reference.id.isdigit() for reference in mention.references)
    assert len({reference.kind for reference in mention.references}) == len(mention.references)


@pytest.mark.parametrize(("ours", "another"), [("👍", "❤️"), ("!", "?"), ("👍", "")])
def test_words_without_letters_are_compared_whole(ours: str, another: str) -> None:
    assert parse.comparable(ours) != parse.comparable(another)
    assert parse.comparable(f"@klant {ours}") == parse.comparable(ours)


def test_profile_tells_where_it_leads() -> None:
    profile = {
        "url": {"urls": [{"url": "https://t.co/a", "expanded_url": "https://anne.nl"}]},
        "description": {"urls": [{"expanded_url": "https://mastodon.nl/@anne"}, {"expanded_url": 7}, None]},
    }
    known = {**ANNE, "entities": profile}
    body: Json = {"data": [POST], "includes": {"users": [known]}}
    page = Page(body)
    assert page.mention(page.posts[0], "1000", "acme").author.links == ("https://anne.nl", "https://mastodon.nl/@anne")
