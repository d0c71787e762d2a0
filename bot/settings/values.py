"""What a single value may look like. Each parser takes what was written and returns it typed, or raises ValueError.

The message continues a sentence that starts with the value. It says what is allowed and gives an example; it never
repeats a secret.
"""

from __future__ import annotations

import difflib
import json
import re
import zoneinfo
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from string import Formatter
from typing import Annotated, Literal
from urllib.parse import urlsplit

import babel
from pydantic import AfterValidator, PlainValidator, SecretStr

from bot.domain.clock import hours
from bot.domain.clock.ladder import RECIPIENTS, REPEATS
from bot.domain.customers.customer import INBOUND
from bot.domain.customers.last_resort import Signal
from bot.domain.customers.reference_numbers import compiled
from bot.domain.reports.webhook import HookEvent
from bot.integrations.crm import KINDS as CRM_KINDS
from bot.networks import KINDS, SPECS
from bot.networks.inbound.mapping import compiled as compiled_path
from bot.networks.spec import NetworkSpec
from bot.platform import web
from bot.platform.clock import Clock, parse_clock
from bot.platform.proof import ENCODINGS, Way

_TIMES = r"[0-9]{1,2}:[0-9]{2}-[0-9]{1,2}:[0-9]{2}"
_DURATION = re.compile(r"(?=[0-9])(?:([0-9]{1,6})d)?(?:([0-9]{1,6})h)?(?:([0-9]{1,6})m)?(?:([0-9]{1,6})s)?")
_SPELT = re.compile(r"([0-9]{1,6})\s*([dhmsut])")  # "1 day 2 hours", "2 uur", "2 timmar": the first letters tell
_STATUS_EMOJI = r":[\w+'-]+(::skin-tone-[2-6])?:"
_UNITS = (("d", 86400), ("h", 3600), ("m", 60), ("s", 1))
_LONGEST = timedelta(days=3650)  # more than any desk needs, and no date overflows
_DATABASES = {"postgres": "postgresql+psycopg", "postgresql": "postgresql+psycopg"}
MOST_PERCENT, MOST_REPEATS = 10_000, 50
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
LANGUAGES = ("en", "nl", "sv")


class Unfit(ValueError):
    """A value that is not allowed, with what was probably meant, and why where the wanted form alone does not say."""

    def __init__(self, message: str, *, meant: str | None = None, why: str | None = None) -> None:
        super().__init__(message)
        self.meant, self.why = meant, why


def nearest(word: str, known: Iterable[str], likeness: float = 0.6) -> str:
    """Return '; did you mean "…"?' for the most similar known word, else "". `likeness` is difflib's, 0 to 1."""
    found = most_like(word, known, likeness)
    return f'; did you mean "{found}"?' if found else ""


def most_like(word: str, known: Iterable[str], likeness: float) -> str | None:
    """Return the most similar known word, or None if none is that similar. `likeness` is difflib's, 0 to 1."""
    names = {name.lower(): name for name in known}
    found = difflib.get_close_matches(word.lower(), names, n=1, cutoff=likeness)
    return names[found[0]] if found else None


def shown(value: object) -> str:
    """Return a value as the operator wrote it, cut so that the problem stays on one line."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else f"{text[:59]}…"


def _text(value: object, wanted: str) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{shown(value)} is not {wanted}")
    return value.strip()


def _pattern(regex: str, wanted: str) -> Callable[[object], str]:
    pattern = re.compile(regex)

    def parse(value: object) -> str:
        text = _text(value, wanted)
        if not pattern.fullmatch(text):
            raise ValueError(f"{shown(value)} is not {wanted}")
        return text

    return parse


def _untrimmed(regex: str, wanted: str) -> Callable[[object], str]:
    """Return a parser that keeps white space at the ends."""

    def parse(value: object) -> str:
        if not isinstance(value, str) or not re.fullmatch(regex, value):
            raise ValueError(f"{shown(value)} is not {wanted}")
        return value

    return parse


def _one_of(allowed: tuple[str, ...]) -> Callable[[object], str]:
    def parse(value: object) -> str:
        if value not in allowed:
            hint = nearest(str(value), allowed, 0.5)
            raise ValueError(f"{shown(value)} is not one of {', '.join(allowed)}{hint}")
        return str(value)

    return parse


def duration(value: object) -> timedelta:
    """Parse `10s`, `60m`, `2h`, `400d`, `1h30m`: days, hours, minutes and seconds in that order, more than zero."""
    wanted = 'a length of time above zero (for example "10s", "60m", "2h", "400d" or "1h30m")'
    text = _text(value, wanted)
    length = _length(text)
    if not length:
        spelt = _SPELT.findall(text.casefold())
        meant = "".join(f"{amount}{'h' if unit in 'ut' else unit}" for amount, unit in spelt)
        fits = meant if text and _length(meant) else None
        hint = f"; did you mean {shown(fits)}?" if fits else ""
        raise Unfit(f"{shown(value)} is not {wanted}{hint}", meant=fits)
    if length > _LONGEST:
        raise Unfit(f"{shown(value)} is longer than {_LONGEST.days}d", meant=f"{_LONGEST.days}d")
    return length


def _length(text: str) -> timedelta:
    match = _DURATION.fullmatch(text)
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups()) if match else (0, 0, 0, 0)
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


@dataclass(frozen=True, slots=True)
class RosterPlace:
    """Where a roster is: a calendar's file, its address on the web (a feed), or a Slack user group.

    `place` is the path, the address or the id. An address is a secret: who has it can read the roster.
    """

    kind: Literal["file", "feed", "group"]
    place: str = field(repr=False)

    def __str__(self) -> str:
        """Return what may be shown: of a feed its host alone."""
        return urlsplit(self.place).hostname or "" if self.kind == "feed" else self.place


def roster(value: object) -> RosterPlace:
    """Parse where a roster is. What looks like an address is never repeated."""
    wanted = (
        'a roster: a calendar file (for example "oncall.ics"), the https address of one, or a Slack user group '
        '(for example "S0ONCALL")'
    )
    text = _text(value, wanted)
    scheme, separator, _ = text.partition("://")
    if separator:
        if not _has_a_host(text) or not re.fullmatch(r"[!-~]+", text):
            raise ValueError(f"is not {wanted}: its address cannot be read")
        if scheme.lower() in ("webcal", "webcals", "http") and not web.is_safe(text):
            raise ValueError(f"is not {wanted}: did you mean https:// in place of {scheme}://?")
        if not web.is_safe(text):
            raise ValueError(f"is not {wanted}")
        return RosterPlace("feed", text)
    if re.fullmatch("S[A-Z0-9]{2,}", text):
        return RosterPlace("group", text)
    if text.lower().endswith(".ics") and text.isprintable():
        return RosterPlace("file", text)
    hint = f'; did you mean "{text}.ics"?' if re.fullmatch(r"[a-z][\w./-]*", text) and "." not in text else ""
    raise ValueError(f"{shown(value)} is not {wanted}{hint}")


def written_length(length: timedelta) -> str:
    """Write a length of time as `duration` parses it."""
    seconds, text = round(length.total_seconds()), ""
    for unit, size in _UNITS:
        count, seconds = divmod(seconds, size)
        text += f"{count}{unit}" if count else ""
    return text or "0s"


def undo(value: object) -> timedelta:
    """Parse a duration, or "0s" or "off": nothing, so that replies go at once."""
    if isinstance(value, str) and (value == "off" or re.fullmatch(r"0+[dhms]", value)):
        return timedelta(0)
    return duration(value)


def time_of_day(value: object) -> time:
    """Parse `HH:MM` on a 24-hour clock, local to the desk."""
    wanted = 'a time of day in quotes, between "00:00" and "23:59" (for example "09:00")'
    match = re.fullmatch(r"([01][0-9]|2[0-3]):([0-5][0-9])", _text(value, wanted))
    if not match:
        raise ValueError(f"{shown(value)} is not {wanted}")
    return time(int(match[1]), int(match[2]))


def opening_hours(value: object) -> str:
    """Parse opening hours in OpenStreetMap's notation that are open at some time from now on."""
    wanted = 'opening hours (for example "Mo-Fr 09:00-17:30; Sa 10:00-14:00")'
    text = " ".join(_text(value, wanted).split())
    at = datetime.now(UTC)
    try:
        hours.require_readable(text, at)
    except ValueError as problem:
        meant = hours.likely(text, at)
        hint = f"; did you mean {shown(meant)}?" if meant else ""
        raise Unfit(f"{shown(value)} is not {wanted}: {problem}{hint}", meant=meant, why=str(problem)) from None
    return text


def public_holidays(value: object) -> str:
    """Parse whose holidays a desk keeps: a country, a region if need be, and a category of days besides public ones."""
    wanted = 'a country, region or category whose holidays are known (for example "NL", "DE-BY" or "SE:de_facto")'
    text = _text(value, wanted)
    try:
        hours.require_known(text)
    except ValueError as problem:
        place = text.partition(":")[0]
        regions = hours.regions(place.partition("-")[0])
        kinds = hours.categories(place) if ":" in text else ()
        tries = ((text, kinds), (place, regions), (place, hours.countries()))
        meant = next((found for word, known in tries if (found := most_like(word, known, 0.6))), None)
        hint = f'; did you mean "{meant}"?' if meant else ""
        raise Unfit(f"{shown(value)} is not {wanted}: {problem}{hint}", meant=meant, why=str(problem)) from None
    return text


def spoken_language(value: object) -> str:
    """Parse the code of a language that customers write, such as "nl" or "pt-BR"."""
    wanted = 'the code of a language (for example "nl", "sv" or "pt-BR")'
    text = _text(value, wanted)
    known = {str(code): str(name) for code, name in babel.Locale("en").languages.items()}
    if text.replace("-", "_").lower() not in {code.lower() for code in known}:
        codes = {name.lower(): code for code, name in known.items()}
        named = most_like(text, codes, 0.7)
        hint = f'; did you mean "{codes[named]}" ({known[codes[named]]})?' if named else ""
        raise ValueError(f"{shown(value)} is not {wanted}{hint}")
    return text.lower()


def day(value: object) -> date:
    """Parse a date such as "2026-12-28"."""
    wanted = 'a date in quotes (for example "2026-12-28")'
    text = _text(value, wanted)
    try:
        if not re.fullmatch(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}", text):
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{shown(value)} is not {wanted}") from None


def open_day(value: object) -> str:
    """Parse a date with the hours of that day, such as "2026-12-06 10:00-16:00"."""
    wanted = 'a date with its hours (for example "2026-12-06 10:00-16:00")'
    text = _text(value, wanted)
    on, _, times = text.partition(" ")
    try:
        day(on)
        hours.require_readable(times, datetime.now(UTC))
    except ValueError:
        raise ValueError(f"{shown(value)} is not {wanted}") from None
    if not re.fullmatch(rf" *{_TIMES}( *, *{_TIMES})*", times):
        raise ValueError(f"{shown(value)} is not {wanted}")
    return f"{on} {times.strip()}"


def time_zone(value: object) -> zoneinfo.ZoneInfo:
    """Parse an IANA name such as Europe/Amsterdam."""
    wanted = 'the name of a time zone (for example "Europe/Amsterdam")'
    text = _text(value, wanted)
    try:
        return zoneinfo.ZoneInfo(text)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):  # OSError: a directory, such as "Europe"
        known = zoneinfo.available_timezones()
    cities = {name.rpartition("/")[2]: name for name in sorted(known)}
    hint = f'; did you mean "{cities[text]}"?' if text in cities else nearest(text, known, 0.7)
    raise ValueError(f"{shown(value)} is not {wanted}{hint}")


def dollars(value: object) -> float:
    """Parse an amount of dollars above 0."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 10_000_000:
        raise ValueError(f"{shown(value)} is not an amount of dollars (for example 50)")
    return float(value)


def share(value: object) -> float:
    """Parse a share above 0 and below 1."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1:
        raise ValueError(f"{shown(value)} is not between 0 and 1 (for example 0.75)")
    return float(value)


@dataclass(frozen=True, slots=True)
class NagAt:
    """When a step of the ladder is reached: at a `share` of the target and so much `beyond` it; or it `repeats`."""

    share: float
    beyond: timedelta
    repeats: bool

    @property
    def written(self) -> str:
        """The same as `nag_at` parses it."""
        length = written_length(abs(self.beyond))
        if self.repeats:
            return f"every {length if self.beyond else f'{self.share * 100:g}%'}"
        if self.beyond:
            return f"{'-' if self.beyond < timedelta(0) else '+'}{length}"
        return f"{self.share * 100:g}%"


_NAG_AT = 'a share of the target or a time around the deadline (for example "75%", "+30m", "-10m" or "every 50%")'


def nag_at(value: object) -> NagAt:
    """Parse `75%`, `+30m` (after the deadline), `-10m` (before it), `every 50%` or `every 30m` (after it)."""
    text = " ".join(_text(value, f"{_NAG_AT}{_as_share(value)}").split())
    every, _, rest = text.partition(" ") if text.startswith("every ") else ("", "", text)
    share = re.fullmatch(r"([0-9]{1,5}(?:\.[0-9]{1,3})?) ?%", rest)
    length = re.fullmatch(r"([+-]?)([0-9dhms]+)", rest)
    if share and 0 < float(share[1]) <= MOST_PERCENT:
        return NagAt(float(share[1]) / 100, timedelta(0), bool(every))
    if share:
        raise ValueError(f'{shown(value)} is not above 0% and at most {MOST_PERCENT}% (for example "75%")')
    if not length or (length[1] == "-" if every else not length[1]):
        raise ValueError(f"{shown(value)} is not {_NAG_AT}{_as_share(text)}")
    beyond = duration(length[2])
    return NagAt(0 if every else 1, -beyond if length[1] == "-" else beyond, bool(every))


def _as_share(value: object) -> str:
    """Return what was probably meant by a number without a unit, or by an "after" in words."""
    try:
        number = float(str(value).removesuffix("%").strip())
    except ValueError:
        length = re.search(r"[0-9]+[dhms]", str(value))
        return f'; did you mean "+{length[0]}"?' if length else ""
    percent = number * 100 if number <= 1 else number
    return f'; did you mean "{percent:g}%"?' if 0 < percent <= MOST_PERCENT else ""


def at_most(value: object, *, repeats: bool) -> int:
    """Parse how often a step is said, which is once unless it `repeats`."""
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MOST_REPEATS:
        raise ValueError(f"{shown(value)} is not a number from 1 to {MOST_REPEATS} (for example {REPEATS})")
    if value > 1 and not repeats:
        raise ValueError(f'{value} is for a step that repeats ("every 50%"); this one is reached once: write 1')
    return value


def nag_recipients(value: object) -> tuple[str, ...]:
    """Parse whom a step speaks to."""
    if not isinstance(value, list):
        hint = f"; write {shown([value])}" if isinstance(value, str) else ""
        raise ValueError(f"{shown(value)} is not a list{hint}")
    if not value:
        raise ValueError(f"is empty: write at least one of {_shown_recipients()}")
    for each in value:
        if each not in RECIPIENTS and not re.fullmatch("[CG][A-Z0-9]{2,}", str(each)):
            hint = nearest(str(each), RECIPIENTS, 0.5)
            raise ValueError(f"{shown(each)} is not one of {_shown_recipients()}{hint}")
    return tuple(dict.fromkeys(value))


def _shown_recipients() -> str:
    return f'{", ".join(RECIPIENTS)} or a channel\'s id such as "C0SUPPORT"'


def signature(value: object) -> str:
    """Parse what is put below a reply; `{initials}` and `{name}` are the agent's."""
    text = _text(value, 'a text (for example "^{initials}")')
    try:
        fields = [(name, spec, conversion) for _, name, spec, conversion in Formatter().parse(text) if name is not None]
    except ValueError:
        fields = [("", "", None)]
    if any(field not in {("initials", "", None), ("name", "", None)} for field in fields):
        raise ValueError(
            f'{shown(value)} may hold no {{placeholder}} but {{initials}} and {{name}} (as in "^{{initials}}")'
        )
    return text


def name(value: object) -> str:
    """Parse what people call a team; joined emoji are fine, what cannot be seen is not."""
    wanted = 'a name of 1 to 80 characters that can be seen (for example "Support")'
    text = _text(value, wanted)
    if not 1 <= len(text) <= 80 or not text.replace("\u200d", "").isprintable():
        raise ValueError(f"{shown(value)} is not {wanted}")
    return text


def closing_reason(value: object) -> str:
    """Parse a reason that *No reply needed* offers; Slack shows 75 characters of it."""
    wanted = 'a reason of 1 to 75 characters that can be seen (for example "Solved by phone")'
    text = " ".join(_text(value, wanted).split())
    if not 1 <= len(text) <= 75 or not text.replace("\u200d", "").isprintable():
        raise ValueError(f"{shown(value)} is not {wanted}")
    return text


def outcome(value: object) -> str:
    """Parse how a thread can end; a menu of Slack shows 75 characters of it."""
    wanted = 'an outcome of 1 to 75 characters that can be seen (for example "Solved")'
    text = " ".join(_text(value, wanted).split())
    if not 1 <= len(text) <= 75 or not text.replace("\u200d", "").isprintable():
        raise ValueError(f"{shown(value)} is not {wanted}")
    return text


def label(value: object) -> str:
    """Parse the name of a label; a row of a list has room for 40 characters."""
    wanted = 'a label of 1 to 40 characters that can be seen (for example "Delivery")'
    text = " ".join(_text(value, wanted).split())
    if not 1 <= len(text) <= 40 or not text.replace("\u200d", "").isprintable():
        raise ValueError(f"{shown(value)} is not {wanted}")
    return text


def status_emoji(value: object) -> str:
    """Parse the emoji of a Slack status, as Slack writes it between colons."""
    wanted = 'an emoji between colons (for example ":palm_tree:")'
    text = _text(value, wanted)
    if not re.fullmatch(_STATUS_EMOJI, text):
        meant = f":{text.strip(': ').lower().replace(' ', '_')}:"
        hint = f"; did you mean {shown(meant)}?" if re.fullmatch(_STATUS_EMOJI, meant) else ""
        raise ValueError(f"{shown(value)} is not {wanted}{hint}")
    return text


def few_and_different(reasons: tuple[str, ...], what: str = "reasons") -> tuple[str, ...]:
    """Check `what` one menu offers: at most 20, and none of them twice."""
    if len(reasons) > 20:
        raise ValueError(f"has {len(reasons)} {what}, and at most 20 fit into a menu that is read in a hurry")
    seen: set[str] = set()
    for reason in reasons:
        if reason.casefold() in seen:
            raise ValueError(f"has {shown(reason)} twice")
        seen.add(reason.casefold())
    return reasons


def switch(value: object) -> bool:
    """Parse true or false."""
    if not isinstance(value, bool):
        hint = {"yes": "true", "on": "true", "true": "true", "1": "true"}.get(str(value).strip().casefold(), "false")
        raise ValueError(f"{shown(value)} is neither true nor false; write {hint}")
    return value


ANY_SIGNAL = "any"
_CALLED = {"press": "audience", "lawyer": "audience", "media": "audience"}  # as people say it


def signal(value: object) -> str:
    """Parse a kind of signal by which a customer says that a public post is their last resort, or "any"."""
    known = (*map(str, Signal), ANY_SIGNAL)
    meant = _CALLED.get(str(value).strip().casefold())
    if meant is not None:
        raise ValueError(f"{shown(value)} is not one of {', '.join(known)}; did you mean {shown(meant)}?")
    return _one_of(known)(value)


def guideline(value: object) -> str:
    """Parse how a desk speaks, shown where a reply is written: up to 10 lines of 200 characters."""
    wanted = "a text of at most 10 lines, each of at most 200 characters"
    lines = [" ".join(line.split()) for line in _text(value, wanted).splitlines()]
    if len(lines) > 10 or any(len(line) > 200 for line in lines):
        raise ValueError(f"{shown(value)} is not {wanted}")
    return "\n".join(lines)


def phrase(value: object) -> str:
    """Parse words as somebody writes them, up to 80 characters."""
    wanted = 'words of 1 to 80 characters (for example "unfortunately")'
    text = " ".join(_text(value, wanted).split())
    if not 1 <= len(text) <= 80 or not text.isprintable():
        raise ValueError(f"{shown(value)} is not {wanted}")
    return text


def listened_word(value: object) -> str:
    """Parse what is listened for: words, a hashtag, or a name with its @, of two letters or digits at least."""
    wanted = 'a word, several words or a hashtag of 2 to 80 characters (for example "acme" or "#acmestoring")'
    text = " ".join(_text(value, wanted).split())
    letters = sum(char.isalnum() for char in text)
    if not 2 <= len(text) <= 80 or letters < 2 or not text.isprintable():
        raise ValueError(f"{shown(value)} is not {wanted}")
    if text.startswith("#") and not re.fullmatch(r"#\w+", text):
        raise ValueError(f'{shown(value)} is not a hashtag: that is one word after the # (for example "#acmestoring")')
    return text


def listened_words(value: object) -> tuple[str, ...]:
    """Parse one or several things that are listened for."""
    if not isinstance(value, (list, tuple)):
        raise ValueError(f'{shown(value)} is not a list of words (for example ["acme", "#acmestoring"])')
    if not value:
        raise ValueError('is empty: write what to listen for (for example ["acme", "#acmestoring"])')
    return tuple(dict.fromkeys(map(listened_word, value)))


def finds_an_hour(value: object) -> int:
    """Parse how many posts a rule may find in an hour."""
    if type(value) is not int or not 1 <= value <= 10_000:
        raise ValueError(f"{shown(value)} is not a whole number from 1 to 10,000 (for example 60)")
    return value


def reference_pattern(value: object) -> str:
    """Parse a regular expression that is matched with customers' words in time in proportion to their length."""
    wanted = r"a regular expression (for example 'A-\d{6}')"
    text = _text(value, wanted)
    if not 1 <= len(text) <= 200:
        raise ValueError(f"{shown(value)} is not {wanted} of 1 to 200 characters")
    try:
        compiled(text)
    except ValueError as problem:
        raise ValueError(
            f"{shown(value)} is not {wanted} without look-around and back references, which could take for ever: "
            f"{problem}"
        ) from None
    return text


def reference_url(value: object, pattern: str | None) -> str:
    """Parse where a number leads. {0} is the whole of it, {1} and so on are the groups of `pattern`, if that is known.

    None of them may stand in the host, where customers' words would choose whom the link leads to.
    """
    wanted = 'an https address with {0} in the place of the number (for example "https://crm.example.com/orders/{0}")'
    text = _text(value, wanted)
    try:
        fields = [part[1:] for part in Formatter().parse(text) if part[1] is not None]
    except ValueError:
        fields = [("", "", None)]
    plain = all(re.fullmatch("[0-9]{1,2}", name or "") and not spec and not how for name, spec, how in fields)
    if not plain or not fields or not re.fullmatch("[!-~]+", text):
        raise ValueError(f"{shown(value)} is not {wanted}")
    host = re.match(r"[a-z]+://[^/?#]*", text)
    if not (host and "{" not in host[0] and _has_a_host(host[0]) and web.is_safe(host[0])):
        raise ValueError(f"{shown(value)} is not {wanted}")
    groups = compiled(pattern).groups if pattern is not None else None
    if groups is not None and (beyond := next((name for name, *_ in fields if int(str(name)) > groups), None)):
        has = f"{groups} groups" if groups != 1 else "1 group"
        raise ValueError(
            f"{shown(value)} has {{{beyond}}}, and the pattern has {has}: write {{0}} for the whole number"
        )
    return text


def handle(value: object, network: NetworkSpec) -> str:
    """Parse an account's name on a network, without the @."""
    rule = network.handle
    wanted = f"the name of an account on {network.name}"
    text = _text(value, f'{wanted} (for example "{rule.example}")').removeprefix("@")
    if not re.fullmatch(rule.pattern, text):
        raise ValueError(f'{shown(value)} is not {wanted}: {rule.allowed} ("{rule.example}")')
    return text


def secret(prefix: str = "", kind: str = "") -> Callable[[object], SecretStr]:
    """Return a parser for tokens that start with `prefix`; its message names the `kind` but never the value."""

    def parse(value: object) -> SecretStr:
        text = str(value).strip()
        if not text.startswith(prefix):
            raise ValueError(f"is not {kind}, which starts with {prefix}")
        if not re.fullmatch("[!-~]+", text):
            raise ValueError("holds a space, a line break or another character that is in no token: copy it again")
        return SecretStr(text)

    return parse


def link_secret(value: object) -> SecretStr:
    """Parse the secret that signs links: long enough that nobody guesses it."""
    found = secret()(value)
    if len(found.get_secret_value()) < 16:
        raise ValueError('is shorter than 16 characters: write random ones (for example from "openssl rand -hex 16")')
    return found


def yes_no(value: object) -> bool:
    """Parse true or false as TOML writes them."""
    if not isinstance(value, bool):
        raise ValueError(f"{shown(value)} is neither true nor false, without quotation marks")
    return value


def public_url(value: object) -> str:
    """Parse the address at which customers reach this desk, and drop the slash at its end."""
    wanted = 'an address that starts with https:// (for example "https://webcare.example.com")'
    try:
        address = web_address(value)
    except ValueError:
        raise ValueError(f"{shown(value)} is not {wanted}") from None
    if "?" in address or "#" in address:
        raise ValueError(f"{shown(value)} is not {wanted}: it has a ? or a #")
    return address


def web_address(value: object) -> str:
    """Parse an HTTP address and drop the slash at its end."""
    wanted = 'an address that starts with http:// or https:// (for example "https://slack.com/api/")'
    text = _text(value, wanted)
    if not re.fullmatch(r"https?://[^/\s]+(/\S*)?", text) or not _has_a_host(text):
        raise ValueError(f"{shown(value)} is not {wanted}")
    return text.rstrip("/")


def safe_address(value: object) -> str:
    """Parse an address to which secrets may be sent: https, or this machine itself."""
    wanted = 'an https address (for example "https://crm.example.com/webcare")'
    text = _text(value, wanted)
    if "@" in text:
        raise ValueError(f"holds a name and a password, or is not {wanted}: secrets belong into variables")
    if not re.fullmatch(r"[!-~]+", text) or not web.is_safe(text) or not _has_a_host(text):
        raise ValueError(f"{shown(value)} is not {wanted}")
    return text


def _has_a_host(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return bool(parts.hostname) and parts.port != 0
    except ValueError:  # unmatched brackets, or an invalid port
        return False


def _api_base(value: object) -> str:
    return web_address(value) + "/"


def database_url(value: object) -> str:
    """Parse a SQLAlchemy URL; postgres:// and postgresql:// get the driver that is installed. It may hold a password.

    SQLite's must name a file: in memory, each connection would have a database of its own.
    """
    text = str(value).strip()
    scheme, separator, rest = text.partition("://")
    driver = _DATABASES.get(scheme, scheme)
    if not separator or driver not in {"sqlite", "postgresql+psycopg"}:
        raise ValueError(
            'is neither SQLite nor PostgreSQL (for example "sqlite:///webcare.db" or "postgresql://user:password@host/name")'
        )
    place = rest.partition("?")[0]
    if driver == "sqlite":
        file = place.removeprefix("/")
        if file in ("", ":memory:") or not Path(file).parent.is_dir():
            raise ValueError('must name a file in a folder that is there (for example "sqlite:///webcare.db")')
    port = place.rpartition("@")[2].partition("/")[0].rpartition("]")[2].partition(":")[2]
    if driver != "sqlite" and not re.fullmatch("[0-9]{0,5}", port):
        raise ValueError("has a port that is no number (for example postgresql://user:password@host:5432/name)")
    return f"{driver}://{rest}"


def port(value: object) -> int:
    """Parse a TCP port from text."""
    text = str(value).strip()
    if not re.fullmatch(r"[0-9]{1,5}", text) or not 1 <= int(text) <= 65535:
        raise ValueError(f"{shown(value)} is not a port between 1 and 65535 (for example 3000)")
    return int(text)


def log_level(value: object) -> str:
    return _one_of(LOG_LEVELS)(str(value).strip().upper())


def clock(value: object) -> Clock:
    """Parse a clock; see bot.platform.clock.parse_clock."""
    try:
        return parse_clock(str(value))
    except ValueError as problem:
        raise ValueError(f"{shown(value)} cannot be read: {problem}") from None


def password_of(url: str) -> str:
    """Return the password in a database URL, as written there (percent-encoded or not); "" if there is none."""
    return urlsplit(url).password or ""


def jmespath(value: object) -> str:
    """Parse a JMESPath expression; what is wrong with it is said with its place."""
    wanted = 'a JMESPath expression (for example "author.name")'
    text = _text(value, wanted)
    try:
        compiled_path(text)
    except ValueError as problem:
        raise ValueError(f"{shown(value)} is not {wanted}: {problem}") from None
    return text


def inbound_name(value: object) -> str:
    """Parse the name of a tool that posts to us: the end of its address."""
    rule = SPECS[INBOUND].handle
    wanted = f'a name for the end of an address: {rule.allowed} (for example "{rule.example}")'
    text = _text(value, wanted)
    if not re.fullmatch(rule.pattern, text):
        meant = re.sub("[^a-z0-9]+", "-", text.lower()).strip("-")
        hint = f'; did you mean "{meant}"?' if re.fullmatch(rule.pattern, meant) else ""
        raise ValueError(f"{shown(value)} is not {wanted}{hint}")
    return text


def answer_address(value: object) -> str:
    """Parse where answers may go. It may be in a network of one's own, since whoever writes this file decides."""
    wanted = 'an address to which answers may go (for example "https://forum.example.com/answers/")'
    try:
        address = web_address(value)
    except ValueError:
        raise ValueError(f"{shown(value)} is not {wanted}") from None
    if re.search("[?#@]", address):
        raise ValueError(f"{shown(value)} is not {wanted}: it has a ?, a # or an @")
    return address


def hook_events(value: object) -> tuple[HookEvent, ...]:
    """Parse what another system is told."""
    known = ", ".join(HookEvent)
    if not isinstance(value, list):
        hint = f"; write {shown([value])}" if isinstance(value, str) else ""
        raise ValueError(f"{shown(value)} is not a list{hint}")
    if not value:
        raise ValueError(f"is empty: write at least one of {known}")
    return tuple(dict.fromkeys(HookEvent(_one_of(tuple(HookEvent))(each)) for each in value))


Name = Annotated[str, PlainValidator(name)]
HookEvents = Annotated[tuple[HookEvent, ...], PlainValidator(hook_events)]
JmesPath = Annotated[str, PlainValidator(jmespath)]
InboundName = Annotated[str, PlainValidator(inbound_name)]
AnswerAddress = Annotated[str, PlainValidator(answer_address)]
ClosingReasons = Annotated[
    tuple[Annotated[str, PlainValidator(closing_reason)], ...], AfterValidator(few_and_different)
]
Outcomes = Annotated[
    tuple[Annotated[str, PlainValidator(outcome)], ...], AfterValidator(partial(few_and_different, what="outcomes"))
]
YesNo = Annotated[bool, PlainValidator(yes_no)]
PublicUrl = Annotated[str, PlainValidator(public_url)]
Label = Annotated[str, PlainValidator(label)]
Guideline = Annotated[str, PlainValidator(guideline)]
Phrase = Annotated[str, PlainValidator(phrase)]
ListenedWord = Annotated[str, PlainValidator(listened_word)]
ListenedWords = Annotated[tuple[str, ...], PlainValidator(listened_words)]
FindsAnHour = Annotated[int, PlainValidator(finds_an_hour)]
ReferencePattern = Annotated[str, PlainValidator(reference_pattern)]
StatusEmoji = Annotated[str, PlainValidator(status_emoji)]
Duration = Annotated[timedelta, PlainValidator(duration)]
Undo = Annotated[timedelta, PlainValidator(undo)]
TimeOfDay = Annotated[time, PlainValidator(time_of_day)]
OpeningHours = Annotated[str, PlainValidator(opening_hours)]
PublicHolidays = Annotated[str, PlainValidator(public_holidays)]
Day = Annotated[date, PlainValidator(day)]
OpenDay = Annotated[str, PlainValidator(open_day)]
Roster = Annotated[RosterPlace, PlainValidator(roster)]
TimeZone = Annotated[zoneinfo.ZoneInfo, PlainValidator(time_zone)]
NagTime = Annotated[NagAt, PlainValidator(nag_at)]
NagRecipients = Annotated[tuple[str, ...], PlainValidator(nag_recipients)]
Dollars = Annotated[float, PlainValidator(dollars)]
Share = Annotated[float, PlainValidator(share)]
Signature = Annotated[str, PlainValidator(signature)]
Initials = Annotated[str, PlainValidator(_pattern(r"\S{1,8}", '1 to 8 characters without a space (for example "AB")'))]
SlackCommand = Annotated[
    str,
    PlainValidator(_pattern(r"/[a-z0-9_-]{1,31}", 'a slash command: / and 1 to 31 of a-z, 0-9, - and _ ("/webcare")')),
]
SlackUser = Annotated[
    str,
    PlainValidator(_pattern("[UW][A-Z0-9]{2,}", 'a Slack member id such as "U0LEAD" (profile, ⋮, Copy member ID)')),
]
SlackUserOrGroup = Annotated[
    str,
    PlainValidator(_pattern("[UWS][A-Z0-9]{2,}", 'a Slack member or user group id such as "U0LEAD" or "S0WEBCARE"')),
]
SlackChannel = Annotated[
    str,
    PlainValidator(
        _pattern("[CG][A-Z0-9]{2,}", 'a Slack channel id such as "C0SUPPORT" (at the foot of the channel\'s details)')
    ),
]
ApiBase = Annotated[str, PlainValidator(_api_base)]
DatabaseUrl = Annotated[str, PlainValidator(database_url)]
Port = Annotated[int, PlainValidator(port)]
LogLevel = Annotated[str, PlainValidator(log_level)]
SpokenLanguage = Annotated[str, PlainValidator(spoken_language)]
Language = Annotated[str, PlainValidator(_one_of(LANGUAGES))]
Switch = Annotated[bool, PlainValidator(switch)]
LastResortSignal = Annotated[str, PlainValidator(signal)]
Contacts = Annotated[str, PlainValidator(_one_of(("note", "answer")))]
TargetKind = Annotated[str, PlainValidator(_one_of(("public", "private")))]
TargetSignal = Annotated[str, PlainValidator(_one_of(("last_resort",)))]
CrmKind = Annotated[str, PlainValidator(_one_of(CRM_KINDS))]
SafeAddress = Annotated[str, PlainValidator(safe_address)]
NetworkKind = Annotated[str, PlainValidator(_one_of(KINDS))]
AnyNetwork = Annotated[str, PlainValidator(_one_of((*KINDS, INBOUND)))]
InboundWay = Annotated[Way, PlainValidator(_one_of(tuple(Way))), AfterValidator(Way)]
SignatureEncoding = Annotated[str, PlainValidator(_one_of(ENCODINGS))]
HeaderName = Annotated[
    str,
    PlainValidator(_pattern(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}", 'the name of a header (for example "X-Signature")')),
]
HeaderPrefix = Annotated[
    str, PlainValidator(_untrimmed(r"[ -~]{0,50}", 'what stands before the signature (for example "sha256=")'))
]
VariablePrefix = Annotated[
    str,
    PlainValidator(
        _pattern(
            r"[A-Z]([A-Z0-9_]{0,60}[A-Z0-9])?",
            "what names of variables begin with: A-Z, 0-9 and _, from a letter to a letter or digit "
            '(for example "X_SERVICE", for X_SERVICE_ACCESS_TOKEN)',
        )
    ),
]
