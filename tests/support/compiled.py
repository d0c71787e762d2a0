"""What SQLAlchemy has compiled is kept from one test to the next.

It compiles a statement once for each engine. Each test has an engine of its own, for a database of its own, so that
compiling was a third of what a test took.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import Dialect

from storage import engine as storage_engine

_dialects: dict[str, Dialect] = {}
_compiled: dict[Any, Any] = {}


def keep() -> None:
    """Have the engines of this process share what was compiled for any of them."""
    create: Callable[..., Engine] = vars(storage_engine)["create_engine"]

    def sharing(url: str, **options: Any) -> Engine:
        engine = create(url, **options)
        engine.update_execution_options(compiled_cache=_compiled)
        event.listen(engine, "engine_connect", _speak_alike)
        return engine

    vars(storage_engine)["create_engine"] = sharing


def _speak_alike(connection: Connection) -> None:
    """Compile for the dialect of the first engine of this kind. The pool keeps its own, which opens connections."""
    connection.dialect = connection.engine.dialect = _dialects.setdefault(connection.dialect.name, connection.dialect)
