"""What customers do at X after they wrote: the card follows."""

from __future__ import annotations

from tests.support.cast import EMMA
from tests.support.office import Office, words
from tests.support.process import eventually


def test_edit_shows_on_the_card(office: Office) -> None:
    case = office.mention("my paket is late")
    office.x.edit(case.post.id, "@acme my parcel is late")
    case.shows("my parcel is late")
    assert "edited" in case.shown
    assert len(case.cards) == 1
    case.reply(EMMA, "We will see.")
    case.shows("*Answered*")
    assert case.replies == [f"@{case.handle} We will see. ^EC"]


def test_deleted_post_leaves_no_words_behind(office: Office) -> None:
    case = office.mention("something regrettable")
    card = case.card
    office.x.delete(case.post.id)
    eventually(lambda: "regrettable" not in words(card))
    assert "deleted what they wrote" in words(card)
    assert "regrettable" not in card.text
    assert not {"reply", "claim"} & case.buttons
