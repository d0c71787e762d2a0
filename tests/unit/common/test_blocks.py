"""Messages within the bounds of Block Kit."""

from __future__ import annotations

from bot.platform.i18n import translator
from bot.views.common import blocks as b

EN = translator("en")


def test_message_has_between_one_and_fifty_blocks() -> None:
    assert len(b.message("text", *(b.section("x") for _ in range(80))).blocks) == 50
    assert b.message("text", None).blocks == [b.section("text")]
