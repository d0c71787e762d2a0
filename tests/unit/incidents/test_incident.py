"""What is typed about an incident, and which posts have to do with it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from bot.domain.cases.conversation import ReplyState
from bot.domain.cases.picture import Picture
from bot.domain.common.errors import RefusalCode, Refused
from bot.domain.incidents.incident import Incident, Match, Membership, MemberState, Standing, match, words_of
from bot.domain.incidents.public_update import PublicUpdate
from bot.domain.incidents.typed import SPOKEN, Deed, deed, name_and_label, numbers_and_incident
from bot.platform.i18n import LANGUAGES, translator
from bot.views.cases import card as card_view
from bot.views.common.text import quoted
from bot.views.incidents import forms, live, results
from bot.views.incidents.models import Listed, Live
from bot.views.replies.incident_line import with_next
from tests.support.samples import AT, HOSTILE, card, fine, pressable

INCIDENT = Incident(
    3, "Support", HOSTILE, "storing utrecht", "Storing", "U0LEAD", AT, line=HOSTILE * 3, line_by="U0ANNA",
    line_approved_by="U0LEAD", line_at=AT, proposed=HOSTILE * 3, proposed_by="U0ANNA", proposed_at=AT,
)  # fmt: skip
SOLVED = replace(INCIDENT, solved_at=AT, solved_by="U0LEAD")
CLOSED = replace(SOLVED, closed_at=AT, closed_by="U0LEAD")
STANDING = Standing(38, 40, 12, 5, 33, 2, 9, 4, (7, AT), (52, AT))
SHOWN = Live(INCIDENT, STANDING, AT, {7: "https://acme.slack.com/archives/C0SUPPORT/p1"}, tuple(range(7, 27)))


class TestTyped:
    @pytest.mark.parametrize(
        "typed",
        ['"storing Utrecht"', "\u201cstoring Utrecht\u201d", "\u201estoring Utrecht\u201c",
         "\u00abstoring Utrecht\u00bb",
         "\u2018storing Utrecht\u2019", "storing Utrecht", "\u201dstoring Utrecht\u201d"],
    )  # fmt: skip
    def test_name_is_read_in_quotes_of_any_keyboard(self, typed: str) -> None:
        assert name_and_label(typed) == ("storing Utrecht", "")

    def test_label_follows_the_quotes_and_an_apostrophe_ends_nothing(self) -> None:
        assert name_and_label("\u201cfoto's zoek\u201d Storing") == ("foto's zoek", "Storing")

    @pytest.mark.parametrize("word", [word for words in SPOKEN.values() for word in words])
    def test_every_word_is_understood_in_any_case(self, word: str) -> None:
        read = deed(f"{word.upper()} 5 6")
        assert (read.name, read.rest) == (next(name for name, words in SPOKEN.items() if word in words), "5 6")

    @pytest.mark.parametrize(("typed", "read"), [("", Deed("list", "")), ("storing", Deed(None, ""))])
    def test_nothing_asks_for_the_list_and_another_word_for_an_incident(self, typed: str, read: Deed) -> None:
        assert deed(typed) == read

    @pytest.mark.parametrize(
        ("typed", "read"),
        [("1042", ([1042], "")), ("#5, 6 5 storing", ([5, 6], "storing")), ("storing 5", ([], "storing 5"))],
    )
    def test_numbers_come_first_and_the_incident_after(self, typed: str, read: tuple[list[int], str]) -> None:
        assert numbers_and_incident(typed) == read

    @pytest.mark.parametrize(
        ("typed", "going_on", "read"),
        [
            ("1042 2", (1, 2), ([1042], "2")),
            ("1042, 1043 #1", (1, 2), ([1042, 1043], "1")),
            ("1042 2", (2,), ([1042, 2], "")),
            ("2", (1, 2), ([2], "")),
            ("1042 2 storing", (1, 2), ([1042, 2], "storing")),
            ("1042 7", (1, 2), ([1042, 7], "")),
        ],
    )
    def test_last_number_is_the_incident_where_one_must_be_named(
        self, typed: str, going_on: tuple[int, ...], read: tuple[list[int], str]
    ) -> None:
        assert numbers_and_incident(typed, going_on) == read


class TestMatch:
    @pytest.mark.parametrize(
        ("said", "found"),
        [
            ("@ns Weer een STORING bij Utrecht!", Match.ALL),
            ("storingen rond utrecht centraal", Match.ALL),
            ("Is er een storing?", Match.SOME),
            ("https://example.com/storing/utrecht", None),
            ("Waar blijft mijn pakket?", None),
        ],
    )
    def test_all_words_or_half_of_them(self, said: str, found: Match | None) -> None:
        assert match(("storing", "utrecht"), said) is found

    @pytest.mark.parametrize(
        ("name", "said", "found"),
        [
            ("Driftstopp i Göteborg", "Driftstopp i Goteborg!", Match.ALL),
            ("datalek", "Een datalek?", Match.SOME),
        ],
    )
    def test_accents_are_left_out_and_one_word_only_suggests(self, name: str, said: str, found: Match) -> None:
        assert match(words_of(name), said) is found

    @pytest.mark.parametrize(
        ("name", "found"),
        [
            ("3G", ("3g",)),
            ("5G storing", ("5g", "storing")),
            ("file op de A2", ("file", "a2")),
            ("tram 5", ("tram", "5")),
            ("NS app is weg", ("ns", "app", "weg")),
            ("e-mail van @acme", ("e-mail",)),
        ],
    )
    def test_numbers_and_short_names_are_words_of_an_incident(self, name: str, found: tuple[str, ...]) -> None:
        assert words_of(name) == found

    @pytest.mark.parametrize(
        ("name", "said", "found"),
        [
            ("5G storing", "Weer storing met 5G!", Match.ALL),
            ("3G", "Doet 3g het niet?", Match.SOME),
            ("tram 5", "Waarom rijdt tram 5 niet?", Match.ALL),
            ("tram 5", "Tot 5 uur is er niets", None),
            ("112", "112 doet het niet", Match.SOME),
            ("A2", "A20 staat vast", None),
        ],
    )
    def test_numbers_alone_say_little(self, name: str, said: str, found: Match | None) -> None:
        assert match(words_of(name), said) is found

    def test_name_without_meaning_finds_nothing(self) -> None:
        assert match(words_of("het is zo"), "het is zo") is None


@pytest.mark.parametrize("language", LANGUAGES)
class TestViews:
    @pytest.mark.parametrize(
        ("incident", "buttons"),
        [
            (INCIDENT, ["incident_approve", "incident_claim", "incident_line", "incident_update", "incident_solved"]),
            (
                SOLVED,
                [
                    "incident_approve",
                    "incident_claim",
                    "incident_next",
                    "incident_line",
                    "incident_update",
                    "incident_close",
                ],
            ),
            (CLOSED, []),
        ],
        ids=["open", "solved", "closed"],
    )
    def test_message_offers_what_applies(self, language: str, incident: Incident, buttons: list[str]) -> None:
        shown = live.live(replace(SHOWN, incident=incident), translator(language))
        fine(shown)
        assert pressable(shown) == buttons

    def test_words_of_a_spike_are_offered_for_the_search_and_for_no_name(self, language: str) -> None:
        name, words, *_ = forms.opening("Support", ["storing", "jansen"], [], translator(language))["blocks"]
        assert "jansen" not in str(name)
        assert "jansen" in str(words)

    def test_answers_say_by_which_words_it_gathers_and_show_an_example_in_the_language(self, language: str) -> None:
        t = translator(language)
        assert quoted("utrecht", t) in fine(results.opened(INCIDENT, t))
        example = {"en": 'open "power cut"', "nl": 'open "storing Utrecht"', "sv": 'öppna "strömavbrott"'}
        assert f"incident {example[language]}" in str(live.listing([], t, "/webcare").blocks)

    def test_lists_forms_and_answers_hold_hostile_words(self, language: str) -> None:
        t = translator(language)
        fine(live.listing([Listed(INCIDENT, STANDING, None)] * 20, t, "/webcare"))
        fine(live.listing([], t, "/webcare"))
        fine(forms.opening("Support", [HOSTILE] * 6, [f"label {n}" for n in range(40)], t))
        fine(forms.opening("Support", [], [], t))
        fine(forms.line(INCIDENT, t))
        fine(forms.update(INCIDENT, {"x:acme": "X"}, (), t))
        many = {f"x:acme{n}": "X" for n in range(20)}
        fine(forms.update(INCIDENT, many, [*many][1:], t))

    def test_update_has_a_field_for_a_picture_where_an_account_shows_one(self, language: str) -> None:
        t, accounts = translator(language), {"x:acme": "X", "forum:acme": "Forum"}
        shown = [str(forms.update(INCIDENT, accounts, text_only, t)) for text_only in ((), ["forum:acme"], accounts)]
        assert [("file_input" in form, "@acme (Forum) " in form) for form in shown] == [
            (True, False),
            (True, True),
            (False, False),
        ]
        fine(results.opened(INCIDENT, t))
        both: dict[int, Incident | Refused] = {7: INCIDENT, 8: Refused(RefusalCode.MERGED, thread=8, into=9)}
        for each in ({7: both[7]}, both):
            fine(results.left(each, AT, t))
            fine(results.joined(INCIDENT, each, AT, t))
        fine(with_next(results.opened(INCIDENT, t), 3, 0, t))
        fine(with_next(results.opened(INCIDENT, t), 3, 8, t))

    @pytest.mark.parametrize("state", [None, *ReplyState])
    def test_public_update_stands_in_the_message_by_its_state(self, language: str, state: ReplyState | None) -> None:
        update = PublicUpdate(
            1,
            3,
            "x:acme",
            HOSTILE * 9,
            "U0ANNA",
            AT,
            state,
            approved_by="U0LEAD",
            error="gone",
            url="https://x.com/1",
            picture=Picture("F1", HOSTILE, "image/png", 5, HOSTILE * 9),
        )
        shown = live.live(replace(SHOWN, updates=(update,) * 4, networks={"x:acme": "X"}), translator(language))
        assert not re.search(r"<https[^>]*<", fine(shown)), "Slack links no label that has mark-up of its own"
        pressed = {None: "update_approve", ReplyState.UNKNOWN: "update_posted"}.get(state)
        assert [name for name in pressable(shown) if name.startswith("update_")][:1] == ([pressed] if pressed else [])

    def test_card_names_its_incident_or_asks(self, language: str) -> None:
        t = translator(language)
        suggested = card_view.card(card(incident=Membership(INCIDENT, MemberState.SUGGESTED)), t)
        joined = card_view.card(card(incident=Membership(INCIDENT, MemberState.JOINED)), t)
        over = card_view.card(card(incident=Membership(CLOSED, MemberState.SUGGESTED)), t)
        assert "incident_join" in fine(suggested)
        assert "incident_join" not in fine(joined)
        assert "incident_leave" in fine(joined)
        assert "incident" not in fine(over)
