"""A customer's page: who they are, what was promised to them, who dealt with them, and all their threads."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.common.plain import visible
from bot.domain.customers.customer import Customer, Identity
from bot.platform.i18n import Translator
from bot.views.cases import customer_note
from bot.views.cases.case_row import row
from bot.views.cases.models import CaseRow, CustomerPage
from bot.views.cases.state import at_handle, promise
from bot.views.common import blocks as b
from bot.views.common.blocks import Block, SlackMessage, View
from bot.views.common.budget import fitted
from bot.views.common.text import date, escape, language_name, link, person, quoted
from bot.views.customers import crm, joining
from bot.views.customers.which import dated, which

NOTE = 500  # characters of a note
ANSWER = 120  # characters of our answer to each thread
MAX_IDENTITIES = 5
MAX_AGENTS = 5
MAX_OWING = 5
SPOKEN = (
    *("nl", "sv", "en", "de", "fr", "da", "nb", "fi", "fy", "af"),
    *("pl", "ro", "bg", "uk", "ru", "es", "pt", "it"),
    *("tr", "ku", "ar", "fa", "so", "ti", "hi", "zh"),
)
"""Languages of which an agent can choose the customer's: those of the countries where such desks are."""
DAY = "{date_short}"


def button(thread_id: int, t: Translator) -> Block:
    """Build the button that opens the page of a thread's customer."""
    return b.button(t("Customer"), "customer", thread_id)


def which_customer(handle: str, people: Sequence[Customer], t: Translator) -> SlackMessage:
    """Ask who is meant, where several have used the handle."""
    return which(handle, people, t, action="customer_of", label=t("Customer"))


def modal(page: CustomerPage, channel: str | None, t: Translator, *, joined: Sequence[str] = ()) -> View:
    """Show the customer; only the first page tells more than threads.

    `channel` is where it was asked for, which the other pages need: it decides what can be seen. `joined` are the
    identities that the reader has just joined with the others.
    """
    blocks = [
        joining.joined(joined, t) if joined else None,
        b.section(_who(page, t)),
        *(_about(page, t) if page.page == 0 else ()),
        b.divider(),
        *(
            b.section(_thread(case, t), b.button(t("History"), "history_pushed", case.thread.id))
            for case in page.threads
        ),
        b.actions(_turn(t("Earlier"), page, page.page + 1), _turn(t("Later"), page, page.page - 1)),
    ]
    shown = fitted([block for block in blocks if block is not None])
    return b.modal("customer", t("Customer"), shown, close=t("Close"), metadata={"channel": channel})


def _speaks(page: CustomerPage, t: Translator) -> Block:
    """Say which language the customer writes and who told, with one tap to correct it."""
    said = language_name(page.customer.language, t)
    told = language_name(page.threads[0].thread.language, t) if page.threads else None
    if said:
        text = t("🌐 Writes *{language}*, as a colleague said", language=said)
    elif told:
        text = t("🌐 Writes *{language}*", language=told)
    else:
        text = t("🌐 Nobody knows yet which language they write")
    names = {code: name for code in SPOKEN if (name := language_name(code, t))}
    options = [b.option(name, code) for code, name in sorted(names.items(), key=lambda one: one[1])]
    menu = b.select("customer_language", t("Another language"), *options)
    return b.section(text, menu) | {"block_id": f"customer:{page.customer.id}"}


def _who(page: CustomerPage, t: Translator) -> str:
    customer = page.customer
    name = next((shown for one in reversed(customer.identities) if (shown := visible(one.name))), "")
    called = f"*{escape(name, 80)}* {at_handle(customer.now_called)}" if name else f"*{at_handle(customer.now_called)}*"
    where = t("page {number} of {total}", number=page.page + 1, total=page.pages) if page.pages > 1 else None
    return " · ".join(filter(None, (called, t.n("{n} thread", "{n} threads", page.total), where)))


def _about(page: CustomerPage, t: Translator) -> list[Block]:
    identities = page.customer.identities
    told = [_speaks(page, t)]
    for one in identities[:MAX_IDENTITIES]:
        said = _identity(one, page, t)
        told.append(b.section(said, joining.split(one, t)) if len(identities) > 1 else b.context(said))
    if len(identities) > MAX_IDENTITIES:
        left = len(identities) - MAX_IDENTITIES
        told.append(b.context(t.n("and {n} more", "and {n} more", left)))
    if page.has_crm and page.threads:
        told += crm.on_page(page.in_crm, page.ticket, page.ticket_about, t)
    told += joining.suggested(page.customer, page.suggestions, page.networks, t)
    told += joining.apart(page.told_apart, t)
    told += [b.section(f"*{_number(case)}* {promise(case, t)}") for case in page.owing[:MAX_OWING]]
    told += [b.section(f"{customer_note.line(note, NOTE)} (#{note.thread_id})") for note in page.notes]
    if page.agents:
        named = ", ".join(f"{person(agent)} ({t.number(times)})" for agent, times in page.agents[:MAX_AGENTS])
        left = len(page.agents) - MAX_AGENTS
        more = f" {t.n('and {n} more', 'and {n} more', left)}" if left > 0 else ""
        told.append(b.context(t("Answered by {agents}", agents=f"{named}{more}")))
    return told


def _identity(one: Identity, page: CustomerPage, t: Translator) -> str:
    """Name the network, with every handle and when it was in use."""
    network = escape(page.networks.get(one.network, one.network), 30)
    return f"{network}: {dated(one.handles, t, ', ')}"


def _thread(case: CaseRow, t: Translator) -> str:
    """Show a thread as lists do, with its day and our answer."""
    answer = f"\n↩️ {quoted(escape(case.answer.text, ANSWER), t)}" if case.answer and not case.thread.private else ""
    return f"{date(case.thread.received_at, DAY)} · {row(case, t, with_name=False)}{answer}"


def _number(case: CaseRow) -> str:
    return link(case.permalink, f"#{case.thread.id}")


def _turn(label: str, page: CustomerPage, to: int) -> Block | None:
    """Offer another page, if there is one. The newer page of two has the lower number."""
    if not 0 <= to < page.pages:
        return None
    action = "customer_page" if to > page.page else "customer_page_back"
    return b.button(label, action, f"{page.customer.id}:{to}")
