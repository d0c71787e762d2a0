"""Alembic's entry point; storage/migrate.py passes it the connection."""

from __future__ import annotations

from typing import Literal

from alembic import context

from storage.engine import UTCDateTime
from storage.tables import metadata


def _render(kind: str, value: object, _context: object) -> str | Literal[False]:
    return "UTCDateTime()" if kind == "type" and isinstance(value, UTCDateTime) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    compare_type=True,
    render_as_batch=True,
    render_item=_render,
)
with context.begin_transaction():
    context.run_migrations()
