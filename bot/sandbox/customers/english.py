"""Sample customers who write English."""

from __future__ import annotations

from bot.sandbox.customers.script import Customer, adds, edits, quotes, reacts, says

CUSTOMERS = (
    Customer(
        "tomwhitfield_",
        "Tom Whitfield",
        "en",
        318,
        "last resort",
        (
            (
                says(
                    "@acme I have called three times, been promised a call back three times, and nobody has rung. "
                    "Reference {ticket}. Day 5 without an answer. Is X really the only way to reach you?"
                ),
                adds("Still nothing, by the way."),
                reacts("Thank you, that is the first useful answer I've had all week."),
            ),
        ),
    ),
    Customer(
        "priya_nair",
        "Priya Nair",
        "en",
        2_290,
        "savvy",
        (
            (
                says(
                    "@acme Tracking for {parcel} says 'delivered, signed by J. Nair'. There is no J. Nair here and "
                    "the GPS pin is two streets away. Can you ask the driver where it actually went?"
                ),
                reacts("Found it at number 31. Thanks for checking with the driver so quickly!"),
            ),
            (
                says(
                    "@acme Your status page has said 'all systems operational' for an hour. My line in Leeds disagrees."
                ),
            ),
        ),
    ),
    Customer(
        "grace_okafor",
        "Grace Okafor",
        "en",
        74,
        "explorer",
        (
            (
                says("@acme Hi, I'm moving on the 1st. Can I take my broadband with me or do I need a new contract?"),
                adds("It's about four miles, if that makes a difference."),
                reacts("Brilliant, that was easier than I thought. Thank you!"),
            ),
            (says("@acme Is there a way to tell the courier not to ring the bell? Baby asleep between 1 and 3 😴"),),
        ),
    ),
    Customer(
        "martin_hale",
        "Martin Hale",
        "en",
        560,
        "writes at length",
        (
            (
                says(
                    "@acme Let me set out what happened, because I don't think any one of your colleagues has seen the "
                    "whole of it. On Monday I ordered a router, paid for next-day delivery and took the morning off. "
                    "Nobody came. On Tuesday your chat told me it had been 'rescheduled at the customer's request', "
                    "which it was not. On Wednesday a driver left a card while I was sitting six feet from the door. "
                    "Today the parcel ({parcel}) is on its way back to the warehouse. All I would like to know is: "
                    "can somebody stop it, send it once more, and tell me a time that is true?"
                ),
                reacts("That's all I wanted to hear. Tomorrow between 9 and 11 it is."),
            ),
        ),
    ),
    Customer(
        "dev_oliver",
        "oliver <script>",
        "en",
        911,
        "tries things out",
        (
            (
                says(
                    "@acme <!channel> does this ring a bell in your office? *bold* _claim_ <@U0ANNA> & friends "
                    "<https://example.com|click me> `rm -rf` :tada:"
                ),
                adds(
                    "OK, serious question: do you have an API for tracking? Docs at "
                    "https://example.com/docs?a=1&b=2 404."
                ),
                reacts("A human! Cheers."),
            ),
        ),
    ),
    Customer(
        "chloe_sings",
        "Chloe 🎶",
        "en",
        15_400,
        "thankful",
        (
            (
                says(
                    "Shout-out to @acme: guitar arrived in one piece, a day early, with a "
                    "handwritten note. 🎸💛 #thankyou"
                ),
            ),
            (
                quotes("priya_nair", "Same thing happened to me last week @acme, is your GPS broken?"),
                reacts("Ah, that explains it. Thanks!"),
            ),
        ),
    ),
    Customer(
        "ben_ashworth",
        "Ben Ashworth",
        "en",
        187,
        "corrects himself",
        (
            (
                says(
                    "@acme Router has had a red light since 8 tihs morning. Reset it twise, no luck.",
                    picture="router",
                    alt="White router with one red light and three that are off",
                ),
                edits("@acme Router has had a red light since 8 this morning. Reset it twice, no luck."),
                reacts("Back online after the third restart, as you said it would be. Ta."),
            ),
        ),
    ),
    Customer(
        "nora_quinn",
        "Nora Quinn",
        "en",
        43,
        "short",
        (
            (says("@acme hello?? anyone??"), adds("My parcel {parcel} was due on Friday.")),
            (says("@acme 👎👎👎"),),
            (says("@acme thanks for nothing. Cancelled 'by mistake', again. Who do I complain to?"),),
        ),
    ),
)
