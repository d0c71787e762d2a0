"""Several do something at the same instant."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import TypeVar

from bot.domain.common.errors import Refused
from storage.engine import DatabaseError

T = TypeVar("T")


def together(acts: Sequence[Callable[[], T]]) -> list[T]:
    """What each gives; all of them begin at the same instant."""
    start = Barrier(len(acts))

    def run(act: Callable[[], T]) -> T:
        start.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def race(acts: Sequence[Callable[[], T]]) -> list[T | Refused]:
    """The same, for acts that may be refused: what each gives, or how it is refused."""
    return together([partial(patient, act) for act in acts])


def refusals(acts: Sequence[Callable[[], object]]) -> list[Refused | None]:
    """How each is refused, or None for those who win."""
    return [result if isinstance(result, Refused) else None for result in race(acts)]


def winners(results: Sequence[object]) -> int:
    return sum(not isinstance(result, Refused) for result in results)


def patient(act: Callable[[], T]) -> T | Refused:
    """Do it; where the database is busy try again, as people do."""
    while True:
        try:
            return act()
        except Refused as refused:
            return refused
        except DatabaseError:
            continue
