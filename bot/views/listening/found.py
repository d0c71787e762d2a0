"""The one message an hour about what was found: somebody says of each post whether it becomes a card."""

from __future__ import annotations

from collections import Counter

from bot.domain.listening.found import Found, FoundState
from bot.platform.i18n import N_, Translator
from bot.views.common import blocks as b
from bot.views.common import rich
from bot.views.common.blocks import Block, SlackMessage
from bot.views.common.text import escape, link, moment, person
from bot.views.listening.models import FoundList

SHOWN = 8  # posts that wait for somebody's word
WORDS = 280  # characters of each
DECIDED = 12
NAMED = 4  # words by which they were found


def listing(shown: FoundList, t: Translator) -> SlackMessage:
    """List what was found, with buttons at what nobody has decided about yet."""
    waits = [one for one in shown.found if one.state is FoundState.OPEN]
    decided = [one for one in shown.found if one.by and one.state in (FoundState.CARD, FoundState.NOT_FOR_US)]
    decided += [one for one in shown.found if one.state is FoundState.CARD and not one.by]
    left = sum(one.state in (FoundState.LEFT, FoundState.GONE) for one in shown.found)
    heading = f"👂 *{_found(shown, t)}*"
    blocks: list[Block | None] = [b.section(heading)]
    for one in waits[:SHOWN]:
        blocks += _post(one, shown, t)
    if len(waits) > SHOWN:
        blocks.append(b.context(t("{n} more after these.", n=t.number(len(waits) - SHOWN))))
    blocks += [_decision(one, t) for one in decided[-DECIDED:]]
    if left:
        blocks.append(
            b.context(
                t.n("{n} was not decided in time, or is gone.", "{n} were not decided in time, or are gone.", left)
            )
        )
    return b.message(heading, *blocks)


def _found(shown: FoundList, t: Translator) -> str:
    """Say how many were found, and by which words: "7 found: 3 about storing, 4 about acme"."""
    counted = Counter(one.word for one in shown.found).most_common()
    parts = [t(_ABOUT, n=t.number(number), word=escape(word, 80)) for word, number in counted[:NAMED]]
    total = t(_TOTAL, n=t.number(len(shown.found)))
    return f"{total}: {', '.join(parts)}{' …' if len(counted) > NAMED else ''}"


_TOTAL = N_("{n} found")
_ABOUT = N_("{n} about {word}")


def _post(one: Found, shown: FoundList, t: Translator) -> list[Block | None]:
    mention = one.mention
    if mention is None:
        return []
    who = link(mention.url, f"@{mention.author.handle}") if mention.url else escape(f"@{mention.author.handle}", 80)
    return [
        b.context(" · ".join((who, moment(mention.posted_at, shown.at)))),
        rich.quotation(mention.text, WORDS),
        b.in_a_list(
            one.id,
            b.button(t("Make a card"), "found_card", one.id),
            b.button(t("Not for us"), "found_not_for_us", one.id),
        ),
    ]


def _decision(one: Found, t: Translator) -> Block:
    who = escape(f"@{one.author_handle}", 80) if one.author_handle else "…"
    if one.state is FoundState.CARD:
        made = t("#{number} by {person}", number=one.thread, person=person(one.by)) if one.by else f"#{one.thread}"
        return b.context(f"✅ {who} · {made}")
    said = t("not for us, says {person}", person=person(one.by or ""))
    text = f"✖️ {who} · {said}"
    return b.section(text, b.button(t("Undo"), "found_undo", one.id)) if one.mention else b.context(text)
