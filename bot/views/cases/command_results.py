"""The short answer to a command that succeeded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from bot.domain.cases.conversation import Reply
from bot.domain.common.errors import RefusalCode, Refused
from bot.platform.i18n import N_, Translator
from bot.views.cases.case_row import next_step, row
from bot.views.cases.models import CaseRow
from bot.views.common import blocks as b
from bot.views.common import refused
from bot.views.common.blocks import SlackMessage
from bot.views.common.text import cut_markup, escape, person
from bot.views.desk import reached
from bot.views.desk.models import Missing

LINE = 250  # characters of why one thread could not be claimed
IN_A_SECTION = 10

_WORDS = {
    "released": N_("#{thread} is released: anybody can claim it."),
    "closed": N_("#{thread} is closed without a reply."),
}


def done(what: str, thread: int, t: Translator) -> SlackMessage:
    """Confirm a command. `what` is its event kind: "released" or "closed"."""
    return b.message(t(_WORDS[what], thread=thread))


def handed_over(thread: int, to: str, missing: Iterable[Missing], t: Translator) -> SlackMessage:
    """Confirm a hand-over, and say if its new owner does not hear of it now."""
    text = t("#{thread} is handed over to <@{to}>.", thread=thread, to=to)
    if gone := reached.missing(missing, t):
        text = f"{text} {gone} {t('It is theirs; the channel is reminded in their place.')}"
    return b.message(text)


def escalated(
    thread: int,
    leads: Sequence[str],
    teams: Sequence[str],
    owner: str | None,
    t: Translator,
    missing: Iterable[Missing] = (),
) -> SlackMessage:
    """Confirm an escalation: who was asked, `leads` by their ids, and who answers the customer meanwhile.

    `missing` are those of them who do not hear of it now.
    """
    to = ", ".join([*(person(lead) for lead in leads), *(f"*{escape(team, 80)}*" for team in teams)])
    text = t("#{thread} is escalated to {to}. It stays with its owner until somebody takes over.", thread=thread, to=to)
    if owner is None:
        text = t("#{thread} is escalated to {to}. Nobody has claimed it yet.", thread=thread, to=to)
    if gone := reached.missing(missing, t):
        text = f"{text} {gone} {t('They are asked all the same, and may not see it before.')}"
    return b.message(text)


def claimed(
    refusals: Mapping[int, Refused | None], rest: str, at: datetime, t: Translator, got: Sequence[CaseRow] = ()
) -> SlackMessage:
    """Say which threads an agent got, and which not and why.

    `rest` is what they typed that is no number. `got` are the threads: a single one can be answered from here.
    """
    numbers = [f"#{number}" for number, refusal in refusals.items() if refusal is None]
    said = t.n("{numbers} is yours.", "{numbers} are yours.", len(numbers), numbers=", ".join(numbers))
    lines = [said] if numbers else []
    lines += [refused.sentence(refusal, at, t) for refusal in refusals.values() if refusal is not None]
    if rest:
        lines.append(refused.sentence(Refused(RefusalCode.NOT_A_NUMBER, word=rest), at, t))
    lines = [cut_markup(line, LINE) for line in lines]
    parts = ["\n".join(lines[start : start + IN_A_SECTION]) for start in range(0, len(lines), IN_A_SECTION)]
    answer = b.actions(next_step(got[0], t)) if len(got) == 1 else None
    return b.message(parts[0], *(b.section(part) for part in parts), answer)


def yours(claimed: Sequence[CaseRow], t: Translator) -> SlackMessage:
    """Tell the agent alone which threads they just claimed, each with its next step."""
    text = t.n("{n} thread is yours now:", "{n} threads are yours now:", len(claimed))
    return b.message(text, b.section(text), *(b.section(row(case, t), next_step(case, t)) for case in claimed))


def advised(thread: int, to: str, t: Translator) -> SlackMessage:
    """Confirm to whoever answered a colleague who reads it."""
    return b.message(t("Your answer about #{thread} went to {person}.", thread=thread, person=person(to)))


def undone(reply: Reply, t: Translator) -> SlackMessage:
    """Give the text back to its author, so that they can use it again."""
    text = t("Stopped in time: your reply to #{thread} was not sent. Your text:", thread=reply.thread_id)
    again = b.actions(b.button(t("Reply"), "reply", reply.thread_id))
    return b.message(text, b.section(text), *b.literally(reply.text), again)
