"""The press office gets figures, a timeline and quotes that say of nobody whose they are."""

from __future__ import annotations

from bot.domain.cases.conversation import Agent
from bot.usecases.desk import agents
from bot.usecases.incidents import incident as usecase
from bot.usecases.incidents import line, members, public_update
from bot.usecases.privacy import erase
from tests.support.bench import Bench, webcare
from tests.support.cast import ANNA, LEAD


def test_page_has_figures_words_and_nobodys_name(bench: Bench) -> None:
    x = bench.sandbox.x
    x.add_account("jan_de_vries", "Jan de Vries", followers=7)
    agents.keep(bench.ctx, Agent(LEAD.id, "Lea <b>Lead</b>", "en-GB"))
    x.post("jan_de_vries", "@acme <script> storing Utrecht! Mail jan@vries.nl, order A-104857, groet Jan de Vries")
    x.post("eva", "@acme Weer storing bij Utrecht")
    bench.fetch()
    usecase.open_(bench.ctx, LEAD, bench.ctx.settings.desks[0], "storing Utrecht")
    members.tick(bench.ctx)
    mine = line.propose(bench.ctx, ANNA, 1, "Tot acht uur geen treinen.")
    line.approve(bench.ctx, LEAD, 1, mine.proposal)
    (update,) = public_update.propose(bench.ctx, ANNA, 1, "Geen treinen rond Utrecht.")
    public_update.approve(bench.ctx, LEAD, update.id)
    bench.finish()
    erase.erase(bench.ctx, "eva")
    for form in ("html", "md"):
        page = webcare(bench, "incident", "report", "1", "--format", form)
        assert page.exit_code == 0, page.output
        for said in ("storing Utrecht", "2 ", "Tot acht uur geen treinen.", "Geen treinen rond Utrecht."):
            assert said in page.output
        for secret in ("jan", "Vries", "A-104857", "@", "eva", "Weer storing", "<script>", "<b>"):
            assert secret not in page.output, secret


def test_unknown_number_is_said_in_one_line(bench: Bench) -> None:
    assert "there is no incident 7" in webcare(bench, "incident", "report", "7").output
