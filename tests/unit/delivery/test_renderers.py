"""A message is dropped when what it tells of is gone, and for no other reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.delivery.renderers.common import Rendered, Renderers
from bot.domain.common.errors import Gone, RefusalCode, Refused
from bot.settings import Settings
from bot.usecases.desk.context import Context
from storage.engine import connect
from storage.outbox import Item
from storage.outbox.kinds import MessageKind
from storage.outbox.messages import Payload
from tests.support.clock import TurnedClock

ITEM = Item(
    1, "card:1", MessageKind.CARD, 1, "C0SUPPORT", "C0SUPPORT", {}, 1, 0, 1, 0, None, None, None, None, None
)  # fmt: skip


@pytest.fixture
def ctx(tmp_path: Path, settings: Settings, clock: TurnedClock) -> Context:
    return Context(connect(f"sqlite:///{tmp_path / 'none.db'}"), clock, settings, {}, lambda: None)


def rendered(ctx: Context, error: Exception) -> Rendered | None:
    def fails(_ctx: Context, _item: Item, _payload: Payload) -> Rendered | None:
        raise error

    renderers = Renderers()
    renderers.add(MessageKind.CARD, Payload, fails)
    return renderers.render(ctx, ITEM)


@pytest.mark.parametrize("error", [Gone(1), Refused(RefusalCode.UNKNOWN_THREAD)], ids=["gone", "unknown thread"])
def test_message_about_what_is_gone_is_dropped(ctx: Context, error: Exception) -> None:
    assert rendered(ctx, error) is None


@pytest.mark.parametrize("error", [KeyError("a typing mistake"), Refused(RefusalCode.ROLE_UNKNOWN)])
def test_fault_of_a_view_drops_no_message(ctx: Context, error: Exception) -> None:
    with pytest.raises(type(error)):
        rendered(ctx, error)
