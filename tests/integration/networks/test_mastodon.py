"""A desk on Mastodon: from a mention to the answer, and what the customer changes afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.cases.conversation import ReplyState
from bot.networks.base import Gap, Outgoing, Search
from bot.networks.mastodon.client import SEARCH_PAGES
from bot.networks.mastodon.pages import write_places
from bot.runtime.app import App, build
from bot.sandbox.server import Sandbox
from bot.usecases.intake import ingest, recheck
from bot.usecases.replies import outside_answers
from tests.support.clock import TurnedClock
from tests.support.config import desk_toml, write
from tests.support.counterparts import mastodon
from tests.support.counterparts.base import Failure, Written
from tests.support.counterparts.mastodon import TOKEN, Mastodon
from tests.support.settings import read
from tests.support.team import Team

ACCOUNT = '[[desk.networks]]\nkind = "mastodon"\nhandle = "acme@example.social"\nkeys = "MASTODON_NL"\n'
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@dataclass
class House:
    app: App
    network: Mastodon
    sandbox: Sandbox
    clock: TurnedClock

    def __post_init__(self) -> None:
        self.team = Team(self.app.ctx)
        ((self._desk, self._account),) = self.app.settings.accounts()

    def poll(self) -> int:
        self.clock.turn(minutes=1)
        return ingest.poll(self.app.ctx, self._desk, self._account)

    def recheck(self) -> int:
        self.clock.turn(hours=1)
        return recheck.tick(self.app.ctx, self._account)

    def look_outside(self) -> int:
        self.clock.turn(minutes=1)
        return outside_answers.poll(self.app.ctx, self._account)

    def settle(self, **turn: float) -> None:
        self.clock.turn(**turn)
        self.app.delivery.settle()


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[House]:
    path = write(tmp_path, desk_toml("Support", "C0SUPPORT", ACCOUNT))
    clock = TurnedClock(datetime.now(UTC))  # the server's own
    with mastodon.running() as network, Sandbox(now=clock.now, rate_limits=False) as sandbox:
        keys = {"MASTODON_NL_ACCESS_TOKEN": TOKEN, "MASTODON_NL_API_URL": network.address}
        environ = {**sandbox.environment, **keys, "DATABASE_URL": database_url}
        with closing(build(replace(read(path, **environ), clock=clock))) as app:
            yield House(app, network, sandbox, clock)


def test_customer_is_answered_and_comes_back(house: House) -> None:
    asked = house.network.customer("waar is mijn pakket?")
    assert house.poll() == 1
    house.settle()
    assert len(house.sandbox.slack.messages("C0SUPPORT")) == 1
    house.team.answer(1, "Dag, we zoeken het uit ^AB")
    house.settle(seconds=10)
    (answer,) = house.network.written()
    assert answer == Written(answer.id, "Dag, we zoeken het uit ^AB", asked)
    house.network.customer("en wanneer weten jullie dat?", answering=answer.id)
    assert house.poll() == 1
    assert [post.text.removeprefix("@acme@example.social ") for post in house.team.messages(1)] == [
        "waar is mijn pakket?",
        "Dag, we zoeken het uit ^AB",
        "en wanneer weten jullie dat?",
    ]
    assert house.team.thread(1).waiting_since is not None


def test_lost_answer_is_found(house: House) -> None:
    house.network.customer("waar is mijn pakket?")
    house.poll()
    reply = house.team.answer(1, "Dag")
    with house.network.fails(Failure.LOST, method="POST", route="/api/v1/statuses"):
        house.settle(seconds=10)
    assert house.team.reply(reply.id).state is not ReplyState.SENT
    house.settle(minutes=2)
    assert house.team.reply(reply.id).state is ReplyState.SENT
    assert len(house.network.written()) == 1


def test_what_the_customer_changes_is_followed(house: House) -> None:
    edited, deleted = house.network.customer("mijn paket is weg"), house.network.customer("laat maar", by="bob")
    house.poll()
    house.network.edit(edited, "mijn pakket is weg")
    house.network.delete(deleted)
    assert [house.recheck(), house.recheck()] == [1, 1]
    assert house.team.messages(1)[0].text == "@acme@example.social mijn pakket is weg"
    assert house.team.messages(2)[0].text == ""


def test_answer_given_on_mastodon_itself_counts(house: House) -> None:
    asked = house.network.customer("waar is mijn pakket?")
    house.poll()
    house.network.answer_elsewhere(asked, "Onderweg")
    assert house.look_outside() == 1
    assert house.team.messages(1)[-1].text == "Onderweg"


def test_private_words_beside_public_ones_are_a_thread_of_their_own(house: House) -> None:
    asked = house.network.customer("waar is mijn pakket?")
    house.poll()
    answer = house.app.ctx.accounts["mastodon:acme@example.social"].send(Outgoing("Stuur uw nummer", asked, to="klant"))
    house.network.customer("dat is 12345", private=True, answering=answer.id)
    house.poll()
    house.team.answer(2, "Dank u, het komt morgen")
    house.settle(seconds=10)
    assert [written.private for written in house.network.written()] == [False, True]


@pytest.mark.parametrize("place", [None, "40"])
def test_search_that_stops_before_the_end_says_what_it_passed_over(
    house: House, monkeypatch: pytest.MonkeyPatch, place: str | None
) -> None:
    """The server that plays Mastodon gives one page of a search, so its pages are made here."""
    cursor = place and write_places({"acme nl": place})
    account, at = house.network.account(), datetime.now(UTC)
    by = {"id": "7", "username": "klant", "acct": "klant", "url": "https://example.social/@klant"}
    posts = [
        {
            "id": str(1000 - number),
            "created_at": (at - timedelta(seconds=number)).isoformat(),
            "account": by,
            "content": "acme nl",
            "visibility": "public",
            "url": f"https://example.social/@klant/{1000 - number}",
        }
        for number in range(300)
    ]

    def page(_: str, route: str, params: dict[str, str]) -> object:
        assert route == "/api/v2/search"
        first = int(params["offset"])
        return {"statuses": posts[first : min(first + 40, there)]}

    monkeypatch.setattr(account, "_ask", page)
    there, since = len(posts), at - timedelta(hours=1)
    found = account.search(Search(("acme nl",)), cursor, since, 500)
    assert len(found.mentions) == SEARCH_PAGES * 40
    assert found.gap == Gap(since, found.mentions[0].posted_at)
    there = 150
    assert account.search(Search(("acme nl",)), cursor, since, 500).gap is None
