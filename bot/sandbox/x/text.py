"""How X reads a text: what counts, what is a link, handle or hashtag, and how it goes over the wire."""

from __future__ import annotations

import hashlib
import re
import string
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import escape
from typing import Any, Literal

from twitter_text import extract_urls_with_indices, parse_tweet

LIMIT = 280
"""Weighted characters in a post: a link counts 23; emoji and most Asian characters count 2."""
HANDLE = re.compile(r"(?<![A-Za-z0-9_!#$%&*@.])@([A-Za-z0-9_]{1,15})(?![A-Za-z0-9_@])")
HASHTAG = re.compile(r"(?<![\w&])#(\w*[^\W\d]\w*)")
SHORT_ALPHABET = string.ascii_letters + string.digits


@dataclass(frozen=True, slots=True)
class Link:
    """Where a short link leads and what X shows for it. `media_key` is set if it stands for a picture."""

    expanded: str
    display: str
    media_key: str | None = None


@dataclass(frozen=True, slots=True)
class Wire:
    """A text as X sends it: links shortened, & < > escaped, and entities with positions in that text."""

    text: str
    entities: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Span:
    start: int
    end: int
    kind: Literal["url", "mention", "hashtag"]
    value: str


def weight(text: str) -> int:
    """Return the length as X counts it."""
    return int(parse_tweet(text).weightedLength)


def handles_in(text: str) -> list[str]:
    """Return the mentioned handles in order, lower case, without the @."""
    return [found.group(1).lower() for found in HANDLE.finditer(text)]


def has_link(text: str) -> bool:
    return bool(extract_urls_with_indices(text))


def short_link(url: str) -> str:
    """Return the t.co link for an address: always the same one, so that tests can expect it."""
    number = int.from_bytes(hashlib.sha256(url.encode()).digest()[:8])
    return "https://t.co/" + "".join(SHORT_ALPHABET[(number >> 6 * place) % 62] for place in range(10))


def cut(text: str, tail_weight: int) -> str:
    """Return as many whole words of `text` as leave room for a tail of `tail_weight` within the limit."""
    words = list(re.finditer(r"\S+", text))
    low, high = 0, len(words)
    while low < high:
        middle = (low + high + 1) // 2
        if weight(text[: words[middle - 1].end()]) + tail_weight <= LIMIT:
            low = middle
        else:
            high = middle - 1
    return text[: words[low - 1].end()] if low else text[: (LIMIT - tail_weight) // 2]


def wire(text: str, id_of: Callable[[str], str | None], tail: tuple[Link, ...] = ()) -> Wire:
    """Write `text` as X does. `id_of` returns the account id of a known handle; `tail` are links that X adds."""
    out: list[str] = []
    entities: dict[str, list[dict[str, Any]]] = {}
    length = position = 0

    def put(piece: str) -> tuple[int, int]:
        nonlocal length
        out.append(piece)
        length += len(piece)
        return length - len(piece), length

    for span in _spans(text):
        put(escape(text[position : span.start], quote=False))
        raw, position = text[span.start : span.end], span.end
        if span.kind == "url":
            address = span.value if "://" in span.value else "http://" + span.value
            link = Link(address, span.value.partition("://")[2] or span.value)
            entities.setdefault("urls", []).append(_link_entity(link, put))
        elif span.kind == "hashtag":
            start, end = put(raw)
            entities.setdefault("hashtags", []).append({"start": start, "end": end, "tag": span.value})
        else:
            start, end = put(raw)
            if account_id := id_of(span.value):
                mention = {"start": start, "end": end, "username": span.value, "id": account_id}
                entities.setdefault("mentions", []).append(mention)
    put(escape(text[position:], quote=False))
    for link in tail:
        put(" ")
        entities.setdefault("urls", []).append(_link_entity(link, put))
    return Wire("".join(out), entities)


def _link_entity(link: Link, put: Callable[[str], tuple[int, int]]) -> dict[str, Any]:
    short = short_link(link.expanded)
    start, end = put(short)
    entity = {"start": start, "end": end, "url": short, "expanded_url": link.expanded, "display_url": link.display}
    return entity | ({"media_key": link.media_key} if link.media_key else {})


def _spans(text: str) -> Iterator[_Span]:
    found = ((*url["indices"], url["url"]) for url in extract_urls_with_indices(text))
    urls = [_Span(start, end, "url", address) for start, end, address in found]
    others = [_Span(m.start(), m.end(), "mention", m.group(1)) for m in HANDLE.finditer(text)]
    others += [_Span(m.start(), m.end(), "hashtag", m.group(1)) for m in HASHTAG.finditer(text)]
    free = [span for span in others if not any(url.start <= span.start < url.end for url in urls)]
    yield from sorted(urls + free, key=lambda span: span.start)
