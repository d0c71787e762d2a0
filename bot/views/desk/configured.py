"""A desk's settings, to be read in Slack; a button opens those that can be changed there."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from bot.domain.clock.ladder import CHANNEL, LEADS, ON_CALL, OWNER, Step
from bot.platform.i18n import N_, Translator
from bot.views.common import blocks as b
from bot.views.common.blocks import Block
from bot.views.common.lengths import target
from bot.views.common.text import code, escape, line, person
from bot.views.desk.models import AccountSettings, DeskSettings

MAX_NAMED = 20
MAX_REASONS = 5

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
    accounts = [_account(account, t) for account in settings.accounts]
    return [
        b.divider(),
        b.header(t("Settings of {desk}", desk=line(settings.desk, 80))),
        b.section(t("*Targets, hours, holidays and more*"), b.button(t("Change settings"), "settings", settings.key)),
        b.fields(
            _field(t("First answer within"), [_target(settings.first_response, settings, t)]),
            _field(t("Next answers within"), [_target(settings.next_response, settings, t)]),
            _field(t("All of it settled within"), [_target(settings.resolution, settings, t)]),
            _field(t("Answer to an escalation within"), [_target(settings.escalation, settings, t)]),
            _field(t("Opening hours"), [code(settings.hours, 300) if settings.hours else t("around the clock")]),
            _field(t("Holidays"), [escape(", ".join(settings.holidays), 300)] if settings.holidays else []),
            _field(t("Reminders"), [_step(step, t) for step in settings.ladder]),
            _field(t("On call by"), [code(settings.roster, 100)] if settings.roster else []),
            _field(t("Reasons of “No reply needed”"), [_reasons(settings, t)]),
        ),
        b.fields(
            _field(t("Channel"), [_channel(settings.channel)]),
            _field(t("Leads"), [person(lead) for lead in settings.leads]),
            _field(t("Escalate to"), [*(person(lead) for lead in settings.leads), *teams]),
            _field(t("Networks"), accounts),
            _field(t("Time to undo"), [t.exact(settings.undo) if settings.undo else t("off")]),
            _field(t("Daily summary"), [summary]),
            _field(t("Signature"), [f"`{signature}`"] if (signature := escape(settings.signature, 80)) else []),
        ),
        b.fields(*(_field(t(ROLES[role]), _named(settings.roles[role], t)) for role in ROLES)),
        b.context(t("Leads may do everything. Your admin can change the rest in `webcare.toml`.")),
    ]


def _field(label: str, values: Iterable[str]) -> str:
    return "\n".join([f"*{label}*", *(list(values)[:MAX_NAMED] or ["—"])])


def _target(length: timedelta | None, settings: DeskSettings, t: Translator) -> str:
    return target(length, settings.calendar, settings.at, t) if length else t("no target")


_RECIPIENTS = {
    OWNER: N_("owner"),
    CHANNEL: N_("channel"),
    ON_CALL: N_("on call"),
    LEADS: N_("leads"),
}


def _step(step: Step, t: Translator) -> str:
    """Say when a step is reached, and whom it tells: "75%: owner", "every 50% more, 5 times: owner, leads"."""
    to = ", ".join(t(_RECIPIENTS[each]) if each in _RECIPIENTS else _channel(each) for each in step.to) or t("nobody")
    length = t.exact(abs(step.beyond)) if step.beyond else t.percent(step.share)
    if step.times:
        when = t.n("every {length} more, {n} time", "every {length} more, {n} times", step.times, length=length)
    elif not step.beyond:
        when = length
    elif step.beyond > timedelta(0):
        when = t("{length} after", length=length)
    else:
        when = t("{length} before", length=length)
    return f"{when}: {to}"


def _reasons(settings: DeskSettings, t: Translator) -> str:
    """Name the desk's own reasons, as many as a phone shows well."""
    if not settings.reasons:
        return t("the usual ones")
    left = len(settings.reasons) - MAX_REASONS
    shown = ", ".join(escape(reason, 75) for reason in settings.reasons[:MAX_REASONS])
    return f"{shown} {t.n('and {n} more', 'and {n} more', left)}" if left > 0 else shown


def _named(named: tuple[str, ...], t: Translator) -> list[str]:
    """Show members and user groups. An empty list means everybody."""
    return [f"<!subteam^{slack_id}>" if slack_id.startswith("S") else person(slack_id) for slack_id in named] or [
        t("everybody")
    ]


def _account(account: AccountSettings, t: Translator) -> str:
    if account.poll_every is None:
        return t("{network}, whenever it posts here", network=account.network_name)
    return t(
        "{network} @{handle}, new posts every {interval}",
        network=account.network_name,
        handle=escape(account.handle, 50),
        interval=t.exact(account.poll_every),
    )


def _channel(slack_id: str) -> str:
    return f"<#{slack_id}>"
