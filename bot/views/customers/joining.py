"""Who else a customer may be, and who they are not: suggestions with their reasons, and what an agent said of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.domain.customers.customer import Customer, Identity
from bot.domain.customers.joining import Reasons, Suggestion, ToldApart
from bot.platform.i18n import Translator
from bot.views.common import blocks as b
from bot.views.common.blocks import Block
from bot.views.common.text import date, escape, person

NUMBERS = 3
DAY = "{date_short}"


def on_card(other: str | None, t: Translator) -> str | None:
    """Name who is most probably the same person, for the card's line; None if there is nobody."""
    return t("perhaps also @{handle}", handle=escape(other, 30)) if other else None


def suggested(
    customer: Customer, suggestions: Sequence[Suggestion], networks: Mapping[str, str], t: Translator
) -> list[Block]:
    """Show each customer who may be the same person, and let an agent say what is true."""
    shown: list[Block | None] = []
    for one in suggestions:
        identity = one.other.identities[0]
        called = t(
            "Perhaps the same person: *@{handle}* on {network}, {threads}",
            handle=escape(one.other.now_called, 30),
            network=escape(networks.get(identity.network, identity.network), 30),
            threads=t.n("{n} thread", "{n} threads", one.threads),
        )
        pair = f"{customer.key} {identity.key}"
        shown.append(b.section(f"👥 {called}\n{reasons(one.reasons, t)}"))
        shown.append(
            b.actions(
                b.button(t("Same person"), "same_person", pair), b.button(t("Not the same"), "not_same_person", pair)
            )
        )
    return [block for block in shown if block is not None]


def reasons(found: Reasons, t: Translator) -> str:
    """Say what two customers have in common."""
    said = [
        t("both gave {number}", number=", ".join(escape(number, 40) for number in found.numbers[:NUMBERS]))
        if found.numbers
        else None,
        t("both are called {name}", name=escape(found.name, 40)) if found.name else None,
        t("both use @{handle}", handle=escape(found.handle, 30)) if found.handle else None,
        t("both profiles lead to {link}", link=", ".join(escape(link, 60) for link in found.links[:NUMBERS]))
        if found.links
        else None,
    ]
    return " · ".join(filter(None, said))


def apart(said: Sequence[ToldApart], t: Translator) -> list[Block]:
    """Name whom the customer is not, with the way back."""
    return [
        b.section(
            t(
                "*@{handle}* is somebody else, as {agent} said on {day}",
                handle=escape(one.other.handles[-1].handle, 30) if one.other.handles else one.other.key,
                agent=person(one.by),
                day=date(one.at, DAY),
            ),
            b.button(t("Same person"), "same_person", f"{one.one.key} {one.other.key}"),
        )
        for one in said
    ]


def joined(keys: Sequence[str], t: Translator) -> Block:
    """Say that two customers have just become one, with the way back."""
    return b.section(t("✅ One customer now"), b.button(t("Undo"), "undo_join", " ".join(keys)))


def split(identity: Identity, t: Translator) -> Block:
    """Build the button that takes an identity out again, which asks first."""
    asks = b.confirmation(
        t("Another person?"),
        t("This account moves out with its threads. Notes stay with the thread in which they were written."),
        t("Split"),
        t("Cancel"),
    )
    return b.button(t("Split"), "split_identity", identity.key, confirm=asks)
