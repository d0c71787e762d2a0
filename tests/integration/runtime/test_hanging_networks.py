"""Ten accounts hang: reminders, the standup and what every other account has to do go on as if they did not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Semaphore

import pytest
from slack_sdk import WebClient
from sqlalchemy import Engine

from bot.delivery.replies import ReplyDeliverer
from bot.delivery.worker import Delivery
from bot.networks.base import Account, Fetched, LookedUp, Outgoing, Sent
from bot.runtime.jobs import schedule
from bot.settings import load
from bot.usecases.desk.context import Context
from bot.usecases.intake import ingest
from storage.outbox import Item
from tests.support import config
from tests.support.clock import TurnedClock
from tests.support.faults import points
from tests.support.postgres import WAITING
from tests.support.team import Served, Team, lonely_x

HANGING = 10
PATIENCE_SECONDS = 60  # a test that fails ends at last


class Hangs(Served):
    """Every call waits until the test releases it, and says so when it begins to."""

    def __init__(self, counted: Account, released: Event) -> None:
        super().__init__(counted)
        self.calls = Semaphore(0)
        self.answered = Semaphore(0)
        self.most_at_once = self.at_once = 0
        self._released = released

    def fetch(self, cursor: str | None, since: datetime) -> Fetched:
        self._hang()
        return super().fetch(cursor, since)

    def look_up(self, ids: tuple[str, ...], whole: frozenset[str] = frozenset()) -> LookedUp:
        self._hang()
        return super().look_up(ids, whole)

    def send(self, out: Outgoing) -> Sent:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        self._hang()
        self.at_once -= 1
        sent = super().send(out)
        self.answered.release()
        return replace(sent, id=f"{out.in_reply_to} answered")

    def _hang(self) -> None:
        self.calls.release()
        self._released.wait()

    def asked(self, times: int) -> None:
        """Block until it was called so often."""
        for _ in range(times):
            assert self.calls.acquire(timeout=PATIENCE_SECONDS)


class Accounts:
    """Ten that hang and one that answers, of one desk."""

    def __init__(self, engine: Engine, clock: TurnedClock, folder: Path) -> None:
        named = "".join(config.account_toml(f"hangs{number}", f"X{number}") for number in range(HANGING))
        path = config.write(folder, config.toml().replace("[[desk.networks]]", f"{named}[[desk.networks]]"))
        settings = load({"WEBCARE_CONFIG": str(path)})
        self.released, self.woken = Event(), SimpleQueue[None]()
        counted = lonely_x(clock)
        hanging = [account.key for _, account in settings.accounts()][:HANGING]
        self.hanging = {key: Hangs(counted, self.released) for key in hanging}
        self.sound = Hangs(counted, Event())
        self.sound._released.set()
        accounts = self.hanging | {"x:acme": self.sound}
        self.ctx = Context(engine, clock, settings, accounts, lambda: self.woken.put(None))
        self.team = Team(self.ctx)

    def mention(self, key: str) -> int:
        """A customer of their own writes to this account: the number of the thread."""
        mention = self.team.mention()
        mention = replace(mention, conversation=mention.id)
        desk, account = next(one for one in self.ctx.settings.accounts() if one[1].key == key)
        ingest.receive(self.ctx, desk, account, Fetched((mention,), None))
        return int(self.team.rows("SELECT max(id) AS id FROM thread")[0]["id"])

    def wanted(self, kind: str) -> None:
        """Block until a message of this kind is wanted."""
        while not self.team.wanted(kind):
            self.woken.get(timeout=PATIENCE_SECONDS)


@pytest.fixture
def accounts(engine: Engine, clock: TurnedClock, tmp_path: Path) -> Iterator[Accounts]:
    made = Accounts(engine, clock, tmp_path)
    yield made
    made.released.set()


@pytest.fixture
def senders(accounts: Accounts) -> Iterator[None]:
    delivery = Delivery(accounts.ctx, (ReplyDeliverer(accounts.ctx),))
    delivery.start()
    yield
    accounts.released.set()
    delivery.stop()


def test_ticks_go_on_while_ten_accounts_hang(accounts: Accounts, clock: TurnedClock) -> None:
    for key in (*accounts.hanging, "x:acme"):
        accounts.mention(key)
    clock.turn(minutes=15)
    scheduler = schedule(accounts.ctx, WebClient())
    scheduler.start()
    try:
        for account in accounts.hanging.values():
            account.asked(2)  # what is new, and what became of what is stored
        clock.turn(days=1)
        accounts.wanted("nag")
        accounts.wanted("standup")
        accounts.sound.asked(2)
    finally:
        accounts.released.set()
        scheduler.shutdown()


@pytest.mark.usefixtures("senders")
def test_other_account_sends_while_ten_hang(accounts: Accounts, clock: TurnedClock) -> None:
    sent = defaultdict(list)
    for key in accounts.hanging:
        for _ in range(3):
            number = accounts.mention(key)
            sent[key].append(accounts.team.answer(number, f"About {number}").text)
    clock.turn(seconds=10)
    for account in accounts.hanging.values():
        account.asked(1)
    accounts.team.answer(accounts.mention("x:acme"))
    clock.turn(seconds=10)
    accounts.sound.asked(1)
    accounts.released.set()
    for key, account in accounts.hanging.items():
        for _ in range(3):
            assert account.answered.acquire(timeout=PATIENCE_SECONDS)
        assert [text for text, _ in account.sends] == sent[key]
        assert account.most_at_once == 1


def test_account_has_one_reply_in_hand(accounts: Accounts, clock: TurnedClock) -> None:
    for _ in range(2):
        accounts.team.answer(accounts.mention("x:acme"))
    clock.turn(seconds=10)
    one, other = ReplyDeliverer(accounts.ctx), ReplyDeliverer(accounts.ctx)
    item = one.lease()
    assert item is not None
    assert other.lease() is None
    one.deliver(item)
    assert other.lease() is not None


@pytest.mark.parametrize("database_url", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_lease_race_of_two_processes_gets_one_reply(accounts: Accounts, clock: TurnedClock) -> None:
    for _ in range(2):
        accounts.team.answer(accounts.mention("x:acme"))
    clock.turn(seconds=10)
    one, other = ReplyDeliverer(accounts.ctx), ReplyDeliverer(accounts.ctx)
    theirs: list[Future[Item | None]] = []

    def just_before_the_commit(step: str) -> None:
        if step.endswith("lease: before commit") and not theirs:
            theirs.append(pool.submit(other.lease))
            while not (theirs[0].done() or accounts.team.rows(WAITING)):
                pass

    with ThreadPoolExecutor(1) as pool, points.installed(just_before_the_commit):
        assert one.lease() is not None
        assert theirs[0].result() is None
