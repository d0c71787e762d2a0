"""A customer is one person: a handle that changes hands mixes nobody, and two identities of one are not two."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.cases.mention import Author
from bot.domain.cases.thread import Thread
from bot.domain.common.errors import RefusalCode, Refused
from bot.domain.customers.customer import Customer
from bot.usecases.cases import close, merge, mute, queries
from bot.usecases.privacy import erase, retention
from storage.cases import threads
from storage.customers import customers
from storage.engine import Connection, reading, transaction
from storage.intake import authors
from storage.tables import customer, handle, identity, thread
from tests.support.bench import Bench, webcare
from tests.support.cast import ANNA, X
from tests.support.clock import TurnedClock
from tests.support.customers import one_person
from tests.support.statements import statements
from tests.support.team import Team

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
FIRST, STRANGER = "7", "8"


def say(team: Team, customer: str, handle: str, conversation: str) -> int:
    """A customer with this number writes under this handle; return the thread."""
    return team.write(f"Woorden van {customer}", conversation=conversation, author=Author(customer, handle, handle))


def takeover(team: Team, clock: TurnedClock) -> tuple[int, int, int]:
    """@old becomes @new, and a stranger takes @old: the threads of @old then, of @new, and of the stranger."""
    former = say(team, FIRST, "old", "c1")
    clock.turn(days=3)
    present = say(team, FIRST, "new", "c2")
    clock.turn(days=3)
    return former, present, say(team, STRANGER, "Old", "c3")


def nobody_is_known(team: Team) -> bool:
    with reading(team.ctx.engine) as connection:
        return not any(connection.execute(table.select()).all() for table in (customer, identity, handle))


def numbers(team: Team, handle: str, person: str | None = None) -> set[int]:
    return {row.thread.id for row in queries.of_customer(team.ctx, ANNA, handle, person=person)[1]}


def several(team: Team, handle: str) -> list[Customer]:
    with pytest.raises(Refused) as refused:
        numbers(team, handle)
    assert refused.value.code is RefusalCode.SEVERAL_PEOPLE
    people: list[Customer] = refused.value.details["people"]
    return people


class TestHistory:
    def test_handle_of_two_people_asks_which(self, team: Team, clock: TurnedClock) -> None:
        began = clock.at
        former, present, strangers = takeover(team, clock)
        first, stranger = several(team, "@OLD")
        assert [each.handle for each in first.handles] == ["old", "new"]
        assert (first.handles[0].first_at, first.handles[0].last_at) == (began, began)
        assert first.handles[1].first_at == began + timedelta(days=3)
        assert [each.handle for each in stranger.handles] == ["Old"]
        assert numbers(team, "old", first.key) == {former, present}
        assert numbers(team, "old", stranger.key) == {strangers}

    @ON_SQLITE
    def test_handle_of_one_person_asks_nothing(self, team: Team, clock: TurnedClock) -> None:
        former, present, _ = takeover(team, clock)
        assert numbers(team, "new") == {former, present}

    @ON_SQLITE
    def test_modal_lists_only_the_same_persons_threads(self, team: Team, clock: TurnedClock) -> None:
        former, present, strangers = takeover(team, clock)
        assert [row.thread.id for row in queries.history(team.ctx, ANNA, former).others] == [present]
        assert queries.history(team.ctx, ANNA, strangers).others == ()

    @ON_SQLITE
    def test_thread_that_goes_on_under_a_new_handle_is_called_so(self, team: Team) -> None:
        number = say(team, FIRST, "old", "c1")
        assert say(team, FIRST, "new", "c1") == number
        assert team.thread(number).customer_handle == "new"
        assert numbers(team, "old") == numbers(team, "new") == {number}

    @ON_SQLITE
    def test_handle_back_with_its_first_owner_is_still_asked_about(self, team: Team, clock: TurnedClock) -> None:
        takeover(team, clock)
        clock.turn(days=1)
        say(team, FIRST, "old", "c9")
        first, _ = several(team, "old")
        assert [each.handle for each in first.handles] == ["new", "old"]


class TestErase:
    def test_handle_of_two_people_erases_neither_until_one_is_chosen(self, team: Team, clock: TurnedClock) -> None:
        former, present, strangers = takeover(team, clock)
        with pytest.raises(Refused, match="several_people"):
            erase.erase(team.ctx, "old")
        assert not any(team.thread(number).erased_at for number in (former, present, strangers))
        assert erase.erase(team.ctx, "@old", person=f"x:{STRANGER}").threads == (strangers,)
        assert numbers(team, "old") == {former, present}
        assert erase.erase(team.ctx, "old").threads == (former, present)
        assert team.rows("SELECT * FROM handle") == []

    def test_what_comes_in_meanwhile_is_erased_too(self, team: Team) -> None:
        first = say(team, FIRST, "old", "c1")
        with ThreadPoolExecutor(1) as pool:
            with transaction(team.ctx.engine) as connection:
                authors.known(connection, "Support", "x", [FIRST], team.ctx.clock.now())
                coming_in = replace(team.thread(first), conversation="c2")
                erasing = pool.submit(erase.erase, team.ctx, "old")
                wait([erasing], timeout=0.3)
                (second,) = threads.begin(connection, X, [coming_in])
            assert erasing.result().threads == (first, second.id)
        assert nobody_is_known(team)

    @ON_SQLITE
    def test_one_persons_two_accounts_are_erased_together_or_apart(self, team: Team) -> None:
        number, other = say(team, FIRST, "old", "c1"), say(team, FIRST, "old", "c2")
        with transaction(team.ctx.engine) as connection:
            connection.execute(thread.update().where(thread.c.id == other).values(account="x:acme_nl"))
        assert erase.erase(team.ctx, "old", "x:acme_nl").threads == (other,)
        assert erase.erase(team.ctx, "old").threads == (number,)

    @ON_SQLITE
    def test_command_shows_the_dates_and_asks_which(self, bench: Bench, clock: TurnedClock) -> None:
        former, present, strangers = takeover(bench.team, clock)
        asked = webcare(bench, "erase", "@old", answer="2\ny\n")
        assert "2 people have used the name @old" in asked.output
        assert f"1. x:{FIRST}: @old 2026-" in asked.output
        assert f"threads: 1 (#{strangers})" in asked.output
        assert not bench.team.thread(former).erased_at
        again = webcare(bench, "erase", "@old", "--yes")
        assert f"threads: 2 (#{former}, #{present})" in again.output

    @ON_SQLITE
    def test_command_without_questions_wants_the_number(self, bench: Bench, clock: TurnedClock) -> None:
        former, _, strangers = takeover(bench.team, clock)
        refused = webcare(bench, "erase", "@old", "--yes")
        assert (refused.exit_code, "nothing was erased" in refused.output) == (1, True)
        assert not bench.team.thread(former).erased_at
        done = webcare(bench, "erase", "@old", "--yes", "--customer", f"x:{STRANGER}")
        assert f"threads: 1 (#{strangers})" in done.output
        nobody = webcare(bench, "erase", "@old", "--yes", "--customer", "x:99")
        assert (nobody.exit_code, bench.team.thread(former).erased_at) == (1, None)


class TestIntake:
    def test_new_author_begins_one_customer_however_much_they_write(self, team: Team) -> None:
        author = Author(FIRST, "old", "Old")
        team.receive(*(team.mention(conversation=f"c{each}", author=author) for each in range(3)))
        say(team, FIRST, "old", "c9")
        (only,) = team.rows("SELECT id FROM customer")
        assert {row["customer_id"] for row in team.rows("SELECT customer_id FROM thread")} == {only["id"]}

    @ON_SQLITE
    def test_identity_carries_the_present_name(self, team: Team) -> None:
        say(team, FIRST, "old", "c1")
        say(team, FIRST, "new", "c2")
        assert [tuple(row.values()) for row in team.rows("SELECT network, author_id, handle, name FROM identity")] == [
            ("x", FIRST, "new", "new")
        ]

    def test_two_workers_that_meet_an_author_begin_one_customer(self, team: Team) -> None:
        def begin(connection: Connection) -> dict[str, int]:
            return customers.begin(connection, "x", {FIRST: Author(FIRST, "old", "Old")}, team.ctx.clock.now())

        def second() -> dict[str, int]:
            with transaction(team.ctx.engine) as connection:
                return begin(connection)

        with ThreadPoolExecutor(1) as pool:
            with transaction(team.ctx.engine) as connection:
                begun = begin(connection)
                other = pool.submit(second)
                wait([other], timeout=0.3)
            assert other.result() == begun
        assert [row["id"] for row in team.rows("SELECT id FROM customer")] == [begun[FIRST]]

    @ON_SQLITE
    def test_known_author_costs_no_statement_more(self, team: Team) -> None:
        counts: list[int] = []
        for those in (["1"], ["2"], ["1"], ["1", "2"], ["3", "4", "5"]):
            page = [team.mention(conversation=f"{id_} {counts}", author=Author(id_, id_, id_)) for id_ in those]
            with statements(team.ctx.engine) as ran:
                team.receive(*page)
            counts.append(len(ran))
        new, another, known, both_known, three_new = counts
        assert new == another == three_new == known + 2 == both_known + 2

    @ON_SQLITE
    def test_edit_of_what_was_erased_begins_nobody(self, team: Team) -> None:
        post = team.mention()
        team.receive(post)
        erase.erase(team.ctx, "klant")
        team.receive(team.edited(post, "Toch nog dit", "99"))
        assert nobody_is_known(team)


class TestOnePerson:
    """One customer with two identities, on one network or on two."""

    @pytest.fixture(params=["x", "toot"])
    def two(self, request: pytest.FixtureRequest, team: Team, clock: TurnedClock) -> tuple[int, int]:
        first = say(team, FIRST, "old", "c1")
        clock.turn(days=1)
        second = say(team, STRANGER, "other", "c2")
        one_person(team, FIRST, STRANGER, network=request.param)
        return first, second

    @ON_SQLITE
    def test_history_of_either_handle_shows_both(self, team: Team, two: tuple[int, int]) -> None:
        assert numbers(team, "old") == numbers(team, "other") == set(two)
        found, _ = queries.of_customer(team.ctx, ANNA, "other")
        assert [each.handle for each in found.handles] == ["old", "other"]

    @ON_SQLITE
    def test_open_threads_name_each_other(self, team: Team, two: tuple[int, int]) -> None:
        first, second = two
        assert [other.id for other in _also_open(team, first)] == [second]
        assert [other.id for other in _also_open(team, second)] == [first]

    def test_erasing_by_one_handle_leaves_nothing_of_the_other(self, team: Team, two: tuple[int, int]) -> None:
        assert erase.erase(team.ctx, "other").threads == two
        assert nobody_is_known(team)

    @ON_SQLITE
    def test_handle_of_one_account_may_be_said_by_the_number_of_another(self, team: Team, two: tuple[int, int]) -> None:
        assert erase.erase(team.ctx, "other", person=f"x:{FIRST}").threads == two

    @ON_SQLITE
    def test_erasing_on_one_account_keeps_the_customer_of_the_other(self, team: Team, clock: TurnedClock) -> None:
        mine, other = say(team, FIRST, "old", "c1"), say(team, STRANGER, "other", "c2")
        one_person(team, FIRST, STRANGER, network="toot")
        assert erase.erase(team.ctx, "old", "toot:acme").threads == (other,)
        assert [row["author_id"] for row in team.rows("SELECT author_id FROM identity")] == [FIRST]
        assert numbers(team, "old") == {mine}

    @ON_SQLITE
    def test_mute_holds_for_both(self, team: Team) -> None:
        first, _ = say(team, FIRST, "old", "c1"), say(team, STRANGER, "other", "c2")
        one_person(team, FIRST, STRANGER)
        mute.mute(team.ctx, ANNA, first, timedelta(days=1), "spam")
        assert team.thread(say(team, STRANGER, "other", "c3")).state == "closed"

    @ON_SQLITE
    def test_their_threads_on_one_account_can_be_merged(self, team: Team) -> None:
        first, second = say(team, FIRST, "old", "c1"), say(team, STRANGER, "other", "c2")
        with pytest.raises(Refused, match="not_one_customer"):
            merge.merge(team.ctx, ANNA, second, first)
        one_person(team, FIRST, STRANGER)
        merge.merge(team.ctx, ANNA, second, first)
        assert say(team, STRANGER, "other", "c2") == first


class TestRetention:
    @ON_SQLITE
    def test_customer_goes_with_the_last_thread(self, team: Team, clock: TurnedClock) -> None:
        close.close(team.ctx, ANNA, say(team, FIRST, "old", "c1"), "spam")
        clock.turn(days=401)
        retention.tick(team.ctx)
        assert nobody_is_known(team)

    def test_customer_stays_with_a_thread_and_with_a_mute(self, team: Team, clock: TurnedClock) -> None:
        mute.mute(team.ctx, ANNA, say(team, STRANGER, "muted", "c2"), timedelta(days=365), "spam")
        for conversation, later in (("c1", 364), ("c3", 37)):
            close.close(team.ctx, ANNA, say(team, FIRST, "old", conversation), "spam")
            clock.turn(days=later)
        assert retention.tick(team.ctx) == 2
        assert {row["author_id"] for row in team.rows("SELECT author_id FROM identity")} == {FIRST, STRANGER}


def _also_open(team: Team, number: int) -> list[Thread]:
    with reading(team.ctx.engine) as connection:
        return threads.also_open(connection, team.thread(number))


@ON_SQLITE
class TestContacts:
    def counted(self, team: Team, number: int) -> tuple[int, int]:
        card = queries.card(team.ctx, number)
        return card.contacts_this_month, card.earlier_contacts

    def test_threads_of_the_month_are_counted_up_to_this_one(self, team: Team, clock: TurnedClock) -> None:
        first = say(team, FIRST, "old", "c1")
        clock.turn(days=12)  # into December
        second, third = say(team, FIRST, "old", "c2"), say(team, FIRST, "old", "c3")
        say(team, STRANGER, "other", "c4")
        assert [self.counted(team, number) for number in (first, second, third)] == [(0, 0), (1, 1), (2, 2)]

    def test_what_was_merged_counts_once(self, team: Team) -> None:
        first, second, third = (say(team, FIRST, "old", f"c{each}") for each in range(3))
        merge.merge(team.ctx, ANNA, second, first)
        assert self.counted(team, third) == (2, 1)

    def test_erased_thread_has_none(self, team: Team) -> None:
        number, other = say(team, FIRST, "old", "c1"), say(team, STRANGER, "other", "c2")
        for name in ("old", "other"):
            erase.erase(team.ctx, name)
        assert self.counted(team, other)[1] == self.counted(team, number)[1] == 0
