"""Was this helpful?: a colleague asks a customer, who says it on a page of ours."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.cases import thread as rules
from bot.domain.cases.conversation import EventKind, Reply, ReplyState
from bot.domain.cases.thread import State, Thread
from bot.domain.common.clean import clean
from bot.domain.common.errors import RefusalCode, Refused
from bot.domain.replies.rating import MOST_WORDS, SELDOM, VALID, Rating, signed_for, token
from bot.platform.i18n import Translator, translator
from bot.usecases.cases import queries
from bot.usecases.cases.transition import add_line, found, locked, locked_with_open
from bot.usecases.desk import access
from bot.usecases.desk.context import Actor, Context
from bot.usecases.replies.reply import check_text, on_its_way, signature_of, signed
from bot.views.replies import rating as view
from storage.cases import posts, threads
from storage.customers import customers
from storage.engine import Connection, reading, transaction
from storage.replies import ratings, replies

PATH = "/helpful/"


def is_on(ctx: Context) -> bool:
    """Tell whether this desk has a page on which customers can answer."""
    return bool(ctx.settings.public_url) and ctx.settings.link_secret is not None


def preview(ctx: Context, actor: Actor, thread_id: int) -> str:
    """Return what the customer would be asked, with the beginning of its link. Raises Refused like `ask`."""
    with reading(ctx.engine) as connection:
        thread = found(connection, thread_id)
        _require(connection, ctx, actor, thread)
        return _text(connection, ctx, actor, thread, f"{_base(ctx)}…")


def ask(ctx: Context, actor: Actor, thread_id: int, *, idempotency_key: str) -> Reply:
    """Ask the customer in public whether our answer helped, as a reply that goes out like any other.

    Raises Refused: "ratings_off", "waiting", "closed", "asked_already" with `since`, "taken", "reply_on_its_way",
    "unknown_reply", "network_refuses", "too_long", "not_allowed", "unknown_thread".
    """
    at = ctx.clock.now()
    with transaction(ctx.engine) as connection:
        known = found(connection, thread_id)
        customers.lock(connection, [known.customer_id] if known.customer_id is not None else [])
        before = locked_with_open(connection, thread_id)
        repeated = replies.of_request(connection, idempotency_key)
        if repeated is not None:
            return repeated
        _require(connection, ctx, actor, before)
        rating_id = ratings.add(connection, thread_id, actor.id, _language(before).language, at, at + VALID)
        text = _text(connection, ctx, actor, before, f"{_base(ctx)}{token(rating_id, _secret(ctx))}")
        if check_text(ctx, before, text, text):  # a question goes in one post, whatever a reply may do
            raise Refused(RefusalCode.TOO_LONG, thread=thread_id)
        target = posts.to_answer(connection, thread_id)
        if target is None:
            raise Refused(RefusalCode.NETWORK_REFUSES, thread=thread_id, reason="gone")
        reply = replies.add(
            connection,
            thread_id=thread_id,
            author=actor.id,
            text=text,
            in_reply_to=target.external_id,
            answers_through_post_id=0,  # it answers nothing
            created_at=at,
            send_at=at + ctx.clock.real(ctx.desk_of(before).undo.total_seconds()),
            idempotency_key=idempotency_key,
            question=True,
        )
        ratings.asked_with(connection, rating_id, reply.id)
        on_its_way(connection, ctx, before, reply, actor, at, kind=EventKind.ASKED)
    ctx.wake()
    return reply


def outdated(ctx: Context, reply: Reply) -> bool:
    """Tell whether a question is not to be sent any more, because the customer has written again."""
    if not reply.question:
        return False
    with reading(ctx.engine) as connection:
        return found(connection, reply.thread_id).state is State.WAITING


def opened(ctx: Context, token_: str) -> Rating | None:
    """Return the question that a link is about; None if the link is not ours, or no longer works."""
    rating_id = signed_for(token_, _secret(ctx)) if is_on(ctx) else None
    if rating_id is None:
        return None
    with reading(ctx.engine) as connection:
        rating = ratings.get(connection, rating_id)
    return rating if rating is not None and rating.takes_score(ctx.clock.now()) else None


def asked_by(ctx: Context, rating: Rating) -> str:
    """Return what people call the desk that asked."""
    with reading(ctx.engine) as connection:
        return ctx.settings.desk_name(found(connection, rating.thread_id).desk)


def score(ctx: Context, rating: Rating, value: int, words: str | None) -> bool:
    """Store what the customer says, in place of what they said before; tell whether the link still worked.

    `words` of None leaves those of before.
    """
    at = ctx.clock.now()
    with transaction(ctx.engine) as connection:
        thread = locked(connection, rating.thread_id)
        now = ratings.get(connection, rating.id)
        if now is None or thread.erased_at is not None or not now.takes_score(at):
            return False
        said = now.words if words is None else clean(words)[:MOST_WORDS].strip()
        if (value, said) != (now.score, now.words):
            ratings.score(connection, now, value, said, at)
            customer = Actor(thread.customer_handle, "network")
            threads.save(connection, thread, replace(thread, score=value))
            details = {"words": said} if said else {}
            add_line(connection, thread.id, at, customer, EventKind.SCORED, score=value, **details)
    ctx.wake()
    return True


def _require(connection: Connection, ctx: Context, actor: Actor, thread: Thread) -> None:
    access.require(ctx, actor, thread.desk, "reply", thread.id)
    if not queries.ratings_are_on(ctx.settings, thread.account) or thread.account not in ctx.accounts:
        raise Refused(RefusalCode.RATINGS_OFF)
    rules.require_reply(thread, actor.id)
    latest = replies.latest(connection, [thread.id]).get(thread.id)
    if latest is not None and latest.newest is not None and latest.newest.state is ReplyState.UNKNOWN:
        raise Refused(RefusalCode.UNKNOWN_REPLY, thread=thread.id)
    if thread.owner is None:  # the question makes it the actor's
        access.require_owner(ctx, actor, thread.desk, thread.id)
    if thread.state is not State.ANSWERED:
        raise Refused(RefusalCode.WAITING, thread=thread.id)
    since = ctx.clock.now() - SELDOM
    asked = ratings.last_asked(connection, thread.customer_id, since) if thread.customer_id is not None else None
    if asked is not None:
        raise Refused(RefusalCode.ASKED_ALREADY, thread=thread.id, since=asked)


def _text(connection: Connection, ctx: Context, actor: Actor, thread: Thread, link: str) -> str:
    signature = signature_of(connection, ctx, thread, actor.id, actor.name)
    return signed(view.question(link, _language(thread)), signature)


def _language(thread: Thread) -> Translator:
    """Return the customer's language, English if we do not speak it."""
    return translator(thread.language or "en")


def _base(ctx: Context) -> str:
    return f"{ctx.settings.public_url}{PATH}"


def _secret(ctx: Context) -> str:
    return ctx.settings.link_secret.get_secret_value() if ctx.settings.link_secret else ""
