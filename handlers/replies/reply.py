"""Reply: the button, the modal with its running count, sending, undoing, and deciding what became of a reply."""

from __future__ import annotations

from datetime import datetime

from slack_bolt import Ack, App, Respond

from bot.domain.cases.card import Draft, Seen
from bot.domain.cases.conversation import Reply
from bot.domain.common.errors import Refused
from bot.platform import slack
from bot.usecases.cases import queries
from bot.usecases.replies import reply as usecase
from bot.views.cases.command_results import undone
from bot.views.common.modal_update import again
from bot.views.replies import reply as view
from handlers.cases import home
from handlers.deps import Body, Front, entered, fingerprint, metadata, number, user_of, whispered


def register(app: App, front: Front) -> None:
    @app.action("reply")
    def click(ack: Ack, action: Body, body: Body) -> None:
        ask(front, body, number(action))
        ack()

    @app.action("text")
    def typed(ack: Ack, body: Body) -> None:
        front.later(_count, front, body)
        ack()

    @app.view("reply")
    def submit(ack: Ack, body: Body) -> None:
        thread_id, seen = _metadata(body)
        text = _text(body)
        shown = body["view"]  # its metadata holds what its author had seen, and so differs from modal to modal
        request = f"view:{fingerprint({'id': shown['id'], 'seen': shown['private_metadata']})}"
        who = front.introduced(body, "modal")
        try:
            reply = usecase.submit(front.ctx, who, thread_id, text, seen=seen, request=request)
        except Refused as refusal:
            if refusal.code != "changed":
                raise
            t = front.language(user_of(body))
            draft = refusal.facts["draft"]
            changed = view.changed(draft, refusal.facts["changes"], text, t, _length(front, draft, text))
            ack(response_action="update", view=home.marked(body, changed))
        else:
            ack()
            front.later(_confirm, front, reply)
            home.again(front, body)

    @app.action("undo")
    def stop(ack: Ack, action: Body, body: Body, respond: Respond) -> None:
        reply = usecase.undo(front.ctx, front.actor(body, "button"), number(action))
        ack()
        message = undone(reply, front.language(user_of(body)))
        front.later(
            respond,
            text=message.text,
            blocks=message.blocks,
            response_type="ephemeral",
            replace_original=whispered(body),
        )

    @app.action("mark_sent")
    def mark_sent(ack: Ack, action: Body, body: Body) -> None:
        usecase.decide(front.ctx, front.actor(body, "button"), number(action), was_sent=True)
        ack()

    @app.action("send_again")
    def send_again(ack: Ack, action: Body, body: Body) -> None:
        usecase.decide(front.ctx, front.actor(body, "button"), number(action), was_sent=False)
        ack()


def ask(front: Front, body: Body, thread_id: int) -> None:
    """Open the modal."""
    draft = usecase.draft(front.ctx, front.introduced(body, "button"), thread_id)
    count = _length(front, draft, draft.text) if draft.text else None
    front.open(body, home.marked(body, view.modal(draft, front.language(user_of(body)), count)))


def _confirm(front: Front, reply: Reply) -> None:
    thread = queries.card(front.ctx, reply.thread_id).thread
    message = view.confirmation(reply, front.language(reply.author))
    front.whisper(reply.author, front.ctx.desk_of(thread).slack_channel, message)


def _count(front: Front, body: Body) -> None:
    """Show the length of what was typed as the network counts it; all else in the modal stays as the agent has it."""
    thread_id, _ = _metadata(body)
    draft = usecase.draft(front.ctx, front.actor(body, "modal"), thread_id)
    counted = view.counted(draft, _length(front, draft, _text(body)), front.language(user_of(body)))
    shown = body["view"]
    blocks = [counted if block["block_id"] == counted["block_id"] else block for block in shown["blocks"]]
    updated = again(shown, blocks)
    slack.call(front.client, "views.update", view_id=shown["id"], hash=shown["hash"], view=updated)


def _length(front: Front, draft: Draft, text: str) -> tuple[int, int]:
    """Characters used and the most there may be, as the network counts the text with its signature."""
    count = front.ctx.networks[draft.card.thread.network].count(f"{text.strip()} {draft.signature}".strip())
    return count.used, count.limit


def _metadata(body: Body) -> tuple[int, Seen]:
    kept = metadata(body)
    seen = kept["seen"]
    return kept["thread"], Seen(seen["message"], seen["reply"], datetime.fromisoformat(seen["at"]))


def _text(body: Body) -> str:
    text: str | None = entered(body, "text").get("value")
    return text or ""
