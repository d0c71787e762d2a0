"""Slack's mrkdwn as the page shows it, read back from a real browser's DOM."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from bot.sandbox.server import Sandbox

pytestmark = pytest.mark.browser

FRIDAY = 1_795_189_200  # 2026-11-20 16:40 in Amsterdam

SHOW = """async ([text, now]) => {
    const { show } = await import("/page/mrkdwn.js");
    const { patch } = await import("/page/dom.js");
    const box = document.createElement("div");
    patch(box, show(text, {
        me: "U0ANNA", who: { locale: "en-GB", tz: "Europe/Amsterdam" }, now: () => now * 1000,
        nameOf: (id) => ({ U0ANNA: "Anna", U0LARS: "Lars" })[id], channelOf: (id) => ({ C0SUPPORT: "webcare" })[id],
    }));
    for (const each of box.querySelectorAll("a, time")) {
        for (const name of ["target", "rel", "title", "datetime"]) each.removeAttribute(name);
    }
    return box.innerHTML;
}"""


@pytest.fixture(scope="module")
def parser(browser: Browser, sandbox: Sandbox) -> Iterator[Page]:
    page = browser.new_page()
    page.goto(sandbox.url)
    yield page
    page.close()


def shown(parser: Page, text: str) -> str:
    html: str = parser.evaluate(SHOW, [text, FRIDAY])
    return html


def line(inner: str) -> str:
    return f"<span>{inner}</span>"


def quote(inner: str) -> str:
    return f'<blockquote class="quote">{inner}</blockquote>'


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("*bold* _slanted_ ~gone~", line("<strong>bold</strong> <em>slanted</em> <s>gone</s>")),
        ("*_both_*", line("<strong><em>both</em></strong>")),
        ("2*3*4 snake_case_name * not * **", line("2*3*4 snake_case_name * not * **")),
        ("*over\ntwo lines*", line("*over<br>two lines*")),
        ("`*raw*` *`code`*", line('<code class="code">*raw*</code> <strong><code class="code">code</code></strong>')),
        ("a\n```\n*raw* &lt;b&gt;\n```\nb", f'{line("a")}<pre class="pre">*raw* &lt;b&gt;</pre>{line("b")}'),
        ("```never closed", line("```never closed")),
        ("&gt; their words\n&gt; go on\nours", quote("their words<br>go on") + line("ours")),
        ("> raw mark", quote("raw mark")),
        ("one\n>>> two\nthree", line("one") + quote("two<br>three")),
        ("• a list\n- stays text", line("• a list<br>- stays text")),
    ],
)
def test_formatting_becomes_elements(parser: Page, text: str, html: str) -> None:
    assert shown(parser, text) == html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("<https://x.com/a?b=1&amp;c=2|A &amp; B>", line('<a href="https://x.com/a?b=1&amp;c=2">A &amp; B</a>')),
        ("see https://x.com/a_b_c.", line('see <a href="https://x.com/a_b_c">https://x.com/a_b_c</a>.')),
        ("<mailto:a@b.nl|mail>", line('<a href="mailto:a@b.nl">mail</a>')),
        ("<@U0LARS> <@U0GONE|lost>", line('<span class="mention">@Lars</span> <span class="mention">@lost</span>')),
        ("<@U0ANNA>", line('<span class="mention mention-me">@Anna</span>')),
        ("<#C0SUPPORT>", line('<span class="mention">#webcare</span>')),
        (
            "<!here> <!channel>",
            " ".join(f'<span class="mention mention-me">@{to}</span>' for to in ("here", "channel")),
        ),
        (
            ":tada: :no_such_thing: 16:40:00",
            line('<span role="img" aria-label="tada">🎉</span> :no_such_thing: 16:40:00'),
        ),
    ],
)
def test_references_become_names_and_links(parser: Page, text: str, html: str) -> None:
    assert html in shown(parser, text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"<!date^{FRIDAY}^at {{time}}|then>", "at 16:40"),
        (f"<!date^{FRIDAY}^{{date_short_pretty}} {{time}}|then>", "Today 16:40"),
        (f"<!date^{FRIDAY}^due {{date_pretty}}|then>", "due today"),
        (f"<!date^{FRIDAY - 86_400}^{{date_long_pretty}}|then>", "Yesterday"),
        (f"<!date^{FRIDAY - 7 * 86_400}^{{date_short_pretty}}|then>", "13 Nov 2026"),
        (f"<!date^{FRIDAY}^{{date_num}} {{time_secs}}|then>", "2026-11-20 16:40:00"),
        (f"<!date^{FRIDAY - 1800}^{{ago}}|then>", "30 minutes ago"),
        (f"<!date^{FRIDAY}^{{what}}|then>", "{what}"),
    ],
)
def test_dates_follow_the_acting_users_time_zone(parser: Page, text: str, words: str) -> None:
    assert shown(parser, text) == line(f"<time>{words}</time>")


@pytest.mark.parametrize(
    "text",
    [
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<javascript:alert(1)|click>",
        "&lt;!channel&gt; &lt;@U0LARS&gt; &lt;mailto:me@evil.example|bank&gt;",
        "&amp;lt;b&amp;gt;",
    ],
)
def test_hostile_text_makes_no_element_of_its_own(parser: Page, text: str) -> None:
    assert re.findall(r"<[^/>]*>", shown(parser, text)) == ["<span>"]
