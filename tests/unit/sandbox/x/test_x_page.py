"""What the sandbox's page sees of X, and the sample customers who speak on it."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
import requests

from bot.sandbox.bluesky import BlueskyService
from bot.sandbox.changes import Changes
from bot.sandbox.customers import CUSTOMERS, GIVES_UP_AFTER, Customers, storm
from bot.sandbox.customers.script import Language
from bot.sandbox.faults import Faults
from bot.sandbox.x import Post, XService, page
from tests.support.clock import TurnedClock
from tests.support.process import eventually


def call(url: str, name: str, body: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = requests.post(f"{url}/sandbox/x/{name}", json=body, timeout=30).json()
    return answer


def state(url: str) -> dict[str, Any]:
    found: dict[str, Any] = requests.get(f"{url}/sandbox/x/state", timeout=30).json()
    return found


def spoken(customers: Customers) -> Post:
    """Let the next customer act, all of whom are on X."""
    post = customers.next_post()
    assert isinstance(post, Post)
    return post


def test_page_posts_follows_up_edits_and_deletes(x: XService, url: str) -> None:
    picture = [{"url": "/x/media/parcel.png", "alt_text": "Een doos"}]
    first = call(url, "post", {"handle": "fenna_dj", "text": "@acme hallo", "in_reply_to": None, "media": picture})
    second = call(url, "post", {"handle": "fenna_dj", "text": "nog iets", "in_reply_to": first["id"]})
    third = call(url, "edit", {"id": first["id"], "text": "@acme goedendag"})
    assert call(url, "delete", {"id": second["id"]})["ok"]
    edited, deleted = state(url)["posts"]
    assert edited == {
        "id": third["id"],
        "author": {"id": edited["author"]["id"], "handle": "fenna_dj", "name": "Fenna de Jong"},
        "text": "@acme goedendag",
        "created_at": "2026-11-20T15:40:00.000Z",
        "in_reply_to": None,
        "conversation_id": first["id"],
        "edited": True,
        "deleted": False,
        "media": [{"type": "photo", "url": "/x/media/parcel.png", "alt_text": "Een doos"}],
        "own": False,
    }
    assert (deleted["text"], deleted["deleted"]) == ("@acme nog iets", True)


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("post", {"handle": "anna", "text": " "}),
        ("post", {"text": "hallo"}),
        ("post", {"handle": "@anna", "text": "hallo"}),
        ("post", {"handle": "anna", "text": "hallo", "in_reply_to": "12"}),
        ("edit", {"id": "12", "text": "hallo"}),
        ("delete", {"id": "12"}),
        ("pace", {"seconds": -1}),
    ],
)
def test_page_is_told_what_is_wrong(x: XService, url: str, name: str, body: dict[str, Any]) -> None:
    answer = call(url, name, body)
    assert not answer["ok"]
    assert answer["error"]
    assert not x.posts


def test_edited_reply_keeps_its_handles_once(x: XService, url: str) -> None:
    first = x.post("anna", "@acme hallo")
    reply = x.post("anna", "nog iet", in_reply_to=first.id)
    call(url, "edit", {"id": reply.id, "text": "@acme nog iets"})
    assert x.posts[0].text == "@acme nog iets"


def test_page_knows_everyone(url: str) -> None:
    seen = state(url)
    assert seen["own"] == {"id": "1000", "handle": "acme", "name": "Acme"}
    assert {one["language"] for one in seen["customers"]} == {"nl", "en", "sv"}
    assert len(seen["customers"]) == len(CUSTOMERS) == 24


def test_customers_speak_at_the_pace_that_is_set(x: XService, url: str) -> None:
    assert state(url)["pace"] == 0
    call(url, "pace", {"seconds": 0.01})
    until = time.monotonic() + 60
    while len(x.posts) < 3 and time.monotonic() < until:
        time.sleep(0.01)
    call(url, "pace", {"seconds": 0})
    assert len(x.posts) >= 3
    assert state(url)["pace"] == 0


def test_one_storm_rages_at_a_time_and_offers_no_one_to_speak_as(
    x: XService, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "STORM_SECONDS", 0.01)  # still raging when the second is asked for
    before = state(url)["customers"]
    assert call(url, "storm", {})["ok"]
    assert call(url, "storm", {})["ok"]
    eventually(lambda: len(x.posts) >= storm.PEOPLE)
    assert len(x.posts) < 2 * storm.PEOPLE
    assert len({post.author.id for post in x.posts}) == len(x.posts)
    assert state(url)["customers"] == before


@pytest.mark.parametrize("language", ["nl", "sv", "en"])
def test_customers_of_one_language_speak_no_other(x: XService, language: Language) -> None:
    customers = Customers(x, language=language)
    told = [spoken(customers) for _ in range(30)] + list(customers.storm())
    assert {post.language for post in told} == {language}


def test_same_seed_tells_the_same_stories(clock: TurnedClock) -> None:
    one, same, other = (Customers(XService(clock.now, Changes(), Faults()), seed) for seed in (7, 7, 8))
    told = [spoken(one).text for _ in range(120)]
    assert [spoken(same).text for _ in range(120)] == told
    assert [spoken(other).text for _ in range(120)] != told
    assert len(set(told)) > 60


def test_customers_react_only_to_an_answer(x: XService) -> None:
    customers = Customers(x)
    reactions = {step.text for one in CUSTOMERS for story in one.stories for step in story if step.does == "react"}
    for _ in range(40):
        assert spoken(customers).versions[-1].text not in reactions
    for post in x.posts:
        if not post.deleted:
            x.post("acme", f"Dag {post.author.name}, we kijken het na. {post.id}", in_reply_to=post.id)
    after = [spoken(customers) for _ in range(20)]
    answers = [post for post in after if post.versions[-1].text in reactions]
    assert answers
    assert all(post.in_reply_to_author == x.own.id for post in answers)


def test_customer_without_an_answer_gives_up(x: XService) -> None:
    customers = Customers(x)
    waiting = spoken(customers)
    while waiting.author.handle != "martin_hale":
        waiting = spoken(customers)
    for _ in range(2 * GIVES_UP_AFTER):
        spoken(customers)
    x.post("acme", "Sorry for the wait.", in_reply_to=waiting.id)
    after = [spoken(customers) for _ in range(50)]
    assert waiting.conversation_id not in {post.conversation_id for post in after}


def test_some_write_on_both_networks_about_one_thing(x: XService, clock: TurnedClock) -> None:
    bluesky = BlueskyService(clock.now, Changes(), Faults())
    customers = Customers(x, bluesky=bluesky)
    for _ in range(120):
        customers.next_post()
    names = {person.did: person.name for person in bluesky.people}
    on_bluesky = {names[post.did]: post.text for post in reversed(bluesky.posts) if "A-" in post.text}
    on_x = [(post.author.name, post.text) for post in x.posts]
    assert on_bluesky.keys() == {"Fenna de Jong", "Tom Whitfield"}
    for name, text in on_bluesky.items():
        assert any(whose == name and re.findall(r"A-\d{6}", text)[0] in said for whose, said in on_x)


def test_every_story_can_be_told_to_its_end(x: XService) -> None:
    customers = Customers(x)
    for _ in range(200):
        post = spoken(customers)
        assert "{" not in post.text
        if post.author.id != x.own.id and not post.deleted:
            x.post("acme", f"We zoeken het uit. {post.id}", in_reply_to=post.id)
    told = {post.author.handle for post in x.posts}
    assert told == {one.handle for one in CUSTOMERS} | {"acme"}
    assert any(post.edited for post in x.posts)
    assert any(post.deleted for post in x.posts)
    assert any(post.reposts for post in x.posts)
    assert any(post.quotes for post in x.posts)
    assert any(post.media for post in x.posts)
