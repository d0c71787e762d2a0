"""What our posts have in common on their way to a network, be they replies or public updates.

Each is posted once by itself, whatever fails: again only where the network makes sure that there is no second one.
"""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from dataclasses import replace
from datetime import datetime

from slack_sdk import WebClient

from bot.delivery import pictures
from bot.delivery.deliverer import Deliverer, back_off
from bot.domain.cases.conversation import TO_BE_SENT, ReplyState
from bot.domain.cases.picture import Picture
from bot.domain.customers.customer import network_of
from bot.networks import SPECS
from bot.networks.base import (
    OF_THE_ACCOUNT,
    OF_THE_APP,
    OF_THE_POST,
    Account,
    Ambiguous,
    NotDone,
    Outgoing,
    Rejected,
    Sent,
)
from bot.usecases.desk.context import Context
from bot.usecases.intake import feed_health
from storage.outbox import Item

log = logging.getLogger(__name__)

SHOWN_AFTER_TRIES = 5
AGAIN_SECONDS = 5.0
LATE_LOOKUP_FACTOR = 8  # the last look-up of what is missing comes after this many times the first wait


class Posting(ABC):
    """One post on its way, and where to report what becomes of it.

    `name` and `id` name it in the log. `tried_at` is when it was last sent, or else written.
    """

    name: str
    id: int
    state: ReplyState
    tried_at: datetime
    written_at: datetime
    picture: Picture | None = None
    repeatable = False  # done twice it is done once
    follows_ours = False  # it answers a post of ours, which was posted a moment ago

    def objection(self) -> str:
        """Return the code of what has come between, for which it must not be sent after all; "" if nothing has."""
        return ""

    @property
    @abstractmethod
    def out(self) -> Outgoing:
        """What the network is given."""

    def put(self, account: Account, out: Outgoing) -> Sent:
        """Have it public. Raises NotDone, Ambiguous or Rejected."""
        return account.send(out)

    def find(self, account: Account) -> Sent | None:
        """Return it as the network shows it, or None. Raises NotDone or Rejected."""
        return account.find_sent(self.out, self.written_at)

    @abstractmethod
    def begin(self) -> bool:
        """Record that it is being sent; return False if somebody was faster. Committed before the network is called."""

    @abstractmethod
    def not_begun(self, again_at: datetime, code: str) -> None:
        """Put it back as it was: the network was certainly not reached."""

    @abstractmethod
    def held_up(self, code: str) -> None:
        """Record why it is not sent yet; its state stays."""

    @abstractmethod
    def checking(self) -> None:
        """Record that it may be public."""

    @abstractmethod
    def refused(self, code: str) -> None:
        """Record that it will not be public."""

    @abstractmethod
    def arrived(self, sent: Sent) -> None:
        """Record that it is public."""

    @abstractmethod
    def unknown(self) -> None:
        """Record that the network does not show it, which proves nothing: a person decides."""


class PostingDeliverer(Deliverer):
    """Posts what is ours. An account posts one thing at a time, across all processes, so all of it stays in order."""

    lease_seconds = 30.0  # then another process takes over, and what was begun is looked for
    leasing = "replies"

    def __init__(self, ctx: Context, client: WebClient | None = None) -> None:
        """`client` gives the pictures that are in Slack; without one there are none."""
        super().__init__(ctx)
        self._client = client

    def _send(self, item: Item, account: Account, posting: Posting) -> None:
        out, objection = posting.out, posting.objection()
        if posting.picture is not None and not objection:
            # Before it is begun: whoever dies here leaves a post that was certainly never tried.
            try:
                out = replace(out, picture=self._uploaded(item, account, posting.picture))
            except NotDone as error:
                self._await_picture(item, posting, error)
                return
            except Rejected as error:
                self._warn("no picture, no post", posting, code=error.code, error=error.detail)
                objection = error.code
        if not posting.begin():  # somebody was faster: look again what its state is
            self._postpone(item, self._ctx.clock.now())
            return
        if objection:
            if self._may_be_there(item, posting):
                self._retrying(posting.unknown)
            else:
                self._retrying(posting.refused, objection)
            if objection in OF_THE_ACCOUNT | OF_THE_APP:
                self._retrying(feed_health.not_sent, self._ctx, item.destination, objection)
            self._done(item)
            return
        try:
            sent = posting.put(account, out)
        except NotDone as error:
            self._not_begun(item, posting, error)
        except Ambiguous as error:
            self._warn("the network's answer was lost", posting, error=error.detail)
            self._doubt(item, posting)
        except Rejected as error:
            self._refused(item, posting, error)
        else:
            self._retrying(posting.arrived, sent)
            self._retrying(feed_health.sent, self._ctx, item.destination)
            self._done(item)

    def _refused(self, item: Item, posting: Posting, error: Rejected) -> None:
        if posting.follows_ours and error.code in OF_THE_POST and item.failures < SHOWN_AFTER_TRIES:
            # A network may show only after a moment what it has just taken.
            self._not_begun(item, posting, NotDone(error.detail, AGAIN_SECONDS))
            return
        self._warn("network refused", posting, code=error.code, error=error.detail)
        if error.code == "duplicate" and posting.state not in TO_BE_SENT:  # perhaps of the first try
            self._doubt(item, posting)
            return
        self._retrying(posting.refused, error.code)
        if error.code in OF_THE_ACCOUNT | OF_THE_APP:
            self._retrying(feed_health.not_sent, self._ctx, item.destination, error.code)
        self._done(item)

    def _not_begun(self, item: Item, posting: Posting, error: NotDone) -> None:
        pause = back_off(item.failures, error.retry_after)
        self._warn("network not reached", posting, error=error.detail, again_in=pause)
        until = self._after(pause)
        self._retrying(posting.not_begun, until, error.code)
        self._retrying(feed_health.not_sent, self._ctx, item.destination, error.code)
        self._postpone(item, until, error="not reached", with_its_bucket=True)

    def _uploaded(self, item: Item, account: Account, picture: Picture) -> str:
        """Bring a picture from Slack to the network. Raises NotDone or Rejected."""
        fit = SPECS[network_of(item.destination)].can.pictures
        if fit is None or self._client is None:
            raise Rejected("picture", "no pictures here")
        return account.upload(pictures.load(self._client, picture, fit))

    def _await_picture(self, item: Item, posting: Posting, error: NotDone) -> None:
        of_slack = error.code == pictures.AWAY
        pause = back_off(item.failures, error.retry_after)
        self._warn("no picture yet", posting, error=error.detail, again_in=pause)
        self._retrying(posting.held_up, error.code)
        if not of_slack:
            self._retrying(feed_health.not_sent, self._ctx, item.destination, error.code)
        self._postpone(item, self._after(pause), error="not reached", with_its_bucket=not of_slack)

    def _doubt(self, item: Item, posting: Posting) -> None:
        self._retrying(posting.checking)
        self._postpone(item, self._after(self._recheck_seconds), error="ambiguous")

    def _turned_up(self, account: Account, posting: Posting) -> bool:
        """Tell whether the network shows it, and if so record that it arrived. Raises NotDone or Rejected."""
        found = posting.find(account)
        if found is not None:
            self._retrying(posting.arrived, found)
        return found is not None

    def _goes_again(self, item: Item, posting: Posting) -> bool:
        """Tell whether what the network does not show may be sent again now: it is sure to make no second one.

        What is not sent at once stays in doubt, so that this is asked anew whenever it is tried.
        """
        can = SPECS[network_of(item.destination)].can
        once = can.sends_once is not None and self._ctx.clock.now() < posting.written_at + can.sends_once
        return posting.repeatable or can.certain or once

    def _may_be_there(self, item: Item, posting: Posting) -> bool:
        """Tell whether an earlier try may have posted it: no look is certain here, and no person has looked yet."""
        return posting.state is ReplyState.VERIFYING and not SPECS[network_of(item.destination)].can.certain

    def _warn(self, what: str, posting: Posting, **fields: object) -> None:
        log.warning(what, extra={"fields": {posting.name: posting.id, **fields}})

    @property
    def _recheck_seconds(self) -> float:
        return self._ctx.settings.delivery.network_recheck_after.total_seconds()
