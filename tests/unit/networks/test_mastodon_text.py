"""What is posted on Mastodon, how long it is there, and how it is known again."""

from __future__ import annotations

import pytest

from bot.networks.mastodon.text import addressed, comparable, length, shortened, without_names

LONG = "https://acme.nl/een/heel/lang/pad/van/meer/dan/drieentwintig"


@pytest.mark.parametrize(
    ("text", "used"),
    [
        ("", 0),
        ("hoi", 3),
        ("日本", 2),
        ("é", 1),
        ("e\u0301", 1),
        ("👩‍👩‍👧‍👦", 1),
        ("🇳🇱👍🏽", 2),
        ("een\ntwee", 8),
        (f"zie {LONG}", 4 + 23),
        ("zie http://a.nl", 4 + 23),
        (f"zie {LONG}.", 4 + 23 + 1),
        (f"({LONG})", 1 + 23 + 1),
        (f"{LONG}?a=1&b=2!", 23 + 1),
        (f"{LONG}_(haakjes)", 23),
        (f"{LONG}/(open", 23 + len("(open")),
        (f"{LONG}/@klant@elders.example", 23),
        (f"{LONG} {LONG}", 23 + 1 + 23),
        ("https://acme.invalidtld/pad", 27),
        ("http://localhost/pad", 20),
        ("acme.nl/volg", 12),
        ("xhttps://acme.nl", 16),
        ("@klant hoi", 10),
        ("@klant@elders.example hoi", 10),
        ("@klant@elders.example, @bob@b.example", 12),
        ("mail klant@elders.example", 25),
        ("(@klant@elders.example)", 8),
    ],
)
def test_characters_are_counted_as_mastodon_counts_them(text: str, used: int) -> None:
    assert length(text) == used


def test_server_may_reserve_another_length_for_links() -> None:
    assert length(f"zie {LONG}", 30) == 34


@pytest.mark.parametrize(
    ("text", "to", "posted"),
    [
        ("dag", "", "dag"),
        ("dag", "klant", "@klant dag"),
        ("dag", "klant@elders.example", "@klant@elders.example dag"),
        ("@klant dag", "klant", "@klant dag"),
        ("Dag @Klant!", "klant", "Dag @Klant!"),
        ("@klant@example.social dag", "klant", "@klant@example.social dag"),
        ("@klant dag", "klant@example.social", "@klant dag"),
        ("@klant dag", "klant@elders.example", "@klant@elders.example dag"),
        ("@klant@elders.example dag", "klant@elders.example", "@klant@elders.example dag"),
        ("@klant.jan dag", "klant", "@klant @klant.jan dag"),
        ("@klant@derden.example dag", "klant", "@klant @klant@derden.example dag"),
        ("mail ons@klant.nl", "klant", "@klant mail ons@klant.nl"),
    ],
)
def test_customer_is_named_once(text: str, to: str, posted: str) -> None:
    assert addressed(text, to, "example.social", private=False) == posted


@pytest.mark.parametrize("other", ["@bob", "@bob@elders.example", "@klant.jan", "@klant@derden.example"])
def test_private_post_names_nobody_else(other: str) -> None:
    posted = addressed(f"vraag het {other} eens", "klant", "example.social", private=True)
    assert posted == f"@klant vraag het @\u2060{other[1:]} eens"
    assert addressed(f"vraag het {other} eens", "klant", "example.social", private=False) == (
        f"@klant vraag het {other} eens"
    )


@pytest.mark.parametrize(
    ("shown", "written"),
    [
        ("@klant@elders.example Dag!", "Dag!"),
        ("@klant @bob Dag & welkom", "dag &  welkom"),
        ("zie https://acme.nl/a?b=%C3%A9", "zie acme.nl/a?b=é"),
        ("\uff24\uff41\uff47", "dag"),
        ("vraag @\u2060bob", "vraag @bob"),
    ],
)
def test_post_is_known_however_a_server_writes_it(shown: str, written: str) -> None:
    assert comparable(shown) == comparable(written)
    assert comparable(shown) != comparable(f"{written} meer")


def test_names_in_front_are_left_out() -> None:
    assert without_names("@klant@elders.example @bob Dag @anne") == "Dag @anne"
    assert without_names("Dag @anne") == "Dag @anne"


def test_text_is_shortened_by_what_people_see() -> None:
    assert shortened("👩‍👩‍👧👩‍👩‍👧", 2) == "👩‍👩‍👧👩‍👩‍👧"
    assert shortened("👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧", 2) == "👩‍👩‍👧…"


@pytest.mark.parametrize(("ours", "another"), [("👍", "❤️"), ("!", "?"), ("👍", "")])
def test_words_without_letters_are_compared_whole(ours: str, another: str) -> None:
    assert comparable(ours) != comparable(another)
    assert comparable(f"@klant {ours}") == comparable(ours)
