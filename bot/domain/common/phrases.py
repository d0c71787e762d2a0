"""Whether a text says a word that somebody has listed."""

from __future__ import annotations

import re

from bot.domain.common.clean import clean


def says(text: str, phrase: str) -> bool:
    """Tell whether a text has a word, with all its endings and compounds: "refund" is in "refunded" too.

    A phrase is meant whatever is between its words; a sign such as "€" wherever it stands.
    """
    spaced = r"\s+".join(map(re.escape, clean(phrase).split()))
    begins = r"(?<!\w)(?=\w)|(?=\W)"
    return re.search(f"(?:{begins}){spaced}", clean(text), re.IGNORECASE) is not None
