"""What awaits a colleague's approval, on the card and wherever else it can be decided."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.cases.conversation import ReplyState
from bot.domain.customers.last_resort import Signal
from bot.domain.replies.mandate import Approval, Need, NeedKind, said_so_far
from bot.platform.i18n import N_, Translator
from bot.views.cases.models import Card
from bot.views.cases.state import awaiting, when
from bot.views.common import blocks as b
from bot.views.common import rich
from bot.views.common.blocks import Block
from bot.views.common.text import escape, person
from bot.views.customers.last_resort import WORDS as SIGNALS

APPROVE, EDIT, RETURN = "approve_reply", "edit_approval", "return_reply"
MOST_NAMED = 5  # reasons that one line names

_NEEDS = {
    NeedKind.ALL: N_("every reply is looked at here"),
    NeedKind.TRAINEE: N_("its author is in training"),
    NeedKind.LABEL: N_("the label “{what}”"),
    NeedKind.WORD: N_("the word “{what}”"),
}


def needs(some: Iterable[Need], t: Translator) -> str:
    """Say why a colleague has to look at a reply: "the label “Refund”, the word “refund”"."""
    return ", ".join(_need(need, t) for need in list(some)[:MOST_NAMED])


def _need(need: Need, t: Translator) -> str:
    if need.kind is NeedKind.LAST_RESORT:
        return t("the customer {says}", says=t(SIGNALS[Signal(need.what)]))
    return t(_NEEDS[need.kind], what=escape(need.what, 80))


def called(asked: Iterable[str]) -> str:
    """Mention members and user groups; "" if there are none."""
    return ", ".join(f"<!subteam^{id_}>" if id_.startswith("S") else person(id_) for id_ in asked)


def on_card(card: Card, t: Translator) -> list[Block]:
    """Say who is asked to look at the reply and since when, or who returned it and why, with its text."""
    reply, approval = card.reply, card.approval
    if reply is None or approval is None:
        return []
    if reply.state is ReplyState.RETURNED:
        about = {"person": person(approval.decided_by or ""), "author": person(reply.author)}
        about |= {"time": when(approval.decided_at or card.at, card), "reason": escape(approval.reason or "—", 600)}
        said = t("↩️ *{person} returned the reply by {author}* at {time}: {reason}", **about)
    else:
        said = stands(card, approval, t)
    return [b.section(said), rich.quotation(reply.text)]


def stands(card: Card, approval: Approval, t: Translator) -> str:
    """Say whose reply awaits whose approval, since when and why."""
    about = {
        "author": person(approval.author),
        "since": when(approval.asked_at, card),
        "asked": called(approval.asked),
        "needs": needs(approval.needs, t),
    }
    if approval.asked:
        return t("🖐️ The reply by {author} awaits approval by {asked} since {since}: {needs}.", **about)
    return t("🖐️ The reply by {author} awaits approval since {since}: {needs}.", **about)


def decide(card: Card, t: Translator) -> list[Block]:
    """Offer what a colleague can do about a reply that awaits approval; [] if none does.

    A button knows what the customer had said when it was shown.
    """
    reply = awaiting(card)
    if reply is None:
        return []
    value = f"{reply.id}:{said_so_far(card.posts)}"
    return [
        b.button(t("Approve"), APPROVE, value, style="primary"),
        b.button(t("Approve with an edit"), EDIT, value),
        b.button(t("Return"), RETURN, value),
    ]
