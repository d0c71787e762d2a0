"""Reply: from the modal or the command to the outbox, with the checks that keep it from embarrassing anybody."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from bot.domain.cases import thread as rules
from bot.domain.cases.conversation import NOT_THERE, Event, EventKind, Post, Reply, ReplyState, in_order
from bot.domain.cases.picture import Picture
from bot.domain.cases.thread import Thread
from bot.domain.clock.said import EXAMPLE, Edge, Said, quick
from bot.domain.common.clean import clean
from bot.domain.common.errors import RefusalCode, Refused
from bot.domain.customers.customer import network_of
from bot.domain.desk.names import initials, plain_name
from bot.domain.replies import promises
from bot.domain.replies.mandate import Outcome
from bot.domain.replies.parts import split
from bot.domain.replies.second_look import Finding, unconfirmed
from bot.networks import SPECS, network_name
from bot.networks.base import Deed
from bot.usecases.cases import label, queries, window
from bot.usecases.cases import picture as pictures
from bot.usecases.cases.transition import allowed, change, found, locked, locked_with_open
from bot.usecases.clock import typed_times
from bot.usecases.desk import access
from bot.usecases.desk.context import Actor, Context
from bot.usecases.incidents import reply_line
from bot.usecases.replies import bank, mandate, own_words, private_link, reply_outcome, second_look
from bot.usecases.replies.drafts import kept
from bot.usecases.replies.outgoing import to_customer
from bot.views.cases.models import Card, Seen
from bot.views.replies.models import Advice, Draft, Length
from storage import outbox
from storage.cases import drafts, events, posts
from storage.desk import agents
from storage.engine import Connection, reading, transaction
from storage.replies import approvals, looks, messages, replies

_UNDOABLE = (ReplyState.QUEUED, ReplyState.AWAITING)
MAX_ADVICE = 2  # of colleagues who were asked for help, in the form
MAX_NOTES = 2  # about the customer, in the form


def draft(ctx: Context, actor: Actor, thread_id: int) -> Draft:
    """Return what the modal shows to this agent. Raises Refused if they may not answer now."""
    with reading(ctx.engine) as connection:
        return _draft(connection, ctx, actor, thread_id)


def draft_in(ctx: Context, agent: str, thread_id: int, view_id: str) -> tuple[Draft | Refused, str] | None:
    """Return what an agent's open modal must show now, or why they can no longer answer, and what they have typed.

    Returns None if that modal is no longer open. Who may answer was asked when it was opened.
    """
    with reading(ctx.engine) as connection:
        open_ = drafts.get(connection, thread_id, agent)
        if open_ is None or open_.view_id != view_id:
            return None
        try:
            return _drafted(connection, ctx, Actor(agent, "desk"), thread_id), open_.text
        except Refused as refusal:
            return refusal, open_.text


def length(ctx: Context, draft: Draft, text: str) -> Length:
    """Return the characters used and the most allowed, as the network counts the text with its signature.

    If it is longer and may go in parts, return those as well, as they will be posted.
    """
    thread, whole = draft.card.thread, signed(text, draft.signature)
    count = ctx.accounts[thread.account].count(to_customer(thread, whole))
    if count.used <= count.limit:
        return Length(count.used, count.limit)
    parts = parts_of(ctx, thread, whole, draft.signature)
    shown = tuple(in_order(part, place, len(parts)) for place, part in enumerate(parts, 1))
    return Length(count.used, count.limit, shown)


def submit(
    ctx: Context,
    actor: Actor,
    thread_id: int,
    body: str,
    *,
    seen: Seen | None,
    idempotency_key: str,
    colleagues: Collection[str] = (),
    confirmed: Collection[str] = (),
    promised_for: datetime | None = None,
    label_: str | None = None,
    picture: Picture | None = None,
) -> Reply:
    """Queue a reply; it is sent when the time to undo is over. An unowned thread becomes its author's.

    What its author may not send alone is AWAITING instead, and those who may approve it are asked.

    `promised_for` is by when its author promises to come back; the promise is made when the reply is sent.

    `label_` is what the thread is about from then on; its targets hold for what the customer writes next, and one that
    the desk no longer has stops no reply. `picture` is shown with it.

    `seen` is what the author saw when they wrote; None for the command, which shows nothing that could go stale and
    goes on if no colleague is just answering another thread of the same customer.
    `idempotency_key` names the submission, so that a repeat by Slack adds no second reply. `colleagues` are members of
    Slack whom the text names; `confirmed` are the names and the keys of findings that its author was asked about and
    means. Raises Refused:
    "empty", "too_long" with `used` and `limit`, "invalid_character" with `character`, those of `picture.fit`,
    "unchanged", "changed" with `draft` and `changes`, "unconfirmed" with `draft`, `names` and `findings`, "taken",
    "reply_on_its_way", "unknown_reply", "network_refuses", "not_personal", "closed", "unknown_thread".
    """
    at = ctx.clock.now()
    found_in_it = second_look.look(ctx, thread_id, actor.id, body)
    with transaction(ctx.engine) as connection:
        before = locked_with_open(connection, thread_id)
        repeated = replies.of_request(connection, idempotency_key)
        if repeated is not None:
            return repeated
        now = _draft(connection, ctx, actor, thread_id)
        if promised_for is not None:
            typed_times.require_ahead(promised_for, at, ctx.desk_of(before), Edge.CLOSING)
        text = signed(body, now.signature)
        parts = check_text(ctx, before, body, text, now.signature)
        with_it = pictures.fit(before.account, picture)
        own_words.require(connection, before, body, found_in_it)
        changes = _changes(now, replies.get(connection, now.seen.reply_id), seen, actor.id) if seen else ()
        changes += _elsewhere(connection, before, seen, actor.id)
        if changes:
            raise Refused(RefusalCode.CHANGED, thread=thread_id, draft=now, changes=changes)
        names = [name for name in (*strangers(ctx, now.card, body), *colleagues) if name not in confirmed]
        findings = unconfirmed(found_in_it, confirmed)
        if names or findings:
            raise Refused(RefusalCode.UNCONFIRMED, thread=thread_id, draft=now, names=names, findings=findings)
        target = posts.to_answer(connection, thread_id)
        if target is None:
            raise Refused(RefusalCode.NETWORK_REFUSES, thread=thread_id, reason="gone")
        if window.is_over(target.answer_until, at):
            network = network_name(before.account)
            raise Refused(RefusalCode.NETWORK_REFUSES, thread=thread_id, reason=window.CLOSED, network=network)
        desk = ctx.desk_of(before)
        known_label = label_ if label_ in desk.label_names else None
        start = bank.start_of(connection, thread_id, actor.id)
        why = mandate.needs(desk, actor, now.card, body, known_label)
        reply = replies.add(
            connection,
            state=ReplyState.AWAITING if why else ReplyState.QUEUED,
            thread_id=thread_id,
            author=actor.id,
            text=text,
            in_reply_to=target.external_id,
            answers_through_post_id=now.seen.post_id,
            created_at=at,
            send_at=at + ctx.clock.real(desk.undo.total_seconds()),
            idempotency_key=idempotency_key,
            promised_for=promised_for,
            picture=asdict(with_it) if with_it else None,
            parts=parts or None,
        )
        bank.used(connection, before, reply.id, body, start)
        if why:
            mandate.ask(connection, ctx, before, reply, why, actor, at, despite=found_in_it)
        else:
            on_its_way(connection, ctx, before, reply, actor, at, despite=found_in_it)
        if known_label is not None:
            follows = replace(actor, idempotency_key=None)  # the reply's line carries its key
            label.add(connection, ctx, locked(connection, thread_id), follows, [known_label], with_reply=True)
        drafts.remove(connection, thread_id, actor.id)
        looks.forget(connection, thread_id, actor.id)
    ctx.wake()
    return reply


def promise_in(ctx: Context, actor: Actor, thread_id: int, text: str) -> tuple[Said | None, str]:
    """Return by when a typed reply promises to come back, None if it does not, and the text without that.

    Raises Refused: "time_unreadable", "time_past", "time_too_far", "not_allowed", "unknown_thread".
    """
    option = promises.option(text)
    if option is None:
        return None, text
    with reading(ctx.engine) as connection:
        thread = found(connection, thread_id)
        access.require(ctx, actor, thread.desk, "reply", thread_id)
    said = typed_times.time_of(option.time, ctx.clock.now(), ctx.desk_of(thread), Edge.CLOSING)
    if option.reply is None:
        return said, said.rest
    if said.rest:
        raise Refused(RefusalCode.TIME_UNREADABLE, piece=option.time, meant=EXAMPLE)
    return said, option.reply


def signed(body: str, signature: str) -> str:
    """Return the text that goes out: cleaned, with its signature."""
    return clean(f"{body.strip()} {signature}")


def undo(ctx: Context, actor: Actor, reply_id: int) -> Reply:
    """Stop a reply that is queued or awaits approval. Of undoing it and sending or approving it, exactly one wins.

    What awaits approval is taken back by who owns the thread as well.

    Raises Refused: "too_late" with the `state` that the reply has come to, "not_yours".
    """
    with transaction(ctx.engine) as connection:
        undone = _undo(connection, ctx, actor, _reply(connection, reply_id))
    ctx.wake()
    return undone


def undo_last(ctx: Context, actor: Actor, thread_id: int | None = None) -> Reply:
    """Stop the actor's latest reply that has not gone yet, in whichever thread, or the one in this thread.

    Raises Refused: "nothing_to_undo", "too_late", "unknown_thread".
    """
    with transaction(ctx.engine) as connection:
        if thread_id is None:
            actor = replace(actor, channel=None)  # their own reply, from wherever they notice the mistake
        else:
            allowed(connection, ctx, actor, "reply", thread_id)
        written = replies.latest_of(connection, actor.id, thread_id)
        waiting = next((reply for reply in written if reply.state in _UNDOABLE), None)
        if waiting is None:
            gone = thread_id is not None and written and written[0].state not in NOT_THERE
            if not gone:
                raise Refused(RefusalCode.NOTHING_TO_UNDO, thread=thread_id)
            raise Refused(RefusalCode.TOO_LATE, thread=thread_id, state=written[0].state)
        undone = _undo(connection, ctx, actor, waiting)
    ctx.wake()
    return undone


def decide(ctx: Context, actor: Actor, reply_id: int, *, was_sent: bool) -> None:
    """Settle a reply of unknown outcome: an agent says that it was sent, or asks to send it again.

    It is looked up once more before it is sent again. Raises Refused: "decided" if somebody was faster,
    "reply_on_its_way".
    """
    at = ctx.clock.now()
    with transaction(ctx.engine) as connection:
        reply = _reply(connection, reply_id)
        before = allowed(connection, ctx, actor, "reply", reply.thread_id)
        if before.pending_reply_id is not None:
            raise Refused(RefusalCode.REPLY_ON_ITS_WAY, thread=before.id)
        sent_at = reply.tried_at or at
        more = was_sent and reply.has_more
        state = ReplyState.RETRY_REQUESTED if not was_sent else ReplyState.CONTINUING if more else ReplyState.SENT
        values: dict[str, Any] = {"sent_at": sent_at} if was_sent and not more else {"send_at": at}
        values |= {"parts_done": reply.parts_done + 1} if was_sent and reply.parts else {}
        values |= {"external_id": None} if was_sent and reply.parts and not more else {}  # it is the part's before
        decided = replies.move(connection, reply_id, state, from_=ReplyState.UNKNOWN, **values)
        if decided is None:
            raise Refused(RefusalCode.DECIDED, thread=before.id)
        if was_sent and not more:
            reply_outcome.answered(connection, ctx, before, decided, sent_at, at, actor)
        else:
            on_its_way(connection, ctx, before, decided, actor, at)
            messages.use_bucket(connection, reply_id, looking=not more)
    ctx.wake()


def _undo(connection: Connection, ctx: Context, actor: Actor, reply: Reply) -> Reply:
    before = allowed(connection, ctx, actor, "reply", reply.thread_id)
    mine = {reply.author, before.owner} if before.approval_since is not None else {reply.author}
    if actor.id not in mine:
        raise Refused(RefusalCode.NOT_YOURS, thread=before.id, owner=reply.author, since=reply.created_at)
    awaited = before.pending_reply_id == reply.id and before.approval_since is not None
    undone = replies.move(connection, reply.id, ReplyState.CANCELLED)
    if undone is None:
        now = _reply(connection, reply.id)
        raise Refused(RefusalCode.TOO_LATE, thread=before.id, state=now.state)
    messages.cancel(connection, reply.id)
    if awaited:
        approvals.decide(connection, reply.id, Outcome.TAKEN_BACK, actor.id, ctx.clock.now())
    change(connection, before, rules.reply_failed(before), ctx.clock.now(), actor, EventKind.UNDONE, reply=reply.id)
    return undone


def _draft(connection: Connection, ctx: Context, actor: Actor, thread_id: int) -> Draft:
    access.require(ctx, actor, found(connection, thread_id).desk, "reply", thread_id)
    return _drafted(connection, ctx, actor, thread_id)


def _drafted(connection: Connection, ctx: Context, actor: Actor, thread_id: int) -> Draft:
    card = queries.card_of(connection, ctx, thread_id)
    rules.require_reply(card.thread, actor.id)
    if card.thread.owner is None:  # the reply makes it the actor's
        access.require_owner(ctx, actor, card.thread.desk, thread_id)
    if card.reply is not None and card.reply.state is ReplyState.UNKNOWN:
        raise Refused(RefusalCode.UNKNOWN_REPLY, thread=thread_id)
    account = ctx.accounts.get(card.thread.account)
    if account is None:
        raise Refused(RefusalCode.NETWORK_REFUSES, thread=thread_id, reason="not_configured", network=card.network_name)
    signature = signature_of(connection, ctx, card.thread, actor.id, actor.name)
    own = kept(connection, thread_id, actor.id, card.at)
    line = reply_line.of_thread(connection, card.thread)
    if own and line and own.text == line.incident.line:
        own = None  # they only looked
    count = account.count(to_customer(card.thread, signed("x", signature)))
    unsent = None if own else _unsent(connection, card.thread, actor.id)
    return Draft(
        card=card,
        signature=signature,
        seen=Seen(
            post_id=max((post.id for post in card.posts if post.inbound), default=0),
            reply_id=replies.newest_sent(connection, thread_id),
            at=card.at,
            elsewhere=(
                posts.newest_elsewhere(connection, card.thread),
                replies.newest_elsewhere(connection, card.thread),
            ),
        ),
        limit=count.limit,
        room=count.limit - count.used + 1,
        text=own.text
        if own
        else _unsigned(connection, ctx, card.thread, unsent) or (line.incident.line if line else ""),
        picture=own.picture if own else unsent.picture_left if unsent else None,
        takes_pictures=pictures.shown_by(card.thread.account),
        typed_at=own.typed_at if own else None,
        zone=ctx.desk_of(card.thread).timezone,
        notes=_notes(connection, card.thread),
        writer=writer if (writer := card.thread.writer(card.at)) != actor.id else None,
        guideline=ctx.desk_of(card.thread).words.guideline,
        line=line,
        advice=_advice(connection, card),
        private_link=private_link.of_thread(ctx, card.thread),
        needs=mandate.needs(ctx.desk_of(card.thread), actor, card, ""),
        offered=quick(card.at, ctx.desk_of(card.thread).calendar(card.at), Edge.CLOSING),
    )


def _unsent(connection: Connection, thread: Thread, agent: str) -> Reply | None:
    """Return the latest reply, if it was rejected or came back, or this agent's and undone."""
    latest = replies.last_written(connection, thread.id)
    if latest is None:
        return None
    if latest.state in (ReplyState.REJECTED, ReplyState.RETURNED, ReplyState.CAME_BACK) or (
        latest.state in (ReplyState.CANCELLED, ReplyState.TAKEN_BACK) and latest.author == agent
    ):
        return latest
    return None


def _unsigned(connection: Connection, ctx: Context, thread: Thread, reply: Reply | None) -> str:
    return reply.left.removesuffix(signature_of(connection, ctx, thread, reply.author)).rstrip() if reply else ""


def parts_of(ctx: Context, thread: Thread, text: str, signature: str) -> tuple[str, ...]:
    """Return the parts in which a text goes that is longer than its network allows; none if it cannot."""
    account = ctx.accounts[thread.account]

    def fits(part: str) -> bool:
        count = account.count(to_customer(thread, part))
        return count.used <= count.limit

    allowed = ctx.desk_of(thread).parts and Deed.POST in SPECS[network_of(thread.account)].can.deeds
    return split(text, signature, fits) if allowed else ()


def check_text(ctx: Context, thread: Thread, body: str, text: str, signature: str = "") -> tuple[str, ...]:
    """Return the parts in which this text goes, none if it is one post.

    Raises Refused ("empty", "too_long", "invalid_character") if the network does not take it.
    """
    if not clean(body):
        raise Refused(RefusalCode.EMPTY, thread=thread.id)
    count = ctx.accounts[thread.account].count(to_customer(thread, text))
    parts = parts_of(ctx, thread, text, signature) if count.used > count.limit else ()
    if count.used > count.limit and not parts:
        raise Refused(RefusalCode.TOO_LONG, thread=thread.id, used=count.used, limit=count.limit)
    if count.invalid:
        character, network = f"U+{ord(count.invalid):04X}", network_name(thread.account)
        raise Refused(RefusalCode.INVALID_CHARACTER, thread=thread.id, character=character, network=network)
    return parts


def strangers(ctx: Context, card: Card, body: str) -> list[str]:
    """Return the handles in the text, with their @, that neither take part in the conversation nor are our own."""
    kind, _, _ = card.thread.account.partition(":")
    spec = SPECS[kind]
    here = {card.thread.customer_handle, *(post.author for post in card.posts if post.inbound)}
    here.update(handle for post in card.posts for handle in spec.handles_in(post.text))
    here.update(account.handle for _, account in ctx.settings.accounts() if account.kind == kind)
    known = {handle.casefold() for handle in here}
    return [f"@{handle}" for handle in spec.handles_in(body) if handle.casefold() not in known]


def _changes(now: Draft, newest: Reply | None, seen: Seen, agent: str) -> tuple[Post | Reply, ...]:
    """Return what happened since `seen`: the customer's new, edited or deleted posts, and a colleague's answer."""
    said = tuple(
        post
        for post in now.card.posts
        if post.inbound
        and (
            post.id > seen.post_id
            or (post.edited_at is not None and post.edited_at > seen.at)
            or (post.deleted_at is not None and post.deleted_at > seen.at)
        )
    )
    answered = newest is not None and newest.id > seen.reply_id and (newest.outside or newest.author != agent)
    return (*said, newest) if answered and newest else said


def _elsewhere(connection: Connection, thread: Thread, seen: Seen | None, agent: str) -> tuple[Post | Reply, ...]:
    """Return what happened since `seen` in the customer's other threads at the desk.

    That is what the customer wrote, changed or deleted in those that are open, and what colleagues answered.
    """
    if seen is None:
        return tuple(replies.elsewhere(connection, thread, after=None, agent=agent))
    if seen.elsewhere is None:
        return ()
    post_id, reply_id = seen.elsewhere
    said = posts.changed_elsewhere(connection, thread, post_id, seen.at)
    return (*said, *replies.elsewhere(connection, thread, after=reply_id, agent=agent))


def signature_of(connection: Connection, ctx: Context, thread: Thread, agent: str, name: str = "") -> str:
    """Sign with the initials from the config, else with the first letters of the agent's Slack name.

    `name` is that Slack name; without it the stored one is used. What is not the name itself is not signed with.
    """
    desk = ctx.desk_of(thread)
    if not name:
        stored = agents.get(connection, [agent]).get(agent)
        name = stored.name if stored else ""
    letters = desk.agents[agent].initials if agent in desk.agents else initials(name)
    name = plain_name(name)
    return clean(desk.signature.format(initials=letters, name=name)) if letters or name else ""


def on_its_way(
    connection: Connection,
    ctx: Context,
    before: Thread,
    reply: Reply,
    actor: Actor,
    at: datetime,
    despite: Sequence[Finding] = (),
    kind: EventKind = EventKind.REPLIED,
) -> None:
    """Put the reply in the outbox. If the thread was unowned, the actor first claims it, on a line of its own.

    `despite` is what its author was asked about and sent all the same.
    """
    rests_until = reply.send_at + ctx.clock.real(reply_outcome.GRACE_SECONDS)
    after = rules.reply(before, reply.id, actor.id, at, rests_until)
    if before.owner is None:
        claimer = replace(actor, idempotency_key=None)  # one request, two events: only the reply's carries its key
        change(connection, before, replace(before, owner=after.owner, owner_since=at), at, claimer, EventKind.CLAIMED)
    details: dict[str, Any] = {"reply": reply.id}
    if despite:
        details["despite"] = ", ".join(finding.kind for finding in despite)
    change(connection, before, after, at, actor, kind, **details)
    outbox.want(connection, messages.reply(reply.id, before), at=reply.send_at)


def _reply(connection: Connection, reply_id: int) -> Reply:
    reply = replies.get(connection, reply_id)
    if reply is None:
        raise Refused(RefusalCode.TOO_LATE, thread=None)
    return reply


def _notes(connection: Connection, thread: Thread) -> tuple[Event, ...]:
    if thread.customer_id is None:
        return ()
    return tuple(events.notes(connection, thread.customer_id, [thread.desk], MAX_NOTES))


def _advice(connection: Connection, card: Card) -> tuple[Advice, ...]:
    """Return what colleagues who were asked for help answered, oldest first, with whom of them it was asked."""
    if not card.merged and not any(request.answered_at for request in card.escalations):
        return ()
    answered = {(each.answered_by, each.answered_at): each for each in card.escalations}
    said = events.advice(connection, [card.thread.id, *card.merged], MAX_ADVICE)
    found = []
    for event_id, line in reversed(said.items()):
        request = answered.get((line.actor, line.at))
        team = request.target if request and not request.of_a_lead else ""
        if words := str(line.data.get("note") or ""):
            found.append(Advice(event_id, line.actor, team, line.at, words))
    return tuple(found)
