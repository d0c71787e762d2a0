"""How requests reach X: at the configured address."""

from __future__ import annotations

from typing import Any

import requests
from requests.utils import get_environ_proxies

from bot.networks.limits import Limits
from bot.networks.transport import Transport
from bot.networks.x.errors import from_response, spent_until

TWEEPY_HOST = "https://api.twitter.com"


class XTransport(Transport):
    """Replaces the host that tweepy has built in, which tweepy cannot be told to change.

    OAuth 1 stays signed for that host. As every refusal is raised here, tweepy, which stumbles over HTML and odd
    headers, never sees one. X counts each endpoint separately, so a poll never delays a reply.
    """

    def __init__(self, api_url: str, timeout: float) -> None:
        """Mount under `api_url`, which may have a path before X's own; `timeout` is in seconds."""
        super().__init__("X", from_response, timeout, Limits("X", spent_until))
        self._api_url = api_url.rstrip("/")

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        request = request.copy()
        request.url = self._api_url + (request.url or "").removeprefix(TWEEPY_HOST)
        # The session chose a proxy for tweepy's host rather than for ours.
        return super().send(request, *args, **kwargs | {"proxies": get_environ_proxies(request.url)})
