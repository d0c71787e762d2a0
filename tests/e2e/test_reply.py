"""Answering a customer, and everything that can come between an agent and their reply."""

from __future__ import annotations

import pytest

from tests.support.cast import ANNA, EMMA
from tests.support.office import Office, Start, words
from tests.support.process import eventually


@pytest.fixture(scope="module")
def office(start: Start) -> Office:
    """A bot without rechecks, so that it learns of deletions only from X's refusals."""
    return start(recheck="1h", more='[desk.words]\nspelling = ["en"]\nguideline = """Short and warm.\nNo jargon."""')


def test_answered_unowned_thread_is_its_authors(office: Office) -> None:
    case = office.mention("who are you?")
    assert case.reply(EMMA, "Emma, nice to meet you.").ok
    case.shows(f"*Answered* by <@{EMMA.id}>")
    case.menu(EMMA, "history")
    assert f"<@{EMMA.id}> claimed it" in words(office.modal(EMMA)["blocks"])
    office.slack.close(EMMA.id)


def test_new_post_of_the_customer_stops_the_sending(office: Office) -> None:
    case = office.mention("where is my parcel?")
    case.draft(EMMA)
    office.x.post(case.handle, "@acme never mind, it has just arrived", in_reply_to=case.post.id)
    case.shows("just arrived")
    outcome = office.slack.submit(EMMA.id, {"text": "We will look for it."})
    assert outcome.ok
    modal = office.modal(EMMA)
    assert "just arrived" in words(modal["blocks"])
    assert "something changed" in words(modal["blocks"])
    assert modal["submit"]["text"] == "Send anyway"
    assert modal["state"]["values"]["text"]["text"]["value"] == "We will look for it."
    assert case.replies == []
    assert office.slack.submit(EMMA.id, {"text": "Glad to hear it!"}).ok
    case.shows("*Answered*")
    newest = office.x.posts[0]
    assert newest.text == f"@{case.handle} Glad to hear it! ^EC"


def test_changes_stay_in_view_while_the_answer_is_rewritten(office: Office) -> None:
    case = office.mention("where is my refund?")
    case.draft(EMMA)
    office.x.post(case.handle, "@acme found it", in_reply_to=case.post.id)
    case.shows("found it")
    office.slack.submit(EMMA.id, {"text": "We will look for it."})
    office.slack.act(EMMA.id, "text", "We will")
    eventually(lambda: "characters, signature included" in words(office.modal(EMMA)["blocks"]))
    modal = office.modal(EMMA)
    assert "something changed" in words(modal["blocks"])
    assert modal["submit"]["text"] == "Send anyway"
    office.slack.close(EMMA.id)


def test_closed_modal_gives_back_what_was_typed(office: Office) -> None:
    case = office.mention("a long story?")
    case.draft(EMMA)
    office.slack.act(EMMA.id, "text", "Half a <thought>")
    office.slack.act(EMMA.id, "text", "Half a <thought> & more")
    office.slack.close(EMMA.id)
    shown = case.draft(EMMA)
    assert shown["state"]["values"]["text"]["text"]["value"] == "Half a <thought> & more"
    assert "is here again" in words(shown["blocks"])
    office.slack.close(EMMA.id, everything=True)
    assert case.draft(ANNA)["state"]["values"]["text"]["text"]["value"] is None
    office.slack.close(ANNA.id)
    case.draft(EMMA)
    assert office.slack.submit(EMMA.id, {"text": "A whole thought"}).ok
    case.offers("more:reply")
    case.menu(EMMA, "reply")
    assert office.modal(EMMA)["state"]["values"]["text"]["text"]["value"] is None
    office.slack.close(EMMA.id)


def test_text_that_slack_reports_only_on_closing_is_kept(office: Office) -> None:
    case = office.mention("a short story?")
    case.draft(EMMA)
    office.slack.act(EMMA.id, "text", "Unreported", trigger="on_enter_pressed")  # so nothing is sent while typing
    office.slack.close(EMMA.id)
    assert case.draft(EMMA)["state"]["values"]["text"]["text"]["value"] == "Unreported"
    office.slack.close(EMMA.id)


def test_refused_command_leaves_its_text_in_the_modal(office: Office) -> None:
    case = office.mention("say it by command")
    case.click(ANNA, "claim")
    case.shows("*is on it*")
    assert "careful words" in office.command(EMMA, f"reply {case.number} My careful words")
    case.menu(ANNA, "release")
    case.offers("claim")
    assert case.draft(EMMA)["state"]["values"]["text"]["text"]["value"] == "My careful words"
    office.slack.close(EMMA.id)


def test_take_over_by_a_colleague_stops_the_sending(office: Office) -> None:
    case = office.mention("hello?")
    case.draft(EMMA)
    case.click(ANNA, "claim")
    case.shows(f"<@{ANNA.id}> *is on it*")
    assert office.slack.submit(EMMA.id, {"text": "Hello to you too."}).ok
    notice = office.modal(EMMA)["blocks"][0]
    assert notice["block_id"] == "notice"
    assert f"<@{ANNA.id}> claimed #{case.number} at" in words(notice)
    assert office.modal(EMMA)["state"]["values"]["text"]["text"]["value"] == "Hello to you too."
    assert case.replies == []


def test_take_over_in_the_modal_can_send_the_same_text(office: Office) -> None:
    case = office.mention("hello again?")
    case.draft(EMMA)
    case.click(ANNA, "claim")
    case.shows(f"<@{ANNA.id}> *is on it*")
    office.slack.submit(EMMA.id, {"text": "Hello to you too."})
    office.slack.act(EMMA.id, "take_over", str(case.number))
    assert [view["callback_id"] for view in office.slack.views(EMMA.id)] == ["reply", "take_over"]
    assert office.slack.submit(EMMA.id, {"reason": "she went home"}).ok
    case.shows(f"<@{EMMA.id}> *is on it*")
    eventually(lambda: "claimed" not in words(office.modal(EMMA)["blocks"]))
    assert office.modal(EMMA)["state"]["values"]["text"]["text"]["value"] == "Hello to you too."
    assert office.slack.submit(EMMA.id, {"text": "Hello to you too."}).ok
    case.shows("*Answered*")
    assert case.replies == [f"@{case.handle} Hello to you too. ^EC"]


def test_too_long_or_empty_text_stays_in_the_modal(office: Office) -> None:
    case = office.mention("tell me everything")
    case.draft(EMMA)
    outcome = office.slack.submit(EMMA.id, {"text": "x" * 300})
    assert outcome.errors
    assert "280" in outcome.errors["text"]
    assert "304" in outcome.errors["text"]
    assert office.modal(EMMA)["state"]["values"]["text"]["text"]["value"] == "x" * 300
    outcome = office.slack.submit(EMMA.id, {"text": "  \n "})
    assert outcome.errors
    assert "text" in outcome.errors
    office.slack.close(EMMA.id)
    assert case.replies == []


def test_count_follows_the_typing_as_x_counts(office: Office) -> None:
    case = office.mention("write to me")
    case.draft(EMMA)
    office.slack.act(EMMA.id, "text", "https://example.com/a/very/long/address/that/goes/on?and=on 日本")
    # A link counts 23, a Japanese character 2, and " ^EC" 4.
    eventually(lambda: "32 of 280" in words(office.modal(EMMA)["blocks"]))
    office.slack.act(EMMA.id, "text", "x" * 290)
    eventually(lambda: "14 characters too many" in words(office.modal(EMMA)["blocks"]))
    assert office.modal(EMMA)["state"]["values"]["text"]["text"]["value"] == "x" * 290
    office.slack.close(EMMA.id)


def test_duplicate_is_refused_by_x_in_plain_words(office: Office) -> None:
    case = office.mention("first")
    case.reply(EMMA, "Exactly the same words.")
    case.shows("*Answered*")
    office.x.post(case.handle, "@acme second", in_reply_to=case.post.id)
    case.shows("second")
    case.reply(EMMA, "Exactly the same words.")
    case.shows("was not sent")
    case.told(EMMA, "the same text was sent before")
    assert "Exactly the same words." in case.shown
    case.offers("reply")
    assert len([post for post in office.x.posts if post.text == f"@{case.handle} Exactly the same words. ^EC"]) == 1


def test_post_that_no_longer_mentions_us_is_answered_on_x(office: Office) -> None:
    case = office.mention("not for your eyes")
    office.x.edit(case.post.id, "not for your eyes")
    case.reply(EMMA, "What is it?")
    case.told(EMMA, "does not mention us")
    case.told(EMMA, "What is it?")
    case.offers("open_post")
    assert "reply" not in case.buttons
    assert case.replies == []


def test_deleted_post_cannot_be_answered(office: Office) -> None:
    case = office.mention("I should not have said that")
    office.x.delete(case.post.id)
    case.reply(EMMA, "We heard you.")
    case.told(EMMA, "no longer exists")
    case.shows("We heard you.")
    assert "reply" not in case.buttons


def test_lost_answer_of_x_is_looked_up_and_not_sent_again(office: Office) -> None:
    case = office.mention("are you there?")
    office.sandbox.faults.add("x", "POST /2/tweets", "drop_after")
    case.reply(EMMA, "Yes, always.")
    case.shows("*Answered*")
    case.told(EMMA, "is on X")
    assert case.replies == [f"@{case.handle} Yes, always. ^EC"]


def test_unknown_outcome_is_left_to_a_person(office: Office) -> None:
    case = office.mention("and you?")
    office.sandbox.faults.add("x", "POST /2/tweets", "drop_before")
    case.reply(EMMA, "Me as well.")
    case.shows("Unknown whether")
    case.told(EMMA, "Me as well.")
    assert case.replies == []
    case.click(EMMA, "send_again")
    case.shows("*Answered*")
    assert case.replies == [f"@{case.handle} Me as well. ^EC"]


def test_person_says_that_it_was_sent(office: Office) -> None:
    case = office.mention("and they?")
    office.sandbox.faults.add("x", "POST /2/tweets", "drop_before")
    case.reply(EMMA, "They too.")
    case.offers("mark_sent")
    case.click(EMMA, "mark_sent")
    case.shows("*Answered*")
    assert case.replies == []


def test_unreachable_x_gets_the_reply_once(office: Office) -> None:
    case = office.mention("try again")
    office.sandbox.faults.add("x", "POST /2/tweets", "rate_limited", retry_after=1)
    case.reply(EMMA, "Patience.")
    case.shows("*Answered*")
    assert case.replies == [f"@{case.handle} Patience. ^EC"]


class TestSlackNotation:
    def test_command_reaches_the_customer_in_their_own_terms(self, office: Office) -> None:
        case = office.mention("can you help?")
        typed = f"reply {case.number} Yes :slightly_smiling_face: see https://acme.nl/a?b=1&c=2 \ufeff1 < 2, 10:30:45"
        office.command(EMMA, typed)
        case.shows("*Answered*")
        assert case.replies == [f"@{case.handle} Yes 🙂 see https://acme.nl/a?b=1&c=2 1 < 2, 10:30:45 ^EC"]

    def test_modal_counts_and_sends_the_decoded_text(self, office: Office) -> None:
        case = office.mention("hello there")
        case.draft(EMMA)
        office.slack.act(EMMA.id, "text", "Hi :wave::skin-tone-3:")
        eventually(lambda: "9 of 280" in words(office.modal(EMMA)["blocks"]))
        assert office.slack.submit(EMMA.id, {"text": "Hi :wave::skin-tone-3: <https://acme.nl|us>"}).ok
        case.shows("*Answered*")
        assert case.replies == [f"@{case.handle} Hi 👋🏼 https://acme.nl ^EC"]

    @pytest.mark.parametrize(("typed", "piece"), [("Hi :partyparrot:", ":partyparrot:"), ("<!here> hi", "@here")])
    def test_what_only_slack_knows_is_refused_at_the_field(self, office: Office, typed: str, piece: str) -> None:
        case = office.mention("one more thing")
        case.draft(EMMA)
        outcome = office.slack.submit(EMMA.id, {"text": typed})
        assert outcome.errors
        assert piece in outcome.errors["text"]
        office.slack.close(EMMA.id)
        answer = office.command(EMMA, f"reply {case.number} {typed}")
        assert f"`{piece}`" in answer
        assert case.replies == []

    def test_character_that_x_calls_invalid_is_named(self, office: Office) -> None:
        case = office.mention("and another")
        case.draft(EMMA)
        outcome = office.slack.submit(EMMA.id, {"text": "Hi\uffff there"})
        assert outcome.errors
        assert "X does not accept the character U+FFFF" in outcome.errors["text"]
        office.slack.close(EMMA.id)

    def test_reason_of_a_close_is_refused_at_its_field(self, office: Office) -> None:
        case = office.mention("spam")
        case.menu(EMMA, "close")
        outcome = office.slack.submit(EMMA.id, {"reason": "spam :blob_no:"})
        assert outcome.errors
        assert ":blob_no:" in outcome.errors["reason"]
        office.slack.close(EMMA.id)


class TestStrangers:
    def test_colleague_typed_in_the_command_is_asked_about(self, office: Office) -> None:
        case = office.mention("who can help?")
        assert office.command(EMMA, f"reply {case.number} please ask @lars") == ""
        modal = office.modal(EMMA)
        assert modal["submit"]["text"] == "Send anyway"
        assert "the name of a colleague: *Lars Nilsson*" in words(modal["blocks"])
        text = modal["state"]["values"]["text"]["text"]["value"]
        assert text == "please ask Lars Nilsson"
        assert case.replies == []
        assert office.slack.submit(EMMA.id, {"text": text}).ok
        case.shows("*Answered*")
        assert case.replies == [f"@{case.handle} please ask Lars Nilsson ^EC"]

    def test_strange_handle_in_the_modal_is_asked_about_once(self, office: Office) -> None:
        case = office.mention("who else can help?")
        assert case.reply(EMMA, "please ask @larsson").ok
        modal = office.modal(EMMA)
        assert modal["submit"]["text"] == "Send anyway"
        assert "*@larsson* has no part in this conversation" in words(modal["blocks"])
        assert case.replies == []
        assert office.slack.submit(EMMA.id, {"text": "please ask @larsson or @lars_2"}).ok
        assert "*@lars_2* has no part" in words(office.modal(EMMA)["blocks"])
        assert office.slack.submit(EMMA.id, {"text": "please ask @larsson or @lars_2"}).ok
        case.shows("*Answered*")
        assert case.replies == [f"@{case.handle} please ask @larsson or @lars_2 ^EC"]


class TestSecondLook:
    def test_findings_are_shown_with_their_words_and_the_reply_can_be_changed(self, office: Office) -> None:
        case = office.mention("Mijn pakket is nog steeds niet bezorgd, wat nu?")
        assert case.reply(EMMA, "We are very sorry and will look into it tomorow.").ok
        modal = office.modal(EMMA)
        assert (modal["submit"]["text"], modal["close"]["text"]) == ("Send as it is", "Cancel")
        asked = words(modal["blocks"])
        assert "The customer wrote *Dutch*, this is *English*." in asked
        assert "Not in the dictionary: *tomorow*" in asked
        assert case.replies == []
        office.slack.act(EMMA.id, "change_reply")
        eventually(lambda: office.modal(EMMA)["submit"]["text"] == "Send")
        assert "dictionary" not in words(office.modal(EMMA)["blocks"])
        assert office.slack.submit(EMMA.id, {"text": "Wat vervelend, we zoeken het morgen voor je uit."}).ok
        case.shows("*Answered*")
        assert case.replies == [f"@{case.handle} Wat vervelend, we zoeken het morgen voor je uit. ^EC"]

    def test_reply_goes_as_it_is_when_its_author_means_it(self, office: Office) -> None:
        case = office.mention("Mijn bestelling is nergens te vinden, help!")
        text = "So sorry to hear that, I have sent you a new one."
        assert office.command(EMMA, f"reply {case.number} {text}") == ""
        assert "this is *English*" in words(office.modal(EMMA)["blocks"])
        assert office.slack.submit(EMMA.id, {"text": text}).ok
        case.shows("*Answered*")
        again = office.mention("Waar blijft mijn bestelling? Ik wacht al een week.")
        assert again.reply(EMMA, text).ok
        asked = words(office.modal(EMMA)["blocks"])
        assert f"the same as what <@{EMMA.id}> answered in #{case.number}" in asked
        assert office.slack.submit(EMMA.id, {"text": text}).ok
        again.shows("*Answered*")

    def test_guideline_is_one_tap_away_and_what_is_typed_stays(self, office: Office) -> None:
        case = office.mention("who can help?")
        case.draft(EMMA)
        assert "Short and warm" not in words(office.modal(EMMA)["blocks"])
        assert office.slack.act(EMMA.id, "guideline", values={"text": "We"}).ok
        eventually(lambda: "Short and warm.\nNo jargon." in words(office.modal(EMMA)["blocks"]))
        assert office.modal(EMMA)["state"]["values"]["text"]["text"]["value"] == "We"
