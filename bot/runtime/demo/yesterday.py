"""The demo's yesterday: a day of work, done before the page opens, so that the standup has something to say."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path

from bot.domain.cases.conversation import ReplyState
from bot.domain.cases.thread import Thread
from bot.domain.knowledge import files
from bot.platform.clock import Clock
from bot.runtime.app import App, build
from bot.sandbox.customers import Customers
from bot.sandbox.server import Sandbox
from bot.settings import Settings
from bot.usecases.cases import claim, close, label, queries
from bot.usecases.desk import settings as desk_settings
from bot.usecases.desk.context import Actor
from bot.usecases.intake import ingest
from bot.usecases.knowledge import exchange
from bot.usecases.replies import approval, reply, second_look
from bot.usecases.reports import standup
from storage import migrate

POSTS = 24
KNOWN = Path(__file__).with_name("answers.md")  # the knowledge bank as the day begins
OPENS, EVERY = timedelta(hours=8, minutes=30), timedelta(minutes=21)
LONGEST = timedelta(minutes=50)
CLOSED = 5  # the one who needs no answer
SEEN = 0.1  # share of the target after which a post is on a card
SHARES = (0.3, 0.6, 0.45, 0.75, 0.5, 1.4)
"""When customers were answered, as shares of the target: five of six in time."""

ANSWERS = {
    "nl": (
        "Dag {name}, we zoeken het meteen uit en laten het je vandaag weten.",
        "Dag {name}, dat is niet de bedoeling. Stuur je ons je ordernummer in een privébericht?",
        "Dag {name}, fijn dat je het laat weten! We geven het door aan de collega's.",
    ),
    "en": (
        "Hi {name}, we are looking into it and will let you know today.",
        "Hi {name}, that should not have happened. Could you send us your order number in a message?",
        "Hi {name}, thanks for telling us! We will pass it on to our colleagues.",
    ),
    "sv": (
        "Hej {name}, vi tittar på det direkt och återkommer i dag.",
        "Hej {name}, så ska det inte vara. Kan du skicka ditt ordernummer i ett meddelande?",
        "Hej {name}, tack för att du hör av dig! Vi hälsar till kollegorna.",
    ),
}
ADVERTISEMENT = {
    "nl": "reclame, geen vraag",
    "en": "an advertisement, no question",
    "sv": "reklam, ingen fråga",
}


class _Told:
    """A clock that is told what time it is."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def real(self, seconds: float) -> timedelta:
        return timedelta(seconds=seconds)


class Stage:
    """The time that the sandbox lives in: yesterday's while that is played, then the demo's own."""

    def __init__(self, clock: Clock) -> None:
        self._today = clock
        self._clock: Clock = clock

    def now(self) -> datetime:
        return self._clock.now()

    def play_yesterday(self, sandbox: Sandbox, settings: Settings, targets: Mapping[str, str]) -> None:
        """Let the lead set targets, customers write, and agents answer most of them in time, all of it a day ago.

        Everything is real but the time: the desk polls, posts and replies.
        """
        desk = settings.desks[0]
        today = self._today.now().astimezone(desk.timezone)
        opened = today.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=1) + OPENS
        told = self._clock = _Told(opened.astimezone(UTC))
        paced, sandbox.slack.rates.enabled = sandbox.slack.rates.enabled, False
        app = build(replace(settings, clock=told))
        try:
            migrate.upgrade(app.engine)
            if targets:
                lead = Actor(desk.leads[0], "modal")
                desk_settings.save(app.ctx, lead, desk.stable_key, targets, seen={}, applied=False)
            exchange.take_in(app.ctx, desk, files.from_markdown(KNOWN.read_text(encoding="utf-8")))
            _Day(app, told, sandbox.customers).work()
        finally:
            app.close()
            sandbox.slack.rates.enabled = paced
            self._clock = self._today


class _Day:
    """A day at the desk, one customer after the other."""

    def __init__(self, app: App, clock: _Told, customers: Customers) -> None:
        self._app, self._ctx, self._clock, self._customers = app, app.ctx, clock, customers
        self._accounts = app.ctx.settings.accounts()
        self._desk = self._accounts[0][0]
        self._agents = cycle(Actor(id_, "button") for id_ in self._desk.agents)
        self._replies: Counter[str] = Counter()
        self._random = random.Random(2)  # noqa: S311 - a rehearsed play, nothing secret

    def work(self) -> None:
        standup.begin(self._ctx)
        opened, shares = self._clock.at, cycle(SHARES)
        for number in range(POSTS):
            self._clock.at = max(self._clock.at, opened + number * EVERY + timedelta(minutes=self._random.random() * 9))
            self._customers.next_post()
            self._pass(SEEN)
            for desk, account in self._accounts:
                ingest.poll(self._ctx, desk, account)
            self._app.delivery.settle()
            for row in queries.waiting(self._ctx, self._desk.stable_key).threads:
                self._serve(row.thread, next(shares), closes=number == CLOSED)

    def _serve(self, thread: Thread, share: float, *, closes: bool) -> None:
        language = thread.language or "en"
        agent = Actor(thread.owner, "button") if thread.owner else next(self._agents)
        if thread.owner is None:
            claim.claim(self._ctx, agent, thread.id)
        self._pass(share - SEEN)
        if closes:
            close.close(self._ctx, agent, thread.id, ADVERTISEMENT[language])
        else:
            if labels := self._desk.label_names:
                label.label(self._ctx, agent, thread.id, labels[thread.id % len(labels)])
            self._replies[thread.author_id] += 1
            number = self._replies[thread.author_id]  # X refuses the same words twice
            answers, name = ANSWERS[language], thread.customer_name.partition(" ")[0]
            text = answers[number % len(answers)].format(name=name)
            request = f"yesterday {thread.id} {number}"
            meant = [key for finding in second_look.look(self._ctx, thread.id, agent.id, text) for key in finding.keys]
            written = reply.submit(
                self._ctx, agent, thread.id, text, seen=None, idempotency_key=request, confirmed=meant
            )
            if written.state is ReplyState.AWAITING:
                lead = Actor(self._desk.leads[0], "button")
                seen = approval.asked(self._ctx, lead, written.id).seen
                approval.approve(self._ctx, lead, written.id, seen=seen)
            self._clock.at += self._desk.undo
        self._app.delivery.settle()

    def _pass(self, share: float) -> None:
        """Let that share of the first target pass, or of the longest with which all customers fit into the day."""
        self._clock.at += min(self._desk.targets.first_response, LONGEST) * share
