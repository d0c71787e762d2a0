"""Text without the characters that nobody sees, which hide or reorder others and which some networks refuse."""

from __future__ import annotations

import re
import unicodedata

_BREAKS = re.compile(r"\r\n?|[\v\f\x85\u2028\u2029]")
# Controls, format characters, fillers and lone surrogates. Joiners and the tags of flags are looked at one by one.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\ud800-\udfff\U000e0001]"
)
_FLAG_OR_TAGS = re.compile("(\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f)|[\U000e0020-\U000e007f]+")
_ZWJ = "\u200d"
_JOINERS = re.compile(f"[\u200c{_ZWJ}]+")
_EMOJI_SELECTOR = "\ufe0f"
_SYMBOLS = frozenset({"So", "Sk", "Sm"})
# How Unicode's names begin of letters and marks after which a joiner means nothing.
_UNJOINED = re.compile(
    "ARMENIAN|CJK|COMBINING|CYRILLIC|FEMININE|FULLWIDTH|GEORGIAN|GREEK|HALFWIDTH|HANGUL|HEBREW|HIRAGANA|KATAKANA|LATIN"
    "|MASCULINE|MATHEMATICAL|MICRO|MODIFIER|VARIATION"
)


def clean(text: str) -> str:
    """Remove what cannot be seen, put accents onto their letters, and trim. Line breaks stay.

    Joiners stay where they have a meaning: within an emoji, and in scripts that need them, such as Persian.
    """
    text = _UNSEEN.sub("", _BREAKS.sub("\n", text))
    text = _FLAG_OR_TAGS.sub(lambda found: found[1] or "", text)
    return unicodedata.normalize("NFC", _JOINERS.sub(_joiner, text)).strip()


def _joiner(found: re.Match[str]) -> str:
    """Return the joiner if it stands between two characters that it joins or keeps apart, else nothing."""
    before, after = found.string[: found.start()][-1:], found.string[found.end() :][:1]
    if not before or not after:
        return ""
    in_emoji = found[0][0] == _ZWJ and _is_pictorial(before) and _is_pictorial(after)
    return found[0][0] if in_emoji or (_is_joined(before) and _is_joined(after)) else ""


def _is_pictorial(char: str) -> bool:
    # Python knows the emoji of its own Unicode version; the planes of newer ones hold nothing else.
    return char == _EMOJI_SELECTOR or char >= "\U0001f000" or unicodedata.category(char) in _SYMBOLS


def _is_joined(char: str) -> bool:
    return unicodedata.category(char)[0] in "LM" and not _UNJOINED.match(unicodedata.name(char, ""))
