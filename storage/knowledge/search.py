"""Finds entries of the knowledge bank by words: of their questions, of their answers, and of what taught them.

`storage/search_index.py` has the words. What customers asked before counts like the question itself: they use each
other's words, not the bank's. Where SQLite was built without FTS5 the words are read off the rows instead.

Both databases rank by the same rule, and one that costs the same however common a word is: of each word only so many
rows are looked at, and the more rows have it, the less it counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import cache
from math import log

from sqlalchemy import (
    BindParameter,
    Column,
    ColumnElement,
    CompoundSelect,
    Connection,
    FromClause,
    Integer,
    Select,
    Table,
    Text,
    bindparam,
    column,
    func,
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


_DESKS: BindParameter[str] = bindparam("desks", expanding=True)
_FORMS: dict[str, Callable[[str], str]] = {
    "sqlite": lambda word: f'"{word}"',
    "postgresql": search_index.plain,
    "": str,  # without an index; a word has no wildcards
}
"""How each kind of search takes a word, which has letters and digits alone."""


@dataclass(frozen=True, slots=True, eq=False)
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
    form = connection.dialect.name if indexed else ""
    asked = {f"word{place}": _FORMS[form](word) for place, word in enumerate(words)}
    rows = connection.execute(
        _statement(part, connection.dialect.name, len(words), indexed), asked | {"desks": list(desks)}
    ).all()
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


@cache
def _statement(part: _Part, dialect: str, words: int, indexed: bool) -> CompoundSelect[int, int, int]:
    """Build the search for so many words once: building it takes longer than running it."""
    look = _indexed if indexed else _read
    each = [look(part, dialect, place).subquery() for place in range(words)]
    return union_all(*(select(one) for one in each))


def _indexed(part: _Part, dialect: str, place: int) -> Select[int, int, int]:
    """Look for the rows that have one word in the index."""
    index = table_of(part.indexed.index, column("rowid", Integer), column("words", TSVECTOR))
    word = bindparam(f"word{place}", type_=Text)
    asked: ColumnElement[bool]
    if dialect == "sqlite":
        name: ColumnElement[str] = literal_column(part.indexed.index)
        asked = name.op("MATCH", is_comparison=True)(word)
    else:
        query = func.plainto_tsquery(literal_column("'simple'"), word)
        asked = index.c.words.op("@@", is_comparison=True)(query)
    # The sum has SQLite begin with the index: it would look up every entry there, for each word.
    of_row = index.join(part.row, part.row.c.id == index.c.rowid + 0)
    found = _columns(part, place).select_from(of_row if part.row is bank_entry else _with_entry(of_row, part))
    return found.where(asked, standing(_DESKS)).limit(LOOKED_AT)


def _read(part: _Part, dialect: str, place: int) -> Select[int, int, int]:
    """Look for them without an index."""
    said: ColumnElement[str] = literal_column(part.indexed.of(part.row.name, dialect), Text)
    found = _columns(part, place).select_from(part.row if part.row is bank_entry else _with_entry(part.row, part))
    word = bindparam(f"word{place}", type_=Text)
    return found.where(said.icontains(word, autoescape=False), standing(_DESKS)).limit(LOOKED_AT)


def _columns(part: _Part, place: int) -> Select[int, int, int]:
    return select(
        literal_column(str(place), Integer).label("place"), part.row.c.id.label("id"), part.entry_id.label("entry_id")
    )


def _with_entry(rows: FromClause, part: _Part) -> FromClause:
    return rows.join(bank_entry, bank_entry.c.id == part.entry_id)
