"""Other people's words are shown and do nothing."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platform.i18n import translator
from bot.views.common import text
from bot.views.common.blocks import literally
from tests.support.samples import AT


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("<!channel>", "&lt;!channel&gt;"),
        ("a & b", "a &amp; b"),
        ("&lt;!here&gt;", "&amp;lt;!here&amp;gt;"),
        ("jan_de_vries 5*3*2 ~/x", "jan_de_vries 5*3*2 \u223c/x"),
        ("*bold* _slanted_ ~gone~ `code`", "\u2217bold\u2217 \u02cdslanted\u02cd \u223cgone\u223c \u02cbcode\u02cb"),
        (":tada: at 10:30", "\u2236tada: at 10:30"),
        ("> not a quote", "\u203a not a quote"),
        ("\u202egnp.exe\u202c a\u200bb\u2066c", "gnp.exe abc"),
        ("two\nlines\u2028here\r\nand", "two lines here and"),
        ("bell\x07 and nul\x00", "bell and nul"),
        ("👩\u200d👧 stays", "👩\u200d👧 stays"),
        ("\u0645\u0631!", "\u2068\u0645\u0631!\u2069"),
    ],
)
def test_each_trick_is_undone(words: str, shown: str) -> None:
    assert text.escape(words) == shown


@given(st.text(alphabet=st.sampled_from("<>&!@#|*_~`: \nabU0\u202e\u2066é😀"), max_size=60))
def test_customers_text_never_becomes_markup(words: str) -> None:
    shown = text.escape(words)
    assert not re.search(r"[<>\n`\u202e]", shown)
    assert not re.search(r"&(?!(amp|lt|gt);)", shown)
    assert not re.search(r"(?<!\w)[*_~]|[*_~](?!\w)", shown)
    assert not re.search(r":[\w+'-]+:", shown)


@given(st.text(max_size=400), st.integers(10, 100))
def test_cut_keeps_the_beginning_within_the_limit(words: str, limit: int) -> None:
    shown = text.cut(words, limit)
    assert len(shown) <= limit
    assert shown == words if len(words) <= limit else words.startswith(shown.removesuffix("…"))


def test_cut_ends_at_a_word_and_halves_no_emoji() -> None:
    assert text.cut("one two three four five six", 25) == "one two three four five…"
    assert text.cut("x" * 7 + "👩\u200d👧" + "x" * 9, 10) == "x" * 7 + "👩…"


def test_cut_never_ends_inside_a_link_or_an_escape() -> None:
    assert text.cut_markup("see <https://x.com|it>", 15) == "see …"
    assert text.cut_markup("a &amp; b and more", 6) == "a …"


def test_agents_own_words_come_back_as_written() -> None:
    (block,) = literally("My *dear* <b> &amp; :tada: text")
    assert block["text"] == {"type": "plain_text", "text": "My *dear* <b> &amp; :tada: text", "emoji": False}


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "https://", "https://a b", "ftp://a", "", None, "https://x/" + "a" * 3000]
)
def test_only_web_addresses_are_linked(url: str | None) -> None:
    assert text.web_address(url) is None
    assert text.link(url, "label") == "label"


def test_address_cannot_end_its_link() -> None:
    assert text.link("https://x.com/<!channel>|a?b&c", "L") == "<https://x.com/%3C!channel%3E%7Ca?b&amp;c|L>"


def test_dates_are_instants_for_slack_and_utc_elsewhere() -> None:
    local = AT.astimezone(timezone(timedelta(hours=1)))
    assert text.date(local) == f"<!date^{int(AT.timestamp())}^{{time}}|2026-11-20 15:50 UTC>"


def test_time_alone_is_shown_only_where_it_is_clear() -> None:
    at = datetime(2026, 11, 20, 12, tzinfo=UTC)
    assert "{date_long_pretty}" not in text.moment(at, at + timedelta(hours=11, minutes=59))
    assert "{date_long_pretty}" in text.moment(at, at + timedelta(hours=12))
    assert "{date_long_pretty}" in text.moment(at, at, at - timedelta(hours=13))


def test_languages_are_named_in_the_readers_own() -> None:
    assert text.language_name("nl", translator("sv")) == "nederländska"
    assert text.language_name("pt-BR", translator("en")) == "Brazilian Portuguese"
    for unknown in (None, "und", "zxx", "qme", "<!x>"):
        assert text.language_name(unknown, translator("en")) is None


def test_words_stand_in_the_readers_own_quotation_marks() -> None:
    assert [text.quoted("so", translator(each)) for each in ("en", "nl", "sv")] == ["“so”", "“so”", "”so”"]
    views = Path(text.__file__).parents[1].rglob("*.py")
    own = [str(view) for view in views for line in view.read_text("utf-8").splitlines() if re.search('f".*“{', line)]
    assert own == [], "these put English ones around words: use `quoted`"
