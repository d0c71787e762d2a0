"""A running sandbox, Slack's own client for it, and its page in a browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from slack_sdk import WebClient

from bot.sandbox.server import Sandbox


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(rate_limits=False) as running:
        yield running


@pytest.fixture
def web(sandbox: Sandbox) -> WebClient:
    return WebClient("xoxb-sandbox", base_url=sandbox.slack_api_url, retry_handlers=[])


@pytest.fixture
def page(browser: Browser, sandbox: Sandbox) -> Iterator[Page]:
    """The page as Anna sees it on a wide screen; a script error anywhere in it fails the test."""
    context = browser.new_context(
        viewport={"width": 1440, "height": 900}, timezone_id="Europe/Amsterdam", locale="en-GB", reduced_motion="reduce"
    )
    context.set_default_timeout(5000)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{sandbox.url}/?as=U0ANNA")
    page.get_by_test_id("composer").wait_for()
    yield page
    context.close()
    assert errors == []
