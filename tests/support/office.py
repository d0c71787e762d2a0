"""Agents and customers act in the sandbox; tests look at what Slack and X received."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from bot.platform.manifest import manifest
from bot.sandbox.server import Sandbox
from bot.sandbox.slack import Message, Outcome, SlackError, Timing
from bot.sandbox.slack.inputs import elements
from bot.sandbox.x import Post
from bot.settings import load
from bot.usecases.desk.context import Actor
from handlers import USAGE_HINT
from storage import outbox
from storage.engine import connect, reading
from tests.support.cast import HERE
from tests.support.process import Process, eventually

PATIENT = Timing(ack=30, trigger=30)
"""A Slack that waits ten times as long for an answer as the real one: a busy machine is no failure."""

_handles = itertools.count(1)


def words(thing: Any) -> str:
    """Return all readable text of a message or view, one piece a line."""
    return "\n".join(_words(thing.blocks or thing.text if isinstance(thing, Message) else thing))


def _words(thing: Any) -> Iterator[str]:
    if isinstance(thing, str):
        yield thing
    elif isinstance(thing, list):
        for each in thing:
            yield from _words(each)
    elif isinstance(thing, dict):
        if thing.get("type") == "user":
            yield f"<@{thing['user_id']}>"
        yield from (thing[key] for key in ("text", "alt_text") if isinstance(thing.get(key), str))
        yield from itertools.chain.from_iterable(_words(each) for each in thing.values() if not isinstance(each, str))


class Office:
    """A workplace in the sandbox and the bot that serves it."""

    def __init__(self, sandbox: Sandbox, bot: Process) -> None:
        self.sandbox = sandbox
        self.bot = bot
        self.slack = sandbox.slack
        self.x = sandbox.x

    def mention(self, text: str, handle: str | None = None) -> Case:
        """Have a new customer mention us, and wait for their card, until the desk knows it too."""
        handle = handle or f"customer_{next(_handles)}"
        post = self.x.post(handle, f"@acme {text}")
        case = Case(self, handle, post)
        self.known(eventually(lambda: case.cards)[0])
        return case

    def known(self, message: Message) -> None:
        """Wait until the desk has stored where a message about a thread stands.

        Slack shows it a moment before that, and a shortcut or talk names a thread by nothing but the place. Nobody in
        an office is that fast; a test is.
        """
        engine = connect(load(self.bot.env).database_url)

        def stored() -> bool:
            with reading(engine) as connection:
                return message.ts in outbox.threads_shown(connection, message.channel, [message.ts])

        try:
            eventually(stored)
        finally:
            engine.dispose()

    def command(self, user: Actor, line: str, channel: str = HERE) -> str:
        """Run a slash command; return the immediate answer."""
        before = {message.ts for message in self.slack.ephemerals(user.id)}
        self.slack.command(user.id, channel, f"/webcare {line}".strip())
        answers = [message for message in self.slack.ephemerals(user.id) if message.ts not in before]
        return "\n".join(words(message) for message in answers)

    def messages(self, channel: str) -> list[Message]:
        """Return a channel's messages; an unopened direct message has none."""
        try:
            return self.slack.messages(channel)
        except SlackError:
            return []

    def modal(self, user: Actor) -> dict[str, Any]:
        """Return the agent's topmost modal."""
        views = self.slack.views(user.id)
        assert views, f"{user.id} has no modal open"
        return views[-1]


class Case:
    """One customer's thread: its card, its replies, and what people do with it."""

    def __init__(self, office: Office, handle: str, post: Post) -> None:
        self.office, self.handle, self.post = office, handle, post
        self._slack = office.slack

    @property
    def cards(self) -> list[Message]:
        """Every card of this thread in the team's channel; a second one is a bug."""
        return [
            message
            for message in self._slack.messages(HERE)
            if not message.is_reply
            and message.blocks
            and f"@{self.handle}" in re.split(r"[>|\s]", words(message.blocks[0]))
        ]

    @property
    def card(self) -> Message:
        cards = self.cards
        assert len(cards) == 1
        return cards[0]

    @property
    def shown(self) -> str:
        return words(self.card)

    @property
    def number(self) -> int:
        found = re.search(r"#(\d+)", self.shown)
        assert found
        return int(found[1])

    @property
    def buttons(self) -> set[str]:
        """The action ids on the card; menu options read "more:release"."""
        found = set()
        for _, element in elements(self.card.blocks or []):
            if element["type"] == "overflow":
                found |= {f"more:{option['value'].partition(':')[0]}" for option in element["options"]}
            else:
                found.add(element["action_id"])
        return found

    @property
    def talk(self) -> list[Message]:
        """The messages in Slack's thread under the card."""
        return [each for each in self._slack.messages(HERE) if each.is_reply and each.thread_ts == self.card.ts]

    @property
    def replies(self) -> list[str]:
        """Our replies to the customer on X."""
        return [post.text for post in self.office.x.replies_to(self.post.id) if post.author.handle == "acme"]

    def click(self, user: Actor, button: str, value: object = None) -> Outcome:
        return self._slack.click(user.id, HERE, self.card.ts, button, value)

    def seen(self, button: str) -> Callable[[Actor], Outcome]:
        """Return how to press a button that the card has now, also when the card has lost it since: somebody's screen
        still shows it."""
        block, element = next(each for each in elements(self.card.blocks or []) if each[1]["action_id"] == button)
        pressed = {name: element[name] for name in ("type", "text", "value")} | {"block_id": block["block_id"]}
        return lambda user: self._slack.click(user.id, HERE, self.card.ts, button, **pressed)

    def menu(self, user: Actor, what: str) -> Outcome:
        return self.click(user, "more", f"{what}:{self.number}")

    def shows(self, text: str) -> str:
        """Wait until the card shows this text; return all that it shows."""
        try:
            return eventually(lambda: self.shown if text in self.shown else "")
        except AssertionError:
            raise AssertionError(f"{text!r} never came onto the card:\n{self.shown}") from None

    def offers(self, button: str) -> None:
        eventually(lambda: button in self.buttons)

    def told(self, user: Actor, text: str, channel: str | None = None) -> Message:
        """Wait until this agent gets an ephemeral message with this text about this thread."""

        def look() -> Message | None:
            for message in reversed(self._slack.ephemerals(user.id)):
                said = words(message)
                about_this = re.search(rf"#{self.number}\b", said)
                if about_this and text in said and channel in (None, message.channel):
                    return message
            return None

        try:
            found = eventually(look)
        except AssertionError:
            said = [words(message) for message in self._slack.ephemerals(user.id)]
            raise AssertionError(f"{user.id} was never told {text!r}, but {said[-3:]}") from None
        assert found is not None
        return found

    def draft(self, user: Actor) -> dict[str, Any]:
        """Open the reply modal and return it."""
        outcome = self.click(user, "reply")
        assert outcome.ok, outcome
        return self.office.modal(user)

    def reply(self, user: Actor, text: str) -> Outcome:
        """Open the reply modal, type, and submit."""
        self.draft(user)
        return self._slack.submit(user.id, {"text": text})


def home_row(home: dict[str, Any], action_id: str, case: Case) -> str:
    """Return the id of the home tab's row whose button does this with the thread."""
    step = {"action_id": action_id, "value": str(case.number)}
    rows = (block["block_id"] for block in home["blocks"] if step.items() <= block.get("accessory", {}).items())
    return str(next(rows))


class Start(Protocol):
    """Run a bot over Socket Mode; `desk` goes into its config as in `quick`."""

    def __call__(
        self, sandbox: Sandbox | None = None, *, folder: Path | None = None, clock: str = "", **desk: str
    ) -> Office: ...


def english(sandbox: Sandbox) -> Sandbox:
    """Install the bot's app in a workspace where everybody reads English."""
    sandbox.slack.install(manifest(usage_hint=USAGE_HINT))
    users = sandbox.slack.state.users
    users |= {id_: replace(user, locale="en-GB") for id_, user in users.items()}
    return sandbox
