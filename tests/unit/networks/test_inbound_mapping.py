"""What a body says: mapped by JMESPath, whatever its sender puts into it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.networks.inbound.mapping import LONGEST_TEXT, Heard, Map, Unreadable, address, compiled, decoded, instant

UNTIL = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
ARRIVED = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ISSUE = {
    "each": "items",
    "id": "id",
    "conversation": "thread.id",
    "author.id": "author.id",
    "author.name": "author.name",
    "text": "text",
    "at": "created_at",
    "url": "link",
    "answer_url": "reply_to",
}
ITEM = {
    "id": "p1",
    "thread": {"id": "t1"},
    "author": {"id": "u1", "name": "Joris de Boer"},
    "text": "Waar blijft mijn pakket?",
    "created_at": "2026-11-20T11:58:00+01:00",
    "link": "https://forum.example.com/t1/p1",
    "reply_to": "https://forum.example.com/answers/p1",
}
FLAT = {"id": "id", "text": "text", "at": "at", "author.id": "author", "author.name": "name"}


def hear(body: Any, expressions: dict[str, str] = FLAT, message_id: str = "") -> Heard:
    return Map("forum", expressions).hear(body, ARRIVED, message_id)


class TestMap:
    def test_body_of_several_is_read_oldest_first(self) -> None:
        earlier = ITEM | {"id": "p0", "created_at": "2026-11-20T08:00:00Z", "reply_to": None}
        heard = hear({"items": [ITEM, earlier]}, ISSUE)
        assert [mention.id for mention in heard.mentions] == ["p0", "p1"]
        mention = heard.mentions[1]
        assert (mention.conversation, mention.text, mention.url) == ("t1", ITEM["text"], ITEM["link"])
        assert (mention.author.id, mention.author.handle, mention.author.name) == ("forum:u1", "u1", "Joris de Boer")
        assert mention.posted_at == datetime(2026, 11, 20, 10, 58, tzinfo=UTC)
        assert (heard.mentions[0].answer_url, mention.answer_url) == ("", ITEM["reply_to"])

    @pytest.mark.parametrize(
        "body", [{}, [], None, 3, "text", {"items": None}, {"items": []}, {"items": [None, 3, []]}]
    )
    def test_body_without_words_yields_nothing(self, body: Any) -> None:
        assert hear(body, ISSUE).mentions == ()

    def test_one_event_may_stand_where_several_could(self) -> None:
        assert [mention.id for mention in hear({"items": ITEM}, ISSUE).mentions] == ["p1"]

    def test_event_without_words_is_left_out_and_counted(self) -> None:
        heard = hear({"items": [ITEM, {"id": "p2"}, ITEM | {"id": "p3", "text": " \u200b\u2800 "}]}, ISSUE)
        assert (len(heard.mentions), heard.left_out) == (1, 2)

    def test_event_without_an_id_is_called_as_its_message(self) -> None:
        assert hear({"text": "Hallo"}, message_id="msg_1").mentions[0].id == "msg_1"
        each = {"each": "[]", "text": "text"}
        several = hear([{"text": "a"}, {"text": "b"}], each, "msg_1")
        assert [mention.id for mention in several.mentions] == ["msg_1.0", "msg_1.1"]

    def test_event_without_any_id_is_called_by_what_it_holds(self) -> None:
        first, again = hear({"text": "Hallo", "n": 1}), hear({"n": 1, "text": "Hallo"})
        assert first.mentions[0].id == again.mentions[0].id != hear({"text": "Hallo", "n": 2}).mentions[0].id

    def test_two_guests_of_one_name_are_two_people(self) -> None:
        one, other = (hear({"id": id_, "text": "Hallo", "name": "Jan Smit"}).mentions[0].author for id_ in "ab")
        assert one.id != other.id
        assert (one.handle, one.name) == ("Jan_Smit", "Jan Smit")

    def test_guest_without_a_name_is_called_something(self) -> None:
        author = hear({"id": "a", "text": "Hallo", "name": "\u3164"}).mentions[0].author
        assert author.handle.startswith("guest-")
        assert author.name == ""

    def test_answers_of_a_form_stand_below_each_other(self) -> None:
        heard = hear({"a": "Slecht", "b": ["Traag", 3]}, {"text": "[a, b]"})
        assert heard.mentions[0].text == "Slecht\nTraag\n3"

    @pytest.mark.parametrize(
        ("rating", "text"), [(2, "★ 2\nBah"), ("4.5", "★ 4.5\nBah"), ("nul", "Bah"), (True, "Bah")]
    )
    def test_rating_stands_above_the_words(self, rating: object, text: str) -> None:
        expressions = {"text": "text", "rating": "rating"}
        assert hear({"text": "Bah", "rating": rating}, expressions).mentions[0].text == text

    @pytest.mark.parametrize(
        ("content", "text"),
        [
            ("<p>Waar <em>blijft</em> &amp; wanneer?</p><p>Joris</p>", "Waar blijft & wanneer?\n\nJoris"),
            ("Gewoon tekst", "Gewoon tekst"),
            ("<script>alert(1)</script>Hoi<br>daar", "Hoi\ndaar"),
        ],
    )
    def test_html_becomes_text_where_the_map_says_so(self, content: str, text: str) -> None:
        assert hear({"body": content}, {"text": "html(body)"}).mentions[0].text == text

    @pytest.mark.parametrize("content", [None, 3, ["<p>a</p>"], {}])
    def test_html_of_what_is_no_text_is_nothing(self, content: object) -> None:
        assert hear({"body": content}, {"text": "html(body)"}).mentions == ()

    def test_rating_alone_is_a_mention(self) -> None:
        assert hear({"stars": 1}, {"text": "text", "rating": "stars"}).mentions[0].text == "★ 1"


class TestHostileBody:
    @pytest.mark.parametrize("value", [None, True, 3, 3.5, -1, "", "x", [], [[]], {}, {"a": 1}, [None, {"id": 1}]])
    @pytest.mark.parametrize("field", ["id", "thread", "author", "text", "created_at", "link", "reply_to"])
    def test_value_of_a_wrong_type_breaks_nothing(self, field: str, value: object) -> None:
        heard = hear({"items": [ITEM | {field: value}, ITEM | {"id": "other"}]}, ISSUE)
        assert "other" in {mention.id for mention in heard.mentions}

    def test_long_ids_stay_as_they_are_and_longer_ones_fit(self) -> None:
        long = ITEM | {"id": "i" * 998, "thread": {"id": "t" * 998}, "author": {"id": "a" * 998}}
        mention = hear({"items": [long]}, ISSUE).mentions[0]
        assert (mention.id, mention.conversation, mention.author.id) == ("i" * 998, "t" * 998, f"forum:{'a' * 998}")
        longer = ITEM | {"id": "é" * 9998, "thread": {"id": "t" * 9998}, "author": {"id": "a" * 9998, "name": ""}}
        mention = hear({"items": [longer]}, ISSUE).mentions[0]
        named = (mention.id, mention.conversation, mention.author.id, mention.author.handle)
        assert all(len(name.encode()) < 100 for name in named)

    def test_text_from_right_to_left_and_html_stay_words(self) -> None:
        words = "<script>alert(1)</script> \u202e\u05e9\u05dc\u05d5\u05dd &amp; <!channel>"
        assert hear({"text": f"{words}\0"}).mentions[0].text == words

    def test_huge_text_is_cut(self) -> None:
        text = hear({"text": "a" * 1_000_000}).mentions[0].text
        assert len(text) == LONGEST_TEXT
        assert text.endswith("…")

    def test_name_loses_what_reorders_others(self) -> None:
        assert hear({"text": "a", "name": "Jan\u202e \n Smit\0"}).mentions[0].author.name == "Jan Smit"

    def test_deeply_nested_event_breaks_nothing(self) -> None:
        deep: Any = "words"
        for _ in range(900):
            deep = [deep]
        assert hear({"text": deep, "id": 1}).left_out in (0, 1)

    def test_function_that_does_not_fit_the_data_finds_nothing(self) -> None:
        assert hear({"text": 3}, {"text": "join(', ', text)", "id": "sum(text)"}).mentions == ()

    @pytest.mark.parametrize(
        "body", [b"", b"{", b"\xff", b"[" * 100_000, b'{"a": NaN}', b"1" * 5000, b"\x1f\x8b\x08", b"a=1&b=2"]
    )
    def test_body_that_is_no_json_is_refused_without_its_words(self, body: bytes) -> None:
        with pytest.raises(Unreadable) as refused:
            decoded(body)
        assert len(str(refused.value)) < 80


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from([*ITEM, "items", "name"]), inner, max_size=5)
    ),
    max_leaves=20,
)


@given(JSON, st.text(max_size=5))
def test_no_body_breaks_anything(body: Any, message_id: str) -> None:
    for mention in hear({"items": [ITEM, body]}, ISSUE, message_id).mentions + hear(body, ISSUE).mentions:
        assert mention.id
        assert mention.conversation
        assert mention.author.handle
        assert mention.posted_at <= ARRIVED
        assert mention.text.encode()


class TestInstant:
    @pytest.mark.parametrize(
        "written",
        [
            "2026-11-20T11:30:00Z",
            "2026-11-20T12:30:00+01:00",
            "2026-11-20T12:30:00.000+0100",
            "20261120T113000Z",
            "2026-11-20 11:30:00",
            "2026-11-20 11:30:00 UTC",
            "2026-11-20 12:30:00 +0100",
            "2026/11/20 12:30:00 +0100",
            "Fri, 20 Nov 2026 12:30:00 +0100",
            1795174200,
            1795174200000,
            1795174200000000,
            "1795174200",
            1795174200.0,
        ],
    )
    def test_time_in_any_form_is_read(self, written: object) -> None:
        assert instant(written, ARRIVED) == datetime(2026, 11, 20, 11, 30, tzinfo=UTC)

    @pytest.mark.parametrize(
        "written",
        [
            None,
            "",
            "soon",
            True,
            0,
            -5,
            3,
            1e300,
            "9" * 50,
            {},
            [],
            "1970-01-01T00:00:00Z",
            "Fri, 99 Nov 2026 1:0:0 +0",
        ],
    )
    def test_what_is_no_time_was_said_when_it_arrived(self, written: object) -> None:
        assert instant(written, ARRIVED) == ARRIVED

    def test_nothing_was_said_in_the_future(self) -> None:
        assert instant((ARRIVED + timedelta(days=1)).isoformat(), ARRIVED) == ARRIVED


class TestAddress:
    @pytest.mark.parametrize(
        "written",
        ["javascript:alert(1)", "http://", "https://a b.nl", "https://a.nl/>x", "//a.nl", "http://[::1", 3, None],
    )
    def test_what_nobody_can_open_is_no_address(self, written: object) -> None:
        assert address(written) == ""

    def test_address_stays_as_it_is(self) -> None:
        assert address(" HTTPS://forum.nl/ä?b=1#c ") == "HTTPS://forum.nl/ä?b=1#c"


class TestCompiled:
    @pytest.mark.parametrize(
        ("expression", "said"),
        [
            ("post-id", "Unknown token '-', at character 5"),
            ("a b", "Unexpected token: b, at character 3"),
            ("", "cannot be empty"),
            ("length(", "at character 8"),
            ("'open", "Unclosed ' delimiter, at character 1"),
            ("items[?upper(name)]", "upper() is no function; there are abs, avg"),
        ],
    )
    def test_expression_that_does_not_compile_names_its_place(self, expression: str, said: str) -> None:
        with pytest.raises(ValueError) as wrong:  # noqa: PT011 - what it says is compared below
            compiled(expression)
        assert said in str(wrong.value)


def test_mapping_reads_what_json_gives() -> None:
    body = json.dumps({"items": [ITEM | {"id": 10**30}]}).encode()
    assert hear(decoded(body), ISSUE).mentions[0].id == str(10**30)


@pytest.mark.parametrize(
    ("said", "until"),
    [
        ("2026-11-21T10:00:00+01:00", UNTIL),
        (UNTIL.timestamp(), UNTIL),
        ("", None),
        ("soon", None),
        (True, None),
        ({"at": 1}, None),
        ("1999-01-01T00:00:00Z", None),
        ("99999-01-01T00:00:00Z", None),
        ("9999-12-31T23:59:59Z", None),
        ("2038-01-19T03:14:07Z", None),
        (253_402_300_799_000, None),
    ],
)
def test_answer_until_lies_ahead_or_is_nothing(said: Any, until: datetime | None) -> None:
    heard = hear({"id": "p1", "text": "Hoi", "until": said}, FLAT | {"answer_until": "until"})
    assert heard.mentions[0].answer_until == until
