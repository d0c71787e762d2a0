"""The modals that each user has open, and their home tabs."""

from __future__ import annotations

import secrets
from typing import Any

from bot.sandbox.slack.blockkit import view_problems
from bot.sandbox.slack.errors import SlackError, invalid_arguments
from bot.sandbox.slack.inputs import values_of
from bot.sandbox.slack.naming import with_ids
from bot.sandbox.slack.records import APP_ID, BOT_ID, TEAM_ID, Json, View

DEEPEST = 3
LARGEST = 250_000


def checked(view: Any, kind: str) -> Json:
    """Return the view if Slack would take it. Raises `invalid_arguments` with its problems, or `view_too_large`."""
    if isinstance(view, dict) and view.get("type") in ("modal", "home") and view["type"] != kind:
        raise invalid_arguments(f"must be one of {kind} [json-pointer:/view/type]")
    if found := view_problems(view):
        raise invalid_arguments(*found)
    if len(str(view)) > LARGEST:
        raise SlackError("view_too_large")
    body: Json = view
    return body


class Modals:
    """For each user, a stack of up to three modals and one home tab."""

    def __init__(self) -> None:
        self.stacks: dict[str, list[View]] = {}
        self.homes: dict[str, View] = {}

    def top(self, user: str) -> View | None:
        stack = self.stacks.get(user)
        return stack[-1] if stack else None

    def open(self, user: str, body: Json) -> View:
        """Show a modal in place of all modals that the user has open."""
        self.stacks[user] = []
        return self.push(user, body)

    def push(self, user: str, body: Json) -> View:
        """Show a modal on top of the open one. Raises `push_limit_reached`."""
        stack = self.stacks.setdefault(user, [])
        if len(stack) >= DEEPEST:
            raise SlackError("push_limit_reached")
        self._claim_external_id(body, None)
        view = _new(user, body, stack[-1] if stack else None)
        stack.append(view)
        return view

    def replace(self, view: View, body: Json) -> View:
        """Change a view in place. What the user typed stays if its block_id and action_id stay."""
        self._claim_external_id(body, view)
        view.body, view.hash = _kept(body), _hash()
        return view

    def publish(self, user: str, body: Json) -> View:
        home = self.homes.get(user)
        if home is not None:
            return self.replace(home, body)
        self.homes[user] = home = _new(user, body, None)
        return home

    def find(self, *, view_id: str | None = None, external_id: str | None = None) -> View:
        """Return an open modal or a home tab. Raises `not_found`."""
        for view in self._all():
            if view.id == view_id or (external_id and view.body.get("external_id") == external_id):
                return view
        raise SlackError("not_found")

    def close(self, view: View, *, whole_stack: bool = False) -> list[View]:
        """Close a modal and those above it, or the whole stack; return the closed ones, topmost first."""
        stack = self.stacks.get(view.user, [])
        at = 0 if whole_stack or view not in stack else stack.index(view)
        gone, self.stacks[view.user] = stack[at:], stack[:at]
        return gone[::-1]

    def _all(self) -> list[View]:
        return [view for stack in self.stacks.values() for view in stack] + list(self.homes.values())

    def _claim_external_id(self, body: Json, holder: View | None) -> None:
        wanted = body.get("external_id")
        if wanted and any(view is not holder and view.body.get("external_id") == wanted for view in self._all()):
            raise SlackError("duplicate_external_id")


def payload(view: View) -> Json:
    """Build the view object that Slack's answers and interactions carry."""
    body = view.body
    modal = body["type"] == "modal"
    return {
        "id": view.id,
        "team_id": TEAM_ID,
        "type": body["type"],
        "title": body.get("title") or {"type": "plain_text", "text": "View Title", "emoji": True},
        "submit": body.get("submit"),
        "close": body.get("close"),
        "blocks": view.blocks,
        "private_metadata": body.get("private_metadata") or "",
        "callback_id": body.get("callback_id") or "",
        "external_id": body.get("external_id") or "",
        "state": {"values": values_of(view.blocks, view.entered)},
        "hash": view.hash,
        "clear_on_close": modal and bool(body.get("clear_on_close")),
        "notify_on_close": modal and bool(body.get("notify_on_close")),
        "root_view_id": view.root,
        "previous_view_id": view.previous,
        "app_id": APP_ID,
        "app_installed_team_id": TEAM_ID,
        "bot_id": BOT_ID,
    }


def _hash() -> str:
    return f"{secrets.randbelow(10**10)}.{secrets.token_hex(4)}"


def _kept(body: Json) -> Json:
    return {**body, "blocks": with_ids(body["blocks"]) or []}


def _new(user: str, body: Json, below: View | None) -> View:
    view_id = "V" + secrets.token_hex(5).upper()
    return View(view_id, user, _kept(body), _hash(), below.root if below else view_id, below.id if below else None)
