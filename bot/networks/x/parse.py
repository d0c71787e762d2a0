"""Translates X's JSON into the desk's terms.

X renamed tweet to post in its field names in August 2026 and honours both (tweet_id, referenced_tweets, note_tweet ...
and post_id, referenced_posts, note_post ...). Both are read, whichever was asked for. Anybody can write a post, so
nothing in it is trusted to have the documented shape.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Literal
from urllib.parse import unquote

from bot.domain.cases.mention import Author, Media, Mention, Reference, ReferenceKind
from bot.networks.base import OwnPost
from bot.networks.untrusted import Json, items, letters, link, mapping, mappings, string

LONGEST_NAME, LONGEST_LANGUAGE, MOST_FOLLOWERS = 200, 20, 2**31 - 1  # what a thread's columns hold

_ID = re.compile(r"[0-9]{1,19}")
_FIRST_NUMBER = datetime(2010, 11, 4, 1, 42, 54, 657000, tzinfo=UTC)  # post ids count milliseconds from here
_HANDLE = re.compile(r"[A-Za-z0-9_]{1,50}")
_SHORT_LINK = re.compile(r"https?://t\.co/\w+", re.ASCII)
_ESCAPED = re.compile("&(amp|lt|gt);")
_UNESCAPED = {"amp": "&", "lt": "<", "gt": ">"}
_MEDIA_LINK = re.compile(r"https://(twitter|x)\.com/\w+/status/\d+/(photo|video)/\d+")
_SCHEME = re.compile(r"https?://", re.IGNORECASE)
_LEADING_HANDLES = re.compile(r"\A\s*(@\w+\s+)+")
_MEDIA_KINDS: dict[str, Literal["photo", "video", "gif"]] = {
    "photo": "photo",
    "video": "video",
    "animated_gif": "gif",
}
_REFERENCE_KINDS = {"replied_to": ReferenceKind.ANSWERS, "quoted": ReferenceKind.QUOTES}


class Malformed(ValueError):
    """A post without what every post has: a number, an author or a text."""


class Page:
    """One answer of X: posts, and the users, media and other posts that they refer to."""

    def __init__(self, body: Json) -> None:
        data = body.get("data")
        self.posts = list(mappings(data if isinstance(data, list) else [data]))
        meta = mapping(body.get("meta"))
        self.numbers = [int(identifier(post.get("id")) or 0) for post in self.posts]
        self.counted = "result_count" in meta
        self.next_token = string(meta.get("next_token")) or None
        includes = mapping(body.get("includes"))
        self._users = _by(includes.get("users"), "id")
        self._media = _by(includes.get("media"), "media_key")
        self._others = _by(includes.get("tweets"), "id") | _by(includes.get("posts"), "id")
        self._errors = list(mappings(body.get("errors")))
        self._hidden = {hidden for error in self._errors if (hidden := _hidden(error))}

    def mention(self, post: Json, own_id: str, handle: str) -> Mention:
        """Return a post as the desk knows it.

        `handle` (without the @) and `own_id` are the account that looks at it. Raises Malformed.
        """
        post_id, author, media = identifier(post.get("id")), self._author(post), list(self._pictures(post))
        if not post_id:
            raise Malformed("no id")
        url = f"https://x.com/{author.handle}/status/{post_id}"
        answerable = names(post, own_id, handle) or self._quotes(post, own_id)
        return Mention(
            id=post_id,
            conversation=identifier(post.get("conversation_id")) or post_id,
            author=author,
            text=text(post),
            posted_at=posted_at(post, post_id),
            url=url,
            language=_language(post.get("lang")),
            in_reply_to=replied_to(post),
            media=tuple(Media(kind, address or url, alt) for kind, address, alt in media),
            earlier_ids=tuple(other for other in _history(post) if other != post_id),
            reply_blocked_reason=None if answerable else "not_mentioned",
            references=tuple(self._references(post, own_id, handle)),
        )

    def filled(self, reference: Reference, own_id: str, handle: str) -> Reference:
        """Return the reference with what this answer holds of the post; `own_id` and `handle` are our account's."""
        post = self._others.get(reference.id) or next(
            (one for one in self.posts if identifier(one.get("id")) == reference.id), {}
        )
        author_id = identifier(post.get("author_id")) or reference.author_id
        known = handle if author_id == own_id else string(self._users.get(author_id, {}).get("username"))
        name = next(filter(_HANDLE.fullmatch, (known, reference.handle)), "")
        try:
            words = text(post) if post else None
        except Malformed:
            words = None
        return replace(
            reference,
            url=f"https://x.com/{name or 'i'}/status/{reference.id}",
            author_id=author_id,
            handle=name,
            text=words,
            gone=not post and reference.id in self._hidden,
        )

    @property
    def ids(self) -> list[str]:
        """The numbers of the posts that were asked for."""
        return [id_ for post in self.posts if (id_ := identifier(post.get("id")))]

    @property
    def other_ids(self) -> list[str]:
        """The numbers of the posts that come along because others refer to them."""
        return list(self._others)

    @property
    def user_ids(self) -> list[str]:
        """The numbers of the people that come along."""
        return list(self._users)

    def lacks(self) -> bool:
        """Tell whether every author is missing, or everything that posts of older conversations refer to."""
        later = [
            post for post in self.posts if (root := identifier(post.get("conversation_id"))) and root != _first(post)
        ]
        no_authors = all(not identifier(post.get("author_id")) for post in self.posts)
        return bool(self.posts) and (no_authors or (bool(later) and not any(any(references(post)) for post in later)))

    def goes_down_to(self, number: int) -> bool:
        """Tell whether the page, in X's order of newest first, ends at the post `number` or an older one."""
        return bool(self.numbers) and 0 < self.numbers[-1] <= min(number, self.numbers[0])

    def answers(self, post: Json, post_id: str | None) -> bool:
        """Tell whether `post` replies to the post whose number is, or was before an edit, `post_id`; None: to none."""
        parent = replied_to(post)
        if post_id is None:
            return parent is None
        return parent is not None and post_id in (parent, *_history(self._others.get(parent, {})))

    def gone(self) -> Iterator[str]:
        """Yield requested ids that X no longer shows us: the post is deleted, or its author's account is closed."""
        for error in self._errors:
            if error.get("parameter", "ids") == "ids" and (hidden := _hidden(error)):
                yield hidden

    def _author(self, post: Json) -> Author:
        author_id = identifier(post.get("author_id"))
        if not author_id:
            raise Malformed("no author")
        user = self._users.get(author_id, {})
        handle = string(user.get("username"))
        if not _HANDLE.fullmatch(handle):
            handle = author_id  # X's links work with any handle, so a mention without one is not lost
        followers = mapping(user.get("public_metrics")).get("followers_count")
        return Author(
            id=author_id,
            handle=handle,
            name=string(user.get("name"))[:LONGEST_NAME] or handle,
            followers=followers if type(followers) is int and 0 <= followers <= MOST_FOLLOWERS else None,
            links=tuple(_profile_links(user)),
        )

    def _pictures(self, post: Json) -> Iterator[tuple[Literal["photo", "video", "gif"], str, str | None]]:
        for key in items(mapping(post.get("attachments")).get("media_keys")):
            item = self._media.get(string(key), {})
            kind = _MEDIA_KINDS.get(string(item.get("type")))
            address = link(item.get("url")) if kind == "photo" else ""  # films are watched at the post itself
            if kind and (address or kind != "photo"):
                yield kind, address, string(item.get("alt_text")) or None

    def _references(self, post: Json, own_id: str, handle: str) -> Iterator[Reference]:
        """Yield what the post answers and what it quotes, with what came along. Whom it names tells who wrote that."""
        names = {identifier(who.get("id")): string(who.get("username")) for who in _entities(post, "mentions")}
        answered = identifier(post.get("in_reply_to_user_id"))
        first = {kind: id_ for type_, id_ in reversed([*references(post)]) if (kind := _REFERENCE_KINDS.get(type_))}
        for kind, id_ in first.items():
            whose = answered if kind is ReferenceKind.ANSWERS else ""
            author_id = identifier(self._others.get(id_, {}).get("author_id")) or whose
            yield self.filled(Reference(kind, id_, "", author_id, names.get(author_id, "")), own_id, handle)

    def _quotes(self, post: Json, own_id: str) -> bool:
        return any(
            kind == "quoted" and self._others.get(other, {}).get("author_id") == own_id
            for kind, other in references(post)
        )


def own_post(post: Json, handle: str) -> OwnPost | None:
    """Return a reply by our account @`handle`; None if the post is no reply, or is not readable."""
    post_id, parent = identifier(post.get("id")), replied_to(post)
    if not post_id or parent is None:
        return None
    try:
        words = _LEADING_HANDLES.sub("", text(post), count=1)
    except Malformed:
        return None
    return OwnPost(
        id=post_id,
        in_reply_to=parent,
        text=words,
        at=posted_at(post, post_id),
        url=f"https://x.com/{handle}/status/{post_id}",
        earlier_ids=tuple(other for other in _history(post) if other != post_id),
    )


def with_textual_ids(thing: Json) -> Json:
    """Turn ids into strings. X writes them so, but an older X, or an imitation of it, may write numbers."""
    return {key: _textual(value) if key.endswith(("id", "_ids")) else value for key, value in thing.items()}


def _textual(value: object) -> object:
    if isinstance(value, list):
        return [_textual(item) for item in value]
    return str(value) if type(value) is int else value


def identifier(value: object) -> str:
    """Return X's number of something as a string; empty if `value` is not one. X's numbers fit in 63 bits."""
    return value if isinstance(value, str) and _ID.fullmatch(value) and int(value) < 2**63 else ""


def newest(ids: Iterable[str]) -> str:
    """Return the highest of X's numbers, which grow with time; empty if there is none."""
    return max(filter(None, ids), key=int, default="")


def latest_id(post: Json) -> str:
    """Return the number of the post's newest wording, as far as this version knows."""
    return newest([identifier(post.get("id")), *_history(post)])


def _first(post: Json) -> str:
    return min(filter(None, [identifier(post.get("id")), *_history(post)]), key=int, default="")


def is_repost(post: Json) -> bool:
    """Tell whether the post passes on somebody's words without adding any."""
    return any(kind in ("retweeted", "reposted") for kind, _ in references(post))


def references(post: Json) -> Iterator[tuple[str, str]]:
    """Yield what the post refers to: ("replied_to" | "quoted" | "retweeted", id)."""
    for reference in mappings(_either(post, "referenced_tweets", "referenced_posts")):
        if other := identifier(reference.get("id")):
            yield string(reference.get("type")), other


def replied_to(post: Json) -> str | None:
    return next((other for kind, other in references(post) if kind == "replied_to"), None)


def posted_at(post: Json, post_id: str) -> datetime:
    """Return when the post was made, in UTC; if X does not say it readably, the time inside its number."""
    try:
        at = datetime.fromisoformat(string(post.get("created_at")))
        # Time zones and targets are added to this instant, which fails at the limits of datetime.
        if at.tzinfo is not None and 2006 <= at.year < 2100:
            return at.astimezone(UTC)
    except ValueError:
        pass
    return made_at(post_id)


def made_at(post_id: str) -> datetime:
    """Return the time inside a post's number, in UTC."""
    return _FIRST_NUMBER + timedelta(milliseconds=int(post_id) >> 22)


def number_at(at: datetime) -> str:
    """Return the lowest number that a post made then could have."""
    return str(max(1, (at - _FIRST_NUMBER) // timedelta(milliseconds=1) << 22))


def before(post_id: str, length: timedelta) -> str:
    """Return the number of a post made `length` earlier."""
    return str(max(1, int(post_id) - (length // timedelta(milliseconds=1) << 22)))


def text(post: Json) -> str:
    """Return the words as they were typed: a long post in full, short links expanded, links to media left out.

    Raises Malformed.
    """
    words = _note(post).get("text", post.get("text"))
    if not isinstance(words, str):
        raise Malformed("no text")
    links: dict[str, str] = {}
    for entity in _entities(post, "urls"):
        target = link(entity.get("expanded_url"))
        is_media = "media_key" in entity or _MEDIA_LINK.fullmatch(target)
        if target:
            links[string(entity.get("url"))] = "" if is_media else target
    typed = _ESCAPED.sub(lambda match: _UNESCAPED[match[1]], string(words))
    return _SHORT_LINK.sub(lambda match: links.get(match[0], match[0]), typed).rstrip()


def comparable(words: str) -> str:
    """Reduce a reply to its letters and digits, without what X changes: leading handles, and how links are written.

    This is deliberately generous. It is compared only with posts of our own that answer the same post and are no older
    than the try. Taking another reply for it does little harm; missing it answers the customer twice.
    """
    typed = "".join(char for char in words if unicodedata.category(char) != "Cf")
    bare = unicodedata.normalize("NFKC", unquote(_SCHEME.sub("", typed))).casefold()
    return letters(_LEADING_HANDLES.sub("", bare, count=1))


def names(post: Json, own_id: str, handle: str) -> bool:
    """Tell whether the post mentions the account; read from its text if X sent no list of mentions."""
    if any("mentions" in mapping(holder.get("entities")) for holder in (post, _note(post))):
        return any(
            mention.get("id") == own_id or string(mention.get("username")).lower() == handle.lower()
            for mention in _entities(post, "mentions")
        )
    pattern = rf"(?<![\w@])@{re.escape(handle)}(?!\w)"
    return re.search(pattern, string(_note(post).get("text", post.get("text"))), re.IGNORECASE) is not None


def _history(post: Json) -> Iterator[str]:
    listed = _either(post, "edit_history_tweet_ids", "edit_history_post_ids")
    return filter(None, map(identifier, items(listed)))


def _note(post: Json) -> Json:
    return mapping(_either(post, "note_tweet", "note_post"))


def _hidden(error: Json) -> str:
    """Return the number of the post that X does not show us, by this error; empty if the error says something else."""
    problem = string(error.get("type")).rsplit("/", 1)[-1]
    if problem not in ("resource-not-found", "not-authorized-for-resource"):
        return ""
    return identifier(error.get("resource_id")) or identifier(error.get("value"))


def _entities(post: Json, kind: str) -> Iterator[Json]:
    for holder in (post, _note(post)):
        yield from mappings(mapping(holder.get("entities")).get(kind))


def _profile_links(user: Json) -> Iterator[str]:
    """Yield the addresses in somebody's profile: their website, and what their own description names."""
    said = mapping(user.get("entities"))
    for part in (said.get("url"), said.get("description")):
        yield from filter(None, (link(one.get("expanded_url")) for one in mappings(mapping(part).get("urls"))))


def _language(value: object) -> str | None:
    language = string(value)
    # X's own codes for "unknown", "only a picture", "only tags" and the like begin with a q.
    return None if language in ("", "und", "zxx") or language.startswith("q") else language[:LONGEST_LANGUAGE]


def _either(post: Json, old: str, new: str) -> object:
    return post[old] if old in post else post.get(new)


def _by(value: object, key: str) -> dict[str, Json]:
    return {string(item.get(key)): item for item in mappings(value)}
