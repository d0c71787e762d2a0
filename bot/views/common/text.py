"""Words on their way to Slack: cut to length, and other people's words made harmless.

Customers' words are hostile input. Whole posts go through `quoted`; names, handles and first words that stand in a line
of ours go through `escape`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate, takewhile

import babel

from bot.platform.i18n import Translator

ELLIPSIS = "…"
SECTION = 2900  # of the 3,000 characters that Slack takes in one, with room for a heading
NO_LANGUAGE = ("und", "zxx", "mul", "art")
# Control characters, lone surrogates, and what reorders or hides the text after it. The joiners U+200C and U+200D stay:
# emoji and Persian need them.
_TRICKS = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\u00ad\u061c\u115f\u1160\u180e"
    "\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0]"
)
_BREAKS = re.compile(r"\r\n?|[\v\f\x85\u2028\u2029]")
_UNFINISHED = re.compile(r"(<[^<>]*|&[a-z]{0,4})$")
# Slack's formatting characters where they could begin or end a formatted stretch, so that jan_de_vries keeps his name.
_FORMATTING = re.compile(r"(?<!\w)[*_~]|[*_~](?!\w)|`")
_LOOK_ALIKES = str.maketrans({"*": "\u2217", "_": "\u02cd", "~": "\u223c", "`": "\u02cb"})
_QUOTING = re.compile(r"^>+")
_EMOJI = re.compile(r":(?=[\w+'-]+:)")
_SIZES = {"&": len("&amp;"), "<": len("&lt;"), ">": len("&gt;"), "\n": len("\n>")}
_ISOLATE, _END = "\u2068", "\u2069"
_RIGHT_TO_LEFT = ("R", "AL")


def cut(text: str, limit: int) -> str:
    """At most `limit` characters, the last one an ellipsis where it was cut, at a word's end if one is near."""
    if len(text) <= limit:
        return text
    kept = text[: limit - 1]
    space = max(kept.rfind(" "), kept.rfind("\n"))
    if space >= limit - 20:
        kept = kept[:space]
    return kept.rstrip("\u200d \n") + ELLIPSIS


def cut_markup(markup: str, limit: int) -> str:
    """`cut` for Slack mark-up: never in the middle of a link or of an escaped character."""
    if len(markup) <= limit:
        return markup
    return _UNFINISHED.sub("", markup[: limit - 1]).rstrip("\n") + ELLIPSIS


def clean(text: str) -> str:
    """The same words without control characters and without those that hide or reorder text. Line breaks stay."""
    return _TRICKS.sub("", _BREAKS.sub("\n", text)).strip()


def line(text: str, limit: int = 200) -> str:
    """Clean, on one line, at most `limit` characters."""
    return cut(" ".join(clean(text).split()), limit)


def escape(text: str, limit: int = 200) -> str:
    """Other people's words as Slack mark-up that shows them and does nothing: no mention, link, formatting or emoji.

    `&`, `<` and `>` are escaped as Slack's documentation says. It has no escape for `*`, `_`, `~`, the backtick and
    `:emoji:`, so look-alikes stand in for them where they would have an effect. Right-to-left words are isolated, so
    that they leave the order of the line alone. The result is at most 5 times `limit` long.
    """
    words = _defused(line(text, limit))
    if any(unicodedata.bidirectional(char) in _RIGHT_TO_LEFT for char in words):
        return f"{_ISOLATE}{words}{_END}"
    return words


def quoted(text: str, limit: int) -> str:
    """Other people's words behind Slack's quotation bar, line by line and as harmless as `escape` makes them.

    At most `limit` characters of theirs; the result is at most 6 times as long.
    """
    words = cut(clean(text), limit) or "\u2014"
    return "\n".join(f">{_defused(one)}" for one in words.split("\n"))


def pieces(text: str) -> Iterator[str]:
    """All of `text` in parts, each of which fits a section once it is escaped and quoted, however Slack counts an
    emoji; parted between words where that is possible."""
    while text:
        sizes = accumulate(_SIZES.get(char, 2 if ord(char) > 0xFFFF else 1) for char in text)
        end = sum(1 for _ in takewhile(lambda size: size <= SECTION, sizes))
        space = max(text.rfind(" ", 0, end), text.rfind("\n", 0, end)) + 1
        if end < len(text) and space > end - 100:
            end = max(space, 1)
        yield text[:end]
        text = text[end:]


def _defused(words: str) -> str:
    """One line that Slack shows as it stands."""
    words = _QUOTING.sub(lambda found: "\u203a" * len(found[0]), words)
    words = _FORMATTING.sub(lambda found: found[0].translate(_LOOK_ALIKES), words)
    words = _EMOJI.sub("\u2236", words)
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def web_address(url: str | None) -> str | None:
    """`url` where Slack will take it: http or https, no white space, at most 3,000 characters; else None."""
    if url and len(url) <= 3000 and re.fullmatch(r"https?://[^\s/][^\s\x00-\x1f\ud800-\udfff]*", url):
        return url
    return None


def link(url: str | None, label: str) -> str:
    """`label` (mark-up) linked to `url`, or the label alone where the address is none that can be shown."""
    address = web_address(url)
    if address is None or len(address) > 500:
        return label
    for char, code in (("|", "%7C"), ("<", "%3C"), (">", "%3E"), ("&", "&amp;")):
        address = address.replace(char, code)
    return f"<{address}|{label}>"


def utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def is_near(at: datetime, *others: datetime) -> bool:
    """Whether the time of day alone says which moment is meant: within 12 hours of every other one."""
    return all(abs(at - other) < timedelta(hours=12) for other in others)


def date(at: datetime, pattern: str = "{time}") -> str:
    """A Slack date: every reader sees `pattern` in their own time zone, clients that cannot do that see UTC.

    Patterns: https://docs.slack.dev/messaging/formatting-message-text#date-formatting
    """
    return f"<!date^{int(at.timestamp())}^{pattern}|{utc(at)}>"


def moment(at: datetime, *near: datetime) -> str:
    """The time of day, with its day too where the time alone could be misread next to the instants `near`."""
    return date(at, "{time}" if is_near(at, *near) else "{date_short_pretty} {time}")


def language_name(code: str | None, t: Translator) -> str | None:
    """A language in the reader's own; None where the network could not tell it, or says what no list knows."""
    if code is None or code in NO_LANGUAGE:
        return None
    name = babel.Locale(t.language).languages.get(code.replace("-", "_"))
    return name[:1].upper() + name[1:] if name else None


def person(slack_id: str) -> str:
    return f"<@{slack_id}>"
