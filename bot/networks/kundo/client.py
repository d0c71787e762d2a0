"""One forum at Kundo: what people write there, and what its owner answers as an editor."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import requests

from bot.domain.cases.mention import Reference
from bot.domain.reports.spend import Billed
from bot.networks.base import (
    Ambiguous,
    Count,
    Deed,
    Fetched,
    LookedUp,
    NetworkError,
    NotDone,
    Outgoing,
    OwnPost,
    OwnPosts,
    Rejected,
    Search,
    Sent,
    Upload,
)
from bot.networks.failures import json_of, no_address, unreadable
from bot.networks.kundo import parse
from bot.networks.kundo.errors import NAME, from_response
from bot.networks.kundo.parse import Entry
from bot.networks.kundo.spec import SPEC
from bot.networks.transport import Transport, bad_token, session
from bot.networks.untrusted import Json, mappings

PAGE = 50
MAX_PAGES = 40
WATCHED_PAGES = 5  # newest dialogs in which comments are noticed
WATCHED_EVERY = timedelta(minutes=5)
SWEPT = 10  # older dialogs whose comments one sweep reads; all that are watched get their turn within hours
CLOCKS_APART = timedelta(minutes=1)


class KundoAccount:
    """Implements bot.networks.base.Account. Safe to use from several threads.

    `api_key` has the mail address of the editor who answers, and a colon, before the key. `timeout` is in seconds.
    """

    def __init__(
        self, handle: str, *, api_key: str, api_url: str, timeout: float = 10.0, now: Callable[[], datetime]
    ) -> None:
        self.handle = handle
        self._base = api_url.rstrip("/")
        self.url = f"{self._base}/org/{handle}/"
        editor, _, key = api_key.rpartition(":")
        self._editor, self._key = editor.strip(), key.strip()
        self._now = now
        self._watched_at: dict[str, datetime] = {}
        self._swept: dict[str, int] = {}
        self._unread: set[int] = set()  # dialogs whose comments could not be read the last time
        self._transport = _Transport(timeout)
        self._session = session(self._transport)

    def fetch(self, cursor: str | None, since: datetime) -> Fetched:
        seen, entries = self._new("fetch", cursor, since)
        return Fetched(tuple(one.mention() for one in entries if not one.of_us), seen.written())

    def fetch_again(self, since: datetime) -> Fetched:
        entries = self._new("fetch", None, since, sweeps=True)[1]
        return Fetched(tuple(one.mention() for one in entries if not one.of_us), None)

    def own_posts(self, cursor: str | None, since: datetime) -> OwnPosts:
        seen, entries = self._new("own_posts", cursor, since, sweeps=cursor is None)
        return OwnPosts(tuple(one.own() for one in entries if one.of_us), seen.written())

    def shows(self, post: OwnPost, text: str) -> bool:
        return parse.comparable(post.text) == parse.comparable(text)

    def upload(self, picture: Upload) -> str:  # noqa: ARG002 - it takes none
        raise Rejected("picture", f"{NAME} shows no pictures of ours")

    def search(self, wanted: Search, cursor: str | None, since: datetime, most: int) -> Fetched:
        last, found = parse.number(cursor), dict[int, Entry]()
        for word in wanted.words:
            # Kundo gives ten dialogs at most, and neither pages nor times to search from.
            body = self._ask("GET", f"/api/search/{self.handle}/{quote(word, safe='')}.json")
            if not isinstance(body, list):
                raise unreadable(NAME, "GET", "a list")
            entries = (parse.entry(item, self._base, self._now()) for item in mappings(body))
            found |= {one.dialog: one for one in entries if one and one.dialog > last and (last or one.at >= since)}
        newest = [found[number] for number in sorted(found)][-most:]
        return Fetched(tuple(one.mention() for one in newest), str(max(found)) if found else None)

    def send(self, out: Outgoing) -> Sent:
        if out.private or out.in_reply_to is None:
            raise Rejected("invalid", f"{NAME} takes answers in public alone")
        began = self._now()
        body = {"text": out.text} | ({"useremail": self._editor} if self._editor else {})
        self._ask("POST", f"/api/comment/{self.handle}/{parse.dialog_of(out.in_reply_to)}.json", body)
        try:
            found = self.find_sent(out, began)
        except NetworkError as error:
            raise Ambiguous(error.detail) from None
        if found is None:
            raise Ambiguous(f"{NAME} took the answer and does not show it yet")
        return found

    def do(self, deed: Deed, post_id: str) -> None:
        raise ValueError(f"{deed} of {post_id}")

    def edit(self, post_id: str, text: str) -> None:  # noqa: ARG002 - its `can` has nothing of the kind
        raise ValueError(post_id)

    def find_sent(self, out: Outgoing, after: datetime) -> Sent | None:
        wanted, since = parse.comparable(out.text), after.replace(microsecond=0) - CLOCKS_APART
        for one in reversed(self._comments(parse.dialog_of(out.in_reply_to or "")) or []):
            if one.of_us and one.at >= since and parse.comparable(one.text) == wanted:
                return one.sent()
        return None

    def look_up(self, ids: tuple[str, ...], whole: frozenset[str] = frozenset()) -> LookedUp:
        wanted = dict.fromkeys([*ids, *whole])
        found: dict[str, Entry] = {}
        for dialog in dict.fromkeys(map(parse.dialog_of, wanted)):
            if str(dialog) in wanted and (first := self._dialog(dialog)):
                found[first.id] = first
            if any(parse.dialog_of(id_) == dialog and id_ != str(dialog) for id_ in wanted):
                found |= {one.id: one for one in self._comments(dialog) or []}
        if wanted and not found:
            self._require_forum()
        standing = tuple(found[id_].mention() for id_ in wanted if id_ in found)
        return LookedUp(frozenset(wanted) - found.keys(), standing)

    def referred_to(self, references: tuple[Reference, ...]) -> tuple[Reference, ...]:
        looked_up = {id_: self._dialog(parse.dialog_of(id_)) for id_ in {one.id for one in references}}
        if references and not any(looked_up.values()):
            self._require_forum()
        return tuple(_filled(one, looked_up[one.id]) for one in references)

    def clock_ahead(self) -> timedelta | None:
        return self._transport.clock_ahead

    def verify(self) -> str:
        try:
            self._ask("GET", f"/api/properties/{self.handle}.json")
            self._ask("GET", f"/api/taglist/{self.handle}.json")  # for who has a key alone
        except Rejected as error:
            detail = f"{NAME} knows no forum {self.handle}" if error.code == "gone" else error.detail
            raise Rejected("credentials", detail, ("api_key",)) from None
        return self.handle

    def count(self, out: Outgoing) -> Count:
        return Count(len(out.text), SPEC.text_limit)

    def settle(self, store: Callable[[Sequence[Billed]], None]) -> None:
        """Kundo bills nothing."""

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def _new(
        self, what: str, cursor: str | None, since: datetime, *, sweeps: bool = False
    ) -> tuple[_Seen, list[Entry]]:
        """Read what is new after the cursor; if there is none or it is none of ours, what was written after `since`.

        Lists tell how many comments a dialog has, so those of a dialog are read only where that changed. One that is
        written while another is deleted changes nothing; it is found where this `sweeps`.
        """
        older: list[int] = []
        before, found = _Seen.read(cursor), list[Entry]()
        seen = _Seen(before.newest)
        for dialog, comments in self._dialogs(what, before, since, sweeps=sweeps):
            if sweeps and comments and dialog.at < since:
                older.append(dialog.dialog)
            had, last = before.dialogs.get(dialog.dialog, (0, 0))
            below: list[Entry] | None = []
            is_new = dialog.dialog > before.newest if before.newest else dialog.at >= since
            if is_new:
                found.append(dialog)
            if comments != had and (is_new or dialog.dialog in before.dialogs or dialog.at >= since):
                below = self._below(dialog.dialog)
                found += [one for one in below or [] if one.comment > last and (last or is_new or one.at >= since)]
                last = max([last, *(one.comment for one in below or [])])
            seen.dialogs[dialog.dialog] = (had if below is None else comments, last)  # so that it is asked for again
            seen.newest = max(seen.newest, dialog.dialog)
        found += self._below_older(what, older, since)
        for number, had_last in before.dialogs.items():
            if len(seen.dialogs) < PAGE * WATCHED_PAGES:
                seen.dialogs.setdefault(number, had_last)
        return seen, sorted(found, key=lambda one: (one.at, one.dialog, one.comment))

    def _below_older(self, what: str, dialogs: list[int], since: datetime) -> list[Entry]:
        """Return the new comments of some older dialogs, of others each time."""
        first = self._swept.get(what, 0)
        turn = dialogs[first : first + SWEPT]
        self._swept[what] = first + SWEPT if first + SWEPT < len(dialogs) else 0
        return [one for dialog in turn for one in self._below(dialog) or [] if one.at >= since]

    def _below(self, dialog: int) -> list[Entry] | None:
        """Return a dialog's comments; None if they cannot be read, again: they would hold up all other dialogs.

        Raises NotDone the first time.
        """
        try:
            found = self._comments(dialog) or []
        except NotDone as error:
            if error.code != "rate_limited" and dialog in self._unread:
                return None
            self._unread.add(dialog)
            raise
        self._unread.discard(dialog)
        return found

    def _dialogs(self, what: str, before: _Seen, since: datetime, *, sweeps: bool) -> Iterator[tuple[Entry, int]]:
        """Yield the newest dialogs, each with how many comments it has; older ones now and then."""
        watched_at = self._watched_at.get(what)
        watches = sweeps or watched_at is None or self._now() - watched_at >= WATCHED_EVERY
        known: set[int] = set()
        for page in range(MAX_PAGES):
            listed = self._list(f"/api/{self.handle}.json", page, "-pub_date")
            if listed is None:
                raise self._no_forum()
            items = [(one, item) for item in listed if (one := parse.entry(item, self._base, self._now()))]
            fresh = [(one, item) for one, item in items if one.dialog not in known]
            known |= {one.dialog for one, _ in fresh}
            yield from ((one, parse.number(item.get("num_comments"))) for one, item in fresh)
            all_new = all(one.dialog > before.newest if before.newest else one.at >= since for one, _ in fresh)
            if not fresh or not (all_new or (watches and page + 1 < WATCHED_PAGES)):
                break
        if watches and not sweeps:
            self._watched_at[what] = self._now()

    def _require_forum(self) -> None:
        """Raise NotDone if the forum is not there: in one that was renamed, every dialog seems to be deleted."""
        if self._list(f"/api/{self.handle}.json", 0, "-pub_date") is None:
            raise self._no_forum()

    def _no_forum(self) -> NotDone:
        return NotDone(f"{NAME} knows no forum {self.handle}", NotDone.retry_after, "unreadable")

    def _comments(self, dialog: int) -> list[Entry] | None:
        """Return a dialog's comments, oldest first; None if it is gone."""
        found: dict[int, Entry] = {}
        for page in range(MAX_PAGES):
            listed = self._list(f"/api/comment/{self.handle}/{dialog}.json", page, "pub_date")
            if listed is None:
                return None
            read = [parse.entry(item, self._base, self._now(), dialog=dialog) for item in listed]
            fresh = [one for one in read if one and one.comment not in found]
            if not fresh:
                break
            found |= {one.comment: one for one in fresh}
        entries, customers = list[Entry](), ""
        for one in sorted(found.values(), key=lambda one: one.comment):
            entries.append(replace(one, after=customers))
            customers = customers if one.of_us else one.id
        return entries

    def _dialog(self, dialog: int) -> Entry | None:
        try:
            body = self._ask("GET", f"/api/dialog/{self.handle}/{dialog}.json")
        except Rejected as error:
            if error.code == "gone":
                return None
            raise
        found = parse.entry(next(mappings([body] if isinstance(body, dict) else body), {}), self._base, self._now())
        if found is None:
            raise unreadable(NAME, "GET", "a dialog")
        return found

    def _list(self, route: str, page: int, sort: str) -> list[Json] | None:
        """Return one page; None if what it lists is not there."""
        try:
            body = self._ask("GET", route, params={"start": page * PAGE, "limit": PAGE, "sort": sort})
        except Rejected as error:
            if error.code == "gone":
                return None
            raise
        if not isinstance(body, list):
            raise unreadable(NAME, "GET", "a list")
        return list(mappings(body))

    def _ask(
        self, method: str, route: str, body: dict[str, str] | None = None, params: dict[str, str | int] | None = None
    ) -> Any:
        """Return what a question brings; what is posted brings nothing that is read."""
        try:
            response = self._session.request(
                method,
                self._base + route,
                params={**(params or {}), "key": self._key},
                json=body,
                allow_redirects=False,
            )
        except requests.exceptions.InvalidHeader:
            raise bad_token(NAME) from None
        except (requests.RequestException, ValueError) as error:
            raise no_address(NAME, error) from None
        read = json_of(response)
        if read is None and method == "GET":
            raise unreadable(NAME, method, "JSON")
        return read


class _Transport(Transport):
    """Keeps addresses, which hold the key, out of what is logged with an error."""

    def __init__(self, timeout: float) -> None:
        super().__init__(NAME, from_response, timeout, keeps=False)

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        try:
            return super().send(request, *args, **kwargs)
        except NetworkError as error:
            raise error from None


@dataclass(slots=True)
class _Seen:
    """How far a forum was read: its newest dialog, and of the newest ones how many comments they had and the last."""

    newest: int = 0
    dialogs: dict[int, tuple[int, int]] = field(default_factory=dict)

    @classmethod
    def read(cls, cursor: str | None) -> _Seen:
        """Read a cursor; one that is none of ours says nothing."""
        try:
            stored: Any = json.loads(cursor or "{}")
            dialogs = {int(number): (int(had), int(last)) for number, (had, last) in stored["dialogs"].items()}
            return cls(int(stored["newest"]), dialogs)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return cls()

    def written(self) -> str | None:
        if not self.newest:
            return None
        return json.dumps({"newest": self.newest, "dialogs": self.dialogs}, separators=(",", ":"))


def _filled(reference: Reference, dialog: Entry | None) -> Reference:
    if dialog is None:
        return Reference(reference.kind, reference.id, reference.url, gone=True)
    author = dialog.author
    return Reference(reference.kind, reference.id, dialog.url, author.id, author.handle, dialog.text)
