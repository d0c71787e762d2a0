"""An agent at work in a browser, on a wide screen and on a phone, with the unchanged bot behind it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.support.cast import ANNA
from tests.support.office import Case, Office

pytestmark = pytest.mark.browser

WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture(params=[WIDE, PHONE], ids=["wide", "phone"])
def page(request: pytest.FixtureRequest, browser: Browser, office: Office) -> Iterator[Page]:
    """The sandbox's page as Anna sees it; a script error anywhere in it fails the test."""
    context = browser.new_context(viewport=request.param, reduced_motion="reduce")
    context.set_default_timeout(60_000)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{office.sandbox.url}/?as={ANNA.id}")
    page.get_by_test_id("composer").wait_for()
    yield page
    context.close()
    assert errors == []


def card(page: Page, case: Case) -> Locator:
    return page.locator(f'[data-testid=message][data-ts="{case.card.ts}"]')


def test_agent_claims_and_answers(page: Page, office: Office) -> None:
    case = office.mention("which platform does my train leave from?")
    shown = card(page, case)
    expect(shown).to_contain_text("which platform", timeout=60_000)
    shown.locator("[data-action-id=claim]").click()
    expect(shown).to_contain_text("is on it", timeout=60_000)
    expect(shown.locator("[data-action-id=claim]")).to_have_count(0)

    shown.locator("[data-action-id=reply]").click()
    modal = page.get_by_test_id("modal")
    expect(modal).to_contain_text("which platform")
    expect(modal).to_contain_text("@acme")
    answer = modal.locator("[data-action-id=text]")
    expect(answer).to_be_focused()
    answer.press_sequentially("Platform 5, enjoy your journey!")
    expect(modal).to_contain_text("of 280 characters", timeout=60_000)
    expect(answer).to_have_value("Platform 5, enjoy your journey!")
    modal.get_by_test_id("modal-submit").click()
    expect(modal).to_have_count(0)
    expect(shown).to_contain_text("Answered", timeout=60_000)

    width, inner = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert width <= inner
    customers = page.get_by_test_id("tab-customers")
    if customers.is_visible():
        customers.click()
    posts = page.locator("[data-testid=timeline-post][data-own=true]")
    expect(posts.filter(has_text=f"@{case.handle} Platform 5")).to_contain_text("enjoy your journey! ^AB")


def test_missing_reason_is_told_in_the_modal(page: Page, office: Office) -> None:
    case = office.mention("win a phone now")
    shown = card(page, case)
    shown.get_by_test_id("overflow").click()
    page.locator(f'[data-value="close:{case.number}"]').click()
    modal = page.get_by_test_id("modal")
    reason = modal.locator("[data-action-id=reason]")
    reason.fill(" ")
    modal.get_by_test_id("modal-submit").click()
    expect(modal.get_by_test_id("field-error")).to_be_visible(timeout=60_000)
    reason.fill("spam")
    modal.get_by_test_id("modal-submit").click()
    expect(modal).to_have_count(0)
    expect(shown).to_contain_text("Closed without a reply", timeout=60_000)
