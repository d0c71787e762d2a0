"""Reference numbers that customers give: found in their own words as these come in, and kept with the post."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.customers.reference_numbers import found
from bot.settings import Desk
from storage.customers import reference_numbers
from storage.engine import Connection


def keep(connection: Connection, desk: Desk, texts: Mapping[int, str]) -> None:
    """Store the numbers in these posts, by id. Patterns that change later hold for what comes in later."""
    patterns = desk.reference_patterns
    by_post = {post: values for post, text in texts.items() if (values := found(patterns, text))}
    reference_numbers.add(connection, by_post)
