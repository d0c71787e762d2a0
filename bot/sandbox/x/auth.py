"""Authentication: an app by bearer token, or an account by an OAuth 1.0a signature that is really verified."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, unquote

from bot.sandbox.x.limits import Who
from bot.sandbox.x.problems import unauthorized

SIGNED_HOST = "https://api.twitter.com"
"""The host that clients sign for. tweepy has no base address to set, so ours replaces it after signing."""
STALE_AFTER = 300
"""Seconds that a signature's timestamp may be off."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """One app, and one account that let it in."""

    bearer: str = "sandbox-bearer"
    consumer_key: str = "sandbox-consumer-key"
    consumer_secret: str = "sandbox-consumer-secret"  # noqa: S105 - made up, for the sandbox alone
    token: str = "1000-sandbox-access"  # noqa: S105 - likewise
    token_secret: str = "sandbox-access-secret"  # noqa: S105 - likewise


@dataclass(frozen=True, slots=True)
class Asked:
    """What a signature covers. `path` begins with /2/, `query` is as sent, `here` is this server's own address."""

    method: str
    path: str
    query: str
    here: str
    authorization: str


class Gate:
    """Admits whoever can prove who they are. `wall` returns real time in seconds since the epoch."""

    def __init__(self, credentials: Credentials, wall: Callable[[], float]) -> None:
        self._known = credentials
        self._wall = wall
        self._nonces: dict[str, float] = {}

    def identify(self, asked: Asked) -> Who:
        """Return who asks. Raises Problem 401 unless the token or the signature is right."""
        scheme, _, rest = asked.authorization.partition(" ")
        if scheme.lower() == "bearer" and hmac.compare_digest(rest.strip().encode(), self._known.bearer.encode()):
            return "app"
        if scheme.lower() == "oauth" and self._signed(asked, _header_parameters(rest)):
            return "user"
        raise unauthorized()

    def _signed(self, asked: Asked, oauth: dict[str, str]) -> bool:
        now, known = self._wall(), self._known
        signature, timestamp = oauth.pop("oauth_signature", ""), oauth.get("oauth_timestamp", "")
        nonce = oauth.get("oauth_nonce", "")
        if (
            oauth.get("oauth_consumer_key") != known.consumer_key
            or oauth.get("oauth_token") != known.token
            or oauth.get("oauth_signature_method") != "HMAC-SHA1"
            or not timestamp.isdigit()
            or abs(now - int(timestamp)) > STALE_AFTER
            or not nonce
        ):
            return False
        self._nonces = {old: at for old, at in self._nonces.items() if at > now - 2 * STALE_AFTER}
        if nonce in self._nonces:
            return False
        parameters = [*oauth.items(), *parse_qsl(asked.query, keep_blank_values=True)]
        key = f"{_quoted(known.consumer_secret)}&{_quoted(known.token_secret)}".encode()
        for address in (SIGNED_HOST + asked.path, asked.here):
            digest = hmac.digest(key, base_string(asked.method, address, parameters).encode(), hashlib.sha1)
            if hmac.compare_digest(base64.b64encode(digest), signature.encode()):
                self._nonces[nonce] = now
                return True
        return False


def base_string(method: str, address: str, parameters: list[tuple[str, str]]) -> str:
    """Build what OAuth 1.0a signs (RFC 5849, 3.4.1): method, address without query, and all parameters, sorted."""
    pairs = sorted((_quoted(name), _quoted(value)) for name, value in parameters)
    normal = "&".join(f"{name}={value}" for name, value in pairs)
    return "&".join(_quoted(part) for part in (method.upper(), address, normal))


def _header_parameters(text: str) -> dict[str, str]:
    found = {}
    for part in text.split(","):
        name, _, value = part.strip().partition("=")
        if name.startswith("oauth_"):
            found[name] = unquote(value.strip('"'))
    return found


def _quoted(text: str) -> str:
    return quote(text, safe="~-._")
