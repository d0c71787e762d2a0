"""A desk's account on a real federation: two snac servers on this machine, one for the desk and one for a customer.

    python -m tests.federation [path of snac]

snac is a small server of the Fediverse that speaks a part of Mastodon's API (`apt-get install snac2`, or its package
unpacked). It prints what became of each step, with the seconds that it took.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, TypeVar
from urllib.parse import urlsplit

import requests

from bot.networks.base import Deed, NetworkError, Outgoing
from bot.networks.mastodon.client import MastodonAccount

T = TypeVar("T")
PATIENCE_SECONDS = 60


class Server:
    """One snac server that serves one user."""

    def __init__(self, snac: str, folder: Path, host: str, user: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.host, self._snac, self._folder = host, snac, folder / host
        _run(snac, "init", self._folder, typed=f"127.0.0.1\n{self.port}\n{host}\n\n\n")
        config = self._folder / "server.json"
        config.write_text(json.dumps(json.loads(config.read_text()) | {"protocol": "http"}))
        said = _run(snac, "adduser", self._folder, user, typed=f"{user}\n")
        password = re.search(r"password is (\S+)", said)
        assert password, said
        self._sign_in = {"login": user, "passwd": password[1]}

    @contextmanager
    def running(self, proxy: str) -> Iterator[None]:
        environment = os.environ | {"http_proxy": proxy}
        process = subprocess.Popen([self._snac, "httpd", str(self._folder)], env=environment, stderr=subprocess.DEVNULL)
        try:
            wait_for(lambda: requests.get(self.address, timeout=5).status_code)
            yield
        finally:
            process.terminate()
            process.wait(10)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def token(self) -> str:
        answer = requests.post(f"{self.address}/oauth/x-snac-get-token", data=self._sign_in, timeout=10)
        return answer.text.strip()


def _run(*command: object, typed: str = "") -> str:
    done = subprocess.run([*map(str, command)], input=typed, capture_output=True, text=True, check=True)
    return done.stdout + done.stderr


def by_host(servers: list[Server]) -> type[BaseHTTPRequestHandler]:
    """Return a proxy by which each server finds the other: they are known by names that nobody else knows."""
    ports = {server.host: server.port for server in servers}

    class Proxy(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = urlsplit(self.path)
            path = asked._replace(scheme="", netloc="").geturl()
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            address = f"http://127.0.0.1:{ports[asked.hostname or '']}{path}"
            answer = requests.request(
                self.command, address, headers=dict(self.headers), data=body, timeout=30, allow_redirects=False
            )
            self.send_response(answer.status_code)
            for name in ("content-type", "location"):
                if name in answer.headers:
                    self.send_header(name, answer.headers[name])
            self.send_header("content-length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    return Proxy


def wait_for(look: Callable[[], T | None]) -> T:
    """Look until something is there; it takes the servers some seconds to tell each other."""
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            if found := look():
                return found
        except (OSError, NetworkError) as error:
            said: object = error
        else:
            said = "nothing"
        if time.monotonic() > until:
            raise TimeoutError(f"gave up: {said}")
        time.sleep(0.25)


class Steps:
    def __init__(self) -> None:
        self._began = time.monotonic()

    def done(self, what: str, *, right: bool = True) -> None:
        took = time.monotonic() - self._began
        print(f"{'ok  ' if right else 'NOT '} {what} ({took:.1f} s)", flush=True)  # noqa: T201
        self._began = time.monotonic()


def main() -> None:
    snac = next(filter(None, [*sys.argv[1:], shutil.which("snac")]), None)
    if snac is None:
        raise SystemExit("there is no snac here: say where it is")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        ours, theirs = Server(snac, folder, "desk.example", "acme"), Server(snac, folder, "elders.example", "klant")
        proxy = ThreadingHTTPServer(("127.0.0.1", 0), by_host([ours, theirs]))
        Thread(target=proxy.serve_forever, daemon=True).start()
        stack.callback(proxy.shutdown)
        for server in (ours, theirs):
            stack.enter_context(server.running(f"http://127.0.0.1:{proxy.server_address[1]}"))
        walk(ours, theirs)


def walk(ours: Server, theirs: Server) -> None:
    steps, since = Steps(), datetime.now(UTC) - timedelta(days=1)
    account = MastodonAccount(
        "acme@desk.example", access_token=ours.token(), api_url=ours.address, now=lambda: datetime.now(UTC)
    )
    token = theirs.token()

    def customer(method: str, route: str, **form: str) -> Any:
        headers = {"Authorization": f"Bearer {token}"}
        answer = requests.request(method, theirs.address + route, headers=headers, data=form, timeout=10)
        answer.raise_for_status()
        return answer.json()

    def seen(words: str) -> Callable[[], Any]:
        return lambda: next((one for one in account.fetch(None, since).mentions if words in one.text), None)

    def answered(words: str) -> Callable[[], Any]:
        return lambda: next(
            (
                one["status"]
                for one in customer("GET", "/api/v1/notifications")
                if one.get("status") and words in one["status"]["content"]
            ),
            None,
        )

    steps.done(f"signed in as {account.verify()}, up to {account.count(Outgoing('')).limit} characters")
    posted = customer("POST", "/api/v1/statuses", status="@acme@desk.example waar is mijn pakket? 5 < 6 & zo")
    mention = wait_for(seen("pakket"))
    steps.done(f"mention by @{mention.author.handle}: {mention.text!r}", right="5 < 6 & zo" in mention.text)
    fetched = account.fetch(None, since)
    news = account.fetch(fetched.cursor, since).mentions
    steps.done("nothing is new after the cursor", right=not news)

    out = Outgoing("Dag, zie https://acme.example/hulp?a=1&b=2 ^AB", mention.id, to=mention.author.handle, key="k1")
    began = datetime.now(UTC)
    sent = account.send(out)
    reply = wait_for(answered("hulp"))
    steps.done(f"answer arrived as {reply['visibility']}", right=reply["visibility"] == "public")
    found = account.find_sent(out, began)
    steps.done("answer is found again", right=found is not None and found.id == sent.id)
    missing = account.find_sent(Outgoing("Iets anders", mention.id, key="k2"), began)
    steps.done("another one is not", right=missing is None)
    own = account.own_posts(None, since)
    steps.done(
        "answer is among our own", right=[(post.id, post.in_reply_to) for post in own.posts] == [(sent.id, mention.id)]
    )

    customer("POST", "/api/v1/statuses", status="@acme@desk.example en wanneer?", in_reply_to_id=reply["id"])
    follow_up = wait_for(seen("wanneer"))
    steps.done("follow-up is in the same conversation", right=follow_up.conversation == mention.conversation)
    account.do(Deed.LIKE, mention.id)
    steps.done("liked")

    customer("POST", "/api/v1/statuses", status="@acme@desk.example onder ons", visibility="direct")
    private = wait_for(seen("onder ons"))
    account.send(Outgoing("Ook onder ons", private.id, to=private.author.handle, private=private.private, key="k3"))
    reply = wait_for(answered("Ook onder ons"))
    # snac calls private whatever is not public.
    steps.done(
        f"private words are answered as {reply['visibility']}", right=reply["visibility"] in ("private", "direct")
    )

    customer("PUT", f"/api/v1/statuses/{posted['id']}", status="@acme@desk.example waar is mijn PAKKET?")
    edited = wait_for(
        lambda: next((one for one in account.look_up((mention.id,)).standing if "PAKKET" in one.text), None)
    )
    steps.done("edit is seen under the same id", right=edited.id == mention.id)
    never = "0" * 42
    gone = account.look_up((mention.id, never)).gone
    steps.done("what never was is gone, and nothing else", right=gone == {never})
    again = {one.id for one in account.fetch_again(since).mentions}
    steps.done("all are the same posts when they are read again", right=again == {mention.id, follow_up.id, private.id})


if __name__ == "__main__":
    main()
