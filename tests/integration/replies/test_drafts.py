"""What an agent typed and did not send is kept for an hour, for them and that thread alone."""

from __future__ import annotations

import pytest

from bot.platform.i18n import translator
from bot.usecases.cases import claim, queries
from bot.usecases.desk.context import Actor
from bot.usecases.privacy import erase, retention
from bot.usecases.replies import drafts, reply
from bot.views.cases.card import card as card_view
from bot.views.replies.reply import modal
from tests.support.bench import Bench
from tests.support.cast import ANNA, LARS
from tests.support.clock import TurnedClock
from tests.support.team import Team


def offered(team: Team, who: Actor, thread: int) -> str:
    return reply.draft(team.ctx, who, thread).text


class TestKeeping:
    def test_draft_is_offered_to_its_author_in_its_thread(self, bench: Bench, team: Team, clock: TurnedClock) -> None:
        bench.flood(2)
        drafts.keep(team.ctx, ANNA.id, 1, "Beste Jan, *wij*\nzoeken", clock.now())
        assert offered(team, ANNA, 1) == "Beste Jan, *wij*\nzoeken"
        assert (offered(team, ANNA, 2), offered(team, LARS, 1)) == ("", "")
        clock.turn(minutes=60)
        assert offered(team, ANNA, 1) != ""
        clock.turn(seconds=1)
        assert offered(team, ANNA, 1) == ""

    def test_what_was_typed_last_wins_whenever_it_is_told(self, team: Team, clock: TurnedClock) -> None:
        number, first = team.write(), clock.now()
        drafts.keep(team.ctx, ANNA.id, number, "Beste Jan", clock.turn(seconds=2), view_id="V1")
        drafts.keep(team.ctx, ANNA.id, number, "Bes", first, view_id="V1")
        assert offered(team, ANNA, number) == "Beste Jan"

    def test_emptied_field_is_no_draft(self, team: Team, clock: TurnedClock) -> None:
        number = team.write()
        drafts.keep(team.ctx, ANNA.id, number, "Beste Jan", clock.now(), view_id="V1")
        drafts.keep(team.ctx, ANNA.id, number, " ", clock.turn(seconds=1))
        assert reply.draft(team.ctx, ANNA, number).typed_at is None

    def test_sent_reply_removes_the_draft_and_a_late_keystroke_brings_none_back(
        self, team: Team, clock: TurnedClock
    ) -> None:
        number, typed = team.write(), clock.now()
        drafts.keep(team.ctx, ANNA.id, number, "Wij zoeken", typed, view_id="V1")
        clock.turn(seconds=1)
        team.arrive(team.answer(number, "Wij zoeken het uit"))
        assert team.rows("SELECT text FROM draft") == []
        drafts.keep(team.ctx, ANNA.id, number, "Wij zoeken het", typed, view_id="V1")
        assert offered(team, ANNA, number) == ""

    def test_later_draft_comes_before_an_undone_reply(self, team: Team, clock: TurnedClock) -> None:
        number = team.write()
        undone = team.answer(number, "Eerste versie")
        reply.undo(team.ctx, ANNA, undone.id)
        assert offered(team, ANNA, number) == "Eerste versie"
        drafts.keep(team.ctx, ANNA.id, number, "Tweede versie", clock.turn(seconds=1))
        assert offered(team, ANNA, number) == "Tweede versie"


class TestForgetting:
    def test_draft_is_erased_with_its_customer(self, team: Team, clock: TurnedClock) -> None:
        number = team.write()
        drafts.opened(team.ctx, ANNA.id, number, "V1")
        drafts.keep(team.ctx, ANNA.id, number, "Beste Jan", clock.now(), view_id="V1")
        erase.erase(team.ctx, "klant")
        drafts.keep(team.ctx, ANNA.id, number, "Beste Jan Jansen", clock.turn(seconds=1), view_id="V1")
        assert {row["text"] for row in team.rows("SELECT text FROM draft")} == {""}

    def test_draft_of_an_hour_ago_is_deleted(self, team: Team, clock: TurnedClock) -> None:
        number = team.write()
        drafts.keep(team.ctx, ANNA.id, number, "Beste Jan", clock.now())
        clock.turn(minutes=61)
        retention.tick(team.ctx)
        assert team.rows("SELECT text FROM draft") == []

    def test_expired_thread_goes_with_its_drafts(self, team: Team, clock: TurnedClock) -> None:
        number = team.write()
        team.arrive(team.answer(number))
        clock.turn(days=401)
        drafts.keep(team.ctx, ANNA.id, number, "Nog iets", clock.now())
        assert retention.tick(team.ctx) == 1
        assert team.rows("SELECT text FROM draft") == []


class TestDeletedWhileTyping:
    def test_words_go_from_the_open_modal_and_the_owner_is_told(self, bench: Bench, team: Team) -> None:
        number = bench.mention("@acme Mijn pincode is 1234")
        claim.claim(team.ctx, ANNA, number)
        bench.finish()
        view = opened(bench, number)
        drafts.keep(team.ctx, ANNA.id, number, "Beste klant, wijzig", team.ctx.clock.now(), view_id=view)
        gone(bench)
        (shown,) = bench.sandbox.slack.views(ANNA.id)
        assert "1234" not in str(shown)
        assert shown["submit"] is None
        assert "The customer deleted what they wrote" in str(shown["blocks"])
        assert "Beste klant, wijzig" in str(shown["blocks"])
        (note,) = bench.under_the_card()
        assert note.text == "<@U0ANNA>, the customer deleted what they wrote: nothing is left to answer."
        assert team.rows("SELECT text FROM draft")[0]["text"] == "Beste klant, wijzig"

    def test_what_stands_can_still_be_answered(self, bench: Bench, team: Team) -> None:
        number = bench.mention("@acme Waar blijft mijn fiets?")
        first = bench.sandbox.x.posts[0]
        bench.sandbox.x.post("klant", "@acme Bel 0612345678", in_reply_to=first.id)
        bench.fetch()
        bench.finish()
        view = opened(bench, number)
        drafts.keep(team.ctx, ANNA.id, number, "Beste klant", team.ctx.clock.now(), view_id=view)
        gone(bench, newest=True)
        (shown,) = bench.sandbox.slack.views(ANNA.id)
        assert "0612345678" not in str(shown)
        assert "Waar blijft mijn fiets?" in str(shown["blocks"])
        assert "deleted a post" in str(shown["blocks"])
        assert shown["submit"]["text"] == "Send anyway"
        assert shown["state"]["values"]["text"]["text"]["value"] == "Beste klant"
        assert bench.under_the_card() == []  # nobody owns it

    def test_erased_words_go_from_the_open_modal(self, bench: Bench, team: Team) -> None:
        number = bench.mention("@acme Ik heet Jan Jansen")
        bench.finish()
        view = opened(bench, number)
        drafts.keep(team.ctx, ANNA.id, number, "Beste Jan Jansen", team.ctx.clock.now(), view_id=view)
        erase.erase(team.ctx, "klant")
        bench.finish()
        (shown,) = bench.sandbox.slack.views(ANNA.id)
        assert "Jansen" not in str(shown["blocks"])

    @pytest.mark.parametrize("how", ["closed", "reopened"])
    def test_modal_that_is_not_open_is_left_alone(self, bench: Bench, team: Team, how: str) -> None:
        number = bench.mention()
        bench.finish()
        view = opened(bench, number)
        if how == "closed":
            drafts.keep(team.ctx, ANNA.id, number, "Beste klant", team.ctx.clock.now())
        else:
            drafts.opened(team.ctx, ANNA.id, number, f"{view}2")
        calls = bench.calls("views.update")
        gone(bench)
        assert bench.calls("views.update") - calls == (how == "reopened")
        assert team.wanted("modal") == []


def opened(bench: Bench, number: int) -> str:
    """Open the reply modal as Anna, as the handler does; return its id."""
    shown = modal(reply.draft(bench.ctx, ANNA, number), translator("en"))
    with bench.sandbox.slack.state.lock:
        view = bench.sandbox.slack.state.modals.open(ANNA.id, shown)
    drafts.opened(bench.ctx, ANNA.id, number, view.id)
    return view.id


def gone(bench: Bench, *, newest: bool = False) -> None:
    """Delete the customer's newest post on X, or all of them; look, and deliver what follows."""
    posts = [post for post in bench.sandbox.x.posts if post.author.handle == "klant"]
    for post in posts[:1] if newest else posts:
        bench.sandbox.x.delete(post.id)
    for _ in range(3):
        bench.clock.turn(minutes=20)
        bench.recheck_twice()
    bench.finish()


class TestWriting:
    def test_card_and_colleagues_form_say_who_writes_until_the_form_is_closed(
        self, team: Team, clock: TurnedClock
    ) -> None:
        number = team.write()
        drafts.opened(team.ctx, ANNA.id, number, "V1")
        assert "is writing" in str(card_view(queries.card(team.ctx, number), translator("en")).blocks)
        assert reply.draft(team.ctx, LARS, number).writer == ANNA.id
        assert reply.draft(team.ctx, ANNA, number).writer is None
        drafts.keep(team.ctx, ANNA.id, number, "Beste Jan", clock.turn(seconds=1), view_id="V1")
        assert team.thread(number).writing == ANNA.id
        drafts.keep(team.ctx, ANNA.id, number, "Beste Jan", clock.turn(seconds=1))
        assert "is writing" not in str(card_view(queries.card(team.ctx, number), translator("en")).blocks)

    def test_sent_reply_ends_it_and_a_colleagues_does_not(self, team: Team) -> None:
        number = team.write()
        drafts.opened(team.ctx, LARS.id, number, "V1")
        sent = team.answer(number)
        assert team.thread(number).writing == LARS.id
        drafts.closed(team.ctx, ANNA.id, number, "V2")
        assert team.thread(number).writing == LARS.id
        drafts.opened(team.ctx, ANNA.id, number, "V3")
        team.arrive(sent)
        team.write("En nu?")
        drafts.opened(team.ctx, ANNA.id, number, "V4")
        team.answer(number, "Morgen")
        assert team.thread(number).writing is None

    def test_form_that_slack_lost_is_believed_for_a_quarter_of_an_hour(self, team: Team, clock: TurnedClock) -> None:
        number = team.write()
        drafts.opened(team.ctx, ANNA.id, number, "V1")
        clock.turn(minutes=15)
        assert reply.draft(team.ctx, LARS, number).writer is None

    def test_erased_thread_has_no_writer(self, team: Team) -> None:
        number = team.write()
        drafts.opened(team.ctx, ANNA.id, number, "V1")
        erase.erase(team.ctx, "klant")
        drafts.closed(team.ctx, ANNA.id, number, "V1")
        assert team.thread(number).writing is None
