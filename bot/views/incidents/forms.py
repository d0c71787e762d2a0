"""The forms of incidents: open one, and set its line."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from bot.domain.incidents.incident import MAX_NAME, Incident
from bot.domain.incidents.public_update import PublicUpdate
from bot.platform.i18n import Translator
from bot.views.cases import picture
from bot.views.common import blocks as b
from bot.views.common.blocks import Block, View
from bot.views.common.text import cut, escape

NAME, WORDS, LABEL, LINE = "incident_name", "incident_words", "incident_label", "incident_text"
UPDATE, ACCOUNTS = "text", "update_accounts"  # refusals about a text are shown at the field "text"


def opening(desk: str, words: Sequence[str], labels: Sequence[str], t: Translator) -> View:
    """Ask for an incident's name, by which words threads come to it, and with which label. `desk` is a key.

    `words` that stand out among posts may be a customer's name, so they are offered for the search alone: an incident's
    own name is a colleague's.
    """
    choices = b.select(LABEL, t("Choose a label"), *(b.option(name, name) for name in labels)) if labels else None
    return b.modal(
        "incident_open",
        t("Open an incident"),
        [
            b.input_block(t("What is going on?"), NAME, _line(NAME, "")),
            b.input_block(t("Words by which posts are found"), WORDS, _line(WORDS, " ".join(words)))
            | {"optional": True},
            b.input_block(t("Label"), LABEL, choices) | {"optional": True} if choices else None,
            b.context(
                t("Posts with all of the words come to it, those with half of them are suggested. All can be undone.")
            ),
        ],
        submit=t("Open"),
        close=t("Cancel"),
        metadata={"desk": desk},
    )


def line(incident: Incident, t: Translator) -> View:
    """Ask for what customers are told, with what holds now."""
    typed = b.text_input(
        t("What customers are told"),
        LINE,
        value=incident.proposed or incident.line,
        placeholder=t("The facts, and what they can do"),
    )
    return b.modal(
        "incident_line",
        t("Line for incident {number}", number=incident.id),
        [
            typed | {"optional": True},
            b.context(
                t("A second person approves it. Then replies to its customers begin with it, to be made personal.")
            ),
        ],
        submit=t("Propose"),
        close=t("Cancel"),
        metadata={"incident": incident.id, "seen": incident.words_now},
    )


def update(incident: Incident, accounts: Mapping[str, str], text_only: Collection[str], t: Translator) -> View:
    """Ask for what these accounts tell everybody about an incident; `accounts` are the names of their networks.

    `text_only` are those of them that can show no picture.
    """
    names = {account: f"@{account.partition(':')[2]} ({network})" for account, network in accounts.items()}
    named = [b.option(name, account) for account, name in names.items()][:10]
    without = ", ".join(escape(names[account], 60) for account in text_only)
    shows = len(text_only) < len(accounts)
    boxes: Block = {"type": "checkboxes", "action_id": ACCOUNTS, "options": named, "initial_options": named}
    return b.modal(
        "incident_update",
        t("Public update"),
        [
            b.text_input(t("What everybody can read"), UPDATE, placeholder=t("The facts, and what they can do")),
            *(picture.fields(None, t) if shows else ()),
            b.context(t("{accounts} can't show a picture: there the text goes without it.", accounts=without))
            if shows and without
            else None,
            b.input_block(t("Posted by"), ACCOUNTS, boxes) if len(named) > 1 else None,
            b.context(
                t(
                    "It is posted once a second person has approved it, under the last update if there is one. "
                    "The desk deletes none: correct it with another one."
                )
            ),
        ],
        submit=t("Propose"),
        close=t("Cancel"),
        metadata={"incident": incident.id},
    )


def edit(update: PublicUpdate, network: str, t: Translator) -> View:
    """Ask for the words that a posted update gets instead of its own."""
    return b.modal(
        "update_edit",
        t("Edit the update"),
        [
            b.text_input(
                t("What everybody can read"),
                UPDATE,
                value=update.text,
                placeholder=t("The facts, and what they can do"),
            ),
            b.context(
                t(
                    "It is edited once a second person has approved it. On {network} everybody can see that it was, "
                    "and how it read before.",
                    network=network,
                )
            ),
        ],
        submit=t("Propose"),
        close=t("Cancel"),
        metadata={"update": update.id},
    )


def _line(name: str, value: str) -> Block:
    element: Block = {"type": "plain_text_input", "action_id": name, "max_length": MAX_NAME}
    return element | ({"initial_value": cut(value, MAX_NAME)} if value else {})
