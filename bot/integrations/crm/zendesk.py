"""Zendesk Support, by its REST API (Ticketing API, version 2), with an agent's API token."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from bot.domain.customers.crm import Contact, Known, Opened, Question, Wanted
from bot.integrations.crm.base import CrmError, text
from bot.integrations.crm.http import exchange


class Zendesk:
    """`url` is such as https://acme.zendesk.com, `user` the mail address of the agent whose token it is."""

    def __init__(self, url: str, user: str, token: str) -> None:
        self._url = url.rstrip("/")
        self._headers = {"Authorization": "Basic " + b64encode(f"{user}/token:{token}".encode()).decode()}

    def look_up(self, question: Question) -> Known | None:
        """Look for a user by an external id, then by mail address, then by handle; the first that is certain counts."""
        for parameters, must_have in _searches(question):
            users = self._asked("GET", "users/search?" + urlencode(parameters)).get("users")
            found = [one for one in users if isinstance(one, dict)] if isinstance(users, list) else []
            sure = [one for one in found if not must_have or must_have in _words(one)]
            if len(sure) == 1 and (id_ := text(sure[0].get("id"))):
                line = text(sure[0].get("details"), 100) or text(sure[0].get("email"), 100)
                return Known(id_, text(sure[0].get("name"), 100), line, f"{self._url}/agent/users/{id_}")
        return None

    def log_contact(self, contact: Contact) -> None:
        """Add a private comment to the thread's ticket; Zendesk has no other place for a contact."""
        if contact.ticket:
            comment = {"body": f"{contact.text}\n\n{contact.url}", "public": False}
            self._asked("PUT", f"tickets/{contact.ticket}", {"ticket": {"comment": comment}})

    def open_ticket(self, wanted: Wanted) -> Opened:
        ticket: dict[str, Any] = {
            "subject": wanted.subject,
            "comment": {"body": wanted.text, "public": False},
            "external_id": wanted.key,
        }
        if wanted.known.isdecimal():
            ticket["requester_id"] = int(wanted.known)
        headers = {"Idempotency-Key": wanted.key}
        opened = self._asked("POST", "tickets", {"ticket": ticket}, headers).get("ticket")
        number = text(opened.get("id")) if isinstance(opened, dict) else ""
        if not number:
            raise CrmError("unreadable", "no ticket")
        return Opened(number, f"{self._url}/agent/tickets/{number}")

    def verify(self) -> str:
        me = self._asked("GET", "users/me").get("user")
        if not isinstance(me, dict) or not me.get("id"):  # Zendesk tells a wrong token apart by an anonymous user only
            raise CrmError("credentials", "anonymous")
        return f"signed in as {text(me.get('name'), 80)}"

    def _asked(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        sent = json.dumps(body).encode() if body is not None else None
        return exchange(method, f"{self._url}/api/v2/{path}", self._headers | dict(headers or {}), sent)


def _searches(question: Question) -> Iterator[tuple[dict[str, str], str]]:
    """Yield each search, and the word that whoever is found must have: a search by words also finds what is similar."""
    for external in (*question.identities, *question.numbers):
        yield {"external_id": external}, ""
    for address in question.addresses:
        yield {"query": f'email:"{address}"'}, address.lower()
    for handle in question.handles:
        bare = handle.partition(":")[2]
        yield {"query": f'"{bare}"'}, bare.lower()


def _words(user: Mapping[str, Any]) -> set[str]:
    """Return the words of a user by which they may be found."""
    named = [user.get(name) for name in ("email", "alias", "details", "notes", "external_id")]
    fields = user.get("user_fields")
    named += fields.values() if isinstance(fields, dict) else ()
    return {word.lstrip("@").lower() for value in named for word in text(value, 5_000).replace(",", " ").split()}
