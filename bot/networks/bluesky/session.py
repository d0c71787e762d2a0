"""Being signed in to Bluesky: tokens that last, and few sign-ins, of which Bluesky allows 30 in five minutes."""

from __future__ import annotations

import json
import re
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import requests

from bot.networks.base import Ambiguous, NotDone, Rejected
from bot.networks.bluesky.errors import KEY, TokenRefused, from_response, spent_until
from bot.networks.bluesky.parse import NOBODYS
from bot.networks.failures import SERVER_ERROR_SECONDS, UNREACHABLE_SECONDS, json_of, unreadable
from bot.networks.limits import Limits
from bot.networks.transport import Transport, bad_token, session
from bot.networks.untrusted import Json, mapping, string

REFUSED_SECONDS = 300.0  # for so long a refused password is not tried again
SIGN_INS, IN_SECONDS = 10, 300.0  # the most at once, of each of a few processes

_DID = re.compile(r"did:[a-z]+:[A-Za-z0-9._:%-]{1,250}")
_TOKEN = re.compile(r"[!-~]+")

Params = Mapping[str, str | Sequence[str]]


@dataclass(frozen=True, slots=True)
class _Tokens:
    did: str
    handle: str
    access: str
    refresh: str


class Session:
    """One account, signed in when it first asks something. Safe to use from several threads.

    It asks the server at `api_url` alone. Where the account's data really are the server knows, and passes on what it
    is asked; an answer that names another server gets no token sent there. `timeout` is in seconds.
    """

    def __init__(self, handle: str, app_password: str, api_url: str, timeout: float) -> None:
        self._handle = handle
        self._app_password = app_password
        self._api_url = api_url.rstrip("/")
        self._transport = Transport("Bluesky", from_response, timeout, Limits("Bluesky", spent_until))
        self._http = session(self._transport)
        self._http.max_redirects = 0
        self._lock = threading.Lock()
        self._tokens: _Tokens | None = None
        self._signed_in_at: deque[float] = deque(maxlen=SIGN_INS)
        self._refused: tuple[float, Rejected] | None = None

    @property
    def did(self) -> str:
        """What names the account for good."""
        return self._now().did

    @property
    def handle(self) -> str:
        """The account's handle, as the server knows it."""
        return self._now().handle

    @property
    def clock_ahead(self) -> timedelta | None:
        return self._transport.clock_ahead

    def get(self, method: str, params: Params) -> Json:
        """Ask something, such as "app.bsky.feed.getPosts"."""
        return self._signed(lambda token: self._call("GET", method, token, params=params))

    def post(self, method: str, body: Json) -> Json:
        """Have something done."""
        return self._signed(lambda token: self._call("POST", method, token, body=body))

    def upload(self, data: bytes, kind: str) -> Json:
        """Bring a file there, of which `kind` is the media type."""
        method = "com.atproto.repo.uploadBlob"
        return self._signed(lambda token: self._call("POST", method, token, file=(kind, data)))

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _signed(self, ask: Callable[[str], Json]) -> Json:
        """Ask with a token; if it is refused, with a renewed one, and then with that of a new sign-in."""
        tokens = self._now()
        for renew in (self._refreshed, self._signed_in):
            try:
                return ask(tokens.access)
            except TokenRefused:
                tokens = self._instead_of(tokens, renew)
        try:
            return ask(tokens.access)
        except TokenRefused as error:
            refused = Rejected("credentials", f"a token that was just given is refused ({error.detail})", KEY)
            self._refused = (time.monotonic(), refused)
            raise refused from None

    def _now(self) -> _Tokens:
        with self._lock:
            if self._tokens is None:
                self._tokens = self._signed_in(None)
            return self._tokens

    def _instead_of(self, old: _Tokens, renew: Callable[[_Tokens], _Tokens]) -> _Tokens:
        with self._lock:
            if self._tokens is None or self._tokens is old:  # else another thread has renewed them meanwhile
                self._tokens = renew(old)
            return self._tokens

    def _refreshed(self, old: _Tokens) -> _Tokens:
        try:
            return self._given("com.atproto.server.refreshSession", old.refresh)
        except Rejected:
            return self._signed_in(old)

    def _signed_in(self, _old: _Tokens | None) -> _Tokens:
        at = time.monotonic()
        if self._refused is not None and at - self._refused[0] < REFUSED_SECONDS:
            raise self._refused[1]
        if len(self._signed_in_at) == SIGN_INS and at - self._signed_in_at[0] < IN_SECONDS:
            wait = IN_SECONDS - (at - self._signed_in_at[0])
            raise NotDone("signed in too often of late; Bluesky allows no more", wait, "rate_limited")
        self._signed_in_at.append(at)
        body: Json = {"identifier": self._handle.lower(), "password": self._app_password}
        try:
            given = self._given("com.atproto.server.createSession", None, body)
            self._require_us(given.handle)
        except Rejected as error:
            if isinstance(error, TokenRefused):
                error = Rejected(
                    "credentials", f"the server refuses the app password, or has no such account ({error.detail})", KEY
                )
            self._refused = (at, error)
            raise error from None
        self._refused = None
        return given

    def _require_us(self, handle: str) -> None:
        """Raise Rejected if the password is another account's, which nothing may be posted as."""
        if handle and handle != NOBODYS and handle.lower() != self._handle.lower():
            raise Rejected("credentials", f"it acts for @{handle[:100]}, the desk for @{self._handle}", KEY)

    def _given(self, method: str, token: str | None, body: Json | None = None) -> _Tokens:
        try:
            said = self._call("POST", method, token, body=body)
        except Ambiguous as error:  # signing in does nothing that anybody sees
            raise NotDone(error.detail, SERVER_ERROR_SECONDS) from error
        tokens = _Tokens(
            *(string(said.get(name)) for name in ("did", "handle", "accessJwt", "refreshJwt")),
        )
        if (
            not _DID.fullmatch(tokens.did)
            or not _TOKEN.fullmatch(tokens.access)
            or not _TOKEN.fullmatch(tokens.refresh)
        ):
            raise NotDone(
                "Bluesky answered a sign-in with something that is not a session", SERVER_ERROR_SECONDS, "unreadable"
            )
        if said.get("active") is False:
            why = re.sub(r"[^a-z]", "", string(said.get("status")))[:20]
            raise Rejected("suspended", f"Bluesky says that the account is {why or 'not active'}")
        return tokens

    def _call(
        self,
        verb: str,
        method: str,
        token: str | None,
        *,
        params: Params | None = None,
        body: Json | None = None,
        file: tuple[str, bytes] | None = None,
    ) -> Json:
        headers = {"Accept": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        kind, data = file or ("application/json", None if body is None else json.dumps(body))
        if data is not None:
            headers["Content-Type"] = kind
        url = f"{self._api_url}/xrpc/{method}"
        try:
            response = self._http.request(verb, url, params=params, data=data, headers=headers, allow_redirects=False)
        except requests.exceptions.InvalidHeader:
            raise bad_token("Bluesky") from None
        except (requests.RequestException, UnicodeError, ValueError) as error:
            # The transport has errors of its own, so nothing has left this machine.
            raise NotDone(
                f"Bluesky cannot be asked at its address: {type(error).__name__}", UNREACHABLE_SECONDS
            ) from error
        said = json_of(response)
        if not isinstance(said, dict):
            raise unreadable("Bluesky", verb)
        return mapping(said)
