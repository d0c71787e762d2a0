"""Lists cost as many statements for many rows as for one, and show of each thread what its card would."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from typing import Any

import pytest
from slack_bolt import BoltRequest
from sqlalchemy import Row, Table, select

from bot.domain.cases.conversation import Agent, EventKind, ReplyState
from bot.domain.reminders.reminders import Recipient
from bot.runtime.app import App, build
from bot.sandbox.server import Sandbox
from bot.settings import Settings, load
from bot.usecases.alerts import backlog
from bot.usecases.cases import queries
from bot.usecases.reminders import reminders
from bot.views.cases.models import CaseRow
from handlers.cases import home
from storage.alerts import backlogs
from storage.cases import posts
from storage.desk import agents
from storage.engine import reading, transaction
from storage.tables import event, outbox, post, reply
from tests.support import config, crowd
from tests.support.cast import ANNA
from tests.support.clock import TurnedClock
from tests.support.office import PATIENT
from tests.support.statements import read_whole, statements
from tests.support.team import Team

SALES = '[[desk]]\nname = "Sales"\nslack_channel = "C0SALES"\ntimezone = "Europe/Amsterdam"\n'
CHANNEL = Recipient("C0SUPPORT", "", lead=False)
LONG = {"post", "reply", "event", "thread", "outbox", "wait", "escalation"}

ONE_STATEMENT_A_TABLE: dict[str, Callable[[Team, list[int]], int]] = {
    "open": lambda team, _: len(queries.waiting(team.ctx, "Support").threads),
    "mine": lambda team, _: len(queries.waiting(team.ctx, "Support", owner="U0ANNA").threads),
    "home": lambda team, _: sum(
        len(each.own.threads) + len(each.waiting.threads) for each in queries.home(team.ctx, "U0ANNA")
    ),
    "claimed": lambda team, numbers: len(queries.rows_of(team.ctx, numbers)),
    "history": lambda team, numbers: len(queries.history(team.ctx, ANNA, numbers[0]).others),
    "customer": lambda team, _: len(queries.of_customer(team.ctx, ANNA, "klant")[1]),
    "digest": lambda team, _: len(backlog.digest(team.ctx, 1).unowned.threads),
    "reminders": lambda team, _: len(reminders.summary(team.ctx, CHANNEL, "Support", range(1, 100)).due),
}


@pytest.fixture
def team(team: Team) -> Team:
    """A desk that knows its workspace, links to its cards, and is in a busy time."""
    team.ctx.workspace.url = "https://acme.slack.com/"
    with transaction(team.ctx.engine) as connection:
        backlogs.begin(connection, "Support", team.ctx.clock.now(), 75)
    return team


@pytest.fixture
def sandbox(clock: TurnedClock) -> Iterator[Sandbox]:
    with Sandbox(now=clock.now, rate_limits=False, timing=PATIENT) as sandbox:
        yield sandbox


@pytest.fixture
def two_desks(settings: Settings, sandbox: Sandbox, database_url: str) -> Iterator[App]:
    """The bot at two desks, at each of which ten threads are ANNA's and twenty are nobody's."""
    config.write(settings.config_path.parent, config.toml() + SALES)
    told = sandbox.environment | {"WEBCARE_CONFIG": str(settings.config_path), "DATABASE_URL": database_url}
    app = build(load(told))
    app.ctx.workspace.url = "https://acme.slack.com/"
    with transaction(app.engine) as connection:
        agents.keep(connection, Agent(ANNA.id, "Anna", "en-US"), app.ctx.clock.now())
        for desk in ("Support", "Sales"):
            crowd.waiting(connection, 10, desk=desk, owner=ANNA.id)
            crowd.waiting(connection, 20, desk=desk)
    yield app
    app.close()


class TestStatements:
    @pytest.mark.parametrize("name", ONE_STATEMENT_A_TABLE)
    def test_many_rows_cost_no_more_than_one(self, team: Team, name: str) -> None:
        look = ONE_STATEMENT_A_TABLE[name]
        owner = None if name in ("digest", "reminders") else ANNA.id
        cost = []
        numbers: list[int] = []
        for more in (2, 20):
            with transaction(team.ctx.engine) as connection:
                numbers += crowd.waiting(connection, more, owner=owner)
            with statements(team.ctx.engine) as ran:
                shown = look(team, numbers)
            cost.append((shown > 5, len(ran)))
        assert cost == [(False, cost[0][1]), (True, cost[0][1])]

    def test_open_with_twenty_rows_runs_at_most_eight(self, two_desks: App) -> None:
        typed = {
            "command": "/webcare",
            "text": "open",
            "user_id": ANNA.id,
            "channel_id": "C0SUPPORT",
            "trigger_id": "1.2.a",
        }
        with statements(two_desks.engine) as ran:
            answer = two_desks.bolt.dispatch(BoltRequest(body=typed, mode="socket_mode"))
        assert answer.body.count('"action_id"') == 20
        assert len(ran) <= 8

    def test_home_with_forty_rows_runs_at_most_twelve(self, two_desks: App, sandbox: Sandbox) -> None:
        with statements(two_desks.engine) as ran:
            home.publish(two_desks.deps, ANNA.id)
        shown = str(sandbox.slack.home_view(ANNA.id))
        assert [shown.count(f"'action_id': '{name}'") for name in ("claim_one", "reply", "claim")] == [2, 20, 20]
        assert len(ran) <= 12

    def test_one_card_runs_no_more_than_it_did(self, team: Team) -> None:
        number = team.write()
        with statements(team.ctx.engine) as ran:
            queries.card(team.ctx, number)
        assert len(ran) <= 6

    @pytest.mark.parametrize("name", ONE_STATEMENT_A_TABLE)
    def test_no_table_is_read_whole_for_a_list(self, team: Team, name: str) -> None:
        with transaction(team.ctx.engine) as connection:
            numbers = crowd.mixed(connection, 30, 7)
        with statements(team.ctx.engine) as ran:
            ONE_STATEMENT_A_TABLE[name](team, numbers)
        assert not read_whole(team.ctx.engine, ran) & LONG


class TestRows:
    @pytest.mark.parametrize("seed", range(3))
    def test_rows_say_what_the_tables_hold(self, team: Team, seed: int) -> None:
        with transaction(team.ctx.engine) as connection:
            numbers = crowd.mixed(connection, 40, seed)
        rows = queries.rows_of(team.ctx, numbers)
        assert [row.thread.id for row in rows] == numbers
        assert [_said(row) for row in rows] == [_held(team, row) for row in rows]

    @pytest.mark.parametrize("seed", range(3))
    def test_row_shows_what_the_card_shows(self, team: Team, seed: int) -> None:
        with transaction(team.ctx.engine) as connection:
            numbers = crowd.mixed(connection, 40, seed)
        cards = [queries.card(team.ctx, number) for number in numbers]
        shared = [field.name for field in fields(CaseRow)]
        for row, card in zip(queries.rows_of(team.ctx, numbers), cards, strict=True):
            assert [getattr(card, name) for name in shared] == [getattr(row, name) for name in shared]
            assert card.customer_posts == sum(each.inbound for each in _rows(team, post, card.thread.id))
            assert [each.id for each in card.posts] == [each.id for each in _by_time(team, card.thread.id)[-50:]]

    def test_home_holds_what_each_list_would(self, two_desks: App, clock: TurnedClock) -> None:
        ctx = replace(two_desks.ctx, clock=clock)
        pairs = queries.home(ctx, ANNA.id)
        assert [each.own.desk for each in pairs] == ["Support", "Sales"]
        for own, everybodys in ((each.own, each.waiting) for each in pairs):
            assert (own.total, everybodys.total, len(own.threads), len(everybodys.threads)) == (10, 30, 10, 20)
            assert {row.thread.desk for row in (*own.threads, *everybodys.threads)} == {own.desk}
            assert {row.thread.owner for row in own.threads} == {ANNA.id}
            assert everybodys == queries.waiting(ctx, own.desk)
            assert own == queries.waiting(ctx, own.desk, owner=ANNA.id)

    def test_post_older_than_a_card_shows_still_stands(self, team: Team) -> None:
        with transaction(team.ctx.engine) as connection:
            (number,) = crowd.waiting(connection, 1)
            standing = crowd.withdrawn(connection, number, posts.MAX_SHOWN)
        (row,) = queries.rows_of(team.ctx, [number])
        card = queries.card(team.ctx, number)
        assert {each.deleted_at is None for each in card.posts} == {False}
        assert [each.newest and each.newest.id for each in (row, card)] == [standing, standing]

    def test_unknown_numbers_are_left_out(self, team: Team) -> None:
        number = team.write()
        assert [row.thread.id for row in queries.rows_of(team.ctx, [number + 1, number])] == [number]


def _said(row: CaseRow) -> tuple[object, ...]:
    return (
        row.newest and row.newest.id,
        row.reply and row.reply.id,
        row.earlier and row.earlier.id,
        row.closed_by,
        row.permalink,
    )


def _held(team: Team, row: CaseRow) -> tuple[object, ...]:
    """The same, picked from all that is stored of the thread."""
    number = row.thread.id
    standing = [each.id for each in _by_time(team, number) if each.inbound and each.deleted_at is None]
    replies = [each for each in _rows(team, reply, number) if each.state != ReplyState.CANCELLED]
    sent = [each.id for each in replies if each.state == ReplyState.SENT]
    latest = replies[-1] if replies else None
    closes = [each for each in _rows(team, event, number) if each.kind == EventKind.CLOSED]
    closed = max(closes, key=lambda each: (each.at, each.id)) if closes and row.thread.close_reason else None
    (card,) = _rows(team, outbox, number)
    place = str(card.message_ts).replace(".", "")
    return (
        standing[-1] if standing else None,
        latest and latest.id,
        sent[-1] if sent and latest and latest.state != ReplyState.SENT else None,
        closed and closed.actor,
        f"https://acme.slack.com/archives/C0SUPPORT/p{place}" if card.message_ts else None,
    )


def _by_time(team: Team, number: int) -> list[Row[Any]]:
    return sorted(_rows(team, post, number), key=lambda each: (each.posted_at, each.id))


def _rows(team: Team, table: Table, number: int) -> list[Row[Any]]:
    with reading(team.ctx.engine) as connection:
        return list(connection.execute(select(table).where(table.c.thread_id == number).order_by(table.c.id)))
