"""Customers and agents who keep the desk busy through Slack and X, whether it is there or not."""

from __future__ import annotations

import contextlib
import itertools
import re
import threading
import time
from collections.abc import Callable
from functools import partial

from bot.sandbox.server import Sandbox
from bot.sandbox.slack import Message, SlackError
from bot.usecases.desk.context import Actor
from tests.support.cast import ANNA, EMMA, HERE, LARS
from tests.support.office import words

PATIENCE = 4.0  # seconds that somebody waits for what they expect to see, before they go and do something else


class Load:
    """Every kind of story over and over, on `hands` threads, from entering to leaving."""

    def __init__(self, sandbox: Sandbox, hands: int = 4) -> None:
        self._sandbox, self._slack, self._x = sandbox, sandbox.slack, sandbox.x
        self._numbers = itertools.count(1)
        self._over = threading.Event()
        self._stories: list[Callable[[int, Message, str], None]] = [
            self._answered,
            self._race,
            self._undone,
            self._escalated,
            self._changed_by_customer,
            self._closed,
            self._passed_on,
            self._answer_lost,
            self._card_lost,
            self._left_alone,
        ]
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(hands)]

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        while not self._over.is_set():
            number = next(self._numbers)
            if number % len(self._stories) == 0:
                self._fail()
            with contextlib.suppress(LookupError, SlackError, TimeoutError):
                newest = max((message.ts for message in self._slack.messages(HERE)), default="")
                post = self._x.post(f"c{number}", f"@acme question {number}")
                card = self._wait(partial(self._card, post.author.handle, newest))
                self._stories[number % len(self._stories)](number, card, post.id)

    def _card(self, handle: str, after: str) -> Message | None:
        """The customer's card among the messages that are newer than `after`."""
        later = (each for each in self._slack.messages(HERE) if each.ts > after)
        cards = (each for each in later if not each.is_reply and each.blocks)
        return next((each for each in cards if re.search(rf"@{handle}\b", words(each.blocks))), None)

    def _wait(self, look: Callable[[], Message | None]) -> Message:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and not self._over.is_set():
            if found := look():
                return found
            time.sleep(0.05)
        raise TimeoutError

    def _until(self, card: Message, what: str) -> None:
        self._wait(lambda: card if what in words(card) else None)

    def _say(self, user: Actor, word: str, card: Message, rest: str = "") -> None:
        found = re.search(r"#(\d+)", words(card))
        assert found
        self._slack.command(user.id, HERE, f"/webcare {word} {found[1]} {rest}".strip())

    def _fail(self) -> None:
        self._sandbox.faults.add("slack", "chat.update", "rate_limited", retry_after=1)

    def _answered(self, number: int, card: Message, post: str) -> None:
        self._slack.click(EMMA.id, HERE, card.ts, "reply")
        self._slack.submit(EMMA.id, {"text": f"Answer {number}."})
        self._until(card, "*Answered*")
        self._x.post(f"c{number}", f"@acme but {number}?", in_reply_to=post)
        self._until(card, f"but {number}")
        self._say(EMMA, "reply", card, f"Answer {number} again.")

    def _race(self, number: int, card: Message, post: str) -> None:
        both = [threading.Thread(target=self._claims, args=(user, card)) for user in (ANNA, LARS)]
        for each in both:
            each.start()
        for each in both:
            each.join()
        self._say(EMMA, "claim", card)
        self._say(ANNA, "release", card)
        self._say(LARS, "release", card)

    def _claims(self, user: Actor, card: Message) -> None:
        with contextlib.suppress(LookupError, SlackError):
            self._slack.click(user.id, HERE, card.ts, "claim")

    def _undone(self, number: int, card: Message, post: str) -> None:
        self._say(ANNA, "reply", card, f"Answer {number}, no.")
        self._wait(lambda: card if "undo" in str(card.blocks) else None)
        self._slack.click(ANNA.id, HERE, card.ts, "undo")

    def _escalated(self, number: int, card: Message, post: str) -> None:
        self._say(ANNA, "escalate", card, "please look")
        self._say(ANNA, "claim", card)

    def _changed_by_customer(self, number: int, card: Message, post: str) -> None:
        self._x.edit(post, f"@acme better question {number}")
        self._until(card, f"better question {number}")
        self._x.delete(post)

    def _closed(self, number: int, card: Message, post: str) -> None:
        self._say(LARS, "close", card, "spam")
        self._until(card, "spam")
        self._slack.click(LARS.id, HERE, card.ts, "reopen")

    def _passed_on(self, number: int, card: Message, post: str) -> None:
        self._say(ANNA, "claim", card)
        self._say(ANNA, "handover", card, "<@U0LARS>")
        self._say(LARS, "reply", card, f"Answer {number}.")

    def _answer_lost(self, number: int, card: Message, post: str) -> None:
        self._sandbox.faults.add("x", "POST /2/tweets", ("drop_after", "drop_before", "error_500")[number % 3])
        self._say(EMMA, "reply", card, f"Answer {number}.")

    def _card_lost(self, number: int, card: Message, post: str) -> None:
        self._sandbox.faults.add("slack", "chat.postMessage", ("drop_after", "drop_before", "html_503")[number % 3])

    def _left_alone(self, number: int, card: Message, post: str) -> None:
        """They are reminded of it."""
