"""The index that searches read: made of other tables by triggers, so that it never says anything else than they do.

SQLite has it as FTS5 tables without content, PostgreSQL as tables with a `tsvector`. It is derived: not copied to
another database, and built anew after each migration, because SQLite rebuilds tables and forgets their triggers.
"""

# ruff: noqa: S608 - every name in these statements is ours

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, text


@dataclass(frozen=True, slots=True)
class Indexed:
    """Words of one table's rows. `words` is their SQL, with {row} for the row; `sqlite` where SQLite writes it so.

    Where `of_posts`, they are those of the post that the row names, and change with it.
    """

    index: str  # the index's table; its `rowid` is the row's id
    table: str
    columns: str  # that the words are made of
    words: str
    sqlite: str = ""
    of_posts: bool = False

    def of(self, row: str, dialect: str) -> str:
        """Return the SQL of a row's words; "" if there are none."""
        written = self.sqlite if dialect == "sqlite" and self.sqlite else self.words
        return f"coalesce({written.replace('{row}', row)}, '')"


POSTS = Indexed("post_words", "post", "text", "{row}.text")
NAMES = Indexed(
    "name_words", "thread", "customer_name, customer_handle", "{row}.customer_name || ' ' || {row}.customer_handle"
)
NOTES = Indexed(
    "note_words",
    "event",
    "data",
    "CASE WHEN {row}.kind = 'noted' THEN {row}.data ->> 'note' END",
    sqlite="CASE WHEN {row}.kind = 'noted' THEN json_extract({row}.data, '$.note') END",
)
BANK_QUESTIONS = Indexed("bank_question_words", "bank_entry", "question", "{row}.question")
BANK_ANSWERS = Indexed("bank_answer_words", "bank_entry", "answer", "{row}.answer")
BANK_TAUGHT = Indexed(
    "bank_taught_words",
    "bank_taught",
    "post_id",
    "(SELECT post.text FROM post WHERE post.id = {row}.post_id)",
    of_posts=True,
)
INDEXED = (POSTS, NAMES, NOTES, BANK_QUESTIONS, BANK_ANSWERS, BANK_TAUGHT)

_PAGES = 200  # of 4 kB that one part of a purge writes in each index

_ACCENTS = re.compile("[\u0300-\u036f]+")
# What SQL or the driver would read as its own is left out; PostgreSQL takes it for a gap by itself.
_SIGNS = "".join(
    char for char in map(chr, (*range(0x21, 0x7F), *range(0x2010, 0x2028))) if not char.isalnum() and char not in "%'"
)
_GAPS = str.maketrans(dict.fromkeys(_SIGNS, " "))


def plain(words: str) -> str:
    """Return words as PostgreSQL's index has them: without accents, and nothing between them but spaces."""
    return _ACCENTS.sub("", unicodedata.normalize("NFD", words)).translate(_GAPS)


def is_derived(table: str | None) -> bool:
    """Tell whether a table belongs to the index."""
    return table is not None and table.startswith(tuple(each.index for each in INDEXED))


def exists(connection: Connection) -> bool:
    """Tell whether there is an index; SQLite may have been built without FTS5."""
    catalogue = (
        "SELECT 1 FROM sqlite_master WHERE type = 'trigger' AND name = :name"
        if connection.dialect.name == "sqlite"
        else "SELECT to_regproc(:name)"
    )
    last = {"name": f"{INDEXED[-1].index}_changed"}
    return connection.execute(text(catalogue), last).scalar() is not None


def can_be_built(connection: Connection) -> bool:
    """Tell whether this database can have an index."""
    if connection.dialect.name != "sqlite":
        return True
    return bool(connection.exec_driver_sql("SELECT sqlite_compileoption_used('ENABLE_FTS5')").scalar_one())


def drop(connection: Connection) -> None:
    """Remove the index, so that tables can be changed."""
    for each in INDEXED:
        for statement in _dropped(each, connection.dialect.name, tables=can_be_built(connection)):
            connection.exec_driver_sql(statement)


def build(connection: Connection) -> None:
    """Make the index of what is stored, where the database can have one."""
    drop(connection)
    if not can_be_built(connection):
        return
    make = _made_in_sqlite if connection.dialect.name == "sqlite" else _made_in_postgresql
    for each in INDEXED:
        for statement in make(each):
            connection.exec_driver_sql(statement)


def purge(connection: Connection) -> None:
    """Leave no trace of words that are gone: FTS5 keeps them, as deleted, until it merges its parts."""
    if connection.dialect.name == "sqlite" and exists(connection):
        for each in INDEXED:
            connection.exec_driver_sql(f"INSERT INTO {each.index}({each.index}) VALUES ('optimize')")


def purge_some(connection: Connection, *, first: bool) -> bool:
    """Do part of what `purge` does, so that nobody waits for all of it; tell whether there is more to do.

    `first` says that this is the first part.
    """
    if connection.dialect.name != "sqlite" or not exists(connection):
        return False
    before = _changes(connection)
    pages = -_PAGES if first else _PAGES  # negative: all parts of the index are to become one
    for each in INDEXED:
        connection.exec_driver_sql(f"INSERT INTO {each.index}({each.index}, rank) VALUES ('merge', {pages})")
    return _changes(connection) - before > len(INDEXED)  # each statement counts as one change itself


def _changes(connection: Connection) -> int:
    return int(connection.exec_driver_sql("SELECT total_changes()").scalar_one())


def _dropped(each: Indexed, dialect: str, *, tables: bool) -> Iterator[str]:
    if dialect == "sqlite":
        for name in ("added", "changed", "deleted"):
            yield f"DROP TRIGGER IF EXISTS {each.index}_{name}"
        if tables:
            yield f"DROP TABLE IF EXISTS {each.index}"
        return
    for function in ("changed", "followed"):
        yield f"DROP FUNCTION IF EXISTS {each.index}_{function}() CASCADE"
    yield f"DROP TABLE IF EXISTS {each.index}"


def _made_in_sqlite(each: Indexed) -> Iterator[str]:
    index, table = each.index, each.table
    old, new, words = (each.of(row, "sqlite") for row in ("old", "new", table))
    out = f"INSERT INTO {index}({index}, rowid, words) SELECT 'delete', old.id, {old} WHERE {old} <> '';"
    in_ = f"INSERT INTO {index}(rowid, words) SELECT new.id, {new} WHERE {new} <> '';"
    yield (
        f"CREATE VIRTUAL TABLE {index} USING "
        "fts5(words, content = '', prefix = '2 3', tokenize = 'unicode61 remove_diacritics 2')"
    )
    yield f"INSERT INTO {index}(rowid, words) SELECT id, {words} FROM {table} WHERE {words} <> ''"
    yield f"CREATE TRIGGER {index}_added AFTER INSERT ON {table} BEGIN {in_} END"
    yield f"CREATE TRIGGER {index}_deleted AFTER DELETE ON {table} BEGIN {out} END"
    if each.of_posts:
        whenever = "AFTER UPDATE OF text ON post WHEN old.text <> new.text"
        those = f"FROM {table} WHERE post_id = new.id"
        out = f"INSERT INTO {index}({index}, rowid, words) SELECT 'delete', id, old.text {those} AND old.text <> '';"
        in_ = f"INSERT INTO {index}(rowid, words) SELECT id, new.text {those} AND new.text <> '';"
    else:
        whenever = f"AFTER UPDATE OF {each.columns} ON {table} WHEN {old} <> {new}"
    yield f"CREATE TRIGGER {index}_changed {whenever} BEGIN {out} {in_} END"


def _made_in_postgresql(each: Indexed) -> Iterator[str]:
    index, table = each.index, each.table
    old, new, words = (each.of(row, "postgresql") for row in ("OLD", "NEW", table))
    # Most posts have ASCII alone, and spelling out accents would cost more than all the rest.
    bare = r"regexp_replace(normalize(said, NFD), '[\u0300-\u036f]+', '', 'g')"
    yield f"""
        CREATE OR REPLACE FUNCTION plain_words(said text) RETURNS tsvector LANGUAGE sql IMMUTABLE AS $$
            SELECT to_tsvector('simple', translate(
                CASE WHEN octet_length(said) = length(said) THEN said ELSE {bare} END,
                '{_SIGNS}', '{" " * len(_SIGNS)}'
            ))
        $$"""
    yield f"CREATE TABLE {index} (rowid integer PRIMARY KEY, words tsvector NOT NULL)"
    yield f"INSERT INTO {index} SELECT id, plain_words({words}) FROM {table} WHERE {words} <> ''"
    yield f"CREATE INDEX ix_{index}_words ON {index} USING gin (words)"
    yield f"""
        CREATE FUNCTION {index}_changed() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'TRUNCATE' THEN
                TRUNCATE {index};
                RETURN NULL;
            END IF;
            IF TG_OP <> 'INSERT' THEN
                DELETE FROM {index} WHERE rowid = OLD.id;
            END IF;
            IF TG_OP <> 'DELETE' THEN
                INSERT INTO {index} SELECT NEW.id, plain_words({new}) WHERE {new} <> '';
            END IF;
            RETURN NULL;
        END $$"""
    run = f"EXECUTE FUNCTION {index}_changed()"
    yield f"CREATE TRIGGER {index}_added AFTER INSERT ON {table} FOR EACH ROW {run}"
    yield f"CREATE TRIGGER {index}_deleted AFTER DELETE ON {table} FOR EACH ROW {run}"
    yield f"CREATE TRIGGER {index}_emptied AFTER TRUNCATE ON {table} {run}"
    if not each.of_posts:
        whenever = f"AFTER UPDATE OF {each.columns} ON {table} FOR EACH ROW WHEN ({old} <> {new})"
        yield f"CREATE TRIGGER {index}_changed {whenever} {run}"
        return
    yield f"""
        CREATE FUNCTION {index}_followed() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            DELETE FROM {index} WHERE rowid IN (SELECT id FROM {table} WHERE post_id = NEW.id);
            INSERT INTO {index} SELECT id, plain_words(NEW.text) FROM {table}
                WHERE post_id = NEW.id AND NEW.text <> '';
            RETURN NULL;
        END $$"""
    whenever = "AFTER UPDATE OF text ON post FOR EACH ROW WHEN (OLD.text <> NEW.text)"
    yield f"CREATE TRIGGER {index}_changed {whenever} EXECUTE FUNCTION {index}_followed()"
