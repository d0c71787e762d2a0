"""Messages about a backlog keep Slack's limits, defuse what customers write, and exist in every language."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.alerts.backlog import Backlog
from bot.domain.alerts.volume_spike import Said, VolumeSpike, Word
from bot.domain.intake.feed_health import Alarm, FeedProblem
from bot.platform.i18n import LANGUAGES, translator
from bot.views.alerts import backlog, volume_spike
from bot.views.alerts.models import BacklogDigest, SpikeSignal
from bot.views.cases import command_results
from bot.views.cases.models import Card, Overview
from bot.views.intake import feed_health
from bot.views.intake.models import FeedNotice
from tests.support.samples import AT, HOSTILE, card, fine, owned, post, pressable, thread

SURGE = Backlog(id=3, desk="Support", started_at=AT - timedelta(minutes=14), cards_at_start=312, shown_at=AT)
EN = translator("en")


def busy(*cards: Card, waiting: int = 312, total: int | None = None) -> BacklogDigest:
    return BacklogDigest(SURGE, waiting, Overview("Support", cards, len(cards) if total is None else total, AT))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("words", ["Waar blijft het?", HOSTILE, "x" * 25_000, ""])
def test_digest_fits_whatever_customers_write(language: str, words: str) -> None:
    cards = [card(thread=thread(id=number, customer_name=words), posts=(post(text=words),)) for number in range(10)]
    shown = backlog.digest(busy(*cards, total=280), "/webcare", translator(language))
    fine(shown)
    assert "312" in str(shown.blocks)
    assert "280" in shown.text
    assert "<!channel>" not in str(shown)


def test_digest_offers_each_claim_and_the_next_five() -> None:
    shown = backlog.digest(busy(*(card(thread=thread(id=number)) for number in range(1, 11))), "/webcare", EN)
    assert pressable(shown) == ["claim_next"] + ["claim"] * 10
    assert "'Claim 5'" in str(shown.blocks)
    assert "`/webcare claim 10`" in str(shown.blocks)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("word", ["storing", "&" * 40, "*vet*", "x" * 3_000])
def test_digest_begins_with_the_customers_and_what_they_write_about(language: str, word: str) -> None:
    words = (Word(word, 90), Word("Utrecht", 60), Word("derde", 9), Word("vierde", 8))
    storm = replace(busy(card(), total=280), recent=150, normal=6.2, words=words)
    shown = backlog.digest(storm, "/webcare", translator(language))
    fine(shown)
    first = shown.blocks[0]["text"]["text"]
    assert first.startswith("🌊 *150 ")
    assert first.index("150") < first.index("6*") < first.index("Utrecht”") < first.index("280")
    assert "vierde" not in first


def test_digest_of_a_first_day_names_no_normal() -> None:
    assert "normally" not in fine(backlog.digest(replace(busy(card()), recent=90), "/webcare", EN))


def test_digest_that_was_posted_again_points_down() -> None:
    shown = backlog.digest(replace(busy(card()), below=True), "/webcare", EN)
    assert pressable(shown) == []
    assert "below" in shown.text


def test_digest_without_unowned_threads_has_no_buttons() -> None:
    shown = backlog.digest(busy(), "/webcare", EN)
    assert pressable(shown) == []
    assert "Every thread has an owner" in str(shown.blocks)


@pytest.mark.parametrize("language", LANGUAGES)
def test_end_of_backlog_tells_its_size_and_length(language: str) -> None:
    over = Backlog(3, "Support", SURGE.started_at, 312, AT, ended_at=AT, mentions=1312)
    t = translator(language)
    shown = backlog.digest(BacklogDigest(over, 4, Overview("Support", (), 0, AT)), "/webcare", t)
    fine(shown)
    assert t.number(1312) in shown.text
    assert "14 min" in shown.text
    assert pressable(shown) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_claim_next_shows_each_with_its_next_step(language: str) -> None:
    shown = command_results.yours([card(thread=owned(id=number)) for number in range(1, 6)], translator(language))
    fine(shown)
    assert pressable(shown) == ["reply"] * 5


@pytest.mark.parametrize("language", LANGUAGES)
def test_spike_signal_names_words_and_threads_only(language: str) -> None:
    words = tuple(Word(word, 1312) for word in ("datalek", "<!channel>", "*vet*", "x" * 3_000))
    said = tuple(Said(number, HOSTILE, f"https://x.com/a/status/{number}") for number in (7, 8))
    signal = SpikeSignal(VolumeSpike(1, HOSTILE, AT, 84, 11.5), words, said)
    shown = volume_spike.signal(signal, "/webcare", translator(language))
    fine(shown)
    assert "*datalek*" in str(shown.blocks)
    assert "<https://x.com/a/status/7|#7>" in str(shown.blocks)
    assert "<!channel>" not in str(shown)


def test_spike_signal_without_words_says_so() -> None:
    shown = volume_spike.signal(SpikeSignal(VolumeSpike(1, "Support", AT, 84, 0.0), (), ()), "/webcare", EN)
    fine(shown)
    assert "No words stand out" in str(shown.blocks)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", [*feed_health.ADVICE, "unheard_of", None])
@pytest.mark.parametrize("alarm", Alarm)
@pytest.mark.parametrize("over", [None, AT])
def test_every_feed_problem_and_its_end_has_words(language: str, code: str | None, alarm: Alarm, over: object) -> None:
    trouble = FeedProblem(alarm, AT - timedelta(hours=2), code)
    shown = feed_health.news(FeedNotice("X", "acme", trouble, AT, AT if over else None), translator(language))
    fine(shown)
    assert "X (@acme)" in shown.text
    assert "{" not in shown.text.replace("{time}", "").replace("{date_short_pretty}", "")
