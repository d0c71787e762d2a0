"""A reminder of one thread, in the channel and to a lead."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.clock.calendar import AROUND_THE_CLOCK
from bot.domain.clock.targets import NagLevel, ResponseKind
from bot.domain.clock.waits import Wait, WaitOutcome
from bot.platform.i18n import translator
from bot.views.cases.models import Card
from bot.views.reminders import nag
from bot.views.reminders.models import Nag
from tests.support.samples import AT, card, fine, owned, pressable, reply

EN = translator("en")
OWNERS = ["reply", "more_time", "snooze", "release"]


def nagged(level: NagLevel, shown: Card | None = None, wait: Wait | None = None) -> Nag:
    names = {"U0LEAD": "Joost de Vries", "U0ANNA": "Anna <Bakker>"}
    return Nag(shown or card(), level, AT, ("U0LEAD", "U0EMMA"), wait, names=names)


def over(outcome: WaitOutcome) -> Wait:
    length = timedelta(minutes=42)
    return Wait(ResponseKind.FIRST, AT - length, AT, AT, outcome, "U0ANNA", length, AROUND_THE_CLOCK)


@pytest.mark.parametrize(
    ("shown", "words", "buttons"),
    [
        (nagged(NagLevel.WARNING, card(thread=owned())), ["<@U0ANNA>, please answer Jan de Vries"], OWNERS),
        (nagged(NagLevel.WARNING), ["Nobody has claimed", "Jan de Vries should have an answer by"], ["claim"]),
        (
            nagged(NagLevel.BREACH, card(thread=owned())),
            ["<@U0ANNA>", "is *late*", "For the attention of *Joost de Vries*, <@U0EMMA>."],
            OWNERS,
        ),
        (nagged(NagLevel.BREACH), ["nobody has claimed it", "*Joost de Vries*"], ["claim"]),
        (nagged(NagLevel.NOT_YET, wait=over(WaitOutcome.ANSWERED)), ["Answered by <@U0ANNA> after 42 min."], []),
        (nagged(NagLevel.NOT_YET, wait=over(WaitOutcome.CLOSED)), ["Closed without a reply by <@U0ANNA>"], []),
        (nagged(NagLevel.NOT_YET, wait=over(WaitOutcome.WITHDRAWN)), ["The customer deleted what they wrote"], []),
        (nagged(NagLevel.NOT_YET), ["Nobody is waiting here any more"], []),
    ],
)
def test_reminder_is_true_now_and_calls_who_must_know(shown: Nag, words: list[str], buttons: list[str]) -> None:
    message = nag.nag(shown, EN)
    fine(message)
    for word in words:
        assert word in message.text
    assert pressable(message) == buttons


def test_warning_leaves_the_leads_alone() -> None:
    assert "U0LEAD" not in fine(nag.nag(nagged(NagLevel.WARNING), EN))


@pytest.mark.parametrize("language", ["en", "nl", "sv"])
@pytest.mark.parametrize(("times", "buttons"), [(0, OWNERS), (1, OWNERS), (2, ["reply", "snooze", "release"])])
def test_owner_can_put_a_reminder_off_twice(language: str, times: int, buttons: list[str]) -> None:
    once_more = replace(nagged(NagLevel.WARNING, card(thread=owned())), times=times)
    message = nag.nag(once_more, translator(language), times)
    fine(message)
    assert pressable(message) == buttons


def test_reminder_that_was_put_off_has_no_buttons() -> None:
    message = nag.nag(replace(nagged(NagLevel.WARNING, card(thread=owned())), times=1), EN)
    assert pressable(message) == []
    assert "<@U0ANNA> asked for 10 more minutes" in fine(message)


def test_reminder_has_no_buttons_while_a_reply_is_on_its_way() -> None:
    shown = card(thread=owned(pending_reply_id=7), reply=reply())
    assert pressable(nag.nag(nagged(NagLevel.BREACH, shown), EN)) == []


def test_lead_reaches_the_card_and_learns_the_end() -> None:
    breach = nag.elsewhere(nagged(NagLevel.BREACH), EN)
    assert "<https://acme.slack.com/archives/C0SUPPORT/p1763653860000200|#1042> at Support" in breach.text
    assert "Waar blijft mijn pakket" in fine(breach)
    assert "Answered by <@U0ANNA>" in nag.elsewhere(nagged(NagLevel.NOT_YET, wait=over(WaitOutcome.ANSWERED)), EN).text


@pytest.mark.parametrize(
    ("level", "to", "mentioned", "words"),
    [
        (NagLevel.WARNING, ("owner", "U0LARS"), ["U0ANNA", "U0LARS"], "please answer Jan de Vries"),
        (NagLevel.WARNING, ("channel",), [], "👤 *Anna &lt;Bakker&gt;*"),
        (NagLevel.BREACH, ("leads",), [], "is *late*"),
        (NagLevel.BREACH, ("U0LARS", "C0PRESS"), ["U0LARS"], "is *late*"),
    ],
)
def test_reminder_rings_only_those_to_whom_it_speaks(
    level: NagLevel, to: tuple[str, ...], mentioned: list[str], words: str
) -> None:
    message = nag.nag(replace(nagged(level, card(thread=owned())), to=to, leads=()), EN)
    assert re.findall(r"<@(\w+)>", message.text) == mentioned
    assert words in message.text


@pytest.mark.parametrize("language", ["en", "nl", "sv"])
@pytest.mark.parametrize("level", [NagLevel.NOT_YET, NagLevel.BREACH])
def test_reminder_with_a_newer_one_is_a_short_line_without_buttons(language: str, level: NagLevel) -> None:
    old = replace(nagged(level), said_at=AT, is_latest=False)
    for message in (nag.nag(old, translator(language)), nag.elsewhere(old, translator(language))):
        assert message.blocks == [] or pressable(message) == []
        assert "U0" not in message.text
        assert "p1763653860000200|#1042>" in message.text


@pytest.mark.parametrize("level", [NagLevel.WARNING, NagLevel.BREACH])
def test_another_channel_reads_which_desk_it_is(level: NagLevel) -> None:
    message = nag.elsewhere(nagged(level), EN)
    assert "#1042> at Support" in message.text
    assert pressable(message) == ["claim"]
