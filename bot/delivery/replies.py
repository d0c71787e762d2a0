"""Brings replies from the outbox to the network: at most one automatic send each, whatever fails."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime

from bot.delivery.deliverer import LONGEST_PAUSE_SECONDS, Deliverer, back_off
from bot.domain.cases.conversation import IN_DOUBT, Reply, ReplyState
from bot.networks.base import OF_THE_ACCOUNT, OF_THE_APP, Account, Ambiguous, NotDone, Outgoing, Rejected
from bot.usecases.cases import transition
from bot.usecases.desk.context import Context
from bot.usecases.intake import feed_health
from bot.usecases.replies import outside_answers, rating, reply_outcome
from bot.usecases.replies.outgoing import of_reply
from storage.engine import reading, transaction
from storage.outbox import Item, leases, rate_buckets
from storage.outbox.kinds import MessageKind
from storage.replies import replies
from storage.replies.messages import ReplyPayload

log = logging.getLogger(__name__)

STRANDED_SECONDS = 3600  # how long a reply waits for its account to be configured again
LEASING = "replies"  # every lease touches this bucket, so that two processes never begin on one account at once
LATE_LOOKUP_FACTOR = 8  # the last look-up of a missing reply comes after this many times the first wait


class ReplyDeliverer(Deliverer):
    """Delivers replies to customers.

    Only one row of an account is in progress at a time, across all processes, so its replies stay in order. There is a
    thread for each account, so one that hangs delays no other.
    """

    kinds = (MessageKind.REPLY, MessageKind.LOOK_UP)
    lease_seconds = 30.0  # then another process takes over, and the card says that the reply is being checked

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx)
        self.threads = max(1, len(ctx.accounts))

    def lease(self) -> Item | None:
        at = self._ctx.clock.now()
        with transaction(self._ctx.engine) as connection:
            rate_buckets.close(connection, LEASING, at)
            return leases.lease(connection, self.kinds, at, self._ctx.clock.real(self.lease_seconds))

    def deliver(self, item: Item) -> None:
        with reading(self._ctx.engine) as connection:
            reply = replies.get(connection, ReplyPayload.from_json(item.payload).reply)
        account = self._ctx.accounts.get(item.destination)
        if reply is None or (item.kind is MessageKind.LOOK_UP and reply.state is not ReplyState.UNKNOWN):
            self._done(item)
        elif account is None:
            self._strand(item, reply)
        else:
            try:
                self._advance(item, account, reply)
            except (NotDone, Rejected) as error:  # from a look-up; _send handles its own errors
                self._not_looked_up(item, reply, error)

    def _advance(self, item: Item, account: Account, reply: Reply) -> None:
        match reply.state:
            case ReplyState.QUEUED:
                self._send(item, account, reply)
            case ReplyState.SENDING | ReplyState.VERIFYING:
                self._reconcile(item, account, reply)
            case ReplyState.UNKNOWN if item.kind is MessageKind.LOOK_UP:
                self._look_up_late(item, account, reply)
            case ReplyState.RETRY_REQUESTED if not self._turned_up(account, reply):
                self._send_again(item, account, reply)
            case _:
                self._done(item)

    def _strand(self, item: Item, reply: Reply) -> None:
        """Wait for the account to be configured again; if it is not in time, tell the author."""
        if self._ctx.clock.now() < reply.send_at + self._ctx.clock.real(STRANDED_SECONDS):
            if not item.failures:
                fields = {"network": item.destination, "reply": reply.id}
                log.error("a reply waits for a network that is not configured", extra={"fields": fields})
            self._postpone(item, self._after(LONGEST_PAUSE_SECONDS), error="network not configured")
        elif reply.state is ReplyState.QUEUED and reply_outcome.begin(self._ctx, reply.id) is not None:
            reply_outcome.refused(self._ctx, reply.id, "not_configured")
            self._done(item)
        else:
            reply_outcome.unknown(self._ctx, reply.id)
            self._done(item)

    def _send_again(self, item: Item, account: Account, reply: Reply) -> None:
        """Look for the reply until the account takes posts; its row stays in the look-ups' rate bucket."""
        now = self._ctx.clock.now()
        with reading(self._ctx.engine) as connection:
            closed_until = rate_buckets.opening(connection, item.destination, now)
        if closed_until is None:
            self._send(replace(item, rate_bucket=item.destination), account, reply)
        else:
            self._postpone(item, closed_until)

    def _send(self, item: Item, account: Account, reply: Reply) -> None:
        overtaken = reply.state is ReplyState.QUEUED and outside_answers.overtaken(self._ctx, item.destination, reply)
        outdated = rating.outdated(self._ctx, reply)
        if reply_outcome.begin(self._ctx, reply.id) is None:  # somebody was faster: look again what its state is
            self._postpone(item, self._ctx.clock.now())
            return
        if overtaken or outdated:
            code = "customer_wrote" if outdated else "answered_outside"
            self._retrying(reply_outcome.refused, self._ctx, reply.id, code)
            self._done(item)
            return
        try:
            sent = account.send(self._outgoing(reply))
        except NotDone as error:
            pause = back_off(item.failures, error.retry_after)
            log.warning(
                "network not reached", extra={"fields": {"reply": reply.id, "error": error.detail, "again_in": pause}}
            )
            until = self._after(pause)
            self._retrying(reply_outcome.not_begun, self._ctx, reply, until, error.code)
            self._retrying(feed_health.not_sent, self._ctx, item.destination, error.code)
            self._postpone(item, until, error="not reached", with_its_bucket=True)
        except Ambiguous as error:
            log.warning("the network's answer was lost", extra={"fields": {"reply": reply.id, "error": error.detail}})
            self._doubt(item, reply)
        except Rejected as error:
            log.warning(
                "network refused", extra={"fields": {"reply": reply.id, "code": error.code, "error": error.detail}}
            )
            if error.code == "duplicate" and reply.state is ReplyState.RETRY_REQUESTED:  # perhaps of the first try
                self._doubt(item, reply)
                return
            self._retrying(reply_outcome.refused, self._ctx, reply.id, error.code)
            if error.code in OF_THE_ACCOUNT | OF_THE_APP:
                self._retrying(feed_health.not_sent, self._ctx, item.destination, error.code)
            self._done(item)
        else:
            self._retrying(reply_outcome.arrived, self._ctx, reply.id, sent)
            self._retrying(feed_health.sent, self._ctx, item.destination)
            self._done(item)

    def _doubt(self, item: Item, reply: Reply) -> None:
        self._retrying(reply_outcome.checking, self._ctx, reply.id)
        self._postpone(item, self._after(self._recheck_seconds), error="ambiguous")

    def _reconcile(self, item: Item, account: Account, reply: Reply) -> None:
        """Look up a reply of unknown outcome once the network has had time to show it; never send it by ourselves."""
        ready = _tried_at(reply) + self._ctx.clock.real(self._recheck_seconds)
        reply_outcome.checking(self._ctx, reply.id)
        if self._ctx.clock.now() < ready:
            self._postpone(item, ready)
            return
        if not self._turned_up(account, reply):
            reply_outcome.unknown(self._ctx, reply.id)
        self._done(item)

    def _look_up_late(self, item: Item, account: Account, reply: Reply) -> None:
        """Look the reply up again while nobody has decided about it, each time after twice the wait."""
        erased = not reply.text
        now = self._ctx.clock.now()
        passed = now - _tried_at(reply)
        if (
            erased
            or self._turned_up(account, reply)
            or passed >= LATE_LOOKUP_FACTOR * self._ctx.clock.real(self._recheck_seconds)
        ):
            self._done(item)
        else:
            self._postpone(item, now + passed)

    def _turned_up(self, account: Account, reply: Reply) -> bool:
        """Tell whether the network shows the reply, and if so record that it arrived. Raises NotDone or Rejected."""
        found = account.find_sent(self._outgoing(reply), reply.created_at)
        if found is not None:
            self._retrying(reply_outcome.arrived, self._ctx, reply.id, found)
        return found is not None

    def _not_looked_up(self, item: Item, reply: Reply, error: NotDone | Rejected) -> None:
        log.warning("network not reached", extra={"fields": {"reply": reply.id, "error": error.detail}})
        if isinstance(error, NotDone):
            self._retrying(reply_outcome.not_looked_up, self._ctx, reply.id, error.code)
            until = self._after(back_off(item.failures, error.retry_after))
            self._postpone(item, until, error="not reached", with_its_bucket=error.code == "rate_limited")
        elif reply.state in IN_DOUBT:
            self._postpone(item, self._after(LONGEST_PAUSE_SECONDS), error="not reached")
        else:  # an agent decides, as before
            reply_outcome.unknown(self._ctx, reply.id)
            self._done(item)

    def _outgoing(self, reply: Reply) -> Outgoing:
        with reading(self._ctx.engine) as connection:
            return of_reply(transition.found(connection, reply.thread_id), reply)

    @property
    def _recheck_seconds(self) -> float:
        return self._ctx.settings.delivery.network_recheck_after.total_seconds()


def _tried_at(reply: Reply) -> datetime:
    return reply.tried_at or reply.created_at
