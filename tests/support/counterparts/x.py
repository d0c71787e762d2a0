"""X, played by the sandbox."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from bot.networks.x.client import XAccount
from bot.sandbox.server import Sandbox
from bot.sandbox.x import Media
from tests.support.clock import TurnedClock
from tests.support.counterparts.base import OnOurClock, Written
from tests.support.team import x_account, x_arguments


class X(OnOurClock):
    page = 50

    def __init__(self, sandbox: Sandbox, clock: TurnedClock) -> None:
        self._sandbox, self._x, self.clock = sandbox, sandbox.x, clock
        self._x.enterprise = True  # else nobody likes anything
        self.secrets = tuple(value for name, value in x_arguments(sandbox).items() if name != "api_url")

    def account(self, **changes: Any) -> XAccount:
        return x_account(self._sandbox, self.clock.now, **changes)

    def customer(
        self,
        text: str,
        *,
        by: str = "klant",
        answering: str | None = None,
        private: bool = False,
        alt: str | None = None,
        language: str | None = None,
    ) -> str:
        assert not private
        media = [Media(f"3_{time.monotonic_ns()}", "photo", "/x/media/parcel.png", alt)] if alt is not None else []
        words = text if answering else f"@acme {text}"
        return self._x.post(by, words, in_reply_to=answering, media=media, language=language).id

    def aside(self, text: str, *, by: str = "klant") -> str:
        return self._x.post(by, text).id

    def edit(self, post: str, text: str) -> None:
        self._x.edit(post, f"@acme {text}")

    def delete(self, post: str) -> None:
        self._x.delete(post)

    def answer_elsewhere(self, post: str, text: str) -> str:
        return self._x.post("acme", text, in_reply_to=post).id

    def written(self) -> list[Written]:
        ours = [post for post in reversed(self._x.posts) if post.author.handle == "acme" and not post.deleted]
        return [
            Written(
                post.id,
                post.text.removeprefix(post.handles),
                post.in_reply_to,
                alts=tuple(media.alt_text or "" for media in post.media),
            )
            for post in ours
        ]

    def likes(self, post: str) -> int:
        return len(self._x.likes.get(post, ()))

    @property
    def wrong_keys(self) -> Mapping[str, str]:
        return {"bearer_token": "of-nobody", "access_token": "of-nobody"}

    def busy(self, seconds: int) -> Mapping[str, str]:
        return {"x-rate-limit-remaining": "0", "x-rate-limit-reset": str(int(time.time()) + seconds)}


@contextmanager
def running() -> Iterator[X]:
    clock = TurnedClock()
    with Sandbox(now=clock.now, rate_limits=False) as sandbox:
        yield X(sandbox, clock)
