"""One account on X, read and answered through its v2 API."""

from __future__ import annotations

import base64
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Literal, TypeVar

import requests
import tweepy

from bot.domain.cases.mention import Mention, Reference
from bot.domain.reports.spend import Billed
from bot.networks.base import (
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
from bot.networks.failures import SERVER_ERROR_SECONDS, json_of, unreadable, uploading
from bot.networks.transport import bad_token, session
from bot.networks.untrusted import Json
from bot.networks.x import parse
from bot.networks.x.errors import CursorRefused, UnknownFields
from bot.networks.x.fields import POSTS, TWEETS, Fields, Generation
from bot.networks.x.parse import Malformed, Page
from bot.networks.x.query import query
from bot.networks.x.spec import SPEC
from bot.networks.x.spend import Service, Spend
from bot.networks.x.transport import TWEEPY_HOST, XTransport

log = logging.getLogger(__name__)

MAX_PAGES = 40  # X goes back 800 mentions or 3,200 own posts; more pages mean a loop
CLOCKS_APART = timedelta(minutes=1)
LISTED_AT_LEAST = 700  # X lists 800 mentions, and leaves out some that it counts
SEARCHED_BACK = timedelta(days=7) - timedelta(minutes=5)
OVERLAP = timedelta(minutes=1)  # X may show a mention only after others that are this much newer
OVERLAPS_FOR = timedelta(minutes=10)  # after the newest mention, so that a quiet feed reads nothing twice

T = TypeVar("T")
Asked = Literal["whole", "own", "referred", "bare"]


class XAccount:
    """Implements bot.networks.base.Account. Safe to use from several threads.

    `timeout` is in seconds; `now` says when a reply was sent, for X's answer does not, and which mentions are recent.
    """

    def __init__(
        self,
        handle: str,
        *,
        bearer_token: str,
        consumer_key: str,
        consumer_secret: str,
        access_token: str,
        access_token_secret: str,
        api_url: str = TWEEPY_HOST,
        timeout: float = 10.0,
        now: Callable[[], datetime],
    ) -> None:
        self.handle = handle
        self.url = f"https://x.com/{handle}"
        self._spent = Spend()
        self._now = now
        self._known_id = ""
        self._generation = TWEETS
        self._client = tweepy.Client(
            bearer_token,
            consumer_key,
            consumer_secret,
            access_token,
            access_token_secret,
            return_type=requests.Response,
            wait_on_rate_limit=False,
        )
        self._transport = XTransport(api_url, timeout)
        session(self._transport, self._client.session, at=(TWEEPY_HOST,))

    def fetch(self, cursor: str | None, since: datetime) -> Fetched:
        return self._since(lambda where, after: self._fetch_whole(where, after, since), cursor, since)

    def fetch_again(self, since: datetime) -> Fetched:
        return self._listed({"start_time": _instant(since)}, None)[0]

    def own_posts(self, cursor: str | None, since: datetime) -> OwnPosts:
        return self._since(self._own_posts, cursor, since)

    def shows(self, post: OwnPost, text: str) -> bool:
        return parse.comparable(post.text) == parse.comparable(text)

    def upload(self, picture: Upload) -> str:
        content = base64.b64encode(picture.data).decode()
        with uploading():
            body = self._put(
                "/2/media/upload", {"media": content, "media_category": "tweet_image", "media_type": picture.kind}
            )
            media = parse.identifier(_data(body).get("id"))
            if not media:
                raise unreadable("X", "POST", "a picture's number")
            self._put("/2/media/metadata", {"id": media, "metadata": {"alt_text": {"text": picture.alt}}})
        return media

    def search(self, wanted: Search, cursor: str | None, since: datetime, most: int) -> Fetched:
        words, oldest, gap = query(wanted, self.handle), self._now() - SEARCHED_BACK, None
        if parse.identifier(cursor) and parse.made_at(cursor or "") < oldest:
            gap, cursor = Gap(parse.made_at(cursor or ""), oldest), None
        since = oldest if gap else max(since, oldest)
        found = self._since(lambda where, after: self._newest_found(words, where, after, since, most), cursor, since)
        return replace(found, gap=found.gap or gap)

    def send(self, out: Outgoing) -> Sent:
        import twitter_text  # slow to load, and many processes never count

        has_url = bool(twitter_text.extract_urls(out.text))
        shown = {"media_ids": [out.picture]} if out.picture else {}
        post = partial(self._client.create_tweet, text=out.text, in_reply_to_tweet_id=out.in_reply_to, **shown)
        body, _ = self._ask("POST", post)
        post_id = parse.identifier(_data(body).get("id"))
        if not post_id:
            raise Ambiguous("X took the reply but did not say which number it has")
        self._spent.add("post_with_url" if has_url else "post", [post_id], self._now())
        return Sent(post_id, self._url(post_id), self._now())

    def do(self, deed: Deed, post_id: str) -> None:
        match deed:
            case Deed.LIKE:
                self._ask("POST", lambda: self._client.like(post_id))
            case Deed.HIDE:
                self._ask("PUT", lambda: self._client.hide_reply(post_id))
            case Deed.UNHIDE:
                self._ask("PUT", lambda: self._client.unhide_reply(post_id))
            case Deed.TAKE_BACK:
                body, _ = self._ask("DELETE", lambda: self._client.delete_tweet(post_id))
                if _data(body).get("deleted") is not True:
                    raise Ambiguous("X does not say that the post is deleted")
            case _:
                raise ValueError(deed)

    def edit(self, post_id: str, text: str) -> None:  # noqa: ARG002 - its `can` has nothing of the kind
        raise ValueError(post_id)

    def find_sent(self, out: Outgoing, after: datetime) -> Sent | None:
        wanted, where = parse.comparable(out.text), {"start_time": _instant(after - CLOCKS_APART)}
        for page in self._pages("tweets", where, "post_read"):
            for post in page.posts:
                if not page.answers(post, out.in_reply_to):
                    continue
                mention = self._mention(page, post)
                if mention and parse.comparable(mention.text) == wanted:
                    return Sent(mention.id, self._url(mention.id), mention.posted_at)
        return None

    def look_up(self, ids: tuple[str, ...], whole: frozenset[str] = frozenset()) -> LookedUp:
        bare = [id_ for id_ in ids if id_ not in whole]
        gone: set[str] = set()
        unchanged: set[str] = set()
        wanted, seen = set(whole), set[str]()
        if bare:
            page = self._read("/2/tweets", {"ids": ",".join(bare)}, "post_read", asked="bare")
            gone |= set(page.gone())
            for post in page.posts:
                id_, latest = parse.identifier(post.get("id")), parse.latest_id(post)
                seen.add(id_)
                # X may answer an id from before an edit with the wording of that time.
                (unchanged if id_ == latest else wanted).add(latest)
        standing: dict[str, Mention] = {}
        while wanted:
            page = self._read("/2/tweets", {"ids": ",".join(sorted(wanted))}, "post_read")
            gone |= set(page.gone())
            later = {parse.latest_id(post) for post in page.posts}
            seen |= wanted & {parse.identifier(post.get("id")) for post in page.posts}
            for post in page.posts:
                if post.get("id") == parse.latest_id(post) and (mention := self._mention(page, post)):
                    standing[mention.id] = mention
            wanted = later - seen
        return LookedUp(frozenset(gone) & frozenset(ids) - seen, tuple(standing.values()), frozenset(unchanged))

    def referred_to(self, references: tuple[Reference, ...]) -> tuple[Reference, ...]:
        ids = sorted({reference.id for reference in references})
        page = self._read("/2/tweets", {"ids": ",".join(ids)}, "post_read", asked="referred")
        return tuple(page.filled(reference, self._own_id, self.handle) for reference in references)

    def clock_ahead(self) -> timedelta | None:
        return self._transport.clock_ahead

    def verify(self) -> str:
        with _blaming("consumer_key", "consumer_secret", "access_token", "access_token_secret"):
            found, headers = self._me()
            self._spent.add("user_read", [str(found.get("id", ""))], self._now())
            username = str(found.get("username", ""))
            if username.lower() != self.handle.lower():
                raise Rejected("credentials", f"they act for @{username or '?'}, the desk for @{self.handle}")
            if headers.get("x-access-level") == "read":
                raise Rejected("credentials", "they may only read; give the app Read and write, then make new tokens")
        with _blaming("bearer_token"):
            self._read(self._route("mentions"), {"max_results": "5"}, "mention_read")
        return username

    def count(self, out: Outgoing) -> Count:
        import twitter_text
        from twitter_text.has_invalid_characters import has_invalid_characters

        parsed = twitter_text.parse_tweet(out.text)
        refused = "" if parsed.valid else next(filter(has_invalid_characters, out.text), "")
        return Count(int(parsed.weightedLength), SPEC.text_limit, refused)

    def settle(self, store: Callable[[Sequence[Billed]], None]) -> None:
        self._spent.settle(store)

    def close(self) -> None:
        """Close the connections."""
        self._client.session.close()

    def _since(self, read: Callable[[dict[str, str], str | None], T], cursor: str | None, since: datetime) -> T:
        """Read what is new after the cursor; if there is none or X refuses it, what was posted after `since`."""
        if cursor:
            try:
                return read({"since_id": self._overlapping(cursor)}, cursor)
            except CursorRefused as error:
                # The cursor is dropped, or every poll would end here. A post that is fetched twice is stored once.
                log.warning("X refuses the cursor; reading from %s on instead (%s)", _instant(since), error.detail)
        return read({"start_time": _instant(since)}, None)

    def _overlapping(self, cursor: str) -> str:
        """Return where to continue reading: X shows some mentions late, beneath newer ones that we already have."""
        if parse.identifier(cursor) and self._now() - parse.made_at(cursor) < OVERLAPS_FOR:
            return parse.before(cursor, OVERLAP)
        return cursor

    def _fetch_whole(self, where: dict[str, str], cursor: str | None, since: datetime) -> Fetched:
        """Fetch, and look for what X lists no more: it goes back 800 mentions."""
        fetched, numbers = self._listed(where, cursor)
        if len(numbers) < LISTED_AT_LEAST or (cursor and min(numbers) <= int(cursor)):
            return fetched
        lowest, low = min(numbers), int(cursor or parse.number_at(since))
        searchable = int(parse.number_at(self._now() - SEARCHED_BACK))
        try:
            missed = self._searched(max(low, searchable), lowest)
        except NetworkError as error:
            log.warning("X lists no more mentions, and they cannot be searched for (%s)", error.detail)
            return replace(fetched, gap=Gap(parse.made_at(str(low)), parse.made_at(str(lowest))))
        gap = Gap(parse.made_at(str(low)), parse.made_at(str(searchable))) if low < searchable else None
        return replace(fetched, mentions=(*missed, *fetched.mentions), gap=gap)

    def _searched(self, low: int, high: int) -> list[Mention]:
        """Search for mentions between two numbers; return them oldest first."""
        where = {"query": f"@{self.handle} -is:retweet", "since_id": str(low), "until_id": str(high)}
        return [mention for page in self._found(where) for mention in self._of_others(page)][::-1]

    def _newest_found(
        self, words: str, where: dict[str, str], cursor: str | None, since: datetime, most: int
    ) -> Fetched:
        """Search for posts, newest first, until `most` are read or there are no more."""
        found: dict[str, Mention] = {}
        numbers: list[int] = []
        page: Page | None = None
        for page in self._found({"query": words, **where}, most):
            numbers += filter(None, page.numbers)
            found |= {mention.id: mention for mention in self._of_others(page)}
        newest = parse.newest([*map(str, numbers), parse.identifier(cursor)]) or None
        passed_over = page is not None and page.next_token and numbers
        gap = Gap(parse.made_at(cursor) if cursor else since, parse.made_at(str(min(numbers)))) if passed_over else None
        return Fetched(tuple(sorted(found.values(), key=lambda mention: int(mention.id))), newest, gap)

    def _found(self, where: dict[str, str], most: int | None = None) -> Iterator[Page]:
        """Yield pages of a search, newest first, until about `most` posts are read."""
        token: dict[str, str] = {}
        read = 0
        for _ in range(MAX_PAGES):
            size = 100 if most is None else min(max(most - read, 10), 100)  # X gives no fewer than ten
            page = self._read("/2/tweets/search/recent", {"max_results": str(size), **where, **token}, "post_read")
            if not page.posts and not page.counted:
                detail = "X answered a search with neither posts nor a count of them"
                raise NotDone(detail, SERVER_ERROR_SECONDS, "unreadable")
            read += len(page.posts)
            yield page
            if not page.next_token or (most is not None and read >= most):
                return
            token = {"next_token": page.next_token}

    def _of_others(self, page: Page) -> list[Mention]:
        others = (post for post in page.posts if post.get("author_id") != self._own_id and not parse.is_repost(post))
        return [mention for post in others if (mention := self._mention(page, post))]

    def _own_posts(self, where: dict[str, str], cursor: str | None) -> OwnPosts:
        seen: list[str] = []
        found: list[OwnPost] = []
        for page in self._pages("tweets", where, "post_read", int(parse.identifier(cursor) or 0), "own"):
            for post in page.posts:
                seen.append(parse.identifier(post.get("id")))
                if answer := parse.own_post(post, self.handle):
                    found.append(answer)
        oldest_first = sorted(found, key=lambda answer: int(answer.id))
        return OwnPosts(tuple(oldest_first), parse.newest([*seen, parse.identifier(cursor)]) or None)

    def _listed(self, where: dict[str, str], cursor: str | None) -> tuple[Fetched, list[int]]:
        """Read the list of mentions; return also the numbers of all that it holds, reposts and our own included."""
        seen: list[str] = []
        mentions: dict[str, Mention] = {}
        for page in self._pages("mentions", where, "mention_read", int(parse.identifier(cursor) or 0)):
            for post in page.posts:
                seen.append(parse.identifier(post.get("id")))
                if post.get("author_id") == self._own_id or parse.is_repost(post):
                    continue
                if mention := self._mention(page, post):
                    mentions[mention.id] = mention
        for mention in list(mentions.values()):
            for earlier in mention.earlier_ids:
                if int(earlier) < int(mention.id):
                    mentions.pop(earlier, None)  # else the post would come in again beside its own edit
        oldest_first = sorted(mentions.values(), key=lambda mention: int(mention.id))
        fetched = Fetched(tuple(oldest_first), parse.newest([*seen, parse.identifier(cursor)]) or None)
        return fetched, [int(number) for number in seen if number]

    def _pages(
        self, timeline: str, where: dict[str, str], billed: Service, read_to: int = 0, asked: Asked = "whole"
    ) -> Iterator[Page]:
        """Yield pages, newest first, down to the one that begins at or below the post number `read_to`."""
        token: dict[str, str] = {}
        for _ in range(MAX_PAGES):
            params = {"max_results": "100", **where, **token}
            page = self._read(self._route(timeline), params, billed, asked)
            if not page.posts and not page.counted:
                # Taking this for the end would move the cursor past mentions that were never seen.
                detail = f"X answered with neither posts nor a count of them on {timeline}"
                raise NotDone(detail, SERVER_ERROR_SECONDS, "unreadable")
            yield page
            if not page.next_token or page.goes_down_to(read_to):
                return
            token = {"pagination_token": page.next_token}
        log.warning("X: stopped reading %s after %d pages", timeline, MAX_PAGES)

    def _read(self, route: str, params: dict[str, str], billed: Service, asked: Asked = "whole") -> Page:
        names = self._generation
        try:
            body = self._get(route, params | _fields(names, asked))
        except UnknownFields:
            names = POSTS if names is TWEETS else TWEETS
            body = self._get(route, params | _fields(names, asked))
            self._generation = names
        page = Page(body)
        if asked == "whole" and page.lacks():
            page = self._complete(route, params, names)
        now = self._now()
        self._spent.add(billed, page.ids, now)
        self._spent.add("post_read", page.other_ids, now)
        self._spent.add("user_read", page.user_ids, now)
        return page

    def _complete(self, route: str, params: dict[str, str], names: Generation) -> Page:
        """Ask in the other generation of names for what an answer lacks; X was seen to drop names without a word.

        Raises NotDone if that lacks the same.
        """
        others = POSTS if names is TWEETS else TWEETS
        try:
            page: Page | None = Page(self._get(route, params | others.whole))
        except UnknownFields:
            page = None
        if page is None or page.lacks():
            detail = "X's answer lacks authors or what posts refer to, by either generation of names"
            raise NotDone(detail, SERVER_ERROR_SECONDS, "unreadable")
        self._generation = others
        return page

    def _get(self, route: str, params: dict[str, str]) -> Json:
        # tweepy's own methods know only the older field names.
        return self._ask("GET", lambda: self._client.request("GET", route, params=params))[0]

    def _put(self, route: str, body: Json) -> Json:
        return self._ask("POST", lambda: self._client.request("POST", route, json=body, user_auth=True))[0]

    def _ask(self, method: str, request: Callable[[], requests.Response]) -> tuple[Json, Mapping[str, str]]:
        try:
            response = request()
        except requests.exceptions.InvalidHeader:
            raise bad_token("X") from None
        body = json_of(response, parse.with_textual_ids)
        if not isinstance(body, dict):
            raise unreadable("X", method)
        return body, response.headers

    def _mention(self, page: Page, post: Json) -> Mention | None:
        try:
            return page.mention(post, self._own_id, self.handle)
        except Malformed as error:
            log.warning("X post %s is left out: %s", parse.identifier(post.get("id")) or "?", error)
            return None

    def _me(self) -> tuple[Json, Mapping[str, str]]:
        body, headers = self._ask("GET", self._client.get_me)
        return _data(body), headers

    @property
    def _own_id(self) -> str:
        """The account's number, asked for once. Access tokens seem to begin with it, but X does not promise that."""
        known = self._known_id
        if not known:
            # Several threads may ask the first time; they get the same answer.
            try:
                found = _data(self._get(f"/2/users/by/username/{self.handle}", {}))
            except Rejected as error:
                if error.code == "credentials":
                    raise
                # Not every plan may look up accounts by name; our own keys say whose they are.
                found = self._me()[0]
                if str(found.get("username", "")).lower() != self.handle.lower():
                    raise
            known = parse.identifier(found.get("id"))
            if not known:
                raise Rejected("invalid", f"X knows no account @{self.handle}")
            self._spent.add("user_read", [known], self._now())
            self._known_id = known
        return known

    def _route(self, timeline: str) -> str:
        return f"/2/users/{self._own_id}/{timeline}"

    def _url(self, post_id: str) -> str:
        return f"https://x.com/{self.handle}/status/{post_id}"


def _fields(names: Generation, asked: Asked) -> Fields:
    return {"whole": names.whole, "own": names.own, "referred": names.referred, "bare": names.bare}[asked]


def _data(body: Json) -> Json:
    data = body.get("data")
    return data if isinstance(data, dict) else {}


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@contextmanager
def _blaming(*keys: str) -> Iterator[None]:
    try:
        yield
    except Rejected as error:
        raise Rejected(error.code, error.detail, keys) from error
