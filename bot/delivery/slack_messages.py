"""Slack messages out of the outbox: each one posted once, then edited in place."""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from slack_sdk import WebClient

from bot.delivery import duplicates, owners
from bot.delivery.deliverer import Deliverer, back_off
from bot.delivery.duplicates import SweepPayload
from bot.delivery.render import KINDS, bare, render
from bot.delivery.renderers.common import NotYet, Rendered
from bot.domain.cases.conversation import EventKind
from bot.platform import slack
from bot.usecases.alerts import destinations
from bot.usecases.desk import not_before
from bot.usecases.desk.context import Context
from bot.views.common.budget import size
from storage import outbox
from storage.cases import events, threads
from storage.engine import Connection, reading, transaction
from storage.outbox import Item, leases, rate_buckets
from storage.outbox.kinds import MessageKind
from storage.outbox.messages import NewMessage

log = logging.getLogger(__name__)

A_DAY = timedelta(days=1)
PACE_SECONDS = 1.0  # Slack takes one message a second in a channel
# An extra message is looked for during this many times `slack_recheck_after`, each time after twice the wait.
SWEEP_FACTOR = 15
_GONE = {"message_not_found"}  # what we may not see just now, such as a private channel, is still there
_FIXED = {"cant_update_message", "edit_window_closed"}  # there, and not to be changed by us any more
DESTINATION_SECONDS = 60.0  # how often a destination that takes nothing is tried


class SlackMessageDeliverer(Deliverer):
    """Delivers everything that is shown in Slack."""

    kinds = (*KINDS, MessageKind.SWEEP)
    lease_seconds = 30.0
    threads = 2  # so that one slow call holds up nobody

    def __init__(self, ctx: Context, client: WebClient) -> None:
        super().__init__(ctx)
        self._client = client

    def lease(self) -> Item | None:
        """Lease the most urgent message that can be worked on now; None if there is none.

        A new message takes its channel's second here. If it did so later, another worker could take that second for a
        less urgent message.
        """
        at = self._ctx.clock.now()
        with transaction(self._ctx.engine) as connection:
            leases.queue(connection, self.kinds, at)
            item = leases.lease(connection, self.kinds, at, self._ctx.clock.real(self.lease_seconds))
            if item is None or not _is_new(item):
                return item
            until = at + self._ctx.clock.real(PACE_SECONDS)
            if rate_buckets.take(connection, item.rate_bucket, at, until):
                return replace(item, bucket_taken_until=until)
            leases.postpone(connection, item, at)
            return None

    def deliver(self, item: Item) -> None:
        try:
            if item.kind is MessageKind.SWEEP:
                self._sweep(item)
                return
            if item.kind is MessageKind.FOLLOW_UP and item.thread_id is not None and _is_new(item):
                owners.look(self._ctx, self._client, item.thread_id)
            rendered = render(self._ctx, item)
            if rendered is None:
                self._free_bucket(item)
                self._done(item)
            else:
                self._dispatch(item, rendered)
        except NotYet as error:
            self._free_bucket(item)
            self._postpone(item, self._after(error.again_in))
        except slack.RateLimited as error:
            # A limit on reading closes no bucket, because posting can go on.
            looked_up = item.post_started_at is not None or item.kind is MessageKind.SWEEP
            until = self._after(min(error.retry_after, not_before.CHANNEL_SECONDS))
            self._postpone(item, until, with_its_bucket=not looked_up)
        except slack.Ambiguous as error:
            log.warning("Slack's answer was lost", extra={"fields": {"item": item.key, "error": str(error)}})
            self._postpone(item, self._after(self._recheck_seconds), error="ambiguous", unknown=item.message_ts is None)
        except (slack.NotDone, slack.Rejected) as error:
            log.warning("Slack did not take a message", extra={"fields": {"item": item.key, "error": str(error)}})
            self._not_taken(item, error)

    def _not_taken(self, item: Item, error: slack.NotDone | slack.Rejected) -> None:
        """Try again later. For a destination that takes nothing, one row is tried a minute and somebody is told."""
        if isinstance(error, slack.NotDone) or not (error.about_destination or item.kind is MessageKind.TELL):
            self._postpone(item, self._after(back_off(item.failures)), error=str(error)[:100])
            return
        if item.kind is MessageKind.TELL:
            self._done(item)  # its reader has left Slack; the card says the same
            return
        destinations.refused(self._ctx, item, error.code)
        until = self._after(DESTINATION_SECONDS)
        self._postpone(item, until, error=error.code[:100], with_its_bucket=item.rate_bucket == item.destination)

    def _dispatch(self, item: Item, rendered: Rendered) -> None:
        if rendered.view is not None:
            with suppress(slack.Rejected):  # it has been closed
                slack.call(self._client, "views.update", view_id=rendered.view_id, view=rendered.view)
            self._done(item)
        elif rendered.home:
            self._publish(item, rendered)
        elif item.message_ts is not None and rendered.digest == item.content_hash:
            self._done(item)
        elif rendered.to is not None:
            self._post_ephemeral(item, rendered, rendered.to)
        elif item.message_ts is not None:
            self._update(item, rendered)
        elif item.post_started_at is not None:
            self._look_for(item, rendered, item.post_started_at)
        else:
            self._post(item, rendered)

    def postpone_failed(self, item: Item) -> None:
        self._free_bucket(item)
        super().postpone_failed(item)

    def _free_bucket(self, item: Item) -> None:
        """Give back the second that the lease took from the row's rate bucket, because nothing is posted in it."""
        if item.bucket_taken_until is not None:
            with transaction(self._ctx.engine) as connection:
                rate_buckets.give_back(connection, item.rate_bucket, item.bucket_taken_until, self._ctx.clock.now())

    def _post(self, item: Item, rendered: Rendered) -> None:
        """Post the message for the first time, in the second that its lease took."""
        begun = self._ctx.clock.now()
        with transaction(self._ctx.engine) as connection:
            if rendered.channel not in (None, item.destination):  # the config has changed since this was stated
                leases.redirect(connection, item, rendered.channel)
                return
            if not leases.begin_post(connection, item, begun):
                return
        answer = self._show(
            item,
            rendered,
            "chat.postMessage",
            channel=item.destination,
            thread_ts=rendered.thread_ts,
            reply_broadcast=rendered.broadcast or None,
            metadata=duplicates.mark(item.key),
            unfurl_links=False,
            unfurl_media=False,
        )
        at = self._ctx.clock.now()
        for attempt in self._retrying:
            with attempt, transaction(self._ctx.engine) as connection:
                # It may have reached Slack at any moment until now.
                rate_buckets.extend(connection, item.rate_bucket, at + self._ctx.clock.real(PACE_SECONDS))
                place = {"message_channel": answer["channel"], "message_ts": answer["ts"]}
                if leases.complete(connection, item, **place, content_hash=rendered.digest):
                    _record_posting(connection, item, rendered, answer["ts"], at)
                    destinations.reached(connection, self._ctx, item, at)
                else:  # the lease was lost meanwhile: somebody else may have posted it too
                    self._sweep_later(connection, item, at, begun)

    def _publish(self, item: Item, rendered: Rendered) -> None:
        """Publish an App Home, unless the agent sees the same already."""
        if rendered.digest != item.content_hash:
            view = {"type": "home", "blocks": rendered.message.blocks}
            slack.call(self._client, "views.publish", user_id=item.destination, view=view)
        for attempt in self._retrying:
            with attempt, transaction(self._ctx.engine) as connection:
                leases.complete(connection, item, content_hash=rendered.digest)

    def _update(self, item: Item, rendered: Rendered) -> None:
        try:
            self._show(item, rendered, "chat.update", channel=item.message_channel, ts=item.message_ts)
        except slack.Rejected as error:
            if error.code not in _GONE | _FIXED:
                raise
            if error.code in _FIXED:
                with suppress(slack.Rejected):  # it may be in Slack all the same, and must not stay beside the new one
                    slack.call(self._client, "chat.delete", channel=item.message_channel, ts=item.message_ts)
            log.info("a message is no longer in Slack and is posted anew", extra={"fields": {"item": item.key}})
            with transaction(self._ctx.engine) as connection:
                leases.repost(connection, item)
            return
        for attempt in self._retrying:
            with attempt, transaction(self._ctx.engine) as connection:
                at = self._ctx.clock.now()
                if leases.complete(connection, item, content_hash=rendered.digest):
                    destinations.reached(connection, self._ctx, item, at)
                else:
                    leases.invalidate(connection, item, at=at)

    def _show(self, item: Item, rendered: Rendered, method: str, **arguments: Any) -> dict[str, Any]:
        """Call `method` with the message. Where Slack refuses its content, it is shown bare, then as words alone."""
        message = rendered.message
        try:
            return slack.call(self._client, method, **arguments, text=message.text, blocks=message.blocks)
        except slack.Rejected as error:
            if not error.about_content:
                raise
            fields = {"item": item.key, "error": str(error), "characters": size(message.blocks)}
            log.error("Slack refused the content of a message; it is shown bare", extra={"fields": fields})
        plain = bare(self._ctx, item, message)
        try:
            return slack.call(self._client, method, **arguments, text=plain.text, blocks=plain.blocks)
        except slack.Rejected as error:
            if not error.about_content:
                raise
            return slack.call(self._client, method, **arguments, text=plain.text, blocks=[])

    def _post_ephemeral(self, item: Item, rendered: Rendered, to: str) -> None:
        message = rendered.message
        try:
            slack.post_ephemeral(self._client, item.destination, to, message.text, message.blocks)
        except slack.Rejected as error:
            if not error.about_content:
                raise
            plain = bare(self._ctx, item, message)
            slack.post_ephemeral(self._client, item.destination, to, plain.text, plain.blocks)
        self._done(item)

    def _look_for(self, item: Item, rendered: Rendered, tried_at: datetime) -> None:
        """Look for a message whose first posting has an unknown outcome, before anything is posted again."""
        at = self._ctx.clock.now()
        ready = tried_at + self._ctx.clock.real(self._recheck_seconds)
        if at < ready:
            self._postpone(item, ready)
            return
        found = duplicates.find(
            self._client, item.key, item.destination, thread_ts=self._thread_ts(item), after=tried_at
        )
        with transaction(self._ctx.engine) as connection:
            if found:
                channel, ts = found[0]
                if leases.adopt(connection, item, message_channel=channel, message_ts=ts, at=at):
                    _record_posting(connection, item, rendered, ts, at)
            else:
                leases.postpone(connection, item, at)
            if len(found) != 1:  # it may turn up yet, beside the one that is posted now
                self._sweep_later(connection, item, at, tried_at)

    def _sweep_later(self, connection: Connection, item: Item, at: datetime, after: datetime) -> None:
        soon = at + self._ctx.clock.real(self._recheck_seconds)
        outbox.want_once(connection, duplicates.sweep(item, at, after), at=soon)

    def _sweep(self, item: Item) -> None:
        """Delete every copy of a message but the one that the outbox knows.

        If the outbox knows none and wants none any more, all copies go, because what they say is no longer true. This
        looks several times, because a message that Slack once showed late may show up later still.
        """
        payload = SweepPayload.from_json(item.payload)
        key, after = payload.key, datetime.fromisoformat(payload.after)
        with reading(self._ctx.engine) as connection:
            kept = outbox.get(connection, key)
        if kept is None:  # deleted, so nobody knows which one should stay
            self._done(item)
            return
        if kept.message_ts is None and kept.generation > kept.delivered_generation:
            self._postpone(item, self._after(self._recheck_seconds))
            return
        for channel, ts in duplicates.find(
            self._client, key, kept.destination, thread_ts=self._thread_ts(kept), after=after
        ):
            if ts != kept.message_ts:
                slack.call(self._client, "chat.delete", channel=channel, ts=ts)
                log.warning("a message was in Slack twice; the extra one is removed", extra={"fields": {"item": key}})
        now = self._ctx.clock.now()
        if not_before.is_void(self._ctx, datetime.fromisoformat(payload.at)):
            self._sweep_anew(item, payload)
            return
        passed = now - datetime.fromisoformat(payload.at)
        if passed < SWEEP_FACTOR * self._ctx.clock.real(self._recheck_seconds):
            self._postpone(item, now + passed + self._ctx.clock.real(self._recheck_seconds))
        else:
            self._done(item)

    def _sweep_anew(self, item: Item, payload: SweepPayload) -> None:
        """Begin again as of now: a wrong clock wrote since when the extra message is looked for."""
        now = self._ctx.clock.now()
        fields = {"what": "sweep", "of": payload.key, "instant": payload.at}
        log.warning("an instant that a wrong clock has written is void", extra={"fields": fields})
        begun = duplicates.SweepPayload(payload.key, (now - A_DAY).isoformat(), now.isoformat())
        again = NewMessage(item.kind, item.key, item.destination, begun, item.thread_id, None, item.rate_bucket)
        with transaction(self._ctx.engine) as connection:
            leases.complete(connection, item)
            outbox.want(connection, again, at=self._after(self._recheck_seconds))

    def _thread_ts(self, item: Item) -> str | None:
        rendered = render(self._ctx, item)
        return rendered.thread_ts if rendered else None

    @property
    def _recheck_seconds(self) -> float:
        return self._ctx.settings.delivery.slack_recheck_after.total_seconds()


def _is_new(item: Item) -> bool:
    """Tell whether the row is to become a new message, as far as is known."""
    return item.unposted and item.rate_bucket == item.destination


def _record_posting(connection: Connection, item: Item, rendered: Rendered, ts: str, at: datetime) -> None:
    """Record that a card is in Slack: write its line in the timeline, and release what waits to stand under it.

    An owner whom the message asks whether they keep the thread counts as asked from now on.
    """
    if rendered.asks and item.thread_id is not None:
        threads.asked(connection, item.thread_id, rendered.asks)
    if item.kind is MessageKind.CARD and item.thread_id is not None:
        outbox.release_under_card(connection, item.thread_id, at)
        outbox.refresh_also_open(connection, [item.thread_id], at=at)  # which can link to it from now on
        events.add(connection, item.thread_id, at, EventKind.POSTED, "desk", "desk", ts=ts)
