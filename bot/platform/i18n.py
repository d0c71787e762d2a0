"""What people read, in their own language: English in the source, Dutch and Swedish from gettext catalogues.

In the code: `t = translator(locale)`, then `t("Claim")` or `t.n("{n} mention", "{n} mentions", n)`. A text that is
written down before anybody's language is known is marked `N_("Claim")` and translated where it is shown, `t(text)`.
`python -m bot.platform.locale.extract` brings the catalogues up to date.
"""

from __future__ import annotations

import gettext
import io
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

import babel
from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent
from babel.units import format_unit

LANGUAGES = ("en", "nl", "sv")
CATALOGUES = Path(__file__).parent / "locale"
N_ = str
"""Marks a text for extraction, and leaves it as it is."""

_UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))


@dataclass(frozen=True, slots=True)
class Translator:
    """One reader's language: texts through gettext; numbers, dates and lengths of time as CLDR says they are written.

    A text that a translation spoils (a placeholder that is not there) is shown in English: no wrong word may stop a
    claim.
    """

    language: str
    _locale: babel.Locale
    _catalogue: gettext.NullTranslations

    def __call__(self, message: str, /, **details: object) -> str:
        """`message` in this language, its {placeholders} filled from `facts`; braces inside a fact mean nothing."""
        return _fill(self._catalogue.gettext(message), message, details)

    def n(self, singular: str, plural: str, n: int, /, **details: object) -> str:
        """The form that goes with `n`, which is also {n}, written as this language writes numbers."""
        source = singular if n == 1 else plural
        return _fill(self._catalogue.ngettext(singular, plural, n), source, {"n": self.number(n), **details})

    def duration(self, length: timedelta) -> str:
        """`42 min`, `2 hr 5 min`, `3 days`: the two largest units, rounded down; seconds only below a minute."""
        seconds = int(length.total_seconds())
        grain = 3_600 if seconds >= 86_400 else 60 if seconds >= 60 else 1
        return self.exact(timedelta(seconds=seconds - seconds % grain))

    def exact(self, length: timedelta) -> str:
        """`1 min 30 sec`: all of it, to the second, as somebody set it."""
        rest, parts = max(0, int(length.total_seconds())), []
        for unit, seconds in _UNITS:
            count, rest = divmod(rest, seconds)
            parts += [self._unit(count, unit)] if count else []
        return " ".join(parts) or self._unit(0, "second")

    def percent(self, share: float) -> str:
        """A share from 0 to 1 in whole per cent."""
        return format_percent(share, locale=self._locale)

    def number(self, value: float) -> str:
        """With this language's separators, to at most three decimals."""
        return format_decimal(value, locale=self._locale)

    def date(self, day: date) -> str:
        """`Friday, 20 November 2026`."""
        return format_date(day, "full", locale=self._locale)

    def _unit(self, count: int, unit: str) -> str:
        return format_unit(count, unit, length="short", locale=self.language)


@lru_cache(maxsize=64)
def translator(locale: str) -> Translator:
    """For a Slack locale ("nl-NL") or a desk's language ("nl"); a language that we do not speak gets English."""
    try:
        found = babel.Locale.parse(locale.replace("-", "_"))
    except (ValueError, babel.UnknownLocaleError):
        found = babel.Locale("en")
    if found.language not in LANGUAGES or found == babel.Locale("en"):
        found = babel.Locale("en", "GB")  # Europe's way with dates, for a desk that only says English
    return Translator(found.language, found, _catalogue(found.language))


@lru_cache(maxsize=len(LANGUAGES))
def _catalogue(language: str) -> gettext.NullTranslations:
    if language == "en":
        return gettext.NullTranslations()
    with (CATALOGUES / language / "LC_MESSAGES" / "webcare.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def _fill(text: str, source: str, details: dict[str, object]) -> str:
    try:
        return text.format(**details)
    except (KeyError, IndexError, ValueError, AttributeError):
        if text == source:
            raise
        return source.format(**details)
