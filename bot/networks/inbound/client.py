"""An account that other tools post to us: nothing is asked of it, and answers go where each post says."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import requests

from bot.domain.cases.mention import Reference
from bot.domain.reports.spend import Billed
from bot.networks.base import (
    Ambiguous,
    Count,
    Deed,
    Fetched,
    LookedUp,
    NetworkError,
    NotDone,
    Outgoing,
    OwnPost,
    OwnPosts,
    Rejected,
    Search,
    Sent,
    Upload,
)
from bot.networks.failures import json_of, seconds
from bot.networks.inbound.answering import may_be_called
from bot.networks.inbound.mapping import address
from bot.networks.inbound.spec import SPEC
from bot.networks.transport import Transport, session
from bot.platform.proof import Proof

TIMEOUT_SECONDS = 10.0
RATE_LIMITED_SECONDS = 60.0
_PERHAPS_TAKEN = (301, 302, 303)  # many tools answer a form so; 307 and 308 ask for the same again elsewhere
_CODES = {401: "credentials", 404: "gone", 409: "duplicate", 410: "gone", 413: "too_long"}


class InboundAccount:
    """Implements bot.networks.base.Account. Safe to use from several threads.

    `answer_to` are the only addresses to which answers may go, if any are named; `home` is an address of which we know
    whether it is of this machine, as everything is where a desk is only tried out.
    """

    def __init__(
        self,
        handle: str,
        *,
        secret: str,
        proof: Proof,
        answer_to: tuple[str, ...] = (),
        home: str,
        now: Callable[[], datetime],
        timeout: float = TIMEOUT_SECONDS,
        api_url: str = "",  # noqa: ARG002 - it has none
    ) -> None:
        self.handle = handle
        self.url = ""
        self._secret, self._proof = secret, proof
        self._answer_to, self._home = answer_to, home
        self._now = now
        self._transport = Transport(handle, self._refused, timeout)
        self._session = session(self._transport)

    def upload(self, picture: Upload) -> str:  # noqa: ARG002 - it takes none
        raise Rejected("picture", f"{self.handle} shows no pictures of ours")

    def search(self, wanted: Search, *_: object) -> Fetched:
        raise ValueError(wanted)

    def send(self, out: Outgoing) -> Sent:
        """Post the answer. A repeat has the same webhook-id, by which its receiver can know it."""
        if not may_be_called(out.address, self._proof, self._answer_to, self._home):
            raise Rejected("answer_there", "its address is not one to which answers may go")
        at = self._now()
        body = json.dumps(_said(out, at), ensure_ascii=False).encode()
        headers = {"content-type": "application/json", "user-agent": "webcare-desk"}
        # By the machine's clock, since whoever receives it compares that with theirs.
        headers |= self._proof.sign(self._secret, out.key, body, datetime.now(UTC))
        # A redirect might lead to this machine, and would take along what proves who we are.
        answer = self._session.post(out.address, data=body, headers=headers, allow_redirects=False)
        told = json_of(answer)
        told = told if isinstance(told, dict) else {}
        return Sent(out.key, address(told.get("url")), at)

    def edit(self, post_id: str, text: str) -> None:  # noqa: ARG002 - its `can` has nothing of the kind
        raise ValueError(post_id)

    def find_sent(self, out: Outgoing, after: datetime) -> Sent | None:  # noqa: ARG002 - nobody can be asked
        return None

    def count(self, out: Outgoing) -> Count:
        return Count(len(out.text), SPEC.text_limit)

    def fetch(self, cursor: str | None, since: datetime) -> Fetched:  # noqa: ARG002 - it comes by itself
        return Fetched((), None)

    def fetch_again(self, since: datetime) -> Fetched:  # noqa: ARG002 - likewise
        return Fetched((), None)

    def own_posts(self, cursor: str | None, since: datetime) -> OwnPosts:  # noqa: ARG002 - likewise
        return OwnPosts((), None)

    def shows(self, post: OwnPost, text: str) -> bool:
        return post.text == text

    def do(self, deed: Deed, post_id: str) -> None:  # noqa: ARG002 - its `can` has nothing of the kind
        raise ValueError(deed)

    def look_up(self, ids: tuple[str, ...], whole: frozenset[str] = frozenset()) -> LookedUp:  # noqa: ARG002 - nobody can be asked
        return LookedUp(frozenset(), ())

    def referred_to(self, references: tuple[Reference, ...]) -> tuple[Reference, ...]:
        return references

    def clock_ahead(self) -> timedelta | None:
        return self._transport.clock_ahead

    def verify(self) -> str:
        return self.handle

    def settle(self, store: Callable[[Sequence[Billed]], None]) -> None:
        """Do nothing: answers cost nothing."""

    def close(self) -> None:
        """Close the connections that are kept open."""
        self._session.close()

    def _refused(self, method: str, response: requests.Response) -> NetworkError:
        status = response.status_code
        detail = f"{self.handle} answered {status} to {method}"
        if status == 429:
            return NotDone(detail, seconds(response.headers.get("retry-after")) or RATE_LIMITED_SECONDS, "rate_limited")
        if status >= 500 or status in (408, *_PERHAPS_TAKEN):
            return Ambiguous(detail)
        if status in (400, 415, 422):
            return Rejected("invalid", detail)
        if status == 401 and not self._answer_to:  # says whoever a body named, of whom nothing is known
            return Rejected("answer_there", detail)
        return Rejected(_CODES.get(status, "forbidden"), detail, ("secret",) if status == 401 else ())


def _said(out: Outgoing, at: datetime) -> dict[str, Any]:
    """Return an answer as README.md documents it."""
    return {
        "type": "answer",
        "id": out.key,
        "in_reply_to": out.in_reply_to,
        "to": out.to,
        "text": out.text,
        "at": at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
    }
