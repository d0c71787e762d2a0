"""How a desk is set up: to be read in Slack, and changed in the config."""

from __future__ import annotations

from collections.abc import Iterable

from bot.platform.i18n import N_, Translator
from bot.views.common import blocks as b
from bot.views.common.blocks import Block
from bot.views.common.text import escape, line, person
from bot.views.desk.models import DeskSettings

MAX_NAMED = 20

ROLES = {
    "claim": N_("Who may claim"),
    "reply": N_("Who may reply"),
    "escalate": N_("Who may escalate"),
    "configure": N_("Who sees these settings"),
}
"""The label of each role; a role that the config knows and that is missing here fails a test."""


def configured(settings: DeskSettings, t: Translator) -> list[Block]:
    """One desk's settings: a heading, the facts in two columns, and where they are changed."""
    summary = t("{time} ({timezone})", time=f"{settings.standup:%H:%M}", timezone=escape(settings.timezone, 50))
    teams = [f"{escape(name, 80)} {_channel(channel)}" for name, channel in settings.teams]
    accounts = [
        t(
            "{network} @{handle}, new posts every {interval}",
            network=one.network_name,
            handle=escape(one.handle, 50),
            interval=t.exact(one.poll_every),
        )
        for one in settings.accounts
    ]
    return [
        b.divider(),
        b.header(t("Settings of {desk}", desk=line(settings.desk, 80))),
        b.fields(
            _field(t("Channel"), [_channel(settings.channel)]),
            _field(t("Leads"), [person(one) for one in settings.leads]),
            _field(t("First answer within"), [t.exact(settings.first_response)]),
            _field(t("Next answers within"), [t.exact(settings.next_response)]),
            _field(t("Reminder after"), [t("{share} of that time", share=t.percent(settings.warn_share))]),
            _field(t("Time to undo"), [t.exact(settings.undo)]),
            _field(t("Daily summary"), [summary]),
            _field(t("Signature"), [f"`{signature}`"] if (signature := escape(settings.signature, 80)) else []),
            _field(t("Escalate to"), [*(person(one) for one in settings.leads), *teams]),
            _field(t("Networks"), accounts),
        ),
        b.fields(*(_field(t(ROLES[role]), _named(settings.roles[role], t)) for role in ROLES)),
        b.context(t("Leads may do everything. Settings are changed in `webcare.toml` by who runs the desk.")),
    ]


def _field(label: str, values: Iterable[str]) -> str:
    return "\n".join([f"*{label}*", *(list(values)[:MAX_NAMED] or ["—"])])


def _named(named: tuple[str, ...], t: Translator) -> list[str]:
    """Members and user groups; nobody named means everybody."""
    return [f"<!subteam^{one}>" if one.startswith("S") else person(one) for one in named] or [t("everybody")]


def _channel(slack_id: str) -> str:
    return f"<#{slack_id}>"
