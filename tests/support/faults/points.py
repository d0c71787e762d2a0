"""Named points at every step between two effects: before and after each commit, each call to Slack, each call to X.

Nothing in the product knows of them. A point is named after the function that takes the step, such as
"bot.delivery.slack_messages._show: after chat.postMessage".
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial, wraps
from typing import Any

from bot.networks.x.client import XAccount
from bot.platform import slack
from bot.runtime import app
from storage import engine as storage_engine
from storage.engine import Connection, Engine

HOUSE = ("bot.", "handlers.", "storage.")
NETWORK_CALLS = ("fetch", "look_up", "send", "find_sent")

Passing = Callable[[str], None]


@contextmanager
def installed(passing: Passing) -> Iterator[None]:
    """`passing` is called with the name of every point that is passed; it may end the process, or raise."""
    transaction, call = storage_engine.transaction, slack.call
    calls = {name: getattr(XAccount, name) for name in NETWORK_CALLS}
    assert app  # everything that takes steps is imported by now
    _everywhere("transaction", transaction, _around_commit(transaction, passing))
    slack.call = _around(call, passing, lambda arguments: str(arguments[1]))
    for name, work in calls.items():
        setattr(XAccount, name, _around(work, passing, partial(_named, f"X {name}")))
    try:
        yield
    finally:
        _everywhere("transaction", None, transaction)
        slack.call = call
        for name, work in calls.items():
            setattr(XAccount, name, work)


def _named(name: str, _arguments: tuple[Any, ...]) -> str:
    return name


def _everywhere(name: str, old: object, new: object) -> None:
    """In every module that has imported it; `old` None stands for whatever is there."""
    for module in [module for key, module in sys.modules.items() if key.startswith(HOUSE)]:
        if name in vars(module) and (old is None or vars(module)[name] is old):
            setattr(module, name, new)


def _around_commit(transaction: Any, passing: Passing) -> Any:
    @contextmanager
    def watched(engine: Engine) -> Iterator[Connection]:
        place = _place()
        with transaction(engine) as connection:
            yield connection
            passing(f"{place}: before commit")
        passing(f"{place}: after commit")

    return watched


def _around(work: Any, passing: Passing, named: Callable[[tuple[Any, ...]], str]) -> Any:
    @wraps(work)
    def watched(*arguments: Any, **named_arguments: Any) -> Any:
        step = f"{_place()}: {{}} {named(arguments)}"
        passing(step.format("before"))
        result = work(*arguments, **named_arguments)
        passing(step.format("after"))
        return result

    return watched


def _place() -> str:
    """The function of the house that takes the step."""
    frame = sys._getframe(1)
    while frame.f_back is not None and not frame.f_globals["__name__"].startswith(HOUSE):
        frame = frame.f_back
    return f"{frame.f_globals['__name__']}.{frame.f_code.co_name}"
