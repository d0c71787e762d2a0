"""Brings public updates from the outbox to the network: at most one automatic post each, whatever fails."""

from __future__ import annotations

import logging

from bot.delivery.deliverer import LONGEST_PAUSE_SECONDS, Deliverer, back_off
from bot.delivery.replies import LATE_LOOKUP_FACTOR, LEASING
from bot.domain.cases.conversation import ReplyState
from bot.domain.incidents.public_update import PublicUpdate
from bot.networks.base import OF_THE_ACCOUNT, OF_THE_APP, Account, Ambiguous, NotDone, Rejected
from bot.usecases.incidents import public_update as usecase
from bot.usecases.intake import feed_health
from storage.engine import transaction
from storage.incidents.messages import PublicUpdatePayload
from storage.outbox import Item, leases, rate_buckets
from storage.outbox.kinds import MessageKind

log = logging.getLogger(__name__)


class PublicUpdateDeliverer(Deliverer):
    """Posts what our accounts tell everybody. An account posts one thing at a time, be it an update or a reply."""

    kinds = (MessageKind.PUBLIC_UPDATE,)
    lease_seconds = 30.0
    threads = 1

    def lease(self) -> Item | None:
        at = self._ctx.clock.now()
        with transaction(self._ctx.engine) as connection:
            rate_buckets.close(connection, LEASING, at)
            return leases.lease(connection, self.kinds, at, self._ctx.clock.real(self.lease_seconds))

    def deliver(self, item: Item) -> None:
        update = usecase.get(self._ctx, PublicUpdatePayload.from_json(item.payload).update)
        account = self._ctx.accounts.get(item.destination)
        if update is None or not update.is_coming:
            self._done(item)
        elif account is None:
            self._postpone(item, self._after(LONGEST_PAUSE_SECONDS), error="network not configured")
        else:
            try:
                self._advance(item, account, update)
            except (NotDone, Rejected) as error:  # from a look-up; _post handles its own errors
                self._log("network not reached", update, error.detail)
                self._postpone(item, self._after(back_off(item.failures, error.retry_after)), error="not reached")

    def _advance(self, item: Item, account: Account, update: PublicUpdate) -> None:
        match update.state:
            case ReplyState.QUEUED:
                self._post(item, account, update)
            case ReplyState.RETRY_REQUESTED if not self._turned_up(account, update):
                self._post(item, account, update)
            case ReplyState.SENDING | ReplyState.VERIFYING:
                self._reconcile(item, account, update)
            case _:
                self._done(item)

    def _post(self, item: Item, account: Account, update: PublicUpdate) -> None:
        if usecase.begin(self._ctx, update) is None:  # somebody was faster: look again what its state is
            self._postpone(item, self._ctx.clock.now())
            return
        try:
            sent = account.send(usecase.outgoing(self._ctx, update))
        except NotDone as error:
            self._log("network not reached", update, error.detail)
            pause = back_off(item.failures, error.retry_after)
            self._retrying(usecase.not_begun, self._ctx, update, error.code)
            self._retrying(feed_health.not_sent, self._ctx, item.destination, error.code)
            self._postpone(item, self._after(pause), error="not reached", with_its_bucket=True)
        except Ambiguous as error:
            self._log("the network's answer was lost", update, error.detail)
            self._doubt(item, update)
        except Rejected as error:
            self._log("network refused", update, error.detail)
            if error.code == "duplicate" and update.state is ReplyState.RETRY_REQUESTED:  # perhaps of the first try
                self._doubt(item, update)
                return
            self._retrying(usecase.refused, self._ctx, update.id, error.code)
            if error.code in OF_THE_ACCOUNT | OF_THE_APP:
                self._retrying(feed_health.not_sent, self._ctx, item.destination, error.code)
            self._done(item)
        else:
            self._retrying(usecase.arrived, self._ctx, update.id, sent)
            self._retrying(feed_health.sent, self._ctx, item.destination)
            self._done(item)

    def _doubt(self, item: Item, update: PublicUpdate) -> None:
        self._retrying(usecase.checking, self._ctx, update.id)
        self._postpone(item, self._after(self._recheck_seconds), error="ambiguous")

    def _reconcile(self, item: Item, account: Account, update: PublicUpdate) -> None:
        """Look for an update of unknown outcome, each time after twice the wait; never post it by ourselves."""
        now = self._ctx.clock.now()
        tried_at, wait = update.tried_at or update.at, self._ctx.clock.real(self._recheck_seconds)
        usecase.checking(self._ctx, update.id)
        if now < tried_at + wait:
            self._postpone(item, tried_at + wait)
        elif self._turned_up(account, update):
            self._done(item)
        elif now - tried_at >= LATE_LOOKUP_FACTOR * wait:
            usecase.unknown(self._ctx, update.id)
            self._done(item)
        else:
            self._postpone(item, now + (now - tried_at))

    def _turned_up(self, account: Account, update: PublicUpdate) -> bool:
        """Tell whether the network shows the update, and if so record it. Raises NotDone or Rejected."""
        found = account.find_sent(usecase.outgoing(self._ctx, update), update.approved_at or update.at)
        if found is not None:
            self._retrying(usecase.arrived, self._ctx, update.id, found)
        return found is not None

    @property
    def _recheck_seconds(self) -> float:
        return self._ctx.settings.delivery.network_recheck_after.total_seconds()

    def _log(self, what: str, update: PublicUpdate, error: str) -> None:
        log.warning(what, extra={"fields": {"update": update.id, "error": error}})
