"""Handlers parse what Slack sent, call one use case, and acknowledge with what really happened.

The routing table: every module's `register` names the buttons, modals, commands and events that are its own.
"""

from __future__ import annotations

from slack_bolt import App

from handlers import ignored, overflow, refusals, slash
from handlers.alerts import backlog
from handlers.cases import claim, close, escalate, handover, history, home
from handlers.deps import HandlerDeps
from handlers.replies import reply

ROUTES = (claim, reply, escalate, overflow, handover, close, history, home, slash, ignored, backlog)


def register(app: App, deps: HandlerDeps) -> None:
    for module in ROUTES:
        module.register(app, deps)
    refusals.register(app, deps)
