"""The README lists every key and every variable, and their defaults hold."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel

from bot.settings.config import Config
from bot.settings.environment import VARIABLES, WHERE_TO_FIND
from tests.support.config import MINIMAL

README = (Path(__file__).parents[3] / "README.md").read_text("utf-8")


def keys(model: type[BaseModel], path: str = "") -> Iterator[str]:
    """Every key of webcare.toml with its path, such as desk.targets.warn_at; an agent's by the table's name."""
    for attribute, field in model.model_fields.items():
        name = field.alias or attribute
        inside = [kind for kind in (field.annotation, *get_args(field.annotation)) if isinstance(kind, type)]
        tables = [kind for kind in inside if issubclass(kind, BaseModel)]
        if not tables or field.default_factory:
            yield f"{path}{name}"
        for table in tables:
            yield from keys(table, f"{path}{name}.")


def documented(heading: str) -> dict[str, str]:
    """Name to default, from the table under that heading of the README's settings."""
    part = README.partition("\n## Settings\n")[2].partition(f"\n### {heading}\n")[2].partition("\n##")[0]
    return dict(re.findall(r"^\| `([\w.]+)` \| (.*?) ?\|", part, re.MULTILINE))


class TestDocumentation:
    def test_every_key_of_the_file_is_documented(self) -> None:
        assert documented("webcare.toml").keys() ^ set(keys(Config)) == set()

    def test_every_variable_is_documented(self) -> None:
        assert documented("Environment").keys() ^ set(VARIABLES) == set()
        assert WHERE_TO_FIND.keys() <= set(VARIABLES)

    def test_documented_defaults_are_those_that_hold(self) -> None:
        minimal = tomllib.loads(MINIMAL)
        written: dict[str, Any] = tomllib.loads(MINIMAL)
        for key, default in documented("webcare.toml").items():
            *tables, name = key.split(".")
            if default:
                place = written
                for table in tables:
                    inner = place.setdefault(table, {})
                    place = inner[0] if isinstance(inner, list) else inner
                place.setdefault(name, tomllib.loads(f"value = {default.strip('`')}")["value"])
        assert written != minimal
        assert Config.model_validate(written) == Config.model_validate(minimal)
