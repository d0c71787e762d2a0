"""The short answer to a command that succeeded."""

from __future__ import annotations

from bot.domain.cases.conversation import Reply
from bot.platform.i18n import N_, Translator
from bot.views.common import blocks as b
from bot.views.common.blocks import SlackMessage

_WORDS = {
    "claimed": N_("#{thread} is yours."),
    "released": N_("#{thread} is released: anybody can claim it."),
    "handed_over": N_("#{thread} is handed over to <@{to}>."),
    "escalated": N_("#{thread} is escalated. It stays with its owner until somebody takes over."),
    "closed": N_("#{thread} is closed without a reply."),
}


def done(what: str, thread: int, t: Translator, **details: str) -> SlackMessage:
    """Confirm a command.

    `what` is its event kind: "claimed", "released", "handed_over" (with `to`), "escalated" or "closed".
    """
    text = t(_WORDS[what], thread=thread, **details)
    return b.message(text)


def undone(reply: Reply, t: Translator) -> SlackMessage:
    """Give the text back to its author, so that they can use it again."""
    text = t("Stopped in time: your reply to #{thread} was not sent. Your text:", thread=reply.thread_id)
    again = b.actions(b.button(t("Reply"), "reply", reply.thread_id))
    return b.message(text, b.section(text), *b.literally(reply.text), again)
