"""Turns what pydantic found into lines that an operator can act on."""

from __future__ import annotations

import typing
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from bot.settings import values

_HINTS = {"handle": 'the account\'s name on X (for example "acme")', "desk": "write at least one [[desk]]"}


class SettingsError(Exception):
    """The settings cannot be used. `problems`: an English line each, naming file or variable, key and what to write."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


def of_table(error: ValidationError, model: type[BaseModel]) -> list[str]:
    """`key.path: what is wrong`, in the file's own order; lists count from 1, as a reader does."""
    problems = error.errors(include_url=False)
    written = [problem["loc"] for problem in problems if problem["type"] == "extra_forbidden"]
    return [
        f"{_path(problem['loc'])}: {_say(problem, model)}" for problem in problems if not _is_misspelt(problem, written)
    ]


def _is_misspelt(problem: Mapping[str, Any], written: Sequence[tuple[int | str, ...]]) -> bool:
    """Whether what is missing is there under a name that is nearly its own, which has a line already."""
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
            hint = _HINTS.get(str(key))
            return f"is needed: {hint}" if hint else "is needed"
        case "tuple_type":
            return f"{values.shown(problem['input'])} is not a list"
        case _:
            return f"{values.shown(problem['input'])} is not a table of keys and values"


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
    return list(model.model_fields)


def _is_model(kind: object) -> typing.TypeGuard[type[BaseModel]]:
    return isinstance(kind, type) and issubclass(kind, BaseModel)
