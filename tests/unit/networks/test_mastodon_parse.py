"""Mastodon's JSON, and what others make of it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.cases.mention import Author, Media, Mention, Reference, ReferenceKind
from bot.networks.mastodon import parse
from bot.networks.mastodon.parse import Home, Malformed
from bot.networks.untrusted import Json
from tests.support.canned_mastodon import NOW, ours, status

HOME = Home.of("acme@example.social")


def read(post: Json, root: str = "1", seen_at: datetime | None = None) -> Mention:
    return parse.mention(post, root, HOME, seen_at, NOW)


def test_post_is_read_whole() -> None:
    mention = read(status("7", "<p>@acme <em>hoi</em></p>", "anne@elders.example", language="nl"))
    assert mention == Mention(
        id="7",
        conversation="1",
        author=Author("anne@elders.example", "anne@elders.example", "Klant"),
        text="@acme@example.social hoi",
        posted_at=datetime(2026, 11, 20, 15, 30, tzinfo=UTC),
        url="https://example.social/@anne@elders.example/7",
        language="nl",
    )


def test_people_of_our_server_are_named_with_it() -> None:
    assert read(status("7", acct="Anne")).author == Author("anne@example.social", "Anne@example.social", "Klant")


@pytest.mark.parametrize(
    ("visibility", "private"),
    [
        ("public", False),
        ("unlisted", False),
        ("private", False),
        ("direct", True),
        ("mutuals_only", True),
        (None, True),
    ],
)
def test_private_is_what_only_those_read_whom_it_names(visibility: str | None, private: bool) -> None:
    mention = read(status("7", visibility=visibility), root="3")
    assert (mention.private, mention.conversation) == (private, "direct-3" if private else "3")


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("<p>@acme hoi</p>", "@acme@example.social hoi"),
        ("<p>@ACME: hoi</p>", "@acme@example.social: hoi"),
        ("<p>@acme@elders.example @acme.nl a@acme @acme_nl</p>", "@acme@elders.example @acme.nl a@acme @acme_nl"),
        ("<p>hoi @acme.</p>", "hoi @acme@example.social."),
        ("<p>@acme\0hoi \ud800</p>", "@acmehoi ?"),
    ],
)
def test_our_name_is_written_out(content: str, text: str) -> None:
    assert read(status("7", content)).text == text


def test_names_are_those_of_the_people_meant() -> None:
    content = '<p><a href="https://elders.example/@acme" class="u-url mention">@<span>acme</span></a> en @acme</p>'
    mentions = [
        {"id": "9", "username": "acme", "acct": "acme@elders.example", "url": "https://elders.example/@acme"},
        {"id": "1", "username": "acme", "acct": "acme", "url": "https://example.social/@acme"},
        {"id": 3, "acct": "<b>", "url": "https://example.social/@odd"},
        "odd",
    ]
    assert read(status("7", content, mentions=mentions)).text == "@acme@elders.example en @acme@example.social"


def test_link_to_a_quoted_post_is_left_out() -> None:
    content = (
        '<p class="quote-inline">RE: <a href="https://b.example/@bob/4">b.example/@bob/4</a></p><p>precies dit</p>'
    )
    assert read(status("7", content)).text == "precies dit"


def test_content_warning_comes_first() -> None:
    assert read(status("7", "<p>kapot</p>", spoiler_text=" klacht ")).text == "klacht\n\nkapot"
    assert read(status("7", "", spoiler_text="klacht")).text == "klacht"


@pytest.mark.parametrize(
    ("attachment", "media"),
    [
        (
            {"type": "image", "url": "https://m.example/1.png", "description": "Een doos"},
            Media("photo", "https://m.example/1.png", "Een doos"),
        ),
        ({"type": "image", "url": None, "remote_url": "https://m.example/2"}, Media("photo", "https://m.example/2")),
        ({"type": "image", "url": "javascript:x"}, Media("photo", "https://example.social/@klant/7")),
        ({"type": "gifv", "url": "https://m.example/3.mp4"}, Media("gif", "https://example.social/@klant/7")),
        ({"type": "video", "url": "https://m.example/4.mp4"}, Media("video", "https://example.social/@klant/7")),
        ({"type": "audio", "description": ""}, Media("video", "https://example.social/@klant/7")),
        ({}, Media("video", "https://example.social/@klant/7")),
    ],
)
def test_pictures_come_with_their_descriptions(attachment: Json, media: Media) -> None:
    assert read(status("7", media_attachments=[attachment, None])).media == (media,)


@pytest.mark.parametrize(
    ("said", "seen_at", "at"),
    [
        ("2026-11-20T15:30:00.000Z", None, datetime(2026, 11, 20, 15, 30, tzinfo=UTC)),
        ("2026-11-20T16:30:00+01:00", None, datetime(2026, 11, 20, 15, 30, tzinfo=UTC)),
        ("2026-11-20T15:30:00", None, datetime(2026, 11, 20, 15, 30, tzinfo=UTC)),
        ("2036-11-20T15:30:00Z", NOW, NOW),  # a server whose clock is wrong
        ("0001-01-01T00:00:00Z", NOW, NOW),
        ("gisteren", None, NOW),
        (7, None, NOW),
    ],
)
def test_time_is_the_authors_and_not_after_ours(said: object, seen_at: datetime | None, at: datetime) -> None:
    assert read(status("7", created_at=said), seen_at=seen_at).posted_at == at


@pytest.mark.parametrize(
    ("language", "known"), [("nl", "nl"), ("pt-BR", "pt-BR"), ("", None), (None, None), ("x" * 30, None), ("n l", None)]
)
def test_language_is_one(language: object, known: str | None) -> None:
    assert read(status("7", language=language)).language == known


def test_answered_and_quoted_posts_are_references() -> None:
    post = status(
        "7",
        in_reply_to_id="5",
        in_reply_to_account_id="1000",
        mentions=[{"id": "1000", "acct": "acme", "url": "https://example.social/@acme"}],
        quote={"state": "accepted", "quoted_status": status("4", "<p>citaat</p>", "bob")},
    )
    answered, quoted = read(post).references
    assert answered == Reference(
        ReferenceKind.ANSWERS,
        "5",
        "https://example.social/web/statuses/5",
        "acme@example.social",
        "acme@example.social",
    )
    assert (quoted.kind, quoted.id, quoted.text, quoted.handle) == (
        ReferenceKind.QUOTES,
        "4",
        "citaat",
        "bob@example.social",
    )


def test_our_answers_are_known_and_nothing_else_of_ours() -> None:
    answer = parse.own_post(ours("8", "<p>@klant Dag</p>", "7"), HOME, NOW)
    assert answer is not None
    assert (answer.id, answer.in_reply_to, answer.text) == ("8", "7", "Dag")
    for other in (ours("8", "<p>Dag</p>", None), ours("8", "x", "7", reblog={"id": "3"}), ours("", "x", "7"), {}):
        assert parse.own_post(other, HOME, NOW) is None
    assert parse.own_post(status("8", in_reply_to_id="7") | {"content": None}, HOME, NOW) is None


@pytest.mark.parametrize(
    "lacking",
    [{"id": None}, {"id": "../1"}, {"id": ""}, {"account": None}, {"account": {"acct": "a b"}}, {"content": None}],
)
def test_post_without_the_least_is_malformed(lacking: Json) -> None:
    with pytest.raises(Malformed):
        read(status("7") | lacking)


def test_numbers_are_ids_too() -> None:
    mention = read(status(7, in_reply_to_id=5))
    assert (mention.id, mention.in_reply_to) == ("7", "5")


def test_id_that_an_edit_changes_in_part_is_the_same() -> None:
    before, after = "1795853576c8646b4d16a0763ba04e56fe17e058bf", "1795853579c8646b4d16a0763ba04e56fe17e058bf"
    assert parse.post_id(before) == parse.post_id(after) == "0000000000c8646b4d16a0763ba04e56fe17e058bf"
    mention = read(status(after, in_reply_to_id=before))
    assert mention.id == mention.in_reply_to == parse.post_id(before)
    assert parse.post_id("115628374650123456") == "115628374650123456"


def test_later_ids_sort_last_on_every_kind_of_server() -> None:
    assert sorted(["100", "99", "9"], key=parse.order) == ["9", "99", "100"]
    assert sorted(["01HB", "01HA"], key=parse.order) == ["01HA", "01HB"]


@pytest.mark.parametrize(("followers", "known"), [(311, 311), (-1, None), ("many", None), (True, None), (2**40, None)])
def test_followers_are_a_number(followers: object, known: int | None) -> None:
    account = {"acct": "klant", "followers_count": followers, "display_name": ""}
    author = read(status("7", account=account)).author
    assert (author.followers, author.name) == (known, "klant")


FIELDS = [
    "id",
    "account",
    "acct",
    "content",
    "created_at",
    "mentions",
    "media_attachments",
    "url",
    "quote",
    "visibility",
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["1", "klant", "image"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=5),
    max_leaves=15,
)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(FIELDS), JSON), st.booleans())
def test_hostile_post_is_read_or_malformed(odd: Json, is_whole: bool) -> None:
    try:
        mention = read((status("7") if is_whole else {}) | odd)
    except Malformed:
        return
    assert "\0" not in mention.text
    assert len(mention.author.name) <= parse.LONGEST_NAME


@pytest.mark.parametrize("rest", [[], ["x"], [{"value": 7}, {}]])
def test_profile_tells_where_it_leads(rest: list[object]) -> None:
    website = '<a href="https://anne.nl/" rel="me"><span class="invisible">https://</span><span>anne.nl/</span></a>'
    fields = [{"name": "Website", "value": website, "verified_at": None}, {"name": "Zij", "value": "haar"}, *rest]
    author = read(status("7", account={"acct": "anne", "fields": fields})).author
    assert author.links == ("https://anne.nl/",)
