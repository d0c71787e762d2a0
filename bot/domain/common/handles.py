"""Names of accounts as people write them: @acme, @acme.example.com on Bluesky, @acme@example.social on Mastodon."""

from __future__ import annotations

import re

HANDLE = r"[@\uff20]\w(?:[\w.-]*\w)?(?:@\w(?:[\w.-]*\w)?)?"
"""A regular expression for one, with its @. It also finds the end of a mail address."""

HANDLES = re.compile(rf"(?<![\w.+@-]){HANDLE}")
"""Finds none in a mail address, so that what looks for these finds them whole."""
