"""What is posted on Mastodon for a reply, and how long it is.

Mastodon counts what people see as one character (a grapheme cluster) as one, links as 23, and of a mention only the
name, as long as it takes them for links and mentions. A content warning counts along.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import unquote

import regex

from bot.networks import untrusted

URL_LENGTH = 23
NAME = r"[A-Za-z0-9_](?:[\w.-]*[A-Za-z0-9_])?"
_HOST = r"\w+(?:[.:-]+\w+)*"
_MENTION = re.compile(rf"(?<![=/\w])@({NAME})(@{_HOST})?")
_PATH = re.compile(r"/(?:[^\s<>()?]|\((?:[^\s<>()?]|\([^\s<>()?]+\))+\))*")
_QUERY = re.compile("\\?[a-z0-9!?*'();:&=+$/%#\\[\\]\\-_.,~|@^\u00a0-\U0010ffff]*", re.IGNORECASE)
_NOT_LAST_IN_PATH = "?!*\"'「」<>;:=,.$%[]~&|@"
_LAST_IN_QUERY = re.compile("[a-z0-9_&=#/\\-\u00a0-\U0010ffff]", re.IGNORECASE)
_LEADING_MENTIONS = re.compile(rf"\A\s*(?:@{NAME}(?:@{_HOST})?\s+)+")
_SCHEME = re.compile(r"https?://", re.IGNORECASE)
_BROKEN_AT = "@\u2060"  # with a character that nobody sees, so that it names nobody


def addressed(text: str, to: str, host: str, *, private: bool) -> str:
    """Put the customer's name in front, unless it is in the text; `host` is our server.

    `to` has no @ in front and perhaps no server if it is ours. The bare name of somebody from another server means
    them, where our server would take it for somebody else. Whom a private post names can read it. So in one, all others
    are named in a way that Mastodon takes for no name.
    """
    local, _, server = to.partition("@")
    whole = f"{local}@{server or host}".casefold()
    named = False

    def replaced(match: re.Match[str]) -> str:
        nonlocal named
        said = match[0][1:].casefold()
        customer = bool(to) and said in (local.casefold(), whole)
        named = named or customer
        if customer:
            return match[0] if said == whole or not server or server.casefold() == host.casefold() else f"@{to}"
        return _BROKEN_AT + match[0][1:] if private else match[0]

    written = _MENTION.sub(replaced, text)
    return written if named or not to else f"@{to} {written}"


def without_names(text: str) -> str:
    """Return a post of ours without the names that it begins with."""
    return _LEADING_MENTIONS.sub("", text, count=1)


def length(text: str, url_length: int = URL_LENGTH) -> int:
    """Return how many characters a text counts."""
    counted, place = [], 0
    for start, end, count in _entities(text, url_length):
        counted.append(text[place:start] + "x" * count)
        place = end
    return letters("".join(counted) + text[place:])


def letters(text: str) -> int:
    return sum(1 for _ in regex.finditer(r"\X", text))


def shortened(text: str, room: int) -> str:
    """Return as much of the text as has room, with a sign that there was more."""
    if letters(text) <= room:
        return text
    return "".join(match[0] for match, _ in zip(regex.finditer(r"\X", text), range(room - 1), strict=False)) + "…"


def comparable(words: str) -> str:
    """Reduce a reply to its letters and digits, without what a server changes: leading names, and schemes of links.

    This is deliberately generous. It is compared only with posts of our own that answer the same post and are no older
    than the try. Taking another reply for it does little harm; missing it answers the customer twice.
    """
    typed = "".join(char for char in words if unicodedata.category(char) != "Cf")
    bare = unicodedata.normalize("NFKC", unquote(_SCHEME.sub("", without_names(typed)))).casefold()
    return untrusted.letters(bare)


def _entities(text: str, url_length: int) -> Iterator[tuple[int, int, int]]:
    """Yield where links and mentions begin and end, and how many characters each counts."""
    links = list(_links(text))
    mentions = [
        (match.start(), match.end(), len(match[1]) + 1)
        for match in _MENTION.finditer(text)
        if not any(start < match.end() and match.start() < end for start, end in links)
    ]
    yield from sorted([(start, end, url_length) for start, end in links] + mentions)


def _links(text: str) -> Iterator[tuple[int, int]]:
    place = 0
    while match := _link_start().search(text, place):
        place = match.end()
        if path := _PATH.match(text, place):
            place += len(path[0].rstrip(_NOT_LAST_IN_PATH))
        if query := _QUERY.match(text, place):
            asked = query[0]
            while asked and not _LAST_IN_QUERY.match(asked[-1]):
                asked = asked[:-1]
            place += len(asked)
        yield match.start(), place


@functools.cache
def _link_start() -> re.Pattern[str]:
    """Return what a link begins with: its scheme and a domain that exists."""
    from twitter_text.regexp.valid_domain import valid_domain  # slow to load, and many processes never count

    schemes = "https?|dat|dweb|ipfs|ipns|ssb|gopher|gemini"
    before = "A-Za-z0-9@\uff20$#\uff03\ufffe\ufeff\uffff"
    return re.compile(rf"(?<![{before}])(?:{schemes})://(?:{valid_domain.pattern})(?::[0-9]+)?", re.IGNORECASE)
