"""`python -m storage.schema_drift`: fails if the migrations do not lead to the tables that the code expects."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from storage import migrate
from storage.engine import connect


def main() -> int:
    """Return 0 if a freshly migrated database has the expected schema, else 1 after a line for each difference."""
    with tempfile.TemporaryDirectory() as folder:
        engine = connect(f"sqlite:///{Path(folder) / 'drift.db'}")
        migrate.upgrade(engine)
        with engine.connect() as connection:
            found = migrate.drift(connection)
        engine.dispose()
    for difference in found:
        sys.stderr.write(f"migrations and tables differ: {difference}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
