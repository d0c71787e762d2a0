"""`python -m tests.benchmarks [NAME ...] [--long]`: measure, and print one table. Nothing here fails on a slow day."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from tests.benchmarks import (
    clicks,
    deadlines,
    networks,
    replying,
    searching,
    slackside,
    sockets,
    spelling,
    starting,
    surge,
    throughput,
    ticks,
)
from tests.benchmarks.bench import Bench
from tests.benchmarks.report import Figure, head, machine

MEASURES: dict[str, Callable[[Bench], Iterator[Figure]]] = {
    "clicks": clicks.measure,
    "sockets": sockets.measure,
    "slack": slackside.measure,
    "ticks": ticks.measure,
    "deadlines": deadlines.measure,
    "search": searching.measure,
    "spelling": spelling.measure,
    "reply": replying.measure,
    "start": starting.measure,
    "ingest": throughput.ingesting,
    "networks": networks.ingesting,
    "claims": throughput.claims,
    "delivery": surge.delivery,
    "memory": surge.memory,
    "accounts": networks.memory,
}


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(list(MEASURES)))
@click.option("--long", is_flag=True, help="Also a surge of ten minutes, a million open threads, 100,000 mentions.")
def main(names: tuple[str, ...], *, long: bool) -> None:
    """Take all measures, or only those that are named."""
    with tempfile.TemporaryDirectory(prefix="webcare-bench-") as folder:
        bench = Bench(Path(folder), long=long)
        click.echo(head())
        started = time.monotonic()
        try:
            for name in names or MEASURES:
                for figure in MEASURES[name](bench):
                    click.echo(figure.line())
            click.echo(f"\n{machine(bench.postgres_version)}; taken in {time.monotonic() - started:.0f} s")
        finally:
            bench.close()


if __name__ == "__main__":
    main()
