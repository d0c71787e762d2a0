"""Labels: on the card and in lists, the menu that sets one, the form, and the answers to the commands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.domain.cases.labels import named as of_name
from bot.platform.i18n import Translator
from bot.views.cases.models import Card, CaseRow
from bot.views.common import blocks as b
from bot.views.common.blocks import Block, SlackMessage, View
from bot.views.common.text import escape

SHOWN = 4  # of the labels of one thread
IN_A_BLOCK = 10  # options that Slack's checkboxes take
CHOSEN = "chosen_label"  # the block id of the reply form's field
TICKED = "labels:"  # begins the block ids of the form


def named(case: CaseRow) -> str | None:
    """Name the thread's labels; None if it has none."""
    shown = [escape(name, 40) for name in case.labels[:SHOWN]]
    left = len(case.labels) - len(shown)
    return f"🏷️ {', '.join(shown)}{f' +{left}' if left else ''}" if shown else None


def choice(card: Card, t: Translator) -> Block | None:
    """Offer the labels that the thread does not have, and the form once it has one. A value is as in "5:Delivery"."""
    number = card.thread.id
    options = [b.option(name, f"{number}:{name}") for name in _left(card)]
    if card.labels:
        options.append(b.option(t("Change labels…"), f"{number}:"))
    return b.select("label", t("Label"), *options) if options else None


def in_reply(card: Card, t: Translator) -> Block | None:
    """Offer in the reply form the labels that the thread does not have; the chosen one is set with the reply."""
    left = _left(card)
    if not left:
        return None
    choices = b.select(CHOSEN, t("What it is about"), *(b.option(name, name) for name in left))
    return b.input_block(t("Label"), CHOSEN, choices) | {"optional": True}


def modal(thread_id: int, labels: Sequence[str], ticked: Iterable[str], t: Translator) -> View:
    """Ask which of these labels the thread has; those that it has are ticked."""
    has = set(ticked)
    blocks = []
    for start in range(0, len(labels), IN_A_BLOCK):
        some = labels[start : start + IN_A_BLOCK]
        name = f"{TICKED}{start}"
        element: Block = {"type": "checkboxes", "action_id": name, "options": [b.option(each, each) for each in some]}
        if initial := [b.option(each, each) for each in some if each in has]:
            element["initial_options"] = initial
        blocks.append(b.input_block(t("Labels") if not start else t("More labels"), name, element) | {"optional": True})
    return b.modal(
        "labels",
        t("Labels #{number}", number=thread_id),
        [*blocks, b.context(t("What the thread is about, for colleagues. The customer does not see this."))],
        submit=t("Save"),
        close=t("Cancel"),
        metadata={"thread": thread_id},
    )


def labelled(name: str, thread_id: int, t: Translator, *, changed: bool, moved_to: str | None = None) -> SlackMessage:
    """Confirm that a label is set, with the desk to which that moved the thread, or say that it was set already."""
    about = {"thread": thread_id, "label": escape(name, 40)}
    if moved_to is not None:
        return b.message(
            t("🏷️ #{thread} is labelled “{label}”, so it went to {desk}.", **about, desk=escape(moved_to, 80))
        )
    if changed:
        return b.message(t("🏷️ #{thread} is labelled “{label}”.", **about))
    return b.message(t("🏷️ #{thread} was labelled “{label}” already.", **about))


def unlabelled(name: str, thread_id: int, t: Translator, *, changed: bool) -> SlackMessage:
    """Confirm that a label is taken off, or say that it was not there."""
    about = {"thread": thread_id, "label": escape(name, 40)}
    if changed:
        return b.message(t("#{thread} is no longer labelled “{label}”.", **about))
    return b.message(t("#{thread} was not labelled “{label}”.", **about))


def _left(card: Card) -> list[str]:
    return [name for name in card.desk_labels if of_name(name, card.labels) is None]
