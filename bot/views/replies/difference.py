"""How one text became another: old words struck out, new ones bold."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from bot.domain.common.clean import clean
from bot.views.common.blocks import QUOTED, Block
from bot.views.common.text import cut

_PIECES = re.compile(r"\s+|[^\s\w]|\w+")
MOST = 150  # pieces of text in one block: each needs room of its own in a message


def difference(old: str, new: str, limit: int = QUOTED * 2) -> Block:
    """Show both texts in one behind a quotation bar; what stands in both is shown once."""
    before, after = _pieces(old, limit), _pieces(new, limit)
    found: list[Block] = []
    for what, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        gone, come = "".join(before[i:j]), "".join(after[k:m])
        if what == "equal":
            found.append({"type": "text", "text": come})
            continue
        if gone:
            found.append({"type": "text", "text": gone, "style": {"strike": True}})
        if gone and come and not gone[-1].isspace() and not come[0].isspace():
            found.append({"type": "text", "text": " "})  # else they read as one word
        if come:
            found.append({"type": "text", "text": come, "style": {"bold": True}})
    return {"type": "rich_text", "elements": [{"type": "rich_text_quote", "elements": found[:MOST]}]}


def _pieces(text: str, limit: int) -> list[str]:
    """Split a text into words, signs and spaces; a dash stands for nothing."""
    return _PIECES.findall(cut(clean(text), limit)) or ["—"]
