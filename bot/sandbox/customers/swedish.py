"""Sample customers who write Swedish."""

from __future__ import annotations

from bot.sandbox.customers.script import Customer, adds, edits, reacts, reposts, says

CUSTOMERS = (
    Customer(
        "elinsjoberg",
        "Elin Sjöberg",
        "sv",
        264,
        "last resort",
        (
            (
                says(
                    "@acme Har ringt tre gånger den här veckan och suttit i kö i 40 minuter "
                    "varje gång. Ärende {ticket}. "
                    "Nu är det dag 5 utan svar. Vad ska jag göra?"
                ),
                adds("Har dessutom mejlat två gånger. Ingen återkoppling."),
                reacts("Tack, äntligen någon som tar tag i det!"),
            ),
        ),
    ),
    Customer(
        "mattias_lgr",
        "Mattias Lindgren",
        "sv",
        1_120,
        "savvy",
        (
            (
                says(
                    "@acme Paket {parcel} skannades i Jönköping i tisdags 06.12 och har inte "
                    "rört sig sedan dess. Kan ni "
                    "kontrollera om det har fastnat i sorteringen?"
                ),
                reacts("Perfekt, nu rör det på sig igen. Tack för snabb hjälp."),
            ),
            (
                says("@acme IPv6 slutade fungera på fibern i natt, IPv4 går bra. Är det ett känt fel i Västerås?"),
                adds("Har startat om routern och provat med en annan, samma sak."),
            ),
        ),
    ),
    Customer(
        "gunbritt48",
        "Gun-Britt Nyström",
        "sv",
        21,
        "explorer",
        (
            (
                says(
                    "@acme Hej! Jag ska hämta ett paket för första gången. Räcker det med "
                    "legitimation eller behövs koden?"
                ),
                reacts("Tusen tack för hjälpen, då vet jag!"),
            ),
            (says("@acme Kan man få fakturan på papper som förr? Jag hittar inte var man ändrar det."),),
        ),
    ),
    Customer(
        "oskar_ek",
        "Oskar Ek",
        "sv",
        533,
        "with a picture",
        (
            (
                says(
                    "@acme Så här ser tavlan ut hos ombudet: alla leveranser försenade. När kommer paketen egentligen?",
                    picture="board",
                    alt="Informationstavla där fem av sex leveranser är markerade som försenade",
                ),
                adds("Mitt har nummer {parcel}."),
                reacts("Okej, då väntar jag till i morgon. Tack för beskedet."),
            ),
        ),
    ),
    Customer(
        "amira_haddad",
        "Amira Haddad",
        "sv",
        3_870,
        "thankful",
        (
            (
                says(
                    "Vill bara säga tack till @acme! Chauffören bar upp allt till tredje "
                    "våningen när hissen var trasig 🙏"
                ),
            ),
            (reposts("elinsjoberg"),),
        ),
    ),
    Customer(
        "johan_b82",
        "Johan Berglund",
        "sv",
        148,
        "outage",
        (
            (
                says("@acme Inget internet i Hammarbyhöjden sedan klockan sju. Är det fler som har problem? 😤"),
                adds("Och kundtjänsts telefon tutar bara upptaget."),
                reacts("Nu fungerar det igen. Bra att ni svarar här i alla fall."),
            ),
        ),
    ),
    Customer(
        "karin_wester",
        "Karin Wester",
        "sv",
        702,
        "accessibility",
        (
            (
                says(
                    "@acme Jag är synskadad och er nya app går inte att använda med "
                    "skärmläsare, knapparna saknar namn. "
                    "Hur ska jag nu kunna spåra mitt paket?"
                ),
                reacts("Tack för att ni tar det på allvar. Jag skickar gärna fler exempel."),
            ),
        ),
    ),
    Customer(
        "nils_ost",
        "Nils Öst",
        "sv",
        59,
        "short",
        (
            (
                says("@acme Var är mitt pakte???"),
                edits("@acme Var är mitt paket??? Nummer {parcel}"),
                reacts("ok tack"),
            ),
            (says("@acme Dubbelt debiterad för oktober. Ärende {ticket}. Hur får jag tillbaka pengarna?"),),
        ),
    ),
)
