"""What a tool posts, as an operator sees it who tries a mapping. In English, like all of the command line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC

from bot.domain.cases.mention import Mention

MAX_WORDS = 500  # characters


def shown(source: str, mentions: Sequence[Mention], left_out: int, in_vain: Sequence[str]) -> str:
    """Show every mention, and what the mapping looks for in vain."""
    events = f"{left_out} {'event' if left_out == 1 else 'events'} without words" if left_out else ""
    count = f"{len(mentions)} {'mention' if len(mentions) == 1 else 'mentions'}" if mentions else "nothing"
    lines = [f"{source}: {' and '.join(filter(None, (count, events)))}"]
    for number, mention in enumerate(mentions, 1):
        lines += ["", f"{number}.", *(f"   {name:<13} {value}" for name, value in _fields(mention))]
    if in_vain:
        lines += ["", f"found nowhere: {', '.join(in_vain)}"]
    return "\n".join(map(_printable, lines)) + "\n"


def _fields(mention: Mention) -> Iterator[tuple[str, str]]:
    yield "id", mention.id
    yield "conversation", mention.conversation
    yield "author", f"{mention.author.name or '(no name)'}, @{mention.author.handle} ({mention.author.id})"
    yield "at", f"{mention.posted_at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    yield "language", mention.language or "(told by the words)"
    yield "url", mention.url or "(none)"
    if mention.answer_until is not None:
        yield "answer_until", f"{mention.answer_until.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    yield "answer_url", mention.answer_url or "(none that may be called: answer there)"
    words = mention.text.splitlines() or [""]
    cut = "\n".join(words)[:MAX_WORDS].split("\n")
    yield "text", cut[0]
    yield from (("", line) for line in cut[1:])
    if len(mention.text) > MAX_WORDS:
        yield "", f"… ({len(mention.text)} characters)"


def _printable(line: str) -> str:
    """Return the line without what steers a terminal."""
    return "".join(char if char.isprintable() else "\ufffd" for char in line)
