"""People are numbers at a network: a handle that changes hands mixes nobody's history, and erases nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.cases.mention import Author
from bot.domain.common.errors import RefusalCode, Refused
from bot.domain.customers.person import Person
from bot.usecases.cases import close, queries
from bot.usecases.privacy import erase, retention
from storage.engine import transaction
from storage.tables import thread
from tests.support.bench import Bench, webcare
from tests.support.cast import ANNA
from tests.support.clock import TurnedClock
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


def numbers(team: Team, handle: str, person: str | None = None) -> set[int]:
    return {row.thread.id for row in queries.of_customer(team.ctx, ANNA, handle, person=person)[1]}


def several(team: Team, handle: str) -> list[Person]:
    with pytest.raises(Refused) as refused:
        numbers(team, handle)
    assert refused.value.code is RefusalCode.SEVERAL_PEOPLE
    people: list[Person] = refused.value.details["people"]
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


@ON_SQLITE
def test_handles_go_with_the_last_thread(team: Team, clock: TurnedClock) -> None:
    close.close(team.ctx, ANNA, say(team, FIRST, "old", "c1"), "spam")
    clock.turn(days=401)
    retention.tick(team.ctx)
    assert team.rows("SELECT * FROM handle") == []
