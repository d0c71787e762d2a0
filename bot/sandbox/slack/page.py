"""What the sandbox's page in the browser asks of the workspace, in JSON."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from aiohttp import web

from bot.sandbox.slack import modals
from bot.sandbox.slack.client import Outcome
from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.records import TEAM_NAME, Channel, Json, Message
from bot.sandbox.slack.state import State

if TYPE_CHECKING:
    from bot.sandbox.slack.workspace import Workspace


def snapshot(workspace: Workspace, user: str) -> Json:
    """Return everything that `user` sees. Raises LookupError for an unknown user."""
    state = workspace.state
    with state.lock:
        viewer = state.users[user]
        top, home = state.modals.top(user), state.modals.homes.get(user)
        direct = state.direct(viewer.id)
        shared = [channel for channel in state.channels.values() if channel.im_user is None]
        return {
            "team": {"name": TEAM_NAME},
            "language": workspace.language,
            "users": [_person(each) for each in state.users.values() if not each.bot],
            "channels": [_channel(state, channel, user) for channel in shared if user in channel.members],
            "dms": [_channel(state, direct, user)],
            "commands": [
                {key: value for key, value in asdict(command).items() if key != "should_escape"}
                for command in workspace.slash_commands.known.values()
            ],
            "shortcuts": [asdict(shortcut) for shortcut in workspace.shortcuts.known.values()],
            "modal": modals.payload(top) if top else None,
            "home": modals.payload(home) if home else None,
        }


def _person(user: Any) -> Json:
    return {
        "id": user.id,
        "name": user.name,
        "real_name": user.real_name,
        "initials": user.initials,
        "locale": user.locale,
        "tz": user.tz,
        "lead": user.lead,
        "avatar_colour": user.colour,
    }


def _channel(state: State, channel: Channel, user: str) -> Json:
    seen = [each for each in state.messages[channel.id].values() if each.ephemeral_for in (None, user)]
    replies: dict[str, list[Message]] = {}
    for message in seen:
        if message.is_reply:
            replies.setdefault(message.thread_ts or "", []).append(message)
    shown = [
        _message(state, message) | {"replies": [_message(state, reply) for reply in replies.get(message.ts, [])]}
        for message in seen
        if not message.is_reply or message.broadcast
    ]
    return {"id": channel.id, "name": channel.name, "messages": shown}


def _message(state: State, message: Message) -> Json:
    author = state.users.get(message.user)
    return {
        "ts": message.ts,
        "author": {
            "id": message.user,
            "name": author.real_name if author else "Slackbot",
            "bot": author is None or author.bot,
        },
        "text": message.text,
        "blocks": message.blocks,
        "thread_ts": message.thread_ts,
        "replies": [],
        "edited": message.shows_edited,
        "ephemeral": message.ephemeral_for is not None,
        "broadcast": message.broadcast,
    }


def mount(app: web.Application, workspace: Workspace) -> None:
    """Add the page's routes. If a user cannot do something, the answer is {"ok": false} with the reason."""
    client = workspace.client

    async def state(request: web.Request) -> web.Response:
        try:
            return web.json_response(snapshot(workspace, request.query.get("user", "")))
        except LookupError:
            return web.json_response({"ok": False, "error": "user_not_found"}, status=404)

    async def action(asked: Json) -> Outcome:
        user, container, values = asked["user"], asked["container"], asked.get("values") or {}
        if container["type"] == "message":
            return await client.click(user, container["channel"], container["ts"], asked["action"], values)
        return await client.act(user, container["view_id"], asked["action"], values)

    async def view(asked: Json) -> Outcome:
        if asked["event"] == "submit":
            return await client.submit(asked["user"], asked["view_id"], asked.get("values") or {})
        return await client.close(asked["user"], asked["view_id"], everything=asked["event"] == "clear")

    async def command(asked: Json) -> Outcome:
        return await workspace.slash_commands.run(
            asked["user"], asked["channel"], asked["text"], asked.get("thread_ts")
        )

    async def shortcut(asked: Json) -> Outcome:
        if "ts" not in asked:
            return await workspace.shortcuts.run_global(asked["user"], asked["callback_id"])
        return await workspace.shortcuts.run(asked["user"], asked["channel"], asked["ts"], asked["callback_id"])

    async def message(asked: Json) -> Outcome:
        client.say(asked["user"], asked["channel"], asked["text"], asked.get("thread_ts"))
        return Outcome()

    async def notifications(asked: Json) -> Outcome:
        workspace.pause_notifications(asked["user"], float(asked["minutes"]))
        return Outcome()

    async def status(asked: Json) -> Outcome:
        workspace.set_status(asked["user"], asked["emoji"], float(asked.get("minutes") or 0))
        return Outcome()

    async def file(request: web.Request) -> web.Response:
        """Take a file that somebody chose in a form, and return the object that the form holds from then on."""
        user, name = request.query["user"], request.query["name"]
        return web.json_response({"ok": True, "file": workspace.upload(user, name, await request.read())})

    async def home(asked: Json) -> Outcome:
        return await client.home(asked["user"])

    async def drop(_request: web.Request) -> web.Response:
        return web.json_response({"ok": True, "dropped": workspace.delivery.sockets.drop()})

    app.router.add_get("/sandbox/slack/state", state)
    app.router.add_post("/sandbox/slack/action", _answering(action))
    app.router.add_post("/sandbox/slack/view", _answering(view))
    app.router.add_post("/sandbox/slack/command", _answering(command))
    app.router.add_post("/sandbox/slack/shortcut", _answering(shortcut))
    app.router.add_post("/sandbox/slack/message", _answering(message))
    app.router.add_post("/sandbox/slack/file", file)
    app.router.add_post("/sandbox/slack/home", _answering(home))
    app.router.add_post("/sandbox/slack/notifications", _answering(notifications))
    app.router.add_post("/sandbox/slack/status", _answering(status))
    app.router.add_post("/sandbox/slack/drop-sockets", drop)


def _answering(act: Callable[[Json], Awaitable[Outcome]]) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def serve(request: web.Request) -> web.Response:
        try:
            outcome = await act(await request.json())
        except SlackError as refusal:
            outcome = Outcome(ok=False, error=refusal.code)
        except (LookupError, TypeError, ValueError) as problem:
            return web.json_response(asdict(Outcome(ok=False, error=str(problem))), status=400)
        return web.json_response(asdict(outcome))

    return serve
