"""The page's view of X: see posts, speak as any customer, edit, delete, set the pace, start a storm."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Any

from aiohttp import web

from bot.sandbox.x.pictures import PAINTED, picture_of, png
from bot.sandbox.x.posts import CROWD, Account, Media, Post
from bot.sandbox.x.present import stamp
from bot.sandbox.x.service import XService

if TYPE_CHECKING:
    from bot.sandbox.customers import Customers

NEWEST = 200
"""How many posts the page gets."""
STORM_SECONDS = 0.2
"""Between two posts of a storm."""


class Page:
    """Answers everything under /sandbox/x, and the pictures under /x/media."""

    def __init__(self, x: XService, customers: Customers) -> None:
        self._x = x
        self._customers = customers
        self._storms: asyncio.Task[None] | None = None

    def add_to(self, app: web.Application) -> None:
        app.router.add_get("/x/media/{name}.png", self.picture)
        app.router.add_get("/x/upload/{number}", self.upload)
        app.router.add_get("/sandbox/x/state", self.state)
        for name, act in (
            ("post", self._post),
            ("edit", self._edit),
            ("delete", self._delete),
            ("pace", self._pace),
            ("storm", self._storm),
        ):
            app.router.add_post(f"/sandbox/x/{name}", acting(act))
        app.cleanup_ctx.append(self._speaking)

    async def picture(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if name not in PAINTED:
            raise web.HTTPNotFound
        return web.Response(body=png(name), content_type="image/png")

    async def upload(self, request: web.Request) -> web.Response:
        upload = self._x.uploads.get(request.match_info["number"])
        if upload is None:
            raise web.HTTPNotFound
        return web.Response(body=upload.content, content_type=upload.kind)

    async def state(self, _request: web.Request) -> web.Response:
        own = self._x.own
        customers = [account for account in self._x.accounts if not self._x.is_ours(account)]
        return web.json_response(
            {
                "own": _author(own),
                "customers": [
                    _author(customer)
                    | {"followers": customer.followers, "language": customer.language, "kind": customer.kind}
                    for customer in customers
                    if customer.kind != CROWD
                ],
                "posts": [self._shown(post) for post in self._x.posts[:NEWEST]],
                "pace": self._x.pace.seconds,
            }
        )

    def _shown(self, post: Post) -> dict[str, Any]:
        return {
            "id": post.id,
            "author": _author(post.author),
            "text": post.text,
            "created_at": stamp(post.created_at),
            "in_reply_to": post.in_reply_to,
            "conversation_id": post.conversation_id,
            "edited": post.edited,
            "deleted": post.deleted,
            "media": [{"type": media.type, "url": media.url, "alt_text": media.alt_text} for media in post.media],
            "own": self._x.is_ours(post.author),
        }

    def _post(self, given: dict[str, Any]) -> Post:
        media: list[Media] = []
        for picture in given.get("media") or ():
            media += picture_of(str(picture["url"]).rpartition("/")[2].removesuffix(".png"), picture.get("alt_text"))
        return self._x.post(str(given["handle"]), words(given), in_reply_to=given.get("in_reply_to"), media=media)

    def _edit(self, given: dict[str, Any]) -> Post:
        return self._x.edit(str(given["id"]), words(given))

    def _delete(self, given: dict[str, Any]) -> None:
        self._x.delete(str(given["id"]))

    def _pace(self, given: dict[str, Any]) -> None:
        self._x.set_pace(float(given["seconds"]))

    def _storm(self, _given: dict[str, Any]) -> None:
        """Start a storm, unless one rages."""
        if self._storms is None or self._storms.done():
            self._storms = asyncio.create_task(self._rage())

    async def _rage(self) -> None:
        for _ in self._customers.storm():
            await asyncio.sleep(STORM_SECONDS)

    async def _speaking(self, _app: web.Application) -> AsyncIterator[None]:
        speaking = asyncio.create_task(self._x.pace.keep(self._customers.next_post))
        yield
        for task in (speaking, self._storms):
            if task is not None:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task


def _author(account: Account) -> dict[str, Any]:
    return {"id": account.id, "handle": account.handle, "name": account.name}


def acting(act: Callable[[dict[str, Any]], object]) -> Callable[[web.Request], Any]:
    """Return the handler that lets somebody on the page act, and tells them what is wrong."""

    async def handler(request: web.Request) -> web.Response:
        try:
            done = act(await request.json())
        except KeyError as missing:
            return web.json_response({"ok": False, "error": f"not there: {missing.args[0]}"}, status=400)
        except (ValueError, TypeError) as wrong:
            return web.json_response({"ok": False, "error": str(wrong)}, status=400)
        return web.json_response({"ok": True, "error": None, "id": getattr(done, "id", None)})

    return handler


def words(given: dict[str, Any]) -> str:
    """Return what is to be posted. Raises ValueError."""
    text = str(given["text"]).strip()
    if not text:
        raise ValueError("a post needs words")
    return text
