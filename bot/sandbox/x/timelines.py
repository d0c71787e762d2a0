"""Which posts a list contains, and how it is paged, newest first."""

from __future__ import annotations

import shlex
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
    terms = [_term(x, word, query.search) for word in _words(query.search)]
    return [post for post in _standing(x) if post.created_at >= oldest and all(term(post) for term in terms)]


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


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:
        raise _bad_query(text, "a quotation mark is not closed") from None


def _term(x: XService, word: str, text: str) -> Matches:
    if word.startswith("-"):
        inner = _term(x, word[1:], text)
        return lambda post: not inner(post)
    name, colon, value = word.partition(":")
    value = value.removeprefix("@").lower()
    operators: dict[str, Matches] = {
        "from": lambda post: value in (post.author.handle.lower(), post.author.id),
        "to": lambda post: (account := x.account(value)) is not None and post.in_reply_to_author == account.id,
        "conversation_id": lambda post: post.conversation_id == value,
        "lang": lambda post: post.language == value,
        "is": lambda post: bool({"retweet": post.reposts, "reply": post.in_reply_to, "quote": post.quotes}.get(value)),
        "has": lambda post: bool({"links": has_link(post.text), "media": post.media}.get(value)),
    }
    if colon and name in operators:
        return operators[name]
    if colon or word == "OR" or "(" in word:
        raise _bad_query(text, f"this X does not know [{word}]")
    return lambda post: word.lower() in post.text.lower()


def _bad_query(text: str, why: str) -> Exception:
    message = f"There were errors processing your request: {why}"
    return invalid([{"parameters": {"query": [text]}, "message": message}])
