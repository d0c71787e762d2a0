"""Other people's words as rich text: Slack shows them as they stand, so they need no look-alikes.

In a rich_text block only elements do something. A text element has no mark-up, so nothing in it is a mention, a link,
an emoji or formatting, and it can be copied as it was written. Addresses become link elements that show themselves.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from itertools import islice

from bot.domain.common.clean import clean
from bot.views.common.blocks import MAX_PIECES, QUOTED, Block
from bot.views.common.text import ELLIPSIS, cut, line, pieces, web_address

# Never up to the ellipsis of a cut: half an address leads elsewhere.
_ADDRESS = re.compile(rf"https?://[^\s<>\"{ELLIPSIS}]++(?!{ELLIPSIS})")
_AFTER_ADDRESS = re.compile(r"[.,;:!?'|»\u203a”\u2019\])}]$")
_OPENED_BY = {")": "(", "]": "[", "}": "{"}


def quotation(text: str, limit: int = QUOTED) -> Block:
    """Show up to `limit` characters of somebody's words behind a quotation bar."""
    return _quoted(cut(clean(text), limit))


def marked(text: str, marked_words: Collection[str], limit: int = QUOTED, *, most: int | None = None) -> Block:
    """Show up to `limit` characters of somebody's words behind a quotation bar, with some of them marked.

    At most `most` places are marked, because each needs room in a message, however short it is.
    """
    kept = cut(clean(text), limit)
    listed = "|".join(re.escape(word) for word in sorted(marked_words, key=len, reverse=True))
    found: list[Block] = []
    end = 0
    for match in islice(re.finditer(rf"(?<!\w)(?:{listed})(?!\w)", kept), most):
        if before := kept[end : match.start()]:
            found.append({"type": "text", "text": before})
        found.append({"type": "text", "text": match[0], "style": {"bold": True, "code": True}})
        end = match.end()
    if rest := kept[end:]:
        found.append({"type": "text", "text": rest})
    return {"type": "rich_text", "elements": [{"type": "rich_text_quote", "elements": found}]}


def quotations(text: str) -> list[Block]:
    """Show all of somebody's words behind a quotation bar, in as many blocks as they need, up to 40."""
    return [_quoted(piece) for piece in islice(pieces(clean(text) or "—"), MAX_PIECES)]


def words(text: str, limit: int = 200, *, bold: bool = False) -> list[Block]:
    """Put up to `limit` characters of somebody's words on one line, as elements of a rich_text section."""
    return _elements(line(text, limit), bold=bold)


def section(*elements: Block) -> Block:
    """Build a block of one paragraph from rich text elements."""
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(elements)}]}


def _quoted(text: str) -> Block:
    return {"type": "rich_text", "elements": [{"type": "rich_text_quote", "elements": _elements(text)}]}


def _elements(text: str, *, bold: bool = False) -> list[Block]:
    """Split clean text into text and link elements; a dash stands for nothing, because Slack takes no empty text."""
    style = {"style": {"bold": True}} if bold else {}
    found: list[Block] = []
    end = 0
    for match in _ADDRESS.finditer(text):
        address = web_address(_without_punctuation(match[0]))
        if address is None:
            continue
        if before := text[end : match.start()]:
            found.append({"type": "text", "text": before} | style)
        found.append({"type": "link", "url": address} | style)
        end = match.start() + len(address)
    if rest := text[end:]:
        found.append({"type": "text", "text": rest} | style)
    return found or [{"type": "text", "text": "—"} | style]


def _without_punctuation(address: str) -> str:
    """Leave off what belongs to the sentence around an address: "(see https://a.example/b_(c))." keeps one bracket."""
    while _AFTER_ADDRESS.search(address):
        opened = _OPENED_BY.get(address[-1])
        if opened and address.count(opened) >= address.count(address[-1]):
            break
        address = address[:-1]
    return address
