"""Threads by words of their posts, notes and names, by handles, labels, and by number.

`storage/search_index.py` has the words. Where SQLite was built without FTS5 they are read off the rows instead.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    BindParameter,
    Column,
    ColumnElement,
    Connection,
    Integer,
    Select,
    Table,
    Text,
    and_,
    bindparam,
    case,
    cast,
    column,
    func,
    literal_column,
    select,
)
from sqlalchemy import table as table_of
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR

from bot.domain.cases.search import Place, Search
from storage import search_index
from storage.customers.customers import folded
from storage.search_index import NAMES, NOTES, POSTS, Indexed
from storage.tables import event, handle, identity, label, post, thread

MOST = 400  # rows of one kind that count, the newest ones in sight
SEEN = 1_000  # rows of one kind that are looked at for these
RECENT = 20_000  # numbers of rows in which PostgreSQL looks first


@dataclass(frozen=True, slots=True)
class Hit:
    """A thread in which something was found, and in which row of what."""

    thread_id: int
    place: Place
    row: int


@dataclass(frozen=True, slots=True)
class Source:
    """Where words are: which row of a thread, and its part of the index."""

    place: Place
    indexed: Indexed
    row: Table
    thread_id: Column[int]


SOURCES = (
    Source(Place.NAME, NAMES, thread, thread.c.id),
    Source(Place.NOTE, NOTES, event, event.c.thread_id),
    Source(Place.POST, POSTS, post, post.c.thread_id),
)


def hits(connection: Connection, search: Search, desks: Collection[str], labels: Collection[str]) -> list[Hit]:
    """Return the threads at these desks in which all of it was found, most relevant first, then newest.

    `labels` are those that may be meant. A thread is there once, by the best of its hits. Of each kind the newest 400
    rows are looked at.
    """
    found = _by_number(connection, search, desks) + _by_handle(connection, search, desks)
    if search.phrases:
        look = _by_words if search_index.exists(connection) else _by_reading
        for source in SOURCES:
            found += look(connection, source, search, desks)
    found += _by_label(connection, labels, desks)
    best: dict[int, Hit] = {}
    for hit in sorted(found, key=lambda hit: hit.place):
        best.setdefault(hit.thread_id, hit)
    return list(best.values())


def said(connection: Connection, found: Collection[Hit]) -> dict[Hit, tuple[str, datetime]]:
    """Return the words, and from when they are, of those of these hits that are in a post or a note."""
    ids = {place: {hit.row: hit for hit in found if hit.place is place} for place in (Place.POST, Place.NOTE)}
    posts = connection.execute(select(post.c.id, post.c.text, post.c.posted_at).where(post.c.id.in_(ids[Place.POST])))
    notes = connection.execute(select(event.c.id, event.c.data, event.c.at).where(event.c.id.in_(ids[Place.NOTE])))
    return {ids[Place.POST][row.id]: (row.text, row.posted_at) for row in posts} | {
        ids[Place.NOTE][row.id]: (str(row.data.get("note") or ""), row.at) for row in notes
    }


def _by_number(connection: Connection, search: Search, desks: Collection[str]) -> list[Hit]:
    if search.number is None:
        return []
    query = select(thread.c.id).where(thread.c.id == search.number, *_in_sight(desks))
    return [Hit(row.id, Place.NUMBER, row.id) for row in connection.execute(query)]


def _by_handle(connection: Connection, search: Search, desks: Collection[str]) -> list[Hit]:
    """Find the threads of whoever uses or used the handle, of those written as the identity that has it."""
    if search.handle is None:
        return []
    rows = connection.execute(
        select(thread.c.id)
        .join(identity, identity.c.customer_id == thread.c.customer_id)
        .join(handle, and_(handle.c.network == identity.c.network, handle.c.author_id == identity.c.author_id))
        .where(
            handle.c.folded == folded(search.handle),
            thread.c.author_id == identity.c.author_id,
            thread.c.account.startswith(identity.c.network + ":"),
            *_in_sight(desks),
        )
        .order_by(thread.c.id.desc())
        .limit(MOST)
    )
    return [Hit(row.id, Place.HANDLE, row.id) for row in rows]


def _by_label(connection: Connection, labels: Collection[str], desks: Collection[str]) -> list[Hit]:
    """Find threads with one of these labels, in two steps: in one, SQLite would read all threads of the desks."""
    newest = select(label.c.thread_id).where(label.c.name.in_(labels)).order_by(label.c.thread_id.desc())
    labelled = list(connection.execute(newest.limit(SEEN)).scalars())
    if not labelled:
        return []
    query = select(thread.c.id).where(thread.c.id.in_(labelled), *_in_sight(desks)).order_by(thread.c.id.desc())
    return [Hit(row.id, Place.LABEL, row.id) for row in connection.execute(query.limit(MOST))]


def _by_words(connection: Connection, source: Source, search: Search, desks: Collection[str]) -> list[Hit]:
    """Find the newest rows of one source."""
    found = _newest_rows(connection, source.indexed, search)
    if not found:
        return []
    row = source.row
    query = select(row.c.id, source.thread_id.label("thread_id")).where(row.c.id.in_(found), *_in_sight(desks))
    return _hits(connection, source, query)


def _by_reading(connection: Connection, source: Source, search: Search, desks: Collection[str]) -> list[Hit]:
    """Find the same without an index."""
    row = source.row
    words = literal_column(source.indexed.of(row.name, connection.dialect.name), Text)
    has = (words.icontains(word, autoescape=True) for word in " ".join(search.phrases).split())
    return _hits(
        connection, source, select(row.c.id, source.thread_id.label("thread_id")).where(*has, *_in_sight(desks))
    )


def _hits(connection: Connection, source: Source, query: Select[tuple[int, int]]) -> list[Hit]:
    if source.row is not thread:
        query = query.join(thread, thread.c.id == source.thread_id)
    rows = connection.execute(query.order_by(source.row.c.id.desc()).limit(MOST))
    return [Hit(row.thread_id, source.place, row.id) for row in rows]


def _newest_rows(connection: Connection, indexed: Indexed, search: Search) -> list[int]:
    """Return the newest rows of the index that have all of it.

    PostgreSQL cannot tell how frequent a beginning is, and reads everything in one order or the other if it guesses
    wrong. So it looks through the newest rows first, where a frequent word is found often enough, then into the index.
    """
    index = table_of(indexed.index, column("rowid", Integer), column("words", TSVECTOR))
    newest = select(index.c.rowid).order_by(index.c.rowid.desc()).limit(SEEN)
    if connection.dialect.name == "sqlite":
        asked = literal_column(indexed.index).op("MATCH", is_comparison=True)(_for_sqlite(search))
        return list(connection.execute(newest.where(asked)).scalars())
    asked = index.c.words.op("@@", is_comparison=True)(_for_postgresql(search))
    last = select(func.max(index.c.rowid)).scalar_subquery()
    recent = list(connection.execute(newest.where(asked, index.c.rowid > last - RECENT)).scalars())
    if len(recent) >= MOST:
        return recent
    anywhere = select(index.c.rowid).where(asked).order_by((index.c.rowid + 0).desc()).limit(SEEN)
    return list(connection.execute(anywhere).scalars())


def _for_sqlite(search: Search) -> BindParameter[str]:
    """Write a search for FTS5. What was typed is never syntax: its phrases are letters, digits and spaces."""
    star = "*" if search.unfinished else ""
    return bindparam(None, " ".join(f'"{phrase}"' for phrase in search.phrases) + star, Text)


def _for_postgresql(search: Search) -> ColumnElement[object]:
    query: ColumnElement[object] = literal_column("''::tsquery")
    for number, phrase in enumerate(search.phrases, 1):
        asked: ColumnElement[object] = func.phraseto_tsquery(literal_column("'simple'"), search_index.plain(phrase))
        if search.unfinished and number == len(search.phrases):
            begun = cast(cast(asked, Text) + ":*", TSQUERY)
            asked = case((func.numnode(asked) > 0, begun), else_=asked)
        query = query.op("&&")(asked)
    return query


def _in_sight(desks: Collection[str]) -> tuple[ColumnElement[bool], ...]:
    return (thread.c.desk.in_(desks), thread.c.erased_at.is_(None))
