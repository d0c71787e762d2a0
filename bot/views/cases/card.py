"""The card: a thread's one message in the team's channel, always showing the thread's current state."""

from __future__ import annotations

from bot.domain.cases.conversation import Post, Reply, ReplyState
from bot.domain.cases.thread import State
from bot.domain.common.clean import clean
from bot.platform.i18n import N_, Translator
from bot.views.cases.menu import menu
from bot.views.cases.models import Card
from bot.views.cases.state import clock, customer_and_place, on_its_way, state, undecided, when
from bot.views.common import blocks as b
from bot.views.common.blocks import QUOTED, Block, SlackMessage
from bot.views.common.destinations import why
from bot.views.common.reasons import reason
from bot.views.common.text import date, escape, language_name, line, link, person

MAX_PICTURES = 3


def card(card: Card, t: Translator) -> SlackMessage:
    """Show everything the team needs to act, with only the buttons that apply now."""
    stands = state(card, t)
    if card.thread.erased_at:
        text = f"*#{card.thread.id}*  {stands}"
        return b.message(text, b.section(text), b.actions(menu(card, t)))
    return b.message(
        notification(card, t),
        b.section(f"*#{card.thread.id}*  {customer_and_place(card, t)}"),
        *said(card, t),
        b.section("\n".join(filter(None, (stands, clock(card, t))))),
        *_escalations(card, t),
        *last_reply(card, t),
        buttons(card, t),
    )


def notification(card: Card, t: Translator) -> str:
    """Give the card in one line, for notifications and screen readers."""
    name = escape(card.thread.customer_label, 80)
    newest = card.newest
    words = escape(newest.text, QUOTED) if newest else t("deleted by the customer")
    return t(
        "#{number} · {name} on {network}: {words} · {state}",
        number=card.thread.id,
        name=name,
        network=card.network_name,
        words=words,
        state=state(card, t).replace("*", ""),
    )


def said(card: Card, t: Translator) -> list[Block]:
    """Show the customer's newest words and pictures, with language, followers and edits above them."""
    newest = card.newest
    blocks = [b.context(" · ".join(about))] if (about := _about(card, t)) else []
    if newest is None:
        return [*blocks, b.section(t("_The customer deleted what they wrote._"))]
    blocks.append(b.quote(newest.text))
    if len(clean(newest.text)) > QUOTED:
        more = b.actions(b.button(t("Show all"), "show_text", card.thread.id))
        blocks += [more] if more else []
    blocks += pictures(newest, t)
    if card.thread.reply_blocked_reason and card.thread.state is not State.CLOSED:
        why = reason(card.thread.reply_blocked_reason, card.network_name, t)
        blocks.append(
            b.context(
                t(
                    "🚫 You can't reply from here: {reason}. Please answer on {network} itself.",
                    reason=why,
                    network=card.network_name,
                )
            )
        )
    return blocks


def pictures(post: Post, t: Translator) -> list[Block]:
    """Show up to three pictures with the customer's own description; link to films and to further pictures."""
    blocks: list[Block] = []
    links = []
    for media in post.media:
        alt = line(media.alt or "", 1000)
        picture = media.kind == "photo" and len(blocks) < MAX_PICTURES
        if picture and (shown := b.image(media.url, alt or t("Picture from the customer, no description"))):
            blocks.append(shown)
            continue
        label = t("🖼️ Picture") if media.kind == "photo" else t("🎞️ Video")
        linked = link(media.url, label)
        if linked != label:
            links.append(f"{linked} {escape(alt, 100)}".strip())
    return [*blocks, b.context(" · ".join(links[:10]))] if links else blocks


def buttons(card: Card, t: Translator) -> Block | None:
    """Offer what can be done now. The card is the same for everybody, so roles are checked on the click."""
    thread = card.thread
    if thread.state is State.CLOSED:
        return b.actions(menu(card, t))
    coming, unknown = on_its_way(card), undecided(card)
    if coming:
        undo = b.button(t("Undo"), "undo", coming.id) if coming.state is ReplyState.QUEUED else None
        return b.actions(undo, menu(card, t))
    if unknown:
        return b.actions(*decide(card, unknown, t), menu(card, t))
    waiting = thread.state is State.WAITING
    return b.actions(
        b.button(t("Claim"), "claim", thread.id, style="primary") if waiting and not thread.owner else None,
        _answer(card, t, primary=waiting and thread.owner is not None),
        b.button(t("Escalate"), "escalate", thread.id) if waiting else None,
        menu(card, t),
    )


def _answer(card: Card, t: Translator, *, primary: bool) -> Block | None:
    if card.thread.reply_blocked_reason is None:
        return b.button(t("Reply"), "reply", card.thread.id, style="primary" if primary else None)
    post = card.newest
    return b.link_button(t("Open on {network}", network=card.network_name), "open_post", post.url if post else None)


def decide(card: Card, reply: Reply, t: Translator) -> list[Block | None]:
    """Offer the ways to settle a reply that may or may not have arrived."""
    newest = card.newest
    place = card.account_url or (newest.url if newest else None)
    sure = b.confirmation(
        t("Send it again?"),
        t("Check {network} first: if the reply did arrive, the customer gets it twice.", network=card.network_name),
        t("Send again"),
        t("Cancel"),
    )
    return [
        b.link_button(t("Look on {network}", network=card.network_name), "open_post", place),
        b.button(t("It was sent"), "mark_sent", reply.id),
        b.button(t("Send again"), "send_again", reply.id, confirm=sure),
    ]


def _about(card: Card, t: Translator) -> list[str]:
    thread, newest = card.thread, card.newest
    lost = sum(post.inbound and post.deleted_at is not None for post in card.posts)
    about = []
    if language := language_name(thread.language, t):
        about.append(language)
    if thread.customer_followers is not None:
        about.append(t.n("{n} follower", "{n} followers", thread.customer_followers))
    if newest:
        about.append(link(newest.url, t("Post on {network}", network=card.network_name)))
        if newest.edited_at:
            about.append(t("edited at {time}", time=when(newest.edited_at, card)))
    if lost and newest:
        about.append(t.n("{n} post deleted by the customer", "{n} posts deleted by the customer", lost))
    if card.customer_posts > 1 and newest:
        about.append(t.n("{n} post, the newest:", "{n} posts, the newest:", card.customer_posts))
    return about


def _escalations(card: Card, t: Translator) -> list[Block]:
    texts = []
    for request in card.escalations[-3:]:
        asked = {
            "target": person(request.target) if request.target == request.channel else escape(request.target, 80),
            "why": escape(request.why, 300),
            "by": person(request.by),
        }
        if request.taken_by and request.taken_at:
            at = when(request.taken_at, card)
            texts.append(
                t(
                    "🙋 Escalated to *{target}* by {by}: {why} · taken over by {person} at {time}",
                    **asked,
                    person=person(request.taken_by),
                    time=at,
                )
            )
        else:
            texts.append(t("🙋 Escalated to *{target}* by {by}: {why}", **asked))
            if code := card.unreached.get(request.channel):
                texts.append(
                    t(
                        "⚠️ *Not delivered to {target}*: {reason}. Please ask them another way.",
                        target=asked["target"],
                        reason=why(request.channel, code, t),
                    )
                )
    return [b.context(*texts)] if texts else []


_REPLIES = {
    ReplyState.QUEUED: N_("Reply by {person}, will be sent at {due}:"),
    ReplyState.SENDING: N_("Reply by {person}, being sent:"),
    ReplyState.VERIFYING: N_(
        "Reply by {person}, sent at {tried}. {network} has not confirmed it yet. Please do not answer again:"
    ),
    ReplyState.RETRY_REQUESTED: N_(
        "Reply by {person}, will be sent again unless {network} already shows it. Please do not answer:"
    ),
    ReplyState.REJECTED: N_("⛔ *The reply by {person} was not sent:* {reason}. The text is kept:"),
    ReplyState.UNKNOWN: N_("{person} sent this at {tried}. {network} did not confirm it and does not show it:"),
}


def last_reply(card: Card, t: Translator) -> list[Block]:
    """Show what became of the last reply, with its text, and the last answer that did arrive."""
    reply, answer = card.reply, card.answer
    sent = _sent(card, answer, t) if answer else []
    if reply is None or reply.state not in _REPLIES:
        return sent
    text = t(
        _REPLIES[reply.state],
        person=person(reply.author),
        network=card.network_name,
        due=date(reply.send_at, "{time_secs}"),
        tried=when(reply.tried_at or reply.send_at, card),
        reason=reason(reply.error, card.network_name, t),
    )
    calm = reply.state in (ReplyState.QUEUED, ReplyState.SENDING)
    return [b.context(text) if calm else b.section(text), b.quote(reply.text), *sent]


def _sent(card: Card, reply: Reply, t: Translator) -> list[Block]:
    """Show the last answer: in full, or in one line if the customer waits again or a later reply exists."""
    ours = next((post for post in card.posts if not post.inbound and post.external_id == reply.external_id), None)
    seen = link(ours.url, t("See it on {network}", network=card.network_name)) if ours else None
    if card.thread.state is not State.WAITING and card.reply is reply:
        return [b.quote(reply.text), *([b.context(seen)] if seen else [])]
    at = when(reply.sent_at or reply.send_at, card)
    if reply.author:
        last = t("Last answer by {person} at {time}", person=person(reply.author), time=at)
    else:
        last = t("Last answer on {network} itself at {time}", network=card.network_name, time=at)
    return [b.context(" · ".join(filter(None, (f"{last}: “{escape(reply.text, 150)}”", seen))))]
