"""The long simulations: `python -m tests.simulations week|crashes|processes|races --help`."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import click

from storage import migrate
from storage.engine import connect
from tests.simulations import week as weeks
from tests.support import postgres
from tests.support.faults.crashes import crash_everywhere
from tests.support.faults.processes import kill_any
from tests.support.faults.races import claims


@click.group()
def main() -> None:
    """Long runs against the sandbox; each prints its seed and what it found, and fails when anything is wrong."""


@main.command()
@click.option("--seed", type=int, default=lambda: int(time.time()))
@click.option("--quick", is_flag=True, help="A day, or three in an office, with few mentions.")
@click.option("--office", is_flag=True, help="A desk with opening hours, a holiday and shifts.")
@click.option("--mentions", type=int)
@click.option("--database", help="An empty database; without it, SQLite in a folder of its own.")
def week(seed: int, quick: bool, office: bool, mentions: int | None, database: str | None) -> None:
    """A week over the end of summer time, with thousands of mentions."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        url = database or f"sqlite:///{folder}/webcare.db"
        engine = connect(url)
        migrate.upgrade(engine)
        engine.dispose()
        size = weeks.SIZES[quick, office]
        report = weeks.run(seed, Path(folder), url, **size | ({"mentions": mentions} if mentions else {}))
    click.echo(f"{report}\n{time.monotonic() - began:.0f} s")
    sys.exit(bool(report.wrong))


@main.command()
@click.option("--seconds", type=float, default=180)
def crashes(seconds: float) -> None:
    """Have the bot die at every point under load, on SQLite and on PostgreSQL."""
    wrong = []
    with tempfile.TemporaryDirectory() as folder, postgres.server() as server:
        for name, url in (("SQLite", f"sqlite:///{folder}/webcare.db"), ("PostgreSQL", server.get_uri())):
            place = Path(folder) / name
            place.mkdir()
            outcome = crash_everywhere(place, url, seconds=seconds)
            click.echo(f"{name}: died at {len(outcome.died_at)} points; wrong: {outcome.wrong or 'nothing'}")
            wrong += outcome.wrong
    sys.exit(bool(wrong))


@main.command()
@click.option("--seed", type=int, default=lambda: int(time.time()))
@click.option("--seconds", type=float, default=300)
def processes(seed: int, seconds: float) -> None:
    """Kill or stop any of five processes, or PostgreSQL, at any time."""
    with tempfile.TemporaryDirectory() as folder, postgres.server() as server:
        report = kill_any(seed, Path(folder), server, seconds)
    click.echo(report)
    sys.exit(bool(report.wrong))


@main.command()
@click.option("--seed", type=int, default=lambda: int(time.time()))
@click.option("--clients", type=int, default=50)
@click.option("--threads", type=int, default=1000)
def races(seed: int, clients: int, threads: int) -> None:
    """Every client claims every thread, on SQLite and on PostgreSQL: each has exactly one winner."""
    failed = False
    with tempfile.TemporaryDirectory() as folder, postgres.server() as server:
        for name, url in (("SQLite", f"sqlite:///{folder}/webcare.db"), ("PostgreSQL", server.get_uri())):
            began = time.monotonic()
            won = claims(url, Path(folder), clients, threads, seed)
            exactly_one = sum(times == 1 for times in won.values())
            seconds = time.monotonic() - began
            click.echo(f"seed {seed}, {name}: {exactly_one} of {threads} with exactly one winner, {seconds:.0f} s")
            failed = failed or exactly_one != threads
    sys.exit(failed)


if __name__ == "__main__":
    main()
