"""Several reminders in one message: within Slack's limits, in every language, and without a customer's name."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.reminders.reminders import Recipient
from bot.platform.i18n import LANGUAGES, translator
from bot.views.reminders.models import Due, Reminders
from bot.views.reminders.reminders import reminders
from tests.support.samples import AT, fine, pressable

CHANNEL = Recipient("C0SUPPORT", "", lead=False)
OWNER = Recipient("C0SUPPORT", "U0ANNA", lead=False)
LEAD = Recipient("U0LEAD", "", lead=True)
LONG_ADDRESS = "https://" + "a" * 80 + ".enterprise.slack.com/archives/C0SUPPORT0000/p1763653860000200"
EN = translator("en")


def due(number: int, minutes: int = 10, **changes: object) -> Due:
    return replace(Due(number, None, AT + timedelta(minutes=minutes), LONG_ADDRESS), **changes)  # type: ignore[arg-type]


def gathered(to: Recipient, *shown: Due, total: int | None = None) -> Reminders:
    unowned = any(one.owner is None for one in shown)
    return Reminders("Support", to, shown, len(shown) if total is None else total, unowned, AT)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("to", [CHANNEL, OWNER, LEAD])
@pytest.mark.parametrize("day", [0, 3])
def test_longest_summary_fits_uncut(language: str, to: Recipient, day: int) -> None:
    owner = "U0ANNA0000000"
    lines = [due(10**9 + number, number - 8 - day * 1440, owner=owner) for number in range(15)]
    t = translator(language)
    shown = reminders(gathered(to, *lines, total=12_500), "/webcare", t)
    said = fine(shown)
    assert t.number(12_500) in shown.text
    assert t.number(12_485) in said
    assert "…" not in said
    assert all(f"|#{10**9 + number}>" in said for number in range(15))


def test_owner_is_named_and_told_what_is_theirs() -> None:
    shown = reminders(gathered(OWNER, due(1, -5, owner="U0ANNA"), due(2, owner="U0ANNA"), total=40), "/webcare", EN)
    said = fine(shown)
    assert shown.text == "⏰ <@U0ANNA>, 40 customers are waiting for your answer:"
    past, ahead = (block["text"]["text"] for block in shown.blocks[1:3])
    assert past.startswith("⚠️ *Late:*\n*<")
    assert "|#1>" in past
    assert ahead.startswith("*Answer by:*\n*<")
    assert "|#2>" in ahead
    assert "and 38 more · `/webcare mine`" in said
    assert "Unclaimed" not in said
    assert pressable(shown) == []


def test_list_of_anybodys_says_which_are_nobodys() -> None:
    anybodys = Recipient("C0PRESS", "", lead=False, anybodys=True)
    shown = reminders(gathered(anybodys, due(1), due(2, owner="U0ANNA")), "/webcare", EN)
    assert shown.text == "⏰ 2 threads need an answer:"
    assert fine(shown).count("🔔 *Unclaimed*") == 1
    assert "<@" not in fine(shown)
    assert pressable(shown) == []


def test_unowned_threads_are_offered_and_ring_nobody() -> None:
    shown = reminders(gathered(CHANNEL, due(1), due(2), total=40), "/webcare", EN)
    assert shown.text == "⏰ Nobody has claimed 40 threads that need an answer:"
    assert "and 38 more · `/webcare open`" in fine(shown)
    assert "<@" not in str(shown)
    assert pressable(shown) == ["claim_next"]


def test_lead_is_told_whose_each_is() -> None:
    shown = reminders(gathered(LEAD, due(1, -5, owner="U0ANNA"), due(2, -3)), "/webcare", EN)
    said = fine(shown)
    assert shown.text == "⚠️ 2 threads at Support are *late*:"
    assert "👤 <@U0ANNA>" in said
    assert "Unclaimed" in said
    assert pressable(shown) == []


def test_thread_without_a_card_shows_its_number_alone() -> None:
    assert "*#7* · <!date" in fine(reminders(gathered(CHANNEL, due(7, permalink=None)), "/webcare", EN))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("to", [CHANNEL, OWNER, LEAD])
def test_summary_says_when_nobody_waits(language: str, to: Recipient) -> None:
    shown = reminders(gathered(to), "/webcare", translator(language))
    fine(shown)
    assert shown.text.startswith("✅")
    assert pressable(shown) == []
