"""What a customer's post answers or quotes, in one line: "do something about this" says nothing without it."""

from __future__ import annotations

from bot.domain.cases.conversation import Post
from bot.domain.cases.mention import ReferenceKind
from bot.platform.i18n import N_, Translator
from bot.views.cases.models import Card, Referred
from bot.views.common import rich
from bot.views.common.blocks import Block
from bot.views.common.text import web_address

ON_CARD = 120  # characters of another's post
IN_FULL = 300

_SIGNS = {ReferenceKind.ANSWERS: "↩️", ReferenceKind.QUOTES: "🔁"}
_OURS = {ReferenceKind.ANSWERS: N_("Answers our post"), ReferenceKind.QUOTES: N_("Quotes our post")}
_THEIR_OWN = {ReferenceKind.ANSWERS: N_("Adds to their own post"), ReferenceKind.QUOTES: N_("Quotes their own post")}
_OF_SOMEBODY = {ReferenceKind.ANSWERS: N_("Answers @{handle}"), ReferenceKind.QUOTES: N_("Quotes @{handle}")}
_OF_ANYBODY = {ReferenceKind.ANSWERS: N_("Answers a post"), ReferenceKind.QUOTES: N_("Quotes a post")}
_GONE = {
    ReferenceKind.ANSWERS: N_("Answers a post that is deleted or protected"),
    ReferenceKind.QUOTES: N_("Quotes a post that is deleted or protected"),
}


def references(card: Card, post: Post, t: Translator, words: int = IN_FULL) -> list[Block]:
    """Show what the post refers to, each in a line with a link and up to so many characters of its words.

    What stands in the thread itself is no such reference.
    """
    return [rich.section(*_line(referred, words, t)) for referred in card.references.get(post.id, ())]


def _line(referred: Referred, words: int, t: Translator) -> list[Block]:
    sign = _SIGNS[referred.kind]
    if referred.gone:
        return [{"type": "text", "text": f"{sign} {t(_GONE[referred.kind])}"}]
    label, url = _label(referred, t), web_address(referred.url)
    linked: list[Block] = (
        [{"type": "text", "text": f"{sign} "}, {"type": "link", "url": url, "text": label}]
        if url
        else [{"type": "text", "text": f"{sign} {label}"}]
    )
    if not referred.text.strip():
        return linked
    return [*linked, {"type": "text", "text": ": “"}, *rich.words(referred.text, words), {"type": "text", "text": "”"}]


def _label(referred: Referred, t: Translator) -> str:
    if referred.whose == "ours":
        return t(_OURS[referred.kind])
    if referred.whose == "their own":
        return t(_THEIR_OWN[referred.kind])
    labels = _OF_SOMEBODY if referred.handle else _OF_ANYBODY
    return t(labels[referred.kind], handle=referred.handle)
