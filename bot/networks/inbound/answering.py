"""Where answers may go: a body from outside must not make us call this machine or its network."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from bot.platform import web
from bot.platform.proof import Proof, Way


def needs_named(proof: Proof) -> bool:
    """Tell whether answers go to named addresses alone: they carry the secret itself, and a body is anybody's word."""
    return proof.way in (Way.BASIC, Way.TOKEN)


def is_offered(url: str, proof: Proof, allowed: Iterable[str], home: str) -> bool:
    """Tell whether an answer could go there, as far as the address alone says; nobody is asked for names of hosts.

    `allowed` are the only addresses, with all beneath them; without any it is the public web, by https, unless the
    answer's `proof` would give the secret away. `home` is an address that is of this machine where a desk is only tried
    out, and only then this machine may be called.
    """
    if allowed := tuple(allowed):
        return any(_is_beneath(url, address) for address in allowed)
    return bool(url) and not needs_named(proof) and web.is_safe(url) and (not web.is_here(url) or web.is_here(home))


def may_be_called(url: str, proof: Proof, allowed: Iterable[str], home: str) -> bool:
    """Tell whether an answer may go there now, wherever the name of its host leads."""
    allowed = tuple(allowed)
    return is_offered(url, proof, allowed, home) and (bool(allowed) or web.may_lead_to(home, url))


def _is_beneath(url: str, address: str) -> bool:
    asked, named = urlsplit(url), urlsplit(address)
    if (asked.scheme.lower(), asked.hostname, _port(asked)) != (named.scheme.lower(), named.hostname, _port(named)):
        return False
    if asked.username is not None or "/.." in asked.path or "%2e" in asked.path.lower():
        return False
    beneath = named.path.rstrip("/")
    return asked.path == beneath or asked.path.startswith(f"{beneath}/")


def _port(parts: object) -> int:
    return getattr(parts, "port", None) or (443 if getattr(parts, "scheme", "").lower() == "https" else 80)
