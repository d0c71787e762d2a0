"""Finds entries of the knowledge bank by words: of their questions, of their answers, and of what taught them.

`storage/search_index.py` has the words. What customers asked before counts like the question itself: they use each
other's words, not the bank's. Where SQLite was built without FTS5 the words are counted instead.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Float,
    Integer,
    Select,
    Table,
    Text,
    bindparam,
    column,
    func,
    literal_column,
    select,
)
from sqlalchemy import table as table_of
from sqlalchemy.dialects.postgresql import TSVECTOR

from storage import search_index
from storage.knowledge.entries import standing
from storage.search_index import BANK_ANSWERS, BANK_QUESTIONS, BANK_TAUGHT, Indexed
from storage.tables import bank_entry, bank_taught

LOOKED_AT = 60  # rows of each part of the index, the best ones
_BY_LENGTH = 1  # has PostgreSQL count a word in a long text for less

_Part = tuple[Indexed, Table, Column[int], int]
_PARTS: tuple[_Part, ...] = (
    (BANK_QUESTIONS, bank_entry, bank_entry.c.id, 5),
    (BANK_TAUGHT, bank_taught, bank_taught.c.entry_id, 5),
    (BANK_ANSWERS, bank_entry, bank_entry.c.id, 1),
)
"""Where words are, in the rows of what, for which entry, and how much they count."""


def nearest(connection: Connection, words: Collection[str], desks: Collection[str], limit: int) -> list[int]:
    """Return the entries of these desks that share words with these, the nearest first."""
    return _best(connection, _PARTS, words, desks, limit)


def nearest_answers(connection: Connection, words: Collection[str], desks: Collection[str], limit: int) -> list[int]:
    """The same, by their answers alone."""
    return _best(connection, _PARTS[-1:], words, desks, limit)


def _best(
    connection: Connection, parts: Iterable[_Part], words: Collection[str], desks: Collection[str], limit: int
) -> list[int]:
    if not words:
        return []
    score: dict[int, float] = defaultdict(float)
    rank = _ranked if search_index.exists(connection) else _counted
    for part in parts:
        best: dict[int, float] = {}
        for row in connection.execute(rank(connection, part, words, desks).limit(LOOKED_AT)):
            best[row.entry_id] = max(best.get(row.entry_id, 0), row.near * part[3])
        for entry_id, near in best.items():
            score[entry_id] += near
    return sorted(score, key=lambda entry_id: (-score[entry_id], entry_id))[:limit]


def _ranked(connection: Connection, part: _Part, words: Collection[str], desks: Collection[str]) -> Select[int, float]:
    """Rank the rows of one part of the index."""
    indexed, row, entry_id, _ = part
    index = table_of(indexed.index, column("rowid", Integer), column("words", TSVECTOR))
    near: ColumnElement[float]
    if connection.dialect.name == "sqlite":
        name: ColumnElement[str] = literal_column(indexed.index)
        any_of = bindparam(None, " OR ".join(f'"{word}"' for word in words), Text)
        near, asked = -func.bm25(name, type_=Float), name.op("MATCH", is_comparison=True)(any_of)
    else:
        any_of = bindparam(None, " | ".join(search_index.plain(" ".join(words)).split()), Text)
        query = func.to_tsquery(literal_column("'simple'"), any_of)
        near = func.ts_rank(index.c.words, query, _BY_LENGTH, type_=Float)
        asked = index.c.words.op("@@", is_comparison=True)(query)
    found = select(entry_id.label("entry_id"), near.label("near")).select_from(index)
    found = found.join(row, row.c.id == index.c.rowid)
    return _of_entries(found, row, entry_id).where(asked, standing(desks)).order_by(near.desc(), entry_id)


def _counted(connection: Connection, part: _Part, words: Collection[str], desks: Collection[str]) -> Select[int, float]:
    """Count the words without an index."""
    indexed, row, entry_id, _ = part
    said = literal_column(indexed.of(row.name, connection.dialect.name), Text)
    near: ColumnElement[float] = literal_column("0", Float)
    for word in words:
        near = near + func.lower(said).contains(word, autoescape=True).cast(Integer).cast(Float)
    found = select(entry_id.label("entry_id"), near.label("near")).select_from(row)
    return _of_entries(found, row, entry_id).where(near > 0, standing(desks)).order_by(near.desc(), entry_id)


def _of_entries(found: Select[int, float], row: Table, entry_id: Column[int]) -> Select[int, float]:
    return found if row is bank_entry else found.join(bank_entry, bank_entry.c.id == entry_id)
