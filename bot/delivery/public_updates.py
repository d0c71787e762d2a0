"""Brings public updates from the outbox to the network: at most one automatic post each, whatever fails."""

from __future__ import annotations

from datetime import datetime

from bot.delivery.deliverer import LONGEST_PAUSE_SECONDS, back_off
from bot.delivery.posting import LATE_LOOKUP_FACTOR, Posting, PostingDeliverer
from bot.domain.cases.conversation import ReplyState
from bot.domain.incidents.public_update import PublicUpdate
from bot.networks.base import Account, NotDone, Outgoing, Rejected, Sent
from bot.usecases.desk.context import Context
from bot.usecases.incidents import public_update as usecase
from storage.incidents.messages import PublicUpdatePayload
from storage.outbox import Item
from storage.outbox.kinds import MessageKind


class UpdatePosting(Posting):
    """A public update, and what its incident records about it."""

    name = "update"

    def __init__(self, ctx: Context, update: PublicUpdate, state: ReplyState) -> None:
        self._ctx = ctx
        self._update = update
        self.id, self.state = update.id, state
        self.tried_at, self.written_at = update.tried_at or update.at, update.approved_at or update.at
        self.picture = update.picture

    @property
    def out(self) -> Outgoing:
        return usecase.outgoing(self._ctx, self._update)

    def begin(self) -> bool:
        return usecase.begin(self._ctx, self._update) is not None

    def not_begun(self, again_at: datetime, code: str) -> None:  # noqa: ARG002 - nobody is told when
        usecase.not_begun(self._ctx, self._update, code)

    def held_up(self, code: str) -> None:
        usecase.held_up(self._ctx, self.id, code)

    def checking(self) -> None:
        usecase.checking(self._ctx, self.id)

    def refused(self, code: str) -> None:
        usecase.refused(self._ctx, self.id, code)

    def arrived(self, sent: Sent) -> None:
        usecase.arrived(self._ctx, self.id, sent)

    def unknown(self) -> None:
        usecase.unknown(self._ctx, self.id)


class EditPosting(UpdatePosting):
    """Other words for an update that is public: whoever asks for them again looks first what it says."""

    name = "edit"
    repeatable = True

    def __init__(self, ctx: Context, edit: PublicUpdate, state: ReplyState, edited: PublicUpdate) -> None:
        super().__init__(ctx, edit, state)
        self.picture = None  # the post has it
        self._edited = edited

    def put(self, account: Account, out: Outgoing) -> Sent:
        post = self._edited.external_id or ""
        account.edit(post, out.text)
        return Sent(post, self._edited.url, None)

    def find(self, account: Account) -> Sent | None:  # noqa: ARG002 - `put` looks
        return None


class PublicUpdateDeliverer(PostingDeliverer):
    """Posts what our accounts tell everybody."""

    kinds = (MessageKind.PUBLIC_UPDATE,)
    threads = 1

    def deliver(self, item: Item) -> None:
        update = usecase.get(self._ctx, PublicUpdatePayload.from_json(item.payload).update)
        account = self._ctx.accounts.get(item.destination)
        if update is None or update.state is None or not update.is_coming:
            self._done(item)
        elif account is None:
            self._postpone(item, self._after(LONGEST_PAUSE_SECONDS), error="network not configured")
        else:
            edited = usecase.get(self._ctx, update.edits) if update.edits is not None else None
            posting = (
                EditPosting(self._ctx, update, update.state, edited)
                if edited
                else UpdatePosting(self._ctx, update, update.state)
            )
            try:
                self._advance(item, account, posting)
            except (NotDone, Rejected) as error:  # from a look-up; _send handles its own errors
                self._warn("network not reached", posting, error=error.detail)
                self._postpone(item, self._after(back_off(item.failures, error.retry_after)), error="not reached")

    def _advance(self, item: Item, account: Account, posting: UpdatePosting) -> None:
        match posting.state:
            case ReplyState.QUEUED:
                self._send(item, account, posting)
            case ReplyState.RETRY_REQUESTED if not self._turned_up(account, posting):
                self._send(item, account, posting)
            case ReplyState.SENDING | ReplyState.VERIFYING:
                self._reconcile(item, account, posting)
            case _:
                self._done(item)

    def _reconcile(self, item: Item, account: Account, posting: UpdatePosting) -> None:
        """Look for an update of unknown outcome, each time after twice the wait."""
        now = self._ctx.clock.now()
        wait = self._ctx.clock.real(self._recheck_seconds)
        passed = now - posting.tried_at
        posting.checking()
        if posting.state is ReplyState.SENDING or passed < wait:
            self._postpone(item, posting.tried_at + wait)
        elif self._turned_up(account, posting):
            self._done(item)
        elif self._goes_again(item, posting):
            self._send(item, account, posting)
        elif passed >= LATE_LOOKUP_FACTOR * wait:
            posting.unknown()
            self._done(item)
        else:
            self._postpone(item, now + passed)
