"""Settings that are changed in Slack: what holds now, in every process within seconds."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from bot.domain.clock import ladder
from bot.domain.clock.hours import require_open
from bot.domain.common.errors import RefusalCode, Refused
from bot.domain.desk.setting import SettingChange
from bot.settings import Desk, overlay
from bot.settings.overlay import Effective
from bot.usecases.desk import access
from bot.usecases.desk.context import Actor, Context
from bot.views.desk.models import DoneChange, SettingsPage
from storage import outbox
from storage.desk import settings
from storage.engine import Connection, DatabaseError, reading, transaction
from storage.outbox.tasks import task

log = logging.getLogger(__name__)

EVERY_SECONDS = 2
LISTED = 5  # of the last changes


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


def page(ctx: Context, actor: Actor, desk_key: str) -> SettingsPage:
    """Return what holds at a desk and what was changed last. Raises Refused without the role "configure"."""
    refresh(ctx)
    desk = access.require_at(ctx, actor, desk_key, "configure")
    with reading(ctx.engine) as connection:
        own = overlay.by_desk(settings.newest(connection)).get(desk_key, {})
        latest = settings.latest(connection, desk_key, LISTED)
        before = settings.by_id(connection, [change.follows for change in latest])
    newest = {change.id for change in own.values()}
    written = _written(ctx, desk_key)
    return SettingsPage(
        key=desk_key,
        desk=desk.name,
        timezone=str(desk.timezone),
        settings=overlay.effective(written, own),
        changes=tuple(
            DoneChange(change, _value_before(change, before), change.id in newest and _may_undo(written, change))
            for change in latest
        ),
        others=tuple(
            (other.stable_key, other.name)
            for other in ctx.settings.desks
            if other.stable_key != desk_key and access.may(actor, other, "configure")
        ),
        today=ctx.clock.now().astimezone(desk.timezone).date(),
        at=ctx.clock.now(),
        calendar=desk.calendar(ctx.clock.now()),
        usual_steps=ladder.steps("", desk.targets.warn_at),
    )


def save(
    ctx: Context,
    actor: Actor,
    desk_key: str,
    values: Mapping[str, Any],
    *,
    seen: Mapping[str, int],
    applied: bool,
) -> list[DoneChange]:
    """Store these values, as they are written in the file, and return the changes.

    None lets the default hold. `seen` is the change of each key that the actor saw as the newest, 0 if there was none.
    `applied` lets the new values hold for the customers who wait now, too. Raises Refused("setting_changed") if a
    colleague changed one of them since, "never_opens" if that leaves no hours with what others set, "setting_in_file",
    "not_allowed", and ValueError for what cannot be read.
    """
    access.require_at(ctx, actor, desk_key, "configure")
    for key, value in values.items():
        if overlay.is_in_file(_written(ctx, desk_key), key):
            raise Refused(RefusalCode.SETTING_IN_FILE)
        overlay.typed(key, value)
    if not opens(ctx, desk_key, values):
        raise Refused(RefusalCode.NEVER_OPENS)
    with transaction(ctx.engine) as connection:
        done = [
            _add(connection, ctx, actor, desk_key, key, value, seen.get(key, 0), applied=applied)
            for key, value in values.items()
        ]
        _want_applied(connection, ctx, desk_key, done)
        before = settings.by_id(connection, [change.follows for change in done])
    _tell(ctx, done)
    return [DoneChange(change, _value_before(change, before), may_be_undone=True) for change in done]


def save_word(ctx: Context, actor: Actor, desk_key: str, key: str, word: str | None) -> None:
    """Let a word be right at a desk, beside those of the file; None takes it back.

    Raises Refused("setting_changed") if a colleague did the same at the same moment.
    """
    with transaction(ctx.engine) as connection:
        known = overlay.by_desk(settings.newest(connection)).get(desk_key, {}).get(key)
        done = _add(connection, ctx, actor, desk_key, key, word, known.id if known else 0, applied=False)
    _tell(ctx, [done])


def opens(ctx: Context, desk_key: str, values: Mapping[str, Any]) -> bool:
    """Tell whether the desk is ever open with these values, as they are written in the file."""
    refresh(ctx)
    return _opens(ctx, desk_key, values)


def _opens(ctx: Context, desk_key: str, values: Mapping[str, Any]) -> bool:
    typed = {key: overlay.typed(key, value) for key, value in values.items()}
    try:
        require_open(overlay.with_values(ctx.settings.desk(desk_key), typed).opening_times, ctx.clock.now())
    except ValueError:
        return False
    return True


def undo(ctx: Context, actor: Actor, desk_key: str, change_ids: Sequence[int]) -> list[DoneChange]:
    """Let the values before these changes hold again; return the changes that do so.

    Those who wait get the old targets where the change had given them the new ones. Raises Refused("setting_changed")
    if something else was set since, "never_opens", "setting_in_file" and "not_allowed".
    """
    access.require_at(ctx, actor, desk_key, "configure")
    refresh(ctx)
    with transaction(ctx.engine) as connection:
        known = settings.by_id(connection, change_ids)
        meant = [change for change in known.values() if change.desk == desk_key]
        before = settings.by_id(connection, [change.follows for change in meant])
        if any(not _may_undo(_written(ctx, desk_key), change) for change in meant):
            raise Refused(RefusalCode.SETTING_IN_FILE)
        done = [
            _add(
                connection,
                ctx,
                actor,
                desk_key,
                change.key,
                _value_before(change, before),
                change.id,
                applied=change.applied,
            )
            for change in meant
        ]
        if not _opens(ctx, desk_key, {each.key: each.value for each in done if overlay.word_of(each.key) is None}):
            raise Refused(RefusalCode.NEVER_OPENS)
        _want_applied(connection, ctx, desk_key, done)
    _tell(ctx, done)
    return [DoneChange(change, known[change.follows].value, may_be_undone=True) for change in done]


def _add(
    connection: Connection, ctx: Context, actor: Actor, desk: str, key: str, value: Any, follows: int, *, applied: bool
) -> SettingChange:
    """Store a change. The same one again, by the same colleague, is a repeat of what Slack sent and changes nothing."""
    settings.add(connection, desk, key, value, follows=follows, by=actor.id, at=ctx.clock.now(), applied=applied)
    stored = settings.after(connection, desk, key, follows)
    if stored is None or (stored.by, stored.value) != (actor.id, value):
        owner, since = (stored.by, stored.at) if stored else ("", ctx.clock.now())
        raise Refused(RefusalCode.SETTING_CHANGED, owner=owner, since=since)
    return stored


def _want_applied(connection: Connection, ctx: Context, desk: str, done: Sequence[SettingChange]) -> None:
    wanted = [change for change in done if change.applied]
    if wanted:
        arguments = {"desk": desk, "keys": [change.key for change in wanted], "by": wanted[0].by}
        outbox.want(connection, task("retarget", wanted[-1].id, arguments), at=ctx.clock.now())


def _tell(ctx: Context, done: Iterable[SettingChange]) -> None:
    for change in done:
        fields = {"desk": change.desk, "key": change.key, "value": change.value, "user": change.by}
        log.info("a setting was changed in Slack", extra={"fields": fields})
    with suppress(DatabaseError):  # it is stored; the next look takes it over
        refresh(ctx)
    ctx.wake()


def _written(ctx: Context, desk_key: str) -> Desk:
    return next(desk for desk in ctx.written if desk.stable_key == desk_key)


def _value_before(change: SettingChange, before: Mapping[int, SettingChange]) -> Any:
    return before[change.follows].value if change.follows in before else None


def _may_undo(desk: Desk, change: SettingChange) -> bool:
    if overlay.word_of(change.key) is not None:
        return True
    return change.key in overlay.SETTABLE and not overlay.is_in_file(desk, change.key)
