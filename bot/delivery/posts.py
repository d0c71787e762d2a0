"""Slack messages out of the outbox: each one posted once, then edited in place."""

from __future__ import annotations

import logging
from typing import Any

from slack_sdk import WebClient

from bot import slack
from bot.delivery.render import KINDS, NotYet, Rendered, render
from bot.usecases.context import Context
from storage import events, outbox
from storage.engine import transaction
from storage.outbox import Item

log = logging.getLogger(__name__)

LEASE_SECONDS = 60  # longer than the longest call to Slack
PACE_SECONDS = 1.0  # Slack takes about one message a second in a channel
NOT_YET_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 300
_GONE = {"message_not_found", "cant_update_message", "channel_not_found", "thread_not_found"}


class Posts:
    """Delivers everything that is shown in Slack."""

    kinds: tuple[str, ...] = KINDS

    def __init__(self, ctx: Context, client: WebClient) -> None:
        self._ctx = ctx
        self._client = client

    def lease(self) -> Item | None:
        """The most urgent message that may go out now; a first posting takes its channel's next second as well."""
        at = self._ctx.clock.now()
        with transaction(self._ctx.engine) as connection:
            item = outbox.lease(connection, self.kinds, at, self._ctx.clock.real(LEASE_SECONDS))
            if item is None or item.lane == outbox.UPDATES:
                return item
            if not outbox.take_lane(connection, item.lane, at, at + self._ctx.clock.real(PACE_SECONDS)):
                outbox.postpone(connection, item, at, unknown=item.tried_at is not None)
                return None
            return item

    def deliver(self, item: Item) -> None:
        """Show it; whatever goes wrong is written down, with when to try again."""
        try:
            rendered = render(self._ctx, item)
            if rendered is None or (item.ts is not None and rendered.digest == item.shown):
                self._done(item)
            elif rendered.to is not None:
                self._whisper(item, rendered, rendered.to)
            elif item.ts is not None:
                self._update(item, rendered)
            elif item.tried_at is not None:
                self._look_for(item)
            else:
                self._post(item, rendered)
        except NotYet:
            self._postpone(item, NOT_YET_SECONDS)
        except slack.RateLimited as error:
            with transaction(self._ctx.engine) as connection:
                until = self._ctx.clock.now() + self._ctx.clock.real(error.retry_after)
                outbox.close_lane(connection, item.lane, until)
                outbox.postpone(connection, item, until)
        except slack.Ambiguous as error:
            log.warning("Slack's answer was lost", extra={"facts": {"item": item.key, "error": str(error)}})
            wait = self._ctx.settings.delivery.slack_recheck_after.total_seconds()
            self._postpone(item, wait, error="ambiguous", unknown=item.ts is None)
        except (slack.NotDone, slack.Rejected) as error:
            log.warning("Slack did not take a message", extra={"facts": {"item": item.key, "error": str(error)}})
            pause = min(LONGEST_PAUSE_SECONDS, 2.0**item.failures)
            self._postpone(item, pause, error=str(error)[:100])

    def _post(self, item: Item, rendered: Rendered) -> None:
        with transaction(self._ctx.engine) as connection:
            if not outbox.trying(connection, item, self._ctx.clock.now()):
                return
        answer = slack.call(
            self._client,
            "chat.postMessage",
            channel=item.channel,
            text=rendered.message.text,
            blocks=rendered.message.blocks,
            thread_ts=rendered.thread_ts,
            reply_broadcast=rendered.broadcast or None,
            metadata={"event_type": "webcare_message", "event_payload": {"key": item.key}},
            unfurl_links=False,
            unfurl_media=False,
        )
        self._done(item, posted_in=answer["channel"], ts=answer["ts"], shown=rendered.digest)

    def _update(self, item: Item, rendered: Rendered) -> None:
        try:
            slack.call(
                self._client,
                "chat.update",
                channel=item.posted_in,
                ts=item.ts,
                text=rendered.message.text,
                blocks=rendered.message.blocks,
            )
        except slack.Rejected as error:
            if error.code not in _GONE:
                raise
            log.info("a message is no longer in Slack and is posted anew", extra={"facts": {"item": item.key}})
            with transaction(self._ctx.engine) as connection:
                outbox.gone(connection, item)
            return
        self._done(item, shown=rendered.digest)

    def _whisper(self, item: Item, rendered: Rendered, to: str) -> None:
        slack.call(
            self._client,
            "chat.postEphemeral",
            channel=item.channel,
            user=to,
            text=rendered.message.text,
            blocks=rendered.message.blocks,
        )
        self._done(item)

    def _look_for(self, item: Item) -> None:
        """A first posting began and its outcome is not known: find it in Slack before anything is posted again."""
        at = self._ctx.clock.now()
        if item.tried_at is None:
            return
        ready = item.tried_at + self._ctx.clock.real(self._ctx.settings.delivery.slack_recheck_after.total_seconds())
        if at < ready:
            with transaction(self._ctx.engine) as connection:
                outbox.postpone(connection, item, ready, unknown=True)
            return
        found = self._find(item)
        with transaction(self._ctx.engine) as connection:
            if found is None:
                outbox.postpone(connection, item, at)
            else:
                outbox.found(connection, item, posted_in=found[0], ts=found[1], at=at)

    def _find(self, item: Item) -> tuple[str, str] | None:
        """Channel and ts of the message that carries this row's key, searched from shortly before it was tried."""
        channel = item.channel
        if channel.startswith("U"):
            channel = slack.call(self._client, "conversations.open", users=channel)["channel"]["id"]
        place = render(self._ctx, item)
        method, arguments = "conversations.history", {}
        if place is not None and place.thread_ts is not None:
            method, arguments = "conversations.replies", {"ts": place.thread_ts}
        cursor = ""
        while True:
            page = slack.call(
                self._client, method, channel=channel, include_all_metadata=True, limit=200, cursor=cursor, **arguments
            )
            for message in page["messages"]:
                payload = (message.get("metadata") or {}).get("event_payload") or {}
                if payload.get("key") == item.key:
                    return channel, message["ts"]
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return None

    def _done(self, item: Item, **values: Any) -> None:
        at = self._ctx.clock.now()
        with transaction(self._ctx.engine) as connection:
            mine = outbox.done(connection, item, **values)
            if mine and item.kind == "card" and item.thread_id is not None and "ts" in values:
                events.add(connection, item.thread_id, at, "posted", "desk", "desk", ts=values["ts"])

    def _postpone(self, item: Item, seconds: float, *, error: str | None = None, unknown: bool = False) -> None:
        until = self._ctx.clock.now() + self._ctx.clock.real(seconds)
        with transaction(self._ctx.engine) as connection:
            outbox.postpone(connection, item, until, error=error, unknown=unknown)
