"""The XRPC methods, as strict about what they are asked as the reference server, and stricter about records."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

from aiohttp import web

from bot.sandbox.bluesky.lexicon import DATETIME, LIKE, POST, TID, URI, Invalid, check
from bot.sandbox.bluesky.service import APP_PASSWORD, BlueskyService, Person, Stored, instant
from bot.sandbox.faults import suffer

SIGN_INS, AT_ONCE, PAGE = 30, 25, 100
UPLOAD = "com.atproto.repo.uploadBlob"
Given = dict[str, Any]


class Refused(Exception):
    """An answer other than 200."""

    def __init__(self, name: str, message: str, status: int = 400, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.name, self.status, self.headers = name, status, headers or {}


class Api:
    """Answers everything under /bluesky/xrpc."""

    def __init__(self, service: BlueskyService) -> None:
        self._service = service
        # By method: how it is asked, which token it wants, what it takes, and what answers.
        self._methods: dict[str, tuple[str, str, set[str], Callable[[Given, web.Request], Given]]] = {
            "com.atproto.server.createSession": ("POST", "", {"identifier", "password"}, self._sign_in),
            "com.atproto.server.refreshSession": ("POST", "refresh", set(), self._refresh),
            "com.atproto.identity.resolveHandle": ("GET", "", {"handle"}, self._resolve),
            "com.atproto.repo.getRecord": ("GET", "", {"repo", "collection", "rkey"}, self._record),
            "com.atproto.repo.listRecords": ("GET", "", {"repo", "collection", "limit", "cursor"}, self._records),
            "com.atproto.repo.putRecord": ("POST", "access", {"repo", "collection", "rkey", "record"}, self._put),
            "com.atproto.repo.deleteRecord": ("POST", "access", {"repo", "collection", "rkey"}, self._delete),
            UPLOAD: ("POST", "access", set(), self._upload),
            "app.bsky.feed.getPosts": ("GET", "access", {"uris"}, self._posts),
            "app.bsky.feed.searchPosts": (
                "GET",
                "access",
                {"q", "sort", "since", "lang", "limit", "cursor"},
                self._search,
            ),
            "app.bsky.notification.listNotifications": (
                "GET",
                "access",
                {"limit", "cursor", "reasons", "priority"},
                self._told,
            ),
        }

    async def handle(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        fault = self._service.faults.take("bluesky", method)
        if fault is not None:
            return await suffer(fault, request, lambda: self._answer(request, method), _rate_limited)
        return await self._answer(request, method)

    async def _answer(self, request: web.Request, method: str) -> web.Response:
        try:
            return web.json_response(await self._done(request, method))
        except Refused as no:
            return web.json_response({"error": no.name, "message": str(no)}, status=no.status, headers=no.headers)

    async def _done(self, request: web.Request, method: str) -> Given:
        if method not in self._methods:
            raise Refused("MethodNotImplemented", "Method Not Implemented", 501)
        verb, token, takes, answer = self._methods[method]
        if request.method != verb:
            raise Refused("InvalidRequest", f"Incorrect HTTP method ({request.method}) expected {verb}", 405)
        given: Given = {}
        for name in request.query:
            many = request.query.getall(name)
            given[name] = many if name in ("uris", "reasons") else many[-1]
        if method == UPLOAD:
            given, takes = {"kind": request.content_type, "content": await request.read()}, {"kind", "content"}
        elif verb == "POST":
            given = await _body(request, bool(takes))
        if unknown := set(given) - takes:
            raise Refused("InvalidRequest", f"Unknown: {', '.join(sorted(unknown))}")
        with self._service.lock:
            self._require_token(request, token)
            self._service.calls.append(method)
            return answer(given, request)

    def _require_token(self, request: web.Request, wanted: str) -> None:
        if not wanted:
            return
        said = request.headers.get("Authorization", "")
        if not said.startswith("Bearer "):
            raise Refused("AuthMissing", "Authentication Required", 401)
        kind = self._service.tokens.get(said.removeprefix("Bearer "))
        if kind == "expired":
            raise Refused("ExpiredToken", "Token has expired")
        if kind != wanted:
            raise Refused("InvalidToken", "Token could not be verified")
        self._require_in_order()

    def _require_in_order(self) -> None:
        if self._service.refuses:
            raise Refused(self._service.refuses, "Account has been taken down", 401)

    def _sign_in(self, given: Given, _request: web.Request) -> Given:
        _require(given, "identifier", "password")
        self._service.sign_ins += 1
        if self._service.sign_ins > SIGN_INS:
            raise _too_many(300)
        if self._service.person(given["identifier"]) != self._service.own or given["password"] != APP_PASSWORD:
            raise Refused("AuthenticationRequired", "Invalid identifier or password", 401)
        self._require_in_order()
        return self._session()

    def _refresh(self, _given: Given, request: web.Request) -> Given:
        del self._service.tokens[request.headers["Authorization"].removeprefix("Bearer ")]
        return self._session()

    def _session(self) -> Given:
        number, own = len(self._service.tokens), self._service.own
        access, refresh = f"ey.access.{number}", f"ey.refresh.{number}"
        self._service.tokens |= {access: "access", refresh: "refresh"}
        tokens = {"accessJwt": access, "refreshJwt": refresh}
        return {**tokens, "did": own.did, "handle": own.handle, "active": True}

    def _resolve(self, given: Given, _request: web.Request) -> Given:
        _require(given, "handle")
        person = self._service.person(given["handle"])
        if person is None:
            raise Refused("HandleNotFound", "Unable to resolve handle")
        return {"did": person.did}

    def _upload(self, given: Given, _request: web.Request) -> Given:
        return {"blob": self._service.keep(given["kind"], given["content"])}

    def _record(self, given: Given, _request: web.Request) -> Given:
        _require(given, "repo", "collection", "rkey")
        address = f"at://{given['repo']}/{given['collection']}/{given['rkey']}"
        try:
            stored = self._service.standing(address)
        except KeyError:
            raise Refused("RecordNotFound", f"Could not locate record: {address}") from None
        return {**stored.reference, "value": dict(stored.record)}

    def _records(self, given: Given, _request: web.Request) -> Given:
        _require(given, "repo", "collection")
        held = [
            stored
            for stored in self._service.of(given["repo"], given["collection"])
            if "cursor" not in given or stored.key < given["cursor"]
        ]
        page = held[: _limit(given)]
        answer: Given = {"records": [{**stored.reference, "value": dict(stored.record)} for stored in page]}
        return answer | ({"cursor": page[-1].key} if page else {})

    def _put(self, given: Given, _request: web.Request) -> Given:
        _require(given, "repo", "collection", "rkey", "record")
        own, record, collection = self._service.own, given["record"], given["collection"]
        if given["repo"] != own.did:
            raise Refused("AuthenticationRequired", "Authentication Required", 401)
        if not TID.fullmatch(given["rkey"]):
            raise Refused("InvalidRequest", f"Invalid record key for {collection}: {given['rkey']}")
        try:
            check(collection, record)
        except (Invalid, KeyError, TypeError, AttributeError) as wrong:
            raise Refused("InvalidRequest", f"Invalid {collection} record: {wrong}") from None
        if collection == POST and "reply" in record:
            self._require_place(record["reply"])
        if collection == LIKE:
            self._require_known(record["subject"])
        try:
            media = self._service.pictures(record)
        except ValueError as wrong:
            raise Refused("BlobNotFound", str(wrong)) from None
        stored = Stored(own.did, collection, given["rkey"], record, self._service.now(), media)
        before = self._service.ever(stored.id)
        if before is None or before.deleted or before.cid != stored.cid:
            self._service.put(stored)
        return {**stored.reference, "validationStatus": "valid"}

    def _delete(self, given: Given, _request: web.Request) -> Given:
        """Delete a record of our account's; one that is not there is no error, as on Bluesky."""
        _require(given, "repo", "collection", "rkey")
        if given["repo"] != self._service.own.did:
            raise Refused("AuthenticationRequired", "Authentication Required", 401)
        with suppress(KeyError):
            self._service.delete(f"at://{given['repo']}/{given['collection']}/{given['rkey']}")
        return {}

    def _require_place(self, reply: Given) -> None:
        """Refuse a reply that is not where it belongs; one to a deleted post is taken, as on Bluesky."""
        parent = self._require_known(reply["parent"])
        self._require_known(reply["root"])
        if parent.conversation_id != reply["root"]["uri"]:
            raise Refused(
                "InvalidRequest", "Invalid app.bsky.feed.post record: Record/reply/root is another conversation"
            )

    def _require_known(self, reference: Given) -> Stored:
        stored = self._service.ever(reference["uri"])
        if stored is None or stored.cid != reference["cid"]:
            raise Refused("InvalidRequest", f"Invalid record: no such version of {reference['uri']}")
        return stored

    def _posts(self, given: Given, request: web.Request) -> Given:
        _require(given, "uris")
        if len(given["uris"]) > AT_ONCE:
            raise Refused("InvalidRequest", "Error: uris must not have more than 25 elements")
        if any(not URI.fullmatch(uri) for uri in given["uris"]):
            raise Refused("InvalidRequest", "Error: uris/0 must be a valid at-uri")
        shown = [uri for uri in dict.fromkeys(given["uris"]) if self._service.is_shown(uri)]
        return {"posts": [self._view(self._service.standing(uri), request) for uri in shown]}

    def _search(self, given: Given, request: web.Request) -> Given:
        _require(given, "q")
        if given.get("sort", "latest") not in ("latest", "top"):
            raise Refused("InvalidRequest", "Error: sort must be latest or top")
        since = str(given.get("since", ""))
        if since and not DATETIME.fullmatch(since):
            raise Refused("InvalidRequest", "Error: since must be a valid datetime")
        terms = [_pattern(quoted, bare) for quoted, bare in TERM.findall(str(given["q"]))]
        found = [
            post
            for post in self._service.posts
            if self._service.is_shown(post.id)
            and (not since or post.sorted_at >= datetime.fromisoformat(since))
            and all(term.search(post.text.lower()) for term in terms)
        ]
        start = int(given.get("cursor", "0"))
        page = found[start : start + _limit(given)]
        answer: Given = {"posts": [self._view(post, request) for post in page], "hitsTotal": len(found)}
        return answer | ({"cursor": str(start + len(page))} if start + len(page) < len(found) else {})

    def _told(self, given: Given, _request: web.Request) -> Given:
        wanted = given.get("reasons")
        lines = [line for line in self._service.told() if wanted is None or line[0] in wanted]
        if given.get("priority", str(self._service.priority).lower()) != "false":
            lines = []
        start = int(given.get("cursor", "0"))
        page = lines[start : start + _limit(given)]
        answer: Given = {"notifications": [self._line(*line) for line in page], "priority": False}
        return answer | ({"cursor": str(start + len(page))} if start + len(page) < len(lines) else {})

    def _line(self, reason: str, subject: str, post: Stored) -> Given:
        line = {
            **post.reference,
            "author": self._profile(post.did),
            "reason": reason,
            "record": dict(post.record),
            "isRead": False,
            "indexedAt": instant(post.sorted_at),
            "labels": [],
        }
        return line | ({"reasonSubject": subject} if subject else {})

    def _view(self, post: Stored, request: web.Request) -> Given:
        viewer: Given = {"threadMuted": False, "embeddingDisabled": False}
        likes = (
            like for like in self._service.of(self._service.own.did, LIKE) if like.record["subject"]["uri"] == post.id
        )
        if liked := next(likes, None):
            viewer["like"] = liked.id
        if post.id in self._service.closed:
            viewer["replyDisabled"] = True
        view = {
            **post.reference,
            "author": self._profile(post.did),
            "record": dict(post.record),
            "indexedAt": instant(post.at),
            "viewer": viewer,
            "likeCount": int("like" in viewer),
            "labels": [],
        }
        return view | ({"embed": embed} if (embed := self._embed(post, request)) else {})

    def _embed(self, post: Stored, request: web.Request) -> Given | None:
        quoted = post.record.get("embed", {}).get("record")
        pictures = [
            {"thumb": url, "fullsize": url, "alt": media.alt_text or ""}
            for media in post.media
            for url in [f"{request.url.origin()}{media.url}" if media.url.startswith("/") else media.url]
        ]
        images: Given = {"$type": "app.bsky.embed.images#view", "images": pictures}
        if not quoted:
            return images if pictures else None
        record: Given = {"$type": "app.bsky.embed.record#view", "record": self._quoted(quoted["uri"])}
        if not pictures:
            return record
        return {"$type": "app.bsky.embed.recordWithMedia#view", "record": record, "media": images}

    def _quoted(self, uri: str) -> Given:
        post = self._service.ever(uri)
        if post is None or post.deleted:
            return {"$type": "app.bsky.embed.record#viewNotFound", "uri": uri, "notFound": True}
        return {
            "$type": "app.bsky.embed.record#viewRecord",
            **post.reference,
            "author": self._profile(post.did),
            "value": dict(post.record),
            "indexedAt": instant(post.at),
        }

    def _profile(self, did: str) -> Given:
        person = self._service.person(did) or Person(did, "handle.invalid", "")
        viewer = {"muted": False, "blockedBy": did in self._service.blocking}
        return {"did": did, "handle": person.handle, "displayName": person.name, "viewer": viewer, "labels": []}


TERM = re.compile(r'"([^"]*)"|(\S+)')


def _pattern(quoted: str, bare: str) -> re.Pattern[str]:
    """Return the pattern of a term: a phrase of words, a hashtag, or a word."""
    if not quoted and not re.fullmatch(r"#?\w+", bare):
        raise Refused("InvalidRequest", f"Error: this Bluesky does not know the operator {bare[:40]}")
    words = re.findall(r"\w+", (quoted or bare).lower())
    begins = r"#" if bare.startswith("#") else r"(?<!\w)"
    return re.compile(begins + r"\W+".join(words) + r"(?!\w)")


async def _body(request: web.Request, is_wanted: bool) -> Given:
    raw = await request.read()
    if not is_wanted:
        if raw:
            raise Refused("InvalidRequest", "A request body was provided when none was expected")
        return {}
    if request.content_type != "application/json":
        raise Refused("InvalidRequest", f"Wrong request encoding (Content-Type): {request.content_type}")
    try:
        body = await request.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise Refused("InvalidRequest", "Unable to parse request body")
    return body


def _require(given: Given, *names: str) -> None:
    for name in names:
        if not given.get(name):
            raise Refused("InvalidRequest", f'Error: Params must have the property "{name}"')


def _limit(given: Given) -> int:
    said = str(given.get("limit", "50"))
    limit = int(said) if said.isdigit() else 0
    if not 1 <= limit <= PAGE:
        raise Refused("InvalidRequest", "Error: limit can not be greater than 100")
    return limit


def _too_many(seconds: int) -> Refused:
    headers = {
        "RateLimit-Limit": "3000",
        "RateLimit-Remaining": "0",
        "RateLimit-Reset": str(int(time.time()) + seconds),
    }
    return Refused("RateLimitExceeded", "Rate Limit Exceeded", 429, headers)


def _rate_limited(seconds: int) -> web.Response:
    no = _too_many(seconds)
    return web.json_response({"error": no.name, "message": str(no)}, status=no.status, headers=no.headers)
