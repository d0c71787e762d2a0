"""A local Bluesky: the XRPC methods of one server under /bluesky/xrpc, and the page's routes under /sandbox/bluesky."""

from __future__ import annotations

from aiohttp import web

from bot.sandbox.bluesky.page import Page
from bot.sandbox.bluesky.routes import Api
from bot.sandbox.bluesky.service import APP_PASSWORD, OWN, BlueskyService, Person, Stored

__all__ = ["APP_PASSWORD", "OWN", "BlueskyService", "Person", "Stored", "mount"]


def mount(app: web.Application, service: BlueskyService) -> None:
    """Add this Bluesky's routes to the sandbox's server."""
    app.router.add_route("*", "/bluesky/xrpc/{method}", Api(service).handle)
    Page(service).add_to(app)
