"""Each network's mentions from its answers into the database, against X's; and what accounts cost in memory."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import requests

from bot.networks import SPECS
from bot.networks.mastodon import pages as mastodon_pages
from bot.settings.config import AccountConfig
from bot.usecases.desk.context import Context
from bot.usecases.intake import ingest
from storage.engine import connect
from tests.benchmarks.bench import Bench, ratio
from tests.benchmarks.mentions import fetched
from tests.benchmarks.report import Figure
from tests.support.counterparts import COUNTERPARTS, mastodon
from tests.support.counterparts.base import canned, on_the_wire

MENTIONS = 500
ACCOUNTS = 10
SINCE = timedelta(hours=1)


class Recorded:
    """What a network answered, to be given again without it."""

    def __init__(self) -> None:
        self._answers: dict[tuple[str | None, str | None], tuple[int, bytes, dict[str, str]]] = {}

    def keep(self, request: requests.PreparedRequest, send: Callable[[], requests.Response]) -> requests.Response:
        told = send()
        told = canned(told.status_code, told.raw.read(decode_content=True), dict(told.headers))
        content = told.raw.read()
        headers = {name: value for name, value in told.headers.items() if name.lower() != "content-encoding"}
        self._answers[request.method, request.url] = (told.status_code, content, headers)
        return canned(told.status_code, content, headers)

    def again(self, request: requests.PreparedRequest, _: Callable[[], requests.Response]) -> requests.Response:
        return canned(*self._answers[request.method, request.url])


def ingesting(bench: Bench) -> Iterator[Figure]:
    """Mentions from the network's answers, which come at once, until they are stored."""
    mastodon.Mastodon.page = mastodon_pages.PAGE  # a test's are shorter
    database = bench.database("SQLite")
    settings = bench.settings(database)
    engine = connect(database)
    ctx = Context(engine, settings.clock, settings, {}, lambda: None)
    (desk,) = settings.desks
    ingest.receive(ctx, desk, desk.networks[0], fetched(MENTIONS, datetime.now(UTC)))  # compiles the statements
    of_x = 0.0
    for kind, running in COUNTERPARTS.items():
        with running() as network:
            for number in range(MENTIONS):
                network.customer(f"Waar blijft pakket {number}? Ik wacht al een week", by=f"klant{number}")
            since, recorded = network.now() - SINCE, Recorded()
            with on_the_wire(recorded.keep):
                assert len(network.account().fetch(None, since).mentions) == MENTIONS, kind
            account = network.account()  # asks the same once more, as it knows nothing yet
            with on_the_wire(recorded.again):
                start = time.perf_counter()
                ingest.receive(ctx, desk, AccountConfig(kind=kind, handle=account.handle), account.fetch(None, since))
                rate = MENTIONS / (time.perf_counter() - start)
        of_x = of_x or rate
        value = f"{rate:,.0f} a second, {ratio(rate, of_x)}"
        yield Figure(f"{SPECS[kind].name}: {MENTIONS} mentions read and ingested, against X", "SQLite", value)
    engine.dispose()


def memory(bench: Bench) -> Iterator[Figure]:
    """What a process that has ten accounts on four networks holds, against one that has one."""
    environment = bench.environment(bench.database("SQLite"))
    one, ten = (
        float(bench.output("tests.benchmarks.accounts", str(count), environment=environment)) for count in (1, ACCOUNTS)
    )
    yield Figure(f"memory with {ACCOUNTS} accounts", "SQLite", f"{ten:.0f} MB, {ten - one:+.0f} since one")
