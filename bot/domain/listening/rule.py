"""What a desk listens for beside what is addressed to it, and which posts are meant."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.cases.mention import Mention
from bot.domain.common.clean import clean
from bot.domain.common.language import is_understood, spoken

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the desk of that key: posts on the account's network with one of its words.

    `account` is such as "x:acme". What has one of `not_words`, or is by one of `not_from`, is not meant, nor what is
    certainly in none of the `languages`. With `asks`, somebody says of each post whether it becomes a card. `budget` is
    how many posts it may find in an hour.
    """

    desk: str
    account: str
    words: tuple[str, ...]
    not_words: tuple[str, ...] = ()
    not_from: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    asks: bool = False
    budget: int = 60

    @property
    def key(self) -> str:
        """What its rows are filed under: with other words it is another rule, which begins anew."""
        told = json.dumps([self.desk, self.account, sorted(word.casefold() for word in self.words)])
        return hashlib.sha256(told.encode()).hexdigest()

    def word_in(self, mention: Mention) -> str | None:
        """Return the word by which a post is meant; None if it is not."""
        text = mention.text or ""
        if any(has_word(text, word) for word in self.not_words) or self._is_foreign(mention):
            return None
        if mention.author.handle.casefold() in map(str.casefold, self.not_from):
            return None
        return next((word for word in self.words if has_word(text, word)), None)

    def _is_foreign(self, mention: Mention) -> bool:
        told = spoken(mention.text or "", None, mention.language, None)
        if not self.languages or told in (None, "", "und", "zxx") or told.startswith("q"):
            return False  # what nobody can tell is heard
        return not any(is_understood(told, language) for language in self.languages)


def has_word(text: str, word: str) -> bool:
    """Tell whether a text has a word, a phrase, a hashtag or a name as a whole, in small or capital letters.

    A word is no name: whoever writes to @acme need not say acme.
    """
    wanted = clean(word)
    begins = r"(?<![\w#@])" if wanted.startswith(("#", "@")) else r"(?<![\w@])"
    spaced = r"\s+".join(map(re.escape, wanted.split()))
    return re.search(rf"{begins}{spaced}(?!\w)", clean(text), re.IGNORECASE) is not None
