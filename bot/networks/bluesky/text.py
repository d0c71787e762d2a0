"""Texts of Bluesky: their length, and the facets that make links, mentions and hashtags of parts of them.

A facet names its part by places in UTF-8, not in characters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import regex

from bot.networks.base import Count
from bot.networks.bluesky.spec import HANDLE, SPEC
from bot.networks.untrusted import Json, link, mapping, mappings, string

MOST_BYTES = 3000
LONGEST_TAG = 64

_GRAPHEME = regex.compile(r"\X")
_SURROGATE = regex.compile("[\ud800-\udfff]")
_MENTION = regex.compile(rf"(?<![\w@./-])@({HANDLE})(?![\w@-])")
_SKIPPED = "\u00ad\u2060\u200a\u200b\u200c\u200d\u20e2"
_TAG = regex.compile(rf"(?<!\S)[#\uff03](?!\ufe0f)([^\s{_SKIPPED}]*[^\d\s\p{{P}}{_SKIPPED}][^\s{_SKIPPED}]*)")
_END = regex.compile(r"\p{P}+$")
_SCHEME = regex.compile("https?://", regex.IGNORECASE)
_CUT = ("…", "...")


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a text that leads somewhere: an address, a handle or a tag. `start` and `end` count characters."""

    kind: Literal["link", "mention", "tag"]
    start: int
    end: int
    value: str


def count(text: str) -> Count:
    """Return the length as Bluesky counts it: 300 letters as people see them and 3,000 bytes, whichever is tighter."""
    letters, size = len(_GRAPHEME.findall(text)), len(text.encode("utf-8", "replace"))
    refused = _SURROGATE.search(text)
    invalid = refused[0] if refused else ""
    if size * SPEC.text_limit > letters * MOST_BYTES:
        return Count(size, MOST_BYTES, invalid)
    return Count(letters, SPEC.text_limit, invalid)


def facets(text: str, did_of: Callable[[str], str]) -> list[Json]:
    """Return the facets of a text of ours.

    `did_of` finds whose handle it is; one that is nobody's (empty) stays text.
    """
    found: list[Json] = []
    for part in parts(text):
        feature: Json = {"$type": f"app.bsky.richtext.facet#{part.kind}"}
        match part.kind:
            case "link":
                feature["uri"] = part.value
            case "tag":
                feature["tag"] = part.value
            case "mention":
                did = did_of(part.value)
                if not did:
                    continue
                feature["did"] = did
        index: Json = {"byteStart": _bytes(text[: part.start]), "byteEnd": _bytes(text[: part.end])}
        found.append({"index": index, "features": [feature]})
    return found


def parts(text: str) -> list[Part]:
    """Return what leads somewhere in a text, in its order; no two overlap."""
    chosen: list[Part] = []
    for part in sorted([*_links(text), *_mentions(text), *_tags(text)], key=lambda part: part.start):
        if not chosen or part.start >= chosen[-1].end:
            chosen.append(part)
    return chosen


def written_out(record: Json) -> str:
    """Return a post's words, where what is only the look of a link is followed or replaced by where it leads."""
    words = string(record.get("text"))
    raw = words.encode()
    done, out = 0, b""
    for start, end, address in sorted(_linked(record, raw)):
        if start < done:
            continue
        shown = raw[start:end].decode()
        out += raw[done:start] + _with_address(shown, address).encode()
        done = end
    return (out + raw[done:]).decode()


def _linked(record: Json, raw: bytes) -> Iterator[tuple[int, int, str]]:
    for facet in mappings(record.get("facets")):
        index = mapping(facet.get("index"))
        start, end = index.get("byteStart"), index.get("byteEnd")
        if type(start) is not int or type(end) is not int or not 0 <= start < end <= len(raw):
            continue
        if _splits(raw, start) or _splits(raw, end):
            continue
        for feature in mappings(facet.get("features")):
            if feature.get("$type") == "app.bsky.richtext.facet#link" and (address := link(feature.get("uri"))):
                yield start, end, address


def _splits(raw: bytes, place: int) -> bool:
    """Tell whether a place is in the middle of a character."""
    return place < len(raw) and raw[place] & 0xC0 == 0x80


def _with_address(shown: str, address: str) -> str:
    bare = _SCHEME.sub("", address, count=1)
    seen = _SCHEME.sub("", shown, count=1)
    for sign in _CUT:
        seen = seen.removesuffix(sign)
    if bare.rstrip("/") == seen.rstrip("/"):
        return shown
    return address if seen and bare.startswith(seen) else f"{shown} ({address})"


def _links(text: str) -> Iterator[Part]:
    import twitter_text  # slow to load; it knows which endings of domains there are

    for found in twitter_text.extract_urls_with_indices(text):
        start, end = found["indices"]
        address = text[start:end]
        yield Part("link", start, end, address if _SCHEME.match(address) else f"https://{address}")


def _mentions(text: str) -> Iterator[Part]:
    for found in _MENTION.finditer(text):
        yield Part("mention", found.start(), found.end(), found[1])


def _tags(text: str) -> Iterator[Part]:
    for found in _TAG.finditer(text):
        tag = _END.sub("", found[1])
        if tag and len(_GRAPHEME.findall(tag)) <= LONGEST_TAG:
            yield Part("tag", found.start(), found.start(1) + len(tag), tag)


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "replace"))
