"""A long reply goes as a thread of posts: all of them, in order and once, or its author is told what did not go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.delivery.tasks import TaskDeliverer
from bot.delivery.worker import Delivery
from bot.domain.cases.conversation import EventKind, ReplyState
from bot.domain.cases.thread import State
from bot.domain.common.errors import Refused
from bot.networks.base import Returned, Sent
from bot.platform.i18n import translator
from bot.usecases.cases import close, queries, release
from bot.usecases.cases.came_back import came_back
from bot.usecases.privacy import erase
from bot.usecases.replies import outside_answers, reply, reply_outcome
from bot.usecases.replies.take_back import take_back
from bot.views.cases import card, history
from bot.views.replies.reply import modal, outcome
from tests.integration.replies.test_picture import chosen
from tests.support.bench import Bench
from tests.support.cast import ANNA, LEAD, X
from tests.support.lost import NEVER, SEND, UNDO, wait
from tests.support.samples import fine

EN = translator("en")

LONG = (
    "Wat vervelend dat je pakket er nog niet is. Wij hebben het depot gebeld en daar ligt het sinds gisteren op een "
    "verkeerde band, met het etiket naar onder. Een collega legt het nu apart en zet het vanavond op de wagen. "
    "Morgen tussen negen en elf staat de bezorger bij je voor de deur. Lukt dat niet, dan kun je hier een ander "
    "moment kiezen: https://acme.nl/hulp/bezorgen?order=A-104857"
)


@pytest.fixture
def parts_allowed(bench: Bench) -> Bench:
    (desk,) = bench.ctx.settings.desks
    bench.ctx.settings = replace(bench.ctx.settings, desks=(desk.model_copy(update={"parts": True}),))
    return bench


def answered(bench: Bench) -> tuple[int, int]:
    number = bench.mention()
    bench.settle()
    return number, bench.team.answer(number, LONG).id


def posted(bench: Bench) -> list[str]:
    return [post.text.removeprefix(post.handles) for post in bench.answers()]


def only_the_first_goes(bench: Bench) -> None:
    bench.clock.turn(seconds=UNDO)
    item = bench.sends.lease()
    assert item is not None
    bench.sends.deliver(item)
    assert len(bench.answers()) == 1


def second_is_refused(bench: Bench, reply_id: int) -> None:
    reply_outcome.begin(bench.ctx, reply_id)
    reply_outcome.arrived(bench.ctx, reply_id, Sent("901", "https://x.com/acme/status/901"), 0)
    reply_outcome.begin(bench.ctx, reply_id, ReplyState.CONTINUING, 1)
    reply_outcome.refused(bench.ctx, reply_id, "duplicate", 1)


def seen_on_our_timeline(bench: Bench) -> None:
    bench.sandbox.x.timeline_lag = timedelta()
    _, account = bench.ctx.settings.accounts()[0]
    assert outside_answers.look(bench.ctx, account.key, account, again=True) == 0
    assert len(bench.team.rows("SELECT id FROM reply")) == 1


def in_a_thread(bench: Bench) -> bool:
    """Tell whether the first post answers the customer, and each other one that before it."""
    customers = next(post for post in bench.sandbox.x.posts if post.author.id != "1000")
    posts = bench.answers()
    return [post.in_reply_to for post in posts] == [customers.id, *(post.id for post in posts[:-1])]


def test_without_leave_a_long_text_is_refused(bench: Bench) -> None:
    with pytest.raises(Refused, match="too_long"):
        answered(bench)


@pytest.mark.usefixtures("parts_allowed")
class TestParts:
    def test_parts_go_as_they_were_shown(self, bench: Bench) -> None:
        number = bench.mention()
        draft = reply.draft(bench.ctx, ANNA, number)
        length = reply.length(bench.ctx, draft, LONG)
        assert "2/2" in str(modal(draft, translator("en"), length))
        sent = bench.team.answer(number, LONG)
        bench.settle(seconds=UNDO)
        assert bench.team.reply(sent.id).state is ReplyState.SENT
        assert tuple(posted(bench)) == length.parts
        assert posted(bench)[-1].startswith("2/2 ")
        assert posted(bench)[-1].endswith("order=A-104857 ^AB")
        assert in_a_thread(bench)
        first, last = bench.answers()
        ours = bench.team.rows("SELECT external_id, text FROM post WHERE NOT inbound ORDER BY id")
        assert [row["external_id"] for row in ours] == [first.id, last.id]
        assert [row["text"] for row in ours] == posted(bench)
        assert [event.kind for event in bench.team.events(number)].count(EventKind.SENT) == 1

    def test_picture_goes_with_the_first(self, bench: Bench) -> None:
        bench.team.answer(bench.mention(), LONG, picture=chosen(bench))
        bench.settle(seconds=UNDO)
        assert [len(post.media) for post in bench.answers()] == [1, 0]

    @pytest.mark.parametrize("fault", ["drop_after", "timeout_after"])
    @pytest.mark.parametrize("place", [1, 2])
    def test_lost_answer_of_any_part_is_found_and_nothing_goes_twice(
        self, bench: Bench, fault: str, place: int
    ) -> None:
        _, reply_id = answered(bench)
        if place == 2:
            only_the_first_goes(bench)
        bench.sandbox.faults.add("x", SEND, fault, seconds=0.1)
        bench.settle(seconds=UNDO)
        wait(bench, 3)
        assert bench.team.reply(reply_id).state is ReplyState.SENT
        assert len(bench.answers()) == 2
        assert in_a_thread(bench)

    def test_part_that_our_timeline_shows_first_is_ours_and_no_outside_answer(self, bench: Bench) -> None:
        _, reply_id = answered(bench)
        only_the_first_goes(bench)
        bench.sandbox.faults.add("x", SEND, "drop_after")
        bench.settle()
        assert bench.team.reply(reply_id).state is ReplyState.VERIFYING
        _, account = bench.ctx.settings.accounts()[0]
        assert outside_answers.look(bench.ctx, account.key, account) == 0
        assert bench.team.reply(reply_id).state is ReplyState.SENT
        assert len(bench.team.rows("SELECT id FROM reply")) == 1

    def test_second_part_is_tried_until_it_is_there_and_cannot_be_undone(self, bench: Bench) -> None:
        number, reply_id = answered(bench)
        only_the_first_goes(bench)
        bench.sandbox.faults.add("x", SEND, "rate_limited", retry_after=0)
        bench.settle()
        assert bench.team.reply(reply_id).state is ReplyState.CONTINUING
        assert len(bench.answers()) == 1
        with pytest.raises(Refused, match="too_late"):
            reply.undo(bench.ctx, ANNA, reply_id)
        with pytest.raises(Refused, match="reply_on_its_way"):
            bench.team.answer(number, "Nog een antwoord op deze vraag")
        bench.settle(minutes=20)
        assert bench.team.reply(reply_id).state is ReplyState.SENT
        assert in_a_thread(bench)

    def test_refused_second_part_is_said_with_what_is_left(self, bench: Bench) -> None:
        number, reply_id = answered(bench)
        first = bench.team.reply(reply_id)
        second_is_refused(bench, reply_id)
        bench.settle(seconds=1)
        told = str(bench.sandbox.slack.ephemerals(ANNA.id)[-1].blocks)
        assert "1 van de 2" in told or "1 of 2" in told
        assert first.parts[1] in told
        assert first.parts[0] not in told
        assert reply.draft(bench.ctx, ANNA, number).text == first.parts[1].removesuffix(" ^AB")

    @pytest.mark.parametrize("again", ["answered", "closed", "erased"])
    def test_part_that_turns_up_late_is_followed_by_the_rest_alone(self, bench: Bench, again: str) -> None:
        number, reply_id = answered(bench)
        bench.team.lose(bench.team.reply(reply_id))
        assert bench.team.thread(number).pending_reply_id is None
        reply_outcome.arrived(bench.ctx, reply_id, Sent("901", "https://x.com/acme/status/901"), 0)
        thread = bench.team.thread(number)
        assert (thread.pending_reply_id, thread.nags_rest_until) == (reply_id, bench.ctx.after(60))
        acts: dict[str, Callable[[], object]] = {
            "answered": lambda: bench.team.answer(number, "Nog een antwoord op deze vraag"),
            "closed": lambda: close.close(bench.ctx, ANNA, number, "Solved by phone"),
            "erased": lambda: erase.erase(bench.ctx, "klant"),
        }
        with pytest.raises(Refused, match="reply_on_its_way"):
            acts[again]()

    def test_partly_public_reply_is_shown_and_compared_as_one_that_the_customer_has(self, bench: Bench) -> None:
        number = bench.mention()
        before = reply.draft(bench.ctx, LEAD, number).seen
        reply_id = bench.team.answer(number, LONG).id
        second_is_refused(bench, reply_id)
        shown = fine(card.card(queries.card(bench.ctx, number), EN))
        assert "1 of 2 posts are public" in shown
        assert ("Morgen tussen negen en elf" in shown, "Wat vervelend" in shown) == (True, False)
        assert "1 of 2 posts" in fine(history.modal(queries.history(bench.ctx, ANNA, number), EN))
        release.release(bench.ctx, ANNA, number)
        assert reply.draft(bench.ctx, LEAD, number).seen.reply_id == reply_id
        with pytest.raises(Refused, match="changed"):
            bench.team.answer(number, "Nog een antwoord op deze vraag", by=LEAD, seen=before)

    @pytest.mark.parametrize("left", ["the rest", "everything"])
    def test_form_has_what_the_customer_has_not(self, bench: Bench, left: str) -> None:
        number = bench.mention()
        sent = bench.team.answer(number, LONG, picture=chosen(bench))
        if left == "the rest":
            second_is_refused(bench, sent.id)
        else:
            bench.settle(seconds=UNDO)
            take_back(bench.ctx, ANNA, number, "verkeerde klant")
            Delivery(bench.ctx, (TaskDeliverer(bench.ctx),)).settle()
        draft, told = reply.draft(bench.ctx, ANNA, number), bench.team.reply(sent.id)
        words = sent.parts[1] if left == "the rest" else sent.text
        assert (draft.text, draft.picture is None) == (words.removesuffix(" ^AB"), left == "the rest")
        message = fine(outcome(queries.card(bench.ctx, number), told, EN))
        assert (words in message, "With a picture" in message) == (True, left == "everything")

    def test_last_part_that_a_person_saw_has_no_number_until_it_is_found(self, bench: Bench) -> None:
        number, reply_id = answered(bench)
        only_the_first_goes(bench)
        bench.sandbox.x.timeline_lag = timedelta(seconds=NEVER)
        bench.sandbox.faults.add("x", SEND, "drop_after")
        bench.settle()
        wait(bench, 1)
        assert bench.team.reply(reply_id).state is ReplyState.UNKNOWN
        reply.decide(bench.ctx, ANNA, reply_id, was_sent=True)
        with pytest.raises(Refused, match="cannot_take_back"):
            take_back(bench.ctx, ANNA, number, "verkeerde klant")
        seen_on_our_timeline(bench)
        assert bench.team.reply(reply_id).external_id == bench.answers()[-1].id
        take_back(bench.ctx, ANNA, number, "verkeerde klant")
        Delivery(bench.ctx, (TaskDeliverer(bench.ctx),)).settle()
        assert [post for post in bench.sandbox.x.posts if post.author.id == "1000" and not post.deleted] == []

    def test_first_part_that_a_person_saw_is_ours_when_it_is_found(self, bench: Bench) -> None:
        bench.sandbox.x.timeline_lag = timedelta(seconds=NEVER)
        bench.sandbox.faults.add("x", SEND, "drop_after")
        _, reply_id = answered(bench)
        bench.settle(seconds=UNDO)
        wait(bench, 1)
        reply.decide(bench.ctx, ANNA, reply_id, was_sent=True)
        bench.settle()
        first, last = bench.answers()
        seen_on_our_timeline(bench)
        assert (bench.team.reply(reply_id).state, bench.team.reply(reply_id).external_id) == (ReplyState.SENT, last.id)
        ours = bench.team.rows("SELECT external_id, text FROM post WHERE NOT inbound ORDER BY external_id")
        assert [row["external_id"] for row in ours] == [first.id, last.id]
        assert [row["text"] for row in ours] == list(bench.team.reply(reply_id).posts)

    def test_worker_that_was_held_up_at_one_part_says_nothing_of_the_next(self, bench: Bench) -> None:
        _, reply_id = answered(bench)
        reply_outcome.begin(bench.ctx, reply_id)
        sent = Sent("901", "https://x.com/acme/status/901")
        reply_outcome.arrived(bench.ctx, reply_id, sent, 0)
        reply_outcome.arrived(bench.ctx, reply_id, sent, 0)
        assert bench.team.reply(reply_id).parts_done == 1
        reply_outcome.begin(bench.ctx, reply_id, ReplyState.CONTINUING, 1)
        reply_outcome.refused(bench.ctx, reply_id, "gone", 0)
        reply_outcome.checking(bench.ctx, reply_id, 0)
        assert bench.team.reply(reply_id).state is ReplyState.SENDING

    def test_customer_who_answers_the_last_part_is_in_the_same_thread(self, bench: Bench) -> None:
        number, _ = answered(bench)
        bench.settle(seconds=UNDO)
        bench.sandbox.x.post("klant", "@acme Fijn, maar om tien uur kan ik niet", in_reply_to=bench.answers()[-1].id)
        bench.fetch()
        assert bench.team.thread(number).waiting_since is not None
        assert len(bench.team.rows("SELECT id FROM thread")) == 1

    def test_taking_it_back_takes_every_post(self, bench: Bench) -> None:
        number, _ = answered(bench)
        bench.settle(seconds=UNDO)
        first, last = bench.answers()
        take_back(bench.ctx, ANNA, number, "verkeerde klant")
        Delivery(bench.ctx, (TaskDeliverer(bench.ctx),)).settle()
        assert [(post.id, post.deleted) for post in bench.sandbox.x.posts if post.id in (first.id, last.id)] == [
            (last.id, True),
            (first.id, True),
        ]
        rows = bench.team.rows("SELECT id FROM post WHERE NOT inbound AND deleted_at IS NULL")
        assert (rows, bench.team.thread(number).state) == ([], State.WAITING)

    @pytest.mark.parametrize("name", ["first post", "first key", "second key"])
    def test_one_part_that_came_back_is_the_whole_that_did(self, bench: Bench, name: str) -> None:
        number, sent = answered(bench)
        bench.settle(seconds=UNDO)
        key = bench.team.reply(sent).key
        named = {"first post": bench.answers()[0].id, "first key": key, "second key": f"{key}-2"}[name]
        assert came_back(bench.ctx, X, Returned(named, "mailbox full"))
        assert bench.team.reply(sent).state is ReplyState.CAME_BACK
        assert bench.team.thread(number).state is State.WAITING
