"""What the first page of a search costs, beside the bare SQL that reads the same from the index."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from functools import partial

from sqlalchemy import Engine, text

from bot.domain.common.errors import Refused
from bot.usecases.cases.find import find
from bot.usecases.desk.context import Actor, Context
from storage.cases.search import MOST
from storage.engine import connect, reading, transaction
from tests.benchmarks import seed
from tests.benchmarks.bench import KINDS, Bench, ratio
from tests.benchmarks.report import Figure
from tests.benchmarks.ticks import median_ms

MESSAGES = 50_000
LONG = 1_000_000
HELD_TO = 100.0  # milliseconds
LARS = Actor("U0LARS", "command")
SEARCHES = {
    "a word of every message": "pakket",
    "an order number": "A-{0}",
    "the beginning of many": "A-{1}",
    "a beginning of two letters": "pa",
    "several words": "blijft aangekomen pakket",
    "a phrase": '"nog steeds niet aangekomen"',
    "the beginning of every name": "cust",
    "nobody's word": "onvindbaar",
}
_BARE = {
    "sqlite": "SELECT rowid FROM post_words WHERE post_words MATCH :words ORDER BY rowid DESC LIMIT :most",
    "postgresql": "SELECT rowid FROM post_words WHERE words @@ to_tsquery('simple', :words) "
    "ORDER BY rowid DESC LIMIT :most",
}


def measure(bench: Bench) -> Iterator[Figure]:
    number = LONG if bench.long else MESSAGES
    for kind in KINDS:
        database = bench.database(kind)
        engine = connect(database)
        seed.fill(engine, number)
        _number_orders(engine)
        settings = bench.settings(database)
        ctx = Context(engine, settings.clock, settings, {}, lambda: None)
        bare = median_ms(partial(_bare, engine), 20)
        yield Figure(f"bare SQL: a word of {number:,} messages", kind, f"{bare:.1f} ms")
        for what, words in SEARCHES.items():
            typed = words.format(number + number // 2, str(number)[:2])
            ms = median_ms(partial(_found, ctx, typed), 10)
            yield Figure(f"find, {what}", kind, f"{ms:.1f} ms, {ratio(ms, bare)}", f"{HELD_TO:g} ms", ms <= HELD_TO)
        engine.dispose()


def _number_orders(engine: Engine) -> None:
    """Give each message an order number of its own; the triggers index it."""
    with transaction(engine) as connection:
        seed.take_your_time(connection)
        number = "CAST(id + (SELECT count(*) FROM post) AS text)"
        connection.execute(text(f"UPDATE post SET text = text || ' A-' || {number}"))  # noqa: S608 - our own words
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))


def _bare(engine: Engine) -> None:
    with reading(engine) as connection:
        connection.execute(text(_BARE[engine.dialect.name]), {"words": "pakket", "most": MOST}).all()


def _found(ctx: Context, words: str) -> None:
    with suppress(Refused):
        find(ctx, LARS, words)
