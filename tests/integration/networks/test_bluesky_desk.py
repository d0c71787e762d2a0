"""A desk on X and Bluesky: from a mention to the answer, and what the customer changes afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot.domain.cases.conversation import ReplyState
from bot.runtime.app import App, build
from bot.sandbox.bluesky import BlueskyService
from bot.sandbox.server import Sandbox
from bot.usecases.intake import ingest, recheck, references
from bot.usecases.replies import outside_answers
from tests.support.clock import TurnedClock
from tests.support.config import desk_toml, write
from tests.support.settings import read
from tests.support.team import Team

ACCOUNTS = """\
[[desk.networks]]
kind = "x"
handle = "acme"
[[desk.networks]]
kind = "bluesky"
handle = "acme.example.com"
keys = "BLUESKY_NL"
"""
ANNE, PUT = "anne.bsky.social", "com.atproto.repo.putRecord"
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@dataclass
class House:
    app: App
    sandbox: Sandbox
    clock: TurnedClock

    def __post_init__(self) -> None:
        self.team = Team(self.app.ctx)
        self.bluesky: BlueskyService = self.sandbox.bluesky
        self._accounts = self.app.settings.accounts()
        _, self.account = self._accounts[1]

    def asks(self, text: str, in_reply_to: str | None = None) -> str:
        words = text if in_reply_to else f"@acme.example.com {text}"
        return self.bluesky.post(ANNE, words, in_reply_to=in_reply_to, language="nl").id

    def poll(self) -> int:
        self.clock.turn(minutes=1)
        return sum(ingest.poll(self.app.ctx, desk, account) for desk, account in self._accounts)

    def settle(self, **turn: float) -> None:
        self.clock.turn(**turn)
        self.app.delivery.settle()


@pytest.fixture
def house(database_url: str, tmp_path: Path, clock: TurnedClock) -> Iterator[House]:
    path = write(tmp_path, desk_toml("Support", "C0SUPPORT", ACCOUNTS))
    with Sandbox(now=clock.now, rate_limits=False) as sandbox:
        keys = {f"BLUESKY_NL_{name}": sandbox.environment[f"BLUESKY_{name}"] for name in ("APP_PASSWORD", "API_URL")}
        environ = {**sandbox.environment, **keys, "DATABASE_URL": database_url}
        with closing(build(replace(read(path, **environ), clock=clock))) as app:
            yield House(app, sandbox, clock)


def test_customers_of_both_networks_are_answered_where_they_wrote(house: House) -> None:
    on_x = house.sandbox.x.post("anne_v", "@acme waar is mijn pakket?")
    asked = house.asks("waar is mijn pakket?")
    assert house.poll() == 2
    for _ in range(2):
        house.settle(seconds=2)  # a channel takes one message a second
    assert len(house.sandbox.slack.messages("C0SUPPORT")) == 2
    numbers = {house.team.thread(number).account.partition(":")[0]: number for number in (1, 2)}
    house.team.answer(numbers["x"], "Dag Anne, het komt morgen ^AB")
    house.team.answer(numbers["bluesky"], "Dag Anne, we zoeken het voor je uit ^AB")
    house.settle(seconds=10)
    assert len(house.sandbox.x.replies_to(on_x.id)) == 1
    (answer,) = house.bluesky.replies_to(asked)
    house.asks("en wanneer weten jullie dat?", answer.id)
    assert house.poll() == 1
    assert [post.text for post in house.team.messages(numbers["bluesky"])] == [
        "@acme.example.com waar is mijn pakket?",
        "Dag Anne, we zoeken het voor je uit ^AB",
        "en wanneer weten jullie dat?",
    ]


@pytest.mark.parametrize("fault", ["drop_after", "drop_before", "error_500", "html_503"])
def test_reply_in_doubt_is_settled_without_asking_anybody(house: House, fault: str) -> None:
    asked = house.asks("waar is mijn pakket?")
    house.poll()
    reply = house.team.answer(1, "Dag Anne, we zoeken het uit ^AB")
    house.sandbox.faults.add("bluesky", PUT, fault)
    house.settle(seconds=10)
    house.settle(minutes=3)
    house.settle(minutes=3)
    assert house.team.reply(reply.id).state is ReplyState.SENT
    assert [post.text for post in house.bluesky.replies_to(asked)] == ["Dag Anne, we zoeken het uit ^AB"]


def test_what_the_customer_changes_is_followed(house: House) -> None:
    edited, deleted = house.asks("mijn paket is weg"), house.asks("laat maar")
    house.poll()
    house.bluesky.edit(edited, "@acme.example.com mijn pakket is weg")
    house.bluesky.delete(deleted)
    changed = 0
    for _ in range(3):
        house.clock.turn(hours=1)
        changed += recheck.tick(house.app.ctx, house.account)
    assert changed == 2
    assert house.team.messages(1)[0].text == "@acme.example.com mijn pakket is weg"
    assert house.team.messages(2)[0].text == ""


def test_answer_given_in_the_app_counts(house: House) -> None:
    asked = house.asks("waar is mijn pakket?")
    house.poll()
    house.bluesky.post(house.bluesky.own.handle, "Onderweg!", in_reply_to=asked)
    house.clock.turn(minutes=2)
    assert outside_answers.poll(house.app.ctx, house.account) == 1
    assert house.team.messages(1)[-1].text == "Onderweg!"
    assert house.team.thread(1).waiting_since is None


def test_post_that_a_mention_answers_is_read_along(house: House) -> None:
    root = house.bluesky.post("bob.example.com", "al een week geen internet")
    house.bluesky.post(ANNE, "@acme.example.com hier ook", in_reply_to=root.id)
    house.poll()
    assert references.tick(house.app.ctx, house.account) == 1
    house.settle()
    (card,) = house.sandbox.slack.messages("C0SUPPORT")
    assert "al een week geen internet" in str(card)
