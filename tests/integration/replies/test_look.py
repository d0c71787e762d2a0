"""A colleague looks at a draft and suggests other words; nothing that its owner typed is lost by taking them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.common.errors import Refused
from bot.domain.desk.standing import Standing
from bot.usecases.cases import claim
from bot.usecases.privacy import erase, retention
from bot.usecases.replies import drafts, look, reply
from tests.support.bench import Bench
from tests.support.cast import ANNA, EMMA, LARS
from tests.support.clock import TurnedClock
from tests.support.team import Team

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

DRAFT, BETTER = "We kijken ernaar vandaag", "We kijken er vandaag naar"


def drafted(team: Team, text: str = DRAFT) -> int:
    number = team.write()
    claim.claim(team.ctx, ANNA, number)
    drafts.keep(team.ctx, ANNA.id, number, text, team.ctx.clock.now())
    return number


def asked(team: Team) -> tuple[int, int]:
    """A thread with a draft that Lars was asked to look at, and the number of that."""
    number = drafted(team)
    return number, look.ask(team.ctx, ANNA, number, LARS).id


def code(of: Any, *arguments: Any) -> str:
    with pytest.raises(Refused) as refused:
        of(*arguments)
    return refused.value.code.value


class TestLook:
    def test_suggestion_becomes_the_owners_draft(self, team: Team) -> None:
        number, of = asked(team)
        look.suggest(team.ctx, LARS, of, BETTER)
        assert look.take(team.ctx, ANNA, of) == (number, False)
        assert reply.draft(team.ctx, ANNA, number).text == BETTER
        assert team.kinds(number)[-2:] == ["look_asked", "suggested"]

    def test_what_the_owner_typed_on_meanwhile_stands_below_it(self, team: Team, clock: TurnedClock) -> None:
        number, of = asked(team)
        look.suggest(team.ctx, LARS, of, BETTER)
        clock.turn(minutes=1)
        drafts.keep(team.ctx, ANNA.id, number, f"{DRAFT}, en bellen je", clock.now())
        assert look.take(team.ctx, ANNA, of) == (number, True)
        assert reply.draft(team.ctx, ANNA, number).text == f"{BETTER}\n\n{DRAFT}, en bellen je"

    def test_only_its_owner_takes_it_and_only_another_suggests(self, team: Team) -> None:
        _, of = asked(team)
        assert code(look.take, team.ctx, ANNA, of) == "draft_gone"
        look.suggest(team.ctx, EMMA, of, BETTER)  # whoever sees it may
        assert code(look.take, team.ctx, LARS, of) == "not_yours"
        assert code(look.suggest, team.ctx, ANNA, of, BETTER) == "own_words"
        assert code(look.suggest, team.ctx, LARS, of, " ") == "empty"

    def test_nothing_typed_oneself_and_a_bot_are_refused(self, team: Team) -> None:
        number = drafted(team, " ")
        assert code(look.ask, team.ctx, ANNA, number, LARS) == "empty"
        drafts.keep(team.ctx, ANNA.id, number, DRAFT, team.ctx.clock.now())
        assert code(look.ask, team.ctx, ANNA, number, ANNA) == "own_words"
        assert code(look.ask, team.ctx, ANNA, number, replace(LARS, standing=Standing.BOT)) == "bot"
        assert code(look.ask, team.ctx, ANNA, number, replace(EMMA, standing=Standing.GUEST)) == "guest"
        assert code(look.ask, team.ctx, LARS, number, EMMA) == "taken"

    def test_draft_that_was_sent_leaves_no_words(self, team: Team) -> None:
        number, of = asked(team)
        look.suggest(team.ctx, LARS, of, BETTER)
        team.answer(number, BETTER)
        assert DRAFT not in str(team.rows("SELECT * FROM look"))
        assert code(look.suggestable, team.ctx, LARS, of) == "draft_gone"

    @pytest.mark.parametrize("how", ["erasure", "an hour"])
    def test_words_go_with_the_customer_and_after_an_hour(self, team: Team, clock: TurnedClock, how: str) -> None:
        _, of = asked(team)
        look.suggest(team.ctx, LARS, of, BETTER)
        if how == "erasure":
            erase.erase(team.ctx, "klant")
        else:
            clock.turn(hours=2)
            retention.tick(team.ctx)
        left = str(team.rows("SELECT * FROM look"))
        assert DRAFT not in left
        assert BETTER not in left


class TestNote:
    def test_colleague_is_rung_then_the_owner_and_the_note_shows_the_difference(self, bench: Bench) -> None:
        number = bench.mention()
        claim.claim(bench.ctx, ANNA, number)
        drafts.keep(bench.ctx, ANNA.id, number, DRAFT, bench.clock.now())
        of = look.ask(bench.ctx, ANNA, number, LARS).id
        bench.finish()
        (note,) = bench.under_the_card()
        assert note.text == "📝 <@U0LARS>, <@U0ANNA> asks you to look at this draft:"
        assert not note.broadcast
        look.suggest(bench.ctx, LARS, of, "<!channel> We kijken er vandaag naar")
        bench.finish()
        note, told = bench.under_the_card()
        assert note.text == "📝 <@U0LARS> suggests a change to the draft by <@U0ANNA>:"
        assert "'style': {'bold': True}" in str(note.blocks)
        assert "take_suggestion" in str(note.blocks)
        assert told.text == "📝 <@U0ANNA>, <@U0LARS> suggests a change to your draft, above."
        bench.team.answer(number, BETTER)
        bench.finish()
        (note, _) = bench.under_the_card()
        assert note.text == "📝 <@U0ANNA> had a draft looked at."

    def test_channel_is_asked_aloud(self, bench: Bench) -> None:
        number = bench.mention()
        drafts.keep(bench.ctx, ANNA.id, number, DRAFT, bench.clock.now())
        look.ask(bench.ctx, ANNA, number, None)
        bench.finish()
        (note,) = bench.under_the_card()
        assert (note.broadcast, note.text) == (True, "📝 <@U0ANNA> asks for a look at this draft:")
