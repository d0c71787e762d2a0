"""Files that users gave to the app, and the address at which it reads them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from aiohttp import web

from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.records import TEAM_ID, Json
from bot.sandbox.slack.seed import BOT_TOKEN
from bot.sandbox.slack.state import State

SCOPE = "files:read"
LARGEST = 10_000_000  # of what a form takes
KINDS = {"jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp", "gif": "image/gif"}


@dataclass(frozen=True, slots=True)
class File:
    """A file by one user. `kind` is its media type."""

    id: str
    user: str
    name: str
    kind: str
    content: bytes

    def payload(self, origin: str) -> Json:
        """Return the file object of files.info and of a form."""
        address = f"{origin}/slack/files/{TEAM_ID}-{self.id}/{self.name}"
        return {
            "id": self.id,
            "created": 1_700_000_000,
            "name": self.name,
            "title": self.name,
            "mimetype": self.kind,
            "filetype": self.name.rpartition(".")[2].lower(),
            "user": self.user,
            "user_team": TEAM_ID,
            "size": len(self.content),
            "mode": "hosted",
            "is_external": False,
            "is_public": False,
            "url_private": address,
            "url_private_download": address,
        }


def add(state: State, origin: str, user: str, name: str, content: bytes) -> Json:
    """Keep a file and return its object. Raises `file_too_large`."""
    if len(content) > LARGEST:
        raise SlackError("file_too_large")
    kind = KINDS.get(name.rpartition(".")[2].lower(), "application/octet-stream")
    file = File("F" + secrets.token_hex(5).upper(), user, name.replace("/", "_"), kind, content)
    with state.lock:
        state.files[file.id] = file
    return file.payload(origin)


def serve(state: State, request: web.Request) -> web.Response:
    """Hand a file to the app; to everybody else, where they can sign in."""
    if request.headers.get("Authorization") != f"Bearer {BOT_TOKEN}" or SCOPE not in state.scopes:
        raise web.HTTPFound("/slack/sign-in")
    file = state.files.get(request.match_info["file"].partition("-")[2])
    if file is None:
        raise web.HTTPNotFound
    return web.Response(body=file.content, content_type=file.kind)
