"""Why a thread is due when it is: every span of its life, counted or not, and by which rule."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from bot.domain.clock.calendar import spans
from bot.domain.clock.pauses import Pause
from bot.domain.clock.waits import Wait, WaitOutcome


class Rule(StrEnum):
    """Why a span counts or does not."""

    OPEN = "open"  # the customer waits and the desk is open: counted
    CLOSED = "closed"  # the customer waits outside of the desk's hours
    SNOOZED = "snoozed"  # an agent lets the thread rest
    LAST_WORD = "last_word"  # we had the last word
    NOT_ANSWERED = "not_answered"  # an agent had closed the thread
    WITHDRAWN = "withdrawn"  # the customer had deleted what they wrote


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of time, half-open; `wait` is the one that it belongs to, None where nobody waited.

    `pause` says who snoozed the thread, and why.
    """

    start: datetime
    end: datetime
    rule: Rule
    wait: Wait | None
    pause: Pause | None = None

    @property
    def length(self) -> timedelta:
        return self.end - self.start

    @property
    def counted(self) -> bool:
        return self.rule is Rule.OPEN


@dataclass(frozen=True, slots=True)
class Part:
    """The spans of one wait, or of one time in which nobody waited, without a gap between them."""

    spans: tuple[Span, ...]

    @property
    def wait(self) -> Wait | None:
        return self.spans[0].wait

    @property
    def start(self) -> datetime:
        return self.spans[0].start

    @property
    def end(self) -> datetime:
        return self.spans[-1].end

    @property
    def counted(self) -> timedelta:
        return sum((span.length for span in self.spans if span.counted), timedelta(0))

    @property
    def not_counted(self) -> timedelta:
        return self.end - self.start - self.counted


def explain(waits: Iterable[Wait], until: datetime) -> tuple[Part, ...]:
    """Divide the time from the first wait to `until`, so that counted and not counted make up all of it.

    Where threads were merged several waits may go on at once; the one that is due first is the clock's.
    """
    known = sorted(waits, key=lambda wait: (wait.started_at, wait.due_at))
    edges = sorted({edge for wait in known for edge in (wait.started_at, _end(wait, until)) if edge <= until} | {until})
    found: list[Span] = []
    for start, end in pairwise(edges):
        waiting = [wait for wait in known if wait.started_at <= start and _end(wait, until) >= end]
        if waiting:
            found += _of_wait(min(waiting, key=lambda wait: wait.due_at), start, end)
        else:
            found.append(Span(start, end, _rest(known, start), None))
    return _parts(found)


def _end(wait: Wait, until: datetime) -> datetime:
    return until if wait.ended_at is None else wait.ended_at


def _of_wait(wait: Wait, start: datetime, end: datetime) -> Iterable[Span]:
    at = start
    for pause in wait.pauses:
        begun, over = max(pause.started_at, at), min(pause.end, end)
        if begun < over:
            yield from _running(wait, at, begun)
            yield Span(begun, over, Rule.SNOOZED, wait, pause)
            at = over
    yield from _running(wait, at, end)


def _running(wait: Wait, start: datetime, end: datetime) -> Iterable[Span]:
    at = start
    for opens, closes in spans(wait.calendar, start, end):
        if at < opens:
            yield Span(at, opens, Rule.CLOSED, wait)
        yield Span(opens, closes, Rule.OPEN, wait)
        at = closes
    if at < end:
        yield Span(at, end, Rule.CLOSED, wait)


def _rest(known: Sequence[Wait], at: datetime) -> Rule:
    ended = max(
        (wait for wait in known if wait.ended_at is not None and wait.ended_at <= at),
        key=lambda wait: wait.ended_at or at,
    )
    if ended.outcome is WaitOutcome.CLOSED:
        return Rule.NOT_ANSWERED
    return Rule.WITHDRAWN if ended.outcome is WaitOutcome.WITHDRAWN else Rule.LAST_WORD


def _parts(found: Sequence[Span]) -> tuple[Part, ...]:
    parts: list[list[Span]] = []
    for span in found:
        if parts and parts[-1][-1].wait is span.wait and (span.wait is not None or parts[-1][-1].rule is span.rule):
            parts[-1].append(span)
        else:
            parts.append([span])
    return tuple(Part(tuple(part)) for part in parts)
