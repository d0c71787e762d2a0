"""Sample customers who fill the demo's timeline, each with stories to tell in Dutch, English or Swedish."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from bot.sandbox.bluesky.service import BlueskyService, Stored
from bot.sandbox.customers import aside, dutch, english, storm, swedish
from bot.sandbox.customers import bluesky as on_bluesky
from bot.sandbox.customers.script import Customer, Language, Step, Story
from bot.sandbox.x.pictures import picture_of
from bot.sandbox.x.posts import Post
from bot.sandbox.x.service import XService

CUSTOMERS: tuple[Customer, ...] = (*dutch.CUSTOMERS, *english.CUSTOMERS, *swedish.CUSTOMERS)
PATIENCE = (2, 6)
"""Fewest and most posts by others between two steps of one customer's story."""
GIVES_UP_AFTER = 150
"""Posts after which a customer who waits for our reply gives up."""


@dataclass(slots=True)
class _Telling:
    """A story in progress: the steps left, the customer's last post, and the turn on which the next step is due."""

    customer: Customer
    left: deque[Step]
    numbers: dict[str, str]
    last: Post | Stored | None = None
    turn: int = 0


class Customers:
    """Lets the sample customers act, one at a time: those who speak `language`, or all.

    Without a Bluesky they are on X alone. The same seed and replies give the same posts.
    """

    def __init__(
        self, x: XService, seed: int = 1, language: Language | None = None, *, bluesky: BlueskyService | None = None
    ) -> None:
        self._x = x
        self._bluesky = bluesky
        self._language = language
        others = aside.CUSTOMERS if bluesky else ()
        everybody = (*CUSTOMERS, *(on_bluesky.CUSTOMERS if bluesky else ()), *others)
        self._people = [person for person in everybody if language in (None, person.language)]
        self._called: dict[str, tuple[str, dict[str, str]]] = {}
        self._random = random.Random(seed)  # noqa: S311 - a rehearsed play, nothing secret
        self._tellings: list[_Telling] = []
        self._deck = self._shuffled()
        self._turn = 0
        for person in self._people:
            network = self._network(person)
            network.add_account(person.handle, person.name, person.followers, person.language, person.kind)
            if person.website:
                self._x.names_website(person.handle, person.website)

    def next_post(self) -> Post | Stored:
        """Let the next customer act: a post, a follow-up, a reaction to our reply, an edit or a deletion."""
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

    def storm(self) -> Iterator[Post]:
        """Let something break: each step is the post of one of a hundred and fifty people."""
        return storm.posts(self._x, self._language)

    def _ready(self) -> _Telling | None:
        """Return a story whose next step is due. A step that reacts to our reply is due once there is one."""
        self._tellings = [telling for telling in self._tellings if self._turn - telling.turn < GIVES_UP_AFTER]
        due = (telling for telling in self._tellings if telling.turn <= self._turn)
        answers = self._answers()
        return next((story for story in due if story.left[0].does != "react" or _conversation(story) in answers), None)

    def _begin(self) -> _Telling:
        customer, story = next(self._deck)
        numbers = {
            "parcel": f"3SACM{self._random.randrange(10**8):08}",
            "ticket": f"A-{self._random.randrange(10**6):06}",
        }
        network, called = self._called.pop(customer.name, (customer.network, numbers))
        if network == customer.network:
            self._called[customer.name] = network, numbers
        else:
            numbers = called
        telling = _Telling(customer, deque(story), numbers)
        self._tellings.append(telling)
        return telling

    def _network(self, customer: Customer) -> XService | BlueskyService:
        return self._bluesky if self._bluesky and customer.network == "bluesky" else self._x

    def _do(self, telling: _Telling, step: Step) -> Post | Stored | None:
        """Do one step; return None if its post is gone, for example because it was deleted on the page."""
        x, network, handle = self._x, self._network(telling.customer), telling.customer.handle
        text = step.text.format(**telling.numbers)
        other = self._last_by(step.of) if step.of else None
        try:
            if step.does == "post":
                telling.last = network.post(
                    handle, text, media=picture_of(step.picture, step.alt) if step.picture else ()
                )
            elif step.does == "add" and telling.last:
                telling.last = network.post(handle, text, in_reply_to=telling.last.id)
            elif step.does == "react" and (answer := self._answers().get(_conversation(telling))):
                telling.last = network.post(handle, text, in_reply_to=answer.id)
            elif step.does == "edit" and telling.last:
                telling.last = network.edit(telling.last.id, text)
            elif step.does == "delete" and telling.last:
                telling.last = network.delete(telling.last.id)
            elif step.does == "repost" and other:
                telling.last = x.repost(handle, other.id)
            elif step.does == "quote" and other:
                telling.last = x.quote(handle, other.id, text)
            else:
                return None
        except KeyError:
            return None
        return telling.last

    def _answers(self) -> dict[str, Post | Stored]:
        """Return our newest reply in each conversation."""
        ours: list[Post | Stored] = [post for post in reversed(self._x.posts) if post.author.id == self._x.own.id]
        if self._bluesky:
            ours += [post for post in reversed(self._bluesky.posts) if post.did == self._bluesky.own.did]
        return {post.conversation_id: post for post in ours if not post.deleted}

    def _last_by(self, handle: str) -> Post | None:
        return next((post for post in self._x.posts if post.author.handle == handle and not post.deleted), None)

    def _shuffled(self) -> Iterator[tuple[Customer, Story]]:
        stories = [(customer, story) for customer in self._people for story in customer.stories]
        while True:
            self._random.shuffle(stories)
            yield from stories


def _conversation(telling: _Telling) -> str:
    return telling.last.conversation_id if telling.last else ""
