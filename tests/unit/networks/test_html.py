"""Words in HTML, as a reader sees them."""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.networks.html import LONGEST, text_of

LONG_LINK = (
    '<a href="https://acme.nl/een/heel"><span class="invisible">https://</span>'
    '<span class="ellipsis">acme.nl/een</span><span class="invisible">/heel</span></a>'
)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("", ""),
        ("zonder opmaak", "zonder opmaak"),
        ("<p>een<br>twee<br/>drie</p><p>vier</p>", "een\ntwee\ndrie\n\nvier"),
        ("<p>een</p>\n<p>twee</p>\n", "een\n\ntwee"),
        ("<p>5 &lt; 6 &amp; &lt;b&gt;&nbsp;&#x1F600; &euro;</p>", "5 < 6 & <b>\xa0😀 €"),
        ("<p><strong>vet</strong> en <em>schuin</em></p>", "vet en schuin"),
        ("<ul><li>een</li><li>twee</li></ul><p>na</p>", "- een\n- twee\n\nna"),
        ("<blockquote><p>zei u</p></blockquote>ja", "zei u\n\nja"),
        ("<p>:blobcat: hoi</p>", ":blobcat: hoi"),
        (f"<p>zie {LONG_LINK}!</p>", "zie https://acme.nl/een/heel!"),
        ('<a href="https://acme.nl/">acme.nl</a>', "acme.nl"),
        ('<a href="https://acme.nl/lang/pad">acme.nl/la…</a>', "https://acme.nl/lang/pad"),
        ('<a href="https://evil.example/">https://acme.nl</a>', "https://acme.nl (https://evil.example/)"),
        ('<a href="https://x.example/a">hier</a>', "hier (https://x.example/a)"),
        ('<a href="https://x.example/a"><img src="y"></a>', "https://x.example/a"),
        ('<a href="javascript:alert(1)">hier</a>', "hier"),
        ('<a href="https://x.example/tags/nl" class="hashtag">#<span>nl</span></a>', "#nl"),
        (
            '<a href="https://x.example/a">een <a href="https://x.example/b">, twee',
            "een (https://x.example/a), twee (https://x.example/b)",
        ),
        ("a<script>alert(1)</script><style>p{}</style>b", "ab"),
        ("a <!-- b --> c", "a  c"),
        ("a < b en c > d", "a < b en c > d"),
        ("open <p", "open <p"),
        ("<p>\u202eachteruit\u200b</p>", "\u202eachteruit\u200b"),
    ],
)
def test_html_is_read_as_a_reader_sees_it(html: str, text: str) -> None:
    assert text_of(html) == text


def test_links_to_people_have_their_whole_names() -> None:
    html = '<p><a href="https://a.example/@acme" class="u-url mention">@<span>acme</span></a> hoi</p>'
    assert text_of(html) == "@acme hoi"
    assert text_of(html, {"https://a.example/@acme": "@acme@a.example"}) == "@acme@a.example hoi"


@pytest.mark.parametrize(
    "odd", ["<![foo", "<![CDATA[x]]>", "<!DOCTYPE", "<?php x ?>", "</", "<a", "&#xffffffff;", "&#0;"]
)
def test_odd_declarations_are_survived(odd: str) -> None:
    assert text_of(f"<p>voor</p>{odd}").startswith("voor")


def test_hostile_length_is_cut() -> None:
    assert len(text_of("a" * (2 * LONGEST))) == LONGEST
    assert text_of("<div>" * LONGEST) == ""


@pytest.mark.parametrize("piece", ["<a ", '<a href="', "<b c='d ", "</a ", "<!--"])
def test_what_ends_within_a_tag_is_read_once_and_stays(piece: str, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[int] = []
    for name in ("parse_starttag", "parse_endtag", "parse_comment"):
        monkeypatch.setattr(HTMLParser, name, _noting(begun, getattr(HTMLParser, name)))
    assert text_of(f"voor {piece * 1000}") == f"voor {piece * 1000}".strip()
    assert len(begun) == 1


def _noting(begun: list[int], parse: Callable[[HTMLParser, int], int]) -> Callable[[HTMLParser, int], int]:
    def noted(self: HTMLParser, place: int) -> int:
        begun.append(place)
        return parse(self, place)

    return noted


@pytest.mark.parametrize("blank", [" ", "\t", " \t"])
def test_blanks_at_the_end_of_a_line_are_left_out(blank: str) -> None:
    assert text_of(f"een{blank * 90_000}twee{blank * 3}<br>drie") == f"een{blank * 90_000}twee\ndrie"


@given(st.text(alphabet="<>a/!-=\"'&;#[] \n\0p"))
def test_any_html_is_read(html: str) -> None:
    text_of(html)
