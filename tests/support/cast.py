"""Who works on the tests' desk, and where."""

from __future__ import annotations

from bot.usecases.desk.context import Actor

ANNA, LARS, EMMA, LEAD = (Actor(f"U0{name}", "button") for name in ("ANNA", "LARS", "EMMA", "LEAD"))
HERE, PRESS = "C0SUPPORT", "C0PRESS"
"""The desk's channel, and the one that it escalates to."""

X = "x:acme"
"""The desk's account."""
