"""A desk's settings, to be read in Slack; a button opens those that can be changed there."""

from __future__ import annotations

from collections.abc import Iterable

from bot.platform.i18n import N_, Translator
from bot.views.common import blocks as b
from bot.views.common.blocks import Block
from bot.views.common.text import code, escape, line, person
from bot.views.desk.models import DeskSettings

MAX_NAMED = 20

ROLES = {
    "claim": N_("Who may claim"),
    "reply": N_("Who may reply"),
    "escalate": N_("Who may escalate"),
    "configure": N_("Who sees these settings"),
}
"""The label of each role. A test fails if a role that the config knows is missing here."""


def configured(settings: DeskSettings, t: Translator) -> list[Block]:
    """Show one desk's settings: a heading, the values in two columns, and where to change them."""
    summary = t("{time} ({timezone})", time=f"{settings.standup:%H:%M}", timezone=escape(settings.timezone, 50))
    teams = [f"{escape(name, 80)} {_channel(channel)}" for name, channel in settings.teams]
    accounts = [
        t(
            "{network} @{handle}, new posts every {interval}",
            network=account.network_name,
            handle=escape(account.handle, 50),
            interval=t.exact(account.poll_every),
        )
        for account in settings.accounts
    ]
    return [
        b.divider(),
        b.header(t("Settings of {desk}", desk=line(settings.desk, 80))),
        b.section(t("*Targets, hours, holidays and more*"), b.button(t("Change settings"), "settings", settings.key)),
        b.fields(
            _field(t("Channel"), [_channel(settings.channel)]),
            _field(t("Leads"), [person(lead) for lead in settings.leads]),
            _field(t("First answer within"), [t.exact(settings.first_response)]),
            _field(t("Next answers within"), [t.exact(settings.next_response)]),
            _field(t("Reminder after"), [t("{share} of that time", share=t.percent(settings.warn_share))]),
            _field(t("Time to undo"), [t.exact(settings.undo) if settings.undo else t("off")]),
            _field(t("Daily summary"), [summary]),
            _field(t("Signature"), [f"`{signature}`"] if (signature := escape(settings.signature, 80)) else []),
            _field(t("Escalate to"), [*(person(lead) for lead in settings.leads), *teams]),
            _field(t("Networks"), accounts),
        ),
        b.fields(
            _field(t("Opening hours"), [code(settings.hours, 300) if settings.hours else t("around the clock")]),
            _field(t("Holidays"), [escape(", ".join(settings.holidays), 300)] if settings.holidays else []),
        ),
        b.fields(*(_field(t(ROLES[role]), _named(settings.roles[role], t)) for role in ROLES)),
        b.context(t("Leads may do everything. Your admin can change the rest in `webcare.toml`.")),
    ]


def _field(label: str, values: Iterable[str]) -> str:
    return "\n".join([f"*{label}*", *(list(values)[:MAX_NAMED] or ["—"])])


def _named(named: tuple[str, ...], t: Translator) -> list[str]:
    """Show members and user groups. An empty list means everybody."""
    return [f"<!subteam^{slack_id}>" if slack_id.startswith("S") else person(slack_id) for slack_id in named] or [
        t("everybody")
    ]


def _channel(slack_id: str) -> str:
    return f"<#{slack_id}>"
