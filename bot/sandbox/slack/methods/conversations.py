"""conversations.*: channels, their members and their history."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from bot.sandbox.slack.args import Args
from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.methods.base import Method, cursor, encoded, limit, page
from bot.sandbox.slack.records import BOT_USER, Channel, Json, Message
from bot.sandbox.slack.state import State


def _listed(found: Sequence[Channel], args: Args) -> Json:
    kinds = {kind.strip() for kind in (args.text("types") or "public_channel").split(",")}
    if kinds - {"public_channel", "private_channel", "mpim", "im"}:
        raise SlackError("invalid_types")
    wanted = [each for each in found if ("im" if each.im_user else "public_channel") in kinds]
    shown, following = page(wanted, args, most=1000)
    return {"channels": [each.payload() for each in shown], "response_metadata": {"next_cursor": following}}


def list_all(state: State, args: Args) -> Json:
    return _listed([*state.channels.values()], args)


def of_bot(state: State, args: Args) -> Json:
    user = args.text("user") or BOT_USER
    return _listed([each for each in state.channels.values() if user in each.members], args)


def info(state: State, args: Args) -> Json:
    return {"channel": state.seen(args.need("channel")).payload()}


def open_direct(state: State, args: Args) -> Json:
    people = (args.text("users") or "").split(",")
    known = {channel.im_user for channel in state.channels.values()}
    if given := args.text("channel"):
        channel = state.channel(given)
    elif len(people) == 1 and people[0]:
        channel = state.direct(people[0])
    else:
        raise SlackError("users_list_not_supplied" if not people[0] else "invalid_users")
    already = channel.im_user in known
    shown = channel.payload() if args.flag("return_im") else {"id": channel.id}
    return {"channel": shown} | ({"no_op": True, "already_open": True} if already else {})


def join(state: State, args: Args) -> Json:
    channel = state.seen(args.need("channel"))
    already = BOT_USER in channel.members
    with state.lock:
        channel.members.add(BOT_USER)
    if not already:
        ts = state.next_ts()
        joined = {"type": "member_joined_channel", "user": BOT_USER, "channel": channel.id, "channel_type": "C"}
        state.on_event(joined | {"event_ts": ts})
    return {"channel": channel.payload()} | ({"warning": "already_in_channel"} if already else {})


def members(state: State, args: Args) -> Json:
    shown, following = page(sorted(state.seen(args.need("channel")).members), args)
    return {"members": list(shown), "response_metadata": {"next_cursor": following}}


def _bound(args: Args, name: str) -> tuple[int, int] | None:
    given = args.text(name)
    if given in (None, "", "now"):
        return None
    if not re.fullmatch(r"\d+(\.\d{1,6})?", given or ""):
        raise SlackError("invalid_ts_" + name)
    whole, _, fraction = str(given).partition(".")
    return int(whole), int(fraction.ljust(6, "0"))


def _within(args: Args) -> Callable[[Message], bool]:
    """Return a test for lying between `oldest` and `latest`; the bounds count only with `inclusive`."""
    oldest, latest, inclusive = _bound(args, "oldest"), _bound(args, "latest"), args.flag("inclusive")

    def check(message: Message) -> bool:
        whole, _, fraction = message.ts.partition(".")
        at = int(whole), int(fraction)
        if inclusive and at in (oldest, latest):
            return True
        return (oldest is None or at > oldest) and (latest is None or at < latest)

    return check


def _shown(state: State, message: Message, args: Args) -> Json:
    shown = message.payload(with_metadata=args.flag("include_all_metadata"))
    replies = state.replies(message.channel, message.ts)
    if not replies:
        return shown | ({"parent_user_id": _parent_user(state, message)} if message.is_reply else {})
    people = list(dict.fromkeys(reply.user for reply in replies))
    figures = {"reply_count": len(replies), "reply_users_count": len(people), "reply_users": people}
    return shown | figures | {"latest_reply": replies[-1].ts, "subscribed": False, "is_locked": False}


def _parent_user(state: State, message: Message) -> str | None:
    parent = state.messages[message.channel].get(message.thread_ts or "")
    return parent.user if parent else None


def _history(state: State, found: Sequence[Message], args: Args, *, newest_first: bool) -> Json:
    """Return a page whose cursor is a timestamp, so that new posts neither repeat nor hide anything."""
    if (start := cursor(args)) is not None:
        found = [each for each in found if (each.ts <= start if newest_first else each.ts >= start)]
    end = limit(args)
    more = len(found) > end
    answer: Json = {"messages": [_shown(state, message, args) for message in found[:end]], "has_more": more}
    return answer | ({"response_metadata": {"next_cursor": encoded(found[end].ts)}} if more else {})


def history(state: State, args: Args) -> Json:
    """List messages, newest first; replies only if they were also sent to the channel."""
    channel, within = state.joined(args.need("channel")), _within(args)
    found = [each for each in state.lasting(channel.id) if within(each) and (not each.is_reply or each.broadcast)]
    return _history(state, found[::-1], args, newest_first=True) | {"pin_count": 0}


def replies(state: State, args: Args) -> Json:
    """List the parent, then its replies, oldest first. The parent is included whatever the bounds."""
    channel, within = state.joined(args.need("channel")), _within(args)
    try:
        asked = state.find(channel.id, args.need("ts"))
        parent = state.find(channel.id, asked.thread_ts or asked.ts)
    except SlackError:
        raise SlackError("thread_not_found") from None
    found = [parent, *filter(within, state.replies(channel.id, parent.ts))]
    return _history(state, found, args, newest_first=False)


READ = ("channels:read", "groups:read", "im:read", "mpim:read")
HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")
METHODS = [
    Method("conversations.list", list_all, READ, tier=2),
    Method("users.conversations", of_bot, READ, tier=3),
    Method("conversations.info", info, READ, tier=3),
    Method("conversations.open", open_direct, ("im:write",), tier=3),
    Method("conversations.join", join, ("channels:join",), tier=3),
    Method("conversations.members", members, READ, tier=4),
    Method("conversations.history", history, HISTORY, tier=3),
    Method("conversations.replies", replies, HISTORY, tier=3),
]
