"""A colleague's look at a draft: whom to ask, the note under the card, and the form for other words."""

from __future__ import annotations

from bot.domain.replies.look import Look
from bot.platform.i18n import N_, Translator
from bot.views.cases.models import Card
from bot.views.common import blocks as b
from bot.views.common import rich
from bot.views.common.blocks import QUOTED, Block, SlackMessage, View
from bot.views.common.text import person
from bot.views.replies.difference import difference

ASK, SUGGEST, TAKE = "ask_look", "suggest_change", "take_suggestion"


def in_reply(thread_id: int, t: Translator) -> Block | None:
    """Offer to have a colleague look at what is typed."""
    row = b.actions(b.button(t("Ask a colleague to look"), ASK, thread_id))
    return row | {"block_id": ASK} if row else None


def ask_form(thread_id: int, t: Translator) -> View:
    """Ask whom: a colleague, or nobody in particular."""
    choice = {"type": "users_select", "action_id": "to", "placeholder": b.plain(t("Choose a colleague"), 150)}
    return b.modal(
        ASK,
        t("Reply #{number}", number=thread_id),
        [
            b.input_block(t("Who is to look at it"), "to", choice) | {"optional": True},
            b.context(t("Your draft is shown under the card. Choose nobody to ask the channel.")),
        ],
        submit=t("Ask"),
        close=t("Cancel"),
        metadata={"thread": thread_id},
    )


def note(card: Card, look: Look, t: Translator) -> SlackMessage:
    """Show the draft under the card, then what is suggested for it."""
    owner = person(look.owner)
    if card.thread.erased_at is not None or not look.text:
        return b.message(t("📝 {person} had a draft looked at.", person=owner))
    about = {"person": owner, "colleague": person(look.suggested_by or look.asked or "")}
    if look.suggested_by is not None:
        asks = t("📝 {colleague} suggests a change to the draft by {person}:", **about)
        words = difference(look.text, look.suggestion)
    else:
        to_channel = N_("📝 {person} asks for a look at this draft:")
        to_one = N_("📝 {colleague}, {person} asks you to look at this draft:")
        asks = t(to_one if look.asked is not None else to_channel, **about)
        words = rich.quotation(look.text, 2 * QUOTED)
    if look.taken_at is not None:
        return b.message(asks, b.section(asks), words, b.context(t("✅ {person} took the suggestion.", person=owner)))
    take = b.button(t("Take the suggestion"), TAKE, look.id, style="primary") if look.suggested_by else None
    return b.message(asks, b.section(asks), words, b.actions(take, b.button(t("Suggest a change"), SUGGEST, look.id)))


def suggest_form(look: Look, t: Translator) -> View:
    """Offer the draft, or what was suggested last, to be changed."""
    return b.modal(
        SUGGEST,
        t("Reply #{number}", number=look.thread_id),
        [
            b.text_input(
                t("The draft"), "text", value=look.suggestion or look.text, placeholder=t("What you would write")
            ),
            b.context(t("{person} sees what you changed and can take it. Nothing is sent.", person=person(look.owner))),
        ],
        submit=t("Suggest"),
        close=t("Cancel"),
        metadata={"look": look.id},
    )


def typed_on(t: Translator) -> Block:
    """Say at the top of the form that the owner's own words are there too."""
    return b.section(t("📝 You had typed on meanwhile: your own text stands below the suggestion."))
