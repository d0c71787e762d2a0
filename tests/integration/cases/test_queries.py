"""What people are shown is complete: whose doing it was, where it stands, and the words that they may go on with."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.domain.common.errors import Refused
from bot.settings import Desk
from bot.usecases.cases import close, handover, queries
from bot.usecases.replies import reply
from storage.engine import transaction
from storage.outbox import leases
from storage.outbox.kinds import MessageKind
from storage.tables import thread
from tests.support.cast import ANNA, LARS, LEAD
from tests.support.team import Team


def test_undone_reply_is_offered_to_its_author_unsigned(team: Team) -> None:
    number = team.write()
    answer = team.answer(number, "Wij zoeken het uit")
    assert answer.text == "Wij zoeken het uit ^AB"
    reply.undo(team.ctx, ANNA, answer.id)
    assert reply.draft(team.ctx, ANNA, number).text == "Wij zoeken het uit"
    again = team.answer(number, reply.draft(team.ctx, ANNA, number).text)
    assert again.text == "Wij zoeken het uit ^AB"


def test_undone_reply_is_not_offered_to_a_colleague(team: Team) -> None:
    number = team.write()
    reply.undo(team.ctx, ANNA, team.answer(number, "Onzin").id)
    handover.take_over(team.ctx, LARS, number, "on leave")
    assert reply.draft(team.ctx, LARS, number).text == ""


def test_refused_reply_is_offered_to_whoever_answers(team: Team) -> None:
    number = team.write()
    team.refuse(team.answer(number, "Wij zoeken het uit"))
    assert reply.draft(team.ctx, ANNA, number).text == "Wij zoeken het uit"
    handover.take_over(team.ctx, LARS, number, "on leave")
    assert reply.draft(team.ctx, LARS, number).text == "Wij zoeken het uit"


@pytest.mark.parametrize("undone", [True, False])
def test_nothing_is_offered_once_a_later_reply_was_sent(team: Team, undone: bool) -> None:
    number = team.write()
    first = team.answer(number, "Eerst")
    if undone:
        reply.undo(team.ctx, ANNA, first.id)
    else:
        team.refuse(first)
    later = team.answer(number, "Later")
    team.arrive(later)
    team.write("En nu?")
    assert reply.draft(team.ctx, ANNA, number).text == ""


def test_arrived_answer_is_known_beside_a_failed_later_one(team: Team) -> None:
    number = team.write()
    first = team.answer(number, "Wij zoeken het uit")
    team.arrive(first)
    assert queries.card(team.ctx, number).earlier is None
    team.refuse(team.answer(number, "Gevonden!"))
    card = queries.card(team.ctx, number)
    assert (card.reply and card.reply.text, card.answer and card.answer.id) == ("Gevonden! ^AB", first.id)


def test_closed_card_says_who_closed_it_last(team: Team) -> None:
    number = team.write()
    close.close(team.ctx, ANNA, number, "Spam")
    close.reopen(team.ctx, ANNA, number)
    assert queries.card(team.ctx, number).closed_by is None
    close.close(team.ctx, LARS, number, "Spam after all")
    assert queries.card(team.ctx, number).closed_by == LARS.id


def test_card_knows_its_place_in_slack_and_its_account(team: Team) -> None:
    number = team.write()
    team.ctx.workspace.url = "https://acme.slack.com/"
    card = queries.card(team.ctx, number)
    assert (card.permalink, card.account_url) == (None, "https://x.com/acme")
    at = team.ctx.clock.now()
    with transaction(team.ctx.engine) as connection:
        item = leases.lease(connection, (MessageKind.CARD,), at, timedelta(minutes=1))
        assert item is not None
        assert leases.complete(connection, item, message_channel="C0SUPPORT", message_ts=f"{at.timestamp():.6f}")
    whole, fraction = f"{at.timestamp():.6f}".split(".")
    link = f"https://acme.slack.com/archives/C0SUPPORT/p{whole}{fraction}"
    assert queries.card(team.ctx, number).permalink == link
    team.ctx.workspace.url = None
    assert queries.card(team.ctx, number).permalink is None


def test_thread_of_another_desk_is_unknown_in_the_channel(team: Team) -> None:
    number, other = team.write(), team.write("En mijn factuur?", conversation="c2")
    with transaction(team.ctx.engine) as connection:
        connection.execute(update(thread).where(thread.c.id == other).values(desk="Sales"))
    support, settings = team.ctx.settings.desks[0], team.ctx.settings
    sales = Desk(name="Sales", slack_channel="C0SALES")
    ctx = replace(team.ctx, settings=replace(settings, desks=(support, sales)))
    here, there, home = (replace(ANNA, channel=channel) for channel in ("C0SALES", "C0SUPPORT", None))
    for look in (queries.look, queries.history):
        for who, seen, unseen in ((there, number, other), (here, other, number)):
            look(ctx, who, seen)
            with pytest.raises(Refused, match="unknown_thread"):
                look(ctx, who, unseen)
        look(ctx, home, number)
    assert [card.thread.id for card in queries.of_customer(ctx, here, "klant")[1]] == [other]
    assert len(queries.of_customer(ctx, home, "klant")[1]) == 2
    assert [len(queries.history(ctx, who, number).others) for who in (there, home)] == [0, 1]


def test_escalation_team_sees_the_thread(team: Team) -> None:
    queries.look(team.ctx, replace(LEAD, channel="C0PRESS"), team.write())
