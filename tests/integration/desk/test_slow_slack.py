"""What a click has to know from Slack, while Slack is slow, refuses or fails: who clicks, and who is in a group."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.platform import slack
from bot.runtime.app import App, build
from bot.runtime.socket_mode import SocketMode
from bot.sandbox.server import Sandbox
from bot.settings import load
from bot.usecases.cases import queries
from bot.usecases.desk import agents as people
from bot.usecases.desk.context import Actor, Context
from bot.usecases.intake import ingest
from handlers import lookups
from handlers.desk import members
from handlers.desk.agents import Agents
from storage import migrate
from tests.support import config
from tests.support.cast import EMMA, HERE, LARS, LEAD
from tests.support.clock import TurnedClock
from tests.support.office import PATIENT, english, words
from tests.support.process import eventually

GROUP = "S0CARE"
MEMBERS, PEOPLE = "usergroups.users.list", "users.info"
NOT_TOLD, NOT_YOURS = "check your permissions with Slack", "the role for this"


class SlowOffice:
    """The bot in a workspace that can delay its answers about people longer than a click can wait."""

    def __init__(self, desk: App, sandbox: Sandbox) -> None:
        self.desk, self.sandbox, self.slack = desk, sandbox, sandbox.slack

    def mention(self) -> int:
        """Receive one mention; return the number of its thread."""
        self.sandbox.x.post("klant", "@acme Mijn pakket is weg")
        (one,) = self.desk.settings.desks
        ingest.poll(self.desk.ctx, one, one.networks[0])
        (thread,) = queries.waiting(self.desk.ctx, one.name).threads
        return thread.thread.id

    def command(self, user: Actor, line: str) -> str:
        """Run a slash command; return the answer that came in time."""
        outcome = self.slack.command(user.id, HERE, f"/webcare {line}")
        assert outcome.ok, outcome
        told = self.slack.ephemerals(user.id)
        return words(told[-1]) if told else ""

    def hold(self, method: str) -> None:
        """Leave the next call of this method unanswered."""
        self.sandbox.faults.add("slack", method, "timeout_before", seconds=120)

    def answered(self, method: str) -> int:
        return sum(call.method == method for call in self.slack.calls)

    def owner(self, thread: int) -> str | None:
        return queries.card(self.desk.ctx, thread).thread.owner


class Hours:
    """What the handlers take for the machine's time. What is answered at all is waited for, on a busy machine too."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.at = 1000.0
        monkeypatch.setattr(lookups, "WAIT_SECONDS", 10)
        for module in (lookups, members):
            monkeypatch.setattr(module, "monotonic", lambda: self.at)


@pytest.fixture
def hours(monkeypatch: pytest.MonkeyPatch) -> Hours:
    return Hours(monkeypatch)


def allow_no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(lookups, "wait")


@contextmanager
def opened(folder: Path) -> Iterator[SlowOffice]:
    roles = f'[desk.roles]\nclaim = ["{GROUP}"]\n'
    path = config.write(folder, config.toml().replace("[[desk.escalate_to]]", f"{roles}[[desk.escalate_to]]"))
    sandbox = english(Sandbox(rate_limits=False, timing=PATIENT)).start()
    sandbox.slack.state.usergroups[GROUP] = [EMMA.id]
    database = f"sqlite:///{folder / 'webcare.db'}"
    desk = build(load(sandbox.environment | {"WEBCARE_CONFIG": str(path), "DATABASE_URL": database}))
    desk.client.timeout = 60  # so that a click that waits for an answer is never acknowledged
    migrate.upgrade(desk.engine)
    socket_mode = SocketMode(desk.bolt, desk.client, sandbox.environment["SLACK_APP_TOKEN"])
    socket_mode.start()
    try:
        eventually(lambda: sandbox.slack.sockets)
        yield SlowOffice(desk, sandbox)
    finally:
        socket_mode.stop()
        sandbox.stop()  # which ends what is held up
        desk.close()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[SlowOffice]:
    with opened(tmp_path) as running:
        yield running


def test_group_members_are_known_before_the_first_click(office: SlowOffice) -> None:
    number = office.mention()
    office.desk.deps.prepare()
    eventually(lambda: office.answered(MEMBERS))
    assert NOT_YOURS in office.command(LARS, f"claim {number}")
    office.command(EMMA, f"claim {number}")
    assert office.owner(number) == EMMA.id
    assert office.answered(MEMBERS) == 1


def test_click_never_waits_for_an_unread_group(office: SlowOffice) -> None:
    number = office.mention()
    office.hold(MEMBERS)
    with ThreadPoolExecutor(2) as team:
        for told in team.map(lambda user: office.command(user, f"claim {number}"), (EMMA, LARS)):
            assert NOT_TOLD in told
    office.command(LEAD, f"claim {number}")  # whom no group has to vouch for
    assert office.owner(number) == LEAD.id
    assert office.answered(MEMBERS) == 0


def test_rate_limit_of_slack_is_kept_and_no_longer(office: SlowOffice, hours: Hours) -> None:
    number = office.mention()
    office.sandbox.faults.add("slack", MEMBERS, "rate_limited", retry_after=60)
    for later in (0, 59):
        hours.at = 1000.0 + later
        assert NOT_TOLD in office.command(EMMA, f"claim {number}")
    hours.at = 1061.0
    office.command(EMMA, f"claim {number}")
    assert office.owner(number) == EMMA.id


@pytest.mark.parametrize("trouble", ["rate_limited", "error_500", "drop_before"])
def test_last_known_members_count_while_slack_is_away(
    office: SlowOffice, hours: Hours, trouble: str, caplog: pytest.LogCaptureFixture
) -> None:
    number = office.mention()
    assert NOT_YOURS in office.command(LARS, f"claim {number}")
    office.sandbox.faults.add("slack", MEMBERS, trouble)
    hours.at += members.FRESH_SECONDS
    assert NOT_YOURS in office.command(LARS, f"claim {number}")
    eventually(lambda: "Slack could not be asked" in caplog.text)
    office.command(EMMA, f"claim {number}")
    assert office.owner(number) == EMMA.id


def test_click_never_waits_for_a_group_read_before(
    office: SlowOffice, hours: Hours, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = office.mention()
    assert NOT_YOURS in office.command(LARS, f"claim {number}")
    office.command(EMMA, "mine")  # so that she is known
    office.hold(MEMBERS)
    allow_no_waiting(monkeypatch)
    hours.at += members.FRESH_SECONDS
    office.command(EMMA, f"claim {number}")
    assert office.owner(number) == EMMA.id


def test_members_are_refreshed_behind_the_clicks(office: SlowOffice, hours: Hours) -> None:
    number = office.mention()
    assert NOT_YOURS in office.command(LARS, f"claim {number}")
    office.slack.state.usergroups[GROUP] = [LARS.id]
    hours.at += members.FRESH_SECONDS
    eventually(lambda: office.command(LARS, f"claim {number}") and office.owner(number) == LARS.id)
    assert office.answered(MEMBERS) == 2


def test_stranger_replies_before_their_name_is_known(office: SlowOffice) -> None:
    number = office.mention()
    office.hold(PEOPLE)
    office.command(EMMA, f"reply {number}")
    assert office.slack.views(EMMA.id)
    assert office.answered(PEOPLE) == 0


def test_stranger_is_known_while_that_cannot_be_stored(
    office: SlowOffice, hours: Hours, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    number = office.mention()
    with sqlite3.connect(tmp_path / "webcare.db", isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        office.command(EMMA, f"reply {number}")
        eventually(lambda: "its answer not be stored" in caplog.text)
        other.execute("ROLLBACK")
    assert office.slack.submit(EMMA.id, {"text": "Wij zoeken het uit"}).ok
    reply = queries.card(office.desk.ctx, number).reply
    assert reply is not None
    assert reply.text == "Wij zoeken het uit ^EC"
    hours.at += lookups.RETRY_SECONDS
    office.command(EMMA, "mine")
    eventually(lambda: people.known(office.desk.ctx, EMMA.id))


def test_known_agent_is_refreshed_daily_without_a_wait(
    ctx: Context, clock: TurnedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Sandbox(rate_limits=False) as sandbox:
        client = slack.client(sandbox.environment["SLACK_BOT_TOKEN"], sandbox.slack_api_url, timeout=60)
        first, restarted = Agents(ctx, client), Agents(ctx, client)
        first.learn(EMMA.id)
        met = first.remembered(EMMA.id)
        assert met is not None
        allow_no_waiting(monkeypatch)
        restarted.meet(EMMA.id)
        first.meet(EMMA.id)
        assert sum(call.method == PEOPLE for call in sandbox.slack.calls) == 1
        clock.turn(days=2)
        sandbox.faults.add("slack", PEOPLE, "timeout_before", 2, seconds=120)
        for agents in (first, restarted, Agents(ctx, client)):
            agents.meet(EMMA.id)
            assert agents.remembered(EMMA.id) == met
