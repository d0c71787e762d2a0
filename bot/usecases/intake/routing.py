"""Routing: a mention goes to the desk that the operator's rules name, else to the one that has its account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.cases.mention import Mention
from bot.domain.cases.routing import Arrival, Route, first_that_holds
from bot.domain.common.language import spoken
from bot.domain.customers.last_resort import signals
from bot.settings import Desk, Settings


@dataclass(frozen=True, slots=True)
class Routed:
    """Where a mention goes. `route` is the rule that says so, the `number`th of the file; None where none holds."""

    desk: Desk
    route: Route | None = None
    number: int = 0


def desk_of(settings: Settings, desk: Desk, account: str, mention: Mention) -> Desk:
    """Return the desk that answers a mention on this account, such as "x:acme", which is that desk's."""
    if not settings.routes:
        return desk
    text = mention.text or ""  # one without a text is set aside when it is stored
    language = spoken(text, None, mention.language, None)
    return where(settings, desk, account, text, mention.posted_at, language, private=mention.private).desk


def where(
    settings: Settings, desk: Desk, account: str, text: str, at: datetime, language: str | None, *, private: bool
) -> Routed:
    """Return where such words go, and why."""
    hurried = bool(signals(text, desk.last_resort.own))
    arrival = Arrival(account, text, at, language, private, hurried)
    holding = first_that_holds(settings.routes, arrival)
    if holding is None:
        return Routed(desk)
    number, route = holding
    return Routed(settings.desk(route.desk), route, number)
