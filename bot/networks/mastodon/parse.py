"""Translates the JSON of a Mastodon server into the desk's terms.

Anybody can run such a server and write what it passes on, so nothing is trusted to have the documented shape.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from bot.domain.cases.mention import Author, Media, Mention, Reference, ReferenceKind
from bot.networks.base import OwnPost
from bot.networks.html import text_of
from bot.networks.mastodon.text import NAME, without_names
from bot.networks.untrusted import Json, link, mapping, mappings, string

LONGEST_NAME, LONGEST_LANGUAGE, MOST_FOLLOWERS = 200, 20, 2**31 - 1  # what a thread's columns hold
VISIBLE_TO_OTHERS = frozenset({"public", "unlisted", "private"})
"""What Mastodon calls private, followers of its author can read; what it calls direct, those whom it names."""

_ID = re.compile(r"[\w.:~-]{1,1000}")  # as much as an index holds
_TIMED_ID = re.compile(r"[0-9]{10}([0-9a-f]{32})")
_ACCT = re.compile(rf"{NAME}(?:@[\w.:-]{{1,300}})?")
_QUOTED = '<p class="quote-inline">'  # for readers who do not show the quoted post
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")
_MEDIA_KINDS: dict[str, Literal["photo", "video", "gif"]] = {"image": "photo", "gifv": "gif"}


class Malformed(ValueError):
    """A post without what every post has: an id, an author or a text."""


@dataclass(frozen=True, slots=True)
class Home:
    """Our account as its server knows it: its name there, and the server that people write behind an @."""

    local: str
    host: str

    @classmethod
    def of(cls, handle: str) -> Home:
        local, _, host = handle.rpartition("@")
        return cls(local, host)

    def whole(self, acct: str) -> str:
        """Return an account's name with its server, which servers leave out for their own people."""
        return acct if "@" in acct else f"{acct}@{self.host}"

    def is_us(self, status: Json) -> bool:
        """Tell whether our account wrote a post."""
        acct = acct_of(mapping(status.get("account")))
        return self.whole(acct).lower() == f"{self.local}@{self.host}".lower()


def identifier(value: object) -> str:
    """Return the server's id of something; empty if `value` is not one. Some servers write them as numbers."""
    textual = str(value) if type(value) is int else value
    return textual if isinstance(textual, str) and _ID.fullmatch(textual) else ""


def post_id(value: object) -> str:
    """Return the id of a post, without what changes in it.

    The ids of snac begin with the second of the last edit, and whatever second stands there, it knows the post.
    """
    found = identifier(value)
    timed = _TIMED_ID.fullmatch(found)
    return f"{0:010}{timed[1]}" if timed else found


def order(identifier: str) -> tuple[int, str]:
    """Return what ids sort by: on every kind of server, later ones are longer, or greater letter by letter."""
    return len(identifier), identifier


def acct_of(account: Json) -> str:
    acct = string(account.get("acct")) or string(account.get("username"))
    return acct if _ACCT.fullmatch(acct) else ""


def instant(value: object) -> datetime | None:
    """Return an instant in UTC; None if `value` is not one that can be worked with."""
    try:
        at = datetime.fromisoformat(string(value))
        # Time zones and targets are added to this instant, which fails at the limits of datetime.
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC) if 2000 <= at.year < 2100 else None
    except ValueError:
        return None


def is_private(status: Json) -> bool:
    """Tell whether only those can read a post whom it names. What cannot be told is taken for private."""
    return visibility(status) not in VISIBLE_TO_OTHERS


def is_for_all(status: Json) -> bool:
    """Tell whether everybody can read a post, and it is nobody else's passed on."""
    return visibility(status) in ("public", "unlisted") and not status.get("reblog")


def visibility(status: Json) -> str:
    return string(status.get("visibility"))


def language(status: Json) -> str | None:
    said = string(status.get("language"))
    return said if len(said) <= LONGEST_LANGUAGE and _LANGUAGE.fullmatch(said) else None


def words(status: Json, home: Home) -> str:
    """Return what was written, a content warning first. Raises Malformed."""
    return "\n\n".join(filter(None, (string(status.get("spoiler_text")).strip(), body(status, home))))


def body(status: Json, home: Home) -> str:
    """Return what was written below a content warning. Raises Malformed."""
    content = status.get("content")
    if not isinstance(content, str):
        raise Malformed("no text")
    names = {
        link(one.get("url")): f"@{home.whole(acct)}"
        for one in mappings(status.get("mentions"))
        if (acct := acct_of(one)) and link(one.get("url"))
    }
    text = text_of(_unquoted(string(content)), names)
    ours = re.compile(rf"(?<![\w@/])@{re.escape(home.local)}(?![\w@]|[.-]\w)", re.IGNORECASE)
    return ours.sub(f"@{home.local}@{home.host}", text)


def _unquoted(content: str) -> str:
    before, _, after = content.partition(_QUOTED)
    _, end, rest = after.partition("</p>")
    return before + rest if end else content


def mention(status: Json, root: str, home: Home, seen_at: datetime | None, now: datetime) -> Mention:
    """Return a post as the desk knows it. Raises Malformed.

    `root` is the first post of its thread, and `seen_at` when the server had it, which no post is later than.
    """
    id_ = post_id(status.get("id"))
    if not id_:
        raise Malformed("no id")
    author = _author(status, home)
    url = _url(status) or f"https://{home.host}/@{author.handle}/{id_}"
    private = is_private(status)
    posted_at = min(filter(None, (instant(status.get("created_at")), seen_at)), default=now)
    return Mention(
        id=id_,
        conversation=f"direct-{root}" if private else root,
        author=author,
        text=words(status, home),
        posted_at=posted_at,
        url=url,
        language=language(status),
        in_reply_to=post_id(status.get("in_reply_to_id")) or None,
        media=tuple(_pictures(status, url)),
        references=tuple(_references(status, home)),
        private=private,
    )


def own_post(status: Json, home: Home, now: datetime) -> OwnPost | None:
    """Return a reply by our account; None if the post is no reply, or is not readable."""
    id_, parent = post_id(status.get("id")), post_id(status.get("in_reply_to_id"))
    if not id_ or not parent or status.get("reblog"):
        return None
    try:
        text = without_names(body(status, home))
    except Malformed:
        return None
    return OwnPost(
        id=id_,
        in_reply_to=parent,
        text=text,
        at=instant(status.get("created_at")) or now,
        url=_url(status),
    )


def filled(reference: Reference, status: Json, home: Home) -> Reference:
    """Return a reference with what a post shows of it."""
    try:
        author, text = _author(status, home), words(status, home)
    except Malformed:
        return reference
    return Reference(
        reference.kind,
        reference.id,
        _url(status) or reference.url,
        author_id=author.id,
        handle=author.handle,
        text=text,
    )


def _author(status: Json, home: Home) -> Author:
    """Return who wrote it. A server's number of them means nothing on another one, so they are known by their name."""
    account = mapping(status.get("account"))
    acct = acct_of(account)
    if not acct:
        raise Malformed("no author")
    handle = home.whole(acct)
    followers = account.get("followers_count")
    return Author(
        id=handle.lower(),
        handle=handle,
        name=string(account.get("display_name"))[:LONGEST_NAME] or acct,
        followers=followers if type(followers) is int and 0 <= followers <= MOST_FOLLOWERS else None,
        links=tuple(_profile_links(account)),
        automated=account.get("bot") is True,
    )


def _profile_links(account: Json) -> Iterator[str]:
    """Yield the addresses in the fields of somebody's profile."""
    for field in mappings(account.get("fields")):
        yield from filter(None, map(link, text_of(string(field.get("value"))).split()))


def _url(status: Json) -> str:
    return link(status.get("url")) or link(status.get("uri"))


def _pictures(status: Json, post_url: str) -> Iterator[Media]:
    for item in mappings(status.get("media_attachments")):
        kind = _MEDIA_KINDS.get(string(item.get("type")), "video")
        address = link(item.get("url")) or link(item.get("remote_url"))
        # Films are watched at the post itself.
        yield Media(kind, address if kind == "photo" and address else post_url, string(item.get("description")) or None)


def _references(status: Json, home: Home) -> Iterator[Reference]:
    """Yield what the post answers and what it quotes. Whom it names tells who wrote what it answers."""
    if parent := post_id(status.get("in_reply_to_id")):
        whose = identifier(status.get("in_reply_to_account_id"))
        named = {identifier(one.get("id")): acct_of(one) for one in mappings(status.get("mentions"))}
        handle = home.whole(acct) if (acct := named.get(whose, "")) else ""
        page = f"https://{home.host}/web/statuses/{parent}"
        yield Reference(ReferenceKind.ANSWERS, parent, page, handle.lower(), handle)
    quote = mapping(status.get("quote"))
    quoted = mapping(quote.get("quoted_status")) or quote
    if other := post_id(quoted.get("id")):
        yield filled(Reference(ReferenceKind.QUOTES, other, _url(quoted)), quoted, home)
