"""What the contract of networks asks of a network that a test can play: its customers, and its bad days."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from io import BytesIO
from typing import Any
from unittest.mock import patch

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse
from urllib3.exceptions import NewConnectionError, ProtocolError

from bot.networks.base import Account
from tests.support.clock import TurnedClock


@dataclass(frozen=True, slots=True)
class Written:
    """A post of our account as the network has it; `text` has no @handle of its customer in front.

    `alts` say what its pictures show.
    """

    id: str
    text: str
    in_reply_to: str | None
    private: bool = False
    alts: tuple[str, ...] = ()


class Failure(Enum):
    """What happens to one request."""

    HANGS = "hangs"
    NO_CONNECTION = "no connection"
    BREAKS_OFF = "breaks off before it is done"
    LOST = "is done, and the answer is lost"
    BROKEN = "500"
    HTML = "503 in HTML"
    NONSENSE = "200 in HTML"
    BUSY = "429 that says when to come back"
    BUSY_FOR_LONG = "429 that does not say when to come back"
    KEYS = "401"


class Counterpart(ABC):
    """One network, played by a server that a test drives. Our account on it is the one that `account` builds.

    `page` is about how many mentions it lists at once, `speaks_privately` says whether its customers can write to us
    alone, `pictures` whether they can attach one, `languages` whether it tells the language of a post, `announces`
    whether our account can post what answers nobody, and `refuses_long` whether it refuses what is longer than it
    counts.
    """

    page = 50
    speaks_privately = False
    pictures = True
    languages = True
    announces = True
    refuses_long = True
    secrets: tuple[str, ...]

    @abstractmethod
    def account(self, **changes: Any) -> Account:
        """Build our account anew, as a restart does; `changes` are arguments of the account's."""

    @abstractmethod
    def now(self) -> datetime: ...

    @abstractmethod
    def turn(self, **length: float) -> None:
        """Let time pass on the network: `turn(hours=30)`."""

    @abstractmethod
    def customer(
        self,
        text: str,
        *,
        by: str = "klant",
        answering: str | None = None,
        private: bool = False,
        alt: str | None = None,
        language: str | None = None,
    ) -> str:
        """Have a customer write to our account, perhaps with a picture described by `alt`; return the post's id."""

    @abstractmethod
    def aside(self, text: str, *, by: str = "klant") -> str:
        """Have somebody write about us, and not to us; return the post's id."""

    @abstractmethod
    def edit(self, post: str, text: str) -> None: ...

    @abstractmethod
    def delete(self, post: str) -> None: ...

    @abstractmethod
    def answer_elsewhere(self, post: str, text: str) -> str:
        """Answer as our account, by other means than the desk; return the answer's id."""

    @abstractmethod
    def written(self) -> list[Written]:
        """Return what our account has posted, oldest first."""

    @abstractmethod
    def likes(self, post: str) -> int: ...

    @property
    @abstractmethod
    def wrong_keys(self) -> Mapping[str, str]:
        """Arguments for an account whose keys the network does not know."""

    def busy(self, seconds: int) -> Mapping[str, str]:
        """Return the headers by which the network says when it takes requests again."""
        return {"retry-after": str(seconds)}

    @contextmanager
    def fails(self, how: Failure, *, method: str, times: int = 1, route: str = "") -> Iterator[list[str]]:
        """Let the next requests of this method go wrong on their way, those whose path ends with `route`.

        Yields what went wrong, as "POST /path".
        """
        with on_the_wire(lambda request, send: self._fail(how, request, send), method, times, route) as failed:
            yield failed

    def _fail(self, how: Failure, request: requests.PreparedRequest, send: Callable[[], requests.Response]) -> Any:
        match how:
            case Failure.HANGS:
                raise requests.ReadTimeout("hangs", request=request)
            case Failure.NO_CONNECTION:
                raise requests.ConnectionError from NewConnectionError(None, "refused")  # type: ignore[arg-type]
            case Failure.BREAKS_OFF:
                raise requests.ConnectionError from ProtocolError("Connection aborted")
            case Failure.LOST:
                send()
                raise requests.ConnectionError from ProtocolError("Connection broken")
            case Failure.BROKEN:
                return canned(500, b'{"error": "broken"}')
            case Failure.HTML:
                return canned(503, b"<html>maintenance</html>")
            case Failure.NONSENSE:
                return canned(200, b"<html>a page")
            case Failure.BUSY:
                return canned(429, b"{}", self.busy(120))
            case Failure.BUSY_FOR_LONG:
                return canned(429, b"")
            case Failure.KEYS:
                return canned(401, b'{"error": "no"}')


class OnOurClock(Counterpart):
    """A network whose time is the test's: `clock` is turned by hand."""

    clock: TurnedClock

    def now(self) -> datetime:
        return self.clock.now()

    def turn(self, **length: float) -> None:
        self.clock.turn(**length)


def canned(status: int, body: bytes, headers: Mapping[str, str] | None = None) -> requests.Response:
    response = requests.Response()
    response.status_code = status
    response.headers.update(headers or {})
    response.raw = HTTPResponse(BytesIO(body), preload_content=False)
    return response


@contextmanager
def on_the_wire(
    reply: Callable[[requests.PreparedRequest, Callable[[], requests.Response]], requests.Response],
    method: str = "",
    times: int = 1_000_000,
    route: str = "",
) -> Iterator[list[str]]:
    """Answer the next requests of a method (of any if it is empty) in place of the network; yield which."""
    answered: list[str] = []
    send = HTTPAdapter.send

    def intercepted(self: HTTPAdapter, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> Any:
        path = request.path_url.split("?")[0]
        if method not in ("", request.method) or not path.endswith(route) or len(answered) >= times:
            return send(self, request, *args, **kwargs)
        answered.append(f"{request.method} {path}")
        return reply(request, lambda: send(self, request, *args, **kwargs))

    with patch.object(HTTPAdapter, "send", intercepted):
        yield answered
