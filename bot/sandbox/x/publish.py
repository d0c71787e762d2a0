"""What an app may post in our name, and X's refusals in X's words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bot.sandbox.x import uploads
from bot.sandbox.x.endpoints import POST_CREATED, POST_WITH_LINK_CREATED
from bot.sandbox.x.params import ID
from bot.sandbox.x.posts import Account, Post
from bot.sandbox.x.problems import bad_request, forbidden, invalid
from bot.sandbox.x.service import XService
from bot.sandbox.x.text import LIMIT, has_link, weight

DUPLICATES_WITHIN = timedelta(hours=12)
"""How long X remembers what an account said, even if the post was deleted since."""
SCHEMA: dict[str, dict[str, Any]] = {
    "": {"text": str, "reply": dict, "media": dict, "quote_tweet_id": "id", "reply_settings": str},
    ".media": {"media_ids": list},
    ".reply": {"in_reply_to_tweet_id": "id", "exclude_reply_user_ids": list},
}
SPACES = re.compile(r"\s+")


def create(x: XService, author: Account, body: object) -> Post:
    """Post, reply or quote as one of our accounts. Raises Problem with X's refusal, which costs nothing."""
    given = _checked(body)
    text: str = given.get("text", "")
    reply: Mapping[str, Any] = given.get("reply", {})
    answered, quoted = reply.get("in_reply_to_tweet_id"), given.get("quote_tweet_id")
    if not text.strip():
        raise invalid([{"parameters": {}, "message": "$.text: must not be empty"}])
    if weight(text) > LIMIT:
        raise bad_request(
            "Your Tweet text is too long. For more information on how Twitter determines text length see "
            "https://github.com/twitter/twitter-text."
        )
    for other in filter(None, (answered, quoted)):
        _may_answer(x, author, other)
    with x.lock:
        media = uploads.posted(x, author, given.get("media", {}))
        _refuse_duplicate(x, author, text, answered)
        post = x.post(author.handle, text, in_reply_to=answered, quotes=quoted, media=media)
        x.charge(POST_WITH_LINK_CREATED if has_link(text) else POST_CREATED)
    return post


def like(x: XService, account: Account, whose: str, body: object) -> None:
    """Like a post as one of our accounts; once more changes nothing. Raises Problem with X's refusal."""
    if not x.enterprise:
        raise forbidden(
            "You currently have access to a subset of X API V2 endpoints and limited v1.1 endpoints only. If you need "
            "access to this endpoint, you may need a different access level."
        )
    if whose != account.id:
        message = "The `id` query parameter value must be the same as the authenticating user"
        raise invalid([{"parameters": {"id": [whose]}, "message": message}])
    if not isinstance(body, dict) or set(body) != {"tweet_id"} or _wrong("id", body["tweet_id"]):
        raise invalid([{"parameters": {}, "message": "$.tweet_id: is missing but it is required"}])
    try:
        post = x.standing(body["tweet_id"])
    except KeyError:
        raise invalid(
            [{"parameters": {"tweet_id": [body["tweet_id"]]}, "message": "The Tweet does not exist or was deleted."}]
        ) from None
    with x.lock:
        x.likes.setdefault(post.id, set()).add(account.id)


def hide(x: XService, account: Account, post_id: str, body: object) -> bool:
    """Hide or show a reply in a conversation that the account began; return which. Raises Problem with X's refusal."""
    if not isinstance(body, dict) or set(body) != {"hidden"} or not isinstance(body["hidden"], bool):
        raise invalid([{"parameters": {}, "message": "$.hidden: is missing but it is required"}])
    try:
        post = x.standing(post_id)
        began = x.standing(post.conversation_id)
    except KeyError:
        raise forbidden("You are not allowed to hide this Tweet: it is deleted or not visible to you.") from None
    if began.author.id != account.id or post.id == began.id:
        raise forbidden("You are not permitted to hide this reply: it is in no conversation of yours.")
    hidden: bool = body["hidden"]
    with x.lock:
        (x.hidden.add if hidden else x.hidden.discard)(post.id)
    return hidden


def withdraw(x: XService, author: Account, post_id: str) -> None:
    """Delete one of the account's posts; does nothing if it is already gone. Raises Problem 403 for somebody else's."""
    try:
        post = x.standing(post_id)
    except KeyError:
        return
    if post.author.id != author.id:
        raise forbidden("You are not authorized to delete this Tweet.")
    x.delete(post_id)


def _may_answer(x: XService, author: Account, post_id: str) -> None:
    try:
        post = x.standing(post_id)
    except KeyError:
        raise forbidden("You attempted to reply to a Tweet that is deleted or not visible to you.") from None
    quotes_us = False
    if post.quotes:
        quoted = next((other for other in x.posts if post.quotes in {v.id for v in other.versions}), None)
        quotes_us = quoted is not None and quoted.author.id == author.id
    if not (post.author.id == author.id or x.names(post, author) or quotes_us):
        raise forbidden("You can only reply to or quote posts where you are mentioned or are the author.")


def _refuse_duplicate(x: XService, author: Account, text: str, answered: str | None) -> None:
    since = x.now() - DUPLICATES_WITHIN
    thread = x.standing(answered).author.id if answered else None
    for post in x.posts:
        recent = post.author.id == author.id and post.created_at >= since
        if recent and post.in_reply_to_author == thread and _plain(post.versions[-1].text) == _plain(text):
            raise forbidden("You are not allowed to create a Tweet with duplicate content.")


def _plain(text: str) -> str:
    return SPACES.sub(" ", text.strip())


def _checked(body: object) -> dict[str, Any]:
    if not isinstance(body, dict) or not body:
        raise invalid(
            [{"parameters": {}, "message": "Requests with bodies must have content-type of application/json."}]
        )
    errors: list[dict[str, Any]] = []
    for place, known in SCHEMA.items():
        inner = body.get(place[1:], {}) if place else body
        if not isinstance(inner, dict):
            continue
        for name, value in inner.items():
            if wrong := _wrong(known.get(name), value):
                errors.append(
                    {"parameters": {f"${place}.{name}": [str(value)]}, "message": "$" + f"{place}.{name}: {wrong}"}
                )
    if "reply" in body and isinstance(body["reply"], dict) and "in_reply_to_tweet_id" not in body["reply"]:
        message = "$.reply.in_reply_to_tweet_id: is missing but it is required"
        errors.append({"parameters": {"$.reply": [str(body["reply"])]}, "message": message})
    if errors:
        raise invalid(errors)
    return body


def _wrong(kind: Any, value: object) -> str | None:
    if kind is None:
        return "is not defined in the schema and the schema does not allow additional properties"
    if kind == "id":
        return (
            None if isinstance(value, str) and ID.fullmatch(value) else "does not match the regex pattern ^[0-9]{1,19}$"
        )
    return None if isinstance(value, kind) else f"{type(value).__name__} found, {kind.__name__} expected"
