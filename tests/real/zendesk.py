"""All requests to Zendesk against its published OpenAPI: `python -m tests.real.zendesk FOLDER SPEC`.

FOLDER is where `npm install @stoplight/prism-cli` was run. Prism refuses each request that SPEC does not allow, and
answers with SPEC's own examples, which need not fit it. It remembers nothing, so answers are only seen to be read.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import click
import requests

from bot.domain.customers.crm import Contact, Question, Wanted
from bot.integrations.crm.zendesk import Zendesk
from tests.support.process import free_port

STARTS_WITHIN = 60.0  # seconds; the whole document is a megabyte
AGENT = "agent@acme.example"
AT = "2026-11-28T12:00:00+00:00"
PERMALINK = "https://x.com/acme/status/1"


@contextmanager
def prism(folder: Path, spec: Path, log: Path) -> Iterator[str]:
    """Serve the document; yield the address."""
    port = free_port()
    command = folder / "node_modules/.bin/prism"
    with log.open("w") as out:
        server = subprocess.Popen(
            [command, "mock", "--host", "127.0.0.1", "--port", str(port), spec], stdout=out, stderr=out
        )
    try:
        began = time.monotonic()
        while time.monotonic() - began < STARTS_WITHIN and server.poll() is None:
            with suppress(requests.RequestException):
                requests.get(f"http://127.0.0.1:{port}/", timeout=1)
                yield f"http://127.0.0.1:{port}"
                return
            time.sleep(0.2)
        sys.exit(f"prism does not start:\n{log.read_text()}")
    finally:
        server.terminate()
        server.wait()


def what_we_ask(crm: Zendesk) -> dict[str, Callable[[], object]]:
    """Return everything that the desk asks Zendesk, in each of its forms."""
    nobody = Question((), ())
    return {
        "who the token is": crm.verify,
        "a user by an identity": lambda: crm.look_up(Question(("x:77",), ())),
        "a user by a number": lambda: crm.look_up(Question((), (), numbers=("A-104857",))),
        "a user by a mail address": lambda: crm.look_up(Question((), (), addresses=("jan+x@klant.example",))),
        "a user by a handle": lambda: crm.look_up(Question((), ("mastodon:åsa@example.social",))),
        "nobody": lambda: crm.look_up(nobody),
        "a ticket of somebody unknown": lambda: crm.open_ticket(Wanted("t-1", 1, "X #1: Waar?", "Waar blijft het?")),
        "a ticket of somebody known": lambda: crm.open_ticket(Wanted("t-2", 2, "X #2: Å?", "Var är det?", "35436")),
        "a contact": lambda: crm.log_contact(Contact("c-1", 1, "We zoeken het uit.", PERMALINK, AT, "35436", "35436")),
    }


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("spec", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def main(folder: Path, spec: Path) -> None:
    """Ask everything, and show that prism would have refused something else."""
    log = Path(tempfile.mkdtemp()) / "prism.log"
    failed = False
    with prism(folder, spec, log) as address:
        for what, ask in what_we_ask(Zendesk(address, AGENT, "token")).items():
            try:
                click.echo(f"ok   {what}: {ask()}")
            except Exception as error:  # noqa: BLE001 - whatever it is, the others are asked too
                failed = True
                click.echo(f"FAIL {what}: {error}")
        wrong: Any = {"ticket": {"comment": {"body": 7}, "requester_id": "nobody"}}
        refused = requests.post(f"{address}/api/v2/tickets", json=wrong, auth=(f"{AGENT}/token", "token"), timeout=10)
        failed |= refused.status_code != requests.codes.unprocessable
        click.echo(f"{'ok  ' if refused.status_code == requests.codes.unprocessable else 'FAIL'} prism refuses else")
    if failed:
        sys.exit(log.read_text())


if __name__ == "__main__":
    main()
