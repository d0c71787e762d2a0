"""Sample customers who write on Bluesky; some of them write on X as well, under the same name."""

from __future__ import annotations

from bot.sandbox.customers.script import Customer, adds, deletes, edits, reacts, says

CUSTOMERS = (
    Customer(
        "fenna.bsky.social",
        "Fenna de Jong",
        "nl",
        64,
        "writes on two networks",
        (
            (
                says("@acme.example.com Hier dan ook maar: zaak {ticket}, op X reageert niemand."),
                reacts("Gelukkig, hier zit wel iemand. Dank je wel!"),
            ),
        ),
        network="bluesky",
    ),
    Customer(
        "noor.example.nl",
        "Noor van Dam",
        "nl",
        731,
        "savvy",
        (
            (
                says(
                    "@acme.example.com Jullie statuspagina is groen, mijn modem knippert rood. Wie heeft er gelijk?",
                    picture="router",
                    alt="Een wit modem met één rood lampje",
                ),
                adds("Reset gedaan, zelfde lampje @acme.example.com"),
                reacts("Helder, dan wacht ik op de monteur."),
            ),
            (
                says("@acme.example.com kan ik mijn pakketje morgen zlef ophalen?"),
                edits("@acme.example.com kan ik mijn pakketje morgen zelf ophalen?"),
            ),
        ),
        network="bluesky",
    ),
    Customer(
        "tomwhitfield.bsky.social",
        "Tom Whitfield",
        "en",
        41,
        "writes on two networks",
        (
            (
                says("@acme.example.com Trying you over here as well. Reference {ticket}, now day 6."),
                reacts("So Bluesky it is, then. Thanks for picking it up."),
            ),
        ),
        network="bluesky",
    ),
    Customer(
        "maya.example.com",
        "Maya 🦋",
        "en",
        2_904,
        "explorer",
        (
            (
                says("@acme.example.com Do you deliver to a narrowboat? Serious question, mooring changes weekly."),
                reacts("Perfect, a pick-up point it is 🛶"),
            ),
            (says("@acme.example.com never mind, found the answer in your app"), deletes()),
        ),
        network="bluesky",
    ),
    Customer(
        "elin.bsky.social",
        "Elin Forsberg",
        "sv",
        388,
        "savvy",
        (
            (
                says("@acme.example.com Paket {parcel} står som levererat, men här finns inget. Vem skrev under?"),
                reacts("Det låg hos grannen. Tack för snabb hjälp!"),
            ),
        ),
        network="bluesky",
    ),
)
