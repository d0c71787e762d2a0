"""A running sandbox without rate limits, and Slack's own client for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.sandbox.server import Sandbox
from tests.support.office import PATIENT

Refusal = Callable[..., dict[str, Any]]


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(rate_limits=False, timing=PATIENT) as running:
        yield running


@pytest.fixture
def web(sandbox: Sandbox) -> WebClient:
    return WebClient("xoxb-sandbox", base_url=sandbox.slack_api_url, retry_handlers=[])


@pytest.fixture
def refusal(web: WebClient) -> Refusal:
    """Calls a method that must be refused, and gives Slack's whole answer."""

    def call(method: str, **args: Any) -> dict[str, Any]:
        with pytest.raises(SlackApiError) as refused:
            web.api_call(method, json=args)
        answer = refused.value.response.data
        assert isinstance(answer, dict)
        return answer

    return call
