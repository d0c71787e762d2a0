"""The long simulations: `python -m tests.simulations week --seed 7 [--quick] [--database URL]`."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import click

from storage import migrate
from storage.engine import connect
from tests.simulations import week as weeks


@click.group()
def main() -> None:
    """Long runs against the sandbox; each prints its seed and what it found, and fails when anything is wrong."""


@main.command()
@click.option("--seed", type=int, default=lambda: int(time.time()))
@click.option("--quick", is_flag=True, help="Two days with a few hundred mentions.")
@click.option("--mentions", type=int, default=4000)
@click.option("--database", help="An empty database; without it, SQLite in a folder of its own.")
def week(seed: int, quick: bool, mentions: int, database: str | None) -> None:
    """A week over the end of summer time, with thousands of mentions."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        url = database or f"sqlite:///{folder}/webcare.db"
        engine = connect(url)
        migrate.upgrade(engine)
        engine.dispose()
        if quick:
            report = weeks.run(seed, Path(folder), url, **weeks.QUICK)
        else:
            report = weeks.run(seed, Path(folder), url, **weeks.FULL | {"mentions": mentions})
    click.echo(f"{report}\n{time.monotonic() - began:.0f} s")
    sys.exit(bool(report.wrong))


if __name__ == "__main__":
    main()
