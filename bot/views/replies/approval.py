"""Looking at a colleague's reply before it goes: the request, its two forms, and the author's own line."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.domain.cases.conversation import Reply, ReplyState
from bot.domain.replies.mandate import Approval, Outcome
from bot.domain.replies.second_look import Finding
from bot.platform.i18n import N_, Translator
from bot.views.cases import approval as words
from bot.views.cases import picture
from bot.views.cases.card import said, thumbnail
from bot.views.cases.models import Card
from bot.views.cases.state import clock, customer_and_place, when
from bot.views.common import blocks as b
from bot.views.common import rich
from bot.views.common.blocks import Block, SlackMessage, View
from bot.views.common.text import date, escape, link, person
from bot.views.replies import second_look
from bot.views.replies.difference import difference
from bot.views.replies.models import Draft

CONFIRMED = 40  # names and findings that fit into the form's metadata

_OUTCOMES = {
    Outcome.APPROVED: N_("✅ {person} approved the reply by {author} to {number}."),
    Outcome.EDITED: N_("✅ {person} approved the reply by {author} to {number}, with an edit."),
    Outcome.RETURNED: N_("↩️ {person} returned the reply by {author} to {number}: {reason}"),
    Outcome.TAKEN_BACK: N_("🗑️ {person} took back the reply by {author} to {number}."),
}


def request(card: Card, reply: Reply, approval: Approval, t: Translator, to: Sequence[str] = ()) -> SlackMessage:
    """Ask to look at a reply: the customer's words, the reply and why; what became of it once that is decided.

    `to` are those whom it calls in the channel.
    """
    number = link(card.permalink, f"#{card.thread.id}")
    if reply.state is not ReplyState.AWAITING or card.thread.erased_at is not None:
        return b.message(_decided(card, reply, approval, number, t))
    asks = t(
        "🖐️ {author} asks you to look at a reply to {number} before it is sent: {needs}.",
        author=person(approval.author),
        number=number,
        needs=words.needs(approval.needs, t),
    )
    if called := words.called(to):
        asks = f"{called} {asks}"
    stands = " · ".join(filter(None, (clock(card, t), customer_and_place(card, t))))
    return b.message(
        asks,
        b.section(asks),
        b.section(stands, thumbnail(card, t)),
        *said(card, t),
        b.section(t("*The reply:*")),
        *(rich.quotation(text, 2 * b.QUOTED) for text in reply.posts),
        picture.shown_with(reply.picture, t),
        _promised(reply, t),
        b.actions(*words.decide(card, t)),
    )


def _decided(card: Card, reply: Reply, approval: Approval, number: str, t: Translator) -> str:
    if card.thread.erased_at is None and approval.outcome is not None:
        about = {"person": person(approval.decided_by or ""), "author": person(reply.author), "number": number}
        return t(_OUTCOMES[approval.outcome], **about, reason=escape(approval.reason or "—", 300))
    return t("✅ The reply to {number} needs nobody's approval any more.", number=number)


def edit_form(
    card: Card,
    reply: Reply,
    approval: Approval,
    text: str,
    seen: str,
    t: Translator,
    *,
    names: Sequence[str] = (),
    findings: Sequence[Finding] = (),
    confirmed: Collection[str] = (),
    changed: bool = False,
) -> View:
    """Build the form in which a colleague changes a reply before they approve it.

    `names` and `findings` are what they are asked about in it, and sending the form confirms these; `changed` says that
    the customer's words are others than before.
    """
    asked = bool(names or findings)
    keys = [*confirmed, *names, *(key for finding in findings for key in finding.keys)][:CONFIRMED]
    handles = ", ".join(f"*{escape(name, 80)}*" for name in names)
    passed = reply.promised_for is not None and reply.promised_for <= card.at
    return b.modal(
        "edit_approval",
        t("Reply #{number}", number=card.thread.id),
        [
            b.section(t("⚠️ *Not approved yet: something changed.* Please read it, then decide.")) if changed else None,
            b.section(words.stands(card, approval, t)),
            *said(card, t),
            b.section(t("⚠️ *Not approved yet: do you mean this?*")) if asked else None,
            b.section(t("It names somebody who has no part in this conversation: {names}", names=handles))
            if names
            else None,
            *second_look.found(findings, text, card.at, t),
            b.text_input(t("The reply, without its signature"), "text", value=text, placeholder=t("What goes out")),
            b.context(t("⏳ The time of the promise in it has passed: it goes out without one.")) if passed else None,
            b.context(t("{person} is shown what you changed, and can still undo it.", person=person(reply.author))),
        ],
        submit=t("Approve"),
        close=t("Cancel"),
        metadata={"reply": reply.id, "seen": seen, "confirmed": keys},
    )


def return_form(card: Card, reply: Reply, t: Translator) -> View:
    """Ask for the reason with which a reply goes back to its author."""
    return b.modal(
        "return_reply",
        t("Reply #{number}", number=card.thread.id),
        [
            *said(card, t),
            b.section(t("*The reply:*")),
            rich.quotation(reply.text),
            b.text_input(t("Why"), "reason", placeholder=t("What is to be different")),
            b.context(t("{person} reads it under the card and finds the text again.", person=person(reply.author))),
        ],
        submit=t("Return"),
        close=t("Cancel"),
        metadata={"reply": reply.id},
    )


def confirmation(reply: Reply, approval: Approval, t: Translator) -> SlackMessage:
    """Tell the author alone who is asked to look at their reply, and why, with a button to take it back."""
    about = {"number": reply.thread_id, "needs": words.needs(approval.needs, t)}
    if called := words.called(approval.asked):
        text = t("🖐️ Your reply to #{number} awaits approval by {asked}: {needs}.", **about, asked=called)
    else:
        text = t("🖐️ Your reply to #{number} awaits approval: {needs}.", **about)
    take_back = b.actions(b.button(t("Take back"), "undo", reply.id))
    return b.message(text, b.section(text), rich.quotation(reply.text), _promised(reply, t), take_back)


def edited(card: Card, reply: Reply, approval: Approval, t: Translator) -> SlackMessage:
    """Show the author alone how a colleague changed their reply, with a button to stop it while there is time."""
    about = {
        "person": person(approval.decided_by or ""),
        "number": link(card.permalink, f"#{reply.thread_id}"),
        "time": when(approval.decided_at or card.at, card),
    }
    text = t("✅ {person} approved your reply to {number} with an edit at {time}:", **about)
    undo = b.actions(b.button(t("Undo"), "undo", reply.id)) if reply.may_be_undone else None
    return b.message(text, b.section(text), difference(approval.original, reply.text), undo)


def foreseen(draft: Draft, t: Translator) -> list[Block]:
    """Say in the reply form that a colleague will look at the text first, and why the last one came back."""
    blocks = []
    last = draft.card.approval
    if last is not None and last.outcome is Outcome.RETURNED:
        about = {"person": person(last.decided_by or ""), "reason": escape(last.reason or "—", 600)}
        blocks.append(b.section(t("↩️ {person} returned this: {reason}", **about)))
    if draft.needs:
        said = t("🖐️ A colleague looks at it before it is sent: {needs}", needs=words.needs(draft.needs, t))
        blocks.append(b.context(said))
    return blocks


def _promised(reply: Reply, t: Translator) -> Block | None:
    if reply.promised_for is None:
        return None
    due = date(reply.promised_for, "{date_long_pretty} {time}")
    return b.context(t("🤝 With it {person} promises to come back by {due}.", person=person(reply.author), due=due))
