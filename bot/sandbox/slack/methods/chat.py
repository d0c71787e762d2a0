"""chat.*: posting, changing and deleting messages."""

from __future__ import annotations

from bot.sandbox.slack.args import Args
from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.methods.base import Method, check_blocks
from bot.sandbox.slack.records import BOT_USER, TEAM_DOMAIN, Channel, Json, Message
from bot.sandbox.slack.state import State

LONGEST = 40_000


def _content(args: Args) -> tuple[str, list[Json] | None]:
    text, blocks = args.text("text"), args.blocks()
    if blocks:
        check_blocks(blocks)
    if not text and not blocks:
        raise SlackError("no_text")
    if text and len(text) > LONGEST:
        raise SlackError("msg_too_long")
    return text or "", blocks


def _warned(answer: Json, args: Args) -> Json:
    if args.text("text"):
        return answer
    warning = "missing_text_in_message"
    return answer | {"warning": warning, "response_metadata": {"warnings": [warning]}}


def _target(state: State, args: Args) -> Channel:
    name = args.need("channel")
    found = state.direct(name) if name in state.users else state.joined(name)
    return state.open_for(found, posting=True)


def post_message(state: State, args: Args) -> Json:
    channel = _target(state, args)
    text, blocks = _content(args)
    thread_ts = args.text("thread_ts") or None
    broadcast = args.flag("reply_broadcast") and thread_ts is not None
    metadata = args.metadata() or None
    state.rates.post(channel.id)
    message = state.post(
        Message(state.next_ts(), channel.id, BOT_USER, text, blocks, thread_ts, metadata=metadata, broadcast=broadcast)
    )
    shown = message.payload(with_metadata=True)
    return _warned({"channel": channel.id, "ts": message.ts, "message": shown}, args)


def post_ephemeral(state: State, args: Args) -> Json:
    channel = state.open_for(state.joined(args.need("channel")), posting=True)
    user = args.need("user")
    if user not in channel.members:
        raise SlackError("user_not_in_channel")
    text, blocks = _content(args)
    thread_ts = args.text("thread_ts") or None
    message = Message(state.next_ts(), channel.id, BOT_USER, text, blocks, thread_ts, ephemeral_for=user)
    return _warned({"message_ts": state.post(message).ts}, args)


def _own(state: State, args: Args, refusal: str) -> Message:
    message = state.find(state.joined(args.need("channel")).id, args.need("ts"))
    if message.user != BOT_USER:
        raise SlackError(refusal)
    return message


def update(state: State, args: Args) -> Json:
    """Change a message. Text without blocks removes the blocks; blocks without text leave the text."""
    state.open_for(state.joined(args.need("channel")), posting=False)
    message = _own(state, args, "cant_update_message")
    metadata = args.metadata()
    text, blocks = _content(args)
    fields: Json = {"blocks": blocks}
    if text:
        fields["text"] = text
    if metadata is not None:
        fields["metadata"] = metadata or None
    if args.flag("reply_broadcast") and message.is_reply:
        fields["broadcast"] = True
    state.edit(message, **fields, shows_edited=not blocks)
    shown = message.payload(with_metadata=True)
    return {"channel": message.channel, "ts": message.ts, "text": message.text, "message": shown}


def delete(state: State, args: Args) -> Json:
    message = _own(state, args, "cant_delete_message")
    state.remove(message)
    return {"channel": message.channel, "ts": message.ts}


def get_permalink(state: State, args: Args) -> Json:
    message = state.find(state.channel(args.need("channel")).id, args.need("message_ts"))
    link = f"https://{TEAM_DOMAIN}.slack.com/archives/{message.channel}/p{message.ts.replace('.', '')}"
    if message.is_reply:
        link += f"?thread_ts={message.thread_ts}&cid={message.channel}"
    return {"channel": message.channel, "permalink": link}


METHODS = [
    Method("chat.postMessage", post_message, ("chat:write",)),
    Method("chat.postEphemeral", post_ephemeral, ("chat:write",), tier=4),
    Method("chat.update", update, ("chat:write",), tier=3),
    Method("chat.delete", delete, ("chat:write",), tier=3),
    Method("chat.getPermalink", get_permalink),
]
