"""The line under a card that says that its customer wrote again."""

from __future__ import annotations

from bot.platform.i18n import Translator
from bot.views.cases.models import FollowUp
from bot.views.cases.state import state
from bot.views.cases.words import said_to_us
from bot.views.common import blocks as b
from bot.views.common.blocks import SlackMessage
from bot.views.common.text import escape, quoted
from bot.views.desk.reached import away, called, take_over

MAX_POSTS = 3  # the newest ones; the card and the modal show the rest
WORDS = 200  # characters shown of each


def follow_up(news: FollowUp, t: Translator) -> SlackMessage:
    """Tell the owner, or who is there in their place, what the customer added; once it is answered, only the words."""
    case, thread = news.case, news.case.thread
    owner, reached = thread.owner, news.reached
    if thread.erased_at:
        return b.message(state(case, t))
    name = escape(thread.customer_label, 80)
    words = " ".join(quoted(escape(said_to_us(case, post), WORDS), t) for post in news.standing[-MAX_POSTS:])
    said = {"name": name, "words": words or f"_{t('deleted by the customer')}_"}
    if not news.open:
        return b.message(t("{name} wrote again: {words}", **said))
    reply = b.button(t("Reply"), "reply", thread.id) if thread.reply_blocked_reason is None else None
    if owner:
        text = t("{name} wrote again: {words}", **said)
        if reached.called:
            text = t("{person}, {name} wrote again: {words}", person=called(reached), **said)
        text += away(reached, owner, t)
        return b.message(text, b.section(text), b.actions(take_over(reached, thread.id, owner, t) or reply))
    text = t("{name} wrote again, and nobody has claimed #{number}: {words}", number=thread.id, **said)
    claim = b.button(t("Claim"), "claim", thread.id, style="primary")
    return b.message(text, b.section(text), b.actions(claim, reply))
