"""A reply that begins with somebody else's words must be made one's own: the agreed line, an answer of the bank."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.cases.thread import Thread
from bot.domain.common.errors import RefusalCode, Refused
from bot.domain.replies import copies
from bot.domain.replies.copies import Written
from bot.domain.replies.second_look import Finding, FromBank
from bot.usecases.incidents import reply_line
from storage.engine import Connection


def require(connection: Connection, thread: Thread, body: str, found: Iterable[Finding]) -> None:
    """Raise Refused if the reply is, but for names, greeting and signature, what stands ready for anybody.

    "not_personal" for a line that was agreed for the thread's incident; "unchanged" for an answer of the knowledge bank
    among what was `found` in the reply, with the sentence to make one's own.
    """
    mine = Written(body, thread.customer_name)
    for line in reply_line.ever_agreed(connection, thread):
        if copies.alike(mine, Written(line, thread.customer_name)) >= copies.UNCHANGED:
            raise Refused(RefusalCode.NOT_PERSONAL, thread=thread.id)
    for each in found:
        if isinstance(each, FromBank) and each.alike >= copies.UNCHANGED:
            same = copies.kept_sentence(mine, Written(each.text, ""))
            raise Refused(RefusalCode.UNCHANGED, thread=thread.id, name=same)
