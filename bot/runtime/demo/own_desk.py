"""A team's own webcare.toml in the demo: its rules hold, in the demo's workspace, for its accounts and colleagues."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from bot.settings import SettingsError

CHANNEL, OTHER_CHANNEL = "C0SUPPORT", "C0PRESS"
PLAYED = {
    "slack_channel": CHANNEL,
    "leads": ["U0LEAD"],
    "networks": [
        {"kind": kind, "handle": handle, "poll_every": "2s", "recheck_every": "10s"}
        for kind, handle in (("x", "acme"), ("bluesky", "acme.example.com"))
    ],
    "inbound": [],
    "webhooks": [],  # no real one may hear of the demo's customers
    "agents": {"U0ANNA": {"initials": "AB"}, "U0LARS": {"initials": "LN"}, "U0EMMA": {"initials": "EC"}},
}
"""What the demo has in place of the team's own."""


def read(file: Path, language: str | None = None) -> dict[str, Any]:
    """Read a team's config and put the demo's channels, colleagues and accounts into it, and the `language` if any.

    Its values are not checked. Raises SettingsError with a line for each thing that the demo cannot play.
    """
    try:
        config = tomllib.loads(file.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError([f"{file}: cannot be read: {error}"]) from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError([f"{file}: is not valid TOML: {error}"]) from None
    desks = config.get("desk")
    if not isinstance(desks, list) or len(desks) != 1 or not isinstance(desks[0], dict):
        raise SettingsError([f"{file}: desk: the demo plays one desk; leave one [[desk]] in a copy of the file"])
    problems: list[str] = []
    desk = _played(desks[0], file.parent, problems)
    if language is not None:
        desk["language"] = language
    if problems:
        raise SettingsError([f"{file}: {problem}" for problem in problems])
    config.pop("crm", None)  # no real one may hear of the demo's customers
    return config | {"desk": [desk]}


def written(config: Mapping[str, Any]) -> str:
    """Write a config as TOML."""
    return "".join(f"{_value(key)} = {_value(value)}\n" for key, value in config.items())


_PEOPLE = ("approvers", "alone", "trainees")  # of the mandate: the demo has colleagues of its own


def _played(desk: Mapping[str, Any], folder: Path, problems: list[str]) -> dict[str, Any]:
    teams = [team for team in _tables(desk, "escalate_to") if isinstance(team, dict)]
    places = {desk.get("slack_channel"): CHANNEL, CHANNEL: CHANNEL, OTHER_CHANNEL: OTHER_CHANNEL}
    places |= {team.get("slack_channel"): OTHER_CHANNEL for team in teams}
    played = {**desk, **PLAYED}
    played.pop("roles", None)  # the demo's colleagues may do everything
    if isinstance(desk.get("mandate"), dict):
        played["mandate"] = {key: rule for key, rule in desk["mandate"].items() if key not in _PEOPLE}
    if "escalate_to" in desk:
        played["escalate_to"] = [{**team, "slack_channel": OTHER_CHANNEL} for team in teams[:1]]
    if "nags" in desk:
        played["nags"] = [_nag(step, places, problems) for step in _tables(desk, "nags")]
    if "listen" in desk:
        rules = [{**rule, "account": "x:acme"} for rule in _tables(desk, "listen") if isinstance(rule, dict)]
        # Rules for several networks become one: the demo's own account has one search for the same words.
        played["listen"] = list({str(rule.get("words")): rule for rule in rules}.values())
    roster = desk.get("roster")
    if isinstance(roster, str) and roster.lower().endswith(".ics") and "://" not in roster:
        played["roster"] = str((folder / roster).resolve())
    elif roster is not None:
        problems.append("desk.roster: the demo reads a calendar file alone, no address and no user group")
    return played


def _tables(desk: Mapping[str, Any], key: str) -> list[Any]:
    tables = desk.get(key)
    return tables if isinstance(tables, list) else []


def _nag(step: Any, places: Mapping[Any, str], problems: list[str]) -> Any:
    """Put the demo's channels into a step of the ladder."""
    if not isinstance(step, dict) or not isinstance(step.get("to"), list):
        return step
    problems += [
        f'desk.nags.to: the demo has no channel {to}; write "{OTHER_CHANNEL}" in its place'
        for to in step["to"]
        if isinstance(to, str) and to not in places and re.fullmatch("[CG][A-Z0-9]{2,}", to)
    ]
    return {**step, "to": [places.get(to, to) if isinstance(to, str) else to for to in step["to"]]}


def _value(value: Any) -> str:
    """Write one value on one line; a string in JSON is one in TOML too."""
    match value:
        case dict():
            return "{" + ", ".join(f"{_value(key)} = {_value(each)}" for key, each in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(_value, value)) + "]"
        case datetime() | date() | time():
            return value.isoformat()
        case float():
            return repr(value)
        case _:
            return json.dumps(value, ensure_ascii=False)
