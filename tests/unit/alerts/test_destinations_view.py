"""The notice that a destination takes nothing says where, why and what to do, in every language."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.common.destinations import DestinationFault
from bot.platform.i18n import LANGUAGES, translator
from bot.views.alerts import destinations
from bot.views.alerts.models import DestinationNotice
from bot.views.cases import card as card_view
from tests.support.samples import AT, card, escalation, fine

CODES = ("is_archived", "not_in_channel", "restricted_action_read_only_channel", "user_not_found", "<!channel> new")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("destination", ["C0PRESS", "U0LEAD"])
def test_notice_fits_whatever_slack_says(language: str, code: str, destination: str) -> None:
    t = translator(language)
    fault = DestinationFault(destination, code, AT - timedelta(minutes=5))
    shown = destinations.notice(
        DestinationNotice(fault, AT, ((7, "https://acme.slack.com/archives/C/p1"), (8, None))), t
    )
    assert "#7" in fine(shown)
    assert destination in shown.text
    over = destinations.notice(DestinationNotice(fault, AT, over_at=AT), t)
    assert "✅" in fine(over)
    assert t.duration(timedelta(minutes=5)) in over.text


def test_two_causes_have_two_words() -> None:
    t = translator("en")
    shown = {
        destinations.notice(DestinationNotice(DestinationFault("C0PRESS", code, AT), AT), t).text for code in CODES
    }
    assert len(shown) == len(CODES)


def test_card_says_who_was_not_reached_until_somebody_takes_over() -> None:
    t = translator("en")
    unreached = {"C0PRESS": "is_archived"}
    asked = escalation()
    assert "Not delivered to Press office" in fine(card_view.card(card(escalations=(asked,), unreached=unreached), t))
    taken = escalation(taken_by="U0ANNA", taken_at=AT)
    assert "Not delivered" not in fine(card_view.card(card(escalations=(taken,), unreached=unreached), t))
