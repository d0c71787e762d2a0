"""A desk on busy days: real tables and use cases, delivery to the local Slack, a clock that is turned by hand."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any, TypeVar

from bot.delivery.slack_messages import PACE_SECONDS, SlackMessageDeliverer
from bot.delivery.worker import Delivery
from bot.domain.cases.mention import Author, Mention
from bot.platform import slack
from bot.sandbox.server import Sandbox
from bot.sandbox.slack.records import Message
from tests.conftest import TurnedClock
from tests.support.team import Team

T = TypeVar("T")


class Channel:
    """The desk's channel and its leads' direct messages, as Slack has them."""

    def __init__(self, team: Team, clock: TurnedClock, sandbox: Sandbox) -> None:
        self.team, self.clock, self.sandbox = team, clock, sandbox
        self.posts = SlackMessageDeliverer(team.ctx, slack.client("xoxb-sandbox", sandbox.slack_api_url))
        self._delivery = Delivery(team.ctx, (self.posts,))

    def flood(self, number: int, words: str = "Mijn pakket is weg", **changes: Any) -> None:
        """So many customers write, each a thread of their own."""
        mentions = [self.team.mention(words, **changes) for _ in range(number)]
        self.team.receive(*(_of_its_own(mention, changes) for mention in mentions))

    def deliver(self, turns: int = 0) -> None:
        """What can go out now, and after each of so many turns of Slack's pace: one message each in a channel."""
        self._delivery.settle()
        for _ in range(turns):
            self.clock.turn(seconds=PACE_SECONDS)
            self._delivery.settle()

    def messages(self, place: str = "C0SUPPORT") -> list[Message]:
        return self.sandbox.slack.messages(place)

    def said(self, words: str, place: str = "C0SUPPORT") -> list[Message]:
        """The messages that hold these words."""
        return [message for message in self.messages(place) if words in message.text]

    def told(self) -> list[Message]:
        """What the lead was told in direct messages."""
        direct = [channel.id for channel in self.sandbox.slack.state.channels.values() if channel.im_user == "U0LEAD"]
        return [message for channel in direct for message in self.messages(channel)]

    def updates(self, ts: str) -> int:
        """How often this message was edited."""
        calls = self.sandbox.slack.calls
        return sum(call.method == "chat.update" and call.args.get("ts") == ts for call in calls)


def at_once(act: Callable[[], T], times: int = 6) -> list[T]:
    """What as many processes get that do the same thing at the same instant."""
    start = Barrier(times)

    def run(_: int) -> T:
        start.wait()
        return act()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(run, range(times)))


def _of_its_own(mention: Mention, changes: dict[str, Any]) -> Mention:
    author = changes.get("author") or Author(mention.id, f"klant{mention.id}", f"Klant {mention.id}", 10)
    return replace(mention, conversation=mention.id, author=author)
