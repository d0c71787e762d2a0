"""The knowledge bank in Slack: what was found, how it works, and what becomes of an entry."""

from __future__ import annotations

from bot.domain.knowledge.entry import Entry
from bot.platform.i18n import Translator
from bot.views.common import blocks as b
from bot.views.common import rich
from bot.views.common.blocks import Block, SlackMessage
from bot.views.common.text import date, escape, person
from bot.views.knowledge.models import BankPage, LastUse, Shown

DAY = "{date_short}"
QUOTED = 400  # characters of an answer


def found(page: BankPage, t: Translator) -> SlackMessage:
    """Answer whoever looked for words."""
    heading = t("*{words}* in the knowledge bank:", words=escape(page.words, 100))
    listed = [block for each in page.found for block in _entry(each, t)]
    return b.message(heading, b.section(heading), *listed)


def explained(page: BankPage, command: str, t: Translator) -> SlackMessage:
    """Say how the bank works, to whoever typed the word alone."""
    count = t.n("The knowledge bank has {n} entry.", "The knowledge bank has {n} entries.", page.total)
    how = t(
        "`{command} bank words…` finds what your team answered before. The form of a reply offers what fits its "
        "customer: *Use as a start* puts it into the field, and you make it your own. When an answer of yours is sent, "
        "*Into the bank* keeps it for others; so does *Into the knowledge bank* behind the three dots of a message.",
        command=command,
    )
    return b.message(count, b.section(f"📚 {count}\n{how}"), b.actions(b.button(t("New entry"), "bank_new", "new")))


def saved(entry: Entry, t: Translator) -> SlackMessage:
    """Confirm that an entry stands in the bank."""
    return b.message(t("📚 In the knowledge bank: *{question}*", question=escape(entry.question, 150)))


def withdrawn(entry: Entry, t: Translator) -> SlackMessage:
    """Confirm that an entry is out of the bank."""
    return b.message(
        t("“{question}” is out of the knowledge bank. Nobody is offered it any more.", question=called(entry, t))
    )


def called(entry: Entry, t: Translator) -> str:
    """Name an entry by its question, as mark-up."""
    return escape(entry.question, 150) if entry.question else t("(a question that is to be written anew)")


def last_use(last: LastUse, t: Translator) -> str:
    """Say who used it last, when, and how much of it they kept."""
    about = {"person": person(last.by), "day": date(last.at, DAY), "number": last.thread_id}
    return t("used by {person} on {day} in #{number}, {share} kept", **about, share=t.percent(last.kept / 100))


def change_buttons(entry: Entry, t: Translator, *before: Block) -> Block | None:
    """Offer what its owner can do with an entry."""
    sure = b.confirmation(
        t("Withdraw this entry?"),
        t("From now on nobody finds it or is offered it."),
        t("Withdraw"),
        t("Cancel"),
    )
    row = b.actions(
        *before,
        b.button(t("Edit"), "bank_edit", entry.id),
        b.button(t("Withdraw"), "bank_withdraw", entry.id, confirm=sure),
    )
    return row | {"block_id": f"bank:{entry.id}"} if row else None


def _entry(shown: Shown, t: Translator) -> list[Block | None]:
    entry = shown.entry
    lead = " · ".join(filter(None, (f"*{called(entry, t)}*", f"🏷️ {escape(entry.label, 40)}" if entry.label else "")))
    return [
        b.section(lead),
        rich.quotation(entry.answer, QUOTED),
        b.context(" · ".join(filter(None, (_standing(shown, t), *_about(shown, t))))),
        change_buttons(entry, t) if shown.may_change else None,
    ]


def _standing(shown: Shown, t: Translator) -> str:
    """Say what is to be kept in mind about an entry."""
    entry = shown.entry
    if shown.run_out and entry.valid_until:
        return t("⏳ *valid until {day}: please check first*", day=t.date(entry.valid_until))
    if shown.to_review:
        return t("⏳ *nobody has looked at it since {day}*", day=date(entry.reviewed_at, DAY))
    return ""


def _about(shown: Shown, t: Translator) -> list[str]:
    entry = shown.entry
    about = [last_use(shown.last, t)] if shown.last else [t("not used yet")]
    if shown.uses > 1:
        about.append(t("{n} times in all", n=t.number(shown.uses)))
    about.append(t("kept by {person}", person=person(entry.owner)))
    if entry.valid_until and not shown.run_out:
        about.append(t("valid until {day}", day=t.date(entry.valid_until)))
    return about
