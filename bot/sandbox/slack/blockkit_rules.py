"""The building blocks of Block Kit's rules: small checks that note each problem with a JSON pointer."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any


class Problems(list[str]):
    """Slack's own sentences, each ending in the JSON pointer to the problem."""

    def note(self, pointer: str, text: str) -> None:
        self.append(f"{text} [json-pointer:{pointer}]")


Check = Callable[[Problems, Any, str], None]


def string(most: int, least: int = 1) -> Check:
    """Check for a string of `least` to `most` characters."""

    def check(problems: Problems, value: Any, at: str) -> None:
        if not isinstance(value, str):
            problems.note(at, "must be a string")
        elif len(value) < least:
            problems.note(at, f"must be more than {least - 1} characters")
        elif len(value) > most:
            problems.note(at, f"must be less than {most + 1} characters")

    return check


def boolean(problems: Problems, value: Any, at: str) -> None:
    """Check for true or false."""
    if not isinstance(value, bool):
        problems.note(at, "must be a boolean")


def anything(problems: Problems, value: Any, at: str) -> None:
    """Accept anything."""


def integer(least: int, most: int) -> Check:
    """Check for a whole number from `least` to `most`."""

    def check(problems: Problems, value: Any, at: str) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            problems.note(at, "must be an integer")
        elif not least <= value <= most:
            problems.note(at, f"must be between {least} and {most}")

    return check


def one_of(*allowed: str) -> Check:
    """Check for one of the `allowed` words."""

    def check(problems: Problems, value: Any, at: str) -> None:
        if value not in allowed:
            problems.note(at, f"must be one of {', '.join(allowed)}")

    return check


def items(each: Check, most: int, least: int = 1) -> Check:
    """Check for a list of `least` to `most` items."""

    def check(problems: Problems, value: Any, at: str) -> None:
        if not isinstance(value, list):
            problems.note(at, "must be an array")
            return
        if len(value) < least:
            problems.note(at, f"no fewer than {least} items allowed")
        if len(value) > most:
            problems.note(at, f"no more than {most} items allowed")
        for index, item in enumerate(value):
            each(problems, item, f"{at}/{index}")

    return check


@dataclass(frozen=True)
class Shape:
    """An object: the fields it may have, the fields it must have, and the rules between them."""

    fields: Mapping[str, Check]
    required: Collection[str] = ()
    rules: tuple[Check, ...] = field(default=())

    def __call__(self, problems: Problems, value: Any, at: str) -> None:
        if not isinstance(value, dict):
            problems.note(at, "must be an object")
            return
        for name in self.required:
            if value.get(name) is None:
                problems.note(at, f"missing required field: {name}")
        for name, found in value.items():
            if name not in self.fields:
                problems.note(f"{at}/{name}", f"invalid additional property: {name}")
            elif found is not None:
                self.fields[name](problems, found, f"{at}/{name}")
        for rule in self.rules:
            rule(problems, value, at)


def text(most: int, *kinds: str) -> Check:
    """Check for a text object of one of `kinds` (default "plain_text") with 1 to `most` characters."""
    allowed = kinds or ("plain_text",)

    def check(problems: Problems, value: Any, at: str) -> None:
        if not isinstance(value, dict):
            problems.note(at, "must be an object")
        elif value.get("type") not in allowed:
            problems.note(f"{at}/type", f"must be one of {', '.join(allowed)}")
        else:
            extra = "emoji" if value["type"] == "plain_text" else "verbatim"
            fields = {"type": anything, "text": string(most), extra: boolean}
            Shape(fields, ("text",))(problems, value, at)

    return check


ANY_TEXT = ("plain_text", "mrkdwn")
