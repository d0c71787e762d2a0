"""What the local X answers to reads, asked through the real tweepy."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
import requests
import tweepy

from bot.sandbox.x import Media, XService
from tests.support.clock import TurnedClock

LONG = "@acme " + "Het pakket is weer niet gekomen & niemand weet iets. " * 12


def test_only_requested_fields_are_shown(x: XService, client: tweepy.Client) -> None:
    post = x.post("anna", "@acme hallo")
    assert client.get_users_mentions("1000") == {
        "data": [{"id": post.id, "text": "@acme hallo", "edit_history_tweet_ids": [post.id]}],
        "meta": {"result_count": 1, "newest_id": post.id, "oldest_id": post.id},
    }


def test_fields_and_expansions_bring_the_rest(x: XService, client: tweepy.Client) -> None:
    x.add_account("anna", "Anna de Wit", followers=321, language="nl")
    picture = Media("3_1", "photo", "/x/media/parcel.png", "Een doos")
    post = x.post("anna", "@acme <kapot> & nat https://example.com/a?b=1&c=2 #pech", media=[picture])
    answer = client.get_users_mentions(
        "1000",
        tweet_fields=["created_at", "conversation_id", "entities", "lang", "attachments", "edit_controls"],
        expansions=["author_id", "attachments.media_keys"],
        user_fields=["public_metrics"],
        media_fields=["url", "alt_text"],
    )
    (data,) = answer["data"]
    assert data["created_at"] == "2026-11-20T15:40:00.000Z"
    assert data["conversation_id"] == post.id
    assert data["lang"] == "nl"
    assert data["attachments"] == {"media_keys": ["3_1"]}
    assert data["edit_controls"]["editable_until"] == "2026-11-20T16:40:00.000Z"
    link, own_picture = data["entities"]["urls"]
    assert link["expanded_url"] == "https://example.com/a?b=1&c=2"
    assert own_picture["media_key"] == "3_1"
    assert data["text"] == f"@acme &lt;kapot&gt; &amp; nat {link['url']} #pech {own_picture['url']}"
    for entity in (link, own_picture):
        assert data["text"][entity["start"] : entity["end"]] == entity["url"]
    assert data["entities"]["mentions"] == [{"start": 0, "end": 5, "username": "acme", "id": "1000"}]
    (tag,) = data["entities"]["hashtags"]
    assert data["text"][tag["start"] : tag["end"]] == "#pech"
    (author,) = answer["includes"]["users"]
    assert author["name"] == "Anna de Wit"
    assert author["public_metrics"]["followers_count"] == 321
    (media,) = answer["includes"]["media"]
    assert media["alt_text"] == "Een doos"
    assert requests.get(media["url"], timeout=30).content.startswith(b"\x89PNG")


def test_film_comes_with_its_still_and_variants(x: XService, client: tweepy.Client) -> None:
    post = x.post("anna", "@acme kijk", media=[Media("7_1", "video", "/x/media/router.png")])
    fields = ["preview_image_url", "variants"]
    (media,) = client.get_tweets([post.id], expansions="attachments.media_keys", media_fields=fields)["includes"][
        "media"
    ]
    assert media["type"] == "video"
    assert media["preview_image_url"].endswith("/x/media/router.png")
    assert media["variants"][0]["content_type"] == "video/mp4"


def test_long_post_is_cut_and_whole_in_its_note(x: XService, client: tweepy.Client) -> None:
    x.post("anna", LONG.strip())
    (data,) = client.get_users_mentions("1000", tweet_fields="note_tweet,entities")["data"]
    assert "… https://t.co/" in data["text"]
    assert len(data["text"].replace("&amp;", "&")) <= 280
    assert data["note_tweet"]["text"] == LONG.strip().replace("&", "&amp;")


def test_handles_of_a_long_reply_do_not_count(x: XService, client: tweepy.Client) -> None:
    ours = x.post("acme", "Storing opgelost")
    x.post("anna", "a" * 280, in_reply_to=ours.id)
    x.post("bram", "woord " * 60, in_reply_to=ours.id)
    cut, whole = client.get_users_mentions("1000", tweet_fields="note_tweet,display_text_range")["data"]
    assert whole["text"] == "@acme " + "a" * 280
    assert whole["display_text_range"] == [6, 286]
    assert "note_tweet" not in whole
    assert cut["text"].startswith("@acme woord woord")
    assert cut["note_tweet"]["text"].startswith("@acme woord woord")


def test_pages_run_newest_first_down_to_since_id(x: XService, client: tweepy.Client, clock: TurnedClock) -> None:
    posts = []
    for number in range(12):
        clock.turn(seconds=1)
        posts.append(x.post("anna", f"@acme {number}").id)
    first = client.get_users_mentions("1000", max_results=5)
    second = client.get_users_mentions("1000", max_results=5, pagination_token=first["meta"]["next_token"])
    third = client.get_users_mentions("1000", max_results=5, pagination_token=second["meta"]["next_token"])
    assert [data["id"] for page in (first, second, third) for data in page["data"]] == posts[::-1]
    assert "next_token" not in third["meta"]
    newer = client.get_users_mentions("1000", since_id=posts[9])
    assert [data["id"] for data in newer["data"]] == [posts[11], posts[10]]
    assert client.get_users_mentions("1000", since_id=posts[11]) == {"meta": {"result_count": 0}}
    started = client.get_users_mentions("1000", start_time=clock.now() - timedelta(seconds=2))
    assert [data["id"] for data in started["data"]] == posts[:8:-1]


def test_mentions_go_back_800_and_no_further(x: XService, client: tweepy.Client) -> None:
    posts = [x.post("anna", f"@acme {number}").id for number in range(803)]
    token: str | None = None
    seen: list[str] = []
    while token or not seen:
        page = client.get_users_mentions("1000", max_results=100, pagination_token=token)
        seen += [data["id"] for data in page["data"]]
        token = page["meta"].get("next_token")
    assert seen == posts[:2:-1]


def test_conversation_stays_one_and_keeps_its_handles(x: XService, client: tweepy.Client) -> None:
    post = x.post("anna", "@acme hallo")
    ours = client.create_tweet(text="Dag Anna ^AB", in_reply_to_tweet_id=post.id)["data"]
    x.post("anna", "dank je", in_reply_to=ours["id"])
    x.post("anna", "en nog iets", in_reply_to=post.id)
    x.delete(x.post("anna", "laat maar", in_reply_to=post.id).id)
    x.post("acme", "van ons zelf, @acme")
    fields = ["conversation_id", "in_reply_to_user_id", "referenced_tweets"]
    more, thanks, _ = client.get_users_mentions("1000", tweet_fields=fields)["data"]
    assert (more["text"], thanks["text"]) == ("@acme en nog iets", "@acme dank je")
    assert {more["conversation_id"], thanks["conversation_id"]} == {post.id}
    assert thanks["in_reply_to_user_id"] == "1000"
    assert thanks["referenced_tweets"] == [{"type": "replied_to", "id": ours["id"]}]
    assert [reply.text for reply in x.replies_to(post.id)] == ["@anna Dag Anna ^AB", "@acme en nog iets"]


def test_reposts_and_quotes_are_mentions_with_their_kind(x: XService, client: tweepy.Client) -> None:
    post = x.post("anna", "@acme hallo")
    x.repost("bram", post.id)
    x.quote("cato", post.id, "@acme bij mij ook")
    answer = client.get_users_mentions("1000", expansions="referenced_tweets.id,referenced_tweets.id.author_id")
    quote, repost, _ = answer["data"]
    assert quote["referenced_tweets"] == [{"type": "quoted", "id": post.id}]
    assert repost["text"] == "RT @anna: @acme hallo"
    assert repost["referenced_tweets"] == [{"type": "retweeted", "id": post.id}]
    assert [included["id"] for included in answer["includes"]["tweets"]] == [post.id]
    assert [user["username"] for user in answer["includes"]["users"]] == ["anna"]


def test_answered_post_may_not_come_along(x: XService, client: tweepy.Client) -> None:
    """X leaves out a protected post and says so; sometimes it leaves out one without a word."""
    for handle in ("anna", "bram", "cato"):
        x.post(f"{handle}2", "@acme kijk", in_reply_to=x.post(handle, "hallo").id)
    anna, bram, cato = (post.id for post in reversed(x.posts) if post.in_reply_to is None)
    x.protected, x.unexpanded = {"anna"}, {bram}
    answer = client.get_users_mentions("1000", expansions="referenced_tweets.id")
    assert [included["id"] for included in answer["includes"]["tweets"]] == [cato]
    assert [error["resource_id"] for error in answer["errors"]] == [anna]
    (found,) = client.get_tweets([bram])["data"]
    assert found["text"] == "hallo"


def test_repost_shows_the_first_words_only(x: XService, client: tweepy.Client) -> None:
    post = x.post("anna", "Al dagen wachten. " * 10 + "@acme")
    repost = x.repost("bram", post.id)
    assert [data["id"] for data in client.get_users_mentions("1000")["data"]] == [post.id]
    (data,) = client.get_tweets([repost.id])["data"]
    assert len(data["text"]) == 140
    assert data["text"].endswith("…")


def test_counts_are_right(x: XService, client: tweepy.Client) -> None:
    post = x.post("anna", "@acme hallo")
    x.repost("bram", post.id)
    x.quote("cato", post.id, "zie")
    x.post("dirk", "ook", in_reply_to=post.id)
    x.delete(x.post("dirk", "toch niet", in_reply_to=post.id).id)
    metrics = client.get_tweet(post.id, tweet_fields="public_metrics")["data"]["public_metrics"]
    assert (metrics["retweet_count"], metrics["quote_count"], metrics["reply_count"]) == (1, 1, 1)


def test_edit_makes_a_new_id_and_keeps_the_old(x: XService, client: tweepy.Client, clock: TurnedClock) -> None:
    post = x.post("anna", "@acme helo")
    clock.turn(minutes=5)
    edited = x.edit(post.id, "@acme hallo")
    assert edited.id != post.id
    (data,) = client.get_users_mentions("1000", since_id=post.id)["data"]
    assert (data["id"], data["text"]) == (edited.id, "@acme hallo")
    assert data["edit_history_tweet_ids"] == [post.id, edited.id]
    (old,) = client.get_tweets([post.id])["data"]
    assert old["text"] == "@acme helo"
    assert old["edit_history_tweet_ids"] == [post.id, edited.id]


def test_deleted_posts_are_gone_with_their_reposts(x: XService, client: tweepy.Client) -> None:
    post, kept = x.post("anna", "@acme weg ermee"), x.post("bram", "@acme blijft")
    x.repost("cato", post.id)
    x.delete(post.id)
    assert [data["id"] for data in client.get_users_mentions("1000")["data"]] == [kept.id]
    answer = client.get_tweets([post.id, kept.id, "12"])
    assert [data["id"] for data in answer["data"]] == [kept.id]
    assert [error["resource_id"] for error in answer["errors"]] == [post.id, "12"]
    assert {error["type"] for error in answer["errors"]} == {"https://api.twitter.com/2/problems/resource-not-found"}
    assert client.get_tweet(post.id)["errors"][0]["parameter"] == "id"


def test_accounts_are_found_by_name_and_by_id(x: XService, client: tweepy.Client) -> None:
    anna = x.add_account("anna", "Anna")
    assert client.get_me()["data"] == {"id": "1000", "name": "Acme", "username": "acme"}
    assert client.get_user(username="ANNA")["data"]["id"] == anna.id
    assert client.get_user(id=anna.id)["data"]["username"] == "anna"
    both = client.get_users(usernames=["acme", "nobody"])
    assert [user["id"] for user in both["data"]] == ["1000"]
    assert both["errors"][0]["value"] == "nobody"
    assert client.get_user(username="nobody")["errors"][0]["resource_type"] == "user"


def test_own_timeline_and_search_are_read(x: XService, client: tweepy.Client) -> None:
    post = x.post("anna", "@acme hallo")
    x.post("acme", "Storing in Utrecht opgelost")
    reply = client.create_tweet(text="Dag", in_reply_to_tweet_id=post.id)["data"]["id"]
    assert len(client.get_users_tweets("1000")["data"]) == 2
    assert len(client.get_users_tweets("1000", exclude="replies")["data"]) == 1
    found = client.search_recent_tweets(f"conversation_id:{post.id} from:acme -is:retweet")
    assert [data["id"] for data in found["data"]] == [reply]
    assert client.search_recent_tweets('"in utrecht" lang:nl')["meta"]["result_count"] == 1


def test_field_names_of_august_2026_are_known(x: XService, url: str) -> None:
    x.field_names = "post"
    post = x.post("anna", LONG.strip())
    x.quote("bram", post.id, "@acme zie dit")
    asked = {"post.fields": "note_post,created_at", "expansions": "edit_history_post_ids,referenced_posts"}
    answer = _asked(f"{url}/x/2/users/1000/mentions", asked).json()
    quote, long = answer["data"]
    assert quote["referenced_posts"] == [{"type": "quoted", "id": post.id}]
    assert long["note_post"]["text"].startswith("@acme Het pakket")
    assert long["edit_history_post_ids"] == [post.id]
    assert [included["id"] for included in answer["includes"]["posts"]] == [post.id]
    (data,) = _asked(f"{url}/x/2/tweets", {"ids": post.id, "post.fields": "note_post"}).json()["data"]
    assert data.keys() == {"id", "text", "note_post"}


@pytest.mark.parametrize(
    "asked",
    [{"tweet.fields": "lang"}, {"post.fields": "author_id"}, {"expansions": "referenced_posts.id"}],
    ids=["old parameter", "field that became an expansion", "expansion with its old ending"],
)
def test_what_is_only_renamed_is_refused(x: XService, url: str, asked: dict[str, str]) -> None:
    x.field_names = "post"
    assert _asked(f"{url}/x/2/users/1000/mentions", asked).status_code == 400


def _asked(address: str, query: dict[str, str]) -> requests.Response:
    return requests.get(address, params=query, headers={"Authorization": "Bearer sandbox-bearer"}, timeout=30)


def test_requests_and_their_cost_are_on_record(x: XService, client: tweepy.Client) -> None:
    post = x.post("anna", "@acme hallo")
    client.get_users_mentions("1000", max_results=5)
    client.get_me()
    client.get_tweets([post.id])
    client.create_tweet(text="Dag", in_reply_to_tweet_id=post.id)
    client.create_tweet(text="Zie https://example.com", in_reply_to_tweet_id=post.id)
    assert x.spent == Decimal("0.001") + Decimal("0.010") + Decimal("0.005") + Decimal("0.015") + Decimal("0.20")
    mentions, me, *_ = x.calls
    assert (mentions.method, mentions.path, mentions.status) == ("GET", "/2/users/1000/mentions", 200)
    assert mentions.params == {"max_results": "5"}
    assert (mentions.user_context, me.user_context) == (False, True)


@pytest.mark.parametrize("backwards", [0, -60])
def test_ids_grow_whatever_the_clock_does(x: XService, clock: TurnedClock, backwards: int) -> None:
    first = x.post("anna", "een")
    clock.turn(seconds=backwards)
    assert int(x.post("anna", "twee").id) > int(first.id)
