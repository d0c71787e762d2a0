"""Translates Kundo's JSON into the desk's terms: dialogs, which people begin, and the comments below them.

A dialog's id is its number, a comment's that of its dialog and its own: "12.345".
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

from bot.domain.cases.mention import Author, Mention, Reference, ReferenceKind
from bot.networks.base import OwnPost, Sent
from bot.networks.html import text_of
from bot.networks.untrusted import Json, letters, link, mapping, string

LONGEST_NAME = 200
_SWEDEN = ZoneInfo("Europe/Stockholm")


@dataclass(frozen=True, slots=True)
class Entry:
    """A dialog or a comment. `of_us` says whether the forum's owner wrote it, and `after` whose words it follows."""

    dialog: int
    comment: int
    author: Author
    text: str
    at: datetime
    url: str
    of_us: bool
    after: str = ""

    @property
    def id(self) -> str:
        return f"{self.dialog}.{self.comment}" if self.comment else str(self.dialog)

    def mention(self) -> Mention:
        first = str(self.dialog)
        answers = (Reference(ReferenceKind.ANSWERS, first, self.url.partition("#")[0]),) if self.comment else ()
        return Mention(
            id=self.id,
            conversation=first,
            author=self.author,
            text=self.text,
            posted_at=self.at,
            url=self.url,
            in_reply_to=first if self.comment else None,
            references=answers,
        )

    def own(self) -> OwnPost:
        """Return it as an answer to what a customer wrote last: Kundo tells no more than the dialog."""
        return OwnPost(self.id, self.after or str(self.dialog), self.text, self.at, self.url, certain=False)

    def sent(self) -> Sent:
        return Sent(self.id, self.url, self.at)


def number(value: object) -> int:
    """Return a number that Kundo gave something, 0 if `value` is none."""
    textual = str(value) if type(value) is int else string(value)
    return int(textual) if textual.isascii() and textual.isdecimal() and len(textual) < 19 else 0


def dialog_of(post_id: str) -> int:
    return number(post_id.partition(".")[0])


def entry(item: Json, base: str, now: datetime, *, dialog: int = 0) -> Entry | None:
    """Return a comment of the `dialog`, or without that a dialog; None if it lacks a number or a text."""
    own_number, content = number(item.get("id")), item.get("text")
    if not own_number or not isinstance(content, str):
        return None
    thread = dialog or own_number
    words = [text_of(string(item.get("title"))), text_of(string(content))]
    address = string(item.get("absolute_url")) or f"/api/dialog/{thread}.json"
    return Entry(
        dialog=thread,
        comment=own_number if dialog else 0,
        author=_author(mapping(item.get("user")), thread),
        text="\n\n".join(filter(None, words)),
        at=_instant(item.get("pub_date"), now),
        url=link(urljoin(f"{base}/", address)),
        of_us=bool(dialog) and item.get("is_org_reply") is True,
    )


def comparable(words: str) -> str:
    """Reduce a text to its letters and digits, without what a forum's HTML changes."""
    return letters(unicodedata.normalize("NFKC", words).casefold())


def _author(user: Json, thread: int) -> Author:
    """Return who wrote it. Without a number, people are the same only within a dialog: many have the same name."""
    name = string(user.get("first_name"))[:LONGEST_NAME].strip() or "?"
    known = number(user.get("id"))
    return Author(id=str(known) if known else f"{thread}:{name}", handle=name, name=name)


def _instant(value: object, now: datetime) -> datetime:
    """Return an instant in UTC, not after now; Kundo writes the time of Sweden."""
    try:
        at = datetime.fromisoformat(string(value))
        known = (at if at.tzinfo else at.replace(tzinfo=_SWEDEN)).astimezone(UTC) if 2000 <= at.year < 2100 else now
    except ValueError:
        known = now
    return min(known, now)
