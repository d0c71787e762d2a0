"""Several accounts on X, each with keys of its own: two of one desk, and one of another with an app of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot.domain.cases.conversation import ReplyState
from bot.domain.cases.thread import Thread
from bot.networks.base import Rejected
from bot.runtime.app import App, build
from bot.sandbox.server import Sandbox
from bot.sandbox.x.auth import Credentials
from bot.usecases.intake import ingest, recheck
from storage.cases import threads
from storage.engine import reading
from tests.support.clock import TurnedClock
from tests.support.config import account_toml, desk_toml, write
from tests.support.office import PATIENT
from tests.support.settings import read
from tests.support.team import Team

CONFIG = desk_toml("Support", "C0SUPPORT", account_toml("acme"), account_toml("Acme_Service", "X_SERVICE"))
CONFIG += desk_toml("Sales", "C0PRESS", account_toml("acme_sales", "SALES"))
SERVICE = Credentials(token="service-access", token_secret="service-access-secret")
SALES = Credentials("sales-bearer", "sales-key", "sales-secret", "sales-access", "sales-access-secret")
KEYS = {
    "X_SERVICE_ACCESS_TOKEN": SERVICE.token,
    "X_SERVICE_ACCESS_TOKEN_SECRET": SERVICE.token_secret,
    "SALES_BEARER_TOKEN": SALES.bearer,
    "SALES_CONSUMER_KEY": SALES.consumer_key,
    "SALES_CONSUMER_SECRET": SALES.consumer_secret,
    "SALES_ACCESS_TOKEN": SALES.token,
    "SALES_ACCESS_TOKEN_SECRET": SALES.token_secret,
}
HANDLES = ("acme", "Acme_Service", "acme_sales")
SEND = "POST /2/tweets"


@dataclass
class House:
    """Both desks in one process that a test drives step by step."""

    app: App
    sandbox: Sandbox
    clock: TurnedClock

    def __post_init__(self) -> None:
        self.team = Team(self.app.ctx)

    def poll(self) -> None:
        """Every account fetches its mentions."""
        self.clock.turn(minutes=1)
        for desk, account in self.app.settings.accounts():
            ingest.poll(self.app.ctx, desk, account)

    def recheck(self) -> list[int]:
        """How many posts changed, by account."""
        self.clock.turn(hours=1)
        return [recheck.tick(self.app.ctx, account) for _, account in self.app.settings.accounts()]

    def settle(self, **turn: float) -> None:
        self.clock.turn(**turn)
        self.app.delivery.settle()

    def threads(self) -> dict[str, Thread]:
        """The only thread of each account."""
        rows = self.team.rows("SELECT id, account FROM thread ORDER BY id")
        assert len({row["account"] for row in rows}) == len(rows)
        with reading(self.app.engine) as connection:
            found = {row["account"]: threads.get(connection, row["id"]) for row in rows}
        return {account: thread for account, thread in found.items() if thread}

    def answers(self) -> dict[str, list[str]]:
        """What each of our accounts has posted on X."""
        posts = [post for post in reversed(self.sandbox.x.posts) if self.sandbox.x.is_ours(post.author)]
        return {handle: [post.text for post in posts if post.author.handle == handle] for handle in HANDLES}


@pytest.fixture
def house(database_url: str, tmp_path: Path, clock: TurnedClock) -> Iterator[House]:
    path = write(tmp_path, CONFIG)
    with Sandbox(now=clock.now, rate_limits=False, timing=PATIENT) as sandbox:
        sandbox.x.let_in("Acme_Service", "Acme service", SERVICE)
        sandbox.x.let_in("acme_sales", "Acme sales", SALES)
        environ = {**sandbox.environment, **KEYS, "DATABASE_URL": database_url}
        with closing(build(replace(read(path, **environ), clock=clock))) as app:
            yield House(app, sandbox, clock)


def asked(house: House) -> dict[str, str]:
    """A customer asks something of every account, and each fetches what it was asked: the posts by handle."""
    posts = {handle: house.sandbox.x.post("klant", f"@{handle} waar is mijn pakket?").id for handle in HANDLES}
    house.poll()
    return posts


def test_each_account_has_its_own_mentions_and_desk(house: House) -> None:
    posts = asked(house)
    found = house.threads()
    assert {account: thread.desk for account, thread in found.items()} == {
        "x:acme": "Support",
        "x:acme_service": "Support",
        "x:acme_sales": "Sales",
    }
    for handle, post in posts.items():
        (message,) = house.team.messages(found[f"x:{handle.lower()}"].id)
        assert message.external_id == post
    house.settle()
    house.settle(seconds=1)  # Slack takes one message a second in a channel
    assert [len(house.sandbox.slack.messages(channel)) for channel in ("C0SUPPORT", "C0PRESS")] == [2, 1]


def test_each_account_answers_in_its_own_name(house: House) -> None:
    asked(house)
    for account, thread in house.threads().items():
        house.team.answer(thread.id, f"Dag, hier {account}")
    house.settle(seconds=10)
    assert house.answers() == {handle: [f"@klant Dag, hier x:{handle.lower()}"] for handle in HANDLES}


def test_lost_answer_is_looked_up_by_the_account_that_spoke(house: House) -> None:
    asked(house)
    replies = {account: house.team.answer(thread.id, "Dag") for account, thread in house.threads().items()}
    house.sandbox.x.faults.add("x", SEND, "drop_after", times=3)
    house.settle(seconds=10)
    assert {house.team.reply(reply.id).state for reply in replies.values()} == {ReplyState.VERIFYING}
    house.settle(minutes=1)
    assert {house.team.reply(reply.id).state for reply in replies.values()} == {ReplyState.SENT}
    assert {handle: len(texts) for handle, texts in house.answers().items()} == dict.fromkeys(HANDLES, 1)


def test_account_that_is_held_up_holds_up_no_other(house: House) -> None:
    asked(house)
    for thread in house.threads().values():
        house.team.answer(thread.id, "Dag")
    house.sandbox.x.faults.add("x", SEND, "rate_limited", retry_after=300)
    house.settle(seconds=10)
    assert sum(len(texts) for texts in house.answers().values()) == 2
    house.settle(seconds=300)
    assert {handle: len(texts) for handle, texts in house.answers().items()} == dict.fromkeys(HANDLES, 1)


def test_deleted_post_is_noticed_by_its_account(house: House) -> None:
    posts = asked(house)
    house.sandbox.x.delete(posts["Acme_Service"])
    assert house.recheck() == [0, 0, 0]
    assert house.recheck() == [0, 1, 0]
    texts = {account: house.team.messages(thread.id)[0].text for account, thread in house.threads().items()}
    assert [bool(texts[account]) for account in ("x:acme", "x:acme_service", "x:acme_sales")] == [True, False, True]


def test_answer_that_names_our_other_account_is_no_customers(house: House) -> None:
    house.sandbox.x.post("klant", "@acme @Acme_Service wie helpt mij?")
    house.poll()
    found = house.threads()
    house.team.answer(found["x:acme"].id, "Wij")
    house.settle(seconds=10)
    assert house.answers()["acme"] == ["@klant @Acme_Service Wij"]
    house.poll()
    assert house.threads().keys() == found.keys() == {"x:acme", "x:acme_service"}
    assert len(house.team.messages(found["x:acme_service"].id)) == 1


def test_every_account_is_tried_by_itself(house: House) -> None:
    assert [account.verify() for account in house.app.ctx.accounts.values()] == [*HANDLES]
    (_, service) = house.app.settings.accounts()[1]
    mixed = house.app.settings.desks[0].model_copy(update={"networks": (service.model_copy(update={"keys": "SALES"}),)})
    with closing(build(replace(house.app.settings, desks=(mixed,)))) as other, pytest.raises(Rejected) as refused:
        other.ctx.accounts["x:acme_service"].verify()
    assert refused.value.detail == "they act for @acme_sales, the desk for @Acme_Service"
