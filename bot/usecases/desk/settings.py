"""Settings that are changed in Slack: what holds now, in every process within seconds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.domain.desk.setting import SettingChange
from bot.settings import overlay
from bot.settings.overlay import Effective
from bot.usecases.desk.context import Context
from storage.desk import settings
from storage.engine import Connection, reading

EVERY_SECONDS = 2


@dataclass(frozen=True, slots=True)
class OfDesk:
    """Every setting of a desk that can be changed in Slack, and what is stored for it that this version cannot use."""

    desk: str
    settings: tuple[Effective, ...]
    unknown: tuple[SettingChange, ...]


def refresh(ctx: Context) -> bool:
    """Take over what was set in Slack since this process last looked; tell whether there was anything."""
    with reading(ctx.engine) as connection:
        return take_over(connection, ctx)


def take_over(connection: Connection, ctx: Context) -> bool:
    """The same within the caller's transaction."""
    known = settings.count(connection)
    if known == ctx.settings_read:
        return False
    newest = overlay.by_desk(settings.newest(connection))
    desks = tuple(overlay.overlaid(desk, newest.get(desk.stable_key, {})) for desk in ctx.written)
    undos = [change.value for change in settings.of_key(connection, "undo")]
    ctx.longest_undo = max(overlay.readable("undo", undos), default=timedelta(0))
    ctx.settings, ctx.settings_read = replace(ctx.settings, desks=desks), known
    return True


def changes(ctx: Context) -> list[SettingChange]:
    """Return the newest change of every setting of every desk."""
    with reading(ctx.engine) as connection:
        return settings.newest(connection)


def effective(ctx: Context, known: Iterable[SettingChange]) -> tuple[list[OfDesk], list[SettingChange]]:
    """Return the settings of every desk with these changes, and the changes for desks that are not in the config."""
    left = overlay.by_desk(known)
    found = []
    for desk in ctx.written:
        own = left.pop(desk.stable_key, {})
        found.append(OfDesk(desk.name, overlay.effective(desk, own), tuple(overlay.unknown(own.values()))))
    return found, [change for of_desk in left.values() for change in of_desk.values()]
