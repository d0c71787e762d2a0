"""Brings replies from the outbox to the network: at most one automatic send each, whatever fails."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime

from slack_sdk import WebClient

from bot.delivery.deliverer import LONGEST_PAUSE_SECONDS, back_off
from bot.delivery.posting import LATE_LOOKUP_FACTOR, Posting, PostingDeliverer
from bot.domain.cases.conversation import IN_DOUBT, TO_BE_SENT, Post, Reply, ReplyState
from bot.domain.cases.thread import Thread
from bot.networks.base import Account, NotDone, Outgoing, Rejected, Sent
from bot.usecases.cases import transition, window
from bot.usecases.desk.context import Context
from bot.usecases.replies import outgoing, outside_answers, rating, reply_outcome
from storage.cases import posts
from storage.engine import reading
from storage.outbox import Item, rate_buckets
from storage.outbox.kinds import MessageKind
from storage.replies import replies
from storage.replies.messages import ReplyPayload

log = logging.getLogger(__name__)

STRANDED_SECONDS = 3600  # how long a reply waits for its account to be configured again


class ReplyPosting(Posting):
    """A reply, and what its thread records about it."""

    name = "reply"

    def __init__(self, ctx: Context, thread: Thread, reply: Reply, answered: Post | None) -> None:
        self._ctx = ctx
        self._thread = thread
        self._answered = answered
        self.reply = reply
        self.picture = None if reply.parts_done else reply.picture
        self.follows_ours = reply.parts_done > 0
        self.id, self.state = reply.id, reply.state
        self.tried_at, self.written_at = reply.tried_at or reply.created_at, reply.created_at

    @property
    def out(self) -> Outgoing:
        address = self._answered.answer_url if self._answered else ""
        return outgoing.of_reply(self._thread, self.reply, address)

    def objection(self) -> str:
        if rating.outdated(self._ctx, self.reply):
            return "customer_wrote"
        if self._answered and window.is_over(self._answered.answer_until, self._ctx.clock.now()):
            return window.CLOSED
        queued = self.state is ReplyState.QUEUED
        overtaken = queued and outside_answers.overtaken(self._ctx, self._thread.account, self.reply)
        return "answered_outside" if overtaken else ""

    def begin(self) -> bool:
        return reply_outcome.begin(self._ctx, self.id, self.state, self.reply.parts_done) is not None

    def not_begun(self, again_at: datetime, code: str) -> None:
        reply_outcome.not_begun(self._ctx, self.reply, again_at, code)

    def held_up(self, code: str) -> None:
        reply_outcome.held_up(self._ctx, self.id, code)

    def checking(self) -> None:
        reply_outcome.checking(self._ctx, self.id, self.reply.parts_done)

    def refused(self, code: str) -> None:
        reply_outcome.refused(self._ctx, self.id, code, self.reply.parts_done)

    def arrived(self, sent: Sent) -> None:
        reply_outcome.arrived(self._ctx, self.id, sent, self.reply.parts_done)

    def unknown(self) -> None:
        reply_outcome.unknown(self._ctx, self.id, self.reply.parts_done)


class ReplyDeliverer(PostingDeliverer):
    """Delivers replies to customers. There is a thread for each account, so one that hangs delays no other."""

    kinds = (MessageKind.REPLY, MessageKind.LOOK_UP)

    def __init__(self, ctx: Context, client: WebClient | None = None) -> None:
        super().__init__(ctx, client)
        self.threads = max(1, len(ctx.accounts))

    def deliver(self, item: Item) -> None:
        with reading(self._ctx.engine) as connection:
            reply = replies.get(connection, ReplyPayload.from_json(item.payload).reply)
            thread = transition.found(connection, reply.thread_id) if reply else None
            known = posts.known(connection, thread.account, [reply.in_reply_to]) if reply and thread else {}
        account = self._ctx.accounts.get(item.destination)
        lapsed = reply is not None and item.kind is MessageKind.LOOK_UP and reply.state is not ReplyState.UNKNOWN
        if reply is None or thread is None or lapsed:
            self._done(item)
            return
        posting = ReplyPosting(self._ctx, thread, reply, known.get(reply.in_reply_to))
        if account is None:
            self._strand(item, posting)
        else:
            try:
                self._advance(item, account, posting)
            except (NotDone, Rejected) as error:  # from a look-up; _send handles its own errors
                self._not_looked_up(item, posting, error)

    def _advance(self, item: Item, account: Account, posting: ReplyPosting) -> None:
        match posting.state:
            case ReplyState.QUEUED | ReplyState.CONTINUING:
                self._send(item, account, posting)
            case ReplyState.SENDING | ReplyState.VERIFYING:
                self._reconcile(item, account, posting)
            case ReplyState.UNKNOWN if item.kind is MessageKind.LOOK_UP:
                self._look_up_late(item, account, posting)
            case ReplyState.RETRY_REQUESTED if not self._turned_up(account, posting):
                self._send_again(item, account, posting)
            case _:
                self._done(item)

    def _strand(self, item: Item, posting: ReplyPosting) -> None:
        """Wait for the account to be configured again; if it is not in time, tell the author."""
        if self._ctx.clock.now() < posting.reply.send_at + self._ctx.clock.real(STRANDED_SECONDS):
            if not item.failures:
                fields = {"network": item.destination, "reply": posting.id}
                log.error("a reply waits for a network that is not configured", extra={"fields": fields})
            self._postpone(item, self._after(LONGEST_PAUSE_SECONDS), error="network not configured")
        elif posting.state in TO_BE_SENT and posting.begin():
            posting.refused("not_configured")
            self._done(item)
        else:
            posting.unknown()
            self._done(item)

    def _send_again(self, item: Item, account: Account, posting: ReplyPosting) -> None:
        """Look for the reply until the account takes posts; its row stays in the look-ups' rate bucket."""
        now = self._ctx.clock.now()
        with reading(self._ctx.engine) as connection:
            closed_until = rate_buckets.opening(connection, item.destination, now)
        if closed_until is None:
            self._send(replace(item, rate_bucket=item.destination), account, posting)
        else:
            self._postpone(item, closed_until)

    def _reconcile(self, item: Item, account: Account, posting: ReplyPosting) -> None:
        """Look up a reply of unknown outcome once the network has had time to show it."""
        ready = posting.tried_at + self._ctx.clock.real(self._recheck_seconds)
        posting.checking()
        if posting.state is ReplyState.SENDING or self._ctx.clock.now() < ready:
            self._postpone(item, ready)
        elif self._turned_up(account, posting):
            self._done(item)
        elif self._goes_again(item, posting):
            self._send_again(item, account, posting)
        else:
            posting.unknown()
            self._done(item)

    def _look_up_late(self, item: Item, account: Account, posting: ReplyPosting) -> None:
        """Look the reply up again while nobody has decided about it, each time after twice the wait."""
        erased = not posting.reply.text
        now = self._ctx.clock.now()
        passed = now - posting.tried_at
        if (
            erased
            or self._turned_up(account, posting)
            or passed >= LATE_LOOKUP_FACTOR * self._ctx.clock.real(self._recheck_seconds)
        ):
            self._done(item)
        else:
            self._postpone(item, now + passed)

    def _not_looked_up(self, item: Item, posting: ReplyPosting, error: NotDone | Rejected) -> None:
        self._warn("network not reached", posting, error=error.detail)
        if isinstance(error, NotDone):
            self._retrying(reply_outcome.held_up, self._ctx, posting.id, error.code)
            until = self._after(back_off(item.failures, error.retry_after))
            self._postpone(item, until, error="not reached", with_its_bucket=error.code == "rate_limited")
        elif posting.state in IN_DOUBT:
            self._postpone(item, self._after(LONGEST_PAUSE_SECONDS), error="not reached")
        else:  # an agent decides, as before
            posting.unknown()
            self._done(item)
