"""What a customer writes to us alone stays apart from what everybody can read, and is answered in private."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.common.errors import RefusalCode, Refused
from bot.platform.i18n import translator
from bot.settings.config import TargetsFor
from bot.usecases.cases import customer, find, merge, queries, why
from bot.usecases.desk.context import Context
from bot.usecases.incidents import incident, members, shown
from bot.usecases.replies import reply
from bot.usecases.replies.outgoing import of_reply, to_customer
from bot.views.cases import card, escalate, history, home
from bot.views.cases import customer as customer_view
from bot.views.cases import find as find_view
from bot.views.cases import why as why_view
from bot.views.replies import reply as reply_view
from storage.cases import labels
from storage.engine import transaction
from storage.reports import feedback
from tests.support.bench import Bench
from tests.support.cast import ANNA, HERE, LEAD
from tests.support.clock import TurnedClock
from tests.support.samples import fine
from tests.support.team import Team

EN = translator("en")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def public(team: Team) -> int:
    return team.write()


@pytest.fixture
def private(team: Team, public: int) -> int:
    return team.write("Mijn nummer is 06 1234", private=True)


def test_private_message_is_a_thread_of_its_own_in_whatever_conversation(team: Team, public: int, private: int) -> None:
    assert (public != private, team.thread(public).private, team.thread(private).private) == (True, False, True)
    follow_ups = team.write("En hier?"), team.write("Nog iets", private=True)
    assert follow_ups == (public, private)


def test_answer_goes_where_the_customer_wrote(team: Team, public: int, private: int) -> None:
    for number in (public, private):
        thread, written = team.thread(number), team.answer(number, f"Wij zoeken {number} uit")
        assert of_reply(thread, written).private is (number == private)
        assert of_reply(thread, written).in_reply_to == team.messages(number)[0].external_id
        assert to_customer(thread, "Hoi").private is (number == private)


def test_card_form_and_history_say_that_it_is_private(team: Team, public: int, private: int) -> None:
    for number in (public, private):
        shown = fine(card.card(queries.card(team.ctx, number), EN))
        form = fine(reply_view.modal(reply.draft(team.ctx, ANNA, number), EN))
        past = fine(history.modal(queries.history(team.ctx, ANNA, number), EN))
        assert ["🔒 Private message on X" in each for each in (shown, past)] == [number == private] * 2
        assert form.count("🔒 Private message on X") == (number == private)
        assert ("🔒 Goes in private to" in form, "📣 Sent in public" in form) == (number == private, number == public)


def test_form_to_escalate_warns_that_others_read_along() -> None:
    forms = [fine(escalate.modal(1, [("U0LEAD", "Lena")], EN, private=private)) for private in (True, False)]
    assert ["private message" in form for form in forms] == [True, False]


def test_private_and_public_are_never_merged(team: Team, public: int, private: int) -> None:
    for each, into in ((public, private), (private, public)):
        assert merge.candidates(team.ctx, ANNA, each) == []
        with pytest.raises(Refused) as refused:
            merge.merge(team.ctx, ANNA, each, into)
        assert refused.value.code is RefusalCode.PRIVATE_AND_PUBLIC


@pytest.mark.parametrize(
    ("rule", "minutes", "named"),
    [
        ({"kind": "private"}, (60, 10), "target for private messages"),
        ({"kind": "public", "language": "nl"}, (10, 60), "target for posts in Dutch, in public"),
    ],
)
def test_targets_may_differ_in_private(
    ctx: Context, clock: TurnedClock, rule: dict[str, str], minutes: tuple[int, int], named: str
) -> None:
    rules = (TargetsFor.model_validate(rule | {"first_response": "10m"}),)
    desk = ctx.settings.desks[0].model_copy(update={"targets_for": rules})
    team = Team(replace(ctx, settings=replace(ctx.settings, desks=(desk,))))
    numbers = team.write(), team.write(private=True)
    assert tuple(team.thread(each).first_target for each in numbers) == tuple(each * 60 for each in minutes)
    clock.turn(minutes=1)
    shown = [fine(why_view.message(why.why(team.ctx, ANNA, each), EN)) for each in numbers]
    assert [named in each for each in shown] == [each == 10 for each in minutes]


def test_card_has_a_channel_of_its_own_and_lists_show_no_words(bench: Bench) -> None:
    desk = bench.ctx.settings.desks[0].model_copy(update={"private_channel": "C0PRESS"})
    settings = replace(bench.ctx.settings, desks=(desk,))
    bench = Bench(replace(bench.ctx, settings=settings), bench.sandbox, bench.clock)
    numbers = bench.team.write(), bench.team.write("Mijn nummer is 06 1234", private=True)
    bench.settle()
    for place, number in ((HERE, numbers[0]), ("C0PRESS", numbers[1])):
        (message,) = bench.channel(place)
        assert f"#{number}" in message.text
    listed = fine(home.listing(queries.waiting(bench.ctx, "Support"), ANNA.id, EN, ""))
    assert ("06 1234" in listed, "🔒 private message" in listed, "Mijn pakket" in listed) == (False, True, True)
    bench.team.write("Nog iets", private=True)
    bench.settle()
    assert len(bench.channel("C0PRESS")) == 1
    assert settings.desk_of_channel("C0PRESS") == desk


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
class TestWordsOutsideItsChannel:
    """Whoever sees these need not be in the channel that has the private card."""

    @pytest.mark.parametrize("asked", ["1234", "nummer", "#{number}"])
    def test_search_says_where_but_not_what(self, team: Team, public: int, private: int, asked: str) -> None:
        found = fine(find_view.message(find.find(team.ctx, ANNA, asked.format(number=private)), EN))
        assert (f"#{private}" in found, "06 1234" in found) == (True, False)
        assert " is weg" in fine(find_view.message(find.find(team.ctx, ANNA, "pakket"), EN))

    def test_customers_page_has_our_public_answers_alone(self, team: Team, public: int, private: int) -> None:
        team.arrive(team.answer(public, "Wij zoeken het pakket op"))
        team.arrive(team.answer(private, "Uw wachtwoord is zebra"))
        page = fine(customer_view.modal(customer.of_thread(team.ctx, ANNA, public), None, EN))
        assert ("zoeken het pakket" in page, "zebra" in page, "06 1234" in page) == (True, False, False)

    def test_weekly_feedback_quotes_what_everybody_could_read(self, team: Team, public: int, private: int) -> None:
        at = team.ctx.clock.now()
        with transaction(team.ctx.engine) as connection:
            for number in (public, private):
                labels.add(connection, number, "Delivery", ANNA.id, at)
            span = at - MINUTE, at + MINUTE
            found = feedback.quotes(connection, "Support", ["Delivery"], *span)["Delivery"]
            counted = feedback.counts(connection, "Support", *span)
        assert ([quote.text for quote in found], counted) == (["Mijn pakket is weg"], {"Delivery": 2})

    def test_page_for_the_press_quotes_what_everybody_could_read(self, team: Team) -> None:
        numbers = team.write("Storing in de app"), team.write("Storing bij mij thuis", private=True)
        incident.open_(team.ctx, LEAD, team.ctx.settings.desks[0], "storing")
        for number in numbers:
            members.join(team.ctx, ANNA, 1, number)
        page, _ = shown.page(team.ctx, 1)
        assert (page.standing.threads, page.quotes) == (2, ("Storing in de app",))
