"""Shortcuts: in the menu of a message, also within threads, where slash commands do not work; and anywhere."""

from __future__ import annotations

from dataclasses import dataclass

from bot.sandbox.slack import payloads
from bot.sandbox.slack.client import Client, Outcome
from bot.sandbox.slack.delivery import Delivery
from bot.sandbox.slack.state import State

TROUBLE = "The shortcut did not work. Try again?"


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A shortcut of the app's manifest; a global one is no message's."""

    callback_id: str
    name: str
    is_global: bool = False


class Shortcuts:
    """The app's shortcuts, by callback id."""

    def __init__(self, state: State, delivery: Delivery, client: Client) -> None:
        self.known: dict[str, Shortcut] = {}
        self._state = state
        self._delivery = delivery
        self._client = client

    async def run(self, user: str, channel: str, ts: str, callback_id: str) -> Outcome:
        """Choose a shortcut in the menu of a message. Raises LookupError if there is no such shortcut or message.

        An ephemeral message has no such menu.
        """
        who, place, shortcut = self._client.user(user), self._state.channel(channel), self.known[callback_id]
        with self._state.lock:
            message = self._state.find(place.id, ts, viewer=user)
            if message.ephemeral_for is not None:
                raise LookupError("an ephemeral message has no shortcuts")
            payload = payloads.message_shortcut(
                who,
                place,
                message,
                shortcut.callback_id,
                trigger_id=self._state.triggers.issue(user),
                response_url=self._client.response_url(place.id, user),
            )
        ack = await self._delivery.send("interactive", payload, answerable=False)
        return Outcome(ok=False, error=TROUBLE) if ack.error else Outcome()

    async def run_global(self, user: str, callback_id: str) -> Outcome:
        """Choose a shortcut that belongs to no message. Raises LookupError if there is no such shortcut."""
        who, shortcut = self._client.user(user), self.known[callback_id]
        if not shortcut.is_global:
            raise LookupError(f"{callback_id} is a message's shortcut")
        payload = payloads.global_shortcut(who, callback_id, trigger_id=self._state.triggers.issue(user))
        ack = await self._delivery.send("interactive", payload, answerable=False)
        return Outcome(ok=False, error=TROUBLE) if ack.error else Outcome()
