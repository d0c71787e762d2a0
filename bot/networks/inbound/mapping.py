"""What a body says, by the JMESPath expressions of webcare.toml: mentions, or nothing."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

import jmespath
from jmespath.exceptions import JMESPathError
from jmespath.functions import Functions, signature
from jmespath.parser import ParsedResult

from bot.domain.cases.mention import Author, Mention
from bot.domain.common.clean import clean
from bot.domain.common.plain import plain, visible
from bot.networks.base import Returned

FIELDS = (
    *("id", "conversation", "author.id", "author.name", "text", "at", "url", "language", "rating"),
    *("answer_url", "answer_until"),
)
"""What can be mapped, beside `each`."""

LONGEST_TEXT = 40_000  # characters; a longer one fits neither into Slack nor into an index of words
LONGEST_NAME = 80
LONGEST_ADDRESS = 2000
LONGEST_ID = 2000  # bytes; PostgreSQL's index takes 2,700 for an account and an id
LONGEST_KEY, LONGEST_AUTHOR = 1200, 1000  # bytes; as many for an account, a conversation and an author together
_OLDEST = datetime(2000, 1, 1, tzinfo=UTC)  # what claims to be older has no time
_FOR_EVER = timedelta(days=366)
_UNITS = ((1e11, 1), (1e14, 1e3), (1e17, 1e6), (1e20, 1e9))  # below which a number counts what part of a second
_LANGUAGE = re.compile("[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,3}")
_NUMBER = re.compile(r"[0-9]{9,19}(\.[0-9]{1,9})?")
_HANDLE = re.compile(r"[^\s@]{1,50}")
_AS_A_HANDLE = re.compile(r"[\s@]+")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class _Functions(Functions):
    """JMESPath's own functions, and html(…), which makes plain text of HTML."""

    @signature({"types": ["string", "null"]})
    def _func_html(self, words: str | None) -> str | None:
        from bot.networks.html import text_of  # few maps need it, and no command that starts

        return words and text_of(words)


_OPTIONS = jmespath.Options(custom_functions=_Functions())


def compiled(expression: str) -> ParsedResult:
    """Compile a JMESPath expression. Raises ValueError with what is wrong and where."""
    try:
        found = jmespath.compile(expression)
    except JMESPathError as error:
        at = getattr(error, "lex_position", None)
        what = getattr(error, "message", "") or str(getattr(error, "msg", "") or error)
        said = what.partition("\n")[0].partition(": Parse error")[0].rstrip(".:")
        place = f", at character {at + 1}" if isinstance(at, int) else ""
        raise ValueError(f"{said}{place}") from None
    except (ValueError, RecursionError):
        raise ValueError("it cannot be read") from None
    for name in _called(found.parsed):
        if name not in _Functions.FUNCTION_TABLE:
            known = ", ".join(sorted(_Functions.FUNCTION_TABLE))
            raise ValueError(f"{name}() is no function; there are {known}")
    return found


def _called(node: Any) -> Iterator[str]:
    if node["type"] == "function_expression":
        yield node["value"]
    for child in node["children"]:
        if isinstance(child, dict):
            yield from _called(child)


@dataclass(frozen=True, slots=True)
class Heard:
    """What a body holds, oldest first; `left_out` is how many events have no words."""

    mentions: tuple[Mention, ...]
    left_out: int = 0


RETURNED = "answer.returned"


def returned_in(body: Any) -> Returned | None:
    """Return which answer of ours came back, if a body says that in the desk's own form; no map is asked."""
    if not isinstance(body, dict) or body.get("type") != RETURNED:
        return None
    id_ = identifier(body.get("id"), LONGEST_ID)
    return Returned(id_, text(body.get("reason"))) if id_ else None


class Unreadable(ValueError):
    """A body is no JSON; the message says why, and quotes nothing of it."""


def decoded(body: bytes) -> Any:
    """Return the JSON of a body. Raises Unreadable."""
    try:
        return json.loads(body, parse_constant=_no_number)
    except UnicodeDecodeError:
        raise Unreadable("it is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise Unreadable(f"it is no JSON: {error.msg} at character {error.pos + 1}") from None
    except RecursionError:
        raise Unreadable("it is nested too deeply") from None
    except ValueError:
        raise Unreadable("it holds a number that is none") from None


def _no_number(name: str) -> None:
    raise ValueError(name)


class Map:
    """The expressions of one source. What a `private` one posts was said to us alone."""

    def __init__(self, source: str, expressions: Mapping[str, str], *, private: bool = False) -> None:
        self._source, self._private = source, private
        self._each = compiled(expressions["each"]) if "each" in expressions else None
        self._fields = {name: compiled(expressions[name]) for name in FIELDS if name in expressions}

    def hear(self, body: Any, arrived: datetime, message_id: str = "") -> Heard:
        """Return what the body says. `message_id` is what the source calls the whole of it."""
        events = self._events(body)
        heard: dict[str, Mention] = {}
        left_out = 0
        for number, event in enumerate(events):
            name = f"{message_id}.{number}" if message_id and len(events) > 1 else message_id
            try:
                mention = self._mention(event, arrived, name)
            except RecursionError:  # it is nested as deeply as could just be read
                mention = None
            if mention is None:
                left_out += 1
            else:
                heard[mention.id] = mention
        oldest_first = sorted(heard.values(), key=lambda mention: mention.posted_at)
        return Heard(tuple(oldest_first), left_out)

    def in_vain(self, body: Any) -> tuple[str, ...]:
        """Return the names of what is found in no event of the body."""
        events = self._events(body)
        found = {name for event in events for name, path in self._fields.items() if _found(path, event) is not None}
        return tuple(name for name in self._fields if name not in found)

    def _events(self, body: Any) -> list[Any]:
        found = body if self._each is None else _found(self._each, body)
        if found is None:
            return []
        return found if isinstance(found, list) else [found]

    def _mention(self, event: Any, arrived: datetime, message_id: str) -> Mention | None:
        values = {name: _found(expression, event) for name, expression in self._fields.items()}
        words, rating = text(values.get("text")), _rating(values.get("rating"))
        if not words and not rating:
            return None
        id_ = identifier(values.get("id"), LONGEST_ID) or _short(message_id, LONGEST_ID) or _digest(event)
        conversation = identifier(values.get("conversation"), LONGEST_KEY) or _short(id_, LONGEST_KEY)
        return Mention(
            id=id_,
            conversation=conversation,
            author=self._author(values.get("author.id"), values.get("author.name"), conversation),
            text="\n".join(filter(None, (rating, words))),
            posted_at=instant(values.get("at"), arrived),
            url=address(values.get("url")),
            language=_language(values.get("language")),
            private=self._private,
            answer_url=address(values.get("answer_url")),
            answer_until=deadline(values.get("answer_until"), arrived),
        )

    def _author(self, id_: Any, name: Any, conversation: str) -> Author:
        """Return who wrote: by their number at the source, else one of the conversation's own.

        Two guests of one name may be two people. They are called by their number where it is short, else by their name.
        """
        known = identifier(id_, LONGEST_AUTHOR)
        called = visible(" ".join(clean(_string(name)).split())[:LONGEST_NAME])
        handle = (
            known.removeprefix("@") if _HANDLE.fullmatch(known.removeprefix("@")) else _AS_A_HANDLE.sub("_", called)
        )
        author_id = known or _short(f"in {conversation}", LONGEST_AUTHOR)
        return Author(
            f"{self._source}:{author_id}",
            handle.strip("_") or f"guest-{sha256(author_id.encode()).hexdigest()[:6]}",
            called,
        )


def identifier(value: Any, most: int) -> str:
    """Return a name or a number that a source gives; "" if it is neither. What is longer than `most` bytes is cut."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return ""
    return _short(visible(plain(_digits(value))), most)


def text(value: Any) -> str:
    """Return words of a customer; several, as forms give them, stand below each other. "" if there are none."""
    if isinstance(value, list):
        return text("\n".join(filter(None, map(text, value))))
    words = visible(plain(_string(value)))
    return words if len(words) <= LONGEST_TEXT else f"{words[: LONGEST_TEXT - 1]}…"


def instant(value: Any, arrived: datetime) -> datetime:
    """Return when something was said: ISO 8601, seconds since 1970 or parts of them, or as mails write it.

    Without a zone it is UTC. What cannot be read, or lies in the future or before 2000, was said when it arrived.
    """
    at = _instant(value)
    return at if at is not None and _OLDEST <= at <= arrived else arrived


def deadline(value: Any, arrived: datetime) -> datetime | None:
    """Return until when something can be done, written as an instant is; None if that cannot be read.

    More than a year ahead is how programs write "for ever", and nothing that anybody must be reminded of.
    """
    at = _instant(value)
    return at if at is not None and _OLDEST <= at <= arrived + _FOR_EVER else None


def address(value: Any) -> str:
    """Return an address of the web as it can be opened; "" if the value is none."""
    written = _string(value).strip()
    if len(written) > LONGEST_ADDRESS or not re.fullmatch(
        r"https?://[^\s\"<>\\^`{|}\x00-\x20\x7f-\x9f]+", written, re.I
    ):
        return ""
    try:
        parts = urlsplit(written)
        return written if parts.hostname and parts.port != 0 else ""
    except ValueError:
        return ""


def _instant(value: Any) -> datetime | None:
    if isinstance(value, bool):
        return None
    written = value.strip() if isinstance(value, str) else ""
    if _NUMBER.fullmatch(written):
        value = float(written)
    try:
        if isinstance(value, (int, float)):
            part = next((part for below, part in _UNITS if 0 < value < below), None)
            return None if part is None or not math.isfinite(value) else _EPOCH + timedelta(seconds=value / part)
        if not 0 < len(written) < 60:
            return None
        return _in_utc(_iso(written) or parsedate_to_datetime(written))
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _iso(written: str) -> datetime | None:
    """Parse ISO 8601, also with a space before the zone or with the word UTC, as some programs write it."""
    tidy = re.sub(r"^([0-9]{4})/([0-9]{2})/([0-9]{2})", r"\1-\2-\3", written)
    tidy = re.sub(r"\s*(UTC|GMT|Z)$", "+00:00", tidy, flags=re.IGNORECASE)
    tidy = re.sub(r"\s+([+-][0-9]{2}:?[0-9]{2})$", r"\1", tidy)
    try:
        return datetime.fromisoformat(tidy)
    except ValueError:
        return None


def _in_utc(at: datetime) -> datetime:
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _found(expression: ParsedResult, event: Any) -> Any:
    """Return what an expression finds; None where a function of it does not fit the data."""
    try:
        return expression.search(event, options=_OPTIONS)
    except (JMESPathError, TypeError, ValueError, ArithmeticError, AttributeError, RecursionError):
        return None


def _string(value: Any) -> str:
    return _digits(value) if isinstance(value, (str, int, float)) and not isinstance(value, bool) else ""


def _digits(value: str | float) -> str:
    try:
        return str(value)
    except ValueError:  # a number of more than 4,300 digits
        return ""


def _rating(value: Any) -> str:
    """Return a rating as it stands above the words: "★ 4"."""
    written = value if isinstance(value, (int, float)) and not isinstance(value, bool) else _string(value).strip()
    try:
        number = float(written)
    except (ValueError, OverflowError):
        return ""
    if not math.isfinite(number) or not 0 <= number <= 100:
        return ""
    return f"★ {number:g}"


def _language(value: Any) -> str | None:
    written = _string(value).strip()
    return written.replace("_", "-").lower() if _LANGUAGE.fullmatch(written) else None


def _short(name: str, most: int) -> str:
    encoded = name.encode("utf-8", "replace")
    return name if len(encoded) <= most else f"sha256:{sha256(encoded).hexdigest()}"


def _digest(event: Any) -> str:
    """Return a name for an event that has none, which is the same whenever the event comes."""
    written = json.dumps(event, sort_keys=True)
    return f"sha256:{sha256(written.encode()).hexdigest()}"
