"""views.*: modals and home tabs."""

from __future__ import annotations

from bot.sandbox.slack import modals
from bot.sandbox.slack.args import Args
from bot.sandbox.slack.errors import SlackError, invalid_arguments
from bot.sandbox.slack.files import SCOPE
from bot.sandbox.slack.inputs import elements
from bot.sandbox.slack.methods.base import Method
from bot.sandbox.slack.records import Json, View
from bot.sandbox.slack.state import State


def _checked(state: State, args: Args, kind: str) -> Json:
    view = modals.checked(args.view(), kind)
    if SCOPE not in state.scopes and any(element["type"] == "file_input" for _, element in elements(view["blocks"])):
        raise invalid_arguments(f"`file_input` needs the scope {SCOPE}")
    return view


def _answer(state: State, view: View) -> Json:
    state.changed()
    return {"view": modals.payload(view)}


def open_modal(state: State, args: Args) -> Json:
    trigger_id = args.need("trigger_id")
    user = state.triggers.check(trigger_id)
    view = state.modals.open(user, _checked(state, args, "modal"))
    state.triggers.spend(trigger_id)
    return _answer(state, view)


def push(state: State, args: Args) -> Json:
    trigger_id = args.need("trigger_id")
    user = state.triggers.check(trigger_id)
    view = state.modals.push(user, _checked(state, args, "modal"))
    state.triggers.spend(trigger_id)
    return _answer(state, view)


def _unless_changed(view: View, args: Args) -> None:
    if (known := args.text("hash")) and known != view.hash:
        raise SlackError("hash_conflict")


def update(state: State, args: Args) -> Json:
    view_id, external_id = args.text("view_id"), args.text("external_id")
    if not view_id and not external_id:
        raise invalid_arguments("must define either `view_id` or `external_id`")
    view = state.modals.find(view_id=view_id, external_id=external_id)
    _unless_changed(view, args)
    return _answer(state, state.modals.replace(view, _checked(state, args, view.body["type"])))


def publish(state: State, args: Args) -> Json:
    user = args.need("user_id")
    if user not in state.users:
        raise invalid_arguments("invalid `user_id`")
    body = modals.checked(args.view(), "home")
    if (home := state.modals.homes.get(user)) is not None:
        _unless_changed(home, args)
    return _answer(state, state.modals.publish(user, body))


METHODS = [
    Method("views.open", open_modal, tier=4),
    Method("views.push", push, tier=4),
    Method("views.update", update, tier=4),
    Method("views.publish", publish, tier=4),
]
