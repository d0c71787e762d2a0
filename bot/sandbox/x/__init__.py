"""A local X: the v2 API under /x/2, its pictures under /x/media, and the page's routes under /sandbox/x."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from bot.sandbox.x.page import Page
from bot.sandbox.x.posts import Account, Media, Post
from bot.sandbox.x.routes import Api
from bot.sandbox.x.service import Call, XService

if TYPE_CHECKING:  # the customers know this X, and it only lets them speak
    from bot.sandbox.customers import Customers

__all__ = ["Account", "Call", "Media", "Post", "XService", "mount"]


def mount(app: web.Application, service: XService, customers: Customers) -> None:
    """Add this X's routes to the sandbox's server; the sample customers stay silent until paced."""
    app.router.add_route("*", "/x/2/{tail:.*}", Api(service).handle)
    Page(service, customers).add_to(app)
