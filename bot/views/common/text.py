"""Text on its way to Slack: cut to length, with other people's words made harmless.

Customers' words are hostile input. Whole posts are rich text (`rich.py`). Names, handles and first words inside a line
of ours go through `escape`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import accumulate, takewhile

import babel

from bot.domain.common.clean import clean
from bot.platform.i18n import Translator

ELLIPSIS = "…"
SECTION = 2900  # characters; Slack takes 3,000 in a section, and a heading needs room
NO_LANGUAGE = ("und", "zxx", "mul", "art")
_UNFINISHED = re.compile(r"(<[^<>]*|&[a-z]{0,4})$")
# Slack's formatting characters at the edge of a word, where they could take effect; jan_de_vries keeps his name.
_FORMATTING = re.compile(r"(?<!\w)[*_~]|[*_~](?!\w)|`")
_LOOK_ALIKES = str.maketrans({"*": "\u2217", "_": "\u02cd", "~": "\u223c", "`": "\u02cb"})
_QUOTING = re.compile(r"^>+")
_EMOJI = re.compile(r":(?=[\w+'-]+:)")
_SIZES = {"&": len("&amp;"), "<": len("&lt;"), ">": len("&gt;")}
_ISOLATE, _END = "\u2068", "\u2069"
_RIGHT_TO_LEFT = ("R", "AL")


def cut(text: str, limit: int) -> str:
    """Shorten text to `limit` characters. A cut ends in an ellipsis, at the end of a word if one is near."""
    if len(text) <= limit:
        return text
    kept = text[: limit - 1]
    space = max(kept.rfind(" "), kept.rfind("\n"))
    if space >= limit - 20:
        kept = kept[:space]
    return kept.rstrip("\u200d \n") + ELLIPSIS


def cut_markup(markup: str, limit: int) -> str:
    """Shorten Slack mark-up like `cut`, but never inside a link or an escaped character."""
    if len(markup) <= limit:
        return markup
    return _UNFINISHED.sub("", markup[: limit - 1]).rstrip("\n") + ELLIPSIS


def line(text: str, limit: int = 200) -> str:
    """Clean the text and put it on one line of at most `limit` characters."""
    return cut(" ".join(clean(text).split()), limit)


def escape(text: str, limit: int = 200) -> str:
    """Turn other people's words into Slack mark-up without any effect: no mention, link, formatting or emoji.

    `&`, `<` and `>` are escaped as Slack documents. Slack has no escape for `*`, `_`, `~`, the backtick and `:emoji:`,
    so look-alikes replace them wherever they would take effect. Right-to-left words are isolated, so that they do not
    reorder the rest of the line. The result is at most 5 times `limit` long.
    """
    words = _defused(line(text, limit))
    if any(unicodedata.bidirectional(char) in _RIGHT_TO_LEFT for char in words):
        return f"{_ISOLATE}{words}{_END}"
    return words


def code(text: str, limit: int = 200) -> str:
    """Show other people's words as code, in which Slack shows `:emoji:` and formatting as they were typed."""
    words = line(text, limit).replace("`", "\u02cb")
    return f"`{words.replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;')}`"


def pieces(text: str) -> Iterator[str]:
    """Split `text` into parts that each fit a section once escaped.

    A part fits whichever way Slack counts an emoji. The split falls between words if possible.
    """
    while text:
        sizes = accumulate(_SIZES.get(char, 2 if ord(char) > 0xFFFF else 1) for char in text)
        end = sum(1 for _ in takewhile(lambda size: size <= SECTION, sizes))
        space = max(text.rfind(" ", 0, end), text.rfind("\n", 0, end)) + 1
        if end < len(text) and space > end - 100:
            end = max(space, 1)
        yield text[:end]
        text = text[end:]


def _defused(words: str) -> str:
    """Make Slack show one line exactly as it stands."""
    words = _QUOTING.sub(lambda found: "\u203a" * len(found[0]), words)
    words = _FORMATTING.sub(lambda found: found[0].translate(_LOOK_ALIKES), words)
    words = _EMOJI.sub("\u2236", words)
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def web_address(url: str | None) -> str | None:
    """Return `url` if Slack will take it: http or https, no white space, at most 3,000 characters. Else None."""
    if url and len(url) <= 3000 and re.fullmatch(r"https?://[^\s/][^\s\x00-\x1f\ud800-\udfff]*", url):
        return url
    return None


def link(url: str | None, label: str) -> str:
    """Link `label` (mark-up) to `url`; return the label alone if the address cannot be shown."""
    address = web_address(url)
    if address is None or len(address) > 500:
        return label
    for char, code in (("|", "%7C"), ("<", "%3C"), (">", "%3E"), ("&", "&amp;")):
        address = address.replace(char, code)
    return f"<{address}|{label}>"


def utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def is_near(at: datetime, *others: datetime) -> bool:
    """Tell whether a time of day alone is unambiguous: `at` is within 12 hours of every other instant."""
    return all(abs(at - other) < timedelta(hours=12) for other in others)


def quoted(words: str, t: Translator) -> str:
    """Put words in the reader's quotation marks: “so” or ”så”. They are escaped already where that is needed."""
    return t("“{words}”", words=words)


def date(at: datetime, pattern: str = "{time}") -> str:
    """Build a Slack date: each reader sees `pattern` in their own time zone; clients without that see UTC.

    Patterns: https://docs.slack.dev/messaging/formatting-message-text#date-formatting
    """
    return f"<!date^{int(at.timestamp())}^{pattern}|{utc(at)}>"


def moment(at: datetime, *near: datetime) -> str:
    """Show the time of day, with the day if the time alone could be misread next to the instants `near`.

    The day comes last, because sentences say "at {time}": "at 20:44 (yesterday)". Further days have their weekday.
    """
    return date(at, "{time}" if is_near(at, *near) else "{time} ({date_long_pretty})")


def language_name(code: str | None, t: Translator) -> str | None:
    """Name a language as within a sentence of the reader's; None if it could not be told or the code is unknown."""
    if code is None or code in NO_LANGUAGE:
        return None
    return babel.Locale(t.language).languages.get(code.replace("-", "_"))


def person(slack_id: str) -> str:
    return f"<@{slack_id}>"


def named(agent: str, names: Mapping[str, str]) -> str:
    """Name a colleague without ringing them, unless Slack has never told their name. `names` are by Slack id."""
    name = names.get(agent)
    return f"*{escape(name, 60)}*" if name and name != agent else person(agent)
