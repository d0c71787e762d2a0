"""The help of the slash command."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.common.command import EXAMPLE, Number, Word
from bot.platform.i18n import Translator
from bot.views.common import blocks as b
from bot.views.common.blocks import SlackMessage
from bot.views.common.text import escape


def help(command: str, words: Sequence[Word], t: Translator) -> SlackMessage:  # noqa: A001 - the command's own name
    """List every word with its line; `command` is the slash command's name in this workspace."""
    name = escape(command, 40)
    reply = next((word.name_in(t.language) for word in words if word.name == "reply"), "reply")
    heading = t("*{command}* · only you see the answers; only *{reply}* reaches a customer.", command=name, reply=reply)
    return b.message(heading, b.section(heading), b.section("\n".join(_line(name, word, t) for word in words)))


def _line(command: str, word: Word, t: Translator) -> str:
    form = word.form_in(t.language)
    if word.number is Number.SEVERAL:
        form += f" {EXAMPLE + 1}"
    usage = f"{form} {t(word.rest)}" if word.rest else form
    return f"`{command} {usage}`  {t(word.help)}"
