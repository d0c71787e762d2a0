"""What the slash command can do."""

from __future__ import annotations

from bot.platform.i18n import Translator
from bot.views.common import blocks as b
from bot.views.common.blocks import SlackMessage
from bot.views.common.text import escape


def help(command: str, t: Translator) -> SlackMessage:  # noqa: A001 - the command's own name
    """Every command with one line; `command` is the name that it has in this workspace."""
    lines = [
        ("open", t("what waits, most urgent first")),
        ("mine", t("what you have claimed")),
        ("show 1042", t("the card of a thread")),
        ("claim 1042", t("make it yours")),
        (t("reply 1042 text…"), t("answer the customer in public; without a text it opens the form")),
        (t("escalate 1042 why…"), t("ask the lead for help; without a reason it opens the form")),
        ("release 1042", t("give it back to the team")),
        (t("handover 1042 @name"), t("give it to a colleague")),
        (t("close 1042 reason…"), t("end it without a reply")),
        (t("history @handle"), t("all that a customer and we have said")),
        ("standup", t("yesterday's figures, and how things stand now")),
        ("help", t("this list")),
    ]
    name = escape(command, 40)
    heading = t("*{command}* · only you see the answers; only *reply* speaks to a customer.", command=name)
    return b.message(
        heading, b.section(heading), b.section("\n".join(f"`{name} {usage}`  {words}" for usage, words in lines))
    )
