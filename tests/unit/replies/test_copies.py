"""A reply that was sent before is told from one in own words."""

from __future__ import annotations

import pytest

from bot.domain.replies.copies import UNCHANGED, Written, alike, most_alike

TEXT = "wat vervelend! We zoeken uit waar pakket 3SABC12 is en komen hier morgen op terug"
ANSWER = Written(f"Hoi Jan, {TEXT}. ^AB", "Jan")


@pytest.mark.parametrize(
    "again",
    [
        Written(f"Hoi Piet, {TEXT.replace('3SABC12', '3SXYZ99')}. ^LB", "Piet"),
        Written(f"@piet {TEXT}.", "Piet"),
        Written(f"Dag Piet. {TEXT.replace('morgen', 'vanavond')} /Lars", "Piet"),
        Written(f"Hallo Piet! {TEXT.upper()} https://acme.nl", ""),
    ],
    ids=["another name", "handle", "another word", "address"],
)
def test_copy_is_found_whatever_the_name_and_signature(again: Written) -> None:
    found = most_alike(again, [Written("Fijn dat het pakket er is, geniet ervan!", "Kim"), ANSWER])
    assert found is not None
    assert found[0] == 1
    assert found[1] >= 80


@pytest.mark.parametrize(
    "text",
    [
        "Hoi Piet, vervelend dat je moet wachten. Stuur ons je postcode, dan bellen we de bezorger meteen op.",
        "Dank je wel!",
        "",
        "🙂🙂🙂🙂🙂🙂🙂",
        "Piet, we gaan het uitzoeken en laten het je morgen weten",
    ],
)
def test_own_words_and_short_thanks_are_no_copy(text: str) -> None:
    assert most_alike(Written(text, "Piet"), [ANSWER, Written("Dank je wel!", "Kim")]) is None


def test_only_another_name_and_signature_leave_a_text_unchanged() -> None:
    other = Written(ANSWER.text.replace("Jan", "Sanne").replace("^AB", "^LB").replace("12", "98"), "Sanne de Wit")
    assert alike(other, ANSWER) >= UNCHANGED
    assert alike(Written(ANSWER.text.replace("morgen", "vanmiddag om vier uur"), "Jan"), ANSWER) < UNCHANGED
