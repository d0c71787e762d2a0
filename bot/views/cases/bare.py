"""What is said of a thread where nothing of its customer's words can be shown."""

from __future__ import annotations

from bot.platform.i18n import Translator
from bot.views.cases.models import CaseRow
from bot.views.cases.state import clock, state
from bot.views.common.text import link


def lead(case: CaseRow, t: Translator) -> str:
    """Give number, link and state in two lines."""
    newest = case.newest
    post = link(newest.url, t("Post on {network}", network=case.network_name)) if newest else None
    first = " · ".join(filter(None, (f"*#{case.thread.id}*", post, state(case, t))))
    return "\n".join(filter(None, (first, clock(case, t))))
