"""What is found in a reply is asked about once, and goes when its author means it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.cases.conversation import ReplyState
from bot.domain.cases.mention import Author
from bot.domain.common.errors import Refused
from bot.domain.replies.second_look import Copied, Finding, Misspelt, OtherLanguage, RatherNot
from bot.platform.i18n import translator
from bot.settings.config import Words
from bot.usecases.desk import our_words, settings
from bot.usecases.privacy import erase
from bot.usecases.replies import reply
from bot.views.desk import settings as settings_view
from bot.views.replies.reply import asked as modal_asked
from storage.engine import transaction
from storage.replies import replies
from tests.support.acting import send, whole_bot
from tests.support.bench import Bench
from tests.support.cast import ANNA, HERE, LARS, LEAD
from tests.support.clock import TurnedClock
from tests.support.process import eventually
from tests.support.statements import plan, statements
from tests.support.team import Team

KIM = Author("8", "kim", "Kim")
DUTCH = "Mijn pakket is nog steeds niet bezorgd, wat nu?"
ANSWER = "Wat vervelend! We zoeken uit waar je pakket is en komen hier morgen op terug."


def asked(team: Team, number: int, text: str, **options: Any) -> list[Finding]:
    with pytest.raises(Refused, match="unconfirmed") as refused:
        team.answer(number, text, **options)
    found: list[Finding] = refused.value.details["findings"]
    return found


def worded(team: Team, **words: Any) -> None:
    (desk,) = team.ctx.settings.desks
    team.ctx.settings = replace(team.ctx.settings, desks=(desk.model_copy(update={"words": Words(**words)}),))


class TestLanguage:
    def test_other_language_is_asked_about_once(self, team: Team) -> None:
        number = team.write(DUTCH)
        text = "We are very sorry and will look into it for you today."
        (found,) = asked(team, number, text)
        assert (found.kind, found) == ("language", OtherLanguage("en", "nl"))
        sent = team.answer(number, text, confirmed=found.keys)
        assert sent.state is ReplyState.QUEUED
        assert team.events(number)[-1].data == {"reply": sent.id, "despite": "language"}

    @pytest.mark.parametrize("text", [ANSWER, "Top!", "Sorry!", "👍"])
    def test_same_language_and_what_cannot_be_told_are_not_asked_about(self, team: Team, text: str) -> None:
        sent = team.answer(team.write(DUTCH), text)
        assert "despite" not in team.events(sent.thread_id)[-1].data

    def test_what_the_network_says_of_a_customer_asks_nothing(self, team: Team) -> None:
        number = team.write("Hallo?", language="en")
        team.answer(number, "Wat kunnen we vandaag voor je doen?")

    def test_customer_of_two_languages_is_answered_in_either(self, team: Team) -> None:
        number = team.write(DUTCH)
        team.write("Could somebody please tell me where my parcel is?")
        team.answer(number, "We are very sorry and will look into it for you today.")


class TestCopy:
    def test_same_answer_to_another_customer_is_asked_about(self, team: Team, clock: TurnedClock) -> None:
        first = team.answer(team.write(DUTCH), ANSWER, LARS)
        clock.turn(minutes=5)
        number = team.write("Waar is mijn bestelling toch gebleven?", author=KIM, conversation="c2")
        (found,) = asked(team, number, f"Hoi Kim! {ANSWER}")
        assert isinstance(found, Copied)
        assert (found.reply_id, found.author, found.thread_id) == (first.id, LARS.id, first.thread_id)
        team.answer(number, f"Hoi Kim! {ANSWER}", confirmed=found.keys)

    def test_answer_that_never_went_may_be_written_again(self, team: Team) -> None:
        number = team.write(DUTCH)
        team.refuse(team.answer(number, ANSWER))
        team.answer(number, ANSWER)

    def test_erased_answer_is_no_copy(self, team: Team) -> None:
        team.arrive(team.answer(team.write(DUTCH), ANSWER))
        erase.erase(team.ctx, "klant")
        team.answer(team.write("Waar is mijn bestelling toch gebleven?", author=KIM, conversation="c2"), ANSWER)


class TestWords:
    def test_misspelt_words_are_asked_about_and_the_rest_is_not(self, team: Team) -> None:
        worded(team, spelling=("nl",))
        number = team.write("De flurpkast is stuk, kan iemand mij daarmee helpen?")
        (found,) = asked(team, number, "Wat vervelend! We vervangen je flurpkast morgn voor je.")
        assert found == Misspelt(("morgn",), "nl")

    def test_new_mistake_is_asked_about_and_the_confirmed_one_is_not(self, team: Team) -> None:
        worded(team, spelling=("nl",))
        number = team.write(DUTCH)
        text = "Wat vervelend! We zoeken het morgn voor je uit"
        (found,) = asked(team, number, text)
        (second,) = asked(team, number, f"{text} en bellen je vanavvond.", confirmed=found.keys)
        assert second == Misspelt(("morgn", "vanavvond"), "nl")
        team.answer(number, f"{text} en bellen je vanavvond.", confirmed=(*found.keys, *second.keys))

    def test_text_of_nothing_but_mistakes_is_asked_about_once_and_the_form_can_keep_it(self, team: Team) -> None:
        worded(team, spelling=("nl",))
        number = team.write(DUTCH)
        text = (
            "Wat vervelend dat je pakket er nog niet is, we zoeken het voor je uit en bellen je morgen. We gaan morgn, "
            "vanavvond, bezoorgd, uitzoekken, terugg, antwoorrd, klachtt, bestelingg, niett, voorr, jouww, overr, "
            "belllen, enn, hett, datt, iss"
        )
        (found,) = asked(team, number, text)
        assert found.keys == ("spelling",)
        shown = modal_asked(reply.draft(team.ctx, ANNA, number), (), [found], text, translator("nl"))
        assert len(shown["private_metadata"]) <= 3000
        team.answer(number, text, confirmed=found.keys)

    def test_desk_says_what_it_would_rather_say_and_what_it_spells(self, team: Team) -> None:
        worded(team, rather_not={"helaas": "jammer genoeg"}, own=("morgn",), spelling=("nl",))
        number = team.write(DUTCH)
        (found,) = asked(team, number, "Dat is helaas zo, we komen er morgn op terug.")
        assert found == RatherNot((("helaas", "jammer genoeg"),))

    def test_language_that_is_not_to_be_checked_asks_nothing(self, team: Team) -> None:
        worded(team, spelling=("sv", "en"))
        team.answer(team.write(DUTCH), "Wat vervelend! We zoeken het morgn voor je uit.")


def ours(team: Team) -> tuple[str, ...]:
    (desk,) = team.ctx.settings.desks
    return desk.words.own


class TestOurWords:
    TEXT = "Wat vervelend! We vervangen je flurpkast morgen voor je."

    def test_word_that_was_added_is_right_in_every_process(self, team: Team) -> None:
        worded(team, spelling=("nl",))
        number = team.write(DUTCH)
        (found,) = asked(team, number, self.TEXT)
        assert isinstance(found, Misspelt)
        assert (found.words, found.language) == (("flurpkast",), "nl")
        elsewhere = replace(team.ctx)
        our_words.add(team.ctx, LEAD, number, "flurpkast")
        our_words.add(team.ctx, LEAD, number, "Flurpkast")
        settings.refresh(elsewhere)
        assert [desk.words.own for desk in elsewhere.settings.desks] == [("flurpkast",)]
        Team(elsewhere).answer(number, self.TEXT)
        assert len(team.rows("SELECT id FROM setting")) == 1

    def test_words_of_the_file_stay_beside_it_and_undo_takes_it_back(self, team: Team) -> None:
        worded(team, spelling=("nl",), own=("Acme Flex",))
        team.ctx.written = team.ctx.settings.desks
        number = team.write(DUTCH)
        our_words.add(team.ctx, LEAD, number, "flurpkast")
        assert ours(team) == ("Acme Flex", "flurpkast")
        page = settings.page(team.ctx, LEAD, "Support")
        (done,) = page.changes
        assert done.may_be_undone
        assert "“flurpkast” is one of our words now." in json.dumps(
            settings_view.page(page, translator("en")), ensure_ascii=False
        )
        settings.undo(team.ctx, LEAD, "Support", [done.change.id])
        assert ours(team) == ("Acme Flex",)
        our_words.add(team.ctx, LEAD, number, "flurpkast")
        assert ours(team) == ("Acme Flex", "flurpkast")

    def test_it_takes_the_role_for_settings(self, team: Team) -> None:
        (desk,) = team.ctx.settings.desks
        roles = desk.roles.model_copy(update={"configure": (LEAD.id,)})
        desks = (desk.model_copy(update={"roles": roles, "words": Words(spelling=("nl",))}),)
        team.ctx.settings = replace(team.ctx.settings, desks=desks)
        number = team.write(DUTCH)
        assert (our_words.may_add(team.ctx, ANNA, number), our_words.may_add(team.ctx, LEAD, number)) == (False, True)
        with pytest.raises(Refused, match="not_allowed"):
            our_words.add(team.ctx, ANNA, number, "flurpkast")
        assert not team.rows("SELECT id FROM setting")

    @pytest.mark.parametrize("word", ["", "two words", "x" * 41, "a\nb"])
    def test_what_is_no_word_is_refused(self, team: Team, word: str) -> None:
        with pytest.raises(Refused, match="word_unfit"):
            our_words.add(team.ctx, LEAD, team.write(DUTCH), word)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_question_names_likely_words_and_one_tap_adds_the_word(bench: Bench, database_url: str) -> None:
    path = bench.ctx.settings.config_path
    path.write_text(path.read_text() + '\n[desk.words]\nspelling = ["nl"]\n')
    number = bench.mention(f"@acme {DUTCH}")
    with whole_bot(bench, database_url) as app:
        app.deps.prepare()
        words = "Wat vervelend! We sturen je pakkert vandaag nog naar de flurpkast."
        text = {"text": {"text": {"type": "plain_text_input", "value": words}}}
        send(bench, app, type="block_actions", channel={"id": HERE}, actions=[button("reply", number)])
        (opened,) = bench.sandbox.slack.views(ANNA.id)
        shown = json.loads(send(bench, app, type="view_submission", view=opened | {"state": {"values": text}}))["view"]
        assert "*pakkert*" in str(shown["blocks"])

        def added(view: Any, word: str) -> Any:
            """Press the button of this word: the form that follows."""
            of = [each for block in view["blocks"] for each in block.get("elements", ()) if "our words" in str(each)]
            (add,) = [each for each in of if each.get("value") == word]
            pressed = (
                opened | view | {"state": {"values": text}, "hash": bench.sandbox.slack.views(ANNA.id)[-1]["hash"]}
            )
            send(bench, app, type="block_actions", view=pressed, actions=[add | {"block_id": "asked:3"}])
            said = f"“{word}” is one of our words now."
            return eventually(lambda: next((v for v in bench.sandbox.slack.views(ANNA.id) if said in str(v)), None))

        half = added(shown, "pakkert")
        assert "Not in the dictionary: *flurpkast*" in str(half["blocks"])
        assert "*pakkert*" not in str(half["blocks"])
        assert "own_word:0" in str(half["blocks"])
        whole = added(half, "flurpkast")
        assert "dictionary" not in str(whole["blocks"])
        assert "“pakkert” is one of our words now." in str(whole["blocks"])
        assert whole["submit"]["text"] == "Send"
        assert [set(each.words.own) for each in app.ctx.settings.desks] == [{"pakkert", "flurpkast"}]


def button(name: str, value: object) -> dict[str, str]:
    return {"type": "button", "action_id": name, "block_id": "b", "value": str(value)}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_earlier_replies_are_found_without_reading_the_desks_threads(team: Team) -> None:
    team.answer(team.write())
    with transaction(team.ctx.engine) as connection, statements(team.ctx.engine) as ran:
        assert replies.recent_of(connection, "Support", 10)
    assert [step for step in plan(team.ctx.engine, ran) if " thread " in f"{step} "] == [
        "SEARCH thread USING INTEGER PRIMARY KEY (rowid=?)"
    ]
