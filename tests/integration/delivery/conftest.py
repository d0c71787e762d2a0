"""Delivery against the sandbox's Slack and X, over real HTTP, on a clock that is turned by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from bot.delivery.replies import ReplyDeliverer
from bot.delivery.slack_messages import SlackMessageDeliverer
from bot.delivery.worker import Delivery
from bot.platform import slack
from bot.sandbox.server import Sandbox
from bot.sandbox.slack.records import Message
from bot.sandbox.x.posts import Post
from bot.usecases.desk.context import Context
from bot.usecases.intake import ingest
from tests.conftest import TurnedClock
from tests.support.team import Team, X, x_account


@pytest.fixture
def sandbox(clock: TurnedClock) -> Iterator[Sandbox]:
    with Sandbox(now=clock.now, rate_limits=False) as running:
        yield running


@pytest.fixture
def ctx(ctx: Context, sandbox: Sandbox, clock: TurnedClock) -> Iterator[Context]:
    account = x_account(sandbox, clock.now, timeout=1.0)
    yield replace(ctx, accounts={X: account})
    account.close()


@dataclass
class Bench:
    """One worker of each kind, the workspace and the X that they talk to, and the team behind them."""

    ctx: Context
    sandbox: Sandbox
    clock: TurnedClock
    team: Team

    def __post_init__(self) -> None:
        client = slack.client("xoxb-sandbox", self.sandbox.slack_api_url, timeout=1)
        self.posts, self.sends = SlackMessageDeliverer(self.ctx, client), ReplyDeliverer(self.ctx)
        self._delivery = Delivery(self.ctx, (self.posts, self.sends))

    def settle(self, **turn: float) -> None:
        """Turn the clock, then deliver all that can be delivered."""
        self.clock.turn(**turn)
        self._delivery.settle()

    def mention(self, words: str = "@acme Mijn pakket is weg", by: str = "klant") -> int:
        """A customer posts on X and it is fetched: the number of its thread."""
        self.sandbox.x.post(by, words)
        self.fetch()
        return int(self.team.rows("SELECT max(id) AS id FROM thread")[0]["id"])

    def fetch(self) -> None:
        desk = self.ctx.settings.desks[0]
        self.clock.turn(seconds=60)
        ingest.poll(self.ctx, desk, desk.networks[0])

    def channel(self, name: str = "webcare") -> list[Message]:
        """What stands in a channel itself."""
        return [message for message in self.sandbox.slack.messages(name) if not message.is_reply]

    def under_the_card(self) -> list[Message]:
        return [message for message in self.sandbox.slack.messages("webcare") if message.is_reply]

    def direct(self, user: str) -> list[Message]:
        return self.sandbox.slack.messages(self.sandbox.slack.state.direct(user).id)

    def whispers(self, user: str) -> list[str]:
        return [message.text for message in self.sandbox.slack.ephemerals(user)]

    def calls(self, method: str) -> int:
        return sum(call.method == method for call in self.sandbox.slack.calls)

    def look_ups(self) -> int:
        """How often our own timeline was read on X."""
        return sum(call.path == f"/2/users/{self.sandbox.x.own.id}/tweets" for call in self.sandbox.x.calls)

    def answers(self) -> list[Post]:
        """What the account has posted on X, oldest first."""
        return [post for post in reversed(self.sandbox.x.posts) if post.author.id == "1000" and not post.deleted]


@pytest.fixture
def bench(ctx: Context, sandbox: Sandbox, clock: TurnedClock, team: Team) -> Bench:
    return Bench(ctx, sandbox, clock, team)
