"""What people write in channels and to the bot: talk under a card, a call for help, a direct message."""

from __future__ import annotations

from slack_bolt import Ack, App

from bot.domain.common.command import Word
from bot.platform import slack
from bot.usecases.cases import talk
from bot.views.cases import talk as view
from bot.views.common.help import help as help_view
from handlers.deps import Body, HandlerDeps

WRITTEN = (None, "file_share", "me_message", "thread_broadcast")
"""The subtypes of what a person has just written; all others are edits, deletions and notices of Slack's."""


def register(app: App, deps: HandlerDeps, words: tuple[Word, ...]) -> None:
    @app.event("message")
    def said(ack: Ack, event: Body, body: Body) -> None:
        ack()
        if _is_written(event):
            deps.later(_answer, deps, event, _bot(body), words)


def _is_written(event: Body) -> bool:
    """Tell whether a person wrote this just now, and no bot."""
    texts = all(isinstance(event.get(name), str) for name in ("user", "channel", "ts"))
    return texts and event.get("subtype") in WRITTEN and not event.get("bot_id")


def _answer(deps: HandlerDeps, event: Body, bot: str, words: tuple[Word, ...]) -> None:
    user, channel, under = event["user"], event["channel"], event.get("thread_ts")
    text = event.get("text") or ""
    t = deps.language(user)
    if event.get("channel_type") == "im":
        shown = help_view(deps.ctx.settings.command, words, t)
        slack.call(deps.client, "chat.postMessage", channel=channel, text=shown.text, blocks=shown.blocks)
    elif bot and text.lstrip().startswith((f"<@{bot}>", f"<@{bot}|")):
        deps.post_ephemeral(user, channel, help_view(deps.ctx.settings.command, words, t))
    elif under and under != event["ts"]:
        number = talk.hint(deps.ctx, user, channel, under)
        if number is not None:
            hint = view.hint(number, t)
            slack.post_ephemeral(deps.client, channel, user, hint.text, hint.blocks, thread_ts=under)


def _bot(body: Body) -> str:
    """Return the bot's own member id; "" if Slack left it out."""
    granted = body.get("authorizations")
    first = granted[0] if isinstance(granted, list) and granted and isinstance(granted[0], dict) else {}
    return str(first.get("user_id") or "")
