"""A desk in this process, with the sandbox's Slack and X and a clock that is turned by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from click.testing import CliRunner, Result
from sqlalchemy import RowMapping, func, select

from bot.delivery.public_updates import PublicUpdateDeliverer
from bot.delivery.replies import ReplyDeliverer
from bot.delivery.slack_messages import PACE_SECONDS, SlackMessageDeliverer
from bot.delivery.worker import Delivery
from bot.domain.cases.mention import Author, Mention
from bot.platform import slack
from bot.runtime.cli import main
from bot.sandbox.server import Sandbox
from bot.sandbox.slack.records import Message
from bot.sandbox.x.posts import Post
from bot.usecases.cases import claim, close
from bot.usecases.desk.context import Context
from bot.usecases.intake import ingest, recheck
from bot.usecases.replies import reply
from storage.cases import threads
from storage.customers import customers
from storage.engine import reading
from storage.tables import metadata
from storage.tables import outbox as outbox_table
from tests.support.cast import ANNA, HERE, LEAD
from tests.support.clock import TurnedClock
from tests.support.team import Team


class Bench:
    """One worker of each kind, the workspace and the X that they talk to, and the team behind them.

    `timeout` is how long Slack is waited for, in seconds.
    """

    def __init__(self, ctx: Context, sandbox: Sandbox, clock: TurnedClock, timeout: int = 10) -> None:
        self.ctx, self.sandbox, self.clock = ctx, sandbox, clock
        self.team = Team(ctx)
        client = slack.client("xoxb-sandbox", sandbox.slack_api_url, timeout=timeout)
        self.posts, self.sends = SlackMessageDeliverer(ctx, client), ReplyDeliverer(ctx, client)
        self._delivery = Delivery(ctx, (self.posts, self.sends, PublicUpdateDeliverer(ctx, client)))

    # What customers do, and how it comes in.

    def mention(self, words: str = "@acme Mijn pakket is weg", by: str = "klant") -> int:
        """A customer posts on X and it is fetched: the number of its thread."""
        self.sandbox.x.post(by, words)
        self.fetch()
        return int(self.team.rows("SELECT max(id) AS id FROM thread")[0]["id"])

    def flood(self, number: int, words: str = "Mijn pakket is weg", **changes: Any) -> None:
        """So many customers write, each a thread of their own."""
        mentions = [self.team.mention(words, **changes) for _ in range(number)]
        self.team.receive(*(_of_its_own(mention, changes) for mention in mentions))

    def fetch(self) -> None:
        self.clock.turn(minutes=1)
        ingest.poll(self.ctx, *self.ctx.settings.accounts()[0])

    def recheck(self) -> int:
        """Ask X after stored posts: how many changed."""
        return recheck.tick(self.ctx, self.ctx.settings.accounts()[0][1])

    def recheck_twice(self) -> int:
        """Ask X, and once more after the pause, as a deletion needs: how many changed."""
        changed = self.recheck()
        self.clock.turn(minutes=5)
        return changed + self.recheck()

    # What is delivered.

    def settle(self, **turn: float) -> None:
        """Turn the clock, then deliver all that can be delivered."""
        self.clock.turn(**turn)
        self._delivery.settle()

    def deliver(self, turns: int = 0) -> None:
        """Deliver what can go out now, and after each of so many turns of Slack's pace."""
        self.settle()
        for _ in range(turns):
            self.settle(seconds=PACE_SECONDS)

    def finish(self) -> None:
        """Deliver all that is wanted, however long Slack and X have it wait."""
        for _ in range(100):
            self.settle()
            with reading(self.ctx.engine) as connection:
                left = select(func.count()).where(outbox_table.c.generation > outbox_table.c.delivered_generation)
                if not connection.execute(left).scalar_one():
                    return
            self.clock.turn(seconds=5)
        raise AssertionError("delivery did not settle")

    # What is seen in Slack.

    def messages(self, place: str = HERE) -> list[Message]:
        return self.sandbox.slack.messages(place)

    def channel(self, name: str = "webcare") -> list[Message]:
        """What stands in a channel itself."""
        return [message for message in self.messages(name) if not message.is_reply]

    def under_the_card(self) -> list[Message]:
        return [message for message in self.messages() if message.is_reply]

    def said(self, words: str, place: str = HERE) -> list[Message]:
        """The messages that hold these words."""
        return [message for message in self.messages(place) if words in message.text]

    def direct(self, user: str) -> list[Message]:
        return self.messages(self.sandbox.slack.state.direct(user).id)

    def told(self) -> list[Message]:
        """What the lead was told in direct messages."""
        direct = [channel.id for channel in self.sandbox.slack.state.channels.values() if channel.im_user == LEAD.id]
        return [message for channel in direct for message in self.messages(channel)]

    def ephemerals(self, user: str) -> list[str]:
        return [message.text for message in self.sandbox.slack.ephemerals(user)]

    def everything_shown(self) -> str:
        """All that everybody can read in channels and direct messages."""
        state = self.sandbox.slack.state
        return "\n".join(
            str([message.text, message.blocks, message.metadata])
            for channel in list(state.channels)
            for message in self.messages(channel)
        )

    def calls(self, method: str) -> int:
        return sum(call.method == method for call in self.sandbox.slack.calls)

    def updates(self, ts: str) -> int:
        """How often this message was edited."""
        calls = self.sandbox.slack.calls
        return sum(call.method == "chat.update" and call.args.get("ts") == ts for call in calls)

    # What is seen on X.

    def look_ups(self) -> int:
        """How often our own timeline was read."""
        return sum(call.path == f"/2/users/{self.sandbox.x.own.id}/tweets" for call in self.sandbox.x.calls)

    def answers(self) -> list[Post]:
        """What the account has posted, oldest first."""
        return [post for post in reversed(self.sandbox.x.posts) if post.author.id == "1000" and not post.deleted]

    # What is stored.

    def thread(self, handle: str) -> int:
        """The number of this customer's newest thread."""
        with reading(self.ctx.engine) as connection:
            (customer,) = customers.called(connection, handle)
            return threads.of_customer(connection, customer.id or 0, ["Support"])[0].id

    def tables(self) -> dict[str, list[RowMapping]]:
        """Every row of every table."""
        with reading(self.ctx.engine) as connection:
            return {
                table.name: list(connection.execute(select(table).order_by(*table.primary_key)).mappings())
                for table in metadata.sorted_tables
            }


def restarted(bench: Bench, *, network: bool = True, **changes: Any) -> Bench:
    """Start the same desk with these keys of its config changed, and perhaps without its account."""
    settings = bench.ctx.settings
    desk = settings.desks[0].model_copy(update=changes if network else {"networks": ()} | changes)
    networks = bench.ctx.accounts if network else {}
    ctx = replace(bench.ctx, settings=replace(settings, desks=(desk,)), accounts=networks)
    return Bench(ctx, bench.sandbox, bench.clock)


def live(bench: Bench) -> None:
    """Leave rows in every table that a day's work fills."""
    for handle in ("jan", "piet", "eva"):
        bench.sandbox.x.post(handle, "@acme héllo 👋")
    bench.fetch()
    claim.claim(bench.ctx, ANNA, bench.thread("jan"))
    reply.submit(bench.ctx, ANNA, bench.thread("jan"), "dag", seen=None, idempotency_key="r1")
    close.close(bench.ctx, ANNA, bench.thread("piet"), "spam")
    bench.clock.turn(minutes=1)
    bench.finish()


def webcare(bench: Bench, *words: str, answer: str = "") -> Result:
    """Run a command in this process, on the bench's config and database."""
    env = {
        "WEBCARE_CONFIG": str(bench.ctx.settings.config_path),
        "DATABASE_URL": bench.ctx.engine.url.render_as_string(hide_password=False),
    }
    return CliRunner(env=env).invoke(main, words, input=answer)


def _of_its_own(mention: Mention, changes: dict[str, Any]) -> Mention:
    author = changes.get("author") or Author(mention.id, f"klant{mention.id}", f"Klant {mention.id}", 10)
    return replace(mention, conversation=mention.id, author=author)
