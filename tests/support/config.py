"""The tests' desk as its webcare.toml describes it."""

from __future__ import annotations

from pathlib import Path

CONFIG = """\
[delivery]
slack_recheck_after = "{slack_recheck_after}"
network_recheck_after = "{network_recheck_after}"
[[desk]]
name = "Support"
slack_channel = "C0SUPPORT"
leads = ["U0LEAD"]
timezone = "Europe/Amsterdam"
language = "{language}"
undo = "{undo}"
{desk}[desk.targets]
first_response = "{first_response}"
next_response = "{next_response}"
warn_at = {warn_at}
[[desk.escalate_to]]
name = "Press office"
slack_channel = "C0PRESS"
[[desk.networks]]
kind = "x"
handle = "acme"
poll_every = "{poll_every}"
recheck_every = "{recheck_every}"
[desk.agents.U0ANNA]
initials = "AB"
[desk.agents.U0LARS]
initials = "LN"
"""

MINIMAL = """\
[[desk]]
name = "Support"
slack_channel = "C0SUPPORT"
[[desk.networks]]
kind = "x"
handle = "acme"
[[desk.escalate_to]]
name = "Press office"
slack_channel = "C0PRESS"
[desk.agents.U0AGENT]
initials = "AB"
"""
"""A desk with one account, one team to escalate to and one agent, all else left to its default."""

USUAL = {
    "slack_recheck_after": "10s",
    "network_recheck_after": "60s",
    "language": "en",
    "undo": "10s",
    "desk": "",
    "first_response": "60m",
    "next_response": "2h",
    "warn_at": "0.75",
    "poll_every": "15s",
    "recheck_every": "15m",
}
"""What a desk has that says nothing about it."""

QUICK = {
    "slack_recheck_after": "1s",
    "network_recheck_after": "1s",
    "undo": "1s",
    "next_response": "60m",
    "warn_at": "0.5",
    "poll_every": "1s",
    "recheck_every": "1s",
}
"""Waits for a bot that runs in real time."""


def account_toml(handle: str, keys: str = "") -> str:
    """The table of an account on X; `keys` is what the names of its variables begin with, if not X."""
    named = f'keys = "{keys}"\n' if keys else ""
    return f'[[desk.networks]]\nkind = "x"\nhandle = "{handle}"\n{named}'


def desk_toml(name: str, channel: str, *accounts: str) -> str:
    """The table of a desk, with the tables of its accounts."""
    return f'[[desk]]\nname = "{name}"\nslack_channel = "{channel}"\n{"".join(accounts)}'


def toml(**changes: str) -> str:
    """The config as text; `changes` are named as in USUAL."""
    return CONFIG.format(**USUAL | changes)


def write(folder: Path, text: str) -> Path:
    """Put a config in a folder: its path."""
    path = folder / "webcare.toml"
    path.write_text(text, encoding="utf-8")
    return path


TWO_REMINDERS = """\
[[desk.nags]]
at = "75%"
to = ["owner"]
[[desk.nags]]
at = "100%"
to = ["owner", "leads"]
"""
"""For targets of seconds: the usual ladder would fill the channel, which takes one message a second."""


def quick(folder: Path, *, target: str = "60m", more: str = "", **changes: str) -> Path:
    """Write the config of a desk whose waits are short, with one target for all and `more` at its end: its path."""
    return write(folder, toml(**QUICK | {"first_response": target, "next_response": target} | changes) + more)
