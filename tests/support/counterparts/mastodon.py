"""A Mastodon server, played by mastodon-mock: one process-wide server, emptied for each test."""

from __future__ import annotations

import atexit
import functools
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from tempfile import TemporaryDirectory
from typing import Any

import requests
import uvicorn
from mastodon_mock import pagination
from mastodon_mock.app import create_app, dispose_app_resources
from mastodon_mock.config import MastodonMockConfig, SeedAccount, SeedConfig
from mastodon_mock.db.models import Account, Notification, Status
from sqlalchemy import select

from bot.networks.mastodon.client import MastodonAccount
from bot.networks.mastodon.text import without_names
from tests.support.counterparts.base import Counterpart, Written

TOKEN = "token-of-acme"


class Server:
    """The mock, in a thread of this process."""

    def __init__(self) -> None:
        self._media = TemporaryDirectory()
        config = MastodonMockConfig(
            seed=SeedConfig(accounts=[SeedAccount(username="acme", access_token=TOKEN)]),
            media_storage_path=self._media.name,
        )
        self.app = create_app(config)
        self._uvicorn = uvicorn.Server(uvicorn.Config(self.app, port=0, log_level="error", lifespan="off"))
        self._thread = threading.Thread(target=self._uvicorn.run, daemon=True)
        self._thread.start()
        while not self._uvicorn.started:
            time.sleep(0.01)
        host, port = self._uvicorn.servers[0].sockets[0].getsockname()[:2]
        self.address = f"http://{host}:{port}"

    def stop(self) -> None:
        self._uvicorn.should_exit = True
        self._thread.join(5)
        dispose_app_resources(self.app)
        self._media.cleanup()

    def call(self, method: str, route: str, token: str = "", **arguments: Any) -> Any:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        response = requests.request(method, self.address + route, headers=headers, timeout=10, **arguments)
        response.raise_for_status()
        return response.json()


class Mastodon(Counterpart):
    page = 5
    speaks_privately = True
    secrets = (TOKEN,)

    def __init__(self, server: Server) -> None:
        self._server = server
        self._tokens: dict[str, str] = {"acme": TOKEN}

    def account(self, **changes: Any) -> MastodonAccount:
        arguments: dict[str, Any] = {"access_token": TOKEN, "api_url": self._server.address, "now": self.now}
        return MastodonAccount(**{"handle": "acme@example.social", **arguments, **changes})

    def now(self) -> datetime:
        return datetime.now(UTC)

    def turn(self, **length: float) -> None:
        """Make all that was posted so much older."""
        with self._server.app.state.session_factory() as session:
            for row in [*session.scalars(select(Status)), *session.scalars(select(Notification))]:
                row.created_at -= timedelta(**length)
            session.commit()

    def customer(
        self,
        text: str,
        *,
        by: str = "klant",
        answering: str | None = None,
        private: bool = False,
        alt: str | None = None,
        language: str | None = None,
        **more: str,
    ) -> str:
        form: dict[str, Any] = {"status": f"@acme {text}", "visibility": "direct" if private else "public", **more}
        if answering:
            form["in_reply_to_id"] = answering
        if language:
            form["language"] = language
        if alt is not None:
            picture = {"file": ("doos.png", b"\x89PNG\r\n\x1a\n", "image/png")}
            token = self._token(by)
            stored = self._server.call("POST", "/api/v2/media", token, files=picture, data={"description": alt})
            form["media_ids[]"] = stored["id"]
        return str(self._server.call("POST", "/api/v1/statuses", self._token(by), data=form)["id"])

    def aside(self, text: str, *, by: str = "klant") -> str:
        form = {"status": text, "visibility": "public"}
        return str(self._server.call("POST", "/api/v1/statuses", self._token(by), data=form)["id"])

    def edit(self, post: str, text: str) -> None:
        self._server.call("PUT", f"/api/v1/statuses/{post}", self._author(post), data={"status": f"@acme {text}"})

    def delete(self, post: str) -> None:
        self._server.call("DELETE", f"/api/v1/statuses/{post}", self._author(post))

    def answer_elsewhere(self, post: str, text: str) -> str:
        form = {"status": f"@klant {text}", "in_reply_to_id": post}
        return str(self._server.call("POST", "/api/v1/statuses", TOKEN, data=form)["id"])

    def written(self) -> list[Written]:
        return [
            Written(
                str(one.id),
                without_names(one.text),
                str(one.in_reply_to_id) if one.in_reply_to_id else None,
                private=one.visibility == "direct",
                alts=self._alts(str(one.id)),
            )
            for one in self.posted()
        ]

    @property
    def address(self) -> str:
        return self._server.address

    def posted(self) -> list[Status]:
        """Return what our account has posted as the server keeps it, oldest first."""
        with self._server.app.state.session_factory() as session:
            ours = select(Status).join(Status.account).where(Account.username == "acme").order_by(Status.id)
            return list(session.scalars(ours))

    def likes(self, post: str) -> int:
        return int(self._server.call("GET", f"/api/v1/statuses/{post}", TOKEN)["favourites_count"])

    @property
    def wrong_keys(self) -> Mapping[str, str]:
        return {"access_token": "of-nobody"}

    def busy(self, seconds: int) -> Mapping[str, str]:
        at = self.now() + timedelta(seconds=seconds)
        return {"x-ratelimit-remaining": "0", "x-ratelimit-reset": at.isoformat().replace("+00:00", "Z")}

    def _alts(self, post: str) -> tuple[str, ...]:
        shown = self._server.call("GET", f"/api/v1/statuses/{post}", TOKEN)["media_attachments"]
        return tuple(str(one["description"] or "") for one in shown)

    def _author(self, post: str) -> str:
        return self._token(str(self._server.call("GET", f"/api/v1/statuses/{post}", TOKEN)["account"]["username"]))

    def _token(self, by: str) -> str:
        if by not in self._tokens:
            created = self._server.call("POST", "/api/v1/_mock/dev_user", json={"username": by})
            self._tokens[by] = created["access_token"]
        return self._tokens[by]


@contextmanager
def running() -> Iterator[Mastodon]:
    server = _server()
    server.call("POST", "/api/v1/_mock/reset")
    yield Mastodon(server)


@functools.cache
def _server() -> Server:
    pagination.MAX_LIMIT = Mastodon.page  # fewer than are asked for, and a page is slow to make
    server = Server()
    atexit.register(server.stop)
    return server
