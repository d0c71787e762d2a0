"""A reply that asks for what the customer has given."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import pytest

from bot.domain.customers.reference_numbers import Pattern
from bot.domain.replies.asked_again import asked_again

LANGUAGES = tomllib.loads(files("bot.domain.replies").joinpath("asked_again.toml").read_text("utf-8"))
ORDER = Pattern(r"A-\d{6}", "https://crm.example.com/orders/{0}")
GIVEN = ["A-104857"]


@pytest.mark.parametrize("said", [text for language in LANGUAGES.values() for text in language["examples"]])
def test_question_for_the_number_is_found(said: str) -> None:
    assert asked_again(f"Hoi Jan! {said} 😊 ^AB", [ORDER], GIVEN) == ("A-104857",)


@pytest.mark.parametrize("said", [text for language in LANGUAGES.values() for text in language["others"]])
def test_what_asks_for_no_number_is_not_found(said: str) -> None:
    assert asked_again(f"Hoi Jan! {said} ^AB", [ORDER], GIVEN) == ()


@pytest.mark.parametrize("said", ["Is je ordernummer A-104857?", "Klopt bestelnummer a-104857, graag even bevestigen"])
def test_question_with_the_number_in_it_confirms_it(said: str) -> None:
    assert asked_again(said, [ORDER], GIVEN) == ()


def test_another_number_than_the_given_kind_is_not_asked_again() -> None:
    named = [
        Pattern(r"A-\d{6}", "https://crm.example.com/{0}", ("order number",)),
        Pattern(r"K\d{4}", "https://crm.example.com/{0}", ("membership", "Lid Nummer")),
    ]
    assert asked_again("What is your lid  nummer?!", named, ["A-104857", "K1234"]) == ("K1234",)
    assert asked_again("What is your membership?", named, ["A-104857"]) == ()
    assert asked_again("What is your order number?", named, ["A-104857", "A-200001"]) == ("A-104857", "A-200001")
    assert asked_again("What is your order number?", named, ["B-1"]) == ()


def test_long_reply_ends_at_once() -> None:
    assert asked_again("ordernummer " * 10_000 + "?." * 10_000, [ORDER], GIVEN) == ("A-104857",)
