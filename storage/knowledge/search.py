"""Finds entries of the knowledge bank by words: of their questions, of their answers, and of what taught them.

`storage/search_index.py` has the words. What customers asked before counts like the question itself: they use each
other's words, not the bank's. Where SQLite was built without FTS5 the words are read off the rows instead.

Both databases rank by the same rule, and one that costs the same however common a word is: of each word only so many
rows are looked at, and the more rows have it, the less it counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from math import log

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    Select,
    Table,
    Text,
    bindparam,
    column,
    func,
    literal,
    literal_column,
    select,
    union_all,
)
from sqlalchemy import table as table_of
from sqlalchemy.dialects.postgresql import TSVECTOR

from storage import search_index
from storage.knowledge.entries import standing
from storage.search_index import BANK_ANSWERS, BANK_QUESTIONS, BANK_TAUGHT, Indexed
from storage.tables import bank_entry, bank_taught

LOOKED_AT = 100  # rows that have a word, in each part of the index


@dataclass(frozen=True, slots=True)
class _Part:
    """Where words are: in the rows of what, for which entry, and how much they count there."""

    indexed: Indexed
    row: Table
    entry_id: Column[int]
    weight: int


_ANSWERS = _Part(BANK_ANSWERS, bank_entry, bank_entry.c.id, 1)
_PARTS = (
    _Part(BANK_QUESTIONS, bank_entry, bank_entry.c.id, 5),
    _Part(BANK_TAUGHT, bank_taught, bank_taught.c.entry_id, 5),
    _ANSWERS,
)


def nearest(
    connection: Connection, words: Collection[str], desks: Collection[str], limit: int, *, asked: bool = False
) -> list[int]:
    """Return the entries of these desks that share words with these, the nearest first.

    Those that were `asked` alone share some with their question or with what taught them; a word that only their
    answer has says little of what it is an answer to.
    """
    return _best(connection, _PARTS, words, desks, limit, asked=asked)


def nearest_answers(connection: Connection, words: Collection[str], desks: Collection[str], limit: int) -> list[int]:
    """The same, by their answers alone."""
    return _best(connection, [_ANSWERS], words, desks, limit)


def _best(
    connection: Connection,
    parts: Iterable[_Part],
    words: Collection[str],
    desks: Collection[str],
    limit: int,
    *,
    asked: bool = False,
) -> list[int]:
    if not words:
        return []
    score: dict[int, float] = defaultdict(float)
    indexed = search_index.exists(connection)
    for part in parts:
        for entry_id, near in _near(connection, part, words, desks, indexed=indexed).items():
            if not (asked and part is _ANSWERS and entry_id not in score):
                score[entry_id] += near * part.weight
    return sorted(score, key=lambda entry_id: (-score[entry_id], entry_id))[:limit]


def _near(
    connection: Connection, part: _Part, words: Collection[str], desks: Collection[str], *, indexed: bool
) -> dict[int, float]:
    """Return how near the entries are by one part: by the row of each that has most of the words."""
    look = _indexed if indexed else _read
    each = [look(connection, part, place, word, desks).subquery() for place, word in enumerate(words)]
    rows = connection.execute(union_all(*(select(one) for one in each))).all()
    having: dict[int, int] = defaultdict(int)
    for row in rows:
        having[row.place] += 1
    near: dict[tuple[int, int], float] = defaultdict(float)
    for row in rows:
        near[row.entry_id, row.id] += log(1 + LOOKED_AT / having[row.place])
    best: dict[int, float] = defaultdict(float)
    for (entry_id, _), value in near.items():
        best[entry_id] = max(best[entry_id], value)
    return best


def _indexed(
    connection: Connection, part: _Part, place: int, word: str, desks: Collection[str]
) -> Select[int, int, int]:
    """Look for the rows that have one word in the index."""
    index = table_of(part.indexed.index, column("rowid", Integer), column("words", TSVECTOR))
    asked: ColumnElement[bool]
    if connection.dialect.name == "sqlite":
        name: ColumnElement[str] = literal_column(part.indexed.index)
        asked = name.op("MATCH", is_comparison=True)(bindparam(None, f'"{word}"', Text))
    else:
        query = func.plainto_tsquery(literal_column("'simple'"), bindparam(None, search_index.plain(word), Text))
        asked = index.c.words.op("@@", is_comparison=True)(query)
    # The sum has SQLite begin with the index: it would look up every entry there, for each word.
    of_row = index.join(part.row, part.row.c.id == index.c.rowid + 0)
    found = _columns(part, place).select_from(of_row if part.row is bank_entry else _with_entry(of_row, part))
    return found.where(asked, standing(desks)).limit(LOOKED_AT)


def _read(connection: Connection, part: _Part, place: int, word: str, desks: Collection[str]) -> Select[int, int, int]:
    """Look for them without an index."""
    said: ColumnElement[str] = literal_column(part.indexed.of(part.row.name, connection.dialect.name), Text)
    found = _columns(part, place).select_from(part.row if part.row is bank_entry else _with_entry(part.row, part))
    return found.where(said.icontains(word, autoescape=True), standing(desks)).limit(LOOKED_AT)


def _columns(part: _Part, place: int) -> Select[int, int, int]:
    return select(literal(place).label("place"), part.row.c.id.label("id"), part.entry_id.label("entry_id"))


def _with_entry(rows: FromClause, part: _Part) -> FromClause:
    return rows.join(bank_entry, bank_entry.c.id == part.entry_id)
