"""Sample customers who keep the demo's timeline alive: Dutch, English and Swedish, each with a story to tell."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from bot.sandbox.customers import dutch, english, swedish
from bot.sandbox.customers.script import Customer, Step, Story
from bot.sandbox.x.pictures import picture_of
from bot.sandbox.x.posts import Post
from bot.sandbox.x.service import XService

CUSTOMERS: tuple[Customer, ...] = (*dutch.CUSTOMERS, *english.CUSTOMERS, *swedish.CUSTOMERS)
PATIENCE = (2, 6)
"""How many posts by others go by, at least and at most, before a customer goes on with a story."""
GIVES_UP_AFTER = 150
"""How many posts go by before a customer who waits for our reply lets it be."""


@dataclass(slots=True)
class _Telling:
    """A story that is being told: what is still to come, the customer's last post, and the turn of the next step."""

    customer: Customer
    left: deque[Step]
    numbers: dict[str, str]
    last: Post | None = None
    turn: int = 0


class Customers:
    """Lets the sample customers speak, one post at a time; the same seed and the same replies give the same posts."""

    def __init__(self, x: XService, seed: int = 1) -> None:
        self._x = x
        self._random = random.Random(seed)  # noqa: S311 - a rehearsed play, nothing secret
        self._tellings: list[_Telling] = []
        self._deck = self._shuffled()
        self._turn = 0
        for one in CUSTOMERS:
            x.add_account(one.handle, one.name, one.followers, one.language, one.kind)

    def next_post(self) -> Post:
        """The next thing that any customer does: a post, a follow-up, a reaction to our reply, an edit, a deletion."""
        self._turn += 1
        while True:
            telling = self._ready() or self._begin()
            step = telling.left.popleft()
            if not telling.left:
                self._tellings.remove(telling)
            done = self._do(telling, step)
            telling.turn = self._turn + self._random.randint(*PATIENCE)
            if done is not None:
                return done

    def _ready(self) -> _Telling | None:
        """A story whose next step is due; one that waits for our reply stays silent until there is one."""
        self._tellings = [one for one in self._tellings if self._turn - one.turn < GIVES_UP_AFTER]
        due = (one for one in self._tellings if one.turn <= self._turn)
        answers = self._answers()
        return next((one for one in due if one.left[0].does != "react" or _conversation(one) in answers), None)

    def _begin(self) -> _Telling:
        customer, story = next(self._deck)
        numbers = {
            "parcel": f"3SACM{self._random.randrange(10**8):08}",
            "ticket": f"A-{self._random.randrange(10**6):06}",
        }
        telling = _Telling(customer, deque(story), numbers)
        self._tellings.append(telling)
        return telling

    def _do(self, telling: _Telling, step: Step) -> Post | None:
        """None when what the step is about is not there: a post that was deleted on the page, say."""
        x, handle = self._x, telling.customer.handle
        text = step.text.format(**telling.numbers)
        other = self._last_by(step.of) if step.of else None
        try:
            if step.does == "post":
                telling.last = x.post(handle, text, media=picture_of(step.picture, step.alt) if step.picture else ())
            elif step.does == "add" and telling.last:
                telling.last = x.post(handle, text, in_reply_to=telling.last.id)
            elif step.does == "react" and (answer := self._answers().get(_conversation(telling))):
                telling.last = x.post(handle, text, in_reply_to=answer.id)
            elif step.does == "edit" and telling.last:
                telling.last = x.edit(telling.last.id, text)
            elif step.does == "delete" and telling.last:
                telling.last = x.delete(telling.last.id)
            elif step.does == "repost" and other:
                telling.last = x.repost(handle, other.id)
            elif step.does == "quote" and other:
                telling.last = x.quote(handle, other.id, text)
            else:
                return None
        except KeyError:
            return None
        return telling.last

    def _answers(self) -> dict[str, Post]:
        """Our newest reply in each conversation."""
        ours = (p for p in reversed(self._x.posts) if p.author.id == self._x.own.id and not p.deleted)
        return {p.conversation_id: p for p in ours}

    def _last_by(self, handle: str) -> Post | None:
        return next((p for p in self._x.posts if p.author.handle == handle and not p.deleted), None)

    def _shuffled(self) -> Iterator[tuple[Customer, Story]]:
        stories = [(customer, story) for customer in CUSTOMERS for story in customer.stories]
        while True:
            self._random.shuffle(stories)
            yield from stories


def _conversation(telling: _Telling) -> str:
    return telling.last.conversation_id if telling.last else ""
