"""The customer's words as they are shown: without the name of our account that they begin with."""

from __future__ import annotations

import re

from bot.domain.cases.conversation import Post
from bot.domain.common.clean import clean
from bot.views.cases.models import CaseRow

_AFTER_A_NAME = r"(?:[,:]?\s+|[,:]?$)"


def said_to_us(case: CaseRow, post: Post) -> str:
    """Return what the customer wrote, without a leading "@acme": on a card of that account it tells nothing."""
    handle = case.thread.account.partition(":")[2]
    words = clean(post.text)
    return re.sub(rf"^@{re.escape(handle)}{_AFTER_A_NAME}", "", words, count=1, flags=re.IGNORECASE) or words
