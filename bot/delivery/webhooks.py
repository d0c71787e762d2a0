"""Tells other systems what happened, signed by Standard Webhooks; gives up after a day and keeps a list of that."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime

from bot.delivery.deliverer import Deliverer, back_off
from bot.domain.reports.webhook import GIVE_UP
from bot.platform import web
from bot.platform.proof import Proof, Way
from bot.usecases.desk.context import Context
from bot.usecases.reports import webhooks as usecase
from bot.usecases.reports.webhooks import Hook, Told
from storage.engine import transaction
from storage.outbox import Item, leases
from storage.outbox.kinds import MessageKind
from storage.reports.messages import WebhookPayload

log = logging.getLogger(__name__)

SECONDS = 10
MOST_BYTES = 1_000_000  # of an answer, which nobody reads
MOST_THREADS = 8
GONE = 410  # its receiver wants no more of it


class WebhookDeliverer(Deliverer):
    """Posts to the addresses of [[desk.webhooks]], to each one thing at a time, across all processes.

    One that fails or hangs holds up what waits for it, and nothing else.
    """

    kinds = (MessageKind.WEBHOOK,)
    lease_seconds = 30.0
    leasing = "webhooks"

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx)
        self.threads = max(1, min(len(usecase.hooks(ctx)), MOST_THREADS))

    def deliver(self, item: Item) -> None:
        payload = WebhookPayload.from_json(item.payload)
        hook = usecase.hooks(self._ctx).get(item.destination)
        told = usecase.told(self._ctx, hook, payload) if hook is not None else None
        if hook is None or told is None:
            self._done(item)
            return
        fault, status = self._post(hook, told)
        if not fault:
            self._done(item)
        elif status == GONE or (item.failures and self._ctx.clock.now() - told.at > GIVE_UP):
            log.error("another system was not told; it is given up", extra={"fields": _fields(item, fault)})
            with transaction(self._ctx.engine) as connection:
                leases.give_up(connection, item, fault)
        else:
            if not item.failures:
                log.warning("another system was not told; it is tried again", extra={"fields": _fields(item, fault)})
            # What it does not understand may be this one thing; everything else is true of whatever waits for it.
            of_this_alone = 400 <= status < 500 and status not in (401, 403, 404, 408, 429)
            self._postpone(item, self._after(back_off(item.failures)), error=fault, with_its_bucket=not of_this_alone)

    def _post(self, hook: Hook, told: Told) -> tuple[str, int]:
        """Return what went wrong ("" if nothing did), and the status that was answered (0 if none was)."""
        secret = self._ctx.settings.webhook_secret
        if secret is None:
            return "WEBHOOK_SECRET is not set", 0
        body = json.dumps(told.body, ensure_ascii=False).encode()
        # By the machine's clock, since whoever receives it compares that with theirs.
        headers = Proof(Way.STANDARD).sign(secret.get_secret_value(), told.id, body, datetime.now(UTC))
        try:
            answer = web.exchange("POST", hook.config.url, headers, body, most_bytes=MOST_BYTES, seconds=SECONDS)
        except web.WebError as error:
            return error.code, 0
        return ("" if 200 <= answer.status < 300 else f"http {answer.status}"), answer.status


def _fields(item: Item, fault: str) -> dict[str, object]:
    return {"hook": item.destination, "thread": item.thread_id, "error": fault}
