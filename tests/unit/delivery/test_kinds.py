"""Every kind of message has one worker that delivers it."""

from __future__ import annotations

from collections import Counter

from bot.delivery.replies import ReplyDeliverer
from bot.delivery.slack_messages import SlackMessageDeliverer
from storage.outbox.kinds import MessageKind

DELIVERERS = (SlackMessageDeliverer, ReplyDeliverer)


def test_every_kind_is_delivered_by_one_deliverer() -> None:
    assert Counter(kind for one in DELIVERERS for kind in one.kinds) == Counter(MessageKind)
