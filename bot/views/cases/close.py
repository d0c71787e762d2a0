"""The modal that asks why a thread needs no reply."""

from __future__ import annotations

from bot.platform.i18n import Translator
from bot.views.common import blocks as b
from bot.views.common.blocks import View


def modal(thread_id: int, t: Translator) -> View:
    return b.modal(
        "close",
        t("Close #{number}", number=thread_id),
        [
            b.text_input(
                t("Why this needs no reply"),
                "reason",
                placeholder=t("For example: solved by phone, spam, not meant for us"),
            ),
            b.context(t("The reason is kept with the thread. If the customer writes again, the thread reopens.")),
        ],
        submit=t("Close"),
        close=t("Cancel"),
        metadata={"thread": thread_id},
    )
