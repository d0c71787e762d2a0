"""Effective settings: what a desk's file says, and what colleagues set in Slack where the file says nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from bot.domain.desk.setting import LONGEST_UNDO, SettingChange
from bot.settings.config import Desk, NagConfig, TargetsConfig
from bot.settings.problems import said_of_value
from bot.settings.values import Unfit, shown, written_length

SETTABLE = (
    "targets.first_response",
    "targets.next_response",
    "targets.resolution",
    "targets.escalation",
    "hours",
    "holidays",
    "worked",
    "closed",
    "open",
    "nags",
    "standup",
    "undo",
    "signature",
    "reasons",
)
"""The keys that can be set in Slack, as they are called in webcare.toml."""

_TARGETS = "targets."
_WORD = "word:"
LONGEST_WORD = 40


class Origin(StrEnum):
    """Where the value of a setting comes from. The file goes before Slack."""

    FILE = "file"
    SLACK = "slack"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Effective:
    """A setting as it holds. `change` is the newest one in Slack, `problem` says why that cannot be read here."""

    key: str
    value: Any
    origin: Origin
    change: SettingChange | None = None
    problem: str | None = None

    @property
    def as_written(self) -> Any:
        """The value as one would write it in webcare.toml; None where there is none."""
        return as_written(self.value)


def effective(desk: Desk, changes: Mapping[str, SettingChange]) -> tuple[Effective, ...]:
    """Return every settable setting of a desk of the file; `changes` are the newest ones by key."""
    return tuple(_effective(desk, key, changes.get(key)) for key in SETTABLE)


def overlaid(desk: Desk, changes: Mapping[str, SettingChange]) -> Desk:
    """Return a desk of the file with what was set in Slack; what cannot be read is left out."""
    set_here = {one.key: one.value for one in effective(desk, changes) if one.origin is Origin.SLACK}
    desk = with_values(desk, set_here) if set_here else desk
    added = tuple(change.value for key, change in changes.items() if key.startswith(_WORD) and change.value)
    return (
        desk.model_copy(update={"words": desk.words.model_copy(update={"own": desk.words.own + added})})
        if added
        else desk
    )


def key_of_word(word: str) -> str | None:
    """Return the key under which a word is stored that is right beside those of the file; None if it cannot be one."""
    fits = 0 < len(word) <= LONGEST_WORD and not any(char.isspace() for char in word) and word.isprintable()
    return f"{_WORD}{word.casefold()[:LONGEST_WORD]}" if fits else None


def word_of(key: str) -> str | None:
    """Return the word that a key is about, None if it is about a setting."""
    return key.removeprefix(_WORD) if key.startswith(_WORD) else None


def with_values(desk: Desk, values: Mapping[str, Any]) -> Desk:
    """Return the desk with these typed values, by key; None stands for the default."""
    own: dict[str, Any] = {}
    targets: dict[str, Any] = {}
    for key, value in values.items():
        into, name = (targets, key.removeprefix(_TARGETS)) if key.startswith(_TARGETS) else (own, key)
        into[name] = default(key) if value is None else value
    if targets:
        own["targets"] = desk.targets.model_copy(update=targets)
    return desk.model_copy(update=own)


def typed(key: str, value: Any) -> Any:
    """Parse what was stored for a key, where None stands for the default. Raises ValueError."""
    if key not in SETTABLE:
        raise ValueError("is not a setting that can be changed in Slack")
    return default(key) if value is None else parsed(key, value)


def parsed(key: str, value: Any) -> Any:
    """Parse a value as the file's would be. Raises ValueError, which may be an `Unfit`."""
    if key not in SETTABLE:
        raise ValueError("is not a setting that can be changed in Slack")
    try:
        found = _adapter(key).validate_python(value)
    except ValidationError as error:
        raise said_of_value(error) from None
    if key == "undo" and found > LONGEST_UNDO:
        longest = written_length(LONGEST_UNDO)
        raise Unfit(f"{shown(value)} is longer than {longest}", meant=longest)
    return found


def readable(key: str, values: Iterable[Any]) -> list[Any]:
    """Parse these values of a key and leave out what cannot be read."""
    found = []
    for value in values:
        with suppress(ValueError):
            found.append(parsed(key, value))
    return found


def as_written(value: Any) -> Any:
    """Return a typed value as JSON, in the words of webcare.toml."""
    match value:
        case timedelta():
            return written_length(value)
        case time():
            return f"{value:%H:%M}"
        case date():
            return value.isoformat()
        case NagConfig():
            times = {} if value.at_most is None else {"at_most": value.at_most}
            return {"at": value.at.written, "to": list(value.to), **times}
        case list() | tuple():
            return [as_written(each) for each in value]
    return value


def by_desk(changes: Iterable[SettingChange]) -> dict[str, dict[str, SettingChange]]:
    """Sort the newest changes by the desk's key, then by the setting's."""
    found: dict[str, dict[str, SettingChange]] = {}
    for change in changes:
        found.setdefault(change.desk, {})[change.key] = change
    return found


def unknown(changes: Iterable[SettingChange]) -> list[SettingChange]:
    """Return the changes of settings that this version does not know; they are not used."""
    return [change for change in changes if change.key not in SETTABLE and word_of(change.key) is None]


def default(key: str) -> Any:
    """Return what holds where neither the file nor Slack says anything."""
    return _field(key).get_default(call_default_factory=True)


def is_in_file(desk: Desk, key: str) -> bool:
    """Tell whether the file sets this key; `desk` is as the file has it."""
    table = desk.targets if key.startswith(_TARGETS) else desk
    return key.removeprefix(_TARGETS) in table.model_fields_set


def _effective(desk: Desk, key: str, change: SettingChange | None) -> Effective:
    of_file = getattr(desk.targets, key.removeprefix(_TARGETS)) if key.startswith(_TARGETS) else getattr(desk, key)
    if is_in_file(desk, key):
        return Effective(key, of_file, Origin.FILE, change)
    if change is None or change.value is None:
        return Effective(key, of_file, Origin.DEFAULT, change)
    try:
        return Effective(key, parsed(key, change.value), Origin.SLACK, change)
    except ValueError as problem:
        return Effective(key, of_file, Origin.DEFAULT, change, str(problem))


def _field(key: str) -> Any:
    table = TargetsConfig if key.startswith(_TARGETS) else Desk
    return table.model_fields[key.removeprefix(_TARGETS)]


@cache
def _adapter(key: str) -> TypeAdapter[Any]:
    return TypeAdapter(_field(key).rebuild_annotation())
