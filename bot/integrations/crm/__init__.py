"""The customer system (CRM) that the desk asks: one module a kind, behind `base.Crm`."""

from __future__ import annotations

from bot.integrations.crm.base import Crm
from bot.integrations.crm.http import HttpHook
from bot.integrations.crm.zendesk import Zendesk

KINDS = ("http", "zendesk")


def build(kind: str, url: str, *, user: str, secret: str) -> Crm:
    """Build the CRM of one of KINDS; nobody is called yet. `user` is whose token Zendesk's is."""
    return Zendesk(url, user, secret) if kind == "zendesk" else HttpHook(url, secret)
