"""Take back: what the card says of an answer that the customer has no more, the form, and the command's answer."""

from __future__ import annotations

from bot.domain.cases.conversation import Reply, ReplyState
from bot.platform.i18n import N_, Translator
from bot.views.cases.models import Card
from bot.views.cases.state import when
from bot.views.common import blocks as b
from bot.views.common import rich
from bot.views.common.blocks import Block, SlackMessage, View
from bot.views.common.text import escape, person

TAKE_BACK = "take_back"


_GONE = {
    ReplyState.TAKEN_BACK: N_("↩️ *{person} took the answer by {author} back* at {time}: {reason}"),
    ReplyState.CAME_BACK: N_("📭 *The answer by {author} came back* at {time}: {reason}"),
}
_OWN = N_("↩️ *{person} took their own answer back* at {time}: {reason}")


def button(card: Card, t: Translator) -> Block | None:
    """Offer to take the last answer back, where that can be. Its value is the thread and the answer, as in "1042:7"."""
    if not card.can_take_back or card.answer is None:
        return None
    return b.button(t("Take back"), TAKE_BACK, f"{card.thread.id}:{card.answer.id}")


def on_card(card: Card, t: Translator) -> Block | None:
    """Say that the last answer is being taken back, by whom and why; or that it was, or came back."""
    reply = card.reply
    if reply is not None and reply.state in _GONE:
        own = reply.state is ReplyState.TAKEN_BACK and reply.back_by == reply.author
        return b.section(t(_OWN if own else _GONE[reply.state], **_about(reply, card)))
    answer = card.answer
    if answer is not None and answer.back_by is not None:
        return b.context(t("↩️ {person} has this answer taken back: {reason}", **_about(answer, card)))
    return None


def _about(reply: Reply, card: Card) -> dict[str, str]:
    return {
        "person": person(reply.back_by or ""),
        "author": person(reply.author) if reply.author else "—",
        "time": when(reply.back_at or card.at, card),
        "reason": escape(reply.back_why or "—", 600),
    }


def modal(card: Card, reply: Reply, t: Translator) -> View:
    """Ask why, below the words that will be deleted."""
    about = {"network": card.network_name, "time": when(reply.sent_at or reply.send_at, card)}
    return b.modal(
        TAKE_BACK,
        t("Take back #{number}", number=card.thread.id),
        [
            b.section(t("This answer, sent at {time}, is deleted on {network}:", **about)),
            rich.quotation(reply.text),
            b.text_input(
                t("Why it is taken back"),
                "reason",
                placeholder=t("For example: wrong customer, wrong date"),
            ),
            b.context(
                t("The customer may have read it. They wait again since they wrote. The reason is for colleagues.")
            ),
        ],
        submit=t("Take back"),
        close=t("Cancel"),
        metadata={"thread": card.thread.id, "reply": reply.id},
    )


def asked(thread: int, t: Translator) -> SlackMessage:
    """Confirm the command."""
    return b.message(
        t("The answer to #{thread} is being deleted. Its card says when the customer waits again.", thread=thread)
    )
