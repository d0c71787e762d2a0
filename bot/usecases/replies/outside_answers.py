"""Outside answers: what a colleague answers on the network itself counts as an answer here too."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.cases import thread as rules
from bot.domain.cases.conversation import EventKind, Post, Reply, ReplyState
from bot.domain.cases.thread import Thread
from bot.domain.clock.waits import WaitOutcome
from bot.networks.base import Account, NetworkError, OwnPost, Sent
from bot.settings import AccountConfig
from bot.usecases.cases.transition import change, found, locked
from bot.usecases.desk import budget
from bot.usecases.desk.context import Actor, Context
from bot.usecases.replies import reply_outcome
from bot.usecases.replies.reply import signature_of
from storage.cases import posts
from storage.cases.posts import NewPost
from storage.common import job_locks
from storage.desk import agents
from storage.engine import Connection, is_away, reading, transaction
from storage.replies import own_timelines, replies

Report = Callable[[str | None], None]

log = logging.getLogger(__name__)

ANSWER_SECONDS = 60  # an answer that takes longer is presumed lost, and another process may ask
CLOCKS_APART = timedelta(minutes=1)  # ours and the network's


def poll(ctx: Context, account: AccountConfig, report: Report | None = None) -> int:
    """Read what our account has answered since the last time, if it is time to; return how many answers were new.

    `report` hears whether that was possible: of NetworkError's codes the one that says why not, or None.
    """
    return _in_turn(ctx, account, f"own_posts:{account.key}", account.poll_every, report, again=False)


def sweep(ctx: Context, account: AccountConfig) -> int:
    """Read our answers of the last hours once more, if it is time to: those that were shown late, or came too early."""
    return _in_turn(ctx, account, f"sweep_own_posts:{account.key}", account.sweep_every, None, again=True)


def _in_turn(
    ctx: Context, account: AccountConfig, lock: str, every: timedelta, report: Report | None, *, again: bool
) -> int:
    at = ctx.clock.now()
    with reading(ctx.engine) as connection:
        if not job_locks.is_free(connection, lock, at):
            return 0
    with transaction(ctx.engine) as connection:
        if not job_locks.take(connection, lock, at, at + ctx.clock.real(ANSWER_SECONDS)):
            return 0
    pause = budget.wait(ctx, account.key, every).total_seconds()
    code: str | None = None
    heard = True
    try:
        return look(ctx, account.key, account, again=again)
    except NetworkError as error:
        pause, code = max(pause, error.retry_after), error.code
        fields = {"network": account.key, "error": error.detail, "again_in": pause}
        log.warning("our own posts could not be read", extra={"fields": fields})
        return 0
    except Exception as error:
        # As with mentions: nothing more comes in until this is mended.
        code, heard = "unreadable", not is_away(error)
        raise
    finally:
        if report is not None and heard:
            report(code)
        with transaction(ctx.engine) as connection:
            job_locks.hold(connection, lock, ctx.after(pause))


def look(ctx: Context, key: str, account: AccountConfig, *, again: bool = False) -> int:
    """Read what our account has answered since the last time, or `again` in the last hours; return how much was new.

    Raises NetworkError.
    """
    network = ctx.accounts[key]
    with reading(ctx.engine) as connection:
        cursor = own_timelines.cursor(connection, key)
    back = account.sweep_back if again else account.look_back
    read = network.own_posts(None if again else cursor, ctx.clock.now() - back)
    new = sum(_take_in(ctx, key, network, post) for post in read.posts)
    with transaction(ctx.engine) as connection:
        own_timelines.keep(connection, key, None if again else read.cursor)
    return new


def overtaken(ctx: Context, key: str, reply: Reply) -> bool:
    """Look once more before a reply is sent: tell whether its customer was answered on the network meanwhile.

    A network that cannot be read does not keep the reply from being sent. `key` is the account's, such as "x:acme".
    """
    account = ctx.settings.account(key)
    if account is not None:
        try:
            look(ctx, key, account)
        except NetworkError as error:
            fields = {"network": key, "reply": reply.id, "error": error.detail}
            log.warning("our own posts could not be read before a reply was sent", extra={"fields": fields})
    with reading(ctx.engine) as connection:
        return replies.overtaken(connection, reply)


def _take_in(ctx: Context, key: str, network: Account, post: OwnPost) -> bool:
    """Record one answer in its thread; return False if it is known, or answers nothing that is stored here."""
    with transaction(ctx.engine) as connection:
        parent = _answered_post(connection, key, post)
        if parent is None:
            return False
        before = locked(connection, _thread_of(connection, network, post, parent))
        if before.erased_at or _answered_post(connection, key, post) is None:  # another process was faster
            return False
        ours = next((each for each in replies.perhaps_public(connection, before.id) if _is(network, post, each)), None)
        marked = _marked(network, post, ours) if ours else []
        if ours is None:
            _record(connection, ctx, before, post)
        elif marked:
            if marked[-1] == _done(ours) - 1:
                replies.found(connection, ours.id, post.id)
            said = replace(_post(before, post, ours.author, ctx.clock.now()), text=ours.posts[marked[-1]])
            posts.add(connection, [said])
    if ours is not None and not marked:
        reply_outcome.arrived(ctx, ours.id, Sent(post.id, post.url, post.at), ours.parts_done)
    ctx.wake()
    return ours is None


def _thread_of(connection: Connection, network: Account, post: OwnPost, parent: Post) -> int:
    """Return the thread that it belongs to: where its parent is a guess, that of the reply of ours that it is."""
    if post.certain:
        return parent.thread_id
    theirs = replies.perhaps_public_beside(connection, found(connection, parent.thread_id))
    return next((each.thread_id for each in theirs if _is(network, post, each)), parent.thread_id)


def _answered_post(connection: Connection, key: str, post: OwnPost) -> Post | None:
    """Return the stored post that it answers; None if there is none, or the answer itself is stored."""
    own = {post.id, *post.earlier_ids}
    known = posts.known(connection, key, {*own, post.in_reply_to})
    return known.get(post.in_reply_to) if own.isdisjoint(known) else None


def _is(network: Account, post: OwnPost, reply: Reply) -> bool:
    """Tell whether the post is this reply of ours, or a part of it, whose answer from the network was lost."""
    here = network.shows(post, reply.going) or _marked(network, post, reply)
    return post.at >= reply.created_at - CLOCKS_APART and bool(here)


def _marked(network: Account, post: OwnPost, reply: Reply) -> list[int]:
    """Return which of the posts of a reply this is, by their places, of those that a person has marked as sent."""
    return [place for place, text in enumerate(reply.posts[: _done(reply)]) if network.shows(post, text)]


def _done(reply: Reply) -> int:
    """Return how many of its posts are public."""
    return reply.parts_done if reply.parts else int(reply.state is ReplyState.SENT)


def _record(connection: Connection, ctx: Context, before: Thread, post: OwnPost) -> None:
    """Record an answer that the desk did not send: it answers what the customer had written by then."""
    at = ctx.clock.now()
    author = _signer(connection, ctx, before, post.text)
    said = [each for each in posts.of_thread(connection, before.id) if each.inbound and each.posted_at <= post.at]
    until = max((each.id for each in said), default=0)
    reply = replies.add_outside(
        connection,
        thread_id=before.id,
        author=author,
        text=post.text,
        in_reply_to=post.in_reply_to,
        answers_through_post_id=until,
        created_at=post.at,
        send_at=post.at,
        tried_at=post.at,
        sent_at=post.at,
        external_id=post.id,
    )
    posts.add(connection, [_post(before, post, author, at)])
    posts.answer(connection, before.id, until=until, reply_id=reply.id)
    after = rules.answered_outside(before, post.at, posts.oldest_unanswered(connection, before.id))
    ended = after != before and rules.answered_at(before, post.at)
    change(
        connection,
        before,
        after,
        at,
        Actor(author or before.account.partition(":")[2], "network"),
        EventKind.OUTSIDE,
        outcome=WaitOutcome.ANSWERED if ended else None,
        ended_at=post.at,
        by=author,
        reply=reply.id,
        post=post.id,
        posted_at=post.at.isoformat(),
    )
    if before.approval_since is not None and before.pending_reply_id is not None:
        reply_outcome.overtaken(connection, ctx, before.pending_reply_id)


def _post(thread: Thread, post: OwnPost, author: str, at: datetime) -> NewPost:
    return NewPost(
        thread_id=thread.id,
        account=thread.account,
        external_id=post.id,
        inbound=False,
        author=author,
        text=post.text,
        url=post.url,
        posted_at=post.at,
        stored_at=at,
        earlier_ids=post.earlier_ids,
    )


def _signer(connection: Connection, ctx: Context, thread: Thread, text: str) -> str:
    """Return the Slack id of the one agent whose signature ends the text; empty if there is none, or several."""
    desk = ctx.settings.desk_if_any(thread.desk)
    if desk is None:
        return ""
    names = {agent.id: agent.name for agent in agents.everybody(connection)}
    signed = [
        agent
        for agent in {*names, *desk.agents}
        if (line := signature_of(connection, ctx, thread, agent, names.get(agent, ""))) and _ends(text, line)
    ]
    return signed[0] if len(signed) == 1 else ""


def _ends(text: str, line: str) -> bool:
    """Tell whether the text ends with this signature, as words of their own."""
    rest = text.rstrip().removesuffix(line.strip())
    return rest != text.rstrip() and not rest[-1:].isalnum()
