"""Hostile answers of X: every good post is stored once and has its card, and the channel hears what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

import pytest

from bot.delivery.render import render
from bot.networks.x.client import MAX_PAGES
from bot.sandbox.server import Sandbox
from bot.sandbox.slack.blockkit import problems
from bot.usecases.desk.context import Context
from bot.usecases.intake import feed_health, ingest
from storage import outbox
from storage.engine import reading
from tests.support.bench import Bench
from tests.support.cast import X
from tests.support.clock import TurnedClock
from tests.support.faults import hostile_x
from tests.support.faults.hostile_x import Answer, Content, HostileX, page, post
from tests.support.team import Team, x_account

NUMBERS = count(1_700_000_000_000_000_000, 10)

UNREADABLE: dict[str, Content] = {
    "HTML": b"<html><body>Something went wrong</body></html>",
    "nothing": b"",
    "half": b'{"data": [{"id": "17',
    "a list": b"[]",
    "null": b"null",
    "neither posts nor their number": {"data": "soon", "errors": [None, 7]},
    "too deep": b"[" * 100_000,
    "no UTF-8": b'{"data": "\xff\xfe"}',
}
ADVICE: dict[str, tuple[str, Content]] = {
    **{name: ("cannot read", content) for name, content in UNREADABLE.items()},
    "no gzip": ("cannot be reached", Answer(b'{"meta": {"result_count": 0}}', headers={"Content-Encoding": "gzip"})),
    "a server error": ("cannot be reached", Answer(b"<h1>503</h1>", 503)),
    "somewhere else": ("in the log", Answer(b"", 302, {"Location": "/elsewhere"})),
    "no more requests": ("no more requests", Answer(b"{}", 429, {"x-rate-limit-reset": "9" * 40})),
    "keys": ("keys", Answer(b'{"title": "Unauthorized", "detail": 7}', 401)),
}


@dataclass
class Reader:
    """A desk that reads from such an X."""

    x: HostileX
    team: Team
    bench: Bench
    clock: TurnedClock

    def poll(self, minutes: int = 1) -> int:
        """Poll once a minute; return how many mentions were new in all."""
        desk, new = self.team.ctx.settings.desks[0], 0
        for _ in range(minutes):
            self.clock.turn(minutes=1)
            new += ingest.poll(self.team.ctx, desk, desk.networks[0])
        return new

    def told(self) -> list[str]:
        """What the channel hears about the network now."""
        before = len(self.bench.messages())
        feed_health.tick(self.team.ctx)
        self.bench.deliver(turns=1)
        return [message.text for message in self.bench.messages()[before:] if "(@acme)" in message.text]

    def stored(self, *posts: dict[str, Any]) -> list[int]:
        """Count how often each post is stored."""
        query = "SELECT count(*) AS n FROM post WHERE external_id = :id"
        return [self.team.rows(query, id=each["id"])[0]["n"] for each in posts]

    def unshowable(self) -> list[str]:
        """Return Slack's objections to the threads' cards."""
        with reading(self.team.ctx.engine) as connection:
            cards = [outbox.get(connection, key) for key in self.team.wanted("card")]
        rendered = [render(self.team.ctx, card) for card in cards if card is not None]
        return [problem for each in rendered if each for problem in problems(each.message.blocks)]


@pytest.fixture
def reader(ctx: Context, clock: TurnedClock) -> Iterator[Reader]:
    with hostile_x.listening() as x, Sandbox(now=clock.now, rate_limits=False) as sandbox:
        account = x_account(sandbox, clock.now, api_url=x.url)
        bench = Bench(replace(ctx, accounts={X: account}), sandbox, clock)
        yield Reader(x, bench.team, bench, clock)
        account.close()


def test_bad_posts_keep_no_good_one_out(reader: Reader) -> None:
    """No post is stored twice, and none stops its card."""
    for value in hostile_x.ODD:
        first, second = post(next(NUMBERS)), post(next(NUMBERS))
        body = hostile_x.damaged(value, NUMBERS)
        reader.x.lay(body | {"data": [first, *body["data"], second, first]})
        for _ in range(2):
            reader.poll()
            assert reader.stored(first, second) == [1, 1], value
    assert reader.told() == []
    assert reader.unshowable() == []


def test_unreadable_answer_is_told_and_costs_no_mention(reader: Reader) -> None:
    for name, (advice, answer) in ADVICE.items():
        good = post(next(NUMBERS))
        reader.x.lay(answer)
        assert reader.poll(4) == 0, name
        (text,) = reader.told()
        assert advice in text, name
        reader.x.lay(page(good))
        reader.clock.turn(days=1)  # what a 429 asks for is kept to, a day at most
        assert reader.poll() == 1, name
        (text,) = reader.told()
        assert "can be read again" in text, name


def test_unreadable_second_page_costs_no_mention(reader: Reader) -> None:
    for name, answer in UNREADABLE.items():
        newer, older = post(next(NUMBERS)), post(next(NUMBERS))
        reader.x.lay(page(newer, next_token="more"), answer)
        assert reader.poll() == 0, name
        reader.x.lay(page(newer, next_token="more"), page(older))
        assert reader.poll() == 2, name
        assert reader.stored(newer, older) == [1, 1], name


def test_pages_that_lead_nowhere_end(reader: Reader) -> None:
    """An empty page leads on; one that always leads on, and to itself, is not followed for ever."""
    first, second = post(next(NUMBERS)), post(next(NUMBERS))
    reader.x.lay(page(next_token="a"), page(first, next_token="b"), page(second, first, next_token="b"))
    assert reader.poll() == 2
    assert reader.x.asked == MAX_PAGES
    assert reader.stored(first, second) == [1, 1]
