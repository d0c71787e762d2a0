"""A strict local Slack workspace: it refuses what Slack refuses, in the same words."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from aiohttp import web

from bot.sandbox.slack import answers, files, page
from bot.sandbox.slack.client import Outcome
from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.records import Call, Message, User
from bot.sandbox.slack.state import Timing
from bot.sandbox.slack.workspace import Workspace

__all__ = ["Call", "Message", "Outcome", "SlackError", "Timing", "User", "Workspace", "mount"]


def mount(app: web.Application, workspace: Workspace) -> None:
    """Serve the workspace: its Web API, sockets and response addresses, and the routes of the sandbox's page."""

    async def respond(request: web.Request) -> web.Response:
        try:
            answers.respond(workspace.state, request.match_info["key"], await request.json())
        except ValueError:
            return web.json_response({"ok": False, "error": "invalid_payload"}, status=400)
        except SlackError as refusal:
            gone = refusal.code in ("used_url", "expired_url")
            body = {"ok": False, "error": refusal.code} | refusal.extra
            return web.json_response(body, status=404 if gone else 400)
        return web.json_response({"ok": True})

    async def file(request: web.Request) -> web.Response:
        return files.serve(workspace.state, request)

    async def run(_app: web.Application) -> AsyncIterator[None]:
        workspace.delivery.loop = asyncio.get_running_loop()
        yield
        await workspace.delivery.close()

    async def hang_up(_app: web.Application) -> None:
        await workspace.delivery.sockets.close()

    app.router.add_route("*", "/slack/api/{method}", workspace.api.serve)
    app.router.add_get("/slack/link/", workspace.delivery.sockets.serve)
    app.router.add_get("/slack/files/{file}/{name}", file)
    app.router.add_post("/slack/response/{key}", respond)
    page.mount(app, workspace)
    app.on_shutdown.append(hang_up)
    app.cleanup_ctx.append(run)
