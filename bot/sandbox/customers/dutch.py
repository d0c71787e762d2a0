"""Sample customers who write Dutch."""

from __future__ import annotations

from bot.sandbox.customers.script import Customer, adds, deletes, reacts, reposts, says

CUSTOMERS = (
    Customer(
        "fenna_dj",
        "Fenna de Jong",
        "nl",
        212,
        "last resort",
        (
            (
                says(
                    "@acme Al drie keer gebeld, twee keer gemaild en nog steeds geen antwoord. Zaak {ticket}, "
                    "dag 5 zonder antwoord. Wat moet ik nog meer doen?"
                ),
                adds("En toen was het dag 6. Leest hier eigenlijk iemand mee?"),
                reacts("Dank je. Eindelijk iemand die het voor me uitzoekt, ik wacht het even af."),
            ),
            (
                says("@acme Jullie zouden mij maandag terugbellen over {ticket}. Het is nu woensdag."),
                reacts("Net gebeld door je collega, het is opgelost. Fijn dat het via hier wél lukt."),
            ),
        ),
        website="https://bsky.app/profile/fenna.bsky.social",
    ),
    Customer(
        "jorissmeets",
        "Joris Smeets",
        "nl",
        1840,
        "savvy",
        (
            (
                says(
                    "@acme Pakket {parcel} staat sinds dinsdag 14:02 op 'gesorteerd', maar de bezorger heeft het "
                    "volgens de app al bij zich. Kan iemand de status in het systeem nakijken?"
                ),
                reacts("Nu klopt de status. Snel geregeld 👍"),
            ),
            (
                says(
                    "@acme In de nieuwe versie van jullie app (Android 16) crasht het scherm 'Mijn pakketten' zodra "
                    "ik op een afgeleverd pakket tik. Opnieuw installeren helpt niet. Loggegevens nodig?"
                ),
                adds("Ter aanvulling: met wifi uit gebeurt het niet."),
            ),
        ),
    ),
    Customer(
        "wil_bakker57",
        "Wil Bakker",
        "nl",
        38,
        "explorer",
        (
            (
                says("@acme Goedemiddag, hoe werkt dat eigenlijk met een afhaalpunt? Moet ik mijn paspoort meenemen?"),
                reacts("Dank u wel voor de duidelijke uitleg!"),
                adds("Nog één vraagje: mag mijn buurvrouw het ook ophalen?"),
            ),
            (says("@acme Ik wil graag een pakje naar mijn zoon in Malmö sturen. Wat kost dat en hoe lang duurt het?"),),
        ),
    ),
    Customer(
        "sannevdb",
        "Sanne van den Berg",
        "nl",
        407,
        "with a picture",
        (
            (
                says(
                    "@acme Zo lag het pakket vanochtend voor de deur. De vaas die erin zat is kapot 😢 Wat nu?",
                    picture="parcel",
                    alt="Kartonnen doos met een grote scheur in de zijkant",
                ),
                adds("Het nummer is {parcel}, dat had ik er meteen bij moeten zetten."),
                reacts("Formulier ingevuld, bedankt voor het meedenken."),
            ),
        ),
    ),
    Customer(
        "youssef_ea",
        "Youssef el Amrani",
        "nl",
        655,
        "outage",
        (
            (
                says("@acme Ligt het internet in heel Utrecht-Oost eruit of is het alleen bij ons?"),
                adds("De buren hebben ook niets meer. Ik werk thuis, dus graag een indicatie wanneer het weer werkt."),
                reacts("Om 14.10 uur kwam alles weer terug. Bedankt voor de updates."),
            ),
        ),
    ),
    Customer(
        "thijsopdefiets",
        "Thijs",
        "nl",
        96,
        "thankful",
        (
            (
                says(
                    "Complimenten voor jullie bezorger in Zwolle, @acme! Het regende pijpenstelen en toch bracht hij "
                    "het pakket met een glimlach tot in de schuur. ❤️"
                ),
            ),
            (reposts("sannevdb"),),
        ),
    ),
    Customer(
        "marloes_k",
        "Marloes Kuipers",
        "nl",
        129,
        "regrets it",
        (
            (
                says(
                    "@acme Waarom krijg ik een rekening voor een abonnement dat ik in maart heb opgezegd?! Oplichters."
                ),
                deletes(),
                says(
                    "@acme Kan iemand met mij meekijken naar mijn laatste rekening? Het "
                    "abonnement is in maart opgezegd."
                ),
                reacts("Dat is dan duidelijk, dank je wel."),
            ),
        ),
    ),
    Customer(
        "basverhulst",
        "Bas Verhulst",
        "nl",
        24_130,
        "press",
        (
            (
                says(
                    "@acme Klopt het dat adresgegevens van klanten door een fout in jullie app voor anderen zichtbaar "
                    "waren? Ik schrijf er vandaag over en hoor graag voor 17.00 uur een reactie."
                ),
                adds("Een woordvoerder mag ook rechtstreeks contact opnemen."),
            ),
        ),
    ),
)
