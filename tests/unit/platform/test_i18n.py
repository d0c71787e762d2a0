from __future__ import annotations

import gettext
import io
from datetime import date, timedelta
from pathlib import Path

import babel
import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from bot.platform.i18n import Translator, translator
from bot.platform.locale import extract


def speaking(language: str, **texts: str) -> Translator:
    """A translator of our own, so that these tests do not hang on the committed catalogues."""
    catalogue = Catalog(locale=language)
    catalogue.add("Claimed by {name}", texts.get("claimed", "Geclaimd door {name}"))
    catalogue.add(("{n} mention", "{n} mentions"), ("{n} bericht", "{n} berichten"))
    file = io.BytesIO()
    write_mo(file, catalogue)
    file.seek(0)
    return Translator(language, babel.Locale(language), gettext.GNUTranslations(file))


@pytest.mark.parametrize("language", extract.TRANSLATED)
def test_catalogues_hold_every_text_and_no_other(language: str) -> None:
    problems = extract.problems(extract.read(language), extract.template())
    assert not problems, "run python -m bot.platform.locale.extract, then translate:\n" + "\n".join(problems)


@pytest.mark.parametrize("language", extract.TRANSLATED)
def test_catalogue_update_keeps_its_translations(language: str) -> None:
    after = read_po(io.BytesIO(extract.updated(language)), locale=language)
    assert {message.id for message in after} == {message.id for message in extract.template()}
    for message in extract.read(language):
        if message.id and (kept := after.get(message.id)):
            assert kept.string == message.string


class TestTranslation:
    @pytest.mark.parametrize(
        ("locale", "language"),
        [
            ("nl-NL", "nl"),
            ("nl", "nl"),
            ("nl-BE", "nl"),
            ("sv-SE", "sv"),
            ("en-GB", "en"),
            ("en-US", "en"),
            ("en", "en"),
            ("de-DE", "en"),
            ("zh-Hant-TW", "en"),
            ("", "en"),
            ("no such language", "en"),
        ],
    )
    def test_slack_locale_finds_its_language_or_english(self, locale: str, language: str) -> None:
        assert translator(locale).language == language
        assert translator(locale) is translator(locale), "catalogues are read once"

    def test_text_is_translated_with_its_values_put_in(self) -> None:
        t = speaking("nl")
        assert t("Claimed by {name}", name="Anna") == "Geclaimd door Anna"
        assert t("Not in the catalogue") == "Not in the catalogue"

    def test_customers_text_is_no_placeholder(self) -> None:
        hostile = "{name.__class__} {0} {"
        assert speaking("nl")("Claimed by {name}", name=hostile) == f"Geclaimd door {hostile}"

    @pytest.mark.parametrize("spoilt", ["Geclaimd door {naam}", "Geclaimd door {", "Geclaimd door {name.first}", "{}"])
    def test_spoilt_translation_falls_back_to_english(self, spoilt: str) -> None:
        assert speaking("nl", claimed=spoilt)("Claimed by {name}", name="Anna") == "Claimed by Anna"

    def test_forgotten_value_is_an_error(self) -> None:
        with pytest.raises(KeyError):
            translator("en")("Claimed by {name}")

    @pytest.mark.parametrize(
        ("n", "dutch", "english"),
        [
            (0, "0 berichten", "0 mentions"),
            (1, "1 bericht", "1 mention"),
            (2, "2 berichten", "2 mentions"),
            (1200, "1.200 berichten", "1,200 mentions"),
        ],
    )
    def test_number_takes_its_form_and_separators(self, n: int, dutch: str, english: str) -> None:
        assert speaking("nl").n("{n} mention", "{n} mentions", n) == dutch
        assert translator("en").n("{n} mention", "{n} mentions", n) == english

    @pytest.mark.parametrize(
        ("length", "english", "dutch", "swedish"),
        [
            (timedelta(minutes=42, seconds=59), "42 min", "42 min", "42 min"),
            (timedelta(hours=2, minutes=5), "2 hr 5 min", "2 uur 5 min", "2 tim 5 min"),
            (timedelta(hours=2), "2 hr", "2 uur", "2 tim"),
            (timedelta(days=3), "3 days", "3 dagen", "3 d"),
            (timedelta(days=3, hours=4, minutes=5), "3 days 4 hr", "3 dagen 4 uur", "3 d 4 tim"),
            (timedelta(days=3, minutes=5), "3 days", "3 dagen", "3 d"),
            (timedelta(seconds=10), "10 sec", "10 sec", "10 s"),
            (timedelta(seconds=-5), "0 sec", "0 sec", "0 s"),
        ],
    )
    def test_length_of_time_is_short_and_rounded_down(
        self, length: timedelta, english: str, dutch: str, swedish: str
    ) -> None:
        said = [translator(locale).duration(length).replace("\N{NO-BREAK SPACE}", " ") for locale in ("en", "nl", "sv")]
        assert said == [english, dutch, swedish]

    def test_configured_length_is_told_to_the_second(self) -> None:
        def said(**length: int) -> str:
            return translator("en").exact(timedelta(**length)).replace("\N{NO-BREAK SPACE}", " ")

        assert [said(seconds=90), said(days=1, minutes=1), said(hours=2)] == ["1 min 30 sec", "1 day 1 min", "2 hr"]
        assert said(seconds=0) == "0 sec"

    def test_figures_and_dates_are_written_the_readers_way(self) -> None:
        friday = date(2026, 11, 20)
        assert [translator(locale).date(friday) for locale in ("en", "en-US", "nl", "sv-SE")] == [
            "Friday, 20 November 2026",
            "Friday, November 20, 2026",
            "vrijdag 20 november 2026",
            "fredag 20 november 2026",
        ]
        assert [translator(locale).percent(0.755) for locale in ("en", "nl")] == ["76%", "76%"]
        assert [translator(locale).number(1234.5) for locale in ("en", "nl")] == ["1,234.5", "1.234,5"]


class TestCatalogue:
    def test_extraction_sees_every_way_to_say_a_text(self) -> None:
        source = """
LABEL = N_("Claim")
def view(t, person, n, other):
    t("Reply" if n else "Answer")
    t("in two "
      "lines", name=other)
    t.n("{n} mention", "{n} mentions", n)
    person.t("Release")
    person.t.n("{n} day", "{n} days", n)
    t(LABEL), t.number(n), other("not ours"), t.duration(n), N_(LABEL)
"""
        assert sorted(map(str, extract.texts(source))) == sorted(
            map(
                str,
                [
                    "Claim",
                    "Reply",
                    "Answer",
                    "in two lines",
                    ("{n} mention", "{n} mentions"),
                    "Release",
                    ("{n} day", "{n} days"),
                ],
            )
        )

    @pytest.mark.parametrize("source", ['t(f"Hello {name}")', 't("Hello " + name)', 't("Hello %s" % name)'])
    def test_text_that_no_catalogue_can_hold_is_refused(self, source: str) -> None:
        with pytest.raises(extract.NotPlain, match="line 1: translate the whole text"):
            list(extract.texts(source))

    def test_texts_for_operators_stay_out(self) -> None:
        files = {path for message in extract.template() for path, _ in message.locations}
        assert not [path for path in files if path.startswith(extract.FOR_OPERATORS)]

    def test_new_text_comes_in_and_a_gone_one_is_dropped(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        before, source = Catalog(locale="nl"), Catalog()
        before.add("Claimed by {name}", "Geclaimd door {name}")
        before.add("Released by {name}", "Vrijgegeven door {name}")
        source.add("Claimed by {name}", locations=[("handlers/claim.py", 0)])
        source.add("Released by the {name}")
        monkeypatch.setattr(extract, "CATALOGUES", tmp_path)
        monkeypatch.setattr(extract, "template", lambda: source)
        extract.path_of("nl").parent.mkdir(parents=True)
        with extract.path_of("nl").open("wb") as file:
            write_po(file, before)
        written = extract.updated("nl")
        after = {message.id: message.string for message in read_po(io.BytesIO(written)) if message.id}
        assert after == {"Claimed by {name}": "Geclaimd door {name}", "Released by the {name}": ""}
        assert b"Vrijgegeven" not in written, "neither as a guess for another text nor as a comment"

    @pytest.mark.parametrize(
        ("translation", "problem"),
        [
            (None, "is missing"),
            ("", "is not translated"),
            ("Van {naam}", "has other {placeholders} than its translation"),
            ("Van iemand", "has other {placeholders} than its translation"),
        ],
    )
    def test_poor_catalogue_is_told_what_is_wrong(self, translation: str | None, problem: str) -> None:
        wanted, catalogue = Catalog(), Catalog(locale="nl")
        wanted.add("From {name}")
        if translation is not None:
            catalogue.add("From {name}", translation)
        assert extract.problems(catalogue, wanted) == [f"nl: 'From {{name}}': {problem}"]

    def test_plural_fuzzy_and_forgotten_texts_are_told(self) -> None:
        wanted, catalogue = Catalog(), Catalog(locale="nl")
        wanted.add(("{n} day", "{n} days"))
        wanted.add("Claim")
        wanted.add("Fine")
        catalogue.add(("{n} day", "{n} days"), ("{n} dag", ""))
        catalogue.add("Claim", "Claimen", flags=["fuzzy"])
        catalogue.add("Fine", "Prima")
        catalogue.add("Gone", "Weg")
        assert extract.problems(catalogue, wanted) == [
            "nl: ('{n} day', '{n} days'): is not translated",
            "nl: 'Claim': is marked fuzzy",
            "nl: 'Gone': is no longer in the source",
        ]
