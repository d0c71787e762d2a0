"""What the reply form costs of our own time, with a full knowledge bank and all that looks at a reply before it goes.

Spelling, words that the desk would rather not use, numbers that were given, and the last 200 replies are all looked at.

Beside it stands the thread's card alone, which the form needs in any case.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

from sqlalchemy import Engine, text

from bot.networks.x.client import XAccount
from bot.networks.x.spec import SPEC
from bot.platform.i18n import translator
from bot.settings import Settings
from bot.settings.config import ReferenceConfig
from bot.usecases.cases import queries
from bot.usecases.desk.context import Actor, Context
from bot.usecases.knowledge.bank import suggested
from bot.usecases.replies import reply, second_look
from bot.views.replies.reply import modal
from storage.engine import connect, transaction
from storage.tables import bank_entry, bank_taught
from storage.tables import reply as stored_reply
from tests.benchmarks import seed
from tests.benchmarks.bench import KINDS, Bench, ratio
from tests.benchmarks.report import Figure
from tests.benchmarks.ticks import median_ms

MESSAGES = 50_000
LONG = 1_000_000
ENTRIES = 10_000
TAUGHT = 2  # posts by which each entry is found
WORDS = 4_000  # that entries are made of
HELD_TO = 50.0  # milliseconds
LARS = Actor("U0LARS", "button", name="Lars")
ANSWER = "We zoeken vandaag nog uit waar je paket gebleven is en laten het je morgen wteen. Wat is je ordernummer?"


def measure(bench: Bench) -> Iterator[Figure]:
    number = LONG if bench.long else MESSAGES
    for kind in KINDS:
        database = bench.database(kind)
        engine = connect(database)
        seed.fill(engine, number)
        _fill_bank(engine, number)
        _fill_replies(engine)
        settings = bench.settings(database)
        keys: dict[str, Any] = dict.fromkeys((key.name for key in SPEC.keys), "unused")
        account = XAccount("acme", api_url="http://127.0.0.1:9", now=settings.clock.now, **keys)
        ctx = Context(engine, settings.clock, settings, {"x:acme": account}, lambda: None)
        ctx.settings = _all_on(settings)
        second_look.prepare(ctx)
        thread = number // 2
        card = median_ms(partial(queries.card, ctx, thread), 20)
        yield Figure(f"a card alone, {number:,} messages", kind, f"{card:.1f} ms")
        for what, work in (("reply form opens", _open), ("reply is looked at", _look)):
            ms = median_ms(partial(work, ctx, thread), 20)
            value = f"{ms:.1f} ms, {ratio(ms, card)}"
            yield Figure(f"{what}, {ENTRIES:,} entries", kind, value, f"{HELD_TO:g} ms", ms <= HELD_TO)
        engine.dispose()


def _all_on(settings: Settings) -> Settings:
    """Return the desk with everything on that looks at a reply."""
    (desk,) = settings.desks
    words = desk.words.model_copy(update={"spelling": ("nl", "en", "sv"), "rather_not": {"helaas": "zeg wat wel kan"}})
    orders = (ReferenceConfig(pattern=r"A-\d{6}", url="https://a.example/{0}", names=("ordernummer",)),)
    return replace(settings, desks=(desk.model_copy(update={"words": words, "references": orders}),))


def _open(ctx: Context, thread: int) -> None:
    draft = replace(reply.draft(ctx, LARS, thread), suggested=suggested(ctx, thread))
    modal(draft, translator("nl"))


def _look(ctx: Context, thread: int) -> None:
    second_look.look(ctx, thread, LARS.id, ANSWER)


def _fill_replies(engine: Engine) -> None:
    """Give as many threads an answer as a new one is compared with."""
    chance, at = random.Random(2), datetime.now(UTC)  # noqa: S311 - the same each time
    words = [f"antwoord{number}" for number in range(WORDS)] + ["pakket", "morgen", "vandaag"] * 200
    about = {"author": "U0LARS", "answers_through_post_id": 0, "state": "sent", "created_at": at, "send_at": at}
    rows = [
        about | {"thread_id": number, "in_reply_to": f"{number}", "text": " ".join(chance.choices(words, k=40))}
        for number in range(1, second_look.COMPARED + 1)
    ]
    with transaction(engine) as connection:
        connection.execute(stored_reply.insert(), rows)


def _fill_bank(engine: Engine, posts: int) -> None:
    """Fill the bank with entries of common and rare words, taught by posts all over."""
    chance = random.Random(1)  # noqa: S311 - the same each time
    words = [f"woord{number}" for number in range(WORDS)] + ["pakket", "aangekomen", "bestelling"] * 200
    at = datetime.now(UTC)

    def said(length: int) -> str:
        return " ".join(chance.choices(words, k=length))

    about = {"desk": "Support", "owner": "U0LARS", "created_by": "U0LARS", "created_at": at, "reviewed_at": at}
    rows = [about | {"question": said(8), "answer": said(35), "language": "nl"} for _ in range(ENTRIES)]
    with transaction(engine) as connection:
        connection.execute(bank_entry.insert(), rows)
        taught = [
            {"entry_id": entry, "post_id": post}
            for entry in range(1, ENTRIES + 1)
            for post in chance.sample(range(1, posts + 1), TAUGHT)
        ]
        connection.execute(bank_taught.insert(), taught)
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
