"""What a misspelt word was probably meant to be.

Looking for that holds the interpreter for up to a second, so it is done in a process of its own: this module is what
that process loads.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Sequence

from bot.domain.replies.spelling import nearest

MOST_WORDS = 3
SHOWN = 3  # suggestions for a word


def begin(languages: Sequence[str]) -> None:
    """Prepare the process: load the dictionaries, leave Ctrl-C to the parent, and end when the parent does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    for language in languages:
        nearest("webcare", language)


def suggested(words: Sequence[str], language: str) -> dict[str, tuple[str, ...]]:
    """Return what each of the first words was probably meant to be, the likeliest first; words without are left out."""
    found = {word: nearest(word, language)[:SHOWN] for word in words[:MOST_WORDS]}
    return {word: meant for word, meant in found.items() if meant}


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(0)
