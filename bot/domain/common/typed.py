"""What somebody typed in Slack, as people outside of Slack will read it.

Slack sends names of emoji, ids of members and channels, and links in a notation of its own. This is the one place that
reads it, whether the text came with the slash command or from a field of a modal.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.common.clean import clean
from bot.domain.common.errors import RefusalCode, Refused
from bot.platform import emoji

_PIECE = re.compile(
    r"<@(?P<member>[UW][A-Z0-9]+)(?:\|(?P<handle>[^<>]*))?>"
    r"|<#(?P<channel>[CDG][A-Z0-9]+)(?:\|(?P<place>[^<>]*))?>"
    r"|<!date\^[^<>|]*\|(?P<date>[^<>]+)>"
    r"|<(?P<scheme>(?i:https?|ftp|mailto|tel)):(?P<target>[^\s<>|]+)(?:\|[^<>]*)?>"
    r"|(?P<address>(?i:https?)://[^\s<>]+)"
    r"|:(?P<emoji>[\w+'-]+):(?P<tones>(?::skin-tone-[2-6](?:-[2-6])?:)*)",
)
_MEMBER = re.compile(r"<@([UW][A-Z0-9]+)")
_LEFT = re.compile(r"<[@#!][^<>]*>")
_MANY = re.compile(r"<!(?P<name>\w+)(?:\^\w+)?(?:\|(?P<label>[^<>]+))?>")
_TONE = re.compile("[2-6]")
# What stands on the desk's own cards in place of characters that would be formatting there.
_LOOK_ALIKES = str.maketrans({"\u2217": "*", "\u02cd": "_", "\u223c": "~", "\u02cb": "`", "\u2236": ":"})


@dataclass(frozen=True, slots=True)
class Typed:
    """A text without Slack's notation.

    `left` is the first piece that nobody outside of Slack could read, else None. `colleagues` are the names of members
    in the text, in its order.
    """

    text: str
    left: str | None
    colleagues: tuple[str, ...]

    def require(self, field: str | None = None) -> str:
        """Return the text. Raises Refused("slack_notation") with the `piece`, and the modal's `field` that holds it."""
        if self.left is not None:
            raise Refused(RefusalCode.SLACK_NOTATION, piece=self.left, field=field)
        return self.text


def members(text: str) -> frozenset[str]:
    """Return the Slack ids of members whom the text mentions."""
    return frozenset(_MEMBER.findall(text))


def read(text: str, names: Mapping[str, str] | None = None) -> Typed:
    """Decode what Slack sent; `names` has the members' names by Slack id.

    Links become their addresses, members and channels their names, emoji characters. Everything that is no notation of
    Slack stays: "10:30:45", "a:b:c", "1 < 2".
    """
    reader = _Reader(names or {})
    decoded = clean(unescaped(reader.read(normal(text))))
    left = [*reader.left, *_LEFT.findall(decoded)]
    return Typed(decoded, _called(left[0]) if left else None, tuple(dict.fromkeys(reader.colleagues)))


def prepare() -> None:
    """Load the names of emoji, so that the first text does not wait for them."""
    emoji.character("wave")


def normal(text: str) -> str:
    """Undo what copying from a card does to words: look-alikes become the characters that they stand for."""
    return unicodedata.normalize("NFC", text.translate(_LOOK_ALIKES))


def unescaped(text: str) -> str:
    """Undo the escaping of the three characters that Slack escapes."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


class _Reader:
    """Reads one text and remembers what it met."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names
        self.left: list[str] = []
        self.colleagues: list[str] = []

    def read(self, text: str) -> str:
        parts, ordinary, start = [], 0, 0
        while piece := _PIECE.search(text, start):
            shown = self._shown(piece, text[ordinary : piece.start()][-1:])
            if shown is None:
                start = piece.end("emoji")  # its last colon may begin another one
                continue
            parts += [text[ordinary : piece.start()], shown]
            ordinary = start = piece.end()
        return "".join([*parts, text[ordinary:]])

    def _shown(self, piece: re.Match[str], before: str) -> str | None:
        """Return what others read in place of this piece; None if it is ordinary text.

        `before` is the character in front of it, "" where another piece or nothing is.
        """
        if piece["member"]:
            return self._colleague(piece)
        if piece["channel"]:
            return f"#{piece['place']}" if piece["place"] else piece[0]
        if piece["scheme"]:
            return _address(piece["scheme"], piece["target"])
        if piece["emoji"]:
            return self._emoji(piece, before)
        return piece["date"] or piece["address"]

    def _colleague(self, piece: re.Match[str]) -> str:
        name = self._names.get(piece["member"]) or (piece["handle"] or "").removeprefix("@")
        if not name:
            return piece[0]
        self.colleagues.append(name)
        return name

    def _emoji(self, piece: re.Match[str], before: str) -> str | None:
        """Return the emoji, or None where the colons are those of a time, a list or a ratio.

        Slack writes the emoji of a phone's keyboard without a space: "Nee❌" comes as "Nee:x:".
        """
        name, after = piece["emoji"], piece.string[piece.end() : piece.end() + 1]
        within_word = before.isalnum() and after.isalnum()
        in_a_list = within_word and name.isalnum() and (len(name) < 3 or (before + after).isdecimal())
        in_a_ratio = name.isdigit() and (before.isdecimal() or after.isdecimal())
        if in_a_list or in_a_ratio or before == after == ":":
            return None
        found = emoji.character(name, *_TONE.findall(piece["tones"]))
        if found:
            return found
        written_so = name == name.lower() and any(char.isalpha() for char in name)
        return self._leave(piece[0]) if written_so and ("_" in name or not within_word) else None

    def _leave(self, piece: str) -> str:
        self.left.append(piece)
        return piece


def _address(scheme: str, target: str) -> str:
    return target.partition("?")[0] if scheme.lower() in ("mailto", "tel") else f"{scheme}:{target}"


def _called(piece: str) -> str:
    """Return a mention of many as it was typed: "@channel" for <!channel>."""
    found = _MANY.fullmatch(piece)
    return f"@{(found['label'] or found['name']).removeprefix('@')}" if found else piece
