"""Which posts a list contains, and how it is paged, newest first."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from bot.sandbox.x.ids import first_id_at, time_of
from bot.sandbox.x.params import Query
from bot.sandbox.x.posts import Account, Post
from bot.sandbox.x.problems import invalid
from bot.sandbox.x.service import XService
from bot.sandbox.x.text import handles_in, has_link

MOST_MENTIONS = 800
SEARCH_REACHES_BACK = timedelta(days=7)
TOKEN = "7140w"  # noqa: S105 - the prefix of a page's token, no secret
Matches = Callable[[Post], bool]


def mentions(x: XService, account: Account) -> list[Post]:
    """List posts by others that name an account, reposts included. X goes back 800 and no further."""
    handle = account.handle.lower()
    shown = (post for post in _standing(x) if post.author.id != account.id and post.id not in x.late)
    found = (post for post in shown if handle in handles_in(post.text))
    return [post for post, _ in zip(found, range(MOST_MENTIONS), strict=False)]


def timeline(x: XService, account: Account, exclude: frozenset[str]) -> list[Post]:
    """List what an account posted itself, as far as X shows it yet."""
    lag = x.timeline_lag
    return [
        post
        for post in _standing(x)
        if post.author.id == account.id
        and (not lag or x.now() - post.created_at >= lag)
        and not ("replies" in exclude and post.in_reply_to)
        and not ("retweets" in exclude and post.reposts)
    ]


def search(x: XService, query: Query) -> list[Post]:
    """List matching posts of the last seven days. Raises Problem 400 for query operators that are missing here."""
    oldest = x.now() - SEARCH_REACHES_BACK
    if query.since_id is not None and query.since_id < first_id_at(oldest):
        moment = oldest.strftime("%Y-%m-%dT%H:%MZ")
        message = (
            f"'since_id' must be a tweet id created after {moment}. "
            f"Please use a 'since_id' that is larger than {first_id_at(oldest)}"
        )
        raise invalid([{"parameters": {"since_id": [str(query.since_id)]}, "message": message}])
    matches = _Search(x, query.search).read()
    return [post for post in _standing(x) if post.created_at >= oldest and post.id not in x.late and matches(post)]


def page(posts: list[Post], query: Query) -> tuple[list[Post], dict[str, Any]]:
    """Return the requested page and its `meta`. Raises Problem 400 for a token that X did not issue."""
    below = query.until_id
    if query.page is not None:
        number = query.page.removeprefix(TOKEN)
        if not query.page.startswith(TOKEN) or not number.isdecimal():
            message = f"The `pagination_token` query parameter value [{query.page}] is not valid"
            raise invalid([{"parameters": {"pagination_token": [query.page]}, "message": message}])
        below = min(int(number), below or int(number))
    window = [post for post in posts if _within(post, query, below)]
    shown = window[: query.max_results]
    meta: dict[str, Any] = {"result_count": len(shown)}
    if shown:
        meta |= {"newest_id": shown[0].id, "oldest_id": shown[-1].id}
    if len(window) > len(shown):
        meta["next_token"] = TOKEN + shown[-1].id
    return shown, meta


def _standing(x: XService) -> list[Post]:
    return [post for post in x.posts if not post.deleted]


def _within(post: Post, query: Query, below: int | None) -> bool:
    number, at = int(post.id), time_of(int(post.id))
    return (
        (query.since_id is None or number > query.since_id)
        and (below is None or number < below)
        and (query.start is None or at >= query.start)
        and (query.end is None or at < query.end)
    )


_TOKEN = re.compile(r'\s*(-?"[^"]*"|-?\(|\)|[^\s()"]+)')
_ALONE = re.compile(r"#?\w+|@\w{1,15}")
_LANGUAGE = re.compile(r"[a-z]{2,3}")


class _Search:
    """Reads a query as X does: terms side by side hold together, before OR, and a minus holds for a term or a group."""

    def __init__(self, x: XService, text: str) -> None:
        self._x = x
        self._text = text
        self._standalone = False
        self._tokens: list[str] = []
        at = 0
        while text[at:].strip():
            found = _TOKEN.match(text, at)
            if found is None:
                raise _bad_query(text, "a quotation mark is not closed")
            self._tokens.append(found[1])
            at = found.end()

    def read(self) -> Matches:
        matches = self._either()
        if self._tokens:
            raise _bad_query(self._text, "a parenthesis is not opened")
        if not self._standalone:
            raise _bad_query(self._text, "a query needs a word, a hashtag, a name, from: or to: that is wanted")
        return matches

    def _either(self) -> Matches:
        sides = [self._all()]
        while self._tokens and self._tokens[0] == "OR":
            self._tokens.pop(0)
            sides.append(self._all())
        return lambda post: any(side(post) for side in sides)

    def _all(self) -> Matches:
        terms: list[Matches] = []
        while self._tokens and self._tokens[0] not in ("OR", ")"):
            terms.append(self._one(self._tokens.pop(0)))
        if not terms:
            raise _bad_query(self._text, "a group or a side of OR is empty")
        return lambda post: all(term(post) for term in terms)

    def _one(self, part: str) -> Matches:
        wanted, part = not part.startswith("-"), part.removeprefix("-")
        matches = self._group() if part == "(" else self._term(part, wanted=wanted)
        return matches if wanted else lambda post: not matches(post)

    def _group(self) -> Matches:
        inner = self._either()
        if not self._tokens:
            raise _bad_query(self._text, "a parenthesis is not closed")
        self._tokens.pop(0)
        return inner

    def _term(self, token: str, *, wanted: bool) -> Matches:
        if token.startswith('"'):
            return self._phrase(token, wanted=wanted)
        name, colon, value = token.partition(":")
        value = value.removeprefix("@").lower()
        x = self._x
        operators: dict[str, Matches] = {
            "from": lambda post: value in (post.author.handle.lower(), post.author.id),
            "to": lambda post: (one := x.account(value)) is not None and post.in_reply_to_author == one.id,
            "conversation_id": lambda post: post.conversation_id == value,
            "lang": lambda post: post.language == value,
            "is": lambda post: bool({"retweet": post.reposts, "reply": post.in_reply_to, "quote": post.quotes}[value]),
            "has": lambda post: bool({"links": has_link(post.text), "media": post.media}[value]),
        }
        known = {"is": ("retweet", "reply", "quote"), "has": ("links", "media")}
        if colon and name in operators:
            if value not in known.get(name, (value,)) or (name == "lang" and not _LANGUAGE.fullmatch(value)):
                raise _bad_query(self._text, f"this X does not know [{token}]")
            self._standalone = self._standalone or (wanted and name in ("from", "to", "conversation_id"))
            return operators[name]
        if colon or not _ALONE.fullmatch(token):
            raise _bad_query(self._text, f"this X does not know [{token}]")
        return self._phrase(token, wanted=wanted)

    def _phrase(self, token: str, *, wanted: bool) -> Matches:
        words = token.strip('"').lower()
        if not re.search(r"\w", words):
            raise _bad_query(self._text, "a phrase holds no words")
        self._standalone = self._standalone or wanted
        pattern = re.compile(
            rf"(?<![\w#@]){re.escape(words)}(?!\w)" if words[0] in "#@" else rf"(?<!\w){_spaced(words)}(?!\w)"
        )
        return lambda post: pattern.search(post.text.lower()) is not None


def _spaced(words: str) -> str:
    """Return a pattern of these words in this order, whatever stands between two of them that is no letter."""
    return r"\W+".join(map(re.escape, re.findall(r"\w+", words)))


def _bad_query(text: str, why: str) -> Exception:
    message = f"There were errors processing your request: {why}"
    return invalid([{"parameters": {"query": [text]}, "message": message}])
