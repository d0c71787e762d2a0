"""The page stays where its reader is while everything around changes."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from slack_sdk import WebClient

from bot.sandbox.server import Sandbox

pytestmark = pytest.mark.browser


def text(words: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": words}


def card(state: str) -> list[dict[str, Any]]:
    options = [{"text": text(words), "value": words} for words in ("Release", "Hand over")]
    overflow = {"type": "overflow", "action_id": "more", "options": options}
    return [
        {"type": "section", "block_id": "words", "text": {"type": "mrkdwn", "text": state}},
        {"type": "actions", "block_id": "do", "elements": [overflow]},
    ]


def modal(count: str) -> dict[str, Any]:
    answer = {"type": "plain_text_input", "action_id": "answer", "multiline": True}
    reason = {"type": "plain_text_input", "action_id": "reason"}
    return {
        "type": "modal",
        "title": text("Reply"),
        "submit": text("Send"),
        "blocks": [
            {"type": "input", "block_id": "answer", "label": text("Answer"), "element": answer},
            {"type": "context", "block_id": "count", "elements": [text(count)]},
            {"type": "input", "block_id": "reason", "label": text("Reason"), "element": reason},
        ],
    }


def test_edited_card_keeps_open_menu_and_typed_message(page: Page, web: WebClient) -> None:
    ts = web.chat_postMessage(channel="C0SUPPORT", text="card", blocks=card("unowned"))["ts"]
    shown = page.locator(f'[data-testid=message][data-ts="{ts}"]')
    page.get_by_test_id("composer").fill("half a sen")
    shown.get_by_test_id("overflow").click()
    web.chat_update(channel="C0SUPPORT", ts=ts, text="card", blocks=card("Anna has it"))
    expect(shown.locator("[data-block-id=words]")).to_have_text("Anna has it")
    expect(page.locator("[data-value=Release]")).to_be_focused()
    expect(page.get_by_test_id("composer")).to_have_value("half a sen")


def test_list_follows_only_when_read_at_its_end(page: Page, web: WebClient) -> None:
    for number in range(20):
        web.chat_postMessage(channel="C0PRESS", text=f"line {number}\n" * 4)
    page.locator("[data-place=C0PRESS]").click()
    last = page.locator("[data-channel=C0PRESS]").last
    expect(last).to_be_in_viewport()
    web.chat_postMessage(channel="C0PRESS", text="followed")
    expect(last).to_contain_text("followed")
    expect(last).to_be_in_viewport()
    messages = page.locator(".messages")
    messages.evaluate("(list) => { list.scrollTop = 0; }")
    expect(page.locator("[data-channel=C0PRESS]").first).to_be_in_viewport()
    web.chat_postMessage(channel="C0PRESS", text="not followed")
    page.get_by_test_id("new-messages").wait_for()
    assert messages.evaluate("(list) => list.scrollTop") == 0
    page.get_by_test_id("new-messages").click()
    expect(last).to_be_in_viewport()
    expect(page.get_by_test_id("new-messages")).to_have_count(0)


def test_modal_keeps_typed_text_over_updates_and_errors(page: Page, sandbox: Sandbox) -> None:
    state = sandbox.slack.state
    view = state.modals.open("U0ANNA", modal("0 of 280"))
    state.changed()
    answer = page.get_by_test_id("modal").locator("[data-action-id=answer]")
    expect(answer).to_be_focused()
    page.keyboard.type("Hello <b>Sanne</b>")
    state.modals.replace(view, modal("18 of 280"))
    state.changed()
    expect(page.locator("[data-block-id=count]")).to_have_text("18 of 280")
    expect(answer).to_have_value("Hello <b>Sanne</b>")
    expect(answer).to_be_focused()
    page.get_by_test_id("modal-submit").click()
    expect(page.get_by_test_id("field-error")).to_have_text("Please complete this required field.")
    expect(page.locator("[data-action-id=reason]")).to_be_focused()
    expect(answer).to_have_value("Hello <b>Sanne</b>")
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("modal")).to_have_count(0)
    assert sandbox.slack.views("U0ANNA") == []


def test_thread_reply_stays_in_its_thread(page: Page, web: WebClient, sandbox: Sandbox) -> None:
    ts = web.chat_postMessage(channel="C0SUPPORT", text="a card")["ts"]
    shown = page.locator(f'main [data-testid=message][data-ts="{ts}"]')
    shown.hover()
    shown.get_by_test_id("open-thread").click()
    page.get_by_test_id("thread-composer").press_sequentially("between us")
    page.keyboard.press("Enter")
    expect(shown.get_by_test_id("replies")).to_contain_text("1 reply")
    expect(page.get_by_test_id("thread")).to_contain_text("between us")
    expect(page.locator("main .messages")).not_to_contain_text("between us")
    assert sandbox.slack.messages("C0SUPPORT")[-1].thread_ts == ts


def test_ephemeral_message_is_seen_by_the_actor_alone(page: Page, web: WebClient) -> None:
    web.chat_postEphemeral(channel="C0SUPPORT", user="U0ANNA", text="Lars was faster")
    note = page.locator("[data-ephemeral]", has_text="Lars was faster")
    expect(note).to_contain_text("Only visible to you")
    page.get_by_test_id("act-as").select_option("U0LARS")
    expect(note).to_have_count(0)
    expect(page).to_have_url(re.compile("as=U0LARS"))


def test_unknown_command_is_answered_and_its_text_kept(page: Page) -> None:
    page.get_by_test_id("composer").fill("/nope 1042")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("composer-error")).to_have_text("/nope is not a valid command.")
    expect(page.get_by_test_id("composer")).to_have_value("/nope 1042")


def test_slash_offers_commands_and_tab_takes_one(page: Page) -> None:
    page.get_by_test_id("composer").fill("/we")
    expect(page.get_by_test_id("command-hint")).to_contain_text("/webcare")
    page.get_by_test_id("composer").press("Tab")
    expect(page.get_by_test_id("composer")).to_have_value("/webcare ")


def test_customer_posts_follows_up_edits_and_deletes(page: Page, sandbox: Sandbox) -> None:
    page.get_by_test_id("customer-author").select_option("+")
    page.get_by_test_id("customer-handle").fill("@nieuw")
    page.get_by_test_id("customer-text").fill("@acme <script>alert(1)</script>")
    page.get_by_test_id("customer-send").click()
    post = page.locator("[data-testid=timeline-post]", has_text="@acme <script>alert(1)</script>")
    post.get_by_test_id("post-follow-up").click()
    page.keyboard.type("anyone?")
    page.get_by_test_id("post-send").click()
    follow_up = page.locator("[data-testid=timeline-post]", has_text="anyone?")
    expect(follow_up).to_contain_text("replying to @nieuw")
    follow_up.get_by_test_id("post-edit").click()
    page.get_by_test_id("post-text").fill("anyone there")
    page.get_by_test_id("post-send").click()
    edited = page.locator("[data-testid=timeline-post]", has_text="anyone there")
    expect(edited).to_contain_text("(edited)")
    assert sandbox.x.posts[0].text == "@acme anyone there"
    edited.get_by_test_id("post-delete").click()
    expect(page.locator("[data-deleted]")).to_have_count(1)
    assert sandbox.x.posts[0].deleted


def test_customer_chooses_the_network(page: Page, sandbox: Sandbox) -> None:
    page.get_by_test_id("customer-network").select_option("bluesky")
    expect(page.get_by_test_id("customer-text")).to_have_value("@acme.example.com ")
    page.get_by_test_id("customer-author").select_option("+")
    page.get_by_test_id("customer-handle").fill("@nieuw.example.com")
    page.get_by_test_id("customer-text").fill("@acme.example.com hello?")
    page.get_by_test_id("customer-send").click()
    post = page.locator("[data-testid=timeline-post]", has_text="@acme.example.com hello?")
    expect(post.get_by_test_id("post-network")).to_have_text("Bluesky")
    sandbox.x.post("nieuw", "@acme hello?")
    beside = page.locator("[data-testid=timeline-post]", has_text="@acme hello?")
    expect(beside.get_by_test_id("post-network")).to_have_text("X")
    post.get_by_test_id("post-edit").click()
    page.get_by_test_id("post-text").fill("@acme.example.com hello there?")
    page.get_by_test_id("post-send").click()
    edited = page.locator("[data-testid=timeline-post]", has_text="hello there?")
    expect(edited).to_contain_text("(edited)")
    assert [(one.text, one.edited) for one in sandbox.bluesky.posts] == [("@acme.example.com hello there?", True)]
    edited.get_by_test_id("post-delete").click()
    expect(edited).to_have_count(0)
    assert [one.deleted for one in sandbox.bluesky.posts] == [True]


def test_links_lead_to_posts_and_messages_in_the_sandbox(page: Page, web: WebClient, sandbox: Sandbox) -> None:
    post = sandbox.x.post("nieuw", "@acme hello?")
    ts = web.chat_postMessage(channel="C0SUPPORT", text="over here")["ts"]
    there = web.chat_getPermalink(channel="C0SUPPORT", message_ts=ts)["permalink"]
    other = sandbox.bluesky.post("nieuw.example.com", "@acme.example.com hello?")
    links = f"<https://x.com/nieuw/status/{post.id}|post> <{there}|message>"
    links += f" <https://bsky.app/profile/nieuw.example.com/post/{other.key}|other post>"
    web.chat_postMessage(channel="C0PRESS", text=links)
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_label("Channels").click()
    page.locator("[data-place=C0PRESS]").click()
    for name, shown in (("post", post.id), ("other post", other.id)):
        page.get_by_role("link", name=name, exact=True).click()
        expect(page.locator(f'[data-post-id="{shown}"]')).to_be_in_viewport()
        page.get_by_test_id("tab-slack").click()
    page.get_by_role("link", name="message").click()
    expect(page.locator(f'[data-ts="{ts}"]')).to_be_in_viewport()
    assert len(page.context.pages) == 1


def test_phone_shows_one_pane_and_never_scrolls_sideways(page: Page, web: WebClient) -> None:
    web.chat_postMessage(channel="C0SUPPORT", text="word" * 100, blocks=card("https://x.com/" + "long" * 60))
    page.set_viewport_size({"width": 390, "height": 844})
    for tab, visible in (("customers", ".timeline"), ("home", ".home"), ("slack", ".messages")):
        page.get_by_test_id(f"tab-{tab}").click()
        expect(page.locator(visible)).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        assert page.locator(f"{visible}.scroll, {visible} .scroll").first.evaluate(
            "(e) => e.scrollWidth <= e.clientWidth"
        )
    expect(page.locator(".timeline")).to_be_hidden()
