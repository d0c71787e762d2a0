"""Where answers may go: a body from outside must not make us call this machine or its network."""

from __future__ import annotations

import socket

import pytest

from bot.networks.inbound.answering import is_offered, may_be_called
from bot.platform.proof import Proof, Way

PUBLIC = "https://slack.com/api"
SIGNED = Proof(Way.STANDARD)
HERE = "http://127.0.0.1:4000/api"
INNER = "https://intranet.acme.nl/answers"


class TestAnyAddress:
    @pytest.mark.parametrize(
        "url",
        [
            "http://127.0.0.1:8000/a",
            "http://localhost/a",
            "https://localhost/a",
            "http://[::1]/a",
            "http://forum.example.com/a",
            "",
        ],
    )
    def test_this_machine_and_what_others_can_read_are_not_offered(self, url: str) -> None:
        assert not is_offered(url, SIGNED, (), PUBLIC)

    @pytest.mark.parametrize(
        "url",
        ["https://10.0.0.5/a", "https://169.254.169.254/latest", "https://192.168.1.1/a", "https://[fd00::1]/a",
         "https://2130706433/a", "https://0.0.0.0/a", "https://[::ffff:127.0.0.1]/a"],
    )  # fmt: skip
    def test_network_of_this_machine_is_not_called(self, url: str) -> None:
        assert not may_be_called(url, SIGNED, (), PUBLIC)

    @pytest.mark.parametrize(
        "url",
        ["https://\U0001fbf127.0.0.1/a", "https://[fe80::1%25eth0]/a", "https://localhost./a", "https://10.0.0.5./a",
         "https://intranet/a", "https://[64:ff9b::a9fe:a9fe]/a", "https://[::127.0.0.1]/a"],
    )  # fmt: skip
    def test_host_that_is_unknown_here_but_not_elsewhere_is_not_called(
        self, url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def unknown(host: str, *_args: object, **_named: object) -> list[object]:
            if ":" not in host or "%" in host:
                raise socket.gaierror
            return [(socket.AF_INET6, socket.SOCK_STREAM, 6, "", (host, 443, 0, 0))]

        monkeypatch.setattr(socket, "getaddrinfo", unknown)
        assert not may_be_called(url, SIGNED, (), PUBLIC)

    @pytest.mark.parametrize("address", ["93.184.215.14", "64:ff9b::5db8:d70e", None])
    @pytest.mark.parametrize("host", ["forum.example.com", "a-b.xn--p1ai", "FORUM.Example.com"])
    def test_public_name_is_called_also_where_a_proxy_alone_knows_it(
        self, host: str, address: str | None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443))] if address else []
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_named: found)
        assert may_be_called(f"https://{host}/a", SIGNED, (), PUBLIC)

    def test_name_that_leads_inside_is_not_called(self, monkeypatch: pytest.MonkeyPatch) -> None:
        inside = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.5", 443))]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_named: inside)
        assert is_offered("https://evil.example.com/a", SIGNED, (), PUBLIC)
        assert not may_be_called("https://evil.example.com/a", SIGNED, (), PUBLIC)

    def test_desk_that_is_tried_out_here_may_call_this_machine(self) -> None:
        assert may_be_called("http://127.0.0.1:8000/a", SIGNED, (), HERE)


@pytest.mark.parametrize("proof", [Proof(Way.BASIC), Proof(Way.TOKEN, "x-token")])
class TestSecretItself:
    @pytest.mark.parametrize(("url", "home"), [("https://1.1.1.1/a", PUBLIC), ("http://127.0.0.1:8000/a", HERE)])
    def test_goes_to_no_address_that_a_body_names(self, proof: Proof, url: str, home: str) -> None:
        assert may_be_called(url, SIGNED, (), home)
        assert not is_offered(url, proof, (), home)
        assert not may_be_called(url, proof, (), home)

    def test_goes_where_the_file_says(self, proof: Proof) -> None:
        assert may_be_called(INNER, proof, (INNER,), PUBLIC)


class TestNamedAddresses:
    @pytest.mark.parametrize("url", [INNER, f"{INNER}/", f"{INNER}/17?x=1", "HTTPS://INTRANET.acme.nl:443/answers/17"])
    def test_what_is_beneath_is_called(self, url: str) -> None:
        assert may_be_called(url, SIGNED, (INNER,), PUBLIC)

    @pytest.mark.parametrize(
        "url",
        [
            "https://forum.example.com/answers",
            "http://intranet.acme.nl/answers",
            "https://intranet.acme.nl:8443/answers",
            "https://intranet.acme.nl/answers-of-others",
            "https://intranet.acme.nl/answers/../admin",
            "https://intranet.acme.nl/answers/%2e%2e/admin",
            "https://intranet.acme.nl.evil.com/answers/1",
            "https://intranet.acme.nl@evil.com/answers/1",
            "https://x:y@intranet.acme.nl/answers/1",
            "",
        ],
    )
    def test_nothing_else_is(self, url: str) -> None:
        assert not is_offered(url, SIGNED, (INNER,), HERE)
