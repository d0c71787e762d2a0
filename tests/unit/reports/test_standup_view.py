"""The daily summary."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.domain.customers.last_resort import Signal
from bot.domain.reports.month import MonthSoFar, SignalHits
from bot.domain.reports.spend import Month
from bot.domain.reports.standup import AgentFigures, Durations, Figures, Now
from bot.platform.i18n import translator
from bot.views.reports import standup
from bot.views.reports.models import AccountSpend, Standup
from tests.support.samples import AT, fine

EN = translator("en")


FIRST = Durations(18, timedelta(minutes=12), timedelta(hours=1, minutes=5), timedelta(minutes=12))
NOTHING = Durations(0, None, None, None)
DAY = Figures(
    day=date(2026, 11, 20),
    received=41,
    answered=38,
    met=35,
    breached=4,
    first_response=FIRST,
    agents=(AgentFigures("U0ANNA", 20, FIRST), AgentFigures("U0LARS", 18, NOTHING)),
    now=Now(5, 2, 1, 1042, AT),
)


def test_standup_shows_figures_with_n_and_rings_nobody() -> None:
    message = standup.standup(Standup("Support", DAY, {"U0ANNA": "Anna Bakker", "U0LARS": "Lars Nilsson"}), EN)
    text = fine(message)
    for figure in (
        "Support, Friday, 20 November 2026",
        "*41* received · *38* answered · *4* missed",
        "Within target *90%* (n = 39)",
        "First response *12 min* median, *1 hr 5 min* p90 (n = 18)",
        "*Now:* *1* late · *2* unclaimed · *5* open",
        "Waiting longest: #1042, since <!date^",
        "Anna Bakker",
    ):
        assert figure in text
    assert "<@U" not in text
    assert "user_id" not in text


def test_empty_day_has_a_standup_too() -> None:
    quiet = replace(
        DAY, received=0, answered=0, met=0, breached=0, first_response=NOTHING, agents=(), now=Now(0, 0, 0, None, None)
    )
    text = fine(standup.standup(Standup("Support", quiet), EN))
    assert "Within target *—* (n = 0)" in text
    assert "First response" not in text
    assert '"table"' not in text


@pytest.mark.parametrize("language", ["en", "nl", "sv"])
def test_standup_fits_a_phone(language: str) -> None:
    now = replace(DAY.now, snoozed=2, promised=3, promised_before=(7,), promised_today=(8, 9))
    message = standup.standup(
        Standup("Support", replace(DAY, kept=3, broken=1, muted=2, now=now)), translator(language)
    )
    texts = [block["text"]["text"] for block in message.blocks if block["type"] == "section"]
    assert sum(text.count("\n") + 1 for text in texts) <= 8
    assert not any("fields" in block for block in message.blocks)
    (aside,) = (block["elements"][0]["text"] for block in message.blocks if block["type"] == "context")
    assert len(aside) <= 230


def test_standup_lists_more_agents_than_a_table_holds() -> None:
    many = replace(DAY, agents=tuple(AgentFigures(f"U{n}", 1, FIRST) for n in range(200)))
    fine(standup.standup(Standup("Support" * 40, many), EN))


def test_lead_is_told_the_day_in_a_line_and_what_each_account_costs() -> None:
    spend = [AccountSpend("X", "acme", Month(12_400, 31_018), {}), AccountSpend("X", "acme_service", Month(12, 0), {})]
    text = fine(standup.for_lead(Standup("Support", DAY), spend, EN))
    assert "Support, Friday, 20 November 2026: 41 received, 38 answered, 90% within target" in text
    assert "X, @acme: US$12.40 this month, about US$31.02 by its end" in text
    assert "US$0.01 this month" in text


def test_lead_of_very_many_accounts_is_told_too() -> None:
    cost = AccountSpend("X" * 30, "a" * 60, Month(10**9, 10**9), {})
    fine(standup.for_lead(Standup("Support" * 40, DAY), [cost] * 100, EN))


@pytest.mark.parametrize("language", ["en", "nl", "sv"])
def test_month_so_far_is_a_line_each_and_left_out_while_there_is_nothing(language: str) -> None:
    signals = (SignalHits(Signal.REPEATED, 8, 2), SignalHits(Signal.AUDIENCE, 1, 1))
    month = MonthSoFar({"<!channel>": 12, "App": 3}, signals)
    shown = fine(standup.standup(Standup("Support", DAY, month=month), translator(language)))
    assert "&lt;!channel&gt; *12* · App *3*" in shown
    assert re.search(r"\*75\s?%\* \(n = 8\) · .+\*0\s?%\* \(n = 1\)", shown)
    assert "🏷️" not in fine(standup.standup(Standup("Support", DAY), translator(language)))
