"""Tells a payload that nobody but a stranger or another version would send from a fault of ours."""

from __future__ import annotations

import traceback
from pathlib import Path

_HERE = Path(__file__).parent
_HOUSE = _HERE.parent
_UNREADABLE = (AttributeError, LookupError, TypeError, ValueError)


def unreadable(error: Exception) -> str | None:
    """Return where the handlers failed to read what Slack sent, as "file:line"; None for any other fault.

    What failed below the handlers is a fault of ours, and deserves its traceback.
    """
    if not isinstance(error, _UNREADABLE):
        return None
    ours = [frame for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename).is_relative_to(_HOUSE)]
    if not ours or not Path(ours[-1].filename).is_relative_to(_HERE):
        return None
    return f"{Path(ours[-1].filename).relative_to(_HOUSE)}:{ours[-1].lineno}"
