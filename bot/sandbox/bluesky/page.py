"""The page's view of Bluesky, in the words of X's: see posts, speak as any customer, edit, delete."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from bot.sandbox.bluesky.service import BlueskyService, Person, Stored, instant
from bot.sandbox.x.page import NEWEST, acting, words

Given = dict[str, Any]


class Page:
    """Answers everything under /sandbox/bluesky."""

    def __init__(self, bluesky: BlueskyService) -> None:
        self._bluesky = bluesky

    def add_to(self, app: web.Application) -> None:
        app.router.add_get("/bluesky/blob/{cid}", self.blob)
        app.router.add_get("/sandbox/bluesky/state", self.state)
        for name, act in (("post", self._post), ("edit", self._edit), ("delete", self._delete)):
            app.router.add_post(f"/sandbox/bluesky/{name}", acting(act))

    async def blob(self, request: web.Request) -> web.Response:
        found = self._bluesky.blobs.get(request.match_info["cid"])
        if found is None:
            raise web.HTTPNotFound
        return web.Response(body=found[1], content_type=found[0])

    async def state(self, _request: web.Request) -> web.Response:
        own = self._bluesky.own
        customers = [
            _author(person) | {"followers": person.followers, "language": person.language, "kind": person.kind}
            for person in self._bluesky.people
            if person != own
        ]
        posts = [self._shown(post) for post in self._bluesky.posts[:NEWEST]]
        return web.json_response({"own": _author(own), "customers": customers, "posts": posts})

    def _shown(self, post: Stored) -> Given:
        author = self._bluesky.person(post.did)
        return {
            "id": post.id,
            "author": _author(author) if author else {},
            "text": post.text,
            "created_at": instant(post.at),
            "in_reply_to": post.in_reply_to,
            "conversation_id": post.conversation_id,
            "edited": post.edited,
            "deleted": post.deleted,
            "media": [{"type": media.type, "url": media.url, "alt_text": media.alt_text} for media in post.media],
            "own": post.did == self._bluesky.own.did,
        }

    def _post(self, given: Given) -> Stored:
        return self._bluesky.post(str(given["handle"]), words(given), in_reply_to=given.get("in_reply_to"))

    def _edit(self, given: Given) -> Stored:
        return self._bluesky.edit(str(given["id"]), words(given))

    def _delete(self, given: Given) -> Stored:
        return self._bluesky.delete(str(given["id"]))


def _author(person: Person) -> Given:
    return {"id": person.did, "handle": person.handle, "name": person.name}
