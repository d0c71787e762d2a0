"""[[desk.webhooks]]: other systems are told what happens, signed and once, and no customer's words unless asked for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from bot.delivery.webhooks import WebhookDeliverer
from bot.delivery.worker import Delivery
from bot.domain.reports.webhook import HookEvent
from bot.networks.base import OwnPost, OwnPosts
from bot.platform.proof import Proof, Way
from bot.settings import HookConfig
from bot.usecases.cases import claim, close
from bot.usecases.cases.customer_note import note
from bot.usecases.cases.move import move
from bot.usecases.desk.context import Context
from bot.usecases.privacy import erase
from bot.usecases.reminders import nag
from bot.usecases.replies import outside_answers, rating
from bot.usecases.reports import webhooks
from storage.engine import transaction
from storage.reports.messages import WebhookPayload
from tests.support.cast import ANNA, X
from tests.support.clock import TurnedClock
from tests.support.inbound import SECRET, Receiver
from tests.support.team import Served, Team

sqlite_alone = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver().running() as running:
        yield running


def with_hook(ctx: Context, url: str, **changes: Any) -> Context:
    """The same desk, which tells this address."""
    return with_hooks(ctx, HookConfig(url=url, **changes))


def with_hooks(ctx: Context, *hooks: HookConfig) -> Context:
    desk = ctx.settings.desks[0].model_copy(update={"webhooks": hooks})
    return replace(ctx, settings=replace(ctx.settings, desks=(desk,), webhook_secret=SecretStr(SECRET)))


@pytest.fixture
def told(ctx: Context, receiver: Receiver) -> Team:
    team = Team(with_hook(ctx, receiver.url))
    webhooks.tick(team.ctx)
    return team


def deliver(team: Team) -> None:
    webhooks.tick(team.ctx)
    Delivery(team.ctx, (WebhookDeliverer(team.ctx),)).settle()


def bodies(receiver: Receiver) -> list[dict[str, Any]]:
    return [json.loads(body) for _, _, body in receiver.requests]


def types(receiver: Receiver) -> list[str]:
    return [body["type"] for body in bodies(receiver)]


def test_what_happens_to_a_thread_is_told_once_and_in_order(told: Team, receiver: Receiver, clock: TurnedClock) -> None:
    number = told.write("Mijn pakket is weg")
    told.write("Hallo?")
    claim.claim(told.ctx, ANNA, number)
    clock.turn(minutes=61)
    for _ in range(3):
        nag.tick(told.ctx)
        clock.turn(minutes=31)
    told.arrive(told.answer(number))
    other = told.write("Spam", conversation="c2")
    close.close(told.ctx, ANNA, other, "spam")
    for _ in range(2):
        deliver(told)
    assert types(receiver) == [
        "thread.received",
        "thread.claimed",
        "thread.breached",
        "thread.answered",
        "thread.received",
        "thread.closed",
    ]
    claimed = bodies(receiver)[1]["data"]
    assert (claimed["thread"], claimed["agent"], claimed["account"]) == (number, ANNA.id, "x:acme")
    names = {headers["webhook-id"] for _, headers, _ in receiver.requests}
    assert len(names) == 6
    for _, headers, body in receiver.requests:
        assert Proof(Way.STANDARD).check(SECRET, headers, body) in names
    assert "pakket" not in str(receiver.requests)
    assert "klant" not in str(bodies(receiver))


@sqlite_alone
class TestTold:
    def test_words_are_told_where_they_are_wanted(self, ctx: Context, receiver: Receiver) -> None:
        team = Team(with_hook(ctx, receiver.url, words=True, events=["answered"]))
        webhooks.tick(team.ctx)
        team.arrive(team.answer(team.write("Mijn pakket is weg"), "Wij zoeken het uit"))
        deliver(team)
        (body,) = bodies(receiver)
        assert body["data"]["text"] == "Mijn pakket is weg"
        assert body["data"]["answer"].startswith("Wij zoeken het uit")
        assert body["data"]["customer"] == {"handle": "klant", "name": "Klant"}

    def test_desk_that_gets_a_thread_is_told_from_then_on(self, told: Team, receiver: Receiver) -> None:
        (support,) = told.ctx.settings.desks
        sales = support.model_copy(
            update={"name": "Sales", "slack_channel": "C0PRESS", "networks": (), "escalate_to": ()}
        )
        desks = (support.model_copy(update={"escalate_to": (), "webhooks": ()}), sales)
        team = Team(replace(told.ctx, settings=replace(told.ctx.settings, desks=desks)))
        webhooks.tick(team.ctx)
        number = team.write("Mijn pakket is weg")
        claim.claim(team.ctx, ANNA, number)
        move(team.ctx, ANNA, number, "Sales")
        deliver(team)
        assert [(body["type"], body["data"]["desk"]) for body in bodies(receiver)] == [("thread.received", "Sales")]

    def test_desk_that_gave_a_thread_away_is_told_nothing_more(self, told: Team, receiver: Receiver) -> None:
        (support,) = told.ctx.settings.desks
        sales = support.model_copy(
            update={"name": "Sales", "slack_channel": "C0PRESS", "networks": (), "escalate_to": (), "webhooks": ()}
        )
        desks = (support.model_copy(update={"escalate_to": ()}), sales)
        team = Team(replace(told.ctx, settings=replace(told.ctx.settings, desks=desks)))
        number = team.write("Mijn pakket is weg")
        webhooks.tick(team.ctx)
        move(team.ctx, ANNA, number, "Sales")
        deliver(team)
        assert (bodies(receiver), team.wanted("webhook")) == ([], [])

    @pytest.mark.parametrize(("private", "words"), [(True, False), (False, True)])
    def test_private_words_are_told_to_nobody(
        self, ctx: Context, receiver: Receiver, *, private: bool, words: bool
    ) -> None:
        team = Team(with_hook(ctx, receiver.url, words=True))
        webhooks.tick(team.ctx)
        team.arrive(team.answer(team.write("Mijn pakket is weg", private=private), "Wij zoeken het uit"))
        deliver(team)
        assert {body["data"]["private"] for body in bodies(receiver)} == {private}
        assert ("pakket" in str(bodies(receiver))) is words
        assert any("customer" in body["data"] for body in bodies(receiver)) is words
        assert any("answer" in body["data"] for body in bodies(receiver)) is words

    def test_who_answered_is_told_and_asking_whether_it_helped_is_no_answer(
        self, ctx: Context, receiver: Receiver
    ) -> None:
        ctx = with_hook(ctx, receiver.url, events=["answered"])
        changes: dict[str, Any] = {"public_url": "https://care.example.com", "link_secret": SecretStr("battery-staple")}
        team = Team(replace(ctx, settings=replace(ctx.settings, **changes)))
        webhooks.tick(team.ctx)
        number = team.write("Mijn pakket is weg")
        team.arrive(team.answer(number, "Wij zoeken het uit"))
        team.arrive(rating.ask(team.ctx, ANNA, number, idempotency_key="a"))
        deliver(team)
        assert [body["data"]["agent"] for body in bodies(receiver)] == [ANNA.id]

    @pytest.mark.parametrize("said", ["called, solved by phone", "e-mailed the form", "Balie: pakket meegegeven"])
    def test_contact_that_counts_is_told_as_an_answer_without_what_was_noted(
        self, ctx: Context, receiver: Receiver, said: str
    ) -> None:
        team = Team(with_hook(ctx, receiver.url, events=["answered"], words=True))
        (desk,) = team.ctx.settings.desks
        counting = desk.model_copy(update={"contacts": "answer"})
        team = Team(replace(team.ctx, settings=replace(team.ctx.settings, desks=(counting,))))
        webhooks.tick(team.ctx)
        note(team.ctx, ANNA, team.write("Mijn pakket is weg"), said)
        deliver(team)
        (body,) = bodies(receiver)
        assert (body["type"], body["data"]["agent"], body["data"]["answer"]) == ("thread.answered", ANNA.id, "")
        assert said not in str(receiver.requests)

    @pytest.mark.parametrize(("words", "agent"), [("Opgelost ^AB", ANNA.id), ("Opgelost", None)])
    def test_who_answered_on_the_network_is_told_if_the_signature_tells(
        self, ctx: Context, receiver: Receiver, words: str, agent: str | None
    ) -> None:
        team = Team(with_hook(ctx, receiver.url, events=["answered"]))
        webhooks.tick(team.ctx)
        post = team.mention()
        team.receive(post)
        network = Served(team.ctx.accounts[X])
        network.own = OwnPosts((OwnPost("9", post.id, words, post.posted_at, "https://x.com/acme/status/9"),), None)
        outside_answers.look(replace(team.ctx, accounts={X: network}), X, team.ctx.settings.desks[0].networks[0])
        deliver(team)
        assert [body["data"]["agent"] for body in bodies(receiver)] == [agent]

    def test_new_hook_is_told_nothing_of_before(self, team: Team, receiver: Receiver) -> None:
        team.write("Mijn pakket is weg")
        team = Team(with_hook(team.ctx, receiver.url))
        deliver(team)
        assert receiver.requests == []

    def test_hook_that_comes_back_and_a_new_event_are_told_nothing_of_before(
        self, ctx: Context, receiver: Receiver
    ) -> None:
        with_it = with_hook(ctx, receiver.url, events=["received"])
        team = Team(with_it)
        for number, changed in enumerate((with_it, ctx, with_it)):
            team.write("Mijn pakket is weg", conversation=f"c{number}")
            webhooks.begin(changed)
        close.close(team.ctx, ANNA, 1, "spam")
        more = Team(with_hook(ctx, receiver.url, events=["received", "closed"]))
        webhooks.begin(more.ctx)
        assert more.wanted("webhook") == []
        team.write("Mijn pakket is weg", conversation="new")
        close.close(more.ctx, ANNA, 2, "spam")
        deliver(more)
        assert types(receiver) == ["thread.received", "thread.closed"]

    def test_what_is_too_old_to_be_told_is_not_queued(self, told: Team, receiver: Receiver, clock: TurnedClock) -> None:
        told.write("Mijn pakket is weg")
        clock.turn(hours=25)
        told.write("Mijn pakket is weg", conversation="c2")
        deliver(told)
        assert [body["data"]["thread"] for body in bodies(receiver)] == [2]

    def test_line_that_is_committed_after_later_ones_is_told(
        self, told: Team, receiver: Receiver, clock: TurnedClock
    ) -> None:
        """PostgreSQL numbers lines as they are written, and shows them as they are committed."""
        number = told.write("Mijn pakket is weg")
        told.write("Mijn pakket is weg", conversation="c2")
        claim.claim(told.ctx, ANNA, number)
        told.write("Mijn pakket is weg", conversation="c3")
        with transaction(told.ctx.engine) as connection:
            connection.execute(text("UPDATE event SET id = -id WHERE kind = 'claimed'"))
        deliver(told)
        clock.turn(seconds=30)
        deliver(told)
        assert "thread.claimed" not in types(receiver)
        with transaction(told.ctx.engine) as connection:
            connection.execute(text("UPDATE event SET id = -id WHERE id < 0"))
        for _ in range(3):
            deliver(told)
            clock.turn(seconds=45)
        assert types(receiver).count("thread.claimed") == 1
        assert len(receiver.requests) == 4
        assert webhooks.tick(told.ctx) == 0

    def test_erased_customer_is_told_to_nobody(self, told: Team, receiver: Receiver) -> None:
        told.write("Mijn pakket is weg")
        webhooks.tick(told.ctx)
        (queued,) = told.rows("SELECT payload FROM outbox WHERE kind = 'webhook'")
        erase.erase(told.ctx, "klant")
        deliver(told)
        assert receiver.requests == []
        assert told.wanted("webhook") == []
        (hook,) = webhooks.hooks(told.ctx).values()
        just_leased = WebhookPayload.from_json(json.loads(queued["payload"]))
        assert webhooks.told(told.ctx, hook, just_leased) is None

    def test_failing_receiver_gets_it_later_under_the_same_name(
        self, told: Team, receiver: Receiver, clock: TurnedClock
    ) -> None:
        receiver.status = 503
        told.write("Mijn pakket is weg")
        deliver(told)
        clock.turn(minutes=10)
        receiver.status = 204
        deliver(told)
        first, second = (headers["webhook-id"] for _, headers, _ in receiver.requests)
        assert first == second
        assert told.wanted("webhook") == []
        assert webhooks.untold(told.ctx) == (0, [])

    def test_what_is_never_taken_is_given_up_after_a_day_and_listed(
        self, told: Team, receiver: Receiver, clock: TurnedClock
    ) -> None:
        receiver.status = 500
        number = told.write("Mijn pakket is weg")
        deliver(told)
        clock.turn(hours=25)
        deliver(told)
        assert told.wanted("webhook") == []
        count, (one,) = webhooks.untold(told.ctx)
        assert (count, one.thread_id, one.error) == (1, number, "http 500")
        assert len(receiver.requests) == 2
        clock.turn(days=7)
        assert webhooks.untold(told.ctx) == (0, [])

    def test_customer_who_was_erased_after_a_fault_is_on_no_list(
        self, told: Team, receiver: Receiver, clock: TurnedClock
    ) -> None:
        receiver.status = 500
        told.write("Mijn pakket is weg")
        deliver(told)
        erase.erase(told.ctx, "klant")
        assert webhooks.untold(told.ctx) == (0, [])

    def test_receiver_that_is_gone_is_left_alone_at_once(self, told: Team, receiver: Receiver) -> None:
        receiver.status = 410
        told.write("Mijn pakket is weg")
        deliver(told)
        assert webhooks.untold(told.ctx)[0] == 1

    def test_one_thing_that_is_not_understood_holds_up_no_other(self, told: Team, receiver: Receiver) -> None:
        receiver.status = 422
        for conversation in ("c1", "c2"):
            told.write("Mijn pakket is weg", conversation=conversation)
        deliver(told)
        assert len(receiver.requests) == 2

    def test_one_thing_at_a_time_goes_to_a_receiver_and_one_that_hangs_holds_up_no_other(
        self, ctx: Context, receiver: Receiver
    ) -> None:
        hooks = [
            HookConfig.model_validate({"url": f"{receiver.url}/{number}", "events": ["received"]})
            for number in range(3)
        ]
        team = Team(with_hooks(ctx, *hooks))
        webhooks.tick(team.ctx)
        for conversation in ("c1", "c2"):
            team.write("Mijn pakket is weg", conversation=conversation)
        webhooks.tick(team.ctx)
        one, other = WebhookDeliverer(team.ctx), WebhookDeliverer(team.ctx)
        leased = [process.lease() for process in (one, other, one, other)]
        assert {item.destination for item in leased if item} == set(webhooks.hooks(team.ctx))
        assert [item and item.thread_id for item in leased] == [1, 1, 1, None]
        assert one.threads == len(hooks)

    def test_redirect_is_not_followed(self, told: Team, receiver: Receiver) -> None:
        receiver.status = 302
        told.write("Mijn pakket is weg")
        deliver(told)
        assert len(receiver.requests) == 1
        assert len(told.wanted("webhook")) == 1


def test_every_event_is_told_unless_some_are_named() -> None:
    assert HookConfig(url="https://example.com").events == tuple(HookEvent)
