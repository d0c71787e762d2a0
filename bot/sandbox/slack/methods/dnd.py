"""dnd.*: who has switched their notifications off."""

from __future__ import annotations

from bot.sandbox.slack.args import Args
from bot.sandbox.slack.errors import SlackError, invalid_arguments
from bot.sandbox.slack.methods.base import Method
from bot.sandbox.slack.records import Json
from bot.sandbox.slack.state import State

MOST = 50


def info(state: State, args: Args) -> Json:
    user = state.users.get(args.need("user"))
    if user is None:
        raise SlackError("user_not_found")
    return state.dnd_status(user.id)


def team_info(state: State, args: Args) -> Json:
    users = [user for user in (args.text("users") or "").split(",") if user]
    if not users:
        raise SlackError("no_users_provided")
    if len(users) > MOST:
        raise invalid_arguments(f"no more than {MOST} items allowed [json-pointer:/users]")
    return {"users": {user: state.dnd_status(user) for user in users if user in state.users}}


METHODS = [
    Method("dnd.info", info, ("dnd:read",), tier=3),
    Method("dnd.teamInfo", team_info, ("dnd:read",), tier=2),
]
