"""auth.*, users.* and usergroups.*: who is who."""

from __future__ import annotations

from bot.sandbox.slack.args import Args
from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.methods.base import Method, page
from bot.sandbox.slack.records import BOT_ID, BOT_USER, TEAM_DOMAIN, TEAM_ID, TEAM_NAME, Json
from bot.sandbox.slack.state import State

EMAIL = "users:read.email"


def api_test(_state: State, args: Args) -> Json:
    if error := args.text("error"):
        raise SlackError(error, args=args.values)
    return {"args": {name: value for name, value in args.values.items() if name != "token"}}


def auth_test(_state: State, _args: Args) -> Json:
    return {
        "url": f"https://{TEAM_DOMAIN}.slack.com/",
        "team": TEAM_NAME,
        "user": "webcare",
        "team_id": TEAM_ID,
        "user_id": BOT_USER,
        "bot_id": BOT_ID,
        "is_enterprise_install": False,
    }


def info(state: State, args: Args) -> Json:
    user = state.users.get(args.need("user"))
    if user is None:
        raise SlackError("user_not_found")
    return {"user": user.payload(with_locale=args.flag("include_locale"), with_email=EMAIL in state.scopes)}


def look_up_by_email(state: State, args: Args) -> Json:
    """Find an active member; whoever was deactivated has no address any more."""
    wanted = args.need("email").casefold()
    found = next((user for user in state.users.values() if user.email.casefold() == wanted and not user.deleted), None)
    if found is None or not wanted:
        raise SlackError("users_not_found")
    return {"user": found.payload(with_email=True)}


def list_all(state: State, args: Args) -> Json:
    shown, cursor = page([*state.users.values()], args, most=1000)
    with_locale = args.flag("include_locale")
    with_email = EMAIL in state.scopes
    members = [user.payload(with_locale=with_locale, with_email=with_email) for user in shown]
    return {"members": members, "response_metadata": {"next_cursor": cursor}}


def group_members(state: State, args: Args) -> Json:
    members = state.usergroups.get(args.need("usergroup"))
    if members is None:
        raise SlackError("no_such_subteam")
    return {"users": list(members)}


METHODS = [
    Method("api.test", api_test),
    Method("auth.test", auth_test),
    Method("users.info", info, ("users:read",), tier=4),
    Method("users.lookupByEmail", look_up_by_email, (EMAIL,), tier=3),
    Method("users.list", list_all, ("users:read",), tier=2),
    Method("usergroups.users.list", group_members, ("usergroups:read",), tier=2),
]
