"""Turns pydantic's findings into lines that an operator can act on."""

from __future__ import annotations

import typing
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from bot.networks import KINDS, SPECS
from bot.settings import values

_HINTS = {
    "at": 'when it is reached (for example "75%", "+30m" or "every 50%")',
    "desk": "write at least one [[desk]]",
    "handle": "the account's name there",
    "initials": 'at most 8 characters (for example "AB")',
    "kind": f"the network ({' or '.join(values.shown(kind) for kind in KINDS)})",
    "map": 'where in its bodies things stand (for example [desk.inbound.map] text = "message")',
    "to": 'whom it speaks to (for example ["owner"])',
    "slack_channel": 'the channel\'s id (for example "C0SUPPORT", at the foot of its details)',
}


class SettingsError(Exception):
    """The settings cannot be used.

    `problems` has one English line each, which names the file or variable, the key, and what to write.
    """

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


def of_table(error: ValidationError, model: type[BaseModel]) -> list[str]:
    """Return `key.path: what is wrong` lines, in the file's order; lists count from 1, as people do."""
    problems = error.errors(include_url=False)
    written = [problem["loc"] for problem in problems if problem["type"] == "extra_forbidden"]
    return [
        f"{_path(problem['loc'])}: {_say(problem, model)}" for problem in problems if not _is_misspelt(problem, written)
    ]


def said_of_value(error: ValidationError) -> ValueError:
    """Return what is wrong with a single value, as the parser itself raised it where it did."""
    problem = error.errors(include_url=False)[0]
    if problem["type"] == "value_error":
        cause: ValueError = problem["ctx"]["error"]
        return cause
    return ValueError(f"{values.shown(problem['input'])} is not a list{_as_a_list(problem['loc'], problem['input'])}")


def _is_misspelt(problem: Mapping[str, Any], written: Sequence[tuple[int | str, ...]]) -> bool:
    """Tell whether the missing key is there under a similar name, which already has a line."""
    *table, key = problem["loc"]
    return problem["type"] == "missing" and any(
        list(loc[:-1]) == table and values.nearest(str(loc[-1]), [str(key)]) for loc in written
    )


def _say(problem: Mapping[str, Any], model: type[BaseModel]) -> str:
    *table, key = problem["loc"]
    match problem["type"]:
        case "value_error":
            return str(problem["ctx"]["error"])
        case "extra_forbidden":
            known = _keys(model, table)
            return f"is not a setting here (allowed: {', '.join(known)}){values.nearest(str(key), known)}"
        case "missing":
            hint = _hint(str(key), problem["input"])
            return f"is needed: {hint}" if hint else "is needed"
        case "tuple_type":
            return f"{values.shown(problem['input'])} is not a list{_as_a_list(problem['loc'], problem['input'])}"
        case _:
            return f"{values.shown(problem['input'])} is not a table of keys and values"


def _hint(key: str, table: Mapping[str, Any]) -> str | None:
    """Return what to write for a key that this table lacks."""
    spec = SPECS.get(str(table.get("kind"))) if key == "handle" else None
    return f'the account\'s name on {spec.name} (for example "{spec.handle.example}")' if spec else _HINTS.get(key)


def _as_a_list(loc: Sequence[int | str], written: object) -> str:
    """Return how to write the value as a list of one."""
    match written:
        case dict():
            return f"; write [[{'.'.join(part for part in loc if isinstance(part, str))}]]"
        case str():
            return f"; write {values.shown([written])}"
        case _:
            return ""


def _path(loc: Sequence[int | str]) -> str:
    text = ""
    for part in loc:
        if part == "[key]":
            continue
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}"
    return text.removeprefix(".")


def _keys(model: type[BaseModel], table: Sequence[int | str]) -> list[str]:
    for part in table:
        if field := model.model_fields.get(str(part)):
            model = next(kind for kind in (field.annotation, *typing.get_args(field.annotation)) if _is_model(kind))
    return [field.alias or name for name, field in model.model_fields.items()]


def _is_model(kind: object) -> typing.TypeGuard[type[BaseModel]]:
    return isinstance(kind, type) and issubclass(kind, BaseModel)
