"""An agent asks the customer of a public thread for a private message, in the customer's language."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.common.errors import RefusalCode, Refused
from bot.platform.i18n import translator
from bot.usecases.desk.context import Context
from bot.usecases.replies import private_link, reply
from bot.views.replies import reply as view
from tests.support.cast import ANNA
from tests.support.samples import fine
from tests.support.team import Team

LINK = "https://x.com/messages/compose?recipient_id=1000"


def linked(ctx: Context, link: str | None = LINK) -> Team:
    (desk,) = ctx.settings.desks
    accounts = tuple(account.model_copy(update={"private_link": link}) for account in desk.networks)
    desk = desk.model_copy(update={"networks": accounts})
    return Team(replace(ctx, settings=replace(ctx.settings, desks=(desk,))))


def offered(team: Team, number: int) -> bool:
    return "Ask for a private message" in fine(view.modal(reply.draft(team.ctx, ANNA, number), translator("en")))


@pytest.mark.parametrize(
    ("language", "words"),
    [("nl", "Stuur ons een privébericht"), ("sv", "Skicka gärna"), ("en", "Please send"), ("fr", "Please send")],
)
def test_reply_begins_in_the_customers_language(ctx: Context, language: str, words: str) -> None:
    team = linked(ctx)
    number = team.write("123", language=language)
    text = private_link.begin(team.ctx, ANNA, number, number, "Dag Klant!", "V1")
    assert (text.startswith(words), LINK in text, text.endswith("\n\nDag Klant!")) == (True, True, True)
    assert reply.draft(team.ctx, ANNA, number).text == text


def test_it_is_offered_where_there_is_a_link_and_the_thread_is_public(ctx: Context) -> None:
    with_link, without = linked(ctx), linked(ctx, None)
    public, private = with_link.write(), with_link.write(private=True)
    assert [offered(with_link, public), offered(with_link, private), offered(without, public)] == [True, False, False]
    for team, number in ((with_link, private), (without, public)):
        with pytest.raises(Refused) as refused:
            private_link.begin(team.ctx, ANNA, number, number, "", "V1")
        assert refused.value.code is RefusalCode.NO_PRIVATE_LINK
