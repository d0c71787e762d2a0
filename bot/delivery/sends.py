"""Replies out of the outbox to the network: at most one automatic send each, whatever fails."""

from __future__ import annotations

import logging
from datetime import datetime

from bot.delivery.courier import LONGEST_PAUSE_SECONDS, Courier, back_off
from bot.domain.conversation import Reply, ReplyState
from bot.networks.base import Ambiguous, Network, NotDone, Rejected
from bot.usecases import send
from storage import replies
from storage.engine import reading
from storage.outbox import Item

log = logging.getLogger(__name__)

STRANDED_SECONDS = 3600  # for how long a reply waits for its account to be configured again
LATE_LOOK_UPS = 3  # for a reply that was not found in its time, each after twice the wait before


class Sends(Courier):
    """Delivers replies to customers."""

    kinds = ("reply", "look_up")
    lease_seconds = 30.0  # after it, whoever takes over says on the card that the reply is being checked

    def deliver(self, item: Item) -> None:
        reply_id = item.payload["reply"]
        network = self._ctx.networks.get(item.channel)
        if network is None:
            self._strand(item, reply_id)
            return
        with reading(self._ctx.engine) as connection:
            reply = replies.get(connection, reply_id)
        try:
            if reply is None:
                self._done(item)
            elif item.kind == "look_up":
                self._look_up_late(item, network, reply)
            elif reply.state in (ReplyState.SENDING, ReplyState.CHECKING):
                self._reconcile(item, network, reply)
            elif item.payload.get("again") and reply.state is ReplyState.QUEUED and self._turned_up(network, reply):
                self._done(item)
            elif (begun := send.begin(self._ctx, reply_id)) is not None:
                self._send(item, network, begun)
            else:
                self._done(item)
        except (NotDone, Rejected) as error:  # of a look-up; what a send may meet is seen to there
            log.warning("network not reached", extra={"facts": {"reply": reply_id, "error": error.detail}})
            pause = back_off(item.failures, error.retry_after) if isinstance(error, NotDone) else LONGEST_PAUSE_SECONDS
            self._postpone(item, self._after(pause), error="not reached")

    def _strand(self, item: Item, reply_id: int) -> None:
        """Its account is not configured. It may be again in a moment; if it is not, its author is told."""
        with reading(self._ctx.engine) as connection:
            reply = replies.get(connection, reply_id)
        if reply is not None and self._ctx.clock.now() < reply.send_at + self._ctx.clock.real(STRANDED_SECONDS):
            if not item.failures:
                facts = {"network": item.channel, "reply": reply_id}
                log.error("a reply waits for a network that is not configured", extra={"facts": facts})
            self._postpone(item, self._after(LONGEST_PAUSE_SECONDS), error="network not configured")
        elif send.begin(self._ctx, reply_id) is not None:
            send.refused(self._ctx, reply_id, "not_configured")
            self._done(item)
        else:
            send.unknown(self._ctx, reply_id)
            self._done(item)

    def _send(self, item: Item, network: Network, reply: Reply) -> None:
        try:
            sent = network.send(reply.text, reply.in_reply_to)
        except NotDone as error:
            pause = back_off(item.failures, error.retry_after)
            log.warning(
                "network not reached", extra={"facts": {"reply": reply.id, "error": error.detail, "again_in": pause}}
            )
            until = self._after(pause)
            self._kept(send.not_begun, self._ctx, reply.id, until)
            self._postpone(item, until, error="not reached", with_its_lane=True)
        except Ambiguous as error:
            log.warning("the network's answer was lost", extra={"facts": {"reply": reply.id, "error": error.detail}})
            self._kept(send.checking, self._ctx, reply.id)
            self._postpone(item, self._after(self._recheck_seconds), error="ambiguous")
        except Rejected as error:
            log.warning(
                "network refused", extra={"facts": {"reply": reply.id, "code": error.code, "error": error.detail}}
            )
            self._kept(send.refused, self._ctx, reply.id, error.code)
            self._done(item)
        else:
            self._kept(send.arrived, self._ctx, reply.id, sent)
            self._done(item)

    def _reconcile(self, item: Item, network: Network, reply: Reply) -> None:
        """Its outcome is not known: look it up once the network has had time to show it; never send by ourselves."""
        ready = _since(reply) + self._ctx.clock.real(self._recheck_seconds)
        send.checking(self._ctx, reply.id)
        if self._ctx.clock.now() < ready:
            self._postpone(item, ready)
            return
        if not self._turned_up(network, reply):
            send.unknown(self._ctx, reply.id)
        self._done(item)

    def _look_up_late(self, item: Item, network: Network, reply: Reply) -> None:
        """While nobody has decided what became of it, the network may show it yet."""
        unknown = reply.state is ReplyState.UNKNOWN and not self._turned_up(network, reply)
        if unknown and item.attempts < LATE_LOOK_UPS:
            self._postpone(item, self._after(self._recheck_seconds * 2**item.attempts))
        else:
            self._done(item)

    def _turned_up(self, network: Network, reply: Reply) -> bool:
        """Whether the network shows the reply, which then has arrived. Raises NotDone or Rejected."""
        found = network.find_sent(reply.text, reply.in_reply_to, _since(reply))
        if found is not None:
            self._kept(send.arrived, self._ctx, reply.id, found)
        return found is not None

    @property
    def _recheck_seconds(self) -> float:
        return self._ctx.settings.delivery.network_recheck_after.total_seconds()


def _since(reply: Reply) -> datetime:
    return reply.tried_at or reply.created_at
