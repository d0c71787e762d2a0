"""The form in which somebody writes an entry of the knowledge bank."""

from __future__ import annotations

from bot.domain.knowledge.entry import LONGEST_ANSWER, LONGEST_QUESTION
from bot.platform.i18n import Translator
from bot.views.common import blocks as b
from bot.views.common.blocks import Block, View
from bot.views.knowledge.models import EntryForm

FORM = "bank_entry"
LABEL = "bank_label"


def modal(form: EntryForm, channel: str | None, t: Translator) -> View:
    """Ask for a question, its answer, and what is known of both. `channel` is where its author hears of it."""
    question = b.text_input(
        t("What customers ask"), "question", value=form.question, placeholder=t("As anybody would ask it")
    )
    question["element"] |= {"max_length": LONGEST_QUESTION, "multiline": True}
    answer = b.text_input(
        t("The answer that worked"), "answer", value=form.answer, placeholder=t("Without names and numbers of anybody")
    )
    answer["element"] |= {"max_length": LONGEST_ANSWER, "focus_on_load": False}
    until: Block = {"type": "datepicker", "action_id": "valid_until"}
    if form.valid_until is not None:
        until["initial_date"] = form.valid_until.isoformat()
    owner: Block = {"type": "users_select", "action_id": "owner", "initial_user": form.owner}
    return b.modal(
        FORM,
        t("Edit entry") if form.entry_id else t("Knowledge bank"),
        [
            question,
            answer,
            _label(form, t),
            b.input_block(t("Valid until, that day included"), "valid_until", until) | {"optional": True},
            b.input_block(t("Who keeps it right"), "owner", owner),
            b.context(
                t(
                    "Colleagues find this while they answer, and put it into their own words. A question in a "
                    "customer's own words is forgotten with that customer."
                )
            ),
        ],
        submit=t("Save"),
        close=t("Cancel"),
        metadata={
            "desk": form.desk,
            "entry": form.entry_id,
            "reply": form.reply_id,
            "channel": channel,
        },
    )


def _label(form: EntryForm, t: Translator) -> Block | None:
    if not form.labels:
        return None
    choices = b.select(LABEL, t("What it is about"), *(b.option(name, name) for name in form.labels))
    if form.label in form.labels:
        choices["initial_option"] = b.option(form.label, form.label)
    return b.input_block(t("Label"), LABEL, choices) | {"optional": True}
