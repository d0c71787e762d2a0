"""The card: a thread's one message in the team's channel, always showing the thread's current state."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.cases.conversation import GONE_AGAIN, TO_BE_SENT, Escalation, Post, Reply, ReplyState
from bot.domain.cases.mention import Media
from bot.domain.cases.thread import State
from bot.domain.clock.targets import NagLevel
from bot.platform.i18n import N_, Translator
from bot.views.cases import (
    also_open,
    approval,
    close,
    customer_line,
    hide,
    incident,
    label,
    merge,
    mute,
    outcome,
    promise,
    take_back,
)
from bot.views.cases.menu import menu
from bot.views.cases.models import Card
from bot.views.cases.references import ON_CARD, references
from bot.views.cases.state import (
    awaiting,
    called,
    customer,
    customer_and_place,
    headline,
    held_up,
    on_its_way,
    post_on,
    resting,
    settled,
    settled_state,
    snoozed,
    state,
    undecided,
    when,
)
from bot.views.cases.words import said_to_us
from bot.views.common import blocks as b
from bot.views.common import rich
from bot.views.common.blocks import QUOTED, Block, SlackMessage
from bot.views.common.destinations import why
from bot.views.common.reasons import reason
from bot.views.common.text import date, escape, language_name, line, link, person, quoted, web_address

MAX_PICTURES = 3
MAX_UNANSWERED = 3  # posts that a card shows
EARLIER = 200  # characters of each but the newest
ANSWER = 150  # characters of an earlier answer that a card shows


def card(card: Card, t: Translator) -> SlackMessage:
    """Show everything the team needs to act, with only the buttons that apply now.

    The line at the end is the card's boundary: Slack shows an app's name once for messages that follow each other.
    """
    if card.thread.erased_at:
        text = f"*#{card.thread.id}*  {state(card, t)}"
        return b.message(text, b.section(text, menu(card, t)))
    if card.thread.merged_into:
        return merge.away(card, t)
    if settled(card):
        line = b.section(_in_a_line(card, t), menu(card, t))
        about = [promise.on_card(card, t), _rests(card, t), _thanks(card, t), _liked(card, t)]
        about += [take_back.on_card(card, t), hide.on_card(card, t), mute.on_card(card, t), *merge.merged(card, t)]
        return b.message(notification(card, t), line, *about, b.divider())
    return b.message(
        notification(card, t),
        b.section(f"{headline(card, t)}\n{_about(card, t)}", thumbnail(card, t)),
        *said(card, t),
        hide.on_card(card, t),
        customer_line.on_card(card, t),
        *incident.on_card(card, t),
        *merge.merged(card, t),
        *_escalations(card, t),
        _resolution(card, t),
        _writer(card, t),
        *([b.context(held[1])] if (held := held_up(card, t)) else []),
        *last_reply(card, t),
        promise.on_card(card, t),
        buttons(card, t),
        b.divider(),
    )


def notification(card: Card, t: Translator) -> str:
    """Give the card in one line, for notifications and screen readers: the customer's words come first."""
    newest = card.newest
    return t(
        "{words} · {name} on {network} · #{number} · {state}",
        words=escape(said_to_us(card, newest), QUOTED // 2) if newest else t("deleted by the customer"),
        name=called(card, limit=80),
        network=card.network_name,
        number=card.thread.id,
        state=state(card, t).replace("*", ""),
    )


def _in_a_line(card: Card, t: Translator) -> str:
    """Show a thread that needs nobody: how it ended, who the customer is, and the last answer."""
    answer = card.answer
    words = quoted(escape(answer.text, ANSWER), t) if answer else ""
    if answer and answer.picture:
        words = f"🖼️ {words}"
    parts = (
        settled_state(card, t),
        f"*#{card.thread.id}* {customer(card)}",
        post_on(card, t) if card.thread.private else "",
        words,
        label.named(card),
        outcome.named(card, t),
        _where_it_is(card, answer, t),
    )
    return " · ".join(filter(None, parts))


def _writer(card: Card, t: Translator) -> Block | None:
    """Say who has the reply form open, so that nobody writes a second answer."""
    writer = card.thread.writer(card.at)
    return b.context(t("✍️ {person} is writing", person=person(writer))) if writer else None


def _rests(card: Card, t: Translator) -> Block | None:
    """Show that an answered thread comes back, and the way to have it back now."""
    if not snoozed(card):
        return None
    return b.section(resting(card, t), b.button(t("Wake now"), "wake", card.thread.id))


def _thanks(card: Card, t: Translator) -> Block | None:
    """Show the thank-you that nobody has to answer, and the way to say that somebody does."""
    newest = card.newest
    if newest is None or not newest.only_thanks or newest.answered_by is not None:
        return None
    words = escape(said_to_us(card, newest), QUOTED // 2)
    said = t("“{words}” · only thanks, so no clock runs", words=words)
    return b.section(said, b.button(t("Needs an answer"), "needs_answer", card.thread.id))


def _liked(card: Card, t: Translator) -> Block | None:
    """Offer to like the newest post of a thread that needs nobody, where that is thanks; or say who did."""
    newest = card.newest
    if newest is not None and newest.liked_by:
        return b.context(t("❤️ liked in our name by {person}", person=person(newest.liked_by)))
    return b.actions(_like(card, t)) if newest is not None and newest.only_thanks else None


def said(card: Card, t: Translator) -> list[Block]:
    """Show what the customer waits for, newest last, with links to the pictures that have no place beside it."""
    newest = card.newest
    if newest is None:
        return [b.section(t("_The customer deleted what they wrote._"))]
    waiting = _unanswered(card)
    if len(waiting) > MAX_UNANSWERED:
        waiting = [waiting[0], *waiting[1 - MAX_UNANSWERED :]]  # the first one is what they came for
    earlier = [rich.quotation(said_to_us(card, post), EARLIER) for post in waiting[:-1]]
    blocks = [*earlier, *references(card, newest, t, ON_CARD), rich.quotation(said_to_us(card, newest))]
    if links := _further_pictures(newest, t):
        blocks.append(b.context(" · ".join(links)))
    if card.thread.reply_blocked_reason and card.thread.state is not State.CLOSED:
        blocks.append(b.context(_blocked(card.thread.reply_blocked_reason, card, t)))
    elif newest.answer_until is not None and newest.answer_until > card.at and card.thread.state is not State.CLOSED:
        until = when(newest.answer_until, card)
        blocks.append(b.context(t("⏳ {network} takes an answer until {time}", network=card.network_name, time=until)))
    return blocks


def _blocked(code: str, card: Card, t: Translator) -> str:
    """Say why no reply can be sent, and what to do instead; a tool need not be a place where anybody can answer."""
    about = {"reason": reason(code, card.network_name, t), "network": card.network_name}
    if code == "answer_there":
        return t("🚫 You can't reply from here: {reason}. Please answer there, by phone or by mail.", **about)
    return t("🚫 You can't reply from here: {reason}. Please answer on {network} itself.", **about)


def _unanswered(card: Card) -> list[Post]:
    """Return the posts that wait for an answer, oldest first: "Hello? Anybody?" alone tells no agent what is asked."""
    return [post for post in card.posts if post.inbound and not post.deleted_at and post.answered_by is None]


def thumbnail(card: Card, t: Translator) -> Block | None:
    """Show the first picture small, beside the first lines."""
    photo = _first_photo(card.newest) if card.newest else None
    return b.image(photo.url, _described(photo, t)) if photo else None


def _first_photo(post: Post) -> Media | None:
    return next((media for media in post.media if media.kind == "photo" and web_address(media.url)), None)


def _further_pictures(post: Post, t: Translator) -> list[str]:
    """Link to films and to all pictures but the first."""
    first = _first_photo(post)
    return _links((media for media in post.media if media is not first), t)


def pictures(post: Post, t: Translator) -> list[Block]:
    """Show up to three pictures with the customer's own description; link to films and to further pictures."""
    photos = [media for media in post.media if media.kind == "photo" and web_address(media.url)][:MAX_PICTURES]
    shown = [image for photo in photos if (image := b.image(photo.url, _described(photo, t)))]
    links = _links((media for media in post.media if media not in photos), t)
    return [*shown, b.context(" · ".join(links))] if links else shown


def _described(photo: Media, t: Translator) -> str:
    return line(photo.alt or "", 1000) or t("Picture from the customer, no description")


def _links(some: Iterable[Media], t: Translator) -> list[str]:
    links = []
    for media in some:
        label = t("🖼️ Picture") if media.kind == "photo" else t("🎞️ Video")
        linked = link(media.url, label)
        if linked != label:
            links.append(f"{linked} {escape(media.alt or '', 60)}".strip())
        elif not media.url and media.alt:  # our own, of which a network gives no address
            links.append(f"{label}: {escape(media.alt, 300)}")
    return links[:10]


def buttons(card: Card, t: Translator) -> Block | None:
    """Offer what can be done now. The card is the same for everybody, so roles are checked on the click."""
    thread = card.thread
    if thread.state is State.CLOSED:
        return b.actions(menu(card, t))
    coming, unknown = on_its_way(card), undecided(card)
    if coming:
        undo = b.button(t("Undo"), "undo", coming.id) if coming.may_be_undone else None
        return b.actions(undo, menu(card, t))
    if awaited := awaiting(card):
        take_back = b.button(t("Take back"), "undo", awaited.id)
        return b.actions(*approval.decide(card, t), take_back, menu(card, t))
    if unknown:
        return b.actions(*decide(card, unknown, t), menu(card, t))
    waiting = thread.state is State.WAITING
    return b.actions(
        b.button(t("Claim"), "claim", thread.id, style="primary") if waiting and not thread.owner else None,
        _answer(card, t, primary=waiting and thread.owner is not None),
        b.button(t("Escalate"), "escalate", thread.id) if waiting else None,
        _rest(card, t) if waiting else None,
        b.button(t("Show all"), "show_text", thread.id) if _is_cut(card) else None,
        close.reasons(thread.id, card.reasons, t) if waiting else None,
        label.choice(card, t),
        also_open.merge_button(card, t),
        b.button(t("Not urgent"), "not_urgent", thread.id) if waiting and card.signals else None,
        _like(card, t) if waiting else None,
        menu(card, t),
    )


def _like(card: Card, t: Translator) -> Block | None:
    return b.button(t("Like"), "like", card.newest.id) if card.can_like and card.newest else None


def _rest(card: Card, t: Translator) -> Block | None:
    if snoozed(card):
        return b.button(t("Wake now"), "wake", card.thread.id)
    return b.button(t("Snooze"), "snooze", card.thread.id) if card.thread.owner else None


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


def _is_cut(card: Card) -> bool:
    return card.newest is not None and len(said_to_us(card, card.newest)) > QUOTED


def _about(card: Card, t: Translator) -> str:
    """Show number, customer and link to the post, and what is unusual about it."""
    thread, newest = card.thread, card.newest
    about = [f"*#{thread.id}* {customer_and_place(card, t)}"]
    if thread.language != t.language and (language := language_name(thread.language, t)):
        about.append(language)
    if newest and newest.edited_at:
        about.append(t("edited at {time}", time=when(newest.edited_at, card)))
    if newest and newest.found_by:
        about.append(t("👂 not to us, found by “{word}”", word=escape(newest.found_by, 80)))
    if newest and newest.liked_by:
        about.append(t("❤️ liked"))
    if labels := label.named(card):
        about.append(labels)
    lost = sum(post.inbound and post.deleted_at is not None for post in card.posts)
    if lost and newest:
        about.append(t.n("{n} post deleted by the customer", "{n} posts deleted by the customer", lost))
    waiting = len(_unanswered(card))
    if waiting > 1:
        of_many = N_("{n} posts, unanswered, the first and the newest:")
        about.append(t(of_many if waiting > MAX_UNANSWERED else N_("{n} posts, unanswered:"), n=t.number(waiting)))
    elif card.customer_posts > 1 and newest:
        about.append(t.n("{n} post, the newest:", "{n} posts, the newest:", card.customer_posts))
    return " · ".join(about)


def _resolution(card: Card, t: Translator) -> Block | None:
    """Say by when the whole case was to end, from the first reminder of that on."""
    case = card.resolution
    if case is None or case.due_at is None or case.nag_level is NagLevel.NOT_YET:
        return None
    about = {"target": t.exact(case.target), "due": when(case.due_at, card)}
    if case.nag_level is NagLevel.WARNING:
        return b.context(t("⌛ To be settled by {due}: {target} in all are agreed", **about))
    return b.context(t("⌛ *Not settled in time:* the {target} agreed in all were over at {due}", **about))


def _escalations(card: Card, t: Translator) -> list[Block]:
    texts = [text for request in card.escalations[-3:] for text in _escalation(request, card, t)]
    return [b.context(*texts)] if texts else []


def _escalation(request: Escalation, card: Card, t: Translator) -> list[str]:
    """Say who was asked what, and what became of it: a take-over, an answer, or that it can't be delivered."""
    asked = {
        "target": person(request.target) if request.of_a_lead else escape(request.target, 80),
        "why": escape(request.why, 300),
        "by": person(request.by),
    }
    if request.taken_by and request.taken_at:
        taken = {"person": person(request.taken_by), "time": when(request.taken_at, card)}
        return [t("🙋 Escalated to *{target}* by {by}: {why} · taken over by {person} at {time}", **asked, **taken)]
    if request.answered_by and request.answered_at:
        answered = {"person": person(request.answered_by), "time": when(request.answered_at, card)}
        return [t("🙋 Escalated to *{target}* by {by}: {why} · answered by {person} at {time}", **asked, **answered)]
    texts = [t("🙋 Escalated to *{target}* by {by}: {why}", **asked)]
    if code := card.unreached.get(request.channel):
        undelivered = {"target": asked["target"], "reason": why(request.channel, code, t)}
        texts.append(t("⚠️ *Not delivered to {target}*: {reason}. Please ask them another way.", **undelivered))
    return texts


_REPLIES = {
    ReplyState.QUEUED: N_("Reply by {person}, will be sent at {due}:"),
    ReplyState.CONTINUING: N_("Reply by {person}, a part of it is public and the rest follows:"),
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
_REJECTED_IN_PART = N_(
    "⛔ *Of the reply by {person}, {done} of {total} posts are public; the rest was not sent:* {reason}. What is left:"
)


def last_reply(card: Card, t: Translator) -> list[Block]:
    """Show what became of the last reply, with its text, and the last answer that did arrive."""
    reply, answer = card.reply, card.answer
    sent = _sent(card, answer, t) if answer else []
    if card.approval is not None:
        return [*approval.on_card(card, t), *sent]
    if reply is not None and reply.state in GONE_AGAIN and (told := take_back.on_card(card, t)):
        return [told, rich.quotation(reply.text), *sent]
    if reply is None or reply.state not in _REPLIES:
        return sent
    at_once = reply.state is ReplyState.QUEUED and not reply.may_be_undone
    in_part = reply.state is ReplyState.REJECTED and reply.is_there_in_part
    text = t(
        _REJECTED_IN_PART if in_part else _REPLIES[ReplyState.SENDING if at_once else reply.state],
        person=person(reply.author),
        network=card.network_name,
        due=date(reply.send_at, "{time_secs}"),
        tried=when(reply.tried_at or reply.send_at, card),
        reason=reason(reply.error, card.network_name, t),
        done=t.number(reply.parts_done),
        total=t.number(len(reply.parts)),
    )
    calm = reply.state in TO_BE_SENT | {ReplyState.SENDING}
    return [b.context(text) if calm else b.section(text), rich.quotation(reply.left if in_part else reply.text), *sent]


def _sent(card: Card, reply: Reply, t: Translator) -> list[Block]:
    """Show the last answer in one line."""
    at = when(reply.sent_at or reply.send_at, card)
    if reply.author:
        last = t("Last answer by {person} at {time}", person=person(reply.author), time=at)
    else:
        last = t("Last answer on {network} itself at {time}", network=card.network_name, time=at)
    words = f"{last}: {quoted(escape(reply.text, ANSWER), t)}"
    line = " · ".join(filter(None, (words, _where_it_is(card, reply, t))))
    if offered := take_back.button(card, t):
        return [b.section(line, offered)]
    told = take_back.on_card(card, t) if reply.back_by else None
    return [b.context(line), *([told] if told else [])]


def _where_it_is(card: Card, answer: Reply | None, t: Translator) -> str | None:
    """Link to our answer on the network, if it is stored."""
    posts = (post for post in card.posts if answer and not post.inbound and post.external_id == answer.external_id)
    ours = next(posts, None)
    return link(ours.url, t("See it on {network}", network=card.network_name)) if ours else None
