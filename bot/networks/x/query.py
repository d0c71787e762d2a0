"""What is searched for on X, in the language of its queries."""

from __future__ import annotations

import re

from bot.domain.common.language import base
from bot.networks.base import Search
from bot.networks.queries import bare, term

LONGEST = 512

_NAME = re.compile(r"@[A-Za-z0-9_]{1,15}")
# Those that X tells apart. It refuses to look for others.
_LANGUAGES: frozenset[str] = frozenset(
    (
        *("am", "ar", "bg", "bn", "bo", "ca", "ckb", "cs", "cy", "da", "de", "dv", "el", "en", "es", "et", "eu", "fa"),
        *("fi", "fr", "gu", "hi", "hr", "ht", "hu", "hy", "id", "is", "it", "ja", "ka", "km", "kn", "ko", "lo", "lt"),
        *("lv", "ml", "mr", "my", "ne", "nl", "no", "or", "pa", "pl", "ps", "pt", "ro", "ru", "sd", "si", "sk", "sl"),
        *("sr", "sv", "ta", "te", "th", "tl", "tr", "ug", "uk", "ur", "vi"),
    )
)


def query(wanted: Search, handle: str) -> str:
    """Return the query that finds what is wanted, without reposts and what is by or to `handle`, our account."""
    languages = [base(each) for each in wanted.languages]
    spoken = [f"lang:{each}" for each in languages] if set(languages) <= _LANGUAGES else []
    return " ".join(
        [
            _one_of([_term(word) for word in wanted.words]),
            *(f"-{_term(word)}" for word in wanted.not_words),
            *filter(None, [_one_of(spoken)]),
            "-is:retweet",
            f"-@{handle}",  # X lists those as mentions, at a fifth of the price
            *(f"-from:{name}" for name in dict.fromkeys((handle, *wanted.not_from))),
        ]
    )


def unsearchable(wanted: Search, handle: str) -> str:
    """Say why X cannot be asked for this, and what to do; "" if it can."""
    if empty := [word for word in (*wanted.words, *wanted.not_words) if not bare(word)]:
        return f"X cannot search for {empty[0]}: write a word"
    length = len(query(wanted, handle))
    if length <= LONGEST:
        return ""
    return f"this makes a query of {length} characters, and X takes {LONGEST}: spread the words over several rules"


def _one_of(terms: list[str]) -> str:
    return f"({' OR '.join(terms)})" if len(terms) > 1 else "".join(terms)


def _term(word: str) -> str:
    return word if _NAME.fullmatch(word) else term(word)
