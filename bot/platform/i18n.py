"""Texts in the reader's language: English in the source, Dutch and Swedish from gettext catalogues.

In code: `t = translator(locale)`, then `t("Claim")` or `t.n("{n} mention", "{n} mentions", n)`. Wrap a text in
`N_("Claim")` if it is written down before the reader's language is known, and translate it where it is shown, with
`t(text)`. `python -m bot.platform.locale.extract` updates the catalogues.
"""

from __future__ import annotations

import gettext
import io
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path

import babel
from babel.dates import format_date, format_datetime
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal, format_percent
from babel.units import format_unit

LANGUAGES = ("en", "nl", "sv")
CATALOGUES = Path(__file__).parent / "locale"
N_ = str
"""Marks a text for extraction and returns it unchanged."""

_UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))


@dataclass(frozen=True, slots=True)
class Translator:
    """One reader's language: texts from gettext; numbers, dates and durations in CLDR's formats.

    A translation with a placeholder that does not exist falls back to English: a wrong word must not stop a claim.
    """

    language: str
    _locale: babel.Locale
    _catalogue: gettext.NullTranslations

    def __call__(self, message: str, /, **details: object) -> str:
        """Translate `message` and fill its {placeholders} from `details`; braces inside a detail have no effect."""
        return _fill(self._catalogue.gettext(message), message, details)

    def n(self, singular: str, plural: str, n: int, /, **details: object) -> str:
        """Translate the form that goes with `n`. {n} is `n` as this language writes numbers."""
        source = singular if n == 1 else plural
        return _fill(self._catalogue.ngettext(singular, plural, n), source, {"n": self.number(n), **details})

    def duration(self, length: timedelta) -> str:
        """Round down to the two largest units: `42 min`, `2 hr 5 min`, `3 days`; seconds only below a minute."""
        seconds = int(length.total_seconds())
        grain = 3_600 if seconds >= 86_400 else 60 if seconds >= 60 else 1
        return self.exact(timedelta(seconds=seconds - seconds % grain))

    def exact(self, length: timedelta) -> str:
        """Spell out the whole duration to the second: `1 min 30 sec`."""
        rest, parts = max(0, int(length.total_seconds())), []
        for unit, seconds in _UNITS:
            count, rest = divmod(rest, seconds)
            parts += [self._unit(count, unit)] if count else []
        return " ".join(parts) or self._unit(0, "second")

    def percent(self, share: float) -> str:
        """Format a share from 0 to 1 as whole per cent."""
        return format_percent(share, locale=self._locale)

    def number(self, value: float) -> str:
        """Format with this language's separators and at most three decimals."""
        return format_decimal(value, locale=self._locale)

    def ordinal(self, number: int) -> str:
        """Format a position, from 1: `3rd`, `3e`, `3:e`."""
        ones, teens = number % 10, number % 100 in (11, 12, 13)
        match self.language:
            case "nl":
                return f"{number}e"
            case "sv":
                return f"{number}:a" if ones in (1, 2) and not teens else f"{number}:e"
        return f"{number}{'th' if teens else {1: 'st', 2: 'nd', 3: 'rd'}.get(ones, 'th')}"

    def dollars(self, amount: float) -> str:
        """Format an amount in US dollars, to the cent."""
        return format_currency(amount, "USD", locale=self._locale)

    def day(self, day: date) -> str:
        """Format a day in short: `Mon 30 Nov`."""
        return format_date(day, "EEE d MMM", locale=self._locale)

    def date(self, day: date) -> str:
        """Format a day: `Friday, 20 November 2026`."""
        return format_date(day, "full", locale=self._locale)

    def moment(self, local: datetime) -> str:
        """Format a local time where Slack shows plain text: `Mon 30 Nov 09:00`."""
        return format_datetime(local, "EEE d MMM HH:mm", locale=self._locale)

    def _unit(self, count: int, unit: str) -> str:
        return format_unit(count, unit, length="short", locale=self.language)


@lru_cache(maxsize=64)
def translator(locale: str) -> Translator:
    """Return the translator for a Slack locale ("nl-NL") or a desk's language ("nl"); unknown languages get English."""
    try:
        found = babel.Locale.parse(locale.replace("-", "_"))
    except (ValueError, babel.UnknownLocaleError):
        found = babel.Locale("en")
    if found.language not in LANGUAGES or found == babel.Locale("en"):
        found = babel.Locale("en", "GB")  # plain English gets European dates
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
