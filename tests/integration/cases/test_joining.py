"""Two accounts of one person: suggested with reasons, joined by an agent, told apart, undone and split."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot import networks
from bot.domain.cases.mention import Author
from bot.domain.common.errors import Refused
from bot.networks.base import Fetched
from bot.networks.x.spec import SPEC
from bot.runtime.app import App
from bot.settings import config
from bot.settings.config import ReferenceConfig
from bot.usecases.cases import close, customer, customer_note, joining, merge, mute, queries
from bot.usecases.intake import ingest
from bot.usecases.privacy import erase, retention
from bot.views.cases.models import CustomerPage
from storage.cases import labels
from storage.customers.joining import gave_the_same
from storage.engine import transaction
from storage.tables import thread
from tests.support.acting import send, whole_bot
from tests.support.bench import Bench, webcare
from tests.support.cast import ANNA, HERE, LARS
from tests.support.clock import TurnedClock
from tests.support.process import eventually
from tests.support.statements import plan, statements
from tests.support.team import Team

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
JAN = Author("7", "jan_j", "Jan Jansen", 12)
JAN_TOO = Author("70", "janjansen", "Jan Jansen", 3)
PIET = Author("9", "piet", "Piet", 3)


def says(team: Team, words: str, author: Author, conversation: str, network: str = "x") -> int:
    """Somebody writes on a network; return the thread."""
    mention = team.mention(words, conversation=conversation, author=author)
    desk, account = team.ctx.settings.accounts()[0]
    ingest.receive(team.ctx, desk, account.model_copy(update={"kind": network}), Fetched((mention,), None))
    (row,) = team.rows("SELECT thread_id FROM post WHERE external_id = :id", id=mention.id)
    return int(row["thread_id"])


@pytest.fixture
def two(team: Team, monkeypatch: pytest.MonkeyPatch) -> tuple[int, int]:
    """Jan on X and, with the same order, on another network; return both threads."""
    monkeypatch.setattr(networks, "SPECS", {**networks.SPECS, "toot": replace(SPEC, kind="toot", name="Toot")})
    for reader in (joining, config, ingest):
        monkeypatch.setattr(reader, "SPECS", networks.SPECS)
    (known,) = team.ctx.settings.desks
    orders = (ReferenceConfig(pattern=r"A-\d{6}", url="https://a.nl/{0}"),)
    team.ctx.settings = replace(team.ctx.settings, desks=(known.model_copy(update={"references": orders}),))
    first = says(team, "Waar is A-104857?", JAN, "c1")
    return first, says(team, "Nog steeds geen A-104857", JAN_TOO, "t1", "toot")


def page(team: Team, number: int) -> CustomerPage:
    return customer.of_thread(team.ctx, ANNA, number)


def suggested(team: Team, number: int) -> list[str]:
    return [one.other.key for one in page(team, number).suggestions]


def whose(team: Team, *numbers: int) -> set[int | None]:
    return {team.thread(number).customer_id for number in numbers}


class TestSuggestion:
    def test_same_number_is_one_from_either_side(self, team: Team, two: tuple[int, int]) -> None:
        assert suggested(team, two[0]) == ["toot:70"]
        assert suggested(team, two[1]) == ["x:7"]
        (one,) = page(team, two[0]).suggestions
        assert (one.reasons.numbers, one.reasons.name, one.threads) == (("A-104857",), "Jan Jansen", 1)

    @ON_SQLITE
    def test_full_name_with_the_same_handle_is_one(self, team: Team, two: tuple[int, int]) -> None:
        third = says(team, "Hallo?", replace(JAN, id="71"), "t2", "toot")
        assert suggested(team, third) == ["x:7"]

    @ON_SQLITE
    @pytest.mark.parametrize("author", [replace(PIET, id="71", handle="jan_j"), replace(JAN, id="71", handle="other")])
    def test_handle_or_name_alone_is_none(self, team: Team, two: tuple[int, int], author: Author) -> None:
        assert suggested(team, says(team, "Hallo?", author, "t2", "toot")) == []

    @pytest.mark.parametrize(
        ("his", "others", "place"),
        [
            ("https://www.jan.nl/", "http://jan.nl/?from=toot", "jan.nl"),
            ("https://jan.nl/winkel", "jan.nl/winkel/", "jan.nl/winkel"),
            ("https://x.com/JanJansen2", "", "x.com/janjansen2"),
            ("", "https://twitter.com/jan_j2/", "twitter.com/jan_j2"),
        ],
    )
    def test_profiles_that_lead_to_one_place_are_one(
        self, team: Team, two: tuple[int, int], his: str, others: str, place: str
    ) -> None:
        first = says(team, "Hallo?", Author("8", "jan_j2", "Jan", links=(his,)), "c8")
        other = says(team, "Hallo?", Author("80", "janjansen2", "J.", links=(others,)), "t8", "toot")
        assert (suggested(team, first), suggested(team, other)) == (["toot:80"], ["x:8"])
        assert page(team, first).suggestions[0].reasons.links == (place,)
        assert queries.card(team.ctx, first).same_person is None

    @ON_SQLITE
    def test_place_of_many_profiles_is_none(self, team: Team, two: tuple[int, int]) -> None:
        for each in range(5):
            number = says(team, "Hallo?", Author(f"8{each}", f"c{each}", "C", links=("https://works.nl",)), f"d{each}")
        assert suggested(team, number) == []

    @ON_SQLITE
    def test_link_that_is_gone_from_a_profile_is_none(self, team: Team, two: tuple[int, int]) -> None:
        jan = Author("8", "jan_j2", "Jan", links=("https://jan.nl", "https://jan.nl/winkel"))
        first = says(team, "Hallo?", jan, "c8")
        says(team, "Hallo?", Author("80", "other", "J.", links=("https://jan.nl",)), "t8", "toot")
        says(team, "Nog iets", replace(jan, links=("https://jan.nl/winkel",)), "c9")
        assert suggested(team, first) == []
        assert [row["link"] for row in team.rows("SELECT link FROM profile_link WHERE author_id = '8'")] == [
            "jan.nl/winkel"
        ]

    @ON_SQLITE
    def test_page_of_a_name_of_before_is_none(self, team: Team, two: tuple[int, int]) -> None:
        first = says(team, "Hallo?", Author("8", "jan_j2", "Jan"), "c8")
        says(team, "Weer ik", Author("8", "jan_new", "Jan"), "c9")
        other = says(team, "Hallo?", Author("80", "other", "J.", links=("https://x.com/jan_j2",)), "t8", "toot")
        assert suggested(team, first) == suggested(team, other) == []

    @ON_SQLITE
    def test_links_are_kept_only_where_people_may_be_joined(
        self, team: Team, two: tuple[int, int], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        strict = replace(SPEC, kind="toot", can=replace(SPEC.can, be_joined=False))
        monkeypatch.setattr(ingest, "SPECS", {"x": SPEC, "toot": strict})
        says(team, "Hallo?", Author("80", "other", "J.", links=("https://jan.nl",)), "t8", "toot")
        assert team.rows("SELECT * FROM profile_link") == []
        says(team, "Hallo?", Author("8", "jan_j2", "Jan", links=("https://jan.nl",)), "c8")
        assert len(team.rows("SELECT * FROM profile_link")) == 1

    @ON_SQLITE
    def test_number_of_many_is_none(self, team: Team, two: tuple[int, int]) -> None:
        for each in range(3):
            says(team, "Ook A-104857", Author(f"8{each}", f"c{each}", "C"), f"d{each}")
        assert suggested(team, two[0]) == []

    @ON_SQLITE
    def test_desk_out_of_sight_suggests_nobody(self, team: Team, two: tuple[int, int]) -> None:
        with transaction(team.ctx.engine) as connection:
            connection.execute(thread.update().where(thread.c.id == two[1]).values(desk="Sales"))
        assert suggested(team, two[0]) == []

    @ON_SQLITE
    def test_card_says_it_when_it_is_certain_enough(self, team: Team, two: tuple[int, int]) -> None:
        assert queries.card(team.ctx, two[0]).same_person == "janjansen"
        third = says(team, "Waar is A-104999?", PIET, "c5")
        says(team, "A-104999 graag", replace(PIET, id="10", handle="kees"), "c6")
        assert suggested(team, third) == ["x:10"]
        assert queries.card(team.ctx, third).same_person is None

    @ON_SQLITE
    def test_not_the_same_is_remembered_and_can_be_taken_back(self, team: Team, two: tuple[int, int]) -> None:
        joining.tell_apart(team.ctx, LARS, "x:7", "toot:70")
        for number, other in ((two[0], "janjansen"), (two[1], "jan_j")):
            assert suggested(team, number) == []
            (one,) = page(team, number).told_apart
            assert (one.other.handles[-1].handle, one.by) == (other, LARS.id)
            assert team.kinds(number)[-1] == "told_apart"
        assert queries.card(team.ctx, two[0]).same_person is None
        joining.join(team.ctx, ANNA, "x:7", "toot:70")
        assert page(team, two[0]).told_apart == ()

    @ON_SQLITE
    def test_terms_of_a_network_forbid_it(
        self, team: Team, two: tuple[int, int], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        strict = {
            **networks.SPECS,
            "toot": replace(SPEC, kind="toot", name="Toot", can=replace(SPEC.can, be_joined=False)),
        }
        monkeypatch.setattr(joining, "SPECS", strict)
        assert suggested(team, two[0]) == []
        with pytest.raises(Refused, match="terms_forbid"):
            joining.join(team.ctx, ANNA, "x:7", "toot:70")
        monkeypatch.setattr(joining, "SPECS", {"x": SPEC})
        with pytest.raises(Refused, match="terms_forbid"):
            joining.join(team.ctx, ANNA, "x:7", "toot:70")
        here = says(team, "Ook A-104857", replace(JAN, id="8", handle="jan_2"), "c9")
        joining.join(team.ctx, ANNA, "x:7", "x:8")
        assert whose(team, two[0]) == whose(team, here) != whose(team, two[1])


class TestJoined:
    """What goes by the customer goes by the joined one."""

    def test_history_also_open_contacts_and_notes(self, team: Team, two: tuple[int, int]) -> None:
        customer_note.note(team.ctx, ANNA, two[1], "Belt liever")
        assert joining.join(team.ctx, ANNA, "x:7", "toot:70")[1] == ("toot:70",)
        assert len(whose(team, *two)) == 1
        shown = page(team, two[0])
        assert {row.thread.id for row in shown.threads} == set(two)
        assert [note.data["note"] for note in shown.notes] == ["Belt liever"]
        assert shown.suggestions == ()
        assert [row.thread.id for row in queries.history(team.ctx, ANNA, two[0]).others] == [two[1]]
        cards = [queries.card(team.ctx, number) for number in two]
        assert [[other.number for other in card.also_open] for card in cards] == [[two[1]], [two[0]]]
        assert [card.contacts_this_month for card in cards] == [1, 2]
        assert [team.kinds(number)[-1] for number in two] == ["joined", "joined"]
        assert team.events(two[0])[-1].data == {"thread": two[1]}
        assert queries.of_customer(team.ctx, ANNA, "janjansen")[0] == queries.of_customer(team.ctx, ANNA, "jan_j")[0]
        assert len(team.rows("SELECT id FROM customer")) == 1

    @ON_SQLITE
    def test_cards_of_both_are_drawn_anew(self, team: Team, two: tuple[int, int]) -> None:
        before = {row["key"]: row["generation"] for row in team.rows("SELECT key, generation FROM outbox")}
        joining.join(team.ctx, ANNA, "x:7", "toot:70")
        after = {row["key"]: row["generation"] for row in team.rows("SELECT key, generation FROM outbox")}
        assert all(after[f"card:{number}"] > before[f"card:{number}"] for number in two)

    @ON_SQLITE
    def test_what_they_write_later_is_the_joined_customers(self, team: Team, two: tuple[int, int]) -> None:
        joining.join(team.ctx, ANNA, "x:7", "toot:70")
        assert len(whose(team, *two, says(team, "En nu?", JAN_TOO, "t9", "toot"), says(team, "Nu?", JAN, "c9"))) == 1

    @ON_SQLITE
    def test_language_of_either_is_kept(self, team: Team, two: tuple[int, int]) -> None:
        customer.speaks(team.ctx, ANNA, team.thread(two[1]).customer_id or 0, "sv")
        joining.join(team.ctx, ANNA, "x:7", "toot:70")
        assert page(team, two[0]).customer.language == "sv"
        assert team.thread(says(team, "Waar blijft mijn pakket nou toch?", JAN, "c9")).language == "sv"
        joining.undo(team.ctx, ANNA, ["toot:70"])
        assert page(team, two[1]).customer.language == "sv"

    @ON_SQLITE
    def test_threads_that_were_there_keep_their_language_when_a_join_is_undone(
        self, team: Team, two: tuple[int, int]
    ) -> None:
        before = [team.thread(number).language for number in two]
        customer.speaks(team.ctx, ANNA, team.thread(two[0]).customer_id or 0, "fi")
        joining.join(team.ctx, ANNA, "x:7", "toot:70")
        joining.undo(team.ctx, ANNA, ["toot:70"])
        assert [team.thread(number).language for number in two] == ["fi", before[1]]

    def test_mute_holds_for_both_and_the_longer_one_goes_on(
        self, team: Team, two: tuple[int, int], clock: TurnedClock
    ) -> None:
        for number, days in zip(two, (1, 3), strict=True):
            mute.mute(team.ctx, ANNA, number, timedelta(days=days), "scheldt")
        joining.join(team.ctx, ANNA, "x:7", "toot:70")
        clock.turn(days=2)
        assert team.thread(says(team, "Boe!", JAN, "c9")).state == "closed"
        assert len(team.rows("SELECT id FROM mute WHERE ended_at IS NULL")) == 1
        joining.undo(team.ctx, ANNA, ["toot:70"])
        assert team.thread(says(team, "Boe!", JAN_TOO, "t9", "toot")).state == "closed"
        assert team.thread(says(team, "Bah!", JAN, "c10")).state == "waiting"

    @ON_SQLITE
    def test_merge_takes_threads_of_two_accounts_of_one_network(self, team: Team, two: tuple[int, int]) -> None:
        other = says(team, "Ook A-104857", replace(JAN, id="8", handle="jan_2"), "c9")
        with pytest.raises(Refused, match="not_one_customer"):
            merge.merge(team.ctx, ANNA, other, two[0])
        joining.join(team.ctx, ANNA, "x:7", "x:8")
        merge.merge(team.ctx, ANNA, other, two[0])
        assert team.thread(other).merged_into == two[0]

    @ON_SQLITE
    def test_erasure_forgets_every_account_and_says_which(self, team: Team, two: tuple[int, int]) -> None:
        third = says(team, "Hallo", PIET, "c3")
        says(team, "Hallo", replace(JAN, links=("https://jan.nl",)), "c4")
        joining.tell_apart(team.ctx, ANNA, "x:7", "x:9")
        joining.join(team.ctx, ANNA, "x:7", "toot:70")
        erased = erase.erase(team.ctx, "jan_j")
        assert erased.identities == ("toot:70", "x:7")
        assert team.rows("SELECT * FROM profile_link") == []
        assert team.rows("SELECT * FROM told_apart") == []
        assert page(team, third).told_apart == ()
        with pytest.raises(Refused, match="erased"):
            page(team, two[1])

    @ON_SQLITE
    def test_erase_command_names_every_account(self, bench: Bench) -> None:
        for author in (JAN, replace(JAN, id="8", handle="jan_2")):
            bench.team.write("Hallo", conversation=f"c{author.id}", author=author)
        joining.join(bench.ctx, ANNA, "x:7", "x:8")
        asked = webcare(bench, "erase", "@jan_j", answer="y\n").output
        assert "one person with several accounts, and all of them go" in asked
        assert "- x:8: @jan_2 2026-" in asked
        assert "accounts: 2 (x:7, x:8)" in asked

    @ON_SQLITE
    def test_retention_forgets_who_was_told_apart(self, team: Team, two: tuple[int, int], clock: TurnedClock) -> None:
        joining.tell_apart(team.ctx, ANNA, "x:7", "toot:70")
        third = says(team, "Hallo", Author("8", "jan_j2", "Jan", links=("https://jan.nl",)), "c8")
        for number in (*two, third):
            close.close(team.ctx, ANNA, number, "spam")
        clock.turn(days=4000)
        retention.tick(team.ctx)
        assert team.rows("SELECT * FROM profile_link") == []
        assert team.rows("SELECT * FROM told_apart") == team.rows("SELECT * FROM customer") == []


class TestUndoAndSplit:
    def test_undo_is_as_it_was_before(self, team: Team, two: tuple[int, int]) -> None:
        third = says(team, "Ook A-104857", replace(JAN, id="8", handle="jan_2"), "c9")
        joining.join(team.ctx, ANNA, "toot:70", "x:8")
        _, moved = joining.join(team.ctx, ANNA, "x:7", "x:8")
        assert moved == ("toot:70", "x:8")
        joining.undo(team.ctx, ANNA, moved)
        assert whose(team, two[1]) == whose(team, third) != whose(team, two[0])
        assert suggested(team, two[0]) == ["toot:70"]
        assert team.kinds(two[0])[-1] == "unjoined"

    def test_split_moves_one_with_its_threads_and_is_remembered(self, team: Team, two: tuple[int, int]) -> None:
        joining.join(team.ctx, ANNA, "x:7", "toot:70")
        customer_note.note(team.ctx, ANNA, two[1], "Belt liever")
        left = joining.split(team.ctx, LARS, "toot:70")
        assert whose(team, two[0]) == {left} != whose(team, two[1])
        assert page(team, two[0]).notes == ()
        assert [note.data["note"] for note in page(team, two[1]).notes] == ["Belt liever"]
        assert suggested(team, two[0]) == suggested(team, two[1]) == []

    @ON_SQLITE
    def test_only_account_cannot_be_split(self, team: Team, two: tuple[int, int]) -> None:
        for keys in (["x:7"], ["x:7", "toot:70"], ["toot:70", "x:7"]):
            with pytest.raises(Refused, match="not_joined"):
                joining.undo(team.ctx, ANNA, keys)

    @ON_SQLITE
    def test_second_time_is_refused(self, team: Team, two: tuple[int, int]) -> None:
        joining.join(team.ctx, ANNA, "x:7", "toot:70")
        for again in (joining.join, joining.tell_apart):
            with pytest.raises(Refused, match="same_person"):
                again(team.ctx, ANNA, "toot:70", "x:7")
        with pytest.raises(Refused, match="unknown_person"):
            joining.join(team.ctx, ANNA, "x:7", "x:99")

    @ON_SQLITE
    def test_who_may_not_answer_decides_nothing(self, team: Team, two: tuple[int, int]) -> None:
        (known,) = team.ctx.settings.desks
        closed = known.model_copy(update={"roles": known.roles.model_copy(update={"reply": ("U0OTHER",)})})
        team.ctx.settings = replace(team.ctx.settings, desks=(closed,))
        for decide in (joining.join, joining.tell_apart):
            with pytest.raises(Refused, match="not_allowed"):
                decide(team.ctx, ANNA, "x:7", "toot:70")
        assert len(whose(team, *two)) == 2


@ON_SQLITE
class TestInSlack:
    @pytest.fixture
    def desk(self, bench: Bench, database_url: str) -> Iterator[App]:
        with whole_bot(bench, database_url) as app:
            yield app

    def press(self, bench: Bench, desk: App, action: str, value: str) -> str:
        """Press a button of the page; return what the modal shows then."""
        (opened,) = bench.sandbox.slack.views(ANNA.id)
        assert value in str(opened)
        button = {"type": "button", "action_id": action, "block_id": "b", "value": value}
        send(bench, desk, type="block_actions", view=opened, actions=[button])
        return eventually(lambda: next((str(one) for one in bench.sandbox.slack.views(ANNA.id) if one != opened), ""))

    def test_buttons_of_the_page(self, bench: Bench, desk: App) -> None:
        for author in (JAN, replace(JAN, id="8")):
            bench.team.write("Hallo", conversation=f"c{author.id}", author=author)
        send(bench, desk, command="/webcare", text="customer 1", channel_id=HERE)
        shown = self.press(bench, desk, "same_person", "x:7 x:8")
        assert "One customer now" in shown
        assert "2 threads" in shown
        assert "Perhaps the same" in self.press(bench, desk, "undo_join", "x:8")
        self.press(bench, desk, "same_person", "x:7 x:8")
        assert "is somebody else, as <@U0ANNA> said" in self.press(bench, desk, "split_identity", "x:8")
        assert "One customer now" in self.press(bench, desk, "same_person", "x:7 x:8")

    def test_not_the_same(self, bench: Bench, desk: App) -> None:
        for author in (JAN, replace(JAN, id="8")):
            bench.team.write("Hallo", conversation=f"c{author.id}", author=author)
        send(bench, desk, command="/webcare", text="customer 1", channel_id=HERE)
        shown = self.press(bench, desk, "not_same_person", "x:7 x:8")
        assert "is somebody else" in shown
        assert "Perhaps the same" not in shown


@ON_SQLITE
def test_who_gave_the_same_number_is_found_without_reading_the_desks_threads(team: Team, two: tuple[int, int]) -> None:
    with transaction(team.ctx.engine) as connection, statements(team.ctx.engine) as ran:
        assert gave_the_same(connection, team.thread(two[0]).customer_id or 0, ["Support"])
        labels.latest(connection, "Support", two[0], 200)
    assert [step for step in plan(team.ctx.engine, ran) if "_received_at" in step] == []
