"""What a rule would have brought, as an operator sees it who tries it. In English, like all of the command line."""

from __future__ import annotations

from collections import Counter
from datetime import UTC

from bot.domain.cases.mention import Mention
from bot.views.listening.models import Tried

WORDS = 160  # characters of each post


def shown(tried: Tried) -> str:
    """Say what the last day would have brought, oldest first, and what becomes of it."""
    counted = Counter(mention.found_by for mention in tried.found).most_common()
    words = ", ".join(f"{number} about {word}" for word, number in counted)
    total = len(tried.found)
    head = f"{tried.network_name}, the last day: {total} found" + (f" ({words})" if words else "")
    lines = [head + (", and there were more than were read" if tried.too_many else "")]
    lines += [_line(mention) for mention in tried.found]
    if total:
        lines.append("each would be asked about before it is a card" if tried.rule.asks else "each would be a card")
    out = tried.read - total - tried.left_out
    if tried.left_out:
        lines.append(f"left out as colleagues taught: {tried.left_out}")
    if out:
        lines.append(f"not meant, by our own or muted, or here already: {out}")
    busiest = Counter(mention.posted_at.astimezone(UTC).replace(minute=0, second=0) for mention in tried.found)
    if max(busiest.values(), default=0) > tried.rule.budget:
        lines.append(f"one hour had {max(busiest.values())}, more than its budget of {tried.rule.budget}")
    lines.append("nothing of this was stored")
    return "\n".join(map(_printable, lines)) + "\n"


def _line(mention: Mention) -> str:
    words = " ".join(mention.text.split())
    cut = words if len(words) <= WORDS else f"{words[:WORDS]}…"
    return f"{mention.posted_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC  @{mention.author.handle}: {cut}  {mention.url}"


def _printable(line: str) -> str:
    """Return the line without what steers a terminal."""
    return "".join(char if char.isprintable() else "\ufffd" for char in line)
