"""Slash commands, as Slack's composer sends them."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from bot.sandbox.slack import answers, payloads
from bot.sandbox.slack.client import Client, Outcome
from bot.sandbox.slack.delivery import Delivery
from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.records import Message
from bot.sandbox.slack.state import State
from bot.sandbox.slack.tickets import ResponseAddress
from bot.sandbox.slack.typed import escaped, with_emoji_names

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Command:
    """A slash command of the app's manifest; `should_escape` is the manifest's setting."""

    command: str
    usage_hint: str = ""
    description: str = ""
    should_escape: bool = True


class Commands:
    """The app's slash commands, by name."""

    def __init__(self, state: State, delivery: Delivery, client: Client) -> None:
        self.known = {"/webcare": Command("/webcare", "[help]", "Answer customers on social networks")}
        self._state = state
        self._delivery = delivery
        self._client = client

    async def run(self, user: str, channel: str, line: str, thread_ts: str | None = None) -> Outcome:
        """Send `line`, such as "/webcare open", and show the app's answer or the failure as a message."""
        name, _, words = line.strip().partition(" ")
        who, place = self._client.user(user), self._state.channel(channel)
        command = self.known.get(name)
        if command is None:
            return self._fail(user, place.id, f"{name} is not a valid command.")
        if thread_ts is not None:
            return self._fail(user, place.id, f"{name} is not supported in threads. Sorry!")
        text = with_emoji_names(words.strip())
        if command.should_escape:
            text = escaped(text, self._state.users, self._state.channels, labelled=True)
        response_url = self._client.response_url(place.id, user)
        trigger_id = self._state.triggers.issue(user)
        payload = payloads.slash_command(who, place, name, text, trigger_id, response_url)
        ack = await self._delivery.send("slash_commands", payload, answerable=True)
        error = ack.error and ("dispatch_failed" if ack.error.startswith("status_") else ack.error)
        if error is None and ack.answer:
            try:
                answers.post(self._state, ack.answer, ResponseAddress(place.id, user, expires=0))
            except SlackError as refusal:
                log.warning("the answer to %s was refused: %s %s", name, refusal.code, refusal.extra)
                error = refusal.code
        return self._fail(user, place.id, f'{name} failed with the error "{error}"') if error else Outcome()

    def _fail(self, user: str, channel: str, text: str) -> Outcome:
        self._state.post(Message(self._state.next_ts(), channel, "USLACKBOT", text, ephemeral_for=user))
        return Outcome(ok=False, error=text)
