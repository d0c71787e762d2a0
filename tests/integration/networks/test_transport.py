"""How requests reach a network that says little about its connections."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread

from bot.networks.base import Deed
from bot.networks.mastodon.client import MastodonAccount
from tests.support.clock import FRIDAY

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"


@contextmanager
def closing_silently(requests: int) -> Iterator[str]:
    """Serve so many requests. A connection takes one, says nothing of that, and ends at the next one.

    Yields the address.
    """

    def serve() -> None:
        with suppress(OSError):
            for _ in range(requests):
                connection, _ = listening.accept()
                with connection:
                    connection.recv(65536)
                    connection.sendall(ANSWER)
                    connection.recv(1)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    thread.join(timeout=5)


def test_connection_that_ends_silently_leaves_no_doubt() -> None:
    with closing_silently(3) as address:
        account = MastodonAccount(
            "acme@example.social", access_token="t", api_url=address, now=lambda: FRIDAY, timeout=5.0
        )
        for number in range(3):
            account.do(Deed.LIKE, str(number))
        account.close()
