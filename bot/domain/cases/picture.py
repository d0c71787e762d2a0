"""A picture that an agent adds to what they write: it stays in Slack until it is posted."""

from __future__ import annotations

from dataclasses import dataclass

KINDS = ("image/jpeg", "image/png", "image/webp")
"""Media types of what can be posted. What moves is none of them."""
EXTENSIONS = ("jpg", "jpeg", "png", "webp")
MOST_BYTES = 10_000_000
"""The largest file that Slack takes in a form."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A file in Slack, by its id there.

    `name` is what its owner calls it; `kind` and `size` in bytes are what Slack says of it. `alt` says what it shows,
    for those who cannot see it.
    """

    file: str
    name: str
    kind: str
    size: int
    alt: str
