"""Answers to a tool over real HTTP: sent once, and what each fault of the tool means."""

from __future__ import annotations

import gzip
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Any

import pytest
import requests

from bot.networks.base import OF_THE_ACCOUNT, Ambiguous, NetworkError, NotDone, Outgoing, Rejected
from bot.networks.inbound.client import InboundAccount
from bot.networks.transport import MOST_BYTES, Transport
from bot.platform.proof import Proof, Way
from tests.support.clock import FRIDAY
from tests.support.inbound import Receiver
from tests.support.process import free_port

SECRET = "9f8e7d6c5b4a39281706"
WORDS = "Wij zoeken het uit"
HERE = "http://127.0.0.1:9/"
SIGNED = Proof(Way.HMAC, "x-signature")
TOKEN = Proof(Way.TOKEN, "x-token")


def account(proof: Proof = SIGNED, **changes: Any) -> InboundAccount:
    arguments: dict[str, Any] = {"secret": SECRET, "proof": proof, "home": HERE, "now": lambda: FRIDAY, "timeout": 0.5}
    return InboundAccount("forum", **arguments | changes)


def out(address: str, **changes: Any) -> Outgoing:
    values: dict[str, Any] = {"to": "joris", "key": "reply-7-1", "at": FRIDAY, "address": address}
    return Outgoing(WORDS, "p1", **values | changes)


@contextmanager
def answering(answer: Callable[[socket.socket], object]) -> Iterator[str]:
    """A server that reads each request and then does something odd."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = server.accept()
                    with connection:
                        connection.recv(65_536)
                        answer(connection)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/answers"
        server.shutdown(socket.SHUT_RDWR)


def saying(text: str) -> Callable[[socket.socket], object]:
    return lambda connection: connection.sendall(text.replace("\n", "\r\n").encode())


def fault(address: str, **changes: Any) -> NetworkError:
    with pytest.raises(NetworkError) as raised:
        account(**changes).send(out(address))
    assert SECRET not in raised.value.detail
    assert WORDS not in raised.value.detail
    assert address not in raised.value.detail
    return raised.value


class TestSend:
    def test_answer_is_posted_once_and_named_by_its_key(self) -> None:
        with Receiver().running() as receiver:
            sent = account().send(out(receiver.url))
        ((_, headers, _),) = receiver.requests
        assert (sent.id, sent.url, sent.at) == ("reply-7-1", "https://forum.example.com/answers/1", FRIDAY)
        assert headers["webhook-id"] == "reply-7-1"

    def test_eight_at_once_each_arrive(self) -> None:
        ours = account()
        with Receiver().running() as receiver, ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda number: ours.send(out(receiver.url, key=f"reply-{number}")), range(8)))
        assert {headers["webhook-id"] for _, headers, _ in receiver.requests} == {f"reply-{n}" for n in range(8)}

    def test_password_of_a_netrc_does_not_replace_ours(self, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        netrc = tmp_path / "netrc"
        netrc.write_text("machine 127.0.0.1 login other password other\n")
        netrc.chmod(0o600)
        monkeypatch.setenv("NETRC", str(netrc))
        basic = Proof(Way.BASIC)
        with Receiver().running() as receiver:
            account(basic, secret="coosto:hush", answer_to=(receiver.url,)).send(out(receiver.url))
        ((_, headers, body),) = receiver.requests
        basic.check("coosto:hush", headers, body)

    def test_nobody_is_called_where_answers_may_not_go(self) -> None:
        with Receiver().running() as receiver, pytest.raises(Rejected) as raised:
            account(home="https://slack.com/api").send(out(receiver.url))
        assert raised.value.code == "answer_there"
        assert receiver.requests == []

    def test_secret_itself_goes_only_where_the_file_says(self) -> None:
        with Receiver().running() as receiver:
            for proof, secret in ((TOKEN, SECRET), (Proof(Way.BASIC), "coosto:hush")):
                with pytest.raises(Rejected) as raised:
                    account(proof, secret=secret).send(out(receiver.url))
                assert raised.value.code == "answer_there"
            assert receiver.requests == []
            account(TOKEN, answer_to=(receiver.url,)).send(out(receiver.url))
        ((_, headers, _),) = receiver.requests
        assert headers["x-token"] == SECRET


class TestFaults:
    def test_nobody_there_is_certainly_not_done(self) -> None:
        assert isinstance(fault(f"http://127.0.0.1:{free_port()}/answers"), NotDone)

    @pytest.mark.parametrize(
        "answer",
        [
            lambda connection: None,
            lambda connection: connection.settimeout(2) or connection.recv(1),
            saying("HTTP/1.1 200 OK\nContent-Length: 50\n\n{"),
            saying("no HTTP at all\n\n"),
            saying("HTTP/1.1 503 Busy\nContent-Length: 0\n\n"),
            saying(f"HTTP/1.1 303 See Other\nLocation: {HERE}\nContent-Length: 0\n\n"),
        ],
        ids=["hangs up", "says nothing", "breaks off", "no HTTP", "503", "303"],
    )
    def test_answer_that_was_lost_is_in_doubt(self, answer: Callable[[socket.socket], object]) -> None:
        with answering(answer) as address:
            assert isinstance(fault(address), Ambiguous)

    @pytest.mark.parametrize("status", [200, 401, 503])
    @pytest.mark.parametrize("method", ["POST", "GET"])
    def test_giant_that_was_packed_is_not_unpacked(self, method: str, status: int) -> None:
        packed = gzip.compress(bytes(MOST_BYTES + 1))
        head = f"HTTP/1.1 {status} X\r\nContent-Encoding: gzip\r\nContent-Length: {len(packed)}\r\n\r\n".encode()
        session = requests.Session()
        session.mount("http://", Transport("forum", lambda *_: NotDone("refused", 1), 5))
        giant = answering(lambda connection: connection.sendall(head + packed))
        with giant as address, pytest.raises(NetworkError) as raised:
            session.request(method, address)
        assert isinstance(raised.value, NotDone if method == "GET" else Ambiguous)
        assert "8,000,000 bytes" in raised.value.detail

    @pytest.mark.parametrize(("header", "seconds"), [("Retry-After: 17\n", 17), ("", 60), ("Retry-After: soon\n", 60)])
    def test_too_many_are_tried_again_when_it_says(self, header: str, seconds: float) -> None:
        with answering(saying(f"HTTP/1.1 429 Slow\n{header}Content-Length: 0\n\n")) as address:
            found = fault(address)
        assert isinstance(found, NotDone)
        assert (found.code, found.retry_after) == ("rate_limited", seconds)

    @pytest.mark.parametrize(
        ("status", "code"),
        [(401, "answer_there"), (403, "forbidden"), (404, "gone"), (409, "duplicate"), (410, "gone"), (422, "invalid"),
         (413, "too_long")],
    )  # fmt: skip
    def test_refusal_is_named(self, status: int, code: str) -> None:
        with answering(saying(f"HTTP/1.1 {status} No\nLocation: {HERE}\nContent-Length: 0\n\n")) as address:
            found = fault(address)
        assert isinstance(found, Rejected)
        assert found.code == code

    def test_wrong_secret_is_the_accounts_fault_only_where_the_file_says_who_is_asked(self) -> None:
        """Else whoever posts could raise an alarm over the whole account, by the address of some other server."""
        with answering(saying("HTTP/1.1 401 No\nContent-Length: 0\n\n")) as address:
            found = fault(address, answer_to=(address,))
        assert isinstance(found, Rejected)
        assert (found.code, found.code in OF_THE_ACCOUNT, "answer_there" in OF_THE_ACCOUNT) == (
            "credentials",
            True,
            False,
        )

    @pytest.mark.parametrize("body", ["", "ok", "[1]", '{"url": "javascript:x"}', '{"url": 3}'])
    def test_whatever_it_says_with_200_is_an_answer(self, body: str) -> None:
        with answering(saying(f"HTTP/1.1 200 OK\nContent-Length: {len(body)}\n\n{body}")) as address:
            assert account().send(out(address)).url == ""
