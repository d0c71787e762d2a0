"""The modal that asks to which colleague a thread goes."""

from __future__ import annotations

from bot.platform.i18n import Translator
from bot.views.common import blocks as b
from bot.views.common.blocks import View


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
            b.context(t("They are told under the card and become the owner.")),
        ],
        submit=t("Hand over"),
        close=t("Cancel"),
        metadata={"thread": thread_id},
    )
