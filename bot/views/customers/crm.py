"""What the CRM knows of a customer, the ticket about a thread, and that the CRM does not answer."""

from __future__ import annotations

from datetime import datetime

from bot.platform.i18n import N_, Translator
from bot.views.common import blocks as b
from bot.views.common.blocks import Block, SlackMessage, View
from bot.views.common.text import escape, link, moment
from bot.views.customers.models import InCrm, Ticket

NAME, LINE = 60, 100
_PROBLEMS = {
    "credentials": N_("It refuses the desk ({detail}); look at CRM_SECRET and at `user` in webcare.toml."),
    "http": N_("It answers {detail}; look at `crm.url` in webcare.toml."),
    "not_reached": N_("It cannot be reached; the desk keeps trying."),
    "slow": N_("It takes longer than ten seconds; the desk keeps trying."),
    "rate_limited": N_("It allows no more requests for now; the desk keeps trying."),
    "redirected": N_("Its address leads to another one; write that one as `crm.url` in webcare.toml."),
}
_OTHER = N_("What it answers cannot be read; look at `crm.url` in webcare.toml.")


def on_card(known: InCrm | None, t: Translator) -> str | None:
    """Say in one line whom the CRM knows; None if nobody."""
    if known is None or not known.name:
        return None
    said = link(known.url, escape(known.name, NAME))
    return t("CRM: {name}", name=f"{said}, {escape(known.line, LINE)}" if known.line else said)


def on_page(known: InCrm | None, ticket: Ticket | None, thread_id: int, t: Translator) -> list[Block]:
    """Say whom the CRM knows and which ticket there is, or offer to open one about a thread."""
    nobody = t("CRM: nobody known by these names and numbers") if known else t("CRM: not asked yet")
    said = on_card(known, t) or nobody
    if ticket is not None:
        number = link(ticket.url, escape(ticket.number, 40)) if ticket.number else t("on its way")
        return [b.section(f"🗂 {said} · {t('Ticket: {number}', number=number)}")]
    asks = b.confirmation(t("Open a ticket?"), _leaves(thread_id, t), t("Open a ticket"), t("Cancel"))
    return [b.section(f"🗂 {said}", b.button(t("Open a ticket"), "crm_ticket", thread_id, confirm=asks))]


def ticket_form(thread_id: int, t: Translator) -> View:
    """Ask whether a ticket is meant: with it the customer's words leave the desk."""
    return b.modal(
        "crm_ticket",
        t("Open a ticket?"),
        [b.section(_leaves(thread_id, t))],
        submit=t("Open a ticket"),
        close=t("Cancel"),
        metadata={"thread": thread_id},
    )


def ticket_asked(thread_id: int, t: Translator) -> SlackMessage:
    """Say that the CRM is asked for a ticket, and where its number will stand."""
    return b.message(
        t("🗂 A ticket about #{thread} is on its way; its number will be in the History.", thread=thread_id)
    )


def _leaves(thread_id: int, t: Translator) -> str:
    return t("What the customer wrote in #{thread} goes to the CRM, with the links to it.", thread=thread_id)


def news(
    code: str, detail: str, since: datetime, over_at: datetime | None, at: datetime, t: Translator
) -> SlackMessage:
    """Say that the CRM does not do what it is asked, or does again."""
    if over_at is not None:
        return b.message(t("✅ *The CRM answers again*, after {duration}.", duration=t.duration(over_at - since)))
    said = t("🗂 *The CRM has not done what it is asked* since {since}.", since=moment(since, at))
    return b.message(f"{said} {problem(code, detail, t)} {t('Cards and replies do not wait for it.')}")


def problem(code: str, detail: str, t: Translator) -> str:
    """Say in a sentence what is wrong and what to do."""
    return t(_PROBLEMS.get(code, _OTHER), detail=escape(detail, 40))
