"""A storm: something breaks, and a hundred and fifty people write about it at once."""

from __future__ import annotations

import random
from collections.abc import Iterator

from bot.sandbox.customers.script import Language
from bot.sandbox.x.posts import CROWD, Post
from bot.sandbox.x.service import XService

PEOPLE = 150
NAMES = ("Sanne", "Daan", "Milou", "Bram", "Noor", "Jesse", "Fleur", "Ravi", "Elin", "Oskar", "Maja", "Grace", "Tom")
WORDS: dict[Language, tuple[str, ...]] = {
    "nl": (
        "@acme storing? In Utrecht doet niets het meer",
        "@acme app ligt eruit sinds een kwartier, is er een storing",
        "@acme Utrecht hier, de app geeft alleen foutmelding 502. Storing?",
        "@acme hoe lang duurt deze storing nog, mijn bestelling moet vandaag weg",
    ),
    "en": (
        "@acme is there an outage? Nothing works in Utrecht",
        "@acme your app has been down for fifteen minutes, is this an outage",
        "@acme Utrecht here, the app only shows error 502. Outage?",
        "@acme how long will this outage last, my order has to leave today",
    ),
    "sv": (
        "@acme driftstörning? Ingenting fungerar i Utrecht",
        "@acme appen ligger nere sedan en kvart, är det en driftstörning",
        "@acme Utrecht här, appen visar bara felet 502. Driftstörning?",
        "@acme hur länge varar driftstörningen, min beställning måste i väg i dag",
    ),
}


def posts(x: XService, language: Language | None) -> Iterator[Post]:
    """Let them post one after the other, in `language` or in all three by turns."""
    chance = random.Random()  # noqa: S311 - a play, nothing secret
    languages: list[Language] = [language] if language else list(WORDS)
    for number in range(PEOPLE):
        name, spoken = chance.choice(NAMES), languages[number % len(languages)]
        handle = f"{name.lower()}_{chance.randrange(10**6):06}"
        x.add_account(handle, name, followers=chance.randrange(2000), language=spoken, kind=CROWD)
        yield x.post(handle, chance.choice(WORDS[spoken]))
