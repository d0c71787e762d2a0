"""The modals that ask to which colleague a thread goes, and why it is taken over."""

from __future__ import annotations

from datetime import datetime

from bot.domain.cases.thread import Thread
from bot.platform.i18n import Translator
from bot.views.common import blocks as b
from bot.views.common.blocks import View
from bot.views.common.text import moment, person


def modal(thread_id: int, t: Translator) -> View:
    choice = {
        "type": "users_select",
        "action_id": "to",
        "placeholder": b.plain(t("Choose a colleague"), 150),
    }
    return b.modal(
        "hand_over",
        t("Hand over #{number}", number=thread_id),
        [
            b.input_block(t("To whom"), "to", choice),
            b.text_input(t("Note"), "note", placeholder=t("What they must know"), optional=True),
            b.context(t("They are told under the card, with your note, and become the owner.")),
        ],
        submit=t("Hand over"),
        close=t("Cancel"),
        metadata={"thread": thread_id},
    )


def take_over(thread: Thread, channel: str | None, at: datetime, t: Translator) -> View:
    """Ask why. `channel` is where the agent clicked, because a team settles its own requests alone."""
    owner, since = person(thread.owner or ""), moment(thread.owner_since or at, at)
    told = t(
        "#{number} is with {owner} since {since}. They are told, with your reason.",
        number=thread.id,
        owner=owner,
        since=since,
    )
    return b.modal(
        "take_over",
        t("Take over #{number}", number=thread.id),
        [
            b.section(told),
            b.text_input(t("Why"), "reason", placeholder=t("For example: they are off today, and this can't wait")),
        ],
        submit=t("Take over"),
        close=t("Cancel"),
        metadata={"thread": thread.id, "channel": channel},
    )
