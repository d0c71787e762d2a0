"""The local Bluesky: its people, their records, and what our account is told of them."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from bot.sandbox.bluesky.lexicon import POST
from bot.sandbox.changes import Changes
from bot.sandbox.faults import Faults
from bot.sandbox.x.posts import Media

APP_PASSWORD = "sand-boxs-blue-skyy"  # noqa: S105 - the sandbox's own
ANCESTORS_TOLD = 5
"""How far above a reply its conversation's authors are told of it."""
ALPHABET = "234567abcdefghijklmnopqrstuvwxyz"

_HANDLE = re.compile(r"[a-z0-9-]{1,30}(\.[a-z0-9-]{1,30})+")
_NAMED = re.compile(rf"(?<![\w@.])@({_HANDLE.pattern})", re.IGNORECASE)
_LINK = re.compile(r"https?://\S+")


@dataclass(frozen=True, slots=True)
class Person:
    """An account. `handle` has no @; `kind` is the sort of sample customer, or empty."""

    did: str
    handle: str
    name: str
    language: str = "en"
    followers: int = 100
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Stored:
    """A record as it stands. `media` are a post's pictures, and `edited` says that it was put anew."""

    did: str
    collection: str
    key: str
    record: Mapping[str, Any]
    at: datetime
    media: tuple[Media, ...] = ()
    edited: bool = False
    deleted: bool = False

    @property
    def id(self) -> str:
        return f"at://{self.did}/{self.collection}/{self.key}"

    @property
    def cid(self) -> str:
        """What names this version."""
        digest = hashlib.sha256(json.dumps([self.id, self.record], sort_keys=True).encode()).digest()
        return "bafyrei" + base64.b32encode(digest).decode().lower().rstrip("=")

    @property
    def text(self) -> str:
        return str(self.record["text"])

    @property
    def in_reply_to(self) -> str | None:
        reply = self.record.get("reply")
        return str(reply["parent"]["uri"]) if reply else None

    @property
    def conversation_id(self) -> str:
        reply = self.record.get("reply")
        return str(reply["root"]["uri"]) if reply else self.id

    @property
    def sorted_at(self) -> datetime:
        """The time by which Bluesky lists it: when it was written, if it says so of the past."""
        return min(datetime.fromisoformat(self.record["createdAt"]), self.at)

    @property
    def reference(self) -> dict[str, str]:
        return {"uri": self.id, "cid": self.cid}


OWN = Person("did:plc:" + "acme" * 6, "acme.example.com", "Acme", "nl", 12_043)


class BlueskyService:
    """Everything that this Bluesky knows. Any thread may call the public methods.

    Tests may set: `refuses`, the name of the error that signing in and every token meet, such as "AccountTakedown";
    `priority`, that our account wants to be told of people alone whom it follows, which are none; `late`, addresses of
    posts that no list shows yet; `closed`, those that our account may not answer; `blocking`, DIDs that block it.
    `calls` are the methods that were answered, `sign_ins` how often a password was.
    """

    def __init__(self, now: Callable[[], datetime], changes: Changes, faults: Faults) -> None:
        self.own = OWN
        self.faults = faults
        self.refuses = ""
        self.priority = False
        self.late: set[str] = set()
        self.closed: set[str] = set()
        self.blocking: set[str] = set()
        self.calls: list[str] = []
        self.sign_ins = 0
        self.blobs: dict[str, tuple[str, bytes]] = {}  # media type and content by CID
        self.tokens: dict[str, str] = {}  # what each is for: "access", "refresh" or "expired"
        self.lock = threading.RLock()
        self._now, self._changes = now, changes
        self._people = {OWN.did: OWN}
        self._records: dict[str, Stored] = {}
        self._keys = 0

    # What people do

    def add_account(self, handle: str, name: str, followers: int = 100, language: str = "en", kind: str = "") -> Person:
        """Sign somebody up; an existing account keeps its DID. Raises ValueError for a malformed handle."""
        if not _HANDLE.fullmatch(handle.lower()):
            raise ValueError(f"{handle!r} is no handle: a domain name such as anne.bsky.social, without the @")
        with self.lock:
            known = self.person(handle)
            digest = hashlib.sha256(handle.lower().encode()).digest()
            did = known.did if known else "did:plc:" + "".join(ALPHABET[byte % 32] for byte in digest[:24])
            person = self._people[did] = Person(did, handle, name, language, followers, kind)
            self._changes.publish("bluesky")
            return person

    def rename(self, handle: str, to: str) -> Person:
        with self.lock:
            person = self._people[self._called(handle).did] = replace(self._called(handle), handle=to)
            return person

    def post(
        self,
        handle: str,
        text: str,
        in_reply_to: str | None = None,
        media: Iterable[Media] = (),
        quotes: str | None = None,
        language: str | None = None,
        **record: Any,
    ) -> Stored:
        """Post as anyone; an unknown handle is signed up first. `record` holds further fields.

        Raises KeyError if what it answers or quotes is unknown or deleted.
        """
        with self.lock:
            author = self.person(handle) or self.add_account(handle, handle.partition(".")[0])
            record = {"langs": [language or author.language], **record}
            if in_reply_to:
                parent = self.standing(in_reply_to)
                root = self._records.get(parent.conversation_id, parent)
                record["reply"] = {"root": root.reference, "parent": parent.reference}
            if quotes:
                record["embed"] = {"$type": "app.bsky.embed.record", "record": self.standing(quotes).reference}
            at = self.now()
            written = {"$type": POST, "text": text, "createdAt": instant(at), "facets": self._facets(text), **record}
            return self.put(Stored(author.did, POST, self._key(at), written, at, tuple(media)))

    def edit(self, post_id: str, text: str) -> Stored:
        """Give a post other words: another version at the same address. Raises KeyError if it is unknown or deleted."""
        with self.lock:
            old = self.standing(post_id)
            record = {**old.record, "text": text, "facets": self._facets(text)}
            return self.put(replace(old, record=record, edited=True))

    def keep(self, kind: str, content: bytes) -> dict[str, Any]:
        """Keep a file and return what a record names it by; the same content has the same name."""
        digest = base64.b32encode(hashlib.sha256(content).digest()).decode().lower().rstrip("=")
        cid = "bafkrei" + digest
        with self.lock:
            self.blobs[cid] = kind, content
        return {"$type": "blob", "ref": {"$link": cid}, "mimeType": kind, "size": len(content)}

    def pictures(self, record: Mapping[str, Any]) -> tuple[Media, ...]:
        """Return the pictures that a record embeds. Raises ValueError for one that was never brought here."""
        images = (record.get("embed") or {}).get("images", ())
        found = [(image["image"]["ref"]["$link"], image["alt"]) for image in images]
        if unknown := [cid for cid, _ in found if cid not in self.blobs]:
            raise ValueError(f"Could not find blob: {unknown[0]}")
        return tuple(Media(cid, "photo", f"/bluesky/blob/{cid}", alt) for cid, alt in found)

    def delete(self, post_id: str) -> Stored:
        """Delete a post. Raises KeyError if it is unknown or already deleted."""
        with self.lock:
            return self.put(replace(self.standing(post_id), deleted=True))

    def expire(self) -> None:
        """End the tokens; those for renewing stay."""
        with self.lock:
            self.tokens |= {token: "expired" for token, what in self.tokens.items() if what == "access"}

    # What can be seen

    @property
    def people(self) -> tuple[Person, ...]:
        with self.lock:
            return tuple(self._people.values())

    @property
    def posts(self) -> tuple[Stored, ...]:
        """All posts, newest first, with the deleted ones."""
        with self.lock:
            posts = [stored for stored in self._records.values() if stored.collection == POST]
            return tuple(sorted(posts, key=lambda post: (post.at, post.key), reverse=True))

    def person(self, name: str) -> Person | None:
        """Find somebody by handle or DID."""
        with self.lock:
            by_handle = (person for person in self._people.values() if person.handle.lower() == name.lower())
            return self._people.get(name) or next(by_handle, None)

    def standing(self, address: str) -> Stored:
        """Return the record at an address. Raises KeyError if it is unknown or deleted."""
        with self.lock:
            if self._records[address].deleted:
                raise KeyError(address)
            return self._records[address]

    def ever(self, address: str) -> Stored | None:
        """Return a record, also one that was deleted."""
        with self.lock:
            return self._records.get(address)

    def of(self, did: str, collection: str) -> list[Stored]:
        """Return somebody's records, the highest key first."""
        with self.lock:
            held = [one for one in self._records.values() if (one.did, one.collection) == (did, collection)]
            return sorted((one for one in held if not one.deleted), key=lambda one: one.key, reverse=True)

    def replies_to(self, post_id: str) -> tuple[Stored, ...]:
        """Return the undeleted replies to a post, oldest first."""
        return tuple(post for post in reversed(self.posts) if post.in_reply_to == post_id and not post.deleted)

    def told(self) -> list[tuple[str, str, Stored]]:
        """Return what our account is told of, newest first: the reason, the post of ours it is about, and the post."""
        with self.lock:
            found = [(*why, post) for post in self.posts if self._is_shown(post) and (why := self._why(post))]
            return sorted(found, key=lambda line: (line[2].sorted_at, line[2].key), reverse=True)

    def now(self) -> datetime:
        return self._now().astimezone(UTC)

    def put(self, stored: Stored) -> Stored:
        with self.lock:
            self._records[stored.id] = stored
            self._changes.publish("bluesky")
            return stored

    def is_shown(self, post_id: str) -> bool:
        """Tell whether our account is shown a post."""
        with self.lock:
            return post_id in self._records and self._is_shown(self._records[post_id])

    def _is_shown(self, post: Stored) -> bool:
        return not (post.deleted or post.id in self.late or post.did in self.blocking)

    def _why(self, post: Stored) -> tuple[str, str] | None:
        if post.did == self.own.did:
            return None
        features = [feature for facet in post.record.get("facets", ()) for feature in facet["features"]]
        if any(feature.get("did") == self.own.did for feature in features):
            return "mention", ""
        embedded = post.record.get("embed", {}).get("record", {})
        quoted = str(embedded.get("record", embedded).get("uri", ""))
        if quoted.startswith(f"at://{self.own.did}/"):
            return "quote", quoted
        ours = next((above for above in self._above(post) if above.startswith(f"at://{self.own.did}/")), None)
        return ("reply", ours) if ours else None

    def _above(self, post: Stored) -> Iterator[str]:
        for _ in range(ANCESTORS_TOLD):
            if not post.in_reply_to:
                return
            yield post.in_reply_to
            post = self._records[post.in_reply_to]

    def _facets(self, text: str) -> list[dict[str, Any]]:
        """Return what the app makes of a text: mentions of people whom it knows, and links."""
        named = ((match, self.person(match[1])) for match in _NAMED.finditer(text))
        mentions = [
            (match, {"$type": "app.bsky.richtext.facet#mention", "did": who.did}) for match, who in named if who
        ]
        links = [(match, {"$type": "app.bsky.richtext.facet#link", "uri": match[0]}) for match in _LINK.finditer(text)]
        return [
            {
                "index": {"byteStart": size(text[: match.start()]), "byteEnd": size(text[: match.end()])},
                "features": [leads],
            }
            for match, leads in sorted((*mentions, *links), key=lambda each: each[0].start())
        ]

    def _called(self, handle: str) -> Person:
        person = self.person(handle)
        if person is None:
            raise KeyError(handle)
        return person

    def _key(self, at: datetime) -> str:
        self._keys += 1
        value = int(at.timestamp() * 1_000_000) << 10 | self._keys % 1024
        return "".join(ALPHABET[value >> shift & 31] for shift in range(60, -1, -5))


def size(text: str) -> int:
    """Return the length of a text in bytes."""
    return len(text.encode())


def instant(at: datetime) -> str:
    """Return a time as Bluesky writes it."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
