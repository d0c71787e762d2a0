"""Posts: what customers and we said in a thread."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, bindparam, case, exists, func, or_, select, update

from bot.domain.cases.conversation import Post, Reply, ReplyState
from bot.domain.cases.mention import Media
from bot.domain.cases.thread import State, Thread
from bot.domain.clock.promises import Promise
from bot.domain.clock.waits import WaitOutcome
from storage.customers import reference_numbers
from storage.engine import INSERT, upsert
from storage.newest import newest_of_each
from storage.rows import names, record
from storage.same_customer import is_another_of
from storage.tables import earlier_id, promise, reply, thread, wait
from storage.tables import post as table

MAX_SHOWN = 50

_ADD = {dialect: insert(table).on_conflict_do_nothing().returning(table) for dialect, insert in INSERT.items()}
_OF_THREAD = (
    select(table)
    .where(table.c.thread_id == bindparam("thread"))
    .order_by(table.c.posted_at.desc(), table.c.id.desc())
    .limit(MAX_SHOWN)
)
_FORMERLY = select(earlier_id.c.digest, table).where(
    earlier_id.c.post_id == table.c.id, earlier_id.c.digest.in_(bindparam("digests", expanding=True))
)
_FORGOTTEN = "erased:"
GONE = "gone"  # why a network takes no reply to a post that was deleted
_TO_ANSWER = (
    select(table)
    .where(
        table.c.thread_id == bindparam("thread"),
        table.c.inbound,
        table.c.deleted_at.is_(None),
        table.c.reply_blocked_reason.is_distinct_from(bindparam("gone")),
    )
    .order_by(table.c.posted_at.desc(), table.c.id.desc())
    .limit(1)
)
_NEWEST_STANDING = select(table).where(
    table.c.id.in_(
        newest_of_each(table, table.c.inbound, table.c.deleted_at.is_(None), by=(table.c.posted_at, table.c.id))
    )
)


@dataclass(frozen=True, slots=True)
class NewPost:
    """A post to be stored. Every field but `earlier_ids` is a column of the same name."""

    thread_id: int
    account: str
    external_id: str
    inbound: bool
    author: str
    text: str
    url: str
    posted_at: datetime
    stored_at: datetime
    media: tuple[Media, ...] = ()
    recheck_at: datetime | None = None
    reply_blocked_reason: str | None = None
    moved_from: int | None = None
    only_thanks: bool = False
    muted: bool = False
    signals: str = ""
    answer_url: str = ""
    found_by: str | None = None
    answer_until: datetime | None = None
    waits_since: datetime | None = None
    earlier_ids: tuple[str, ...] = ()


_COLUMNS = tuple(name for name in names(NewPost) if name != "earlier_ids")


def add(connection: Connection, posts: Collection[NewPost]) -> list[Post]:
    """Store one or more posts; return those that were not stored before, by account and network id."""
    earlier = {(post.account, post.external_id): post.earlier_ids for post in posts}
    values = [{name: getattr(post, name) for name in _COLUMNS} | {"media": _media_rows(post.media)} for post in posts]
    added = [_post(row) for row in connection.execute(_ADD[connection.dialect.name], values)]
    for post in added:
        _remember(connection, post, earlier[post.account, post.external_id])
    return added


def known(connection: Connection, account: str, external_ids: Collection[str]) -> dict[str, Post]:
    """Return those of these posts that are stored, by each network id that they have or had before an edit."""
    called = {name: id_ for id_ in external_ids for name in (id_, forgotten(account, id_))}
    rows = connection.execute(select(table).where(table.c.account == account, table.c.external_id.in_(list(called))))
    found = {called[row.external_id]: _post(row) for row in rows}
    formerly = {digest(account, id_): id_ for id_ in external_ids if id_ not in found}
    if formerly:
        rows = connection.execute(_FORMERLY, {"digests": list(formerly)})
        found |= {formerly[row.digest]: _post(row) for row in rows}
    return found


def had(connection: Connection, accounts: Collection[str], places: Collection[tuple[str, datetime]]) -> dict[str, int]:
    """Return the threads with a customer's post of these accounts, by those of these addresses at which one is.

    With each address stands about when it was posted.
    Servers of the same network call a post differently and tell its time more or less exactly.
    """
    about = timedelta(seconds=2)
    at = [table.c.posted_at.between(posted_at - about, posted_at + about) for _, posted_at in places]
    theirs = (table.c.account.in_(accounts), table.c.inbound, table.c.url.in_({url for url, _ in places}))
    rows = connection.execute(select(table.c.url, table.c.thread_id).where(*theirs, or_(*at)))
    return {row.url: row.thread_id for row in rows}


def by_id(connection: Connection, post_ids: Iterable[int]) -> list[Post]:
    """Return these posts, oldest first; unknown ids are left out."""
    rows = connection.execute(
        select(table).where(table.c.id.in_(list(post_ids))).order_by(table.c.posted_at, table.c.id)
    )
    return [_post(row) for row in rows]


def of_thread(connection: Connection, thread_id: int) -> list[Post]:
    """Return the newest 50 posts, oldest first."""
    return [_post(row) for row in connection.execute(_OF_THREAD, {"thread": thread_id})][::-1]


def all_of_thread(connection: Connection, thread_id: int) -> list[Post]:
    """Return every post, oldest first."""
    rows = connection.execute(
        select(table).where(table.c.thread_id == thread_id).order_by(table.c.posted_at, table.c.id)
    )
    return [_post(row) for row in rows]


def newest_standing(connection: Connection, thread_ids: Iterable[int]) -> dict[int, Post]:
    """Return each thread's newest undeleted post by the customer, by number; threads without one are left out."""
    rows = connection.execute(_NEWEST_STANDING, {"threads": list(thread_ids)})
    return {row.thread_id: _post(row) for row in rows}


def promised_on(connection: Connection, promises: Iterable[Promise]) -> dict[int, Post]:
    """Return the standing post that was answered with each of these promises, by the promise's thread.

    It is the newest one that the reply's author had seen, of the thread that the promise was made in if it was merged.
    """
    answered = table.alias()
    newest = (
        select(answered.c.id)
        .where(
            answered.c.thread_id == promise.c.thread_id,
            answered.c.id <= reply.c.answers_through_post_id,
            answered.c.moved_from.is_not_distinct_from(promise.c.moved_from),
            answered.c.inbound,
            answered.c.deleted_at.is_(None),
        )
        .order_by(answered.c.posted_at.desc(), answered.c.id.desc())
        .limit(1)
        .correlate(promise, reply)
        .scalar_subquery()
    )
    made = promise.join(reply, reply.c.id == promise.c.reply_id).join(table, table.c.id == newest)
    query = select(promise.c.thread_id.label("promised_in"), table).select_from(made)
    rows = connection.execute(query.where(promise.c.id.in_([each.id for each in promises])))
    return {row.promised_in: _post(row) for row in rows}


def to_answer(connection: Connection, thread_id: int) -> Post | None:
    """Return the customer's newest post that stands, to which a reply would go; None if there is none.

    One of which the network has said at a reply that it is gone is left out, even before a look-up confirms that.
    """
    row = connection.execute(_TO_ANSWER, {"thread": thread_id, "gone": GONE}).one_or_none()
    return _post(row) if row else None


def blocked(connection: Connection, thread_id: int) -> str | None:
    """Return why the network would not accept a reply in this thread; None if it would."""
    post = to_answer(connection, thread_id)
    return post.reply_blocked_reason if post else GONE


def refuse(connection: Connection, post: Post, reason: str, at: datetime, again_at: datetime) -> None:
    """Record why the network takes no reply to a post; one that is gone for it is asked about again at `again_at`."""
    values: dict[str, object] = {"reply_blocked_reason": reason}
    if reason == GONE and post.deleted_at is None:
        values |= {"missing_since": post.missing_since or at, "recheck_at": again_at}
    connection.execute(update(table).where(table.c.id == post.id).values(values))


def block(connection: Connection, post_id: int, reason: str) -> None:
    """Record why a post takes no reply any more."""
    connection.execute(update(table).where(table.c.id == post_id).values(reply_blocked_reason=reason))


def count_inbound(connection: Connection, thread_id: int) -> int:
    """Count the posts that the customer has written in the thread, deleted ones included."""
    return connection.execute(select(func.count()).where(table.c.thread_id == thread_id, table.c.inbound)).scalar_one()


def newest_elsewhere(connection: Connection, this: Thread) -> int:
    """Return the id of the customer's newest post in other threads of the same desk; 0 if there is none."""
    query = select(func.coalesce(func.max(table.c.id), 0)).join(thread).where(is_another_of(this), table.c.inbound)
    newest: int = connection.execute(query).scalar_one()
    return newest


def changed_elsewhere(connection: Connection, this: Thread, after: int, since: datetime) -> list[Post]:
    """Return what the customer wrote, changed or deleted in their other open threads at the same desk, oldest first.

    `after` is the newest post that was known, `since` when that was.
    """
    changed = or_(table.c.id > after, table.c.edited_at > since, table.c.deleted_at > since)
    rows = connection.execute(
        select(table)
        .join(thread)
        .where(is_another_of(this), thread.c.state == State.WAITING, table.c.inbound, changed)
        .order_by(table.c.posted_at, table.c.id)
    )
    return [_post(row) for row in rows]


def oldest_unanswered(connection: Connection, thread_id: int) -> datetime | None:
    """Return when the customer began to wait.

    None if every undeleted post is answered or was there at the last close or contact.
    """
    query = select(func.min(func.coalesce(table.c.waits_since, table.c.posted_at))).where(*_waits(thread_id))
    oldest: datetime | None = connection.execute(query).scalar_one()
    return oldest


def unanswered(connection: Connection, thread_id: int) -> set[int]:
    """Return the ids of the posts to which the customer waits for an answer."""
    return set(connection.execute(select(table.c.id).where(*_waits(thread_id))).scalars())


def _waits(thread_id: int) -> tuple[ColumnElement[bool], ...]:
    dismissed = (
        select(func.max(wait.c.ended_at))
        .where(wait.c.thread_id == thread_id, wait.c.outcome.in_((WaitOutcome.CLOSED, WaitOutcome.CONTACT)))
        .scalar_subquery()
    )
    return (
        table.c.thread_id == thread_id,
        table.c.inbound,
        table.c.answered_by.is_(None),
        table.c.only_thanks.is_(False),
        table.c.muted.is_(False),
        table.c.deleted_at.is_(None),
        or_(dismissed.is_(None), table.c.stored_at > dismissed),
    )


def hear(connection: Connection, thread_id: int, post_id: int | None = None) -> bool:
    """Record that what only thanks us in this thread, or this one post of it, is to be answered after all.

    Returns False if there is no such post, or if it was answered.
    """
    unheard = (table.c.thread_id == thread_id, table.c.answered_by.is_(None), table.c.only_thanks)
    these = unheard if post_id is None else (*unheard, table.c.id == post_id)
    return connection.execute(update(table).where(*these).values(only_thanks=False)).rowcount > 0


def our_last_words(connection: Connection, thread_id: int) -> str:
    """Return our latest answer in this thread; "" if there is none. Asking whether it helped is none."""
    asks = exists().where(reply.c.external_id == table.c.external_id, reply.c.thread_id == thread_id, reply.c.question)
    standing = (table.c.inbound.is_(False), table.c.deleted_at.is_(None))
    ours = select(table.c.text).where(table.c.thread_id == thread_id, *standing, ~asks)
    newest = ours.order_by(table.c.posted_at.desc(), table.c.id.desc()).limit(1)
    return connection.execute(newest).scalar_one_or_none() or ""


def answer(connection: Connection, thread_id: int, *, until: int, reply_id: int) -> None:
    """Record that the reply answers every open post that its author had seen."""
    connection.execute(
        update(table)
        .where(table.c.thread_id == thread_id, table.c.inbound, table.c.answered_by.is_(None), table.c.id <= until)
        .values(answered_by=reply_id)
    )


def unanswer(connection: Connection, taken: Reply) -> set[int]:
    """Record that the customer has this reply no more; return the ids of those that answer its posts in its place.

    Such a one came later, and its author had seen the post too.
    """
    later = reply.alias()
    instead = (
        select(func.min(later.c.id))
        .where(later.c.thread_id == taken.thread_id, later.c.state == ReplyState.SENT, ~later.c.question)
        .where(later.c.id != taken.id, later.c.sent_at >= taken.sent_at, later.c.answers_through_post_id >= table.c.id)
        .correlate(table)
        .scalar_subquery()
    )
    theirs = update(table).where(table.c.answered_by == taken.id).values(answered_by=instead)
    found = set(connection.execute(theirs.returning(table.c.answered_by)).scalars())
    return {number for number in found if number is not None}


def of_reply(connection: Connection, account: str, sent: Reply) -> list[Post]:
    """Return the posts as which our account has said this, in the order in which they were posted."""
    if not sent.parts:
        return list(known(connection, account, [sent.external_id] if sent.external_id else []).values())
    ours = and_(table.c.account == account, ~table.c.inbound, table.c.author == sent.author)
    here = or_(table.c.thread_id == sent.thread_id, table.c.moved_from == sent.thread_id)
    said = and_(table.c.text.in_(sent.posts), table.c.stored_at >= sent.created_at)
    rows = connection.execute(select(table).where(ours, here, said).order_by(table.c.id))
    return [_post(row) for row in rows]


def take_away(connection: Connection, account: str, sent: Reply, at: datetime) -> None:
    """Record that the posts of this reply are gone from the network; their words stay here."""
    gone = [post.id for post in of_reply(connection, account, sent)]
    connection.execute(update(table).where(table.c.id.in_(gone)).values(deleted_at=at))


def edit(
    connection: Connection,
    post: Post,
    *,
    external_id: str,
    earlier_ids: Iterable[str],
    text: str,
    media: tuple[Media, ...],
    url: str,
    reply_blocked_reason: str | None,
    answer_url: str,
    answer_until: datetime | None,
    signals: str,
    at: datetime,
) -> bool:
    """Store the version of a post that was written at `at`. An edited post may have a new external id.

    The numbers that were found in its words go with them. Returns False if the post went meanwhile.
    """
    changed = connection.execute(
        update(table)
        .where(table.c.id == post.id, table.c.deleted_at.is_(None))
        .values(
            external_id=external_id,
            text=text,
            media=_media_rows(media),
            url=url,
            reply_blocked_reason=reply_blocked_reason,
            answer_url=answer_url,
            answer_until=answer_until,
            signals=signals,
            edited_at=at,
        )
    )
    if changed.rowcount:
        _remember(connection, post, {post.external_id, *earlier_ids} - {external_id})
        reference_numbers.delete_of_posts(connection, [post.id])
    return changed.rowcount > 0


def address(connection: Connection, post_id: int) -> None:
    """Record that a post which a rule found is addressed to us."""
    connection.execute(update(table).where(table.c.id == post_id).values(found_by=None))


def readdress(
    connection: Connection,
    post_id: int,
    answer_url: str,
    answer_until: datetime | None,
    reply_blocked_reason: str | None,
) -> None:
    """Store where the answer to a post goes and until when, and why it takes none; its words stay as they are."""
    values = {"answer_url": answer_url, "answer_until": answer_until, "reply_blocked_reason": reply_blocked_reason}
    connection.execute(update(table).where(table.c.id == post_id).values(values))


def has_signals(connection: Connection, thread_id: int) -> bool:
    """Tell whether what waits in the thread says that it is the customer's last resort."""
    waits = (table.c.thread_id == thread_id, table.c.answered_by.is_(None), table.c.deleted_at.is_(None))
    said = select(table.c.id).where(*waits, table.c.muted.is_(False), table.c.signals != "")
    return connection.execute(said.limit(1)).first() is not None


def decline(connection: Connection, thread_id: int) -> set[str]:
    """Record that what waits in the thread is not urgent; return the signals that were still held to be."""
    said = (table.c.thread_id == thread_id, table.c.answered_by.is_(None), table.c.signals != table.c.not_urgent)
    rows = connection.execute(select(table.c.signals, table.c.not_urgent).where(*said)).all()
    if rows:
        connection.execute(update(table).where(*said).values(not_urgent=table.c.signals))
    return {signal for row in rows for signal in set(row.signals.split()) - set(row.not_urgent.split())}


def like(connection: Connection, post_id: int, agent: str) -> bool:
    """Record in whose name our account likes a post; tell whether nobody had asked for that before."""
    changed = update(table).where(table.c.id == post_id, table.c.liked_by.is_(None)).values(liked_by=agent)
    return connection.execute(changed).rowcount > 0


def try_like(connection: Connection, post_id: int, at: datetime) -> Post | None:
    """Record that the network is asked now to like a post, and return it; None if it was before, or it is gone."""
    row = connection.execute(
        update(table)
        .where(table.c.id == post_id, table.c.liked_by.isnot(None), table.c.like_tried_at.is_(None))
        .where(table.c.deleted_at.is_(None))
        .values(like_tried_at=at)
        .returning(table)
    ).one_or_none()
    return _post(row) if row else None


def not_liked(connection: Connection, post_id: int, *, again: bool) -> None:
    """Record that the network certainly did not like a post; with `again` it is to be asked once more."""
    values = {"like_tried_at": None} if again else {"like_tried_at": None, "liked_by": None}
    connection.execute(update(table).where(table.c.id == post_id).values(values))


def newest_hidden(connection: Connection, thread_id: int) -> Post | None:
    """Return the thread's newest post that our account hides."""
    hidden = select(table).where(table.c.thread_id == thread_id, table.c.hidden_by.isnot(None))
    row = connection.execute(hidden.order_by(table.c.posted_at.desc(), table.c.id.desc()).limit(1)).one_or_none()
    return _post(row) if row else None


def hide(connection: Connection, post_id: int, agent: str) -> bool:
    """Record in whose name our account hides a post; tell whether it was not hidden before."""
    changed = update(table).where(table.c.id == post_id, table.c.hidden_by.is_(None)).values(hidden_by=agent)
    return connection.execute(changed).rowcount > 0


def unhide(connection: Connection, post_id: int) -> bool:
    """Record that our account hides a post no more; tell whether it did."""
    changed = update(table).where(table.c.id == post_id, table.c.hidden_by.isnot(None)).values(hidden_by=None)
    return connection.execute(changed).rowcount > 0


def missing(connection: Connection, post_ids: Iterable[int], at: datetime, again_at: datetime) -> None:
    """Record that the network did not find these posts, and when to ask once more."""
    connection.execute(
        update(table)
        .where(table.c.id.in_(list(post_ids)), table.c.recheck_at.isnot(None))
        .values(missing_since=func.coalesce(table.c.missing_since, at), recheck_at=again_at)
    )


def seen(connection: Connection, post_id: int) -> None:
    """Record that the network shows a post that it had not found before."""
    stands = case((table.c.reply_blocked_reason == GONE, None), else_=table.c.reply_blocked_reason)
    connection.execute(
        update(table).where(table.c.id == post_id).values(missing_since=None, reply_blocked_reason=stands)
    )


def restore(
    connection: Connection, post_id: int, *, text: str, media: tuple[Media, ...], url: str, signals: str
) -> bool:
    """Bring back a post that can be seen again. Returns False if it never went, or its customer was forgotten."""
    row = connection.execute(
        update(table)
        .where(table.c.id == post_id, table.c.deleted_at.isnot(None), table.c.recheck_at.isnot(None))
        .values(text=text, media=_media_rows(media), url=url, signals=signals, deleted_at=None)
        .returning(table.c.id)
    ).one_or_none()
    return row is not None


def blank(connection: Connection, post_id: int, at: datetime) -> bool:
    """Blank a post that is gone from the network: words, pictures and link go, the row and its id stay.

    Returns False if that was already done.
    """
    row = connection.execute(
        update(table)
        .where(table.c.id == post_id, table.c.deleted_at.is_(None))
        .values(text="", media=[], url="", answer_url="", deleted_at=at)
        .returning(table.c.id)
    ).one_or_none()
    reference_numbers.delete_of_posts(connection, [post_id])
    return row is not None


def erase(connection: Connection, thread_id: int, at: datetime) -> int:
    """Forget what was said in a thread, by whom, and where it can be read; return the number of posts.

    A digest of each post's id stays, so that a network that returns the post again does not bring it back.
    """
    erased = [
        {
            "this": row.id,
            "external_id": forgotten(row.account, row.external_id),
            "author": "" if row.inbound else row.author,
            "text": "",
            "url": "",
            "answer_url": "",
            "media": [],
            "deleted_at": row.deleted_at or at,
            "recheck_at": None,
        }
        for row in connection.execute(select(table).where(table.c.thread_id == thread_id))
    ]
    if erased:
        connection.execute(update(table).where(table.c.id == bindparam("this")), erased)
        reference_numbers.delete_of_posts(connection, [row["this"] for row in erased])
    return len(erased)


def to_check(connection: Connection, account: str, at: datetime, *, limit: int) -> list[Post]:
    """Return posts to ask the network about by now, longest overdue first."""
    rows = connection.execute(
        select(table)
        .where(table.c.account == account, table.c.recheck_at <= at)
        .order_by(table.c.recheck_at)
        .limit(limit)
    )
    return [_post(row) for row in rows]


def checked(
    connection: Connection, post_ids: Iterable[int], *, waiting: datetime, resting: Iterable[tuple[datetime, datetime]]
) -> None:
    """Record that the network was asked about these posts.

    They are asked about again at `waiting` if the thread's customer waits. Else it depends on their age: `resting`
    says, newest first, since when a post must have been made for the next look to be at that instant.
    """
    waits = exists().where(thread.c.id == table.c.thread_id, thread.c.due_at.isnot(None))
    ages = [(table.c.posted_at >= since, again_at) for since, again_at in resting]
    connection.execute(
        update(table)
        .where(table.c.id.in_(list(post_ids)), table.c.recheck_at.isnot(None))
        .values(recheck_at=case((waits, waiting), *ages, else_=ages[-1][1]))
    )


def _remember(connection: Connection, post: Post, earlier_ids: Iterable[str]) -> None:
    """Record what the network called the post before it was edited."""
    rows = [{"digest": digest(post.account, id_), "post_id": post.id} for id_ in earlier_ids]
    if rows:
        connection.execute(upsert(connection, earlier_id).on_conflict_do_nothing(), rows)


def forgotten(account: str, external_id: str) -> str:
    """Return what stands in the place of a post's id once its author was forgotten."""
    return f"{_FORGOTTEN}{digest(account, external_id)}"


def is_forgotten(post: Post) -> bool:
    """Tell whether the post's author was forgotten."""
    return post.external_id.startswith(_FORGOTTEN)


def digest(account: str, external_id: str) -> str:
    """Return what is kept of a post's id where the id itself may not be, or could not be stored."""
    return sha256(f"{account}:{external_id}".encode()).hexdigest()


def _media_rows(media: tuple[Media, ...]) -> list[dict[str, str | None]]:
    return [{"kind": item.kind, "url": item.url, "alt": item.alt} for item in media]


def _post(row: Row[Any]) -> Post:
    return record(Post, row, media=tuple(Media(**item) for item in row.media))
