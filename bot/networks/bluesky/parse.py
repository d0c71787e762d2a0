"""Translates Bluesky's JSON into the desk's terms.

A record is what its author's software wrote, and a view is what the server makes of it. Nothing in either is trusted
to have the documented shape.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.domain.cases.mention import Author, Media, Mention, Reference, ReferenceKind
from bot.networks.base import OwnPost
from bot.networks.bluesky.spec import HANDLE
from bot.networks.bluesky.text import written_out
from bot.networks.untrusted import Json, items, link, mapping, mappings, string

POST, LIKE = "app.bsky.feed.post", "app.bsky.feed.like"
LONGEST_NAME, LONGEST_URI, MOST_FOLLOWERS = 200, 1000, 2**31 - 1  # what a thread's columns and their index hold
BELIEVED = timedelta(days=1)
"""How much earlier than it arrived a post may say that it was written."""

_URI = re.compile(rf"at://(did:[a-z]+:[A-Za-z0-9._:%-]+)/{re.escape(POST)}/([A-Za-z0-9._:~-]{{1,512}})")
_DID = re.compile(r"did:[a-z]+:[A-Za-z0-9._:%-]+")
_HANDLE = re.compile(HANDLE)
NOBODYS = "handle.invalid"
_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(-[A-Za-z0-9-]{1,16})?")
_IMAGES, _VIDEO, _EXTERNAL = (f"app.bsky.embed.{name}#view" for name in ("images", "video", "external"))
_RECORD, _BOTH = (f"app.bsky.embed.{name}#view" for name in ("record", "recordWithMedia"))


class Malformed(ValueError):
    """A post without what every post has: an address, an author or a text."""


def mention(view: Json, own_did: str, handle: str) -> Mention:
    """Return a post as the desk knows it, from the server's view of it.

    `own_did` and `handle` (without the @) are our account's. Raises Malformed.
    """
    uri, record = identifier(view.get("uri")), mapping(view.get("record"))
    if not uri:
        raise Malformed("no address")
    author = _author(view)
    url = _url(uri, author.handle)
    embed = mapping(view.get("embed"))
    parent = replied_to(record)
    return Mention(
        id=uri,
        conversation=root_of(record) or uri,
        author=author,
        text=_text(record, embed),
        posted_at=_posted_at(record, view),
        url=url,
        language=_language(record),
        in_reply_to=parent,
        media=tuple(_media(embed, url)),
        reply_blocked_reason="limited" if is_closed(view) else None,
        references=tuple(_named(reference, own_did, handle) for reference in _references(parent, record, embed)),
    )


def own_post(uri: str, record: Json, handle: str, at: datetime) -> OwnPost | None:
    """Return a reply by our account @`handle` from its record; None if the post is no reply, or is not readable."""
    parent = replied_to(record)
    if parent is None or not isinstance(record.get("text"), str):
        return None
    return OwnPost(uri, parent, written_out(record), at, _url(uri, handle))


def filled(reference: Reference, view: Json | None, own_did: str, handle: str) -> Reference:
    """Return the reference with what is shown of the post; without a view it is gone. `own_did` is @`handle`'s."""
    if view is None:
        return replace(reference, gone=True)
    record, name = mapping(view.get("record")), _handle(mapping(view.get("author")), reference.handle)
    words = written_out(record) if isinstance(record.get("text"), str) else None
    known = replace(reference, author_id=author_of(reference.id), handle=name, text=words)
    return _named(known, own_did, handle)


def _named(reference: Reference, own_did: str, handle: str) -> Reference:
    name = handle if reference.author_id == own_did else reference.handle
    return replace(reference, handle=name, url=_url(reference.id, name))


def is_closed(view: Json) -> bool:
    """Tell whether our account may not answer the post: by the author's rules, or because one blocks the other."""
    may, author = mapping(view.get("viewer")), mapping(mapping(view.get("author")).get("viewer"))
    return may.get("replyDisabled") is True or author.get("blockedBy") is True or bool(author.get("blocking"))


def reference(view: Json) -> Json:
    """Return what a record of ours names a post by: its address and the version that stands there."""
    return {"uri": identifier(view.get("uri")), "cid": string(view.get("cid"))}


def root_of(record: Json) -> str:
    """Return where the post's conversation begins; empty if it answers nothing."""
    return identifier(mapping(mapping(record.get("reply")).get("root")).get("uri"))


def replied_to(record: Json) -> str | None:
    return identifier(mapping(mapping(record.get("reply")).get("parent")).get("uri")) or None


def identifier(value: object) -> str:
    """Return the address of a post; empty if `value` is not one."""
    return value if isinstance(value, str) and len(value) <= LONGEST_URI and _URI.fullmatch(value) else ""


def record_key(uri: str) -> str:
    return uri.rpartition("/")[2]


def author_of(uri: str) -> str:
    """Return who wrote a post, by its address: the account's DID."""
    found = _URI.fullmatch(uri)
    return found[1] if found else ""


def instant(value: object) -> datetime | None:
    """Return a time in UTC; None if `value` is not one that the desk can reckon with."""
    try:
        at = datetime.fromisoformat(string(value))
    except ValueError:
        return None
    # Time zones and targets are added to this instant, which fails at the limits of datetime.
    return at.astimezone(UTC) if at.tzinfo is not None and 2000 <= at.year < 2100 else None


def _author(view: Json) -> Author:
    author = mapping(view.get("author"))
    did = string(author.get("did"))
    if not _DID.fullmatch(did) or len(did) > LONGEST_URI:
        raise Malformed("no author")
    handle = _handle(author, did)
    followers = author.get("followersCount")
    return Author(
        id=did,
        handle=handle,
        name=string(author.get("displayName")).strip()[:LONGEST_NAME] or handle,
        followers=followers if type(followers) is int and 0 <= followers <= MOST_FOLLOWERS else None,
        automated=any(
            label.get("val") == "bot" and label.get("src") == did for label in mappings(author.get("labels"))
        ),
    )


def _handle(author: Json, otherwise: str) -> str:
    """Return the handle; `otherwise` if it is nobody's any more. Bluesky's links work with a DID as well."""
    handle = string(author.get("handle"))
    return handle if _HANDLE.fullmatch(handle) and handle != NOBODYS else otherwise


def _url(uri: str, handle: str) -> str:
    return f"https://bsky.app/profile/{handle or author_of(uri)}/post/{record_key(uri)}"


def _posted_at(record: Json, view: Json) -> datetime:
    """Return when the post was made, as it says itself, unless that is after it arrived or long before."""
    arrived, said = instant(view.get("indexedAt")), instant(record.get("createdAt"))
    if arrived is None:
        if said is None:
            raise Malformed("no time")
        return said
    return said if said is not None and arrived - BELIEVED <= said <= arrived else arrived


def _text(record: Json, embed: Json) -> str:
    """Return the words with addresses written out, and beneath them that of the card, if it is not among them."""
    if not isinstance(record.get("text"), str):
        raise Malformed("no text")
    words = written_out(record)
    card = mapping(_attached(embed).get("external")) or mapping(_attached(mapping(record.get("embed"))).get("external"))
    address = link(card.get("uri"))
    return f"{words}\n{address}".strip() if address and address not in words else words


def _attached(embed: Json) -> Json:
    """Return what is attached to a post beside what it quotes."""
    return mapping(embed.get("media")) or embed


def _media(embed: Json, url: str) -> Iterator[Media]:
    attached = _attached(embed)
    kind = attached.get("$type")
    if kind == _VIDEO or (kind is None and attached.get("playlist")):
        yield Media("video", url, _described(attached))  # films are watched at the post itself
        return
    for image in mappings(attached.get("images")):
        address = link(image.get("fullsize")) or link(image.get("thumb"))
        if address:
            yield Media("photo", address, _described(image))


def _described(item: Json) -> str | None:
    return string(item.get("alt")).strip() or None


def _references(parent: str | None, record: Json, embed: Json) -> Iterator[Reference]:
    if parent:
        yield Reference(ReferenceKind.ANSWERS, parent, "", author_of(parent))
    quoted = mapping(embed.get("record"))
    quoted = quoted if identifier(quoted.get("uri")) else mapping(quoted.get("record"))
    raw = mapping(mapping(record.get("embed")).get("record"))
    raw = raw if identifier(raw.get("uri")) else mapping(raw.get("record"))
    uri = identifier(quoted.get("uri")) or identifier(raw.get("uri"))
    if not uri:
        return
    value = mapping(quoted.get("value"))
    name = _handle(mapping(quoted.get("author")), "")
    yield Reference(
        ReferenceKind.QUOTES,
        uri,
        "",
        author_of(uri),
        name,
        text=written_out(value) if isinstance(value.get("text"), str) else None,
        gone=any(quoted.get(sign) is True for sign in ("notFound", "blocked", "detached")),
    )


def _language(record: Json) -> str | None:
    """Return the language that the post is said to be in; None if several are named, as by those who speak them."""
    named = items(record.get("langs"))
    found = _LANGUAGE.fullmatch(string(named[0])) if len(named) == 1 else None
    return found[0] if found else None
