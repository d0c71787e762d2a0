"""The settings of a desk, for those who may see them, its roster, and who is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from bot.domain.clock.calendar import Calendar
from bot.domain.clock.ladder import Step
from bot.domain.desk.roster import OnCall, RosterError
from bot.domain.desk.setting import SettingChange
from bot.settings.overlay import Effective


@dataclass(frozen=True, slots=True)
class Reached:
    """Whom a line under a card rings: `called`, by Slack id; nobody means the channel.

    `off` are the names of those who are meant and not there, by Slack id.
    """

    called: tuple[str, ...] = ()
    off: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom a request to look at something reaches: Slack ids of members, in the channel of user groups as well.

    `in_channel` says that it stands in the channel instead of a direct message to each.
    """

    people: tuple[str, ...]
    in_channel: bool = False


class Gone(StrEnum):
    """Why somebody does not hear what is said to them."""

    AWAY = "away"
    OFF = "off"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class Missing:
    """A colleague who is not there, until then if that is known."""

    name: str
    why: Gone
    until: datetime | None


@dataclass(frozen=True, slots=True)
class AccountSettings:
    """An account that a desk answers for, and how often it asks for new posts there; None where it never asks."""

    network_name: str
    handle: str
    poll_every: timedelta | None


@dataclass(frozen=True, slots=True)
class DoneChange:
    """A change of a setting with the value before, which is None where the default held."""

    change: SettingChange
    before: Any
    may_be_undone: bool


@dataclass(frozen=True, slots=True)
class SettingsPage:
    """What can be set at a desk in Slack, and its last changes, newest first.

    `key` is the desk's. `others` are further desks that the reader may set up, as (key, name). `calendar` is by which
    targets count at `at`. `usual_steps` are those of the reminders where none are set.
    """

    key: str
    desk: str
    timezone: str
    settings: tuple[Effective, ...]
    changes: tuple[DoneChange, ...]
    others: tuple[tuple[str, str], ...]
    today: date
    at: datetime
    calendar: Calendar
    usual_steps: tuple[Step, ...]

    def of(self, key: str) -> Effective:
        return next(one for one in self.settings if one.key == key)


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change would do to the threads of a desk in which a customer waits.

    Of these, `late` are late at once (they are among the `sooner` ones), `kept` keep their hours because the new ones
    would count past time differently, and `late_already` stay as they are.
    """

    waiting: int
    sooner: int
    later: int
    late: int
    kept: int
    late_already: int


@dataclass(frozen=True, slots=True)
class DeskSettings:
    """The settings of a desk. People and channels are Slack ids; `standup` is local to `timezone`.

    `hours` are in OpenStreetMap's notation, None for around the clock; `holidays` say whose, such as "NL". `calendar`
    is by which targets count at `at`. `ladder` are the steps of the reminders; `roster` is what may be shown of where
    that is, None if there is none. Without `reasons` of its own the desk has the usual ones.

    `teams` are pairs (name, channel) of the other teams to escalate to. `roles` lists members and user groups by role;
    an empty list means everybody.
    """

    key: str
    desk: str
    channel: str
    leads: tuple[str, ...]
    at: datetime
    calendar: Calendar
    first_response: timedelta
    next_response: timedelta
    resolution: timedelta | None
    escalation: timedelta
    ladder: tuple[Step, ...]
    roster: str | None
    reasons: tuple[str, ...]
    standup: time
    timezone: str
    hours: str | None
    holidays: tuple[str, ...]
    signature: str
    undo: timedelta
    teams: tuple[tuple[str, str], ...]
    accounts: tuple[AccountSettings, ...]
    roles: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class RosterState:
    """Who is on call at a desk at `at`. `kind` is "file", "feed" or "group", None if the desk has no roster.

    `fetched_at` is when the copy that counts was read, None if there is none; `problem` is why there is no newer one.
    """

    desk: str
    at: datetime
    kind: str | None = None
    on_call: OnCall = field(default_factory=OnCall)
    fetched_at: datetime | None = None
    problem: RosterError | None = None


@dataclass(frozen=True, slots=True)
class RosterNews:
    """What is told of a desk's roster: why it cannot be read since then, that this is over, or whom it names in vain.

    `copy_of` is when the copy that counts was read.
    """

    desk: str
    at: datetime
    problem: RosterError | None
    since: datetime | None
    over_at: datetime | None
    unknown: tuple[str, ...]
    copy_of: datetime | None
