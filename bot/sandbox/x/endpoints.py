"""The endpoints of X's v2 API that the sandbox knows: their parameters, limits and prices (August 2026)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

FIELDS = frozenset({"tweet.fields", "expansions", "media.fields", "poll.fields", "place.fields", "user.fields"})
USER_FIELDS = frozenset({"tweet.fields", "expansions", "user.fields"})
WINDOW = frozenset({"max_results", "since_id", "until_id", "start_time", "end_time", "pagination_token"})

POST_READ = Decimal("0.005")
OWN_MENTION_READ = Decimal("0.001")
USER_READ = Decimal("0.010")
POST_CREATED = Decimal("0.015")
POST_WITH_LINK_CREATED = Decimal("0.20")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One endpoint.

    `app` and `user` are requests per 15 minutes (None: not allowed). `price` is dollars for each item read. `results`
    are the least, the most and the default number on a page.
    """

    pattern: str
    params: frozenset[str]
    app: int | None
    user: int
    price: Decimal = Decimal(0)
    results: tuple[int, int, int] = (1, 100, 10)

    @property
    def method(self) -> str:
        return self.pattern.partition(" ")[0]

    @property
    def path(self) -> str:
        return self.pattern.partition(" ")[2]

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(self.path.strip("/").split("/"))


ME = Endpoint("GET /2/users/me", USER_FIELDS, None, 75, USER_READ)
USER_BY_NAME = Endpoint("GET /2/users/by/username/:username", USER_FIELDS, 300, 900, USER_READ)
USERS_BY_NAME = Endpoint("GET /2/users/by", USER_FIELDS | {"usernames"}, 300, 900, USER_READ)
USER = Endpoint("GET /2/users/:id", USER_FIELDS, 300, 900, USER_READ)
MENTIONS = Endpoint("GET /2/users/:id/mentions", FIELDS | WINDOW, 450, 300, OWN_MENTION_READ, (5, 100, 10))
TIMELINE = Endpoint("GET /2/users/:id/tweets", FIELDS | WINDOW | {"exclude"}, 10_000, 900, POST_READ, (5, 100, 10))
SEARCH = Endpoint(
    "GET /2/tweets/search/recent",
    FIELDS | WINDOW | {"query", "next_token", "sort_order"},
    450,
    300,
    POST_READ,
    (10, 100, 10),
)
POSTS = Endpoint("GET /2/tweets", FIELDS | {"ids"}, 3_500, 5_000, POST_READ)
POST = Endpoint("GET /2/tweets/:id", FIELDS, 450, 900, POST_READ)
CREATE = Endpoint("POST /2/tweets", frozenset(), None, 100)
LIKE = Endpoint("POST /2/users/:id/likes", frozenset(), None, 50)  # since April 2026 for Enterprise alone
HIDE = Endpoint("PUT /2/tweets/:id/hidden", frozenset(), None, 50)
UPLOAD = Endpoint("POST /2/media/upload", frozenset(), None, 500)
METADATA = Endpoint("POST /2/media/metadata", frozenset(), None, 500)
DELETE = Endpoint("DELETE /2/tweets/:id", frozenset(), None, 50)

# The first match wins, so paths without a variable part come before those with one.
ENDPOINTS = (
    ME,
    USER_BY_NAME,
    USERS_BY_NAME,
    MENTIONS,
    TIMELINE,
    USER,
    SEARCH,
    POSTS,
    POST,
    CREATE,
    LIKE,
    HIDE,
    UPLOAD,
    METADATA,
    DELETE,
)


def find(method: str, path: str) -> tuple[Endpoint, str] | None:
    """Find the endpoint for a path such as "/2/users/1000/mentions", and its variable part ("1000", or "")."""
    parts = path.strip("/").split("/")
    for endpoint in ENDPOINTS:
        if endpoint.method == method and len(endpoint.parts) == len(parts):
            pairs = list(zip(endpoint.parts, parts, strict=True))
            if all(wanted.startswith(":") or wanted == given for wanted, given in pairs):
                return endpoint, next((given for wanted, given in pairs if wanted.startswith(":")), "")
    return None
