"""Runs slow work from the outbox, so that it delays no message and survives a restart."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from bot.delivery.deliverer import LONGEST_PAUSE_SECONDS, Deliverer, back_off
from bot.domain.common.errors import Later
from bot.networks.base import NotDone
from bot.usecases.cases import crm, hide, like, retarget, window
from bot.usecases.desk.context import Context
from bot.usecases.knowledge import meaning
from bot.usecases.replies import take_back
from storage.outbox import Item
from storage.outbox.kinds import MessageKind
from storage.outbox.tasks import TaskPayload

log = logging.getLogger(__name__)

Task = Callable[[Context, Mapping[str, Any]], None]

TASKS: Mapping[str, Task] = {
    "retarget": retarget.apply,
    like.TASK: like.send,
    hide.TASK: hide.send,
    window.SOON: window.remind,
    window.OVER: window.close,
    take_back.TASK: take_back.send,
    "crm_look_up": crm.look_up,
    "crm_contact": crm.log_contact,
    "crm_ticket": crm.open_it,
    meaning.TASK: meaning.find,
}
"""Every task by name; each wing adds its own."""


class TaskDeliverer(Deliverer):
    """Runs tasks. One that raises is tried again after a pause.

    A task runs at least once: after a crash, or if it outlasts its lease, it starts again. So it must tolerate being
    repeated, like a use case that finds its work done.
    """

    kinds = (MessageKind.TASK,)
    lease_seconds = 120.0
    threads = 2  # so that one that hangs does not block the others

    def __init__(self, ctx: Context, tasks: Mapping[str, Task] = TASKS) -> None:
        super().__init__(ctx)
        self._tasks = tasks

    def deliver(self, item: Item) -> None:
        payload = TaskPayload.from_json(item.payload)
        task = self._tasks.get(payload.name)
        if task is None:  # a newer version may have queued it, and may be back in a moment
            if not item.failures:
                log.error("nobody knows this task; it waits", extra={"fields": {"task": payload.name}})
            self._postpone(item, self._after(LONGEST_PAUSE_SECONDS), error="unknown task")
            return
        try:
            task(self._ctx, payload.arguments)
        except Later as later:  # the same holds for the other tasks of its name
            pause = max(later.seconds, back_off(item.failures))
            self._postpone(item, self._after(pause), error=later.code, with_its_bucket=True)
        except NotDone as error:
            self._postpone(item, self._after(back_off(item.failures, error.retry_after)), error=error.code)
        else:
            self._done(item)
