"""One account on Bluesky, read and answered through the XRPC methods of its server."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from bot.domain.cases.mention import Mention, Reference
from bot.domain.common import language
from bot.domain.reports.spend import Billed
from bot.networks.base import (
    Ambiguous,
    Count,
    Deed,
    Fetched,
    Gap,
    LookedUp,
    NotDone,
    Outgoing,
    OwnPost,
    OwnPosts,
    Rejected,
    Search,
    Sent,
    Upload,
)
from bot.networks.bluesky import parse, text, tid
from bot.networks.bluesky.errors import KEY
from bot.networks.bluesky.mark import Mark, mark
from bot.networks.bluesky.parse import LIKE, POST, Malformed
from bot.networks.bluesky.session import Params, Session
from bot.networks.bluesky.spec import SPEC
from bot.networks.failures import unreadable, uploading
from bot.networks.queries import term
from bot.networks.untrusted import Json, mapping, mappings, string

log = logging.getLogger(__name__)

PAGE = "100"
IMAGES = "app.bsky.embed.images"
MAX_PAGES = 50  # more mean a loop, or 5,000 mentions
MOST = MAX_PAGES * int(PAGE)
REASONS = ("mention", "reply", "quote")
# An account may be set so that it is told of those people alone whom it follows.
FROM_EVERYBODY: dict[str, str | Sequence[str]] = {"reasons": REASONS, "priority": "false"}
AT_ONCE = SPEC.can.looks_up

_SCHEME = re.compile(r"https?://", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Entry:
    """One line of a list: when it was made, by the server, and the address of its post."""

    at: datetime
    uri: str
    view: Json


_Pages = Callable[[], Iterator[list[_Entry]]]


class _EndlessError(Exception):
    """A list goes on for longer than is read at once, or leads back to where it was."""


class BlueskyAccount:
    """Implements bot.networks.base.Account. Safe to use from several threads.

    `timeout` is in seconds; `now` says which mentions are recent, and when a post was made that came without a time.
    """

    def __init__(
        self,
        handle: str,
        *,
        app_password: str,
        api_url: str = SPEC.api_url,
        timeout: float = 10.0,
        now: Callable[[], datetime],
    ) -> None:
        self.handle = handle
        self.url = f"https://bsky.app/profile/{handle}"
        self._now = now
        self._unshown: set[str] = set()  # posts that could not be asked for the last time
        self._server = Session(handle, app_password, api_url, timeout)

    def fetch(self, cursor: str | None, since: datetime) -> Fetched:
        read = Mark.read(cursor)
        entries, gap = self._read(self._notifications, read.low if read else since)
        new = [entry for entry in entries if not (read and read.has(entry.uri))]
        mentions = self._mentions(new)
        if read is None:
            mentions = [mention for mention in mentions if mention.posted_at >= since]
        after = mark([(entry.at, entry.uri) for entry in entries], read, self._now())
        return Fetched(tuple(mentions), str(after) if after else None, gap)

    def fetch_again(self, since: datetime) -> Fetched:
        entries, _ = self._read(self._notifications, since)
        return Fetched(tuple(self._mentions(entries)), None)

    def own_posts(self, cursor: str | None, since: datetime) -> OwnPosts:
        read = Mark.read(cursor)
        entries, _ = self._read(self._records, read.low if read else since)
        found = [
            post
            for entry in entries
            if not (read and read.has(entry.uri)) and (post := self._own_post(entry)) and (read or post.at >= since)
        ]
        after = mark([(entry.at, entry.uri) for entry in entries], read, self._now())
        return OwnPosts(tuple(sorted(found, key=lambda post: post.at)), str(after) if after else None)

    def shows(self, post: OwnPost, text: str) -> bool:
        return _comparable(post.text) == _comparable(text)

    def upload(self, picture: Upload) -> str:
        with uploading():
            blob = self._server.upload(picture.data, picture.kind).get("blob")
            if not isinstance(blob, dict):
                raise unreadable("Bluesky", "POST", "a picture's blob")
        sides = {"width": picture.width, "height": picture.height}
        return json.dumps({"image": blob, "alt": picture.alt, "aspectRatio": sides})

    def search(self, wanted: Search, cursor: str | None, since: datetime, most: int) -> Fetched:
        read = Mark.read(cursor)
        low, entries, gap = read.low if read else since, dict[str, _Entry](), None
        for word in wanted.words:
            where = {"q": term(word), "sort": "latest", "since": _instant(low)}
            found, missed = self._read(partial(self._found, where), low, most)
            entries |= {entry.uri: entry for entry in found}
            gap = gap or missed
        new = [entry for entry in entries.values() if not (read and read.has(entry.uri))]
        own = self._server.did
        views = [entry.view for entry in new if parse.author_of(entry.uri) != own and (read or entry.at >= since)]
        mentions = [mention for view in views if (mention := self._mention(view))]
        after = mark([(entry.at, entry.uri) for entry in entries.values()], read, self._now())
        oldest_first = sorted(mentions, key=lambda mention: (mention.posted_at, parse.record_key(mention.id)))
        if len(oldest_first) > most:
            oldest_first = oldest_first[-most:]
            gap = gap or Gap(low, oldest_first[0].posted_at)
        return Fetched(tuple(oldest_first), str(after) if after else None, gap)

    def send(self, out: Outgoing) -> Sent:
        at = self._written_at(out)
        record: Json = {"$type": POST, "text": out.text, "createdAt": _instant(at)}
        whose: dict[str, str] = {}
        if out.in_reply_to is not None:
            parent = self._standing(out.in_reply_to)
            if parse.is_closed(parent):
                raise Rejected("limited", "the post cannot be answered by this account")
            record["reply"] = {"root": self._root(parent), "parent": parse.reference(parent)}
            author = mapping(parent.get("author"))
            whose[string(author.get("handle")).lower()] = string(author.get("did"))
        if facets := text.facets(out.text, lambda handle: self._did_of(handle, whose)):
            record["facets"] = facets
        if spoken := language.certain(out.text):
            record["langs"] = [spoken]
        if out.picture:
            record["embed"] = {"$type": IMAGES, "images": [json.loads(out.picture)]}
        return self._sent(self._put(POST, self._record_key(out), record), at)

    def edit(self, post_id: str, text: str) -> None:  # noqa: ARG002 - its `can` has nothing of the kind
        raise ValueError(post_id)

    def find_sent(self, out: Outgoing, after: datetime) -> Sent | None:  # noqa: ARG002 - its key finds it
        where = {"repo": self._server.did, "collection": POST, "rkey": self._record_key(out)}
        try:
            found = self._server.get("com.atproto.repo.getRecord", where)
        except Rejected as error:
            if error.code == "gone":
                return None
            raise
        uri = parse.identifier(found.get("uri"))
        if uri != self._address(where["rkey"]):
            raise unreadable("Bluesky", "GET", "the record that was asked for")
        return self._sent(uri, parse.instant(mapping(found.get("value")).get("createdAt")))

    def do(self, deed: Deed, post_id: str) -> None:
        match deed:
            case Deed.LIKE:
                view = self._standing(post_id)
                if not string(mapping(view.get("viewer")).get("like")):
                    # Likes are not unique, so ours has a key that comes of the post.
                    key = tid.made_for(f"like {post_id}", parse.instant(view.get("indexedAt")) or self._now())
                    subject = {"subject": parse.reference(view), "createdAt": _instant(self._now())}
                    self._put(LIKE, key, {"$type": LIKE, **subject})
            case Deed.TAKE_BACK:
                key = parse.record_key(post_id)
                if post_id != self._address(key):
                    raise Rejected("forbidden", "it is no post of this account")
                where: Json = {"repo": self._server.did, "collection": POST, "rkey": key}
                self._server.post("com.atproto.repo.deleteRecord", where)
            case _:
                raise ValueError(deed)

    def look_up(self, ids: tuple[str, ...], whole: frozenset[str] = frozenset()) -> LookedUp:
        wanted = [id_ for id_ in dict.fromkeys([*ids, *whole]) if parse.identifier(id_)]
        views = self._views(wanted)
        standing = [mention for view in views.values() if (mention := self._mention(view))]
        return LookedUp(frozenset(wanted) - views.keys(), tuple(standing))

    def referred_to(self, references: tuple[Reference, ...]) -> tuple[Reference, ...]:
        ids = dict.fromkeys(reference.id for reference in references if parse.identifier(reference.id))
        views, own = self._views(list(ids)), self._server.did
        return tuple(parse.filled(reference, views.get(reference.id), own, self.handle) for reference in references)

    def clock_ahead(self) -> timedelta | None:
        return self._server.clock_ahead

    def verify(self) -> str:
        handle = self._server.handle
        if handle.lower() != self.handle.lower() and handle != parse.NOBODYS:
            raise Rejected("credentials", f"it acts for @{handle[:100] or '?'}, the desk for @{self.handle}", KEY)
        self._page("app.bsky.notification.listNotifications", {"limit": "1"} | FROM_EVERYBODY, "notifications")
        return self.handle

    def count(self, out: Outgoing) -> Count:
        return text.count(out.text)

    def settle(self, store: Callable[[Sequence[Billed]], None]) -> None:
        """Bluesky bills nothing."""

    def close(self) -> None:
        """Close the connections."""
        self._server.close()

    def _read(self, pages: _Pages, low: datetime, most: int = MOST) -> tuple[list[_Entry], Gap | None]:
        """Read a list, newest first, down to a time; return also what is missing if it has over `most` or no end."""
        entries: dict[str, _Entry] = {}
        oldest = self._now()
        try:
            for page in pages():
                entries |= {entry.uri: entry for entry in page if entry.at >= low}
                if page and page[-1].at < low and page[-1].at <= page[0].at:
                    break
                oldest = min([oldest, *(entry.at for entry in page)])
                if len(entries) > most:
                    raise _EndlessError
        except _EndlessError:
            log.warning("Bluesky lists more than the desk reads at once")
            return list(entries.values()), Gap(low, max(low, oldest))
        return list(entries.values()), None

    def _notifications(self) -> Iterator[list[_Entry]]:
        for page in self._pages("app.bsky.notification.listNotifications", FROM_EVERYBODY, "notifications"):
            yield [
                _Entry(at, uri, line)
                for line in page
                if (uri := parse.identifier(line.get("uri")))
                and (at := parse.instant(line.get("indexedAt")))
                and line.get("reason") in REASONS
            ]

    def _found(self, where: Params) -> Iterator[list[_Entry]]:
        for page in self._pages("app.bsky.feed.searchPosts", where, "posts"):
            yield [
                _Entry(at, uri, view)
                for view in page
                if (uri := parse.identifier(view.get("uri"))) and (at := parse.instant(view.get("indexedAt")))
            ]

    def _records(self) -> Iterator[list[_Entry]]:
        where = {"repo": self._server.did, "collection": POST}
        for page in self._pages("com.atproto.repo.listRecords", where, "records"):
            yield [
                _Entry(at, uri, mapping(line.get("value")))
                for line in page
                if (uri := parse.identifier(line.get("uri"))) and (at := _recorded_at(uri, mapping(line.get("value"))))
            ]

    def _pages(self, method: str, where: Params, holds: str) -> Iterator[list[Json]]:
        asked: set[str] = set()
        cursor = ""
        while cursor not in asked and len(asked) < MAX_PAGES:
            asked.add(cursor)
            found = self._page(method, {**where, "limit": PAGE} | ({"cursor": cursor} if cursor else {}), holds)
            page = list(mappings(found.get(holds)))
            yield page
            cursor = string(found.get("cursor"))
            if not cursor or (not page and cursor in asked):
                return
        raise _EndlessError

    def _page(self, method: str, params: Params, holds: str) -> Json:
        found = self._server.get(method, params)
        if not isinstance(found.get(holds), list):
            # Taking this for the end would move the mark past mentions that were never seen.
            raise unreadable("Bluesky", "GET", f"a list of {holds}")
        return found

    def _mentions(self, entries: Iterable[_Entry]) -> list[Mention]:
        """Return these posts as they are now, without our own; what the server shows no more, as it was told of."""
        others = {entry.uri: entry.view for entry in entries if parse.author_of(entry.uri) != self._server.did}
        views = others | self._shown(list(others))
        found = [mention for view in views.values() if (mention := self._mention(view))]
        return sorted(found, key=lambda mention: (mention.posted_at, parse.record_key(mention.id)))

    def _shown(self, uris: list[str]) -> dict[str, Json]:
        """Return the views of new mentions.

        Raises NotDone the first time that the server fails to give one; one that it never gives would hold up all
        others, so the second time they are all taken as it was told of them.
        """
        try:
            views = self._views(uris)
        except NotDone as error:
            known = self._unshown.intersection(uris)
            self._unshown = set(uris)
            if error.code == "rate_limited" or not known:
                raise
            return {}
        self._unshown.difference_update(uris)
        return views

    def _views(self, uris: list[str]) -> dict[str, Json]:
        """Return the server's views of posts by their addresses; those that it does not show are missing."""
        found: dict[str, Json] = {}
        asked = frozenset(uris)
        for start in range(0, len(uris), AT_ONCE):
            page = self._page("app.bsky.feed.getPosts", {"uris": uris[start : start + AT_ONCE]}, "posts")
            views = {parse.identifier(view.get("uri")): view for view in mappings(page.get("posts"))}
            found |= {uri: view for uri, view in views.items() if uri in asked}
        return found

    def _mention(self, view: Json) -> Mention | None:
        try:
            return parse.mention(view, self._server.did, self.handle)
        except Malformed as error:
            log.warning("Bluesky post %s is left out: %s", parse.identifier(view.get("uri")) or "?", error)
            return None

    def _own_post(self, entry: _Entry) -> OwnPost | None:
        return parse.own_post(
            entry.uri, entry.view, self.handle, parse.instant(entry.view.get("createdAt")) or entry.at
        )

    def _standing(self, uri: str) -> Json:
        """Return the view of a post: Bluesky takes replies to, and likes of, what is deleted. Raises Rejected."""
        view = self._views([uri]).get(uri) if parse.identifier(uri) else None
        if view is None:
            raise Rejected("gone", "Bluesky does not show the post")
        if not string(view.get("cid")):
            raise unreadable("Bluesky", "GET", "a post with its version")
        return view

    def _root(self, parent: Json) -> Json:
        """Return what a reply names the beginning of the conversation by; a deleted one as its replies name it."""
        uri = parse.root_of(mapping(parent.get("record")))
        if not uri or uri == parent.get("uri"):
            return parse.reference(parent)
        view = self._views([uri]).get(uri) or mapping(mapping(mapping(parent.get("record")).get("reply")).get("root"))
        return parse.reference(view)

    def _did_of(self, handle: str, known: dict[str, str]) -> str:
        name = handle.lower()
        if name not in known:
            try:
                found = self._server.get("com.atproto.identity.resolveHandle", {"handle": name})
            except Rejected as error:
                if error.code == "credentials":
                    raise
                found = {}  # nobody's: it stays text
            known[name] = string(found.get("did"))
        return known[name]

    def _put(self, collection: str, key: str, record: Json) -> str:
        body: Json = {"repo": self._server.did, "collection": collection, "rkey": key, "record": record}
        put = self._server.post("com.atproto.repo.putRecord", body)
        uri = string(put.get("uri"))
        if uri != self._address(key, collection):
            raise Ambiguous("Bluesky took the record but did not say where it is")
        return uri

    def _record_key(self, out: Outgoing) -> str:
        return tid.made_for(out.key or f"{out.in_reply_to} {out.text}", self._written_at(out))

    def _written_at(self, out: Outgoing) -> datetime:
        return out.at or self._now()

    def _address(self, key: str, collection: str = POST) -> str:
        return f"at://{self._server.did}/{collection}/{key}"

    def _sent(self, uri: str, at: datetime | None) -> Sent:
        return Sent(uri, f"{self.url}/post/{parse.record_key(uri)}", at)


def _recorded_at(uri: str, record: Json) -> datetime | None:
    return tid.time_of(parse.record_key(uri)) or parse.instant(record.get("createdAt"))


def _comparable(words: str) -> str:
    return " ".join(_SCHEME.sub("", words).split())


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
