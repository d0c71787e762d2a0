"""Words that a network gives as HTML, as plain text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from html.parser import HTMLParser

LONGEST = 200_000  # characters that are read; a hostile server sends more
_LINES = frozenset({"p", "div", "li", "ul", "ol", "blockquote", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "tr"})
_PARAGRAPHS = frozenset({"p", "blockquote", "pre", "ul", "ol"})
_UNSEEN = frozenset({"script", "style", "template", "title"})
_NAMED = re.compile(r"[@#\uff20\uff03]")
_SCHEME = re.compile(r"^https?://(www\.)?", re.IGNORECASE)


def text_of(html: str, names: Mapping[str, str] | None = None) -> str:
    """Return what a reader sees, with each link's whole address.

    `names` says what stands for links to people, by their address.
    """
    reader = _Reader(names or {})
    try:
        reader.feed(html[:LONGEST])
    except AssertionError:  # what the standard library makes of some declarations
        return re.sub(r"<[^<>]*>", "", html[:LONGEST]).strip()
    return reader.text()


class _Reader(HTMLParser):
    def __init__(self, names: Mapping[str, str]) -> None:
        super().__init__(convert_charrefs=True)
        self._names = names
        self._parts: list[str] = []
        self._unseen = 0
        self._ended = 2  # line ends at the end of what is written
        self._link: tuple[str, int] | None = None  # its address, and where its words begin among the parts

    def text(self) -> str:
        # What ends within a tag stays text. The library's `close` would begin anew behind each < of it.
        self.handle_data(unescape(self.rawdata))
        self._end_link()
        lines = (line.rstrip(" \t") for line in "".join(self._parts).split("\n"))
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag == "br":
            self._write("\n")
        elif tag == "a":
            self._end_link()
            self._link = (dict(attrs).get("href") or "", len(self._parts))
        elif tag in _LINES:
            self._break(1)
            if tag == "li":
                self._write("- ")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _UNSEEN:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif tag == "a":
            self._end_link()
        elif tag in _LINES:
            self._break(2 if tag in _PARAGRAPHS else 1)

    def handle_data(self, data: str) -> None:
        between_tags = data.isspace() and "\n" in data
        if not self._unseen and not between_tags:
            self._write(data)

    def _break(self, lines: int) -> None:
        """End the line, and leave an empty one after a paragraph."""
        self._write("\n" * (lines - self._ended))

    def _write(self, words: str) -> None:
        rest = words.rstrip("\n")
        self._ended = len(words) - len(rest) + (0 if rest else self._ended)
        self._parts.append(words)

    def _end_link(self) -> None:
        if self._link is None:
            return
        address, start = self._link
        self._link = None
        shown = "".join(self._parts[start:])
        self._parts[start:] = [self._named(address, shown)]

    def _named(self, address: str, shown: str) -> str:
        """Return a link as words: its address in full, and after other words what they lead to."""
        if not re.match("https?://", address, re.IGNORECASE) or _NAMED.match(shown.strip()):
            return self._names.get(address, shown)
        bare, words = _SCHEME.sub("", address).rstrip("/"), _SCHEME.sub("", shown.strip()).rstrip("/")
        if bare == words:
            return shown
        if not words or bare.startswith(words.rstrip("…")):
            return address
        return f"{shown.rstrip()} ({address})"
