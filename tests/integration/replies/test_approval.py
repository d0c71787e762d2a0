"""What an agent may not send alone waits for a colleague, and loses none of a reply's guarantees by that."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.cases.conversation import Agent, ReplyState
from bot.domain.cases.mention import Author
from bot.domain.common.errors import Refused
from bot.networks.base import OwnPost, OwnPosts
from bot.platform.i18n import translator
from bot.sandbox.slack.records import Message
from bot.settings.config import LabelConfig, Mandate
from bot.usecases.cases import claim, close, handover, label, queries, release, snooze, why
from bot.usecases.desk.context import Actor
from bot.usecases.knowledge import entries
from bot.usecases.privacy import erase
from bot.usecases.reminders import nag
from bot.usecases.replies import approval, bank, outside_answers, reply
from bot.usecases.reports.standup import standup_of
from bot.views.cases import why as why_view
from bot.views.cases.card import card as card_view
from bot.views.common.blocks import SlackMessage
from bot.views.replies import approval as approval_view
from bot.views.replies.reply import modal as reply_modal
from storage.desk import agents
from storage.engine import transaction
from tests.support.bench import Bench
from tests.support.cast import ANNA, EMMA, LARS, LEAD, X
from tests.support.clock import TurnedClock
from tests.support.samples import fine, pressable
from tests.support.team import Served, Team

MONEY = "Je krijgt een terugbetaling, dat regelen we vandaag"
EN = translator("en")
KIM = Author("8", "kim", "Kim")


def agreed(team: Team | Bench, **mandate: Any) -> None:
    """Let this be the desk's mandate; without anything else, words about money need a second pair of eyes."""
    (desk,) = team.ctx.settings.desks
    rules = Mandate(**({"words": ("terugbetaling",), "approvers": ("U0LARS",)} | mandate))
    labels = (LabelConfig(name="Refund"), LabelConfig(name="Delivery"))
    changed = desk.model_copy(update={"mandate": rules, "labels": labels})
    team.ctx.settings = replace(team.ctx.settings, desks=(changed,))


def awaiting(team: Team, words: str = MONEY, **mandate: Any) -> int:
    """The number of a reply by Anna that awaits approval."""
    agreed(team, **mandate)
    written = team.answer(team.write(), words)
    assert written.state is ReplyState.AWAITING
    return written.id


def seen(team: Team, reply_id: int, by: Actor = LARS) -> str:
    return approval.asked(team.ctx, by, reply_id).seen


def approved(team: Team, reply_id: int, by: Actor = LARS, **options: Any) -> Any:
    return approval.approve(team.ctx, by, reply_id, **{"seen": seen(team, reply_id, by)} | options)


def refusal(of: Any, *arguments: Any, **options: Any) -> Refused:
    with pytest.raises(Refused) as refused:
        of(*arguments, **options)
    return refused.value


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
class TestWho:
    def test_word_label_signal_and_trainee_need_a_second_pair_of_eyes(self, team: Team) -> None:
        agreed(team, words=("terugbetaling",), labels=("Refund",), last_resort=("audience",), trainees=("U0EMMA",))
        number = team.write()
        assert team.answer(number, MONEY).state is ReplyState.AWAITING
        about = team.write("Hallo?", conversation="c2")
        label.label(team.ctx, ANNA, about, "Refund")
        assert team.answer(about, "We kijken ernaar").state is ReplyState.AWAITING
        press = team.write("Dan ga ik wel naar de krant en Kassa hiermee", conversation="c3")
        assert team.answer(press, "We zoeken het uit").state is ReplyState.AWAITING
        assert team.answer(team.write(conversation="c4", author=KIM), "Dank je", EMMA).state is ReplyState.AWAITING
        assert team.answer(team.write(conversation="c5"), "Morgen weten we meer").state is ReplyState.QUEUED

    def test_label_that_is_chosen_with_the_reply_counts(self, team: Team) -> None:
        agreed(team, words=(), labels=("Refund",))
        assert team.answer(team.write(), "We kijken ernaar", label_="Refund").state is ReplyState.AWAITING

    @pytest.mark.parametrize("author", [LEAD, LARS, EMMA])
    def test_lead_approver_and_who_is_named_send_alone(self, team: Team, author: Actor) -> None:
        agreed(team, all=True, alone=("U0EMMA",))
        assert team.answer(team.write(), MONEY, author).state is ReplyState.QUEUED

    def test_author_and_other_colleagues_may_not_approve(self, team: Team) -> None:
        number = awaiting(team)
        for who, code in ((ANNA, "own_words"), (EMMA, "not_an_approver")):
            assert refusal(approval.asked, team.ctx, who, number).code == code
            assert refusal(approval.approve, team.ctx, who, number, seen="").code == code
            assert refusal(approval.give_back, team.ctx, who, number, "nee").code == code

    def test_reply_form_says_so_beforehand(self, team: Team) -> None:
        agreed(team, all=True)
        shown = fine(reply_modal(reply.draft(team.ctx, ANNA, team.write()), EN))
        assert "A colleague looks at it before it is sent: every reply is looked at here" in shown


class TestDecision:
    def test_approved_reply_can_be_undone_and_goes_once(self, team: Team) -> None:
        number = awaiting(team)
        queued = approved(team, number)
        assert (queued.state, queued.may_be_undone) == (ReplyState.QUEUED, True)
        team.arrive(queued)
        assert team.kinds(queued.thread_id)[-3:] == ["awaits_approval", "approved", "sent"]
        assert team.thread(queued.thread_id).state == "answered"
        assert team.reply(number).author == ANNA.id

    def test_edit_goes_out_and_its_author_sees_the_difference(self, team: Team) -> None:
        number = awaiting(team)
        edited = approved(team, number, body="Je krijgt een terugbetaling, dat regelen we morgen")
        assert edited.text == "Je krijgt een terugbetaling, dat regelen we morgen ^AB"
        of = approval.request(team.ctx, number)
        assert of is not None
        assert (of.approval.outcome, of.approval.original) == ("edited", f"{MONEY} ^AB")
        assert team.wanted("tell_edited") == [f"tell_edited:{number}"]

    @pytest.mark.parametrize(("body", "left"), [("Morgen, met je terugbetaling", "answered"), (None, "waiting")])
    def test_edit_answers_what_its_author_could_not_have_read(self, team: Team, body: str | None, left: str) -> None:
        number = awaiting(team)
        thread = team.reply(number).thread_id
        team.write("Hallo? Wanneer dan?")
        team.arrive(approved(team, number, body=body))
        assert team.thread(thread).state == left

    def test_form_to_return_a_reply_shows_the_customers_words(self, team: Team) -> None:
        asked = approval.asked(team.ctx, LARS, awaiting(team))
        shown = fine(approval_view.return_form(asked.card, asked.reply, EN))
        assert asked.card.posts[0].text in shown
        assert shown.index(asked.card.posts[0].text) < shown.index(MONEY)

    def test_edit_of_a_start_from_the_bank_is_no_copy_and_counts_as_what_went_out(self, team: Team) -> None:
        agreed(team, all=True)
        answer = "Wat vervelend dat de bezorger niet kwam. Morgen voor twaalf uur staat hij alsnog voor je deur."
        form = entries.blank(team.ctx, ANNA, team.ctx.settings.desks[0])
        entry = entries.save(
            team.ctx, ANNA, form, ANNA, question="Waar is hij", answer=answer, label=None, valid_until=None
        )
        number = team.write()
        bank.begin(team.ctx, ANNA, number, entry.id, "", "V1")
        written = team.answer(number, f"{answer} En dank voor je geduld.")
        (before,) = team.rows("SELECT kept FROM bank_use")
        approved(team, written.id, body=f"{answer} En heel veel dank voor je eindeloze geduld met ons.")
        (after,) = team.rows("SELECT kept FROM bank_use")
        assert after["kept"] < before["kept"]

    def test_edit_gets_a_second_look_by_who_wrote_it(self, team: Team) -> None:
        number = awaiting(team)
        asked = refusal(approved, team, number, body="We asked @stranger and will pay it back to you today, promised.")
        assert asked.code == "unconfirmed"
        assert asked.details["names"] == ["@stranger"]
        assert team.reply(number).state is ReplyState.AWAITING
        assert refusal(approved, team, number, body="x" * 400).code == "too_long"
        assert refusal(approved, team, number, body=" ").code == "empty"

    def test_returned_reply_is_told_with_its_reason_and_offered_again(self, team: Team) -> None:
        number = awaiting(team)
        returned = approval.give_back(team.ctx, LARS, number, "Eerst het bedrag noemen")
        assert returned.state is ReplyState.RETURNED
        (told,) = team.wanted("said")
        said = queries.said(team.ctx, int(told.partition(":")[2]))
        assert (said.code, said.people, said.words) == (
            "returned", {"by": "U0LARS", "to": "U0ANNA"}, "Eerst het bedrag noemen"
        )  # fmt: skip
        draft = reply.draft(team.ctx, ANNA, returned.thread_id)
        assert draft.text == MONEY
        assert "returned this: Eerst het bedrag noemen" in fine(reply_modal(draft, EN))
        assert team.answer(returned.thread_id, f"{MONEY}, € 12").state is ReplyState.AWAITING

    def test_return_needs_a_reason(self, team: Team) -> None:
        assert refusal(approval.give_back, team.ctx, LARS, awaiting(team), " \u200b").code == "reason_missing"

    def test_author_takes_it_back_and_nobody_can_approve_it_then(self, team: Team) -> None:
        number = awaiting(team)
        assert reply.undo_last(team.ctx, ANNA).id == number
        late = refusal(approval.approve, team.ctx, LARS, number, seen="")
        assert (late.code, late.details["owner"], late.details["outcome"]) == ("looked_at", "U0ANNA", "taken_back")
        assert reply.draft(team.ctx, ANNA, team.reply(number).thread_id).text == MONEY

    def test_second_approver_is_told_who_was_faster(self, team: Team) -> None:
        number = awaiting(team)
        shown = seen(team, number)
        approval.approve(team.ctx, LEAD, number, seen=shown)
        late = refusal(approval.give_back, team.ctx, LARS, number, "nee")
        assert (late.details["owner"], late.details["outcome"]) == ("U0LEAD", "approved")

    def test_submission_that_slack_repeats_is_one_request(self, team: Team) -> None:
        agreed(team)
        thread = team.write()
        first, second = (team.answer(thread, MONEY, idempotency_key="view:1") for _ in range(2))
        assert first.id == second.id
        assert len(team.wanted("approval")) == 2  # the lead and Lars, each once


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
class TestMeanwhile:
    def test_clock_and_reminders_go_on(self, team: Team, clock: TurnedClock) -> None:
        thread = team.reply(awaiting(team)).thread_id
        waits = team.thread(thread)
        assert (waits.nags_rest_until, waits.next_nag_at) == (None, waits.received_at + timedelta(minutes=45))
        clock.turn(minutes=50)
        assert nag.tick(team.ctx) == 1
        said = fine(why_view.message(why.why(team.ctx, ANNA, thread), EN))
        assert "The reply by <@U0ANNA> awaits approval since" in said

    @pytest.mark.parametrize("what", ["close", "snooze", "reply", "claimed reply"])
    def test_nothing_else_ends_it(self, team: Team, what: str) -> None:
        thread = team.reply(awaiting(team)).thread_id
        at = team.ctx.clock.now() + timedelta(hours=1)
        acts: dict[str, Any] = {
            "close": lambda: close.close(team.ctx, ANNA, thread, "spam"),
            "snooze": lambda: snooze.snooze(team.ctx, ANNA, thread, at, "later"),
            "reply": lambda: team.answer(thread, "Toch maar zo"),
            "claimed reply": lambda: team.answer(thread, "Toch maar zo", LARS),
        }
        assert refusal(acts[what]).code == "awaits_approval"

    def test_hand_over_keeps_it_and_the_new_owner_can_take_it_back(self, team: Team) -> None:
        number = awaiting(team)
        thread = team.reply(number).thread_id
        handover.hand_over(team.ctx, ANNA, thread, EMMA)
        assert reply.undo(team.ctx, EMMA, number).state is ReplyState.CANCELLED
        assert team.answer(thread, "Ik bel je vandaag nog", EMMA).state is ReplyState.QUEUED

    def test_what_the_customer_adds_is_read_before_it_goes(self, team: Team) -> None:
        number = awaiting(team)
        thread = team.reply(number).thread_id
        before = seen(team, number)
        team.write("Laat maar, is al gevonden")
        assert refusal(approval.approve, team.ctx, LARS, number, seen=before).code == "changed"
        team.arrive(approved(team, number))
        assert team.thread(thread).state == "waiting", "its author had not seen what was added"

    def test_customer_who_deletes_everything_needs_no_approval(self, team: Team, clock: TurnedClock) -> None:
        agreed(team)
        mention = team.mention()
        team.receive(mention)
        thread = int(team.rows("SELECT max(id) AS id FROM thread")[0]["id"])
        number = team.answer(thread, MONEY).id
        clock.turn(minutes=20)
        assert team.delete(mention.id) == 1
        assert team.thread(thread).approval_since is None
        assert team.reply(number).state is ReplyState.CANCELLED
        assert refusal(approval.approve, team.ctx, LARS, number, seen="").code == "looked_at"

    def test_answer_on_the_network_itself_gives_it_back(self, team: Team) -> None:
        agreed(team)
        mention = team.mention()
        team.receive(mention)
        thread = int(team.rows("SELECT max(id) AS id FROM thread")[0]["id"])
        number = team.answer(thread, MONEY).id
        at = team.ctx.clock.now()
        account = Served(team.ctx.accounts[X])
        account.own = OwnPosts(
            (OwnPost("777", mention.id, "Is geregeld ^LN", at, "https://x.com/acme/status/777"),), None
        )
        team.ctx.accounts = {X: account}
        outside_answers.look(team.ctx, X, team.ctx.settings.accounts()[0][1])
        assert (team.reply(number).state, team.reply(number).error) == (ReplyState.REJECTED, "answered_outside")
        assert (team.thread(thread).state, team.thread(thread).pending_reply_id) == ("answered", None)

    def test_erased_customer_leaves_no_word_of_it(self, team: Team) -> None:
        number = awaiting(team)
        approval.give_back(team.ctx, LARS, number, "Noem de naam van de klant niet")
        second = team.answer(team.reply(number).thread_id, MONEY).id
        erase.erase(team.ctx, "klant")
        assert refusal(approval.approve, team.ctx, LARS, second, seen="").code == "erased"
        left = str(
            [team.rows("SELECT * FROM approval"), team.rows("SELECT * FROM reply"), team.rows("SELECT * FROM event")]
        )
        assert "terugbetaling, dat" not in left
        assert "Noem de naam" not in left

    def test_promise_that_passed_meanwhile_is_not_made(self, team: Team, clock: TurnedClock) -> None:
        agreed(team)
        due = team.ctx.clock.now() + timedelta(hours=1)
        number = team.answer(team.write(), MONEY, promised_for=due).id
        clock.turn(hours=2)
        assert refusal(approved, team, number).code == "promise_passed"
        edited = approved(team, number, body=MONEY)
        assert edited.promised_for is None

    def test_account_that_is_gone_sends_nothing(self, team: Team) -> None:
        number = awaiting(team)
        shown = seen(team, number)
        team.ctx.accounts = {}
        assert refusal(approval.approve, team.ctx, LARS, number, seen=shown).code == "network_refuses"
        assert team.reply(number).state is ReplyState.AWAITING

    def test_undo_of_an_approved_reply_is_its_authors(self, team: Team) -> None:
        number = awaiting(team)
        approved(team, number)
        assert refusal(reply.undo, team.ctx, LARS, number).code == "not_yours"
        assert reply.undo(team.ctx, ANNA, number).state is ReplyState.CANCELLED

    def test_nobody_is_given_the_thread_as_the_next_to_claim(self, team: Team) -> None:
        number = awaiting(team)
        release.release(team.ctx, ANNA, team.reply(number).thread_id)
        assert (
            refusal(claim.claim_next, team.ctx, LARS, team.ctx.settings.desks[0], limit=1).code == "nothing_unclaimed"
        )

    def test_standup_counts_it(self, team: Team) -> None:
        awaiting(team)
        desk = team.ctx.settings.desks[0]
        assert standup_of(team.ctx, desk, team.ctx.clock.now().date()).figures.now.awaiting == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
class TestAsked:
    def test_lead_and_approver_get_one_message_each_with_words_reply_and_reason(self, bench: Bench) -> None:
        agreed(bench)
        thread = bench.mention("@acme Ik wil mijn <geld> terug")
        bench.deliver(3)
        bench.team.answer(thread, MONEY)
        bench.finish()
        for who in ("U0LEAD", "U0LARS"):
            (message,) = bench.direct(who)
            shown = str(message.blocks)
            assert "asks you to look at a reply" in message.text
            assert "the word “terugbetaling”" in message.text
            assert "Ik wil mijn <geld> terug" in shown
            assert MONEY in shown
            assert buttons(message) == ["approve_reply", "edit_approval", "return_reply"]
        (card,) = bench.channel()
        assert "Awaiting approval" in str(card.blocks)
        assert buttons(card)[:4] == ["approve_reply", "edit_approval", "return_reply", "undo"]
        number = int(bench.team.rows("SELECT max(id) AS id FROM reply")[0]["id"])
        approval.approve(bench.ctx, LARS, number, seen=seen(bench.team, number))
        bench.finish()
        (message,) = bench.direct("U0LEAD")
        assert message.text.startswith("✅ <@U0LARS> approved the reply by <@U0ANNA>")
        assert len(bench.answers()) == 1

    def test_who_is_away_is_not_asked(self, bench: Bench) -> None:
        agreed(bench)
        away(bench, "U0LEAD")
        bench.team.answer(bench.mention(), MONEY)
        bench.finish()
        assert bench.direct("U0LEAD") == []
        assert len(bench.direct("U0LARS")) == 1

    def test_where_everybody_is_away_the_leads_are_named_under_the_card(self, bench: Bench) -> None:
        agreed(bench)
        away(bench, "U0LEAD", "U0LARS")
        bench.team.answer(bench.mention(), MONEY)
        bench.finish()
        (asks,) = [line for line in bench.under_the_card() if "asks you to look" in line.text]
        assert asks.text.startswith("<@U0LEAD> ")
        assert (bench.direct("U0LEAD"), bench.direct("U0LARS")) == ([], [])

    def test_another_is_asked_when_who_was_asked_goes_away(self, bench: Bench) -> None:
        agreed(bench)
        away(bench, "U0LARS")
        bench.team.answer(bench.mention(), MONEY)
        bench.finish()
        assert len(bench.direct("U0LEAD")) == 1
        assert approval.tick(bench.ctx) == 0
        away(bench, "U0LEAD")
        away(bench, "U0LARS", back=True)
        assert approval.tick(bench.ctx) == 1
        assert approval.tick(bench.ctx) == 0
        bench.finish()
        assert len(bench.direct("U0LARS")) == 1

    def test_reminder_speaks_to_the_approvers(self, bench: Bench) -> None:
        agreed(bench)
        thread = bench.mention()
        bench.team.answer(thread, MONEY)
        bench.finish()
        bench.clock.turn(minutes=46)
        nag.tick(bench.ctx)
        bench.finish()
        (line,) = [line for line in bench.under_the_card() if line.text.count("awaits approval")]
        assert line.text.startswith("<@U0LEAD>, <@U0LARS> ⏰ The reply by <@U0ANNA>")
        assert buttons(line) == ["approve_reply", "edit_approval", "return_reply"]

    def test_author_reads_the_difference_and_the_reason(self, bench: Bench) -> None:
        agreed(bench)
        thread = bench.mention()
        number = bench.team.answer(thread, MONEY).id
        bench.finish()
        approval.give_back(bench.ctx, LARS, number, "Noem het bedrag")
        bench.finish()
        (line,) = [line for line in bench.under_the_card() if "returned your reply" in line.text]
        assert line.text.startswith("↩️ <@U0ANNA>, <@U0LARS> returned")
        assert "Noem het bedrag" in str(line.blocks)
        again = bench.team.answer(thread, MONEY).id
        approval.approve(bench.ctx, LARS, again, seen=seen(bench.team, again), body=f"{MONEY}, € 12")
        bench.finish()
        assert any("approved your reply" in each for each in bench.ephemerals("U0ANNA"))


def buttons(message: Message) -> list[str]:
    return pressable(SlackMessage(message.text, message.blocks or []))


def away(bench: Bench, *people: str, back: bool = False) -> None:
    with transaction(bench.ctx.engine) as connection:
        for person in people:
            status = "" if back else ":palm_tree:"
            agents.keep(connection, Agent(person, person, "en-US", status_emoji=status), bench.ctx.clock.now())


def test_card_shows_who_is_asked_since_when_and_why(team: Team) -> None:
    number = awaiting(team)
    shown = fine(card_view(queries.card(team.ctx, team.reply(number).thread_id), EN))
    assert "The reply by <@U0ANNA> awaits approval by <@U0LEAD>, <@U0LARS> since" in shown
    assert "the word “terugbetaling”" in shown
