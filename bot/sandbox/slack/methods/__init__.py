"""The Web API's methods, by name."""

from __future__ import annotations

from bot.sandbox.slack.methods import chat, conversations, dnd, files, users, views
from bot.sandbox.slack.methods.base import Method

METHODS: dict[str, Method] = {
    method.name: method for module in (chat, conversations, dnd, files, users, views) for method in module.METHODS
}
