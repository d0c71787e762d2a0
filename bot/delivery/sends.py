"""Replies out of the outbox to the network: at most one automatic send each, whatever fails."""

from __future__ import annotations

import logging

from bot.domain.conversation import Reply, ReplyState
from bot.networks.base import Ambiguous, Network, NotDone, Rejected
from bot.usecases import send
from bot.usecases.context import Context
from storage import lanes, outbox, replies
from storage.engine import reading, transaction
from storage.outbox import Item

log = logging.getLogger(__name__)

LEASE_SECONDS = 120  # longer than a send and a look-up together
LONGEST_PAUSE_SECONDS = 300


class Sends:
    """Delivers replies to customers."""

    kinds: tuple[str, ...] = ("reply",)

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx

    def lease(self) -> Item | None:
        with transaction(self._ctx.engine) as connection:
            return outbox.lease(connection, self.kinds, self._ctx.clock.now(), self._ctx.clock.real(LEASE_SECONDS))

    def deliver(self, item: Item) -> None:
        """Send it, or find out what became of it."""
        reply_id = item.payload["reply"]
        network = self._ctx.networks.get(item.channel)
        if network is None:
            log.error("a reply waits for a network that is not configured", extra={"facts": {"network": item.channel}})
            self._postpone(item, LONGEST_PAUSE_SECONDS, "network not configured")
            return
        reply = send.begin(self._ctx, reply_id)
        if reply is not None:
            self._send(item, network, reply)
            return
        with reading(self._ctx.engine) as connection:
            reply = replies.get(connection, reply_id)
        if reply is not None and reply.state in (ReplyState.SENDING, ReplyState.CHECKING):
            self._reconcile(item, network, reply)
        else:
            self._done(item)

    def _send(self, item: Item, network: Network, reply: Reply) -> None:
        try:
            sent = network.send(reply.text, reply.in_reply_to)
        except NotDone as error:
            pause = min(LONGEST_PAUSE_SECONDS, max(error.retry_after, 2.0**item.failures))
            log.warning(
                "network not reached", extra={"facts": {"reply": reply.id, "error": error.detail, "again_in": pause}}
            )
            until = self._ctx.clock.now() + self._ctx.clock.real(pause)
            send.not_begun(self._ctx, reply.id, until)
            with transaction(self._ctx.engine) as connection:
                lanes.close(connection, item.lane, until)  # the next reply would fare no better
                outbox.postpone(connection, item, until, error="not reached")
        except Ambiguous as error:
            log.warning("the network's answer was lost", extra={"facts": {"reply": reply.id, "error": error.detail}})
            send.checking(self._ctx, reply.id)
            self._postpone(item, self._recheck_seconds, "ambiguous")
        except Rejected as error:
            log.warning(
                "network refused", extra={"facts": {"reply": reply.id, "code": error.code, "error": error.detail}}
            )
            send.refused(self._ctx, reply.id, error.code)
            self._done(item)
        else:
            send.arrived(self._ctx, reply.id, sent)
            self._done(item)

    def _reconcile(self, item: Item, network: Network, reply: Reply) -> None:
        """Its outcome is not known: look it up once the network has had time to show it; never send by ourselves."""
        tried_at = reply.tried_at or reply.created_at
        wait = self._ctx.clock.real(self._recheck_seconds)
        remaining = (tried_at + wait - self._ctx.clock.now()) / self._ctx.clock.real(1)
        if remaining > 0:
            send.checking(self._ctx, reply.id)
            self._postpone(item, remaining, None)
            return
        try:
            found = network.find_sent(reply.text, reply.in_reply_to, tried_at)
        except (NotDone, Rejected) as error:
            log.warning("network not reached", extra={"facts": {"reply": reply.id, "error": error.detail}})
            pause = max(error.retry_after, 2.0**item.failures) if isinstance(error, NotDone) else LONGEST_PAUSE_SECONDS
            self._postpone(item, min(LONGEST_PAUSE_SECONDS, pause), "not reached")
            return
        if found is not None:
            send.arrived(self._ctx, reply.id, found)
        else:
            send.unknown(self._ctx, reply.id)
        self._done(item)

    @property
    def _recheck_seconds(self) -> float:
        return self._ctx.settings.delivery.network_recheck_after.total_seconds()

    def _done(self, item: Item) -> None:
        with transaction(self._ctx.engine) as connection:
            outbox.done(connection, item)

    def _postpone(self, item: Item, seconds: float, error: str | None) -> None:
        until = self._ctx.clock.now() + self._ctx.clock.real(seconds)
        with transaction(self._ctx.engine) as connection:
            outbox.postpone(connection, item, until, error=error)
