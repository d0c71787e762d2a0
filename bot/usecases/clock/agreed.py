"""Agreed: the targets and the calendar that hold for a customer who begins to wait now."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from bot.domain.cases import thread as rules
from bot.domain.cases.thread import Thread
from bot.domain.clock.target_rules import About, TargetRule, targets_for
from bot.domain.clock.targets import ResponseTargets
from bot.domain.customers.customer import network_of
from bot.settings import Desk
from storage.cases import labels, posts
from storage.clock import calendars
from storage.engine import Connection


@dataclass(frozen=True, slots=True)
class Agreed:
    """What a desk has agreed at one time: its usual targets, and its rules for some mentions."""

    usual: ResponseTargets
    rules: tuple[TargetRule, ...]

    def of(self, thread: Thread, labels: Collection[str] = (), *, last_resort: bool = False) -> ResponseTargets:
        """Return what holds for a thread with these labels."""
        about = About(network_of(thread.account), thread.language, labels, private=thread.private)
        return targets_for(self.usual, self.rules, about, last_resort=last_resort)

    def of_thread(self, connection: Connection, thread: Thread) -> ResponseTargets:
        """Return what holds for a thread that is stored, as it is labelled now and by what its customer says."""
        by_label = any(rule.label is not None for rule in self.rules)
        by_signal = any(rule.signal is not None for rule in self.rules)
        return self.of(
            thread,
            labels.of_thread(connection, thread.id) if by_label else (),
            last_resort=by_signal and posts.has_signals(connection, thread.id),
        )


def agreed(connection: Connection, desk: Desk, at: datetime) -> Agreed:
    """Return the desk's present targets, with their calendar stored so that a later config leaves the past alone."""
    usual = ResponseTargets(
        desk.targets.first_response,
        desk.targets.next_response,
        desk.targets.warn_at,
        calendars.keep(connection, desk.calendar(at)),
        resolution=desk.targets.resolution,
        ladder=desk.ladder,
    )
    return Agreed(usual, tuple(rule.rule for rule in desk.targets_for))


def agree_anew(connection: Connection, desk: Desk, thread: Thread, at: datetime) -> Thread:
    """Let what is agreed today hold for a thread in which nobody waits."""
    return rules.agree(thread, agreed(connection, desk, at).of_thread(connection, thread))
