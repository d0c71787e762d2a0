"""Replies that go at once: nothing offers to undo what cannot be undone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.cases.conversation import ReplyState
from bot.platform.i18n import LANGUAGES, translator
from bot.usecases.cases import queries
from bot.usecases.replies import reply
from bot.views.cases import card as card_view
from bot.views.replies import reply as view
from tests.support import samples
from tests.support.bench import Bench, restarted
from tests.support.cast import ANNA
from tests.support.samples import AT, fine, pressable


def test_reply_goes_at_once_and_offers_no_undo(bench: Bench) -> None:
    bench = restarted(bench, undo=timedelta(0))
    number = bench.mention()
    sent = reply.submit(bench.ctx, ANNA, number, "Sorry!", seen=None, idempotency_key="r")
    assert "undo" not in pressable(card_view.card(queries.card(bench.ctx, number), translator("en")))
    bench.settle()
    assert len(bench.answers()) == 1
    assert "undo" not in pressable(view.confirmation(sent, translator("en")))


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_of_a_reply_without_undo_name_no_time(language: str) -> None:
    t = translator(language)
    now = samples.reply(ReplyState.QUEUED, created_at=AT, send_at=AT)
    assert "<!date" not in fine(view.confirmation(now, t))
    shown = fine(card_view.card(samples.card(thread=samples.owned(pending_reply_id=7), reply=now), t))
    assert t("✍️ *Reply on its way:* can be undone") not in shown


def test_reply_that_waits_for_the_network_can_be_undone_all_the_same() -> None:
    later = samples.reply(ReplyState.QUEUED, created_at=AT, send_at=AT + timedelta(minutes=1))
    assert later.may_be_undone
