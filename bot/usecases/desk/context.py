"""What every use case receives, and who acts through it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from bot.domain.cases.thread import Thread
from bot.domain.clock.calendar import may_ring
from bot.domain.customers.customer import is_passed_on, network_of
from bot.domain.desk.standing import Standing
from bot.integrations.crm.base import Crm
from bot.integrations.vectors.base import Vectors
from bot.networks.base import Account
from bot.platform.clock import Clock
from bot.platform.logs import Sparing
from bot.settings import Desk, Settings
from storage.engine import Engine

LONGEST_PAUSE_SECONDS = 1200.0  # longer than X's usual window; where one lasts a day, it is asked a few times in vain

Role = Literal["claim", "reply", "escalate", "configure"]
Source = Literal["button", "modal", "command", "network", "desk"]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts and through what. `id` is a Slack id, a customer's handle, or "desk" for the bot itself.

    `idempotency_key` names Slack's request, so that a repeat of it changes nothing. `channel` is where they acted.
    `groups` are their Slack user groups among those that a role names; `unread` are groups whose members are not known
    yet. `name` is their name in Slack, or "" if it is unknown or does not matter. `channels` are those of the desks'
    channels that they are in, as far as that had to be asked: None where Slack has not told.
    """

    id: str
    via: Source
    idempotency_key: str | None = None
    channel: str | None = None
    groups: frozenset[str] = frozenset()
    unread: frozenset[str] = frozenset()
    name: str = ""
    standing: Standing = Standing.MEMBER
    channels: frozenset[str] | None = None


THE_DESK = Actor("desk", "desk")


@dataclass(slots=True)
class Workspace:
    """The Slack workspace, of which everything is None until Slack has told it.

    `url` looks like "https://acme.slack.com/". `team` is its id, `enterprise` that of the organisation that it is in.
    """

    url: str | None = None
    team: str | None = None
    enterprise: str | None = None

    def learn(self, told: Callable[[str], Any]) -> None:
        """Remember what Slack's auth.test told; `told` returns the value of a name, or None."""
        self.url, self.team, self.enterprise = told("url"), told("team_id"), told("enterprise_id")

    def is_home(self, team: str | None) -> bool:
        """Tell whether a member of this team is one of ours. If either team is unknown, they are."""
        return None in (team, self.team) or team in (self.team, self.enterprise)

    def permalink(self, channel: str, ts: str) -> str | None:
        """Return a message's address, as chat.getPermalink would; None while the workspace is unknown."""
        return f"{self.url.rstrip('/')}/archives/{channel}/p{ts.replace('.', '')}" if self.url else None


@dataclass(slots=True)
class ClockSeen:
    """What this process last read from its clock, and when it looks next for what a wrong clock has written."""

    at: datetime | None = None
    next_look: datetime | None = None


@dataclass(slots=True, eq=False)
class Context:
    """Built once by bot/runtime/app.py. `wake` tells this process's delivery that there is work.

    `settings` are those that hold now: the file's, with what was set in Slack. bot/usecases/desk/settings.py alone
    exchanges them, as soon as something is set anywhere. `written` are the desks as the file has them.
    """

    engine: Engine
    clock: Clock
    settings: Settings
    accounts: Mapping[str, Account]
    wake: Callable[[], None]
    crm: Crm | None = None
    vectors: Vectors | None = None
    workspace: Workspace = field(default_factory=Workspace)
    clock_seen: ClockSeen = field(default_factory=ClockSeen)
    database_troubles: Sparing = field(default_factory=Sparing)
    webhook_troubles: Sparing = field(default_factory=Sparing)
    written: tuple[Desk, ...] = field(init=False)
    settings_read: int = field(init=False, default=0)  # how many changes of settings this process has seen
    longest_undo: timedelta = field(init=False, default=timedelta(0))  # that was ever set in Slack

    def __post_init__(self) -> None:
        self.written = self.settings.desks

    def is_ours(self, account: str, handle: str) -> bool:
        """Tell whether a handle on the network of this account, such as "x:acme", is one of our own accounts.

        What posts to us has an account here and none there.
        """
        return not is_passed_on(account) and f"{network_of(account)}:{handle.lower()}" in self.accounts

    def after(self, seconds: float) -> datetime:
        """Return the instant that many of the machine's seconds from now, but at most LONGEST_PAUSE_SECONDS.

        Whatever Slack or a network asks for, nothing that is stored waits longer: a later instant is taken for one that
        a wrong clock has written.
        """
        return self.clock.now() + self.clock.real(min(seconds, LONGEST_PAUSE_SECONDS))

    def ringing(self, at: datetime) -> dict[str, Desk]:
        """Return the desks whose colleagues may be reminded at that moment, by key."""
        return {desk.stable_key: desk for desk in self.settings.desks if may_ring(desk.calendar(at), at)}

    def channel_of(self, thread: Thread) -> str:
        """Return the channel that the thread's card is in. Raises Gone as `desk_of` does."""
        return self.desk_of(thread).channel_of(private=thread.private)

    def desk_of(self, thread: Thread) -> Desk:
        """Return the thread's desk. Raises Gone if it is no longer in the config."""
        return self.settings.desk(thread.desk)
