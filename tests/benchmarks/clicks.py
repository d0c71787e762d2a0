"""From a click on Claim to its acknowledgement, over HTTP, the commit included, against two floors in the same run.

One floor only acknowledges, the other commits the three rows of a claim with the bare driver (`floors`). All servers
are up together and take turns, so that a slow moment of the machine hits them all. A ratio is the median of the rounds'
ratios: trust it, not the milliseconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from statistics import median

from slack_sdk import WebClient

from bot.sandbox.server import environment
from storage.engine import connect
from tests.benchmarks import seed
from tests.benchmarks.bench import KINDS, Bench, listening
from tests.benchmarks.clicking import Clicks, claim_payload
from tests.benchmarks.load import Load
from tests.benchmarks.report import Figure
from tests.support.process import eventually, free_port

THREADS = 4000
ROUNDS = 9
IN_A_ROUND = {1: 60, 8: 160}  # clicks, by the number of clients
CARDS = 200  # half of them to be posted, half to be edited
AT_ONCE = 25
ACKS = "a handler that only acks"
STOCK = "the same in stock Bolt"
DURABLE = "three rows by the driver"
WEB = "webcare web"
RUN = f"webcare run, {CARDS // 2} cards posted and edited"
MOST = {WEB: 1.5, RUN: 3.0}  # times the durable floor


@dataclass(frozen=True, slots=True)
class Server:
    """One process that answers clicks; `load` is what it has to do beside them."""

    name: str
    kind: str
    clicks: Clicks
    load: Load | None = None
    p50: list[float] = field(default_factory=list)

    def take_turn(self, clients: int) -> None:
        """One round: append the median of its clicks."""
        if self.load is not None:
            self.load.begin()
        self.p50.append(median(self.clicks.run(IN_A_ROUND[clients], clients)))
        if self.load is not None and self.load.end() == 0:
            raise RuntimeError("there was not enough to deliver for all of a round")

    def times(self, floor: Server) -> float:
        """How many times as long as the floor's its clicks took."""
        return median(ours / its for ours, its in zip(self.p50, floor.p50, strict=True))


def measure(bench: Bench) -> Iterator[Figure]:
    with ExitStack() as stack:
        servers = _servers(bench, stack)
        for server in servers:
            server.clicks.warm_up()
        for clients in IN_A_ROUND:
            for server in servers:
                server.p50.clear()
            for _ in range(ROUNDS):
                for server in servers:
                    server.take_turn(clients)
            yield from _figures(servers, clients)
        for server in servers:
            if server.name == WEB:
                slowest = max(server.clicks.run(AT_ONCE, clients=AT_ONCE))
                what = f"{AT_ONCE} clicks at once, the last ack: {WEB}"
                yield Figure(what, server.kind, f"{slowest:.0f} ms", "1000 ms", slowest <= 1000)


def _figures(servers: list[Server], clients: int) -> Iterator[Figure]:
    floors = {(server.name, server.kind): server for server in servers}
    for server in servers:
        what = f"{clients} client{'s' if clients > 1 else ''}, click to ack: {server.name}"
        value = f"{median(server.p50):.2f} ms, {server.times(floors[ACKS, '']):.1f} x acks"
        if server.name in MOST:
            times, most = server.times(floors[DURABLE, server.kind]), MOST[server.name]
            yield Figure(what, server.kind, f"{value}, {times:.2f} x rows", f"{most} x {DURABLE}", times <= most)
        else:
            yield Figure(what, server.kind, value)


def _servers(bench: Bench, stack: ExitStack) -> list[Server]:
    payload = claim_payload(bench, _seeded(bench, "SQLite"))
    slack = _slack(bench, stack)
    message_ts = _post(slack)

    def started(*arguments: str, port: int, told: dict[str, str] | None = None) -> Clicks:
        stack.enter_context(bench.process(*arguments, environment=told or {}))
        return Clicks(port, payload)

    def floor(*arguments: str) -> Clicks:
        what, *rest = arguments
        port = free_port()
        return started("tests.benchmarks.floors", what, str(port), *rest, port=port)

    def desk(command: str, database: str) -> Clicks:
        port = free_port()
        told = bench.environment(database) | slack | {"PORT": str(port), "SLACK_APP_TOKEN": ""}
        return started("bot", command, port=port, told=told)

    servers = [Server(ACKS, "", floor("acks")), Server(STOCK, "", floor("stock"))]
    for kind in KINDS:
        servers.append(Server(DURABLE, kind, floor("durable", _seeded(bench, kind))))
        servers.append(Server(WEB, kind, desk("web", _seeded(bench, kind))))
        busy = _seeded(bench, kind)
        engine = connect(busy)
        stack.callback(engine.dispose)
        servers.append(Server(RUN, kind, desk("run", busy), Load(engine, CARDS, message_ts)))
    return servers


def _seeded(bench: Bench, kind: str) -> str:
    """The address of a new database with threads that can be claimed."""
    url = bench.database(kind)
    engine = connect(url)
    seed.fill(engine, THREADS)
    engine.dispose()
    return url


def _slack(bench: Bench, stack: ExitStack) -> dict[str, str]:
    """What a process must be told to use a local Slack that is running from here on."""
    port = free_port()
    stack.enter_context(bench.process("tests.benchmarks.local_slack", str(port), environment={}))
    eventually(lambda: listening(port))
    return environment(f"http://127.0.0.1:{port}")


def _post(slack: dict[str, str]) -> str:
    """Post a message that every card is taken to be: its ts."""
    client = WebClient(slack["SLACK_BOT_TOKEN"], slack["SLACK_API_URL"])
    return str(client.chat_postMessage(channel="C0SUPPORT", text="a card")["ts"])
