"""Threads by words of their posts, notes and names, by handles, labels, and by number.

`storage/search_index.py` has the words. Where SQLite was built without FTS5 they are read off the rows instead.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    Column,
    ColumnElement,
    Connection,
    Integer,
    Select,
    Table,
    TableClause,
    Text,
    and_,
    bindparam,
    case,
    cast,
    column,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy import table as table_of
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR

from bot.domain.cases.conversation import EventKind
from bot.domain.cases.search import Place, Search, said_in
from bot.domain.customers.reference_numbers import folded as folded_number
from storage import search_index
from storage.at_desk import at_desks
from storage.customers.customers import folded
from storage.search_index import NAMES, NOTES, POSTS, Indexed
from storage.tables import event, handle, identity, label, post, reference_number, thread

MOST = 400  # rows of one kind that count, the newest ones in sight
SEEN = 1_000  # rows of one kind that are looked at for these ...
FAR = 50_000  # ... and where those are mostly other desks'
TEXTS = 2_000  # posts, and notes, of people who were named that are read for the rest of the words
MIN_NUMBER = 3  # letters and digits of a number; fewer begin too many
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
    found += _by_reference(connection, search, desks)
    if search.phrases:
        look = _by_words if search_index.exists(connection) else _by_reading
        for source in SOURCES:
            found += look(connection, source, search, desks)
    found += _by_label(connection, labels, desks)
    if len(search.phrases) > 1:
        found += _across(connection, search, desks)
    best: dict[int, Hit] = {}
    for hit in sorted(found, key=lambda hit: hit.place):
        best.setdefault(hit.thread_id, hit)
    return list(best.values())


def said(connection: Connection, found: Collection[Hit]) -> dict[Hit, tuple[str, datetime]]:
    """Return the words, and from when they are, of those of these hits that are in a post or a note."""
    by_post = {hit.row: hit for hit in found if hit.place in (Place.POST, Place.REFERENCE)}
    by_note = {hit.row: hit for hit in found if hit.place is Place.NOTE}
    posts = connection.execute(select(post.c.id, post.c.text, post.c.posted_at).where(post.c.id.in_(by_post)))
    notes = connection.execute(select(event.c.id, event.c.data, event.c.at).where(event.c.id.in_(by_note)))
    return {by_post[row.id]: (row.text, row.posted_at) for row in posts} | {
        by_note[row.id]: (str(row.data.get("note") or ""), row.at) for row in notes
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


def _by_reference(connection: Connection, search: Search, desks: Collection[str]) -> list[Hit]:
    """Find the threads in which the customer gave this number, or one that begins so, with or without its letters."""
    asked = folded_number(search.typed)
    if len(asked) < MIN_NUMBER or not any(map(str.isdecimal, asked)):
        return []
    beginning = [
        and_(looked_up >= asked, looked_up < asked + chr(0x10FFFF))
        for looked_up in (reference_number.c.folded, reference_number.c.digits)
    ]
    gave = select(reference_number.c.post_id).where(or_(*beginning)).order_by(reference_number.c.post_id.desc())
    newest = gave.limit(FAR).subquery()
    rows = connection.execute(
        select(post.c.thread_id, func.max(post.c.id).label("row"))
        .select_from(newest.join(post, post.c.id == newest.c.post_id).join(thread))
        .where(*_in_sight(desks))
        .group_by(post.c.thread_id)
        .order_by(func.max(post.c.id).desc())
        .limit(MOST)
    )
    return [Hit(row.thread_id, Place.REFERENCE, row.row) for row in rows]


def _across(connection: Connection, search: Search, desks: Collection[str]) -> list[Hit]:
    """Find the threads of who is named by some of the words, where the others are in posts or notes.

    Such people are few, so their words are read rather than looked up.
    """
    named: dict[int, set[str]] = {}
    for phrase in search.phrases:
        alone = search.of(phrase)
        look = _by_words if search_index.exists(connection) else _by_reading
        names = look(connection, SOURCES[0], alone, desks)
        for hit in (*names, *_by_handle(connection, alone, desks), *_by_reference(connection, alone, desks)):
            named.setdefault(hit.thread_id, set()).add(phrase)
    if not named:
        return []
    lacking = {number: search.without(has) for number, has in named.items()}
    found = [Hit(number, Place.NAME, number) for number, rest in lacking.items() if not rest.phrases]
    said: dict[int, set[str]] = {}
    rows: dict[int, tuple[Place, int]] = {}
    for place, words in ((Place.NOTE, _notes(lacking)), (Place.POST, _posts(lacking))):
        for each in connection.execute(words):
            if has := said_in(each.words or "", lacking[each.thread_id]):
                said.setdefault(each.thread_id, set()).update(has)
                rows[each.thread_id] = (place, each.id)
    whole = [number for number, has in said.items() if has.issuperset(lacking[number].phrases)]
    return found + [Hit(number, *rows[number]) for number in sorted(whole, reverse=True)]


def _posts(threads: Collection[int]) -> Select[Any]:
    """Build the SELECT of what was said in these threads, the newest of it, oldest first."""
    newest = select(post.c.id).where(post.c.thread_id.in_(threads)).order_by(post.c.id.desc()).limit(TEXTS)
    return (
        select(post.c.thread_id, post.c.id, post.c.text.label("words")).where(post.c.id.in_(newest)).order_by(post.c.id)
    )


def _notes(threads: Collection[int]) -> Select[Any]:
    words = event.c.data["note"].as_string().label("words")
    those = (event.c.thread_id.in_(threads), event.c.kind == EventKind.NOTED)
    newest = select(event.c.id).where(*those).order_by(event.c.id.desc()).limit(TEXTS)
    return select(event.c.thread_id, event.c.id, words).where(event.c.id.in_(newest)).order_by(event.c.id)


def _by_label(connection: Connection, labels: Collection[str], desks: Collection[str]) -> list[Hit]:
    """Find threads with one of these labels, in two steps: in one, SQLite would read all threads of the desks."""
    newest = select(label.c.thread_id).where(label.c.name.in_(labels)).order_by(label.c.thread_id.desc())
    for seen in (SEEN, FAR):
        labelled = newest.limit(seen).subquery()
        query = select(thread.c.id).where(thread.c.id.in_(select(labelled.c.thread_id)), *_in_sight(desks))
        rows = connection.execute(query.order_by(thread.c.id.desc()).limit(MOST)).all()
        if len(rows) == MOST:
            break
    return [Hit(row.id, Place.LABEL, row.id) for row in rows]


def _by_words(connection: Connection, source: Source, search: Search, desks: Collection[str]) -> list[Hit]:
    """Find the newest rows of one source.

    Only where most of them are other desks', so that a frequent word of a large desk would hide what a small one has,
    is it worth to look further back.
    """
    found = _newest_rows(connection, source.indexed, search)
    if not found:
        return []
    row = source.row
    query = select(row.c.id, source.thread_id.label("thread_id")).where(*_in_sight(desks))
    hits = _hits(connection, source, query.where(row.c.id.in_(found)))
    if len(hits) == MOST or len(found) < SEEN:
        return hits
    return _hits(connection, source, query.where(row.c.id.in_(_anywhere(connection, source.indexed, search, FAR))))


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
    if connection.dialect.name != "sqlite":
        index = _index(indexed)
        last = select(func.max(index.c.rowid)).scalar_subquery()
        newest = select(index.c.rowid).where(_has(connection, indexed, search), index.c.rowid > last - RECENT)
        recent = list(connection.execute(newest.order_by(index.c.rowid.desc()).limit(SEEN)).scalars())
        if len(recent) >= MOST:
            return recent
    return list(connection.execute(_anywhere(connection, indexed, search, SEEN)).scalars())


def _anywhere(connection: Connection, indexed: Indexed, search: Search, most: int) -> Select[Any]:
    """Build the SELECT of the newest rows of the index that have all of it, found by their words."""
    row = _index(indexed).c.rowid
    order = (
        row if connection.dialect.name == "sqlite" else row + 0
    )  # else PostgreSQL might walk all rows in their order
    return select(row).where(_has(connection, indexed, search)).order_by(order.desc()).limit(most)


@cache
def _index(indexed: Indexed) -> TableClause:
    return table_of(indexed.index, column("rowid", Integer), column("words", TSVECTOR))


def _has(connection: Connection, indexed: Indexed, search: Search) -> ColumnElement[bool]:
    if connection.dialect.name == "sqlite":
        return literal_column(indexed.index).op("MATCH", is_comparison=True)(_for_sqlite(search))
    return _index(indexed).c.words.op("@@", is_comparison=True)(_for_postgresql(search))


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
    return (at_desks(desks), thread.c.erased_at.is_(None))
