"""A local X: the v2 API under /x/2, its pictures under /x/media, and the page's routes under /sandbox/x."""

from __future__ import annotations

from aiohttp import web

from bot.sandbox.customers import Customers
from bot.sandbox.x.page import Page
from bot.sandbox.x.posts import Account, Media, Post
from bot.sandbox.x.routes import Api
from bot.sandbox.x.service import Call, XService

__all__ = ["Account", "Call", "Media", "Post", "XService", "mount"]


def mount(app: web.Application, service: XService) -> None:
    """Add this X's routes to the sandbox's server and sign the sample customers up; they stay silent until paced."""
    app.router.add_route("*", "/x/2/{tail:.*}", Api(service).handle)
    Page(service, Customers(service)).add_to(app)
