"""Sample people who write about Acme, and not to it: only a desk that listens hears them."""

from __future__ import annotations

from bot.sandbox.customers.script import Customer, adds, says

CUSTOMERS = (
    Customer(
        "sanne_kok",
        "Sanne Kok",
        "nl",
        512,
        "talks about us",
        (
            (
                says("Weer een pakketje van Acme bij de buren van nummer 14, en die zijn op vakantie 🙃"),
                adds("Iemand een idee hoe ik bij Acme een mens te pakken krijg?"),
            ),
            (says("Ligt het aan mij of is er een #acmestoring? Track & trace laadt niet."),),
        ),
    ),
    Customer(
        "liv_haugen",
        "Liv Haugen",
        "sv",
        96,
        "talks about us",
        ((says("Någon annan som väntar på Acme idag? Paketet skulle ha kommit före tolv."),),),
    ),
    Customer(
        "dealhunter_uk",
        "Deal Hunter",
        "en",
        18_204,
        "talks about us",
        ((says("Acme voucher codes that still work, updated daily: thread below 👇 #deals"),),),
    ),
    Customer(
        "pip.bsky.social",
        "Pip Arden",
        "en",
        143,
        "talks about us",
        ((says("Three hours in for Acme, and the app now says they tried. They did not try."),),),
        network="bluesky",
    ),
)
