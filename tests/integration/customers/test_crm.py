"""The CRM is asked in the background over HTTP: nothing waits for it, and what it told is forgotten with the rest."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from threading import Event, Thread
from typing import Any

import pytest
from pydantic import SecretStr

from bot.delivery.tasks import TaskDeliverer
from bot.delivery.worker import Worker
from bot.domain.cases.mention import Author
from bot.domain.common.errors import Refused
from bot.domain.customers.crm import Contact, Question, Wanted
from bot.integrations import crm as integrations
from bot.integrations.crm import http
from bot.integrations.crm.base import Crm as CrmProtocol
from bot.integrations.crm.base import CrmError
from bot.platform.i18n import translator
from bot.runtime.check import _crm as checked
from bot.settings import CrmConfig
from bot.usecases.cases import claim, crm, customer, joining, merge, queries
from bot.usecases.privacy import erase
from bot.views.cases import customer as page_view
from bot.views.cases.card import card as card_view
from bot.views.cases.history import modal as history_modal
from storage.engine import reading
from tests.support.acting import send, whole_bot
from tests.support.bench import Bench
from tests.support.cast import ANNA, HERE, LARS
from tests.support.crm import AGENT, SECRET, Crm, served
from tests.support.process import eventually

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
EN = translator("en")
JAN = {
    "by": ["x:77", "jan@example.nl"],
    "id": "9",
    "name": "Jan Jansen",
    "line": "Gold",
    "url": "https://crm.example/9",
}


@pytest.fixture
def there() -> Iterator[Crm]:
    with served(Crm([dict(JAN)])) as crm:
        yield crm


@dataclass
class Desk:
    """A desk with a CRM, and what does its slow work."""

    bench: Bench
    tasks: Worker

    def work(self, **turn: float) -> None:
        self.bench.clock.turn(**turn)
        while self.tasks.step():
            pass

    def write(self, words: str = "Waar is mijn pakket?", number: str = "77", conversation: str = "c1") -> int:
        return self.bench.team.write(words, conversation=conversation, author=Author(number, f"jan{number}", "Jan"))

    def card(self, number: int) -> str:
        return str(card_view(queries.card(self.bench.ctx, number), EN).blocks)

    def page(self, number: int) -> str:
        return str(page_view.modal(customer.of_thread(self.bench.ctx, ANNA, number), None, EN))


def with_crm(bench: Bench, there: Crm, kind: str = "http", **changes: Any) -> Desk:
    wanted = CrmConfig(kind=kind, url=there.url + ("/hook" if kind == "http" else ""), user=AGENT, **changes)
    built = integrations.build(kind, wanted.url, user=AGENT, secret=SECRET)
    settings = replace(bench.ctx.settings, crm=wanted, crm_secret=SecretStr(SECRET))
    ctx = replace(bench.ctx, settings=settings, crm=built)
    return Desk(Bench(ctx, bench.sandbox, bench.clock), Worker(ctx, TaskDeliverer(ctx)))


@pytest.fixture
def desk(bench: Bench, there: Crm) -> Desk:
    return with_crm(bench, there)


@ON_SQLITE
class TestLookUp:
    def test_card_and_page_say_whom_it_knows(self, desk: Desk, there: Crm) -> None:
        number = desk.write()
        assert "CRM: not asked yet" in desk.page(number)
        desk.work()
        assert "CRM: <https://crm.example/9|Jan Jansen>, Gold" in desk.card(number)
        assert "CRM: <https://crm.example/9|Jan Jansen>, Gold" in desk.page(number)
        (asked,) = there.of("look_up")
        assert (asked["identities"], asked["handles"], asked["addresses"]) == (["x:77"], ["x:jan77"], [])

    def test_same_question_is_asked_once_a_day(self, desk: Desk, there: Crm) -> None:
        desk.write()
        desk.work()
        desk.write("Hallo?")
        desk.work()
        assert len(there.of("look_up")) == 1
        desk.write("Mail: jan@example.nl, graag")
        desk.work()
        assert there.of("look_up")[-1]["addresses"] == ["jan@example.nl"]
        desk.write("En nu?")
        desk.work(days=2)
        assert len(there.of("look_up")) == 3

    def test_unknown_customer_is_no_line_on_the_card(self, desk: Desk) -> None:
        number = desk.write(number="78")
        desk.work()
        assert "CRM" not in desk.card(number)
        assert "CRM: nobody known" in desk.page(number)

    def test_what_it_tells_is_no_markup(self, desk: Desk, there: Crm) -> None:
        there.users[0] |= {"name": "<!channel> *x*", "line": "a\nb" * 300, "url": "javascript:alert(1)"}
        number = desk.write()
        desk.work()
        assert "<!channel>" not in desk.card(number)
        assert "javascript" not in desk.page(number)

    def test_erasure_forgets_it_and_says_whom_the_crm_must_forget(self, desk: Desk) -> None:
        desk.write()
        desk.work()
        assert erase.erase(desk.bench.ctx, "jan77").in_crm == ("9",)
        assert desk.bench.team.rows("SELECT * FROM crm_record") == []

    def test_answer_after_an_erasure_is_not_kept(self, desk: Desk, there: Crm) -> None:
        desk.write()
        there.free.clear()
        asking = Thread(target=desk.work)
        asking.start()
        there.reached.wait(10)
        erase.erase(desk.bench.ctx, "jan77")
        there.free.set()
        asking.join()
        assert desk.bench.team.rows("SELECT * FROM crm_record") == []

    def test_joined_customer_is_asked_about_as_one(self, desk: Desk, there: Crm) -> None:
        desk.write()
        desk.write(number="78", conversation="c2")
        desk.work()
        joining.join(desk.bench.ctx, ANNA, "x:77", "x:78")
        desk.write("Nog iets", number="78", conversation="c2")
        desk.work()
        assert there.of("look_up")[-1]["identities"] == ["x:77", "x:78"]

    def test_what_it_told_of_two_is_said_of_neither_once_they_are_taken_apart(self, desk: Desk, there: Crm) -> None:
        desk.write()
        other = desk.write(number="78", conversation="c2")
        joining.join(desk.bench.ctx, ANNA, "x:77", "x:78")
        desk.work()
        joining.split(desk.bench.ctx, ANNA, "x:77")
        assert desk.bench.team.rows("SELECT * FROM crm_record") == []
        assert "CRM: not asked yet" in desk.page(other)

    def test_answer_about_two_who_are_taken_apart_meanwhile_is_not_kept(self, desk: Desk, there: Crm) -> None:
        desk.write()
        desk.write(number="78", conversation="c2")
        desk.work()
        joining.join(desk.bench.ctx, ANNA, "x:77", "x:78")
        desk.write("Nog iets")
        there.reached.clear()
        there.free.clear()
        asking = Thread(target=desk.work)
        asking.start()
        there.reached.wait(10)
        joining.split(desk.bench.ctx, ANNA, "x:77")
        there.free.set()
        asking.join()
        known = "SELECT author_id FROM crm_record JOIN identity USING (customer_id) WHERE crm_id = '9'"
        assert "78" not in [row["author_id"] for row in desk.bench.team.rows(known)]

    @pytest.mark.parametrize("hidden", ["\x00", "\ud800", "\u202e"])
    def test_what_nobody_sees_is_not_kept(self, desk: Desk, there: Crm, hidden: str) -> None:
        there.users[0] |= {"name": f"Jan{hidden} Jansen", "line": f"{hidden}Gold"}
        number = desk.write()
        desk.work()
        assert "CRM: <https://crm.example/9|Jan Jansen>, Gold" in desk.card(number)


@ON_SQLITE
class TestTicket:
    def test_ticket_is_opened_once_and_stands_in_the_timeline(self, desk: Desk, there: Crm) -> None:
        number = desk.write()
        desk.work()
        crm.ask_for_ticket(desk.bench.ctx, ANNA, number)
        assert "Ticket: on its way" in desk.page(number)
        with pytest.raises(Refused, match="ticket_asked"):
            crm.ask_for_ticket(desk.bench.ctx, LARS, number)
        desk.work()
        assert "Ticket: <https://crm.example/t|T-100>" in desk.page(number)
        (asked,) = there.of("open_ticket")
        assert asked["known"] == "9"
        assert "Waar is mijn pakket?" in asked["text"]
        history = str(history_modal(queries.history(desk.bench.ctx, ANNA, number), EN))
        assert "<@U0ANNA> opened ticket <https://crm.example/t|T-100>" in history
        crm.open_it(desk.bench.ctx, {"thread": number, "by": ANNA.id})
        assert len(there.of("open_ticket")) == 1

    def test_ticket_of_a_merged_thread_is_about_the_one_that_goes_on(self, desk: Desk, there: Crm) -> None:
        first, second, third = (desk.write(f"Vraag {each}", conversation=each) for each in "abc")
        merge.merge(desk.bench.ctx, ANNA, third, second)
        merge.merge(desk.bench.ctx, ANNA, second, first)
        assert f"What the customer wrote in #{first} goes to the CRM" in desk.page(third)
        crm.ask_for_ticket(desk.bench.ctx, ANNA, third)
        desk.work()
        (asked,) = there.of("open_ticket")
        assert (asked["thread"], asked["subject"].endswith(": Vraag a")) == (first, True)
        assert "T-100" in desk.page(third)

    def test_option_of_the_cards_menu_asks_and_then_opens_one(
        self, bench: Bench, there: Crm, database_url: str
    ) -> None:
        path = bench.ctx.settings.config_path
        path.write_text(f'{path.read_text()}[crm]\nkind = "http"\nurl = "{there.url}/hook"\n')
        with whole_bot(bench, database_url, CRM_SECRET=SECRET) as app:
            number = bench.mention()
            assert f"crm_ticket:{number}" in str(card_view(queries.card(app.ctx, number), EN).blocks)
            choice = {"value": f"crm_ticket:{number}", "text": {"type": "plain_text", "text": "Open a ticket"}}
            action = {"type": "overflow", "action_id": "more", "block_id": "m", "selected_option": choice}
            send(bench, app, type="block_actions", channel={"id": HERE}, actions=[action])
            form = bench.sandbox.slack.views(ANNA.id)[-1]
            assert f"What the customer wrote in #{number} goes to the CRM" in str(form)
            with reading(app.ctx.engine) as connection:
                assert crm.ticket(connection, number) is None
            send(bench, app, type="view_submission", view=form | {"state": {"values": {}}})
            eventually(lambda: any("is on its way" in said for said in bench.ephemerals(ANNA.id)))
            crm.open_it(app.ctx, {"thread": number, "by": ANNA.id})
        assert [asked["thread"] for asked in there.of("open_ticket")] == [number]

    def test_lost_answer_opens_no_second_one(self, desk: Desk, there: Crm) -> None:
        number = desk.write()
        crm.ask_for_ticket(desk.bench.ctx, ANNA, number)
        there.said = b"<html>"
        desk.work()
        there.said = None
        desk.work(minutes=10)
        assert [one.key for one in there.asked if one.body["type"] == "open_ticket"] == [f"webcare-{number}"] * 2
        assert there.tickets == {f"webcare-{number}": 100}

    def test_who_may_not_answer_opens_none(self, desk: Desk) -> None:
        number = desk.write()
        ctx = desk.bench.ctx
        (known,) = ctx.settings.desks
        closed = known.model_copy(update={"roles": known.roles.model_copy(update={"reply": ("U0OTHER",)})})
        ctx.settings = replace(ctx.settings, desks=(closed,))
        with pytest.raises(Refused, match="not_allowed"):
            crm.ask_for_ticket(ctx, ANNA, number)

    def test_without_a_crm_there_is_none(self, bench: Bench) -> None:
        number = bench.team.write()
        with pytest.raises(Refused, match="no_crm"):
            crm.ask_for_ticket(bench.ctx, ANNA, number)
        assert "CRM" not in str(page_view.modal(customer.of_thread(bench.ctx, ANNA, number), None, EN))

    def test_erased_thread_keeps_no_number(self, desk: Desk) -> None:
        number = desk.write()
        crm.ask_for_ticket(desk.bench.ctx, ANNA, number)
        desk.work()
        erase.erase(desk.bench.ctx, "jan77")
        assert "T-100" not in str(desk.bench.tables())


@ON_SQLITE
class TestContact:
    @pytest.mark.parametrize(("log_contacts", "logged"), [(True, 1), (False, 0)])
    def test_reply_that_was_sent_is_told(self, bench: Bench, there: Crm, log_contacts: bool, logged: int) -> None:
        desk = with_crm(bench, there, log_contacts=log_contacts)
        number = desk.write()
        desk.work()
        desk.bench.team.arrive(desk.bench.team.answer(number))
        desk.work()
        told = there.of("log_contact")
        assert len(told) == logged
        assert all(one["known"] == "9" and one["thread"] == number for one in told)

    def test_customer_whom_it_does_not_know_is_not_told(self, desk: Desk, there: Crm) -> None:
        number = desk.write(number="78")
        desk.work()
        desk.bench.team.arrive(desk.bench.team.answer(number))
        desk.work()
        assert there.of("log_contact") == []


@ON_SQLITE
class TestFailing:
    def test_hanging_crm_holds_up_no_card_no_click_and_no_reply(self, desk: Desk, there: Crm) -> None:
        there.free.clear()
        bench = desk.bench
        number = bench.mention(by="jan")
        asking = Thread(target=desk.work)
        asking.start()
        assert there.reached.wait(10)
        claim.claim(bench.ctx, ANNA, number)
        bench.deliver(turns=2)
        (card,) = bench.channel()
        assert "CRM" not in str(card.blocks)
        bench.team.answer(number, "Wij zoeken het uit")
        bench.settle(seconds=30)
        assert [post.text for post in bench.answers()] != []
        assert asking.is_alive()
        there.free.set()
        asking.join()

    def test_leads_are_told_once_and_when_it_is_over(self, desk: Desk, there: Crm) -> None:
        there.status = 401
        for each in range(3):
            desk.write(conversation=f"c{each}")
        for _ in range(5):
            desk.work(minutes=10)
            desk.bench.deliver(turns=2)
        (told,) = desk.bench.told()
        assert "It refuses the desk (401)" in told.text
        there.status = 200
        desk.work(minutes=10)
        desk.bench.deliver(turns=2)
        assert "The CRM answers again" in desk.bench.told()[-1].text
        assert len(desk.bench.told()) == 2
        assert desk.bench.team.rows("SELECT * FROM crm_health") == []

    def test_short_outage_is_told_to_nobody(self, desk: Desk, there: Crm) -> None:
        there.status, there.headers = 429, {"Retry-After": "120"}
        number = desk.write()
        desk.work()
        desk.work(seconds=100)
        there.status = 200
        desk.work(seconds=100)
        assert "Jan Jansen" in desk.card(number)
        desk.bench.finish()
        assert desk.bench.told() == []

    def test_outage_is_one_call_and_not_one_a_card(self, desk: Desk, there: Crm) -> None:
        there.status = 503
        for each in range(20):
            desk.write(conversation=f"c{each}", number=f"{each}")
        desk.work()
        assert there.calls == 1


@contextmanager
def dripping() -> Iterator[str]:
    """A server whose answer's head never ends: a byte comes long before anybody gives up waiting for one."""
    over = Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            with server.accept()[0] as caller, suppress(OSError):
                caller.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Slow: ")
                while not over.wait(0.05):
                    caller.sendall(b"a")

        serving = Thread(target=drip, daemon=True)
        serving.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        over.set()
        serving.join()


@pytest.mark.parametrize("kind", ["http", "zendesk"])
class TestHostileAnswers:
    @pytest.mark.parametrize(
        ("status", "headers", "said", "code"),
        [
            (401, {}, b"", "credentials"),
            (403, {}, b"", "credentials"),
            (404, {}, b"", "http"),
            (500, {}, b"", "http"),
            (429, {"Retry-After": "7"}, b"", "rate_limited"),
            (302, {"Location": "http://127.0.0.1:9/"}, b"", "redirected"),
            (200, {}, b"<html>", "unreadable"),
            (200, {}, b"[1]", "unreadable"),
            (200, {}, b"\xff\xfe", "unreadable"),
            (200, {}, b"[" * 100_000, "unreadable"),
            (200, {}, b"{}" + b" " * 300_000, "too_big"),
        ],
    )
    def test_no_answer_is_believed(
        self, there: Crm, kind: str, status: int, headers: dict[str, str], said: bytes, code: str
    ) -> None:
        built = integrations.build(kind, there.url, user=AGENT, secret=SECRET)
        there.status, there.headers, there.said = status, headers, said
        with pytest.raises(CrmError) as error:
            built.look_up(Question(("x:1",), ("x:jan",)))
        assert error.value.code == code
        assert SECRET not in str(error.value)

    def test_head_that_drips_is_not_waited_for(self, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
        monkeypatch.setattr(http, "SECONDS", 0.5)
        with dripping() as url, pytest.raises(CrmError, match="slow"):
            integrations.build(kind, url, user=AGENT, secret=SECRET).verify()

    def test_wrong_secret_is_said(self, there: Crm, kind: str) -> None:
        built = integrations.build(kind, there.url, user=AGENT, secret="other-0123456789")
        with pytest.raises(CrmError, match="credentials"):
            built.verify()

    def test_nobody_there_is_said(self, kind: str) -> None:
        built = integrations.build(kind, "http://127.0.0.1:9", user=AGENT, secret=SECRET)
        with pytest.raises(CrmError, match="not_reached"):
            built.verify()


class TestZendesk:
    @pytest.fixture
    def zendesk(self, there: Crm) -> CrmProtocol:
        there.users = [
            {"id": 5, "name": "Jan", "email": "jan@example.nl", "external_id": "x:77", "details": "Gold"},
            {"id": 6, "name": "Jan-Piet", "notes": "handle: @janpiet", "email": "jp@example.nl"},
            {"id": 7, "name": "Jan", "notes": "not @janpiet2", "email": "xjan@example.nl"},
        ]
        return integrations.build("zendesk", there.url, user=AGENT, secret=SECRET)

    @pytest.mark.parametrize(
        ("question", "id_"),
        [
            (Question(("x:77",), ()), "5"),
            (Question(("x:1",), ("x:JanPiet",)), "6"),
            (Question(("x:1",), ("x:jan",)), None),
            (Question((), (), (), ("Jan@Example.nl",)), "5"),
            (Question((), (), (), ("an@example.nl",)), None),
        ],
    )
    def test_user_is_found_if_it_is_certain_who(
        self, zendesk: CrmProtocol, question: Question, id_: str | None
    ) -> None:
        known = zendesk.look_up(question)
        assert (known.id if known else None) == id_

    def test_ticket_and_comment(self, zendesk: CrmProtocol, there: Crm) -> None:
        wanted = Wanted("webcare-12", 12, "@jan (x): Hallo", "Hallo", known="5")
        opened = zendesk.open_ticket(wanted)
        assert (opened.number, opened.url) == ("100", f"{there.url}/agent/tickets/100")
        assert zendesk.open_ticket(wanted) == opened
        assert there.asked[-1].body["ticket"]["requester_id"] == 5
        zendesk.log_contact(Contact("r1", 12, "Dag", "https://x.com/1", "2026-11-28", ticket="100"))
        assert there.asked[-1].path == "/api/v2/tickets/100"
        assert zendesk.verify() == "signed in as Anna"


@ON_SQLITE
def test_check_says_what_leaves_the_machine(desk: Desk, there: Crm) -> None:
    app: Any = desk.bench
    app.settings = desk.bench.ctx.settings
    lines = [str(one) for one in checked(app)]
    assert "this leaves the machine for it: handles" in lines[0]
    assert lines[1].endswith("it answers")
    there.status = 401
    assert [str(one)[:4] for one in checked(app)] == ["ok  ", "FAIL"]
    assert not any(SECRET in line for line in lines)
