"""What a customer system (CRM) is asked and told, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.common.plain import FromNetwork


@dataclass(frozen=True, slots=True)
class Question:
    """By what somebody may be known: identities such as "x:77", handles such as "x:jan", numbers, mail addresses."""

    identities: tuple[str, ...]
    handles: tuple[str, ...]
    numbers: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Known(FromNetwork):
    """Somebody whom the CRM knows: its own name of them, what people call them, a line about them, and where it is."""

    id: str
    name: str
    line: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """A public reply of ours that was sent. `known` is the CRM's name of the customer, `ticket` the thread's."""

    key: str
    thread: int
    text: str
    url: str
    at: str
    known: str = ""
    ticket: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A ticket to be opened. The same `key` is the same ticket, however often it is asked for."""

    key: str
    thread: int
    subject: str
    text: str
    known: str = ""


@dataclass(frozen=True, slots=True)
class Opened(FromNetwork):
    """A ticket, by its number for people, and where it is."""

    number: str
    url: str = ""
