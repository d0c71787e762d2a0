"""A customer who asked to be forgotten is: a word of theirs planted everywhere is found nowhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest

from bot.domain.cases.conversation import Agent, ReplyState
from bot.domain.common.errors import Refused
from bot.sandbox.x import Media
from bot.usecases.cases import claim, close, escalate, handover, queries
from bot.usecases.desk import agents
from bot.usecases.intake import ingest
from bot.usecases.privacy import erase
from bot.usecases.reminders import nag
from bot.usecases.replies import reply
from tests.support.house import ANNA, LARS, LEAD, House
from tests.support.statements import statements
from tests.support.team import Team

PLANT = "zqplant"
HANDLE = f"{PLANT}_h"
SHOW = ("card", "nag", "lead", "escalation")  # what shows customers in Slack


@dataclass
class Planted:
    """One customer's threads by how they stand, and the network's ids of their posts."""

    threads: dict[str, int]
    posts: list[str]
    customer: str


def _write(house: House, words: str, **options: object) -> str:
    """The customer writes, in a thread of its own unless it is an answer: the post's id."""
    media = (Media("k1", "photo", f"https://pictures.test/{PLANT}.png", f"{PLANT} in the picture"),)
    return house.sandbox.x.post(HANDLE, f"@acme {words} {PLANT}", media=media, **options).id  # type: ignore[arg-type]


def _answer(house: House, thread: int, words: str) -> int:
    request = f"view:{thread}:{words}"
    return reply.submit(house.ctx, ANNA, thread, f"{words} {PLANT}", seen=None, idempotency_key=request).id


def _ours(house: House) -> int:
    return sum(post.author.handle == "acme" for post in house.sandbox.x.posts)


@pytest.fixture
def planted(house: House) -> Planted:
    """Every way in which a customer's data comes into the desk, through the use cases that bring it there."""
    ctx, x = house.ctx, house.sandbox.x
    agents.keep(ctx, Agent("U0ANNA", "Anna Bakker", "en-GB"))
    customer = x.add_account(HANDLE, f"Jan {PLANT}", followers=7).id
    posts: list[str] = []
    threads: dict[str, int] = {}

    def begin(name: str) -> int:
        posts.append(_write(house, name))
        house.poll()
        house.settle()
        threads[name] = house.thread(HANDLE)
        return threads[name]

    answered = begin("answered")
    claim.claim(ctx, ANNA, answered)
    _answer(house, answered, "we found it")
    house.clock.turn(minutes=1)
    house.settle()
    posts.append(_write(house, "once more", in_reply_to=posts[-1]))
    house.poll()
    posts.append(x.edit(posts[-1], f"@acme edited {PLANT}").id)
    house.clock.turn(minutes=20)
    assert house.recheck() == 1
    _answer(house, answered, "and again")
    house.clock.turn(minutes=1)
    house.settle()

    closed = begin("closed")
    close.close(ctx, ANNA, closed, f"{PLANT} called us")

    withdrawn = begin("withdrawn")
    x.delete(posts[-1])
    house.clock.turn(minutes=20)
    assert house.recheck() == 1
    assert queries.card(ctx, withdrawn).newest is None

    unknown = begin("unknown")
    house.sandbox.faults.add("x", "POST /2/tweets", "drop_before")
    _answer(house, unknown, "lost on its way")
    house.clock.turn(minutes=1)
    house.settle()
    house.clock.turn(minutes=5)
    house.settle()
    state = queries.card(ctx, unknown).reply
    assert state is not None
    assert state.state is ReplyState.UNKNOWN

    waiting = begin("waiting")
    claim.claim(ctx, ANNA, waiting)
    handover.hand_over(ctx, ANNA, waiting, "U0LARS")
    handover.take_over(ctx, ANNA, waiting)
    escalate.escalate(ctx, ANNA, waiting, "team:Press office", f"{PLANT} knows a journalist")
    escalate.escalate(ctx, ANNA, waiting, None, f"{PLANT} is angry")
    house.clock.turn(minutes=50)
    nag.tick(ctx)
    house.settle()
    house.clock.turn(minutes=20)
    nag.tick(ctx)
    house.settle()

    unposted = begin("unposted")
    escalate.escalate(ctx, LARS, unposted, "lead:U0LEAD", f"{PLANT} again")
    x.post("somebody_else", "@acme hello")
    house.poll()
    _answer(house, waiting, "queued")
    return Planted(threads, posts, customer)


def test_nothing_of_the_customer_is_left_in_any_column_or_in_slack(house: House, planted: Planted) -> None:
    shown = house.slack_shows()
    assert PLANT in shown.lower()
    before = house.rows()
    times = {row["id"]: (row["at"], row["kind"]) for row in before["event"]}
    reached = {name for name, rows in before.items() for row in rows if PLANT in str(dict(row)).lower()}
    assert reached == {"thread", "post", "reply", "event", "wait", "escalation"}

    erased = erase.erase(house.ctx, f"@{HANDLE.upper()}")
    house.settle()

    assert erased.threads == tuple(sorted(planted.threads.values()))
    assert (erased.posts, erased.replies) == (9, 4)
    posted = [
        row
        for row in before["outbox"]
        if row["kind"] in SHOW and row["thread_id"] in erased.threads and row["message_ts"]
    ]
    assert {row["kind"] for row in posted} == set(SHOW)
    assert erased.shown == len(posted)
    for name, rows in house.rows().items():
        for row in rows:
            for column, value in row.items():
                where = f"{name}.{column}: {value}"
                assert PLANT not in str(value).lower(), where
                assert value != planted.customer, where
                assert not any(post in str(value) for post in planted.posts), where
    assert PLANT not in house.slack_shows().lower()
    assert not any(post in house.slack_shows() for post in planted.posts)
    for row in posted:
        assert "Erased" in house.sandbox.slack.message(row["message_channel"], row["message_ts"]).text
    escalated = [row for row in house.rows()["outbox"] if row["kind"] == "escalation"]
    assert any(row["message_ts"] is None for row in escalated), "what was not posted yet never is"
    after = {row["id"]: (row["at"], row["kind"]) for row in house.rows()["event"]}
    assert times.items() <= after.items(), "the timeline stays"


def test_erased_threads_wait_for_nobody_and_allow_nothing(house: House, planted: Planted) -> None:
    sent = _ours(house)
    erase.erase(house.ctx, HANDLE)
    house.clock.turn(hours=3)
    nag.tick(house.ctx)
    house.settle()
    assert _ours(house) == sent, "the queued reply was stopped"
    assert queries.waiting(house.ctx, "Support").total == 1
    with pytest.raises(Refused, match="unknown_person"):
        queries.of_customer(house.ctx, ANNA, "")
    reply_id = queries.card(house.ctx, planted.threads["unknown"]).reply
    assert reply_id is not None
    for act in (
        lambda number: claim.claim(house.ctx, LEAD, number),
        lambda number: handover.take_over(house.ctx, LARS, number),
        lambda number: close.reopen(house.ctx, LEAD, number),
        lambda number: reply.submit(house.ctx, ANNA, number, "hello", seen=None, idempotency_key="r"),
        lambda number: escalate.escalate(house.ctx, ANNA, number, None, "why"),
        lambda _: reply.decide(house.ctx, ANNA, reply_id.id, was_sent=False),
    ):
        for number in planted.threads.values():
            with pytest.raises(Refused, match="erased"):
                act(number)


def test_what_the_network_still_has_does_not_come_back_and_what_is_new_begins_a_thread(house: House) -> None:
    x, ctx = house.sandbox.x, house.ctx
    post = x.post(HANDLE, "@acme hello").id
    house.poll()
    erased = erase.erase(ctx, HANDLE)
    with_all_again = ctx.accounts["x:acme"].fetch(None, house.clock.now() - timedelta(days=1))
    assert [mention.author.handle for mention in with_all_again.mentions] == [HANDLE]
    assert ingest.receive(ctx, *ctx.settings.accounts()[0], with_all_again) == 0

    x.edit(post, f"@acme edited after all {PLANT}")
    house.poll()
    house.clock.turn(days=1)
    assert house.recheck() == 0
    assert PLANT not in str(house.rows()["post"])

    x.post(HANDLE, "@acme here I am again", in_reply_to=post)
    house.poll()
    assert house.thread(HANDLE) > max(erased.threads)


def test_nothing_is_erased_while_a_reply_is_at_the_network(house: House) -> None:
    for number in range(2):
        house.sandbox.x.post(HANDLE, f"@acme hello {number}")
    house.poll()
    _answer(house, house.thread(HANDLE), "we look into it")
    house.sandbox.faults.add("x", "POST /2/tweets", "drop_before")
    house.clock.turn(minutes=1)
    house.deliver()
    before = house.rows()
    with pytest.raises(Refused, match="reply_on_its_way"):
        erase.erase(house.ctx, HANDLE)
    assert house.rows() == before


def test_a_reply_that_was_refused_is_erased_too(house: House) -> None:
    house.sandbox.x.post(HANDLE, "@acme hello")
    house.poll()
    thread = house.thread(HANDLE)
    house.sandbox.x.delete(house.sandbox.x.posts[-1].id)
    _answer(house, thread, "we look into it")
    house.clock.turn(minutes=1)
    house.settle()
    refused = queries.card(house.ctx, thread).reply
    assert refused is not None
    assert refused.state is ReplyState.REJECTED
    erase.erase(house.ctx, HANDLE)
    house.settle()
    assert PLANT not in str(house.rows()["reply"])
    assert "look into it" not in house.slack_shows()


def test_former_handles_find_the_same_customer_and_other_networks_are_left_alone(house: House) -> None:
    x = house.sandbox.x
    x.post("old_name", "@acme hello")
    house.poll()
    thread = house.thread("old_name")
    assert [found.id for found in erase.find(house.ctx, "OLD_name")] == [thread]
    assert erase.find(house.ctx, "old_name", "x:other") == []
    assert erase.find(house.ctx, "somebody") == []
    assert erase.erase(house.ctx, "old_name", "x:other").threads == ()
    assert erase.erase(house.ctx, "old_name", "x:acme").threads == (thread,)
    assert erase.erase(house.ctx, "old_name").threads == ()


@pytest.mark.parametrize("posts", [1, 40])
def test_a_long_thread_takes_as_many_statements_as_a_short_one(team: Team, posts: int) -> None:
    for _ in range(posts):
        number = team.write()
    with statements(team.ctx.engine) as ran:
        assert erase.erase(team.ctx, "klant").posts == posts
    assert len(ran) <= 16
    assert {post.text for post in team.messages(number)} == {""}
