"""A customer who asked to be forgotten is: a word of theirs planted everywhere is found nowhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest

from bot.domain.cases.conversation import Agent, ReplyState
from bot.domain.common.errors import Refused
from bot.sandbox.x import Media
from bot.usecases.cases import claim, close, customer_note, escalate, handover, queries
from bot.usecases.desk import agents
from bot.usecases.intake import ingest
from bot.usecases.privacy import erase
from bot.usecases.reminders import late_list, nag
from bot.usecases.replies import drafts, reply, take_back
from storage import outbox
from storage.engine import transaction
from tests.support import older
from tests.support.bench import Bench
from tests.support.cast import ANNA, LARS, LEAD
from tests.support.statements import statements
from tests.support.team import Team

PLANT = "zqplant"
HANDLE = f"{PLANT}_h"
SHOW = ("card", "follow_up", "nag", "lead", "escalation", "said")  # what shows customers in Slack


@dataclass
class Planted:
    """One customer's threads by how they stand, and the network's ids of their posts."""

    threads: dict[str, int]
    posts: list[str]
    customer: str


def _write(bench: Bench, words: str, **options: object) -> str:
    """The customer writes, in a thread of its own unless it is an answer: the post's id."""
    media = (Media("k1", "photo", f"https://pictures.test/{PLANT}.png", f"{PLANT} in the picture"),)
    return bench.sandbox.x.post(HANDLE, f"@acme {words} {PLANT}", media=media, **options).id  # type: ignore[arg-type]


def _answer(bench: Bench, thread: int, words: str) -> int:
    request = f"view:{thread}:{words}"
    return reply.submit(bench.ctx, ANNA, thread, f"{words} {PLANT}", seen=None, idempotency_key=request).id


def _ours(bench: Bench) -> int:
    return sum(post.author.handle == "acme" for post in bench.sandbox.x.posts)


@pytest.fixture
def planted(bench: Bench) -> Planted:
    """Every way in which a customer's data comes into the desk, through the use cases that bring it there."""
    ctx, x = bench.ctx, bench.sandbox.x
    agents.keep(ctx, Agent("U0ANNA", "Anna Bakker", "en-GB"))
    customer = x.add_account(HANDLE, f"Jan {PLANT}", followers=7).id
    posts: list[str] = []
    threads: dict[str, int] = {}

    def begin(name: str) -> int:
        posts.append(_write(bench, name))
        bench.fetch()
        bench.finish()
        threads[name] = bench.thread(HANDLE)
        return threads[name]

    answered = begin("answered")
    claim.claim(ctx, ANNA, answered)
    _answer(bench, answered, "we found it")
    bench.clock.turn(minutes=1)
    bench.finish()
    posts.append(_write(bench, "once more", in_reply_to=posts[-1]))
    bench.fetch()
    posts.append(x.edit(posts[-1], f"@acme edited {PLANT}").id)
    bench.clock.turn(minutes=20)
    assert bench.recheck() == 1
    _answer(bench, answered, "and again")
    bench.clock.turn(minutes=1)
    bench.finish()

    closed = begin("closed")
    close.close(ctx, ANNA, closed, f"{PLANT} called us")

    withdrawn = begin("withdrawn")
    x.delete(posts[-1])
    bench.clock.turn(minutes=20)
    assert bench.recheck_twice() == 1
    assert queries.card(ctx, withdrawn).newest is None

    unknown = begin("unknown")
    bench.sandbox.faults.add("x", "POST /2/tweets", "drop_before")
    _answer(bench, unknown, "lost on its way")
    bench.clock.turn(minutes=1)
    bench.finish()
    bench.clock.turn(minutes=5)
    bench.finish()
    state = queries.card(ctx, unknown).reply
    assert state is not None
    assert state.state is ReplyState.UNKNOWN

    waiting = begin("waiting")
    claim.claim(ctx, ANNA, waiting)
    handover.hand_over(ctx, ANNA, waiting, LARS)
    handover.take_over(ctx, ANNA, waiting, f"{PLANT} called me")
    customer_note.note(ctx, ANNA, waiting, f"{PLANT} prefers to be called")
    drafts.keep(ctx, LARS.id, waiting, f"Dear {PLANT}", bench.clock.now(), view_id="V1")
    escalate.escalate(ctx, ANNA, waiting, "team:Press office", f"{PLANT} knows a journalist")
    escalate.escalate(ctx, ANNA, waiting, None, f"{PLANT} is angry")
    bench.clock.turn(minutes=50)
    nag.tick(ctx)
    bench.finish()
    bench.clock.turn(minutes=20)
    nag.tick(ctx)
    late_list.tick(ctx)
    with transaction(ctx.engine) as connection:
        (wait,) = bench.team.rows("SELECT id FROM wait WHERE thread_id = :thread", thread=waiting)
        outbox.want_once(connection, older.breach(waiting, wait["id"]), at=bench.clock.now())
    bench.finish()

    unposted = begin("unposted")
    escalate.escalate(ctx, LARS, unposted, "lead:U0LEAD", f"{PLANT} again")
    x.post("somebody_else", "@acme hello")
    bench.fetch()
    _answer(bench, waiting, "queued")
    return Planted(threads, posts, customer)


def test_erasing_leaves_nothing_in_any_column_or_in_slack(bench: Bench, planted: Planted) -> None:
    shown = bench.everything_shown()
    assert PLANT in shown.lower()
    before = bench.tables()
    times = {row["id"]: (row["at"], row["kind"]) for row in before["event"]}
    reached = {name for name, rows in before.items() for row in rows if PLANT in str(dict(row)).lower()}
    assert reached == {"thread", "post", "reply", "event", "wait", "escalation", "identity", "handle", "draft"}

    erased = erase.erase(bench.ctx, f"@{HANDLE.upper()}")
    bench.finish()

    assert erased.threads == tuple(sorted(planted.threads.values()))
    assert (erased.posts, erased.replies) == (9, 4)
    posted = [
        row
        for row in before["outbox"]
        if row["kind"] in SHOW and row["thread_id"] in erased.threads and row["message_ts"]
    ]
    assert {row["kind"] for row in posted} == set(SHOW)
    assert erased.shown == len(posted)
    for name, rows in bench.tables().items():
        for row in rows:
            for column, value in row.items():
                where = f"{name}.{column}: {value}"
                assert PLANT not in str(value).lower(), where
                assert value != planted.customer, where
                assert not any(post in str(value) for post in planted.posts), where
    assert PLANT not in bench.everything_shown().lower()
    assert not any(post in bench.everything_shown() for post in planted.posts)
    for row in posted:
        if row["kind"] == "said":  # what a colleague said is gone, who took over from whom stays
            continue
        assert "Erased" in bench.sandbox.slack.message(row["message_channel"], row["message_ts"]).text
    escalated = [row for row in bench.tables()["outbox"] if row["kind"] == "escalation"]
    assert any(row["message_ts"] is None for row in escalated), "what was not posted yet never is"
    after = {row["id"]: (row["at"], row["kind"]) for row in bench.tables()["event"]}
    assert times.items() <= after.items(), "the timeline stays"


def test_erased_threads_wait_for_nobody_and_allow_nothing(bench: Bench, planted: Planted) -> None:
    sent = _ours(bench)
    erase.erase(bench.ctx, HANDLE)
    bench.clock.turn(hours=3)
    nag.tick(bench.ctx)
    bench.finish()
    assert _ours(bench) == sent, "the queued reply was stopped"
    assert queries.waiting(bench.ctx, "Support").total == 1
    with pytest.raises(Refused, match="unknown_person"):
        queries.of_customer(bench.ctx, ANNA, "")
    reply_id = queries.card(bench.ctx, planted.threads["unknown"]).reply
    assert reply_id is not None
    for act in (
        lambda number: claim.claim(bench.ctx, LEAD, number),
        lambda number: handover.take_over(bench.ctx, LARS, number, "on leave"),
        lambda number: close.reopen(bench.ctx, LEAD, number),
        lambda number: reply.submit(bench.ctx, ANNA, number, "hello", seen=None, idempotency_key="r"),
        lambda number: escalate.escalate(bench.ctx, ANNA, number, None, "why"),
        lambda _: reply.decide(bench.ctx, ANNA, reply_id.id, was_sent=False),
    ):
        for number in planted.threads.values():
            with pytest.raises(Refused, match="erased"):
                act(number)


def test_erased_posts_stay_away_and_new_ones_begin_a_thread(bench: Bench) -> None:
    x, ctx = bench.sandbox.x, bench.ctx
    post = x.post(HANDLE, "@acme hello").id
    bench.fetch()
    erased = erase.erase(ctx, HANDLE)
    with_all_again = ctx.accounts["x:acme"].fetch(None, bench.clock.now() - timedelta(days=1))
    assert [mention.author.handle for mention in with_all_again.mentions] == [HANDLE]
    assert ingest.receive(ctx, *ctx.settings.accounts()[0], with_all_again) == 0

    x.edit(post, f"@acme edited after all {PLANT}")
    bench.fetch()
    bench.clock.turn(days=1)
    assert bench.recheck() == 0
    assert PLANT not in str(bench.tables()["post"])

    x.post(HANDLE, "@acme here I am again", in_reply_to=post)
    bench.fetch()
    assert bench.thread(HANDLE) > max(erased.threads)


def test_erase_is_refused_while_a_reply_is_at_the_network(bench: Bench) -> None:
    for number in range(2):
        bench.sandbox.x.post(HANDLE, f"@acme hello {number}")
    bench.fetch()
    _answer(bench, bench.thread(HANDLE), "we look into it")
    bench.sandbox.faults.add("x", "POST /2/tweets", "drop_before")
    bench.clock.turn(minutes=1)
    bench.deliver()
    before = bench.tables()
    with pytest.raises(Refused, match="reply_on_its_way"):
        erase.erase(bench.ctx, HANDLE)
    assert bench.tables() == before


def test_erase_is_refused_until_the_network_has_deleted_what_is_taken_back(team: Team) -> None:
    number = team.write()
    team.arrive(team.answer(number))
    take_back.take_back(team.ctx, ANNA, number, "wrong customer")
    with pytest.raises(Refused, match="reply_on_its_way"):
        erase.erase(team.ctx, "klant")
    (reply,) = team.rows("SELECT id FROM reply")
    take_back.gone(team.ctx, reply["id"])
    assert erase.erase(team.ctx, "klant").threads == (number,)


def test_refused_reply_is_erased_too(bench: Bench) -> None:
    bench.sandbox.x.post(HANDLE, "@acme hello")
    bench.fetch()
    thread = bench.thread(HANDLE)
    bench.sandbox.x.delete(bench.sandbox.x.posts[-1].id)
    _answer(bench, thread, "we look into it")
    bench.clock.turn(minutes=1)
    bench.finish()
    refused = queries.card(bench.ctx, thread).reply
    assert refused is not None
    assert refused.state is ReplyState.REJECTED
    erase.erase(bench.ctx, HANDLE)
    bench.finish()
    assert PLANT not in str(bench.tables()["reply"])
    assert "look into it" not in bench.everything_shown()


def test_former_handles_find_the_customer_on_this_network(bench: Bench) -> None:
    x = bench.sandbox.x
    x.post("old_name", "@acme hello")
    bench.fetch()
    thread = bench.thread("old_name")
    (person,) = erase.people_called(bench.ctx, "@OLD_name")
    assert [found.id for found in erase.find(bench.ctx, person).threads] == [thread]
    assert erase.people_called(bench.ctx, "old_name", "x:other") == []
    assert erase.people_called(bench.ctx, "somebody") == []
    assert erase.erase(bench.ctx, "old_name", "x:other").threads == ()
    assert erase.erase(bench.ctx, "old_name", "x:acme").threads == (thread,)
    assert erase.erase(bench.ctx, "old_name").threads == ()


@pytest.mark.parametrize("posts", [1, 40])
def test_long_thread_takes_no_more_statements_than_a_short(team: Team, posts: int) -> None:
    for _ in range(posts):
        number = team.write()
    with statements(team.ctx.engine) as ran:
        assert erase.erase(team.ctx, "klant").posts == posts
    assert len(ran) <= 64
    assert {post.text for post in team.messages(number)} == {""}
