"""What Bluesky takes as a record: the rules of its lexicons, and what its own app would never send."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import regex

POST, LIKE = "app.bsky.feed.post", "app.bsky.feed.like"
MOST_LETTERS, MOST_BYTES, MOST_LANGUAGES, LONGEST_TAG = 300, 3000, 3, 64

TID = re.compile("[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}")
DID = re.compile(r"did:plc:[a-z2-7]{24}")
URI = re.compile(rf"at://({DID.pattern})/([a-z]+(?:\.[A-Za-z]+)+)/([A-Za-z0-9._:~-]{{1,512}})")
CID = re.compile("bafyrei[a-z2-7]{52}")
BLOB = re.compile("bafkrei[a-z2-7]{52}")
MOST_IMAGES, MOST_IMAGE_BYTES = 4, 1_000_000
DATETIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,20})?(Z|[+-]\d\d:\d\d)")
_LANGUAGE = re.compile("[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_LINK = re.compile(r"\w+:(?://)?[^\s/]\S*")
_KEYS = {
    POST: {"$type", "text", "createdAt", "reply", "facets", "langs", "embed"},
    LIKE: {"$type", "subject", "createdAt"},
}
_FEATURES = {"link": "uri", "mention": "did", "tag": "tag"}


class Invalid(Exception):
    """The record is refused."""


def check(collection: str, record: Mapping[str, Any]) -> None:
    """Raise Invalid for a record that this Bluesky refuses, with the words of the reference server."""
    if collection not in _KEYS:
        raise Invalid(f"Lexicon not found: lex:{collection}")
    _require(record.get("$type") == collection, "Record/$type must equal the collection")
    for key in set(record) - _KEYS[collection]:
        raise Invalid(f"Record must not have the property {key}")
    _require(
        bool(DATETIME.fullmatch(str(record.get("createdAt")))), "Record/createdAt must be an valid atproto datetime"
    )
    if collection == LIKE:
        _reference(record.get("subject"), "subject")
        return
    text = record.get("text")
    if not isinstance(text, str):
        raise Invalid('Record must have the property "text"')
    raw = text.encode()
    _require(len(raw) <= MOST_BYTES, f"Record/text must not be longer than {MOST_BYTES} characters")
    letters = len(regex.findall(r"\X", text))
    _require(letters <= MOST_LETTERS, f"Record/text must not be longer than {MOST_LETTERS} graphemes")
    langs = record.get("langs", [])
    _require(
        isinstance(langs, list) and len(langs) <= MOST_LANGUAGES, "Record/langs must not have more than 3 elements"
    )
    for language in langs:
        _require(bool(_LANGUAGE.fullmatch(str(language))), "Record/langs/0 must be a well-formed BCP 47 language tag")
    if "reply" in record:
        _require(isinstance(record["reply"], dict), "Record/reply must be an object")
        for end in ("root", "parent"):
            _reference(record["reply"].get(end), f"reply/{end}")
    if "embed" in record:
        _images(record["embed"])
    facets = record.get("facets", [])
    _require(isinstance(facets, list), "Record/facets must be an array")
    last = 0
    for facet in facets:
        last = _facet(facet, raw, last)


def _facet(facet: Any, raw: bytes, after: int) -> int:
    """Check a facet that begins at or after a place; return where it ends."""
    index, features = facet["index"], facet["features"]
    start, end = index["byteStart"], index["byteEnd"]
    _require(
        set(index) == {"byteStart", "byteEnd"} and type(start) is type(end) is int, "Record/facets/0/index is wrong"
    )
    _require(after <= start < end <= len(raw), "Record/facets/0/index is out of place")
    try:
        shown = raw[start:end].decode()
    except UnicodeDecodeError:
        raise Invalid("Record/facets/0/index is within a character") from None
    _require(len(features) == 1, "Record/facets/0/features must have one element")
    kind = str(features[0].get("$type")).removeprefix("app.bsky.richtext.facet#")
    _require(
        kind in _FEATURES and set(features[0]) == {"$type", _FEATURES[kind]}, "Record/facets/0/features/0 is wrong"
    )
    value = features[0][_FEATURES[kind]]
    fits = {
        "link": bool(_LINK.fullmatch(value)) and not shown.startswith(("@", "#")),
        "mention": bool(DID.fullmatch(value)) and shown.startswith("@"),
        "tag": shown[:1] in ("#", "\uff03") and shown[1:] == value and len(regex.findall(r"\X", value)) <= LONGEST_TAG,
    }
    _require(fits[kind], f"Record/facets/0/features/0 must be a valid {kind}")
    return int(end)


def _images(embed: Any) -> None:
    if embed.get("$type") == "app.bsky.embed.record":  # quotes are put in by the people here alone
        return
    _require(embed.get("$type") == "app.bsky.embed.images", "Record/embed must be a known embed")
    images = embed.get("images")
    _require(
        isinstance(images, list) and 0 < len(images) <= MOST_IMAGES, "Record/embed/images must have 1 to 4 elements"
    )
    for image in images:
        _require(set(image) <= {"image", "alt", "aspectRatio"}, "Record/embed/images/0 has an unknown property")
        blob, sides = image["image"], image.get("aspectRatio", {"width": 1, "height": 1})
        _require(
            blob.get("$type") == "blob" and BLOB.fullmatch(blob["ref"]["$link"]), "Record/embed image must be a blob"
        )
        _require(blob["mimeType"].startswith("image/"), "Record/embed/images/0/image must be an image")
        _require(
            blob["size"] <= MOST_IMAGE_BYTES, f"This file is too large. It must be at most {MOST_IMAGE_BYTES} bytes"
        )
        _require(isinstance(image.get("alt"), str), 'Record/embed/images/0 must have the property "alt"')
        _require(all(type(side) is int and side > 0 for side in sides.values()), "Record/embed aspectRatio is wrong")


def _reference(value: Any, where: str) -> None:
    _require(isinstance(value, dict) and set(value) == {"uri", "cid"}, f"Record/{where} must be a strong reference")
    _require(bool(URI.fullmatch(str(value["uri"]))), f"Record/{where}/uri must be a valid at-uri")
    _require(bool(CID.fullmatch(str(value["cid"]))), f"Record/{where}/cid must be a cid string")


def _require(holds: object, message: str) -> None:
    if not holds:
        raise Invalid(message)
