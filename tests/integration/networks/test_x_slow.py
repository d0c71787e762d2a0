"""What the desk makes of an X that answers a few bytes at a time, each of them in time."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

import pytest

from bot.networks.base import Ambiguous, NetworkError, NotDone, Outgoing
from bot.networks.x.client import XAccount
from bot.sandbox.x import XService

BODY = b'{"errors":[{"value":"7","type":"about:blank/resource-not-found"}]}'
SENT = b'{"data":{"id":"1000"}}'
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
WHOLE = HEAD + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY
TAKEN = HEAD + b"Content-Length: %d\r\n\r\n" % len(SENT) + SENT
BY_CHUNKS = HEAD + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY)
WITHOUT_END = HEAD + b"\r\n" + BODY


@contextmanager
def dripping(answer: bytes, at_once: int) -> Iterator[str]:
    """Serve one request: so many bytes at once and the others one by one. Yields the address."""
    gone = Event()

    def serve() -> None:
        with suppress(OSError):
            connection, _ = listening.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(answer[:at_once])
                for place in range(at_once, len(answer)):
                    if gone.wait(0.03):
                        return
                    connection.sendall(answer[place : place + 1])

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        gone.set()
    thread.join(timeout=30)


@pytest.mark.parametrize(
    ("answer", "at_once"),
    [(WHOLE, 10), (WHOLE, WHOLE.index(BODY)), (BY_CHUNKS, BY_CHUNKS.index(BODY)), (WITHOUT_END, len(HEAD))],
    ids=["headers", "body", "chunks", "without a length"],
)
def test_answer_that_drips_is_no_answer(make_account: Callable[..., XAccount], answer: bytes, at_once: int) -> None:
    with dripping(answer, at_once) as address:
        account = make_account(api_url=address, timeout=0.2)
        with pytest.raises(NotDone) as raised:
            account.look_up(("7",))
    assert raised.value.code == "not_reached"


def test_reply_whose_answer_drips_is_looked_up(x: XService, make_account: Callable[..., XAccount]) -> None:
    with dripping(TAKEN, len(HEAD)) as address:
        account = make_account(api_url=address, timeout=0.2)
        with pytest.raises(NetworkError) as raised:
            account.send(Outgoing("Hello", x.post("anne_v", "@acme?").id))
    assert type(raised.value) is Ambiguous


def test_slow_answer_that_is_whole_in_time_is_read(make_account: Callable[..., XAccount]) -> None:
    with dripping(WHOLE, len(WHOLE) - 5) as address:
        assert make_account(api_url=address).look_up(("7",)).gone == {"7"}
