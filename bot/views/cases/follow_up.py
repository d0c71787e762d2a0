"""The line under a card that says that its customer wrote again."""

from __future__ import annotations

from bot.platform.i18n import Translator
from bot.views.cases.models import FollowUp
from bot.views.cases.state import state
from bot.views.cases.words import said_to_us
from bot.views.common import blocks as b
from bot.views.common.blocks import SlackMessage
from bot.views.common.text import escape, person

MAX_POSTS = 3  # the newest ones; the card and the modal show the rest
WORDS = 200  # characters shown of each


def follow_up(news: FollowUp, t: Translator) -> SlackMessage:
    """Tell the owner what the customer added. Once that is answered, only the words are left."""
    case, thread = news.case, news.case.thread
    if thread.erased_at:
        return b.message(state(case, t))
    name = escape(thread.customer_label, 80)
    words = " ".join(f"“{escape(said_to_us(case, post), WORDS)}”" for post in news.standing[-MAX_POSTS:])
    said = {"name": name, "words": words or f"_{t('deleted by the customer')}_"}
    if not news.open:
        return b.message(t("{name} wrote again: {words}", **said))
    reply = b.button(t("Reply"), "reply", thread.id) if thread.reply_blocked_reason is None else None
    if thread.owner:
        text = t("{person}, {name} wrote again: {words}", person=person(thread.owner), **said)
        return b.message(text, b.section(text), b.actions(reply))
    text = t("{name} wrote again, and nobody has claimed #{number}: {words}", number=thread.id, **said)
    claim = b.button(t("Claim"), "claim", thread.id, style="primary")
    return b.message(text, b.section(text), b.actions(claim, reply))
