"""What *Not for us* teaches a desk: two simple things, each of which can be said in a sentence and taken back.

What reads nearly as something that was not for us is left out, and whose posts were twice not for us is left out. Of a
post only digests of its words are kept, never the words.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.cases.mention import Mention
from bot.domain.common.clean import clean
from bot.domain.common.handles import HANDLE

KEPT = timedelta(days=90)
TWICE = 2
FEWEST_WORDS = 4  # of which a likeness can be told
LIKE = 0.8  # of all words of both

_NOT_WORDS = re.compile(rf"https?://\S+|{HANDLE}")


@dataclass(frozen=True, slots=True)
class Lesson:
    """That a post was not for us, as the agent `by` said. `words` are digests, with a space between."""

    id: int
    desk: str
    network: str
    author_id: str
    author_handle: str
    words: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Lessons:
    """What a desk has learned about one network."""

    authors: frozenset[str] = frozenset()
    posts: tuple[frozenset[str], ...] = field(default=())

    @classmethod
    def of(cls, lessons: Iterable[Lesson]) -> Lessons:
        """Return what follows from these."""
        known = list(lessons)
        times = Counter(lesson.author_id for lesson in known)
        posts = (frozenset(lesson.words.split()) for lesson in known)
        return cls(
            frozenset(author for author, number in times.items() if number >= TWICE),
            tuple(words for words in posts if len(words) >= FEWEST_WORDS),
        )

    def leave_out(self, mention: Mention) -> bool:
        """Tell whether such a post was not for us before."""
        if mention.author.id in self.authors:
            return True
        words = frozenset(digests(mention.text or ""))
        return len(words) >= FEWEST_WORDS and any(
            len(words & other) >= LIKE * len(words | other) for other in self.posts
        )


def digests(text: str) -> list[str]:
    """Return short digests of a text's words, each once; names and addresses do not count."""
    words = set(re.findall(r"\w+", _NOT_WORDS.sub(" ", clean(text)).casefold()))
    return sorted(hashlib.sha256(word.encode("utf-8", "replace")).hexdigest()[:8] for word in words)
