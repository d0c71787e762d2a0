"""Bluesky, played by the sandbox."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from bot.networks.bluesky.client import BlueskyAccount
from bot.sandbox.bluesky import APP_PASSWORD
from bot.sandbox.bluesky.lexicon import LIKE
from bot.sandbox.server import Sandbox
from bot.sandbox.x import Media
from tests.support.bluesky import bluesky_account
from tests.support.clock import TurnedClock
from tests.support.counterparts.base import OnOurClock, Written


class Bluesky(OnOurClock):
    page = 100
    secrets = (APP_PASSWORD, "ey.access.", "ey.refresh.")

    def __init__(self, sandbox: Sandbox, clock: TurnedClock) -> None:
        self._sandbox, self._bluesky, self.clock = sandbox, sandbox.bluesky, clock

    def account(self, **changes: Any) -> BlueskyAccount:
        return bluesky_account(self._sandbox, self.clock.now, **changes)

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
        media = [Media("1", "photo", "/x/media/parcel.png", alt)] if alt is not None else []
        words = text if answering else self._to_us(text)
        handle = f"{by}.bsky.example"
        return self._bluesky.post(handle, words, in_reply_to=answering, media=media, language=language).id

    def aside(self, text: str, *, by: str = "klant") -> str:
        handle = self._bluesky.own.handle if by == "acme" else f"{by}.bsky.example"
        return self._bluesky.post(handle, text).id

    def edit(self, post: str, text: str) -> None:
        self._bluesky.edit(post, self._to_us(text))

    def delete(self, post: str) -> None:
        self._bluesky.delete(post)

    def answer_elsewhere(self, post: str, text: str) -> str:
        return self._bluesky.post(self._bluesky.own.handle, text, in_reply_to=post).id

    def written(self) -> list[Written]:
        ours = [
            post for post in reversed(self._bluesky.posts) if post.did == self._bluesky.own.did and not post.deleted
        ]
        return [
            Written(post.id, post.text, post.in_reply_to, alts=tuple(media.alt_text or "" for media in post.media))
            for post in ours
        ]

    def likes(self, post: str) -> int:
        return sum(like.record["subject"]["uri"] == post for like in self._bluesky.of(self._bluesky.own.did, LIKE))

    @property
    def wrong_keys(self) -> Mapping[str, str]:
        return {"app_password": "of-nobody"}

    def busy(self, seconds: int) -> Mapping[str, str]:
        return {"ratelimit-remaining": "0", "ratelimit-reset": str(int(time.time()) + seconds)}

    def _to_us(self, text: str) -> str:
        return f"@{self._bluesky.own.handle} {text}"


@contextmanager
def running() -> Iterator[Bluesky]:
    clock = TurnedClock()
    with Sandbox(now=clock.now, rate_limits=False) as sandbox:
        yield Bluesky(sandbox, clock)
