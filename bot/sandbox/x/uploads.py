"""Pictures that an app brings to X before it posts them."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.sandbox.x.params import ID
from bot.sandbox.x.posts import Account, Media
from bot.sandbox.x.problems import bad_request, invalid
from bot.sandbox.x.service import XService

LARGEST = 5 * 1024 * 1024
LONGEST_ALT = 1_000
BEGINS = {"image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG\r\n\x1a\n", "image/webp": b"RIFF"}
MOST = 4  # in a post


@dataclass(frozen=True, slots=True)
class Upload:
    """A picture that its owner may post."""

    owner: str
    kind: str
    content: bytes
    alt: str | None = None


def add(x: XService, owner: Account, body: object) -> dict[str, Any]:
    """Keep a picture and return its number. Raises Problem with X's refusal."""
    given = body if isinstance(body, dict) else {}
    kind, content = given.get("media_type"), given.get("media")
    if set(given) != {"media", "media_category", "media_type"} or given["media_category"] != "tweet_image":
        raise invalid([{"parameters": {}, "message": "$.media_category: does not have a value in the enumeration"}])
    if kind not in BEGINS:
        raise invalid([{"parameters": {}, "message": "$.media_type: does not have a value in the enumeration"}])
    try:
        decoded = base64.b64decode(str(content), validate=True)
    except binascii.Error:
        raise invalid([{"parameters": {}, "message": "$.media: is not base64"}]) from None
    if len(decoded) > LARGEST or not decoded.startswith(BEGINS[kind]):
        raise bad_request("media type unrecognized.")
    with x.lock:
        number = str(1_980_000_000_000_000_000 + len(x.uploads))
        x.uploads[number] = Upload(owner.id, kind, decoded)
    return {"id": number, "media_key": f"3_{number}", "expires_after_secs": 86_400, "size": len(decoded)}


def describe(x: XService, owner: Account, body: object) -> dict[str, Any]:
    """Say what a picture shows. Raises Problem with X's refusal."""
    given: Mapping[str, Any] = body if isinstance(body, dict) else {}
    try:
        number, text = given["id"], given["metadata"]["alt_text"]["text"]
    except (KeyError, TypeError):
        raise invalid([{"parameters": {}, "message": "$.metadata: is missing but it is required"}]) from None
    if not isinstance(text, str) or not 0 < len(text) <= LONGEST_ALT:
        message = f"$.metadata.alt_text.text: must be at most {LONGEST_ALT} characters long"
        raise invalid([{"parameters": {}, "message": message}])
    with x.lock:
        x.uploads[str(number)] = replace(_own(x, owner, number), alt=text)
    return {"id": number, "associated_metadata": {"alt_text": {"text": text}}}


def posted(x: XService, owner: Account, given: Mapping[str, Any]) -> tuple[Media, ...]:
    """Return the pictures that a post names, as it shows them. Raises Problem with X's refusal."""
    numbers = given.get("media_ids", ())
    if not isinstance(numbers, (list, tuple)) or len(numbers) > MOST:
        raise invalid([{"parameters": {}, "message": "$.media.media_ids: must have at most 4 items"}])
    with x.lock:
        found = [(str(number), _own(x, owner, number)) for number in numbers]
    return tuple(Media(f"3_{number}", "photo", f"/x/upload/{number}", upload.alt) for number, upload in found)


def _own(x: XService, owner: Account, number: object) -> Upload:
    upload = x.uploads.get(number) if isinstance(number, str) and ID.fullmatch(number) else None
    if upload is None or upload.owner != owner.id:
        raise bad_request("Your media IDs are invalid.")
    return upload
