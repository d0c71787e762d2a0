"""What the desk asks of any customer system."""

from __future__ import annotations

from typing import Any, Protocol

from bot.domain.common.clean import clean
from bot.domain.customers.crm import Contact, Known, Opened, Question, Wanted

SECONDS = 10  # for one call
MOST_BYTES = 200_000


class CrmError(Exception):
    """The CRM did not do what was asked; it is to be left alone for `retry_after` seconds.

    `code` is one of WebError's, "credentials", "rate_limited" or "unreadable". `detail` holds no secret and no
    customer's words.
    """

    def __init__(self, code: str, detail: str = "", retry_after: float = 60) -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail
        self.retry_after = retry_after


class Crm(Protocol):
    """A customer system. Every call blocks for SECONDS at most, and raises only CrmError."""

    def look_up(self, question: Question) -> Known | None:
        """Return whom the CRM knows by any of it; None if nobody, or if it is not certain who."""
        ...

    def log_contact(self, contact: Contact) -> None:
        """Have the CRM know that we answered. It may be told twice, with the same key."""
        ...

    def open_ticket(self, wanted: Wanted) -> Opened: ...

    def verify(self) -> str:
        """Try the address and the secret, for `webcare check`; return what was found, in English."""
        ...


def text(value: Any, most: int = 500) -> str:
    """Return a text or a number that the CRM sent, in one line and not longer than that; empty for anything else.

    What nobody sees is left out: a database takes neither a lone surrogate nor, some of them, a NUL.
    """
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return ""
    return " ".join(clean(str(value)).split())[:most]
