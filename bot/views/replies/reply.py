"""Answering a customer: the modal, what its author is told meanwhile, and the outcome."""

from __future__ import annotations

from collections.abc import Collection, Sequence, Set
from datetime import datetime

from bot.domain.cases.conversation import Post, Reply, ReplyState
from bot.domain.cases.thread import State
from bot.domain.clock.said import Remark
from bot.domain.customers.customer import is_passed_on
from bot.domain.replies.second_look import Finding
from bot.platform.i18n import Translator
from bot.views.cases import customer_note, label, picture, promise, take_back
from bot.views.cases.card import pictures
from bot.views.cases.customer_line import customer_line
from bot.views.cases.models import Card
from bot.views.cases.references import references
from bot.views.cases.snooze import REMARKS
from bot.views.cases.state import held_up, post_on
from bot.views.cases.words import said_to_us
from bot.views.common import blocks as b
from bot.views.common import rich
from bot.views.common.blocks import QUOTED, Block, SlackMessage, View
from bot.views.common.modal_update import FILLED, filled, reopen_modal
from bot.views.common.reasons import reason
from bot.views.common.text import date, escape, line, link, moment, person
from bot.views.knowledge import suggestions
from bot.views.replies import advice, approval, incident_line, look, private_link, second_look
from bot.views.replies.models import Draft, Length

SHOWN = 6  # posts of the conversation that the modal shows
ASKED = "asked:"  # begins the block ids of a question about the text
CHANGE = "change_reply"
GUIDELINE = "guideline"
CONFIRMED = 40  # names and findings that fit into the modal's metadata; a text with more of them is asked about again
PART = 1500  # characters shown of each post in which a reply goes
OLDER = 300  # characters shown of each post but the newest


def modal(draft: Draft, t: Translator, count: Length | None = None) -> View:
    """Build the reply modal. `count` is (used, limit) as the network counts the whole text.

    Its block ids never change but where its field is filled anew, so an update keeps what the agent has typed.
    """
    said = _conversation(draft.card, t)
    if draft.writer is not None:
        said.append(b.context(t("✍️ {person} is writing", person=person(draft.writer))))
    if draft.typed_at is not None:
        typed = moment(draft.typed_at, draft.card.at)
        said.append(b.context(t("📝 What you typed at {time} is here again. It was not sent.", time=typed)))
    return _view(draft, t, said, draft.text, count, t("Send"))


def changed(
    draft: Draft,
    changes: tuple[Post | Reply, ...],
    text: str,
    t: Translator,
    count: Length | None = None,
    confirmed: Collection[str] = (),
    promised_for: datetime | None = None,
) -> View:
    """Build the modal again with what happened since it was opened; `draft.seen` includes the changes.

    `confirmed` are the names that its author was asked about.
    """
    warning = t("⚠️ *Not sent yet: something changed since you opened this.* Please read it, then decide.")
    news = changes[-SHOWN:]
    told = [block for change in news for block in _change(change, draft.card, t)]
    said = _conversation(draft.card, t, told={change.external_id for change in news})
    shown = [b.section(warning), *told, b.divider(), *said]
    return _view(draft, t, shown, text, count, t("Send anyway"), confirmed, promised_for)


def asked(
    draft: Draft,
    names: Sequence[str],
    findings: Sequence[Finding],
    text: str,
    t: Translator,
    count: Length | None = None,
    confirmed: Collection[str] = (),
    promised_for: datetime | None = None,
    *,
    may_add: bool = False,
) -> View:
    """Build the modal with a question: whether its author means what was found in the text.

    `names` are handles with their @ and names of colleagues who have no part in the conversation. Sending the modal
    confirms them and the `findings`, like those `confirmed` before. Who `may_add` can let misspelt words be right.
    """
    handles = ", ".join(f"*{escape(name, 50)}*" for name in names if name.startswith("@"))
    colleagues = ", ".join(f"*{escape(name, 80)}*" for name in names if not name.startswith("@"))
    who = {"customer": escape(_name(draft.card)), "network": draft.card.network_name}
    warnings = (
        t(
            "{handles} has no part in this conversation. On {network}, this mentions whoever has that name.",
            **who,
            handles=handles,
        )
        if handles
        else "",
        t("{customer} will read the name of a colleague: {colleagues}.", **who, colleagues=colleagues)
        if colleagues
        else "",
    )
    question = b.section("\n".join(filter(None, (t("⚠️ *Not sent yet: do you mean this?*"), *warnings))))
    change = b.actions(b.button(t("Change"), CHANGE, draft.card.thread.id))
    own = second_look.own_words(findings, t) if may_add else None
    asked_about = (question, *second_look.found(findings, text, draft.card.at, t), own, change)
    blocks = [block for block in asked_about if block]
    shown = [*_conversation(draft.card, t), *(block | {"block_id": f"{ASKED}{n}"} for n, block in enumerate(blocks))]
    keys = [key for finding in findings for key in finding.keys]
    submit = t("Send as it is") if findings else t("Send anyway")
    return _view(draft, t, shown, text, count, submit, [*confirmed, *names, *keys], promised_for)


def asked_again(shown: View, findings: Sequence[Finding], text: str, word: str, at: datetime, t: Translator) -> View:
    """Return the modal with its question once a word is one of ours: what is still asked about, if anything is."""
    question, *before = [each for each in shown["blocks"] if str(each.get("block_id")).startswith(ASKED)]
    said = [each for each in before if str(each["block_id"]).startswith(f"{ASKED}{second_look.OWN_WORD}")]
    said.append(second_look.added(word, t) | {"block_id": f"{ASKED}{second_look.OWN_WORD}{len(said)}"})
    of_names = "\n" in question["text"]["text"]
    if not (findings or of_names):
        left = unasked(shown, t)
        return left | {"blocks": _above_the_field(left["blocks"], said)}
    own = second_look.own_words(findings, t)
    blocks = [block for block in (*second_look.found(findings, text, at, t), own) if block]
    still = [block | {"block_id": f"{ASKED}{len(said)}:{n}"} for n, block in enumerate(blocks)]
    rest = [each for each in shown["blocks"] if each not in before or each == before[-1]]
    place = rest.index(question) + 1
    return reopen_modal(shown, [*rest[:place], *still, *said, *rest[place:]])


def _above_the_field(blocks: Sequence[Block], said: Sequence[Block]) -> list[Block]:
    field = next(place for place, block in enumerate(blocks) if block["type"] == "input")
    return [*blocks[:field], *said, *blocks[field:]]


def unasked(shown: View, t: Translator) -> View:
    """Return the modal without its question, to go on writing. What was asked about is not asked again."""
    left = [block for block in shown["blocks"] if not str(block.get("block_id")).startswith(ASKED)]
    return reopen_modal(shown, left) | {"submit": b.plain(t("Send"), 24)}


def gone(thread_id: int, why: str, text: str, t: Translator) -> View:
    """Build what is left of the modal when nothing can be answered any more: `why`, as mark-up, and what was typed."""
    kept = [b.section(t("What you typed is kept for an hour:")), *b.literally(text)] if text.strip() else []
    return b.modal(
        "reply",
        t("Reply #{number}", number=thread_id),
        [b.section(why), *kept],
        close=t("Close"),
        metadata={"thread": thread_id},
        notify_on_close=True,
    )


def confirmation(reply: Reply, t: Translator, remark: Remark | None = None) -> SlackMessage:
    """Tell the author alone what will be sent and when, with a button to stop it if there is time for that.

    `remark` is how the time of a promise was read.
    """
    if not reply.may_be_undone:
        text = t("Your reply to #{number} is on its way.", number=reply.thread_id)
        return b.message(text, b.section(text), *_with_picture(reply, t), *_promised(reply, remark, t))
    text = t(
        "Your reply to #{number} is sent in {duration}.",
        number=reply.thread_id,
        duration=t.exact(reply.send_at - reply.created_at),
    )
    undo = b.actions(b.button(t("Undo"), "undo", reply.id))
    return b.message(text, b.section(text), *_with_picture(reply, t), *_promised(reply, remark, t), undo)


def _with_picture(reply: Reply, t: Translator) -> list[Block]:
    with_it = picture.shown_with(reply.picture, t)
    return [*map(rich.quotation, reply.posts), *([with_it] if with_it else [])]


def _promised(reply: Reply, remark: Remark | None, t: Translator) -> list[Block]:
    """Say what the reply promises, so that a time that was read wrong is seen before it is sent."""
    if reply.promised_for is None:
        return []
    due = date(reply.promised_for, "{date_long_pretty} {time}")
    said = t("🤝 With it you promise to come back by {due}.", due=due)
    return [b.context(f"{said} {t(REMARKS[remark])}" if remark else said)]


def outcome(card: Card, reply: Reply, t: Translator) -> SlackMessage:
    """Tell the author alone what became of the reply. The text is always included, so it is never lost."""
    about = {
        "number": link(card.permalink, f"#{reply.thread_id}"),
        "network": card.network_name,
        "name": escape(_name(card)),
        "time": moment(reply.tried_at or reply.send_at, card.at),
    }
    match reply.state:
        case ReplyState.SENT:
            text = t("✅ Your reply to {name} ({number}) is on {network}.", **about)
            last = card.answer is not None and card.answer.id == reply.id
            undo = take_back.button(card, t) if last else None
            keep = b.actions(b.button(t("Into the bank"), "bank_add", reply.id), undo)
            return b.message(
                text, b.section(text), *b.literally(reply.text), picture.shown_with(reply.picture, t), keep
            )
        case ReplyState.TAKEN_BACK:
            text = t("↩️ Your reply to {name} ({number}) was taken back. Its text:", **about)
        case ReplyState.CAME_BACK:
            text = t("📭 Your reply to {name} ({number}) came back. Its text:", **about)
        case ReplyState.REJECTED:
            why = reason(reply.error, card.network_name, t)
            text = t("⛔ Your reply to {name} ({number}) was not sent: {reason}. Your text:", **about, reason=why)
            if reply.parts_done:
                text = t(
                    "⛔ Of your reply to {name} ({number}), {done} of {total} posts are on {network}; the rest was not "
                    "sent: {reason}. What is left:",
                    **about,
                    reason=why,
                    done=t.number(reply.parts_done),
                    total=t.number(len(reply.parts)),
                )
        case ReplyState.UNKNOWN:
            text = t(
                (
                    "❓ Your reply to {name} ({number}) was sent at {time}. {network} did not confirm it and "
                    "does not show it. Please check, then decide on the card:"
                ),
                **about,
            )
        case _ if held := held_up(card, t):
            text = f"⏳ {held[0]} ({about['number']}). {held[1]}"
        case _:
            text = t("Your reply to {name} ({number}) is on its way.", **about)
    can_answer = card.thread.state is not State.CLOSED and not card.thread.reply_blocked_reason
    once_more = reply.state is ReplyState.REJECTED and can_answer
    again = b.actions(b.button(t("Reply"), "reply", reply.thread_id)) if once_more else None
    return b.message(text, b.section(text), *b.literally(reply.left), picture.shown_with(reply.picture_left, t), again)


def _view(
    draft: Draft,
    t: Translator,
    said: list[Block],
    text: str,
    count: Length | None,
    submit: str,
    confirmed: Collection[str] = (),
    promised_for: datetime | None = None,
) -> View:
    card, seen = draft.card, draft.seen
    name = _name(card)
    typed = b.text_input(
        t("Your answer to {name}", name=name),
        "text",
        value=text,
        placeholder=t("What {name} will read", name=name),
        live=True,
    )
    return b.modal(
        "reply",
        t("Reply #{number}", number=card.thread.id),
        [
            *said,
            customer_line(card, t),
            *advice.in_reply(draft, t),
            *approval.foreseen(draft, t),
            *customer_note.in_short(draft.notes),
            *incident_line.about(draft, t),
            typed,
            counted(draft, count, t),
            *(picture.fields(draft.picture, t) if draft.takes_pictures else ()),
            *suggestions.in_reply(draft.suggested, t),
            private_link.in_reply(draft, t),
            promise.asked(t, promised_for),
            label.in_reply(card, t),
            _guideline_button(draft, t),
            look.in_reply(card.thread.id, t),
            *(promise.times(draft.offered, draft.zone, t, promised_for) if promised_for else ()),
            b.context(_as_whom(draft, t)),
        ],
        submit=submit,
        close=t("Cancel"),
        metadata={
            "thread": card.thread.id,
            # The key "message" stays, so that modals opened before an update still submit.
            "seen": {
                "message": seen.post_id,
                "reply": seen.reply_id,
                "at": seen.at.isoformat(),
                "elsewhere": seen.elsewhere,
            },
        }
        | ({"confirmed": [*confirmed][:CONFIRMED]} if confirmed else {}),
        notify_on_close=True,
    )


def _guideline_button(draft: Draft, t: Translator) -> Block | None:
    """Offer how the desk speaks, folded away: who knows it needs the room."""
    if not draft.guideline:
        return None
    shown = b.actions(b.button(t("How we write"), GUIDELINE, draft.card.thread.id))
    return shown | {"block_id": GUIDELINE} if shown else None


def with_guideline(draft: Draft, blocks: Sequence[Block]) -> list[Block]:
    """Return the modal's blocks with the guideline in place of its button."""
    unfolded = rich.quotation(draft.guideline, QUOTED * 4) | {"block_id": GUIDELINE}
    return [unfolded if block.get("block_id") == GUIDELINE else block for block in blocks]


def begun(draft: Draft, blocks: Sequence[Block], text: str, count: Length, t: Translator) -> list[Block]:
    """Return the modal's blocks with this text in the field, and without what else the knowledge bank has."""
    length = counted(draft, count, t)
    return [
        filled(block, text)
        if str(block.get("block_id")).partition(FILLED)[0] == "text"
        else length
        if block.get("block_id") == length["block_id"]
        else block
        for block in suggestions.left_out(blocks)
    ]


def promising(draft: Draft, blocks: Sequence[Block], t: Translator, *, ticked: bool) -> list[Block]:
    """Return the modal's blocks with the fields for a time below the tick, or without them."""
    left = [block for block in blocks if block.get("block_id") not in (promise.CHOICE, promise.OTHER)]
    at = next((place for place, block in enumerate(left) if block.get("block_id") == promise.ASKED), len(left)) + 1
    return [*left[:at], *promise.times(draft.offered, draft.zone, t), *left[at:]] if ticked else left


def _conversation(card: Card, t: Translator, told: Set[str | None] = frozenset()) -> list[Block]:
    """Show the newest posts, except those with a network id in `told`."""
    posts = [post for post in card.posts if not post.deleted_at][-SHOWN:]
    return [block for post in posts if post.external_id not in told for block in _post(post, card, OLDER, t)]


def _post(post: Post, card: Card, limit: int, t: Translator, what: str = "") -> list[Block]:
    """Show one post; the newest one in more length and with its pictures."""
    who = _bold_name(card) if post.inbound else _by_us(post, card, t)
    where = post_on(card, t) if card.thread.private and post.inbound else ""
    lead = " · ".join(filter(None, (who, moment(post.posted_at, card.at), where, what)))
    about = [b.section(lead), *references(card, post, t)]
    words = said_to_us(card, post) if post.inbound else post.text
    if post is card.newest:
        return [*about, rich.quotation(words, QUOTED * 2), *pictures(post, t)]
    return [*about, rich.quotation(words, limit)]


def _change(change: Post | Reply, card: Card, t: Translator) -> list[Block]:
    """Show one change, and in which thread it was if that is another one of the same customer."""
    if change.thread_id != card.thread.id:
        return [b.section(t("In #{number}:", number=change.thread_id)), *_changed(change, card, t)]
    return _changed(change, card, t)


def _changed(change: Post | Reply, card: Card, t: Translator) -> list[Block]:
    if isinstance(change, Reply):
        if change.author:
            lead = t("{person} answers:", person=person(change.author))
        else:
            lead = t("Answered on {network} itself:", network=card.network_name)
        return [b.section(lead), rich.quotation(change.text)]
    if change.deleted_at:
        return [b.section(t("{name} deleted a post", name=_bold_name(card)))]
    return _post(change, card, QUOTED, t, t("changed to:") if change.edited_at else "")


def _by_us(post: Post, card: Card, t: Translator) -> str:
    return person(post.author) if post.author else t("On {network} itself", network=card.network_name)


def _bold_name(card: Card) -> str:
    return f"*{escape(_name(card), 80)}*"


def _name(card: Card) -> str:
    return line(card.thread.customer_label, 80)


def counted(draft: Draft, count: Length | None, t: Translator) -> Block:
    """Build the modal's block "count": the length of the text, or the longest possible one if `count` is None."""
    if count is None:
        room = t("Up to {n} characters, plus the signature", n=t.number(draft.room))
        return b.context(room) | {"block_id": "count"}
    used, limit, parts = count
    if parts:
        goes = t.n("Goes as {n} post", "Goes as {n} posts, one below the other", len(parts))
        return b.context(f"*{goes}*", *(escape(part, PART) for part in parts)) | {"block_id": "count"}
    text = t("{used} of {limit} characters, signature included", used=t.number(used), limit=t.number(limit))
    if used > limit:
        over = t.n("{n} character too many", "{n} characters too many", used - limit)
        text = f"⚠️ *{over}* · {text}"
    return b.context(text) | {"block_id": "count"}


def _as_whom(draft: Draft, t: Translator) -> str:
    account = {"handle": escape(draft.card.handle, 50), "network": draft.card.network_name}
    signature = escape(draft.signature, 50)
    if is_passed_on(draft.card.thread.account):
        if not signature:
            return t("➡️ Goes to {network}, which passes it on", network=draft.card.network_name)
        return t("➡️ Goes to {network}, which passes it on, signed {signature}", **account, signature=signature)
    if draft.card.thread.private:
        alone = {"customer": escape(_name(draft.card)), **account}
        if not signature:
            return t("🔒 Goes in private to {customer} as *@{handle}* on {network}", **alone)
        return t(
            "🔒 Goes in private to {customer} as *@{handle}* on {network}, signed {signature}",
            **alone,
            signature=signature,
        )
    if not signature:
        return t("📣 Sent in public as *@{handle}* on {network}", **account)
    return t("📣 Sent in public as *@{handle}* on {network}, signed {signature}", **account, signature=signature)
