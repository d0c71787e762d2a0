"""What every use case is given, and who acts through it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from bot.domain.cases.thread import Thread
from bot.networks.base import Account
from bot.platform.clock import Clock
from bot.settings import Desk, Settings
from storage.engine import Engine

Role = Literal["claim", "reply", "escalate", "configure"]
Source = Literal["button", "modal", "command", "network", "desk"]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts (a Slack id, a customer's handle, or "desk" for the bot itself) and through what.

    `request` names what Slack sent, so that a repeat of it changes nothing; `channel` is where they acted, and `groups`
    are those of their Slack user groups that a role names. Of the groups in `unread` nobody knows yet who is in them.
    `name` is what Slack calls them, "" where that is not known or does not matter.
    """

    id: str
    via: Source
    idempotency_key: str | None = None
    channel: str | None = None
    groups: frozenset[str] = frozenset()
    unread: frozenset[str] = frozenset()
    name: str = ""


THE_DESK = Actor("desk", "desk")


@dataclass(slots=True)
class Workspace:
    """The Slack workspace. `url` is such as "https://acme.slack.com/", and None until Slack has told it."""

    url: str | None = None

    def permalink(self, channel: str, ts: str) -> str | None:
        """Where a message can be opened, as chat.getPermalink would say; None while the workspace is not known."""
        return f"{self.url.rstrip('/')}/archives/{channel}/p{ts.replace('.', '')}" if self.url else None


@dataclass(frozen=True, slots=True)
class Context:
    """Built once by bot/runtime/app.py. `wake` tells delivery in this process that there is something to do."""

    engine: Engine
    clock: Clock
    settings: Settings
    accounts: Mapping[str, Account]
    wake: Callable[[], None]
    workspace: Workspace = field(default_factory=Workspace)

    def desk_of(self, thread: Thread) -> Desk:
        """The thread's desk; KeyError when the config no longer has it."""
        return self.settings.desk(thread.desk)
