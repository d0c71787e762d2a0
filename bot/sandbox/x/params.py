"""Reads the parameters of a GET as strictly as X does: unknown names and values are refused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from bot.sandbox.x.endpoints import Endpoint
from bot.sandbox.x.problems import invalid

FieldNames = Literal["tweet", "post"]


def _names(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


POST_FIELDS = _names(
    "article attachments author_id card_uri community_id context_annotations conversation_id created_at "
    "display_text_range edit_controls edit_history_tweet_ids entities geo id in_reply_to_user_id lang "
    "media_metadata non_public_metrics note_tweet organic_metrics possibly_sensitive promoted_metrics "
    "public_metrics referenced_tweets reply_settings scopes source text withheld"
)
USER_FIELDS = _names(
    "affiliation created_at description entities id location most_recent_tweet_id name pinned_tweet_id "
    "profile_image_url protected public_metrics url username verified verified_type withheld"
)
MEDIA_FIELDS = _names(
    "alt_text duration_ms height media_key non_public_metrics organic_metrics preview_image_url "
    "promoted_metrics public_metrics type url variants width"
)
OTHER_FIELDS = {
    "poll.fields": _names("duration_minutes end_datetime id options voting_status"),
    "place.fields": _names("contained_within country country_code full_name geo id name place_type"),
}
EXPANSIONS = _names(
    "article.cover_media article.media_entities attachments.media_keys attachments.media_source_tweet "
    "attachments.poll_ids author_id edit_history_tweet_ids entities.mentions.username geo.place_id "
    "in_reply_to_user_id referenced_tweets.id referenced_tweets.id.attachments.media_keys "
    "referenced_tweets.id.author_id"
)
USER_EXPANSIONS = frozenset({"affiliation.user_id", "most_recent_tweet_id", "pinned_tweet_id"})

NEW_NAMES = {
    "referenced_tweets": "referenced_posts",
    "note_tweet": "note_post",
    "edit_history_tweet_ids": "edit_history_post_ids",
}
"""What the specification of August 2026 renamed in answers."""
MOVED = frozenset({"author_id", "edit_history_tweet_ids", "in_reply_to_user_id", "referenced_tweets"})
"""What that generation gives as an expansion only, no longer as a field."""
NEW_POST_FIELDS = {NEW_NAMES.get(name, name): name for name in POST_FIELDS - MOVED}
NEW_EXPANSIONS = {
    "referenced_posts" if name == "referenced_tweets.id" else name.replace("tweet", "post"): name for name in EXPANSIONS
}
"""The new names of what can be asked for, and the old ones that they stand for."""
ID = re.compile(r"[0-9]{1,19}")
HANDLE = re.compile(r"[A-Za-z0-9_]{1,15}")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z")
MOST_IDS = 100


@dataclass(slots=True)
class Query:
    """The parsed parameters, with names in their old spelling and times in UTC."""

    post_fields: frozenset[str] = frozenset()
    user_fields: frozenset[str] = frozenset()
    media_fields: frozenset[str] = frozenset()
    expansions: frozenset[str] = frozenset()
    max_results: int = 10
    since_id: int | None = None
    until_id: int | None = None
    start: datetime | None = None
    end: datetime | None = None
    page: str | None = None
    ids: tuple[str, ...] = ()
    usernames: tuple[str, ...] = ()
    exclude: frozenset[str] = frozenset()
    search: str = ""


@dataclass(slots=True)
class _Reader:
    """Takes parameters one by one and collects every mistake, because X reports them all at once."""

    given: Mapping[str, str]
    names: FieldNames
    errors: list[dict[str, Any]] = field(default_factory=list)

    def refuse(self, name: str, message: str) -> None:
        self.errors.append({"parameters": {name: [self.given.get(name, "")]}, "message": message})

    def choices(self, name: str, known: frozenset[str] | Mapping[str, str]) -> frozenset[str]:
        """Read a list of known values; a mapping says which old name each of them stands for."""
        values = [value for value in self.given.get(name, "").split(",") if value]
        for value in values:
            if value not in known:
                allowed = ",".join(sorted(known))
                self.refuse(name, f"The `{name}` query parameter value [{value}] is not one of [{allowed}]")
        return frozenset(known.get(value, value) if isinstance(known, Mapping) else value for value in values)

    def number(self, name: str) -> int | None:
        value = self.given.get(name)
        if value is None or ID.fullmatch(value):
            return None if value is None else int(value)
        self.refuse(name, f"The `{name}` query parameter value [{value}] does not match ^[0-9]{{1,19}}$")
        return None

    def between(self, name: str, low: int, high: int, default: int) -> int:
        value = self.given.get(name, str(default))
        if value.isdecimal() and low <= int(value) <= high:
            return int(value)
        self.refuse(name, f"The `{name}` query parameter value [{value}] is not between {low} and {high}")
        return default

    def instant(self, name: str) -> datetime | None:
        value = self.given.get(name)
        if value is None:
            return None
        try:
            if INSTANT.fullmatch(value):
                return datetime.fromisoformat(value).astimezone(UTC)
        except ValueError:
            pass
        self.refuse(name, f"Invalid '{name}':'{value}'. Use the format YYYY-MM-DDTHH:mm:ssZ.")
        return None

    def several(self, name: str, pattern: re.Pattern[str]) -> tuple[str, ...]:
        if name not in self.given:
            self.refuse(name, f"The `{name}` query parameter can not be empty")
            return ()
        values = tuple(self.given[name].split(","))
        if len(values) > MOST_IDS:
            self.refuse(name, f"The number of values in the `{name}` query parameter list [{len(values)}] is too high")
        for value in values:
            if not pattern.fullmatch(value):
                self.refuse(name, f"The `{name}` query parameter value [{value}] is not valid")
        return values


def read(endpoint: Endpoint, given: Mapping[str, str], names: FieldNames) -> Query:
    """Parse the parameters of one request. Raises Problem 400 that lists every mistake."""
    known = endpoint.params
    if names == "post" and "tweet.fields" in known:
        known = known - {"tweet.fields"} | {"post.fields"}
    reader = _Reader(given, names)
    for name in given:
        if name not in known:
            listed = ",".join(sorted(known))
            reader.refuse(name, f"The query parameter [{name}] is not one of [{listed}]")
    query = Query()
    if "expansions" in known:
        _read_fields(reader, query, endpoint)
    if "max_results" in known:
        _read_window(reader, query, endpoint)
    if "ids" in known:
        query.ids = reader.several("ids", ID)
    if "usernames" in known:
        query.usernames = reader.several("usernames", HANDLE)
    query.exclude = reader.choices("exclude", frozenset({"retweets", "replies"}))
    reader.choices("sort_order", frozenset({"recency", "relevancy"}))
    if "query" in known:
        query.search = given.get("query", "").strip()
        if not 1 <= len(query.search) <= 512:
            reader.refuse("query", "The `query` query parameter must have a length between 1 and 512")
    if reader.errors:
        raise invalid(reader.errors)
    return query


def _read_fields(reader: _Reader, query: Query, endpoint: Endpoint) -> None:
    of_posts = "media.fields" in endpoint.params
    of_new_names = reader.names == "post"
    if of_new_names:
        query.post_fields = reader.choices("post.fields", NEW_POST_FIELDS)
    else:
        query.post_fields = reader.choices("tweet.fields", POST_FIELDS)
    query.user_fields = reader.choices("user.fields", USER_FIELDS)
    query.media_fields = reader.choices("media.fields", MEDIA_FIELDS)
    expansions = NEW_EXPANSIONS if of_new_names else EXPANSIONS
    query.expansions = reader.choices("expansions", expansions if of_posts else USER_EXPANSIONS)
    for name, known in OTHER_FIELDS.items():
        reader.choices(name, known)


def _read_window(reader: _Reader, query: Query, endpoint: Endpoint) -> None:
    query.max_results = reader.between("max_results", *endpoint.results)
    query.since_id, query.until_id = reader.number("since_id"), reader.number("until_id")
    query.start, query.end = reader.instant("start_time"), reader.instant("end_time")
    query.page = reader.given.get("pagination_token", reader.given.get("next_token"))
    if query.start and query.end and query.start >= query.end:
        reader.refuse("start_time", "Invalid 'start_time'. 'start_time' must be earlier than 'end_time'.")
    by_id, by_time = query.since_id or query.until_id, query.start or query.end
    if "query" in endpoint.params and by_id and by_time:
        message = "Invalid use of 'since_id' or 'until_id' in conjunction with 'start_time' or 'end_time'."
        reader.refuse("since_id" if query.since_id else "until_id", message)
