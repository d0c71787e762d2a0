"""How a source proves that a body is its own, and how we prove to it that an answer is ours: in the same way."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from standardwebhooks import Webhook, WebhookVerificationError


class Way(StrEnum):
    """The ways, as `verify` in webcare.toml names them."""

    STANDARD = "standard"  # Standard Webhooks: webhook-id, webhook-timestamp and webhook-signature
    HMAC = "hmac"  # HMAC-SHA256 of the body in a header
    BASIC = "basic"  # a name and a password
    TOKEN = "token"  # noqa: S105 - the secret itself in a header


ENCODINGS = ("hex", "base64")
WITH_A_HEADER = (Way.HMAC, Way.TOKEN)
_BASE64 = re.compile(r"(whsec_)?[A-Za-z0-9+/]{2,}={0,2}")


class Unproven(Exception):
    """A body is nobody's that we know. `why` is for the log: "nothing", "time" or "signature"."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Proof:
    """One way with its details. `header` is in lower case; before what `encoding` writes in it stands `prefix`."""

    way: Way
    header: str = ""
    encoding: str = "hex"
    prefix: str = ""

    def check(self, secret: str, headers: Mapping[str, str], body: bytes) -> str:
        """Return what the source calls this message, or "" if it does not say so under its signature.

        The names in `headers` are in lower case. Raises Unproven.
        """
        match self.way:
            case Way.STANDARD:
                return _check_standard(secret, headers, body)
            case Way.HMAC:
                self._check_header(self._signature(secret, body), headers, any_case=self.encoding == "hex")
            case Way.TOKEN:
                self._check_header(secret, headers)
            case Way.BASIC:
                _check_basic(secret, headers)
        return ""

    def sign(self, secret: str, message_id: str, body: bytes, at: datetime) -> dict[str, str]:
        """Return the headers that prove that the body is ours. A repeat of it has the same `message_id`."""
        headers = {"webhook-id": message_id, "webhook-timestamp": str(int(at.timestamp()))}
        match self.way:
            case Way.STANDARD:
                signed = Webhook(secret).sign(message_id, at.astimezone(UTC), body.decode())
                return headers | {"webhook-signature": signed}
            case Way.HMAC:
                return headers | {self.header: self.prefix + self._signature(secret, body)}
            case Way.TOKEN:
                return headers | {self.header: self.prefix + secret}
            case Way.BASIC:
                return headers | {"authorization": f"Basic {base64.b64encode(secret.encode()).decode()}"}

    def _signature(self, secret: str, body: bytes) -> str:
        digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
        return digest.hex() if self.encoding == "hex" else base64.b64encode(digest).decode()

    def _check_header(self, wanted: str, headers: Mapping[str, str], *, any_case: bool = False) -> None:
        given = headers.get(self.header, "").strip()
        if not given:
            raise Unproven("nothing")
        told = given.removeprefix(self.prefix.rstrip()).strip() if self.prefix else given
        if not given.startswith(self.prefix.rstrip()) or not _same(told.lower() if any_case else told, wanted):
            raise Unproven("signature")


def unfit(way: Way, secret: str) -> str:
    """Return what is wrong with a secret for this way, as the end of a sentence; "" if nothing is."""
    if way is Way.STANDARD and not _is_base64(secret):
        return (
            "is no secret of Standard Webhooks, which is base64, usually after whsec_ (write one with "
            '`echo "whsec_$(openssl rand -base64 24)"`)'
        )
    if way is Way.BASIC and not re.fullmatch("[^:]+:.+", secret):
        return "is not a name and a password with a colon between them (for example coosto:9f8e7d6c5b4a)"
    return ""


def _is_base64(secret: str) -> bool:
    try:
        return bool(_BASE64.fullmatch(secret) and base64.b64decode(secret.removeprefix("whsec_") + "=="))
    except binascii.Error:
        return False


def _check_standard(secret: str, headers: Mapping[str, str], body: bytes) -> str:
    try:
        Webhook(secret).verify(body, dict(headers), json_parse=False)
    except WebhookVerificationError as error:
        message = str(error)
        raise Unproven("nothing" if "Missing" in message else "time" if "too" in message else "signature") from None
    except ValueError:  # what is no base64, no pair or no UTF-8 comes out of the library as it arose
        raise Unproven("signature") from None
    return headers["webhook-id"]


def _check_basic(secret: str, headers: Mapping[str, str]) -> None:
    scheme, _, given = headers.get("authorization", "").strip().partition(" ")
    if scheme.lower() != "basic":
        raise Unproven("nothing")
    try:
        told = base64.b64decode(given.strip(), validate=True)
    except ValueError:
        raise Unproven("signature") from None
    if not hmac.compare_digest(told, secret.encode()):
        raise Unproven("signature")


def _same(told: str, wanted: str) -> bool:
    return hmac.compare_digest(told.encode("utf-8", "replace"), wanted.encode())
