"""What a reply is looked at for before it goes: each finding is asked about once, and none of them stops it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from bot.domain.common import language

NAMED = 15  # words that are asked about one by one


class FindingKind(StrEnum):
    """What was found; the word that the timeline and the export keep of it."""

    LANGUAGE = "language"
    COPY = "copy"
    ASKED_AGAIN = "asked_again"
    RATHER_NOT = "rather_not"
    SPELLING = "spelling"


@dataclass(frozen=True, slots=True)
class OtherLanguage:
    """The reply is in another language than the customer's; both are codes."""

    written: str
    expected: str
    kind: FindingKind = FindingKind.LANGUAGE

    @property
    def keys(self) -> tuple[str, ...]:
        """Name what is asked about, so that it is asked once."""
        return (f"{self.kind}:{self.written}",)


@dataclass(frozen=True, slots=True)
class Copied:
    """The reply says what an earlier one said. `alike` is how much, in percent."""

    reply_id: int
    thread_id: int
    author: str
    text: str
    at: datetime
    alike: int
    kind: FindingKind = FindingKind.COPY

    @property
    def keys(self) -> tuple[str, ...]:
        """Name what is asked about, so that it is asked once."""
        return (f"{self.kind}:{self.reply_id}",)


@dataclass(frozen=True, slots=True)
class FromBank:
    """The reply says what an entry of the knowledge bank answers. `alike` is how much, in percent."""

    entry_id: int
    text: str
    alike: int
    kind: FindingKind = FindingKind.COPY

    @property
    def keys(self) -> tuple[str, ...]:
        """Name what is asked about, so that it is asked once."""
        return (f"{self.kind}:bank:{self.entry_id}",)


@dataclass(frozen=True, slots=True)
class AskedAgain:
    """The reply asks for a number, and the customer has given these in the thread."""

    values: tuple[str, ...]
    kind: FindingKind = FindingKind.ASKED_AGAIN

    @property
    def keys(self) -> tuple[str, ...]:
        """Name what is asked about, so that it is asked once."""
        return tuple(f"{self.kind}:{value}" for value in self.values)


@dataclass(frozen=True, slots=True)
class RatherNot:
    """The reply has words that the desk would rather not use: each as written, and what to say instead."""

    words: tuple[tuple[str, str], ...]
    kind: FindingKind = FindingKind.RATHER_NOT

    @property
    def keys(self) -> tuple[str, ...]:
        """Name what is asked about, so that it is asked once."""
        return _keys(self.kind, [word for word, _ in self.words])


@dataclass(frozen=True, slots=True)
class Misspelt:
    """The reply has words that no dictionary of its language knows; `meant` are likely ones, where some are known."""

    words: tuple[str, ...]
    language: str = ""
    meant: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    kind: FindingKind = FindingKind.SPELLING

    @property
    def keys(self) -> tuple[str, ...]:
        """Name what is asked about, so that it is asked once."""
        return _keys(self.kind, self.words)


Finding = OtherLanguage | Copied | FromBank | AskedAgain | RatherNot | Misspelt


def other_language(body: str, customers: Iterable[str]) -> OtherLanguage | None:
    """Compare the reply's language with those of the customer's posts, where both can be told.

    What a network says of them is no more than a setting of theirs.
    """
    written = language.certain(body)
    if written is None:
        return None
    spoken = [found for text in customers if (found := language.certain(text))]
    if not spoken or any(language.is_understood(written, each) for each in spoken):
        return None
    return OtherLanguage(written, language.base(spoken[-1]))


def unconfirmed(findings: Iterable[Finding], confirmed: Iterable[str]) -> list[Finding]:
    """Return the findings of which the author has not been asked about everything."""
    asked = frozenset(confirmed)
    return [each for each in findings if each.kind not in asked and not asked.issuperset(each.keys)]


def _keys(kind: FindingKind, words: Collection[str]) -> tuple[str, ...]:
    """Name words so briefly that a form can keep them; who means more than a few is not asked of that kind again."""
    if len(words) > NAMED:
        return (kind.value,)
    return tuple(f"{kind}:{sha256(word.casefold().encode()).hexdigest()[:8]}" for word in words)
