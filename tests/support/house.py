"""A whole desk in one thread: real tables, the local Slack and X, and a clock that is turned by hand."""

from __future__ import annotations

from click.testing import CliRunner, Result
from sqlalchemy import RowMapping, func, select

from bot.delivery.replies import ReplyDeliverer
from bot.delivery.slack_messages import SlackMessageDeliverer
from bot.delivery.worker import Delivery
from bot.platform import slack
from bot.runtime.cli import main
from bot.sandbox.server import Sandbox
from bot.usecases.cases import claim, close
from bot.usecases.desk.context import Actor, Context
from bot.usecases.intake import ingest, recheck
from bot.usecases.replies import reply
from storage.cases import threads
from storage.engine import reading
from storage.tables import metadata
from storage.tables import outbox as outbox_table
from tests.conftest import TurnedClock

ANNA, LARS, LEAD = Actor("U0ANNA", "button"), Actor("U0LARS", "button"), Actor("U0LEAD", "button")


class House:
    """What tests do with the desk and see of it."""

    def __init__(self, ctx: Context, sandbox: Sandbox, clock: TurnedClock) -> None:
        self.ctx, self.sandbox, self.clock = ctx, sandbox, clock
        client = slack.client("xoxb-sandbox", sandbox.slack_api_url)
        self._delivery = Delivery(ctx, (SlackMessageDeliverer(ctx, client), ReplyDeliverer(ctx)))

    def poll(self) -> None:
        self.clock.turn(minutes=1)
        (desk, account) = self.ctx.settings.accounts()[0]
        ingest.poll(self.ctx, desk, account)

    def recheck(self) -> int:
        return recheck.tick(self.ctx, self.ctx.settings.accounts()[0][1])

    def deliver(self) -> None:
        """Deliver what can be delivered now."""
        self._delivery.settle()

    def settle(self) -> None:
        """Deliver all that is wanted, however long Slack and X have it wait."""
        for _ in range(100):
            self.deliver()
            with reading(self.ctx.engine) as connection:
                left = select(func.count()).where(outbox_table.c.generation > outbox_table.c.delivered_generation)
                if not connection.execute(left).scalar_one():
                    return
            self.clock.turn(seconds=5)
        raise AssertionError("delivery did not settle")

    def thread(self, handle: str) -> int:
        """The number of this customer's newest thread."""
        with reading(self.ctx.engine) as connection:
            return threads.of_customer(connection, handle, ["Support"])[0].id

    def rows(self) -> dict[str, list[RowMapping]]:
        """Every row of every table."""
        with reading(self.ctx.engine) as connection:
            return {
                table.name: list(connection.execute(select(table).order_by(*table.primary_key)).mappings())
                for table in metadata.sorted_tables
            }

    def slack_shows(self) -> str:
        """All that everybody can read in channels and direct messages."""
        state = self.sandbox.slack.state
        return "\n".join(
            str([message.text, message.blocks, message.metadata])
            for channel in list(state.channels)
            for message in self.sandbox.slack.messages(channel)
        )


def live(house: House) -> None:
    """Rows in every table that a day's work fills."""
    for handle in ("jan", "piet", "eva"):
        house.sandbox.x.post(handle, "@acme héllo 👋")
    house.poll()
    claim.claim(house.ctx, ANNA, house.thread("jan"))
    reply.submit(house.ctx, ANNA, house.thread("jan"), "dag", seen=None, idempotency_key="r1")
    close.close(house.ctx, ANNA, house.thread("piet"), "spam")
    house.clock.turn(minutes=1)
    house.settle()


def webcare(house: House, *words: str, answer: str = "") -> Result:
    env = {
        "WEBCARE_CONFIG": str(house.ctx.settings.config_path),
        "DATABASE_URL": house.ctx.engine.url.render_as_string(hide_password=False),
    }
    return CliRunner(env=env).invoke(main, words, input=answer)
