"""Whom an event of a roster means: by Slack id, by e-mail address, or by name. Nobody is guessed."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from bot.domain.desk.names import plain_name
from bot.domain.desk.roster import Duty

_ID = re.compile(r"<@([UW][A-Z0-9]{2,})(?:\|[^>]*)?>|\b([UW](?=[A-Z0-9]*[0-9])[A-Z0-9]{4,})\b")
_ADDRESS = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
_ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_FIELDS = re.compile(r"\s-\s|[|\u2013\u2014:]")
_SEVERAL = re.compile(r"[,;&+/\n]|\s(?:and|en|och)\s", re.IGNORECASE)
_DUTY = re.compile(
    r"(?:on[- ]?call|duty|shift|roster|rooster|dienst|piket(?:dienst)?|jour|pass|beredskap|webcare|\W)+", re.IGNORECASE
)
_ABSENT = re.compile(
    r"(?<!\w)(?:not?|without|sick|ill|absent|away|unavailable|vacation|leave|pto|ooo"
    r"|(?<!bank )(?<!public )holidays?(?!\W+(?:shift|duty|cover|on\b|roster))"
    r"|off(?!\W*(?:hours?|peak)\b)|out(?!\W+of\W+(?:office\W+)?hours?\b)"
    r"|niet|geen|zonder|vrij|ziek|afwezig|vakantie|\w*verlof"
    r"|inte|ej|ingen|utan|sjuk|frånvarande|semester|\w*ledig"
    r"|nicht|kein|keine|ohne|frei|krank|abwesend|ferien|\w*urlaub)(?!\w)"
)
"""A word that says that somebody is away, in English, Dutch, Swedish or German."""


@dataclass(frozen=True, slots=True)
class Meant:
    """Whom one event means: agents by Slack id, and what it says of people whom the desk does not know."""

    agents: frozenset[str]
    unknown: tuple[str, ...]


def addresses(duty: Duty) -> tuple[str, ...]:
    """Return the e-mail addresses that say whose duty it is.

    These are the attendees and what the summary names. Whoever only wrote the event into the calendar counts if it
    says nothing more than "On call".
    """
    found = (*duty.attendees, *map(str.lower, _ADDRESS.findall(duty.summary)))
    if found or ids(duty) or not _DUTY.fullmatch(f" {duty.summary}"):
        return tuple(dict.fromkeys(found))
    return (duty.organizer,) if duty.organizer else ()


def ids(duty: Duty) -> tuple[str, ...]:
    """Return the Slack ids in the summary."""
    return tuple(dict.fromkeys(one or other for one, other in _ID.findall(duty.summary)))


def names(agents: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """Return who is called what: each agent by whole name and by first name, in small letters; given names by id."""
    called: dict[str, set[str]] = {}
    for agent, whole in agents.items():
        if words := plain_name(whole).casefold().split():
            for name in {" ".join(words), words[0]}:
                called.setdefault(name, set()).add(agent)
    return {name: frozenset(several) for name, several in called.items()}


def meant(
    duty: Duty, here: Collection[str], by_address: Mapping[str, str | None], by_name: Mapping[str, frozenset[str]]
) -> Meant:
    """Return whom the event means.

    `here` are the ids of the desk's agents. `by_address` has the agent of each of its `addresses`, or None. Names count
    only where there is neither an id nor an address: a whole name wherever it stands, a first name alone, and neither
    if two agents bear it. A summary that says that somebody is away means nobody.
    """
    if _says_absent(duty.summary, by_name):
        return Meant(frozenset(), ())
    written, named = addresses(duty), ids(duty)
    if not written and not named:
        return _by_names(duty.summary, by_name)
    found = {address: by_address.get(address) for address in written} | {agent: agent for agent in named}
    agents = {agent for agent in found.values() if agent in here}
    return Meant(frozenset(filter(None, agents)), tuple(said for said, agent in found.items() if agent not in here))


def names_in_vain(duty: Duty, by_name: Mapping[str, frozenset[str]]) -> bool:
    """Tell whether the event has nothing but names, and one that nobody bears."""
    if addresses(duty) or ids(duty) or _says_absent(duty.summary, by_name):
        return False
    return bool(_by_names(duty.summary, by_name).unknown)


def _says_absent(summary: str, by_name: Mapping[str, frozenset[str]]) -> bool:
    """Tell whether a summary has a word of absence that is not part of an agent's name."""
    text = " ".join(summary.casefold().split())
    if not _ABSENT.search(text):
        return False
    for name in by_name:
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", " ", text) if " " in name else text
    return _ABSENT.search(text) is not None


def _by_names(summary: str, by_name: Mapping[str, frozenset[str]]) -> Meant:
    fields = [_SEVERAL.split(field) for field in _FIELDS.split(_ASIDE.sub(" ", summary))]
    read = [[(part.strip(), _bearers(part, by_name)) for part in field if part.strip()] for field in fields]
    telling = [field for field in read if any(bearers for _, bearers in field)]
    if not telling:
        return Meant(frozenset(), (summary.strip() or "?",))
    parts = [part for field in telling for part in field]
    return Meant(
        frozenset(agent for _, bearers in parts if len(bearers) == 1 for agent in bearers),
        tuple(part for part, bearers in parts if len(bearers) != 1),
    )


def _bearers(part: str, by_name: Mapping[str, frozenset[str]]) -> frozenset[str]:
    words = " ".join(plain_name(part).casefold().split())
    if words in by_name:
        return by_name[words]
    return frozenset(
        agent
        for name, agents in by_name.items()
        if " " in name and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", words)
        for agent in agents
    )
