"""Settings can be read in Slack, in every language."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

import pytest

from bot.domain.clock.calendar import Calendar
from bot.domain.clock.ladder import steps
from bot.platform.i18n import translator
from bot.settings import Roles
from bot.settings.config import NagConfig
from bot.views.cases.home import home
from bot.views.common.blocks import SlackMessage
from bot.views.desk.configured import ROLES, configured
from bot.views.desk.models import AccountSettings, DeskSettings
from tests.support.samples import AT, HOSTILE, fine

EN = translator("en")
SETTINGS = DeskSettings(
    key="support",
    desk="Support",
    channel="C0SUPPORT",
    leads=("U0LEAD",),
    at=AT,
    calendar=Calendar("Mo-Fr 09:00-17:00", "Europe/Amsterdam"),
    first_response=timedelta(minutes=45),
    next_response=timedelta(hours=2),
    resolution=timedelta(days=2),
    escalation=timedelta(minutes=30),
    ladder=steps("", 0.75),
    roster="oncall.ics",
    reasons=(),
    standup=time(9, 0),
    timezone="Europe/Amsterdam",
    hours="Mo-Fr 09:00-17:30",
    holidays=("NL", "SE:de_facto"),
    signature="^{initials}",
    undo=timedelta(seconds=90),
    teams=(("Press office", "C0PRESS"),),
    accounts=(AccountSettings("X", "acme", timedelta(seconds=15)), AccountSettings("forum", "forum", None)),
    roles={"claim": (), "reply": ("U0ANNA", "S0CARE"), "escalate": (), "configure": ("U0EMMA",)},
)


def shown(settings: DeskSettings) -> str:
    blocks = configured(settings, EN)
    fine(SlackMessage("Settings", blocks))
    return "\n".join(
        text["text"] for block in blocks for text in block.get("fields", [block.get("text", {"text": ""})])
    )


def test_settings_view_says_everything() -> None:
    text = shown(SETTINGS)
    for fact in (
        "Settings of Support",
        "*Channel*\n<#C0SUPPORT>",
        "*Opening hours*\n`Mo-Fr 09:00-17:30`",
        "*Holidays*\nNL, SE:de_facto",
        "*First answer within*\n45 min",
        "*Next answers within*\n2 hr",
        "*All of it settled within*\n2 days (48 opening hours: about 6 working days)",
        "*Answer to an escalation within*\n30 min",
        "*Reminders*\n75%: owner\n100%: owner, leads\nevery 50% more, 5 times: owner, leads",
        "*On call by*\n`oncall.ics`",
        "*Reasons of “No reply needed”*\nthe usual ones",
        "09:00 (Europe/Amsterdam)",
        "`^{initials}`",
        "*Time to undo*\n1 min 30 sec",
        "*Escalate to*\n<@U0LEAD>\nPress office <#C0PRESS>",
        "X @acme, new posts every 15 sec\nforum, whenever it posts here",
        "*Who may claim*\neverybody",
        "*Who may reply*\n<@U0ANNA>\n<!subteam^S0CARE>",
        "*Who sees these settings*\n<@U0EMMA>",
    ):
        assert fact in text


def test_ladder_of_one_s_own_is_what_is_said() -> None:
    own = (
        {"at": "50%", "to": ["channel"]},
        {"at": "-10m", "to": ["oncall", "C0PRESS"]},
        {"at": "+30m", "to": ["leads"]},
        {"at": "every 1h", "to": ["owner"], "at_most": 2},
    )
    ladder = tuple(NagConfig.model_validate(nag).step for nag in own)
    text = shown(replace(SETTINGS, ladder=ladder, reasons=tuple("abcdefg")))
    steps_ = "50%: channel\n10 min before: on call, <#C0PRESS>\n30 min after: leads\nevery 1 hr more, 2 times: owner"
    assert f"*Reminders*\n{steps_}" in text
    assert "75%" not in text
    assert "a, b, c, d, e and 2 more" in text


def test_every_role_of_the_config_has_a_label() -> None:
    assert ROLES.keys() == Roles.model_fields.keys()


@pytest.mark.parametrize("language", ["en", "nl", "sv"])
def test_home_holds_the_settings_in_every_language(language: str) -> None:
    t = translator(language)
    assert t("Settings of {desk}", desk="Support") in fine(home([], (SETTINGS,), "U0ANNA", t))
    assert t("Settings of {desk}", desk="Support") not in fine(home([], (), "U0ANNA", t))


def test_bare_and_overfull_desks_are_shown() -> None:
    assert "*Leads*\n—" in shown(replace(SETTINGS, leads=(), teams=(), accounts=(), signature=""))
    many = replace(
        SETTINGS,
        desk=HOSTILE,
        signature=HOSTILE,
        leads=("U0LEAD",) * 400,
        teams=((HOSTILE, "C0PRESS"),) * 400,
        accounts=(AccountSettings("X", HOSTILE, timedelta(days=3)),) * 400,
        roles=dict.fromkeys(ROLES, ("U0ANNA",) * 400),
    )
    fine(SlackMessage("Settings", configured(many, EN)))
    fine(home([], (many,) * 30, "U0ANNA", EN))
