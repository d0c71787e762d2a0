"""How lists are read on a Mastodon server: onwards from a cursor, or back to an instant.

Mastodon gives what comes just after an id (`min_id`); some servers know only what came before one (`max_id`), and some
neither.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from bot.networks.base import Gap, NotDone, Rejected
from bot.networks.failures import unreadable
from bot.networks.mastodon import parse
from bot.networks.mastodon.errors import ABSENT, NAME, Missing
from bot.networks.untrusted import mappings

log = logging.getLogger(__name__)

PAGE = 40  # the most that every server gives at once
MAX_PAGES = 40  # read backwards in one go
PAGES_AT_ONCE = 5  # read forwards; the cursor keeps the rest for the next poll

Item: TypeAlias = dict[str, Any]
"""What a list holds; its id is a string."""

_CURSOR = re.compile(r"(?=.*[0-9])[\w.:~-]{1,1000}")


class Listing:
    """One list of a server's, such as an account's notifications. `ask` asks for a page of it."""

    def __init__(self, ask: Callable[[dict[str, str]], Any], now: Callable[[], datetime]) -> None:
        self._ask = ask
        self._now = now

    def new(self, cursor: str | None, since: datetime) -> tuple[list[Item], str | None, Gap | None]:
        """Read what is new after the cursor; if there is none or it is none of this server's, what came after `since`.

        Returns it oldest first, with the next cursor.
        """
        if cursor and _CURSOR.fullmatch(cursor):
            try:
                read = self._after(cursor)
            except Missing:
                read = None
            except Rejected as error:
                if error.code not in ABSENT:
                    raise
                read = None
            if read is not None:
                return read, newest([{"id": cursor}, *read]), None
            # The cursor is dropped, or every poll would end here. A post that is fetched twice is stored once.
            log.warning("%s refuses the cursor; reading from %s on instead", NAME, since)
        read, gap = self.back_to(since)
        return read, newest(read), gap

    def _after(self, cursor: str) -> list[Item] | None:
        """Read onwards from the cursor, for as many pages as a poll reads; None if it is none of this server's."""
        read: list[Item] = []
        position = cursor
        for _ in range(PAGES_AT_ONCE):
            try:
                page = self.page({"min_id": position})
            except NotDone:
                if read:
                    break
                raise
            newer = [item for item in page if parse.order(item["id"]) > parse.order(position)]
            if len(newer) < len(page):  # the server does not know `min_id`, and always gives the newest
                is_other = parse.order(page[-1]["id"]) < parse.order(cursor)
                return None if is_other else self._down_to(cursor)
            if not newer:
                break
            read += newer
            position = newer[-1]["id"]
        return read

    def _down_to(self, cursor: str) -> list[Item]:
        read: list[Item] = []
        for page in self._backwards():
            newer = [item for item in page if parse.order(item["id"]) > parse.order(cursor)]
            read = newer + read
            if len(newer) < len(page):
                break
        return read

    def back_to(self, since: datetime) -> tuple[list[Item], Gap | None]:
        """Read back to an instant; return what came after it, and what is missing if that was too much."""
        read: list[Item] = []
        oldest, pages = self._now(), 0
        for page in self._backwards():
            pages += 1
            times = [parse.instant(item.get("created_at")) for item in page]
            read = [item for item, at in zip(page, times, strict=True) if at is None or at >= since] + read
            oldest = min([oldest, *filter(None, times)])
            if oldest < since:
                return read, None
        return read, Gap(since, oldest) if pages == MAX_PAGES else None

    def _backwards(self) -> Iterator[list[Item]]:
        """Yield pages, the newest first, each oldest first."""
        below: dict[str, str] = {}
        lowest: tuple[int, str] | None = None
        for _ in range(MAX_PAGES):
            page = [item for item in self.page(below) if lowest is None or parse.order(item["id"]) < lowest]
            if not page:
                return
            yield page
            lowest = parse.order(page[0]["id"])
            below = {"max_id": page[0]["id"]}
        log.warning("%s: stopped reading after %d pages", NAME, MAX_PAGES)

    def page(self, params: Mapping[str, str]) -> list[Item]:
        """Return a page, oldest first. What has no id cannot be read on from, and is left out."""
        body = self._ask({"limit": str(PAGE), **params})
        if not isinstance(body, list):
            raise unreadable(NAME, "GET", "a list")
        page = {id_: {**item, "id": id_} for item in mappings(body) if (id_ := parse.identifier(item.get("id")))}
        if body and not page:
            raise unreadable(NAME, "GET", "a list of things with ids")
        return [page[id_] for id_ in sorted(page, key=parse.order)]


def newest(items: Sequence[Item]) -> str | None:
    """Return the id of the newest of them."""
    return max((item["id"] for item in items), key=parse.order, default=None)


def read_places(cursor: str | None) -> dict[str, str]:
    """Read how far several lists were read, by their names; nothing from what is no such cursor."""
    try:
        stored = json.loads(cursor or "{}")
    except (ValueError, RecursionError):
        return {}
    return {str(name): str(place) for name, place in stored.items()} if isinstance(stored, dict) else {}


def write_places(places: Mapping[str, str]) -> str | None:
    return json.dumps(places, separators=(",", ":")) if places else None
