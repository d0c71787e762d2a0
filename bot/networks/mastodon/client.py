"""One account on a Mastodon server, or on one that speaks Mastodon's API in part."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, TypeAlias
from urllib.parse import quote

import requests

from bot.domain.cases.mention import Mention, Reference
from bot.domain.reports.spend import Billed
from bot.networks.base import (
    OF_THE_ACCOUNT,
    Ambiguous,
    Count,
    Deed,
    Fetched,
    Gap,
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
from bot.networks.failures import json_of, no_address, unreadable, uploading
from bot.networks.mastodon import parse, text
from bot.networks.mastodon.errors import ABSENT, NAME, MastodonLimits, Missing, from_response
from bot.networks.mastodon.pages import PAGE, Item, Listing, newest, read_places, write_places
from bot.networks.mastodon.parse import Home, Malformed
from bot.networks.mastodon.roots import Roots
from bot.networks.mastodon.spec import SPEC
from bot.networks.queries import term
from bot.networks.transport import Transport, bad_token, session
from bot.networks.untrusted import Json, mapping, mappings, string

log = logging.getLogger(__name__)

THREADS_AT_ONCE = 60  # asked for, each by a request of its own; the cursor keeps the rest for the next poll
CLOCKS_APART = timedelta(minutes=1)
LOOKS = 10  # for a picture that the server is not done with
LOOK_SECONDS = 0.5
SEARCH_PAGES = 5

Listed: TypeAlias = Callable[[str | None, datetime], tuple[list[Item], str | None, Gap | None]]
"""Returns what is new in a list after a cursor, or without one since an instant, with the next cursor."""


class MastodonAccount:
    """Implements bot.networks.base.Account. Safe to use from several threads.

    `timeout` is in seconds.
    """

    def __init__(
        self, handle: str, *, access_token: str, api_url: str, timeout: float = 10.0, now: Callable[[], datetime]
    ) -> None:
        self.handle = handle
        self._home = Home.of(handle)
        self.url = f"https://{self._home.host}/@{self._home.local}"
        self._api_url = api_url.rstrip("/")
        self._now = now
        self._own_id = ""
        self._limit, self._url_length, self._limits_known = SPEC.text_limit, text.URL_LENGTH, False
        self._lists_ids = True
        self._roots = Roots()
        self._untold: set[str] = set()  # posts whose thread could not be asked for once
        # Some servers close connections without a word, and what is sent on such a one is perhaps a reply.
        self._transport = Transport(NAME, from_response, timeout, MastodonLimits(), keeps=False)
        self._session = session(self._transport)
        self._session.headers.update(
            {
                "Authorization": f"Bearer {access_token}",
                "Accept": "application/json",
                "Accept-Language": "en",  # the language of refusals, which are told apart by their words
                "User-Agent": "webcare-desk",
            }
        )

    def fetch(self, cursor: str | None, since: datetime) -> Fetched:
        notifications, position, gap = self._notifications().new(cursor, since)
        mentions, read = self._mentions(notifications)
        if len(read) < len(notifications):  # the cursor keeps the rest for the next poll
            position = newest(read)
        self._learn_limits()
        return Fetched(mentions, position, gap)

    def fetch_again(self, since: datetime) -> Fetched:
        notifications, gap = self._notifications().back_to(since)
        return Fetched(self._mentions(notifications)[0], None, gap)

    def own_posts(self, cursor: str | None, since: datetime) -> OwnPosts:
        statuses, position, _ = self._own_statuses().new(cursor, since)
        posts = (parse.own_post(status, self._home, self._now()) for status in statuses)
        return OwnPosts(tuple(filter(None, posts)), position)

    def shows(self, post: OwnPost, text_: str) -> bool:
        return text.comparable(post.text) == text.comparable(text_)

    def upload(self, picture: Upload) -> str:
        self._known_id()
        with uploading():
            file = {"file": (f"picture.{picture.kind.partition('/')[2]}", picture.data, picture.kind)}
            body = mapping(self._ask("POST", "/api/v2/media", data={"description": picture.alt}, files=file))
            media = parse.identifier(body.get("id"))
            if not media:
                raise unreadable(NAME, "POST", "a picture with its id")
            for _ in range(LOOKS):
                if string(body.get("url")):
                    return media
                time.sleep(LOOK_SECONDS)  # the server still makes it smaller, and takes no post with it before
                body = mapping(self._ask("GET", f"/api/v1/media/{quote(media, safe='')}"))
        raise NotDone(f"{NAME} is still busy with a picture", LOOKS * LOOK_SECONDS)

    def search(self, wanted: Search, cursor: str | None, since: datetime, most: int) -> Fetched:
        places, found, missed = read_places(cursor), dict[str, Item](), list[Gap]()
        for word in wanted.words:
            for name, ask in self._searches(word).items():
                statuses, place, gap = ask(places.get(name), since)
                if place:
                    places[name] = place
                found |= {status["id"]: status for status in statuses}
                missed += [gap] if gap else []
        public = [one for one in found.values() if parse.is_for_all(one) and not self._home.is_us(one)]
        newest_last = sorted(public, key=lambda status: parse.order(status["id"]))
        if len(newest_last) > most:
            passed, newest_last = newest_last[:-most], newest_last[-most:]
            until = parse.instant(newest_last[0].get("created_at")) or self._now()
            missed.append(Gap(parse.instant(passed[0].get("created_at")) or since, until))
        mentions = (self._mention(status, None) for status in newest_last)
        gap = Gap(min(one.since for one in missed), max(one.until for one in missed)) if missed else None
        return Fetched(tuple(filter(None, mentions)), write_places(places), gap)

    def send(self, out: Outgoing) -> Sent:
        self._known_id()
        answered = self._answered(out)
        private = out.private or (answered is not None and parse.is_private(answered))
        form = {"status": text.addressed(out.text, self._addressee(out, answered), self._home.host, private=private)}
        form["visibility"] = "direct" if private else parse.visibility(answered) if answered else "public"
        if answered is not None:
            form["in_reply_to_id"] = out.in_reply_to or ""
            form |= self._as_asked(answered, form["status"])
        if out.picture:
            form["media_ids[]"] = out.picture
        headers = {"Idempotency-Key": out.key} if out.key else {}
        body = self._ask("POST", "/api/v1/statuses", data=form, headers=headers)
        posted = parse.post_id(mapping(body).get("id"))
        if not posted:
            raise Ambiguous(f"{NAME} took the reply but did not say which id it has")
        if out.in_reply_to and (root := self._roots.get(out.in_reply_to)):
            self._roots.keep([posted], root)
        return self._sent(mapping(body))

    def do(self, deed: Deed, post_id: str) -> None:
        match deed:
            case Deed.LIKE:
                self._ask("POST", f"/api/v1/statuses/{quote(post_id, safe='')}/favourite")
            case Deed.TAKE_BACK:
                self._ask("DELETE", f"/api/v1/statuses/{quote(post_id, safe='')}")
            case _:
                raise ValueError(deed)

    def edit(self, post_id: str, text_: str) -> None:
        route = f"/api/v1/statuses/{quote(post_id, safe='')}"
        written = text.addressed(text_, "", self._home.host, private=False)
        source = mapping(self._ask("GET", f"{route}/source"))
        if source.get("text") == written:
            return
        status = mapping(self._ask("GET", route))
        # The server drops what an edit does not name.
        form: dict[str, str | list[str]] = {
            "status": written,
            "media_ids[]": [parse.identifier(one.get("id")) for one in mappings(status.get("media_attachments"))],
            "spoiler_text": string(source.get("spoiler_text")),
            "sensitive": "true" if status.get("sensitive") is True else "false",
            "language": string(status.get("language")),
        }
        self._ask("PUT", route, data={name: value for name, value in form.items() if value})

    def find_sent(self, out: Outgoing, after: datetime) -> Sent | None:
        wanted = text.comparable(out.text)
        recent, _ = self._own_statuses().back_to(after - CLOCKS_APART)
        for status in [*recent, *self._replies_to(out.in_reply_to)]:
            if (parse.post_id(status.get("in_reply_to_id")) or None) != out.in_reply_to or status.get("reblog"):
                continue
            at = parse.instant(status.get("created_at"))
            if at is not None and at < after - CLOCKS_APART:
                continue
            try:
                shown = text.comparable(parse.body(status, self._home))
            except Malformed:
                continue
            if shown == wanted and parse.post_id(status.get("id")):
                return self._sent(status)
        return None

    def look_up(self, ids: tuple[str, ...], whole: frozenset[str] = frozenset()) -> LookedUp:
        wanted = list(dict.fromkeys([*ids, *whole]))
        found = self._listed(wanted)
        gone: set[str] = set()
        for id_ in wanted:
            # What a list leaves out is asked for by itself: only a "not found" says that it is gone.
            if id_ not in found:
                status = self._shown(id_)
                if status is None:
                    gone.add(id_)
                elif parse.post_id(status.get("id")) == id_:
                    found[id_] = status
        standing = (self._mention(status, None) for status in found.values())
        return LookedUp(frozenset(gone), tuple(filter(None, standing)))

    def referred_to(self, references: tuple[Reference, ...]) -> tuple[Reference, ...]:
        looked_up = {id_: self._shown(id_) for id_ in {reference.id for reference in references}}
        return tuple(
            Reference(one.kind, one.id, one.url, one.author_id, one.handle, gone=True)
            if (status := looked_up[one.id]) is None
            else parse.filled(one, status, self._home)
            for one in references
        )

    def clock_ahead(self) -> timedelta | None:
        return self._transport.clock_ahead

    def verify(self) -> str:
        with _blaming("access_token"):
            account = self._me()
            name = string(account.get("username"))
            if name.lower() != self._home.local.lower():
                raise Rejected("credentials", f"it acts for @{name}, the desk for @{self.handle}")
            self._notifications().page({"limit": "1"})
            self._require_scopes()
        self._learn_limits()
        return f"{name}@{self._home.host}"

    def count(self, out: Outgoing) -> Count:
        posted = text.addressed(out.text, out.to, self._home.host, private=out.private)
        return Count(text.length(posted, self._url_length), self._limit)

    def settle(self, store: Callable[[Sequence[Billed]], None]) -> None:
        """Mastodon bills nothing."""

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def _searches(self, word: str) -> dict[str, Listed]:
        """Return where a word is looked for: under its tag, and in words where the server can search for them."""
        tag = word.removeprefix("#")
        asked: dict[str, Listed] = {}
        if tag.isidentifier() or tag.isalnum():
            asked[f"#{tag}"] = self._listing(f"/api/v1/timelines/tag/{quote(tag, safe='')}", {}).new
        if not word.startswith("#"):
            asked[word] = lambda cursor, since: self._with_words(word, cursor, since)
        return asked

    def _with_words(self, word: str, cursor: str | None, since: datetime) -> tuple[list[Item], str | None, Gap | None]:
        """Return posts with a word, newer than the cursor or `since`; none where the server searches for no words."""
        found: dict[str, Item] = {}
        gap = None
        for _ in range(SEARCH_PAGES):
            where = {"q": term(word), "type": "statuses", "limit": str(PAGE), "offset": str(len(found))}
            try:
                body = self._ask("GET", "/api/v2/search", params=where)
            except Rejected as error:
                if error.code not in ABSENT:
                    raise
                break
            listed = mappings(mapping(body).get("statuses"))
            page = {id_: one for one in listed if (id_ := parse.post_id(one.get("id")))}
            fresh = {
                id_: {**one, "id": id_}
                for id_, one in page.items()
                if id_ not in found and self._is_newer(one, id_, cursor, since)
            }
            found |= fresh
            if not fresh or len(fresh) < len(page):
                break
        else:
            oldest = min(filter(None, (parse.instant(one.get("created_at")) for one in found.values())), default=since)
            gap = Gap(since, max(since, oldest))
        return list(found.values()), newest([*found.values(), *([{"id": cursor}] if cursor else [])]), gap

    def _is_newer(self, status: Json, id_: str, cursor: str | None, since: datetime) -> bool:
        if cursor:
            return parse.order(id_) > parse.order(cursor)
        return (parse.instant(status.get("created_at")) or self._now()) >= since

    def _answered(self, out: Outgoing) -> Json | None:
        """Return the post that is answered: how widely it can be read decides how widely the answer can.

        Raises Rejected if it is gone; some servers would take an answer to it.
        """
        if out.in_reply_to is None:
            return None
        status = self._status(out.in_reply_to)
        if status is None:
            raise Rejected("gone", f"{NAME} has no such post")
        if not parse.post_id(status.get("id")):
            raise unreadable(NAME, "GET", "a post")
        return status

    def _addressee(self, out: Outgoing, answered: Json | None) -> str:
        """Return whom to name: who wrote what is answered, as our server calls them. Below our own it is not us."""
        if answered is None or self._home.is_us(answered):
            return out.to
        return parse.acct_of(mapping(answered.get("account"))) or out.to

    def _as_asked(self, answered: Json, posted: str) -> dict[str, str]:
        """Return the answered post's language and its content warning, as much of that as has room."""
        as_asked: dict[str, str] = {}
        if spoken := parse.language(answered):
            as_asked["language"] = spoken
        warning = string(answered.get("spoiler_text")).strip()
        room = self._limit - text.length(posted, self._url_length)
        if warning and room > 0:
            as_asked["spoiler_text"] = text.shortened(warning, room)
        return as_asked

    def _sent(self, status: Json) -> Sent:
        id_ = parse.post_id(status.get("id"))
        at = parse.instant(status.get("created_at")) or self._now()
        return Sent(id_, string(status.get("url")) or f"{self.url}/{id_}", at)

    def _mentions(self, notifications: Sequence[Item]) -> tuple[tuple[Mention, ...], Sequence[Item]]:
        """Return the mentions, and the notifications that were read.

        If a thread cannot be asked for, these are the ones before it; raises NotDone if that is the first one. The same
        goes for the one that is too many to be asked for at once.
        """
        found: dict[str, Mention] = {}
        asked = 0
        for place, notification in enumerate(notifications):
            status = mapping(notification.get("status"))
            if notification.get("type") != "mention" or self._home.is_us(status):
                continue
            asked += self._known_root(status) is None
            if asked > THREADS_AT_ONCE:
                return tuple(found.values()), notifications[:place]
            try:
                mention = self._mention(status, parse.instant(notification.get("created_at")))
            except NotDone:
                if place == 0:
                    raise
                return tuple(found.values()), notifications[:place]
            if mention:
                found.setdefault(mention.id, mention)
        return tuple(found.values()), notifications

    def _mention(self, status: Json, seen_at: datetime | None) -> Mention | None:
        id_ = parse.post_id(status.get("id"))
        try:
            return parse.mention(status, self._root(status) if id_ else "", self._home, seen_at, self._now())
        except Malformed as error:
            log.warning("Mastodon post %s is left out: %s", id_ or "?", error)
            return None

    def _root(self, status: Json) -> str:
        """Return the id of the first post of its thread that we can see.

        Raises NotDone the first time that the server cannot tell; one that never can would hold up all others, so the
        second time the post begins a thread below its parent.
        """
        id_, parent = parse.post_id(status.get("id")), parse.post_id(status.get("in_reply_to_id"))
        if known := self._known_root(status):
            self._roots.keep([id_], known)
            return known
        try:
            above = [parse.post_id(one.get("id")) for one in self._around(id_, "ancestors")]
        except NotDone as error:
            if error.code == "rate_limited":
                raise
            if id_ not in self._untold:
                self._untold.add(id_)
                raise
            above = [parent]
        self._untold.discard(id_)
        root = next(filter(None, above), id_)
        self._roots.keep([id_, parent, *filter(None, above)], root)
        return root

    def _known_root(self, status: Json) -> str | None:
        id_, parent = parse.post_id(status.get("id")), parse.post_id(status.get("in_reply_to_id"))
        return self._roots.get(id_) or (self._roots.get(parent) if parent else id_)

    def _replies_to(self, post_id: str | None) -> list[Json]:
        """Return what our account answered to a post, where the server lists it only there."""
        below = self._around(post_id, "descendants") if post_id else []
        return [status for status in below if self._home.is_us(status)]

    def _around(self, post_id: str, where: str) -> list[Json]:
        """Return the posts above or below one in its thread; none if it is gone, or the server does not tell."""
        try:
            body = self._ask("GET", f"/api/v1/statuses/{quote(post_id, safe='')}/context")
        except Rejected as error:
            if error.code in OF_THE_ACCOUNT:
                raise
            return []
        return list(mappings(mapping(body).get(where)))

    def _status(self, post_id: str) -> Json | None:
        """Return one post; None if it is gone."""
        try:
            return mapping(self._ask("GET", f"/api/v1/statuses/{quote(post_id, safe='')}"))
        except Rejected as error:
            if error.code == "gone":
                return None
            raise

    def _shown(self, post_id: str) -> Json | None:
        """Return one post; None if it is gone, and nothing of it if the server does not show it for another reason."""
        try:
            return self._status(post_id)
        except Rejected as error:
            if error.code in OF_THE_ACCOUNT:
                raise
            return {}

    def _listed(self, ids: Sequence[str]) -> dict[str, Json]:
        """Return the posts that the server gives in one answer, by id; none if it cannot."""
        if not ids or not self._lists_ids:
            return {}
        try:
            body = self._ask("GET", "/api/v1/statuses", params={"id[]": list(ids)})
        except Rejected as error:
            if error.code not in ABSENT:
                raise
            body = None
        self._lists_ids = isinstance(body, list)
        return {id_: status for status in mappings(body) if (id_ := parse.post_id(status.get("id"))) in ids}

    def _notifications(self) -> Listing:
        # Without `include_filtered`, Mastodon holds back what strangers write in private.
        return self._listing("/api/v1/notifications", {"types[]": "mention", "include_filtered": "true"})

    def _own_statuses(self) -> Listing:
        """Return the list of what our account has posted."""
        own_id = quote(self._known_id(), safe="")
        return self._listing(f"/api/v1/accounts/{own_id}/statuses", {"exclude_reblogs": "true"})

    def _known_id(self) -> str:
        """Return our account's id. Raises Rejected if the token is another's: the desk would speak as that account."""
        known = self._own_id
        if not known:
            # Several threads may ask the first time; they get the same answer.
            account = self._me()
            known = parse.identifier(account.get("id"))
            name = string(account.get("username"))
            if name.lower() != self._home.local.lower():
                raise Rejected("credentials", f"the token acts for @{name}, the desk for @{self.handle}")
            self._own_id = known
        return known

    def _listing(self, route: str, params: Mapping[str, str]) -> Listing:
        return Listing(lambda more: self._read(route, {**params, **more}), self._now)

    def _me(self) -> Json:
        account = mapping(self._read("/api/v1/accounts/verify_credentials", {}))
        if not parse.identifier(account.get("id")) or not string(account.get("username")):
            raise unreadable(NAME, "GET", "an account")
        return account

    def _require_scopes(self) -> None:
        """Raise Rejected if the server tells what the token's application may do, and posting is not among it."""
        try:
            told = mapping(self._ask("GET", "/api/v1/apps/verify_credentials")).get("scopes")
        except NetworkError:  # older servers, and others, do not tell
            return
        if isinstance(told, list) and told and not {"write", "write:statuses"} & set(map(string, told)):
            detail = "it may only read; give the application the scope write, then make a new token"
            raise Rejected("credentials", detail)

    def _learn_limits(self) -> None:
        """Ask once how long posts may be; until the server tells, what Mastodon itself takes counts."""
        if self._limits_known:
            return
        try:
            for version in ("v2", "v1"):
                try:
                    instance = mapping(self._ask("GET", f"/api/{version}/instance"))
                except Rejected:
                    continue
                told = mapping(mapping(instance.get("configuration")).get("statuses"))
                longest = told.get("max_characters", instance.get("max_toot_chars"))
                if type(longest) is int and 0 < longest < 10_000_000:
                    reserved = told.get("characters_reserved_per_url")
                    self._url_length = reserved if type(reserved) is int and 0 < reserved < 500 else text.URL_LENGTH
                    self._limit, self._limits_known = longest, True
                    return
            self._limits_known = True
        except NotDone as error:
            self._limits_known = error.code == "unreadable"

    def _read(self, route: str, params: Mapping[str, str]) -> Any:
        """Read what every server has. Where it is missing, something else answers."""
        try:
            return self._ask("GET", route, params=params)
        except Rejected as error:
            if error.code == "gone":
                raise Missing(error.detail, NotDone.retry_after, "unreadable") from error
            raise

    def _ask(
        self,
        method: str,
        route: str,
        *,
        params: Mapping[str, str | list[str]] | None = None,
        data: Mapping[str, str | list[str]] | None = None,
        headers: Mapping[str, str] | None = None,
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
    ) -> Any:
        sent: dict[str, Any] = {"params": params, "data": data, "files": files, "headers": headers}
        try:
            response = self._session.request(method, self._api_url + route, **sent, allow_redirects=False)
        except requests.exceptions.InvalidHeader:  # its message holds the token
            raise bad_token(NAME) from None
        except (requests.RequestException, ValueError) as error:
            raise no_address(NAME, error) from error
        body = json_of(response)
        if body is None:
            raise unreadable(NAME, method, "JSON")
        return body


@contextmanager
def _blaming(*keys: str) -> Iterator[None]:
    try:
        yield
    except Rejected as error:
        raise Rejected(error.code, error.detail, keys) from error
