"""What Slack's own client does when a user acts: it sends the act to the app and shows the outcome."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.sandbox.slack import modals, payloads
from bot.sandbox.slack.acks import Ack
from bot.sandbox.slack.delivery import Delivery
from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.inputs import FIELDS, elements, fragment, given, refusals
from bot.sandbox.slack.records import Json, Message, User, View
from bot.sandbox.slack.state import State
from bot.sandbox.slack.typed import escaped

TROUBLE = "We had some trouble connecting. Try again?"
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the user sees: success, errors under inputs (by block id), or one error text."""

    ok: bool = True
    error: str | None = None
    errors: dict[str, str] | None = None


class Client:
    """What users can do in messages, modals and the home tab; `url` gives the sandbox's address."""

    def __init__(self, state: State, delivery: Delivery, url: Callable[[], str]) -> None:
        self._state = state
        self._delivery = delivery
        self._url = url

    def user(self, user: str) -> User:
        """Return a user. Raises LookupError if the workspace does not know them."""
        return self._state.users[user]

    def response_url(self, channel: str, user: str, ts: str | None = None, thread_ts: str | None = None) -> str:
        return f"{self._url()}/slack/response/{self._state.responses.issue(channel, user, ts, thread_ts)}"

    async def click(
        self, user: str, channel: str, ts: str, action: Mapping[str, Any], values: Mapping[str, Any] | None = None
    ) -> Outcome:
        """Use an element of a message. `values` is what its other elements hold at that moment.

        If the message has lost the element meanwhile, the click is still sent if `action` fully describes it, because
        users click on what their screen still shows. Raises LookupError or SlackError if there is nothing to use.
        """
        who, place = self.user(user), self._state.channel(channel)
        with self._state.lock:
            message = self._state.find(place.id, ts, viewer=user)
            blocks = message.blocks or []
            sent = _action(blocks, action, self._state.next_ts())
            entered = given(blocks, values or {})
            entered.setdefault(sent["block_id"], {})[sent["action_id"]] = sent
            thread_ts = message.thread_ts if message.is_reply else None
            payload = payloads.message_action(
                who,
                place,
                message,
                sent,
                entered=entered,
                trigger_id=self._state.triggers.issue(user),
                response_url=self.response_url(place.id, user, ts, thread_ts),
            )
        return _seen(await self._delivery.send("interactive", payload, answerable=False))

    async def act(self, user: str, view_id: str, action: Mapping[str, Any], values: Mapping[str, Any]) -> Outcome:
        """Use an element of a modal or the home tab. `values` is what the other inputs hold at that moment."""
        who = self.user(user)
        with self._state.lock:
            view = self._own(user, view_id)
            _enter(view, values)
            sent = _action(view.blocks, action, self._state.next_ts())
            if sent["type"] in FIELDS:
                view.entered.setdefault(sent["block_id"], {})[sent["action_id"]] = sent
            dispatched = _dispatches(view.blocks, sent, action.get("trigger"))
            sent.pop("trigger", None)
            payload = payloads.view_action(who, view, sent, self._state.triggers.issue(user))
        if not dispatched:
            return Outcome()
        return _seen(await self._delivery.send("interactive", payload, answerable=False))

    async def submit(self, user: str, view_id: str, values: Mapping[str, Any]) -> Outcome:
        """Press a modal's submit button. Inputs that the client refuses never reach the app."""
        who = self.user(user)
        with self._state.lock:
            view = self._own(user, view_id)
            _enter(view, values)
            if found := refusals(view.blocks, view.entered):
                return Outcome(ok=False, errors=found)
            urls = [
                {"block_id": block, "action_id": action, "channel_id": to, "response_url": self.response_url(to, user)}
                for block, action, to in _answerable(view)
            ]
            payload = payloads.view_submission(who, view, self._state.triggers.issue(user), urls)
        ack = await self._delivery.send("interactive", payload, answerable=True)
        if ack.error is not None:
            return Outcome(ok=False, error=TROUBLE)
        try:
            return self._answer(view, ack)
        except SlackError as refusal:
            log.warning("the answer to a view_submission was refused: %s %s", refusal.code, refusal.extra)
            return Outcome(ok=False, error=TROUBLE)
        finally:
            self._state.changed()

    def _answer(self, view: View, ack: Ack) -> Outcome:
        answer = ack.answer
        if not answer:
            self._state.modals.close(view)
            return Outcome()
        action = answer.get("response_action")
        if action == "clear":
            self._state.modals.close(view, whole_stack=True)
        elif action == "update":
            self._state.modals.replace(view, modals.checked(answer.get("view"), "modal"))
        elif action == "push":
            self._state.modals.push(view.user, modals.checked(answer.get("view"), "modal"))
        elif action == "errors" and answer.get("errors"):
            inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
            if unknown := answer["errors"].keys() - inputs:
                raise SlackError("invalid_block_ids", unknown=sorted(unknown))
            return Outcome(ok=False, errors=dict(answer["errors"]))
        else:
            raise SlackError("invalid_response_action", answer=answer)
        return Outcome()

    async def close(self, user: str, view_id: str, *, everything: bool = False) -> Outcome:
        """Close a modal by its close button, or with `everything` the whole stack by its cross."""
        who = self.user(user)
        with self._state.lock:
            view = self._own(user, view_id)
            everything = everything or bool(view.body.get("clear_on_close"))
            gone = self._state.modals.close(view, whole_stack=everything)
        self._state.changed()
        for each in gone:
            if each.body.get("notify_on_close"):
                payload = payloads.view_closed(who, each, is_cleared=everything)
                await self._delivery.send("interactive", payload, answerable=False)
        return Outcome()

    def _own(self, user: str, view_id: str) -> View:
        view = self._state.modals.find(view_id=view_id)
        if view.user != user:
            raise SlackError("not_found")
        return view

    async def home(self, user: str) -> Outcome:
        """Open the app's home tab."""
        self.user(user)
        view = self._state.modals.homes.get(user)
        event = {
            "type": "app_home_opened",
            "user": user,
            "channel": self._state.direct(user).id,
            "tab": "home",
            "event_ts": self._state.next_ts(),
        } | ({"view": modals.payload(view)} if view else {})
        return _seen(await self._delivery.event_now(event))

    def say(self, user: str, channel: str, text: str, thread_ts: str | None = None) -> Message:
        """Write a message, or a reply in a thread."""
        self.user(user)
        words = escaped(text, self._state.users, self._state.channels, labelled=False)
        place = self._state.channel(channel)
        return self._state.post(Message(self._state.next_ts(), place.id, user, words, thread_ts=thread_ts))


def _seen(ack: Ack) -> Outcome:
    if ack.error is None:
        return Outcome()
    if ack.error == "operation_timeout":
        return Outcome(ok=False, error="Operation timed out. Apps need to respond within 3 seconds.")
    if ack.error.startswith("status_"):
        return Outcome(ok=False, error=f"This app responded with Status Code {ack.error.removeprefix('status_')}.")
    return Outcome(ok=False, error="This app is not configured to handle interactive responses.")


def _enter(view: View, values: Mapping[str, Any]) -> None:
    for block_id, entered in given(view.blocks, values).items():
        view.entered.setdefault(block_id, {}).update(entered)


def _action(blocks: list[Json], action: Mapping[str, Any], action_ts: str) -> Json:
    """Build the payload's action from the client's fragment, or from an action_id with the `chosen` value.

    Raises LookupError if there is no such element and `action` does not fully describe one.
    """
    wanted = dict(action)
    chosen = wanted.pop("chosen", None)
    named = {"action_id": wanted["action_id"], "action_ts": action_ts}
    for block, element in elements(blocks):
        block_id = block["block_id"]
        if element["action_id"] == wanted["action_id"] and wanted.get("block_id", block_id) == block_id:
            shown = {key: element[key] for key in ("style", "placeholder") if key in element}
            sent = fragment(element, wanted if chosen is None else chosen)
            if element["type"] == "button":
                sent = fragment(element, None) | sent
            return shown | sent | named | {"block_id": block_id}
    if "type" not in wanted or "block_id" not in wanted:
        raise LookupError(f"no element {wanted['action_id']} here")
    return wanted | ({} if chosen is None else {"value": chosen}) | named


def _dispatches(blocks: list[Json], action: Json, trigger: str | None) -> bool:
    """Tell whether using this element notifies the app at once; an input block must ask for it."""
    for block in blocks:
        if block["block_id"] != action["block_id"] or block["type"] != "input":
            continue
        if not block.get("dispatch_action"):
            return False
        config = block["element"].get("dispatch_action_config") or {}
        wanted = config.get("trigger_actions_on") or ["on_enter_pressed"]
        return trigger is None or trigger in wanted
    return True


def _answerable(view: View) -> list[tuple[str, str, str]]:
    """List the chosen conversations in which the app may answer, as (block_id, action_id, channel)."""
    values = modals.payload(view)["state"]["values"]
    found = []
    for block, element in elements(view.blocks):
        if element.get("response_url_enabled"):
            value = values[block["block_id"]][element["action_id"]]
            chosen = value.get("selected_conversation") or value.get("selected_channel")
            if chosen:
                found.append((block["block_id"], element["action_id"], chosen))
    return found
