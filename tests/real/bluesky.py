"""The whole job on a real Bluesky network: `python -m tests.real.bluesky FOLDER`.

FOLDER is where `npm install @atproto/dev-env` was run; the network is started from there, with the node of the PATH.
Customers write, edit and delete as their own apps would; the desk polls, answers, likes, and follows what they change.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import click
import requests
from requests.adapters import HTTPAdapter

from bot.domain.cases.conversation import ReplyState
from bot.networks.base import Ambiguous, Deed, Outgoing, Rejected
from bot.runtime.app import App, build
from bot.sandbox.server import Sandbox
from bot.sandbox.x.pictures import png
from bot.settings import load
from bot.usecases.intake import ingest, recheck
from bot.usecases.replies import outside_answers
from storage import migrate
from tests.support.clock import TurnedClock
from tests.support.config import desk_toml, write
from tests.support.team import Team

POST = "app.bsky.feed.post"
WITHIN = 20.0  # seconds until the AppView has heard of something
FAMILY = "👨‍👩‍👧‍👦"


class Person:
    """Somebody with an app of their own."""

    def __init__(self, pds: str, known: dict[str, str]) -> None:
        self._pds, self.handle, self.did = pds, known["handle"], known["did"]
        body = {"identifier": self.handle, "password": known["password"]}
        said = requests.post(f"{pds}/xrpc/com.atproto.server.createSession", json=body, timeout=10).json()
        self._headers = {"Authorization": f"Bearer {said['accessJwt']}"}

    def call(self, method: str, **body: Any) -> dict[str, Any]:
        answer = requests.post(f"{self._pds}/xrpc/{method}", json=body, headers=self._headers, timeout=10)
        answer.raise_for_status()
        return dict(answer.json()) if answer.content else {}

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        answer = requests.get(f"{self._pds}/xrpc/{method}", params=params, headers=self._headers, timeout=10)
        answer.raise_for_status()
        return dict(answer.json())

    def post(self, text: str, mentions: Person | None = None, to: dict[str, Any] | None = None, **more: Any) -> str:
        record = {"$type": POST, "text": text, "createdAt": stamp(), "langs": ["nl"], **more}
        if mentions:
            start = len(text[: text.index(f"@{mentions.handle}")].encode())
            index = {"byteStart": start, "byteEnd": start + len(mentions.handle) + 1}
            feature = {"$type": "app.bsky.richtext.facet#mention", "did": mentions.did}
            record["facets"] = [{"index": index, "features": [feature]}]
        if to:
            parent = {"uri": to["uri"], "cid": to["cid"]}
            record["reply"] = {"root": to["record"].get("reply", {}).get("root", parent), "parent": parent}
        created = self.call("com.atproto.repo.createRecord", repo=self.did, collection=POST, record=record)
        return str(created["uri"])

    def change(self, uri: str, text: str) -> None:
        key = uri.rpartition("/")[2]
        record = self.ask("com.atproto.repo.getRecord", repo=self.did, collection=POST, rkey=key)["value"]
        self.call(
            "com.atproto.repo.putRecord", repo=self.did, collection=POST, rkey=key, record=record | {"text": text}
        )

    def delete(self, uri: str) -> None:
        self.call("com.atproto.repo.deleteRecord", repo=self.did, collection=POST, rkey=uri.rpartition("/")[2])

    def picture(self) -> dict[str, Any]:
        headers = self._headers | {"Content-Type": "image/png"}
        url = f"{self._pds}/xrpc/com.atproto.repo.uploadBlob"
        blob = requests.post(url, data=png("parcel"), headers=headers, timeout=10).json()["blob"]
        return {"$type": "app.bsky.embed.images", "images": [{"image": blob, "alt": "Een gescheurde doos"}]}

    def close_to_replies(self, uri: str) -> None:
        record = {"$type": "app.bsky.feed.threadgate", "post": uri, "allow": [], "createdAt": stamp()}
        where = {"collection": record["$type"], "rkey": uri.rpartition("/")[2], "record": record}
        self.call("com.atproto.repo.createRecord", repo=self.did, **where)

    def view(self, uri: str) -> dict[str, Any]:
        found = self.ask("app.bsky.feed.getPosts", uris=[uri])["posts"]
        return dict(found[0]) if found else {}


def stamp() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def soon(what: str, found: Callable[[], object]) -> Any:
    """Wait until something is there; say what, and how long it took."""
    began = time.monotonic()
    while time.monotonic() - began < WITHIN:
        with suppress(requests.RequestException):
            if value := found():
                click.echo(f"ok   {what} ({time.monotonic() - began:.1f} s)")
                return value
        time.sleep(0.2)
    sys.exit(f"FAIL {what}")


def refused(what: str, code: str, act: Callable[[], object]) -> None:
    try:
        act()
    except Rejected as error:
        if error.code == code:
            click.echo(f"ok   {what}: {error.detail}")
            return
        sys.exit(f"FAIL {what}: {error.code} ({error.detail})")
    sys.exit(f"FAIL {what}: it was taken")


@contextmanager
def answers_get_lost() -> Iterator[None]:
    """Have everything that is posted be done, and its answer lost."""
    send = HTTPAdapter.send

    def lossy(self: HTTPAdapter, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        response = send(self, request, *args, **kwargs)
        if "putRecord" in str(request.url):
            raise requests.ConnectionError("lost")
        return response

    with patch.object(HTTPAdapter, "send", lossy):
        yield


class Desk:
    def __init__(self, app: App, clock: TurnedClock) -> None:
        self.app, self.clock, self.team = app, clock, Team(app.ctx)
        ((self._desk, self._account),) = app.settings.accounts()
        self.network = app.ctx.accounts[self._account.key]

    def poll(self) -> int:
        self.clock.turn(seconds=60)
        return ingest.poll(self.app.ctx, self._desk, self._account)

    def recheck(self) -> int:
        self.clock.turn(hours=1)
        return recheck.tick(self.app.ctx, self._account)

    def outside(self) -> int:
        self.clock.turn(minutes=2)
        return outside_answers.poll(self.app.ctx, self._account)

    def deliver(self) -> None:
        self.clock.turn(minutes=2)
        self.app.delivery.settle()


def work(desk: Desk, acme: Person, anne: Person, bob: Person) -> None:
    click.echo(f"ok   the app password works: @{desk.network.verify()}")
    acme.call("app.bsky.notification.putPreferences", priority=True)  # which hides people whom nobody follows
    words = f"{FAMILY} @{acme.handle} waar is mijn pakket? Zie https://anne.example/pakket"
    asked = anne.post(words, mentions=acme, embed=anne.picture())
    soon("a mention came in", desk.poll)
    (post,) = desk.team.messages(1)
    click.echo(f"ok   as {post.text!r}, with {[(media.kind, media.alt) for media in post.media]}")
    assert post.text == words
    assert [media.alt for media in post.media] == ["Een gescheurde doos"]

    desk.network.do(Deed.LIKE, asked)
    soon("it is liked", lambda: anne.view(asked)["likeCount"] == 1)
    desk.network.do(Deed.LIKE, asked)

    text = f"Dag @{anne.handle} {FAMILY}, we zoeken het voor je uit: acme.nl/volg #pakket ^AB"
    desk.team.answer(1, text)
    desk.deliver()
    reply = desk.team.messages(1)[-1].external_id
    shown = soon("the answer stands on Bluesky", lambda: anne.view(reply))
    record = shown["record"]
    kinds = [facet["features"][0]["$type"].partition("#")[2] for facet in record["facets"]]
    assert (record["text"], kinds, record["langs"]) == (text, ["mention", "link", "tag"], ["nl"])
    assert record["reply"]["parent"]["uri"] == record["reply"]["root"]["uri"] == asked

    anne.post("Dank je! En wanneer weten jullie dat dan?", to=shown)
    soon("what the customer adds came in", desk.poll)
    assert len(desk.team.messages(1)) == 3

    anne.change(asked, words.replace("waar is", "waar blijft"))
    soon("an edit was followed", lambda: desk.recheck() and "waar blijft" in desk.team.messages(1)[0].text)
    edited = f"Dag @{anne.handle}, morgen voor twaalf uur is het bij je thuis ^AB"
    lost = desk.team.answer(1, edited)
    with answers_get_lost():
        desk.deliver()
    desk.deliver()
    state = desk.team.reply(lost.id).state
    click.echo(f"ok   an answer that was lost is {state.value}, with nobody asked")
    assert state is ReplyState.SENT
    (again,) = [
        post
        for post in desk.network.own_posts(None, datetime.now(UTC) - timedelta(days=1)).posts
        if post.text == edited
    ]
    root = soon("it names the edited post", lambda: anne.view(again.id))["record"]["reply"]["root"]
    assert root == {"uri": asked, "cid": anne.view(asked)["cid"]}

    other = bob.post(f"@{acme.handle} doet de app het bij jullie?", mentions=acme)
    soon("another mention came in", desk.poll)
    acme.post("We zijn ermee bezig!", to=soon("it is shown", lambda: acme.view(other)))
    soon("an answer from the app was read", desk.outside)
    assert desk.team.messages(2)[-1].text == "We zijn ermee bezig!"

    quoted = anne.view(reply)
    embed = {"$type": "app.bsky.embed.record", "record": {"uri": quoted["uri"], "cid": quoted["cid"]}}
    bob.post("Kijk, zo kan het ook", embed=embed)
    soon("a quote came in", desk.poll)

    bob.close_to_replies(other)
    soon("a closed post says so", lambda: acme.view(other)["viewer"].get("replyDisabled"))
    out = Outgoing("Dag", other, to=bob.handle, key="closed", at=datetime.now(UTC))
    refused("an answer to a closed post is refused", "limited", lambda: desk.network.send(out))

    anne.delete(asked)
    soon("a deletion was followed", lambda: desk.recheck() and desk.team.messages(1)[0].deleted_at)
    out = Outgoing("Dag", asked, to=anne.handle, key="deleted", at=datetime.now(UTC))
    refused("an answer to a deleted post is refused", "gone", lambda: desk.network.send(out))

    question = bob.post(f"@{acme.handle} en nu?", mentions=acme)
    soon("the last one is shown", lambda: acme.view(question))
    out = Outgoing(f"{FAMILY * 90}{'x' * 210}", question, to=bob.handle, key="full", at=datetime.now(UTC))
    count = desk.network.count(out)
    sent = desk.network.send(out)
    click.echo(f"ok   {count.used} of {count.limit} letters were taken, {len(out.text.encode())} bytes")
    with answers_get_lost(), suppress(Ambiguous):
        desk.network.send(out)
    assert desk.network.send(out).id == sent.id
    long = replace(out, text=f"{out.text}x", key="long")
    refused("one letter more is refused", "too_long", lambda: desk.network.send(long))


@contextmanager
def network(folder: Path) -> Iterator[dict[str, Any]]:
    """Run the network, and yield what it says of itself."""
    script = folder / "webcare_network.mjs"
    script.write_bytes(Path(__file__).with_name("bluesky_network.mjs").read_bytes())
    with subprocess.Popen(["node", script.name], cwd=folder, stdout=subprocess.PIPE) as running:  # noqa: S607
        try:
            assert running.stdout is not None
            yield json.loads(running.stdout.readline())
        finally:
            running.kill()
            script.unlink()


def main() -> None:
    with network(Path(sys.argv[1])) as running:
        run(running["pds"], running["people"])


def run(pds: str, known: dict[str, dict[str, str]]) -> None:
    acme, anne, bob = (Person(pds, known[name]) for name in ("acmedesk", "annevries", "bobjansen"))
    account = f'[[desk.networks]]\nkind = "bluesky"\nhandle = "{acme.handle}"\n'
    clock = TurnedClock(datetime.now(UTC))
    with tempfile.TemporaryDirectory() as folder, Sandbox(now=clock.now, rate_limits=False) as sandbox:
        path = write(Path(folder), desk_toml("Support", "C0SUPPORT", account))
        keys = {"BLUESKY_APP_PASSWORD": known["acmedesk"]["appPassword"], "BLUESKY_API_URL": pds}
        environ = {**sandbox.environment, **keys, "WEBCARE_CONFIG": str(path)}
        environ["DATABASE_URL"] = f"sqlite:///{folder}/webcare.db"
        with closing(build(replace(load(environ), clock=clock))) as app:
            migrate.upgrade(app.engine)
            work(Desk(app, clock), acme, anne, bob)


if __name__ == "__main__":
    main()
