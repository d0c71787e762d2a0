"""What the author of a reply is asked before it goes: what was found in it, each thing in one line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.replies.second_look import AskedAgain, Copied, Finding, FromBank, Misspelt, OtherLanguage, RatherNot
from bot.platform.i18n import Translator
from bot.views.common import blocks as b
from bot.views.common import rich
from bot.views.common.blocks import Block
from bot.views.common.text import escape, language_name, moment, person

OWN_WORD = "own_word:"  # begins the buttons' names
OFFERED = 3  # words that can be added with one tap
LISTED = 5  # words that a line names; the text below it marks all of them


def found(findings: Sequence[Finding], text: str, at: datetime, t: Translator) -> list[Block]:
    """Say what was found, and mark the words that are meant."""
    shown: list[Block] = []
    words: list[str] = []
    for finding in findings:
        match finding:
            case OtherLanguage():
                shown.append(b.section(_other_language(finding, t)))
            case Copied():
                shown += [b.section(_copied(finding, at, t)), rich.quotation(finding.text)]
            case FromBank():
                share = t.number(finding.alike)
                same = t("♻️ {share} % the same as this answer of the knowledge bank:", share=share)
                shown += [b.section(same), rich.quotation(finding.text)]
            case AskedAgain():
                shown.append(b.section(_asked_again(finding, t)))
            case RatherNot():
                shown += [b.section(_rather(word, better, t)) for word, better in finding.words[:LISTED]]
                words += [word for word, _ in finding.words]
            case Misspelt():
                shown.append(b.section(_misspelt(finding, t)))
                words += finding.words
    if words:
        shown.append(rich.marked(text, words))
    return shown


def _other_language(finding: OtherLanguage, t: Translator) -> str:
    written = language_name(finding.written, t) or escape(finding.written)
    expected = language_name(finding.expected, t) or escape(finding.expected)
    return t("🌐 The customer wrote *{expected}*, this is *{written}*.", expected=expected, written=written)


def _copied(finding: Copied, at: datetime, t: Translator) -> str:
    about = {"number": finding.thread_id, "time": moment(finding.at, at), "share": t.number(finding.alike)}
    if not finding.author:
        return t("♻️ {share} % the same as the answer in #{number}, {time}:", **about)
    return t(
        "♻️ {share} % the same as what {person} answered in #{number}, {time}:", **about, person=person(finding.author)
    )


def _asked_again(finding: AskedAgain, t: Translator) -> str:
    values = ", ".join(f"*{escape(value, 40)}*" for value in finding.values[-LISTED:])
    return t("🔎 The customer has given {numbers} already.", numbers=values)


def _rather(word: str, better: str, t: Translator) -> str:
    return t("💬 Rather not *{word}*: say *{better}*.", word=escape(word, 80), better=escape(better, 80))


def _misspelt(finding: Misspelt, t: Translator) -> str:
    words = ", ".join(_meant(word, finding) for word in finding.words[:LISTED])
    more = len(finding.words) - LISTED
    if more > 0:
        return t("✏️ Not in the dictionary: {words} and {n} more", words=words, n=t.number(more))
    return t("✏️ Not in the dictionary: {words}", words=words)


def _meant(word: str, finding: Misspelt) -> str:
    """Show a word, and what it was probably meant to be."""
    meant = " / ".join(escape(each, 40) for each in finding.meant.get(word, ()))
    return f"*{escape(word, 40)}*" + (f" ({meant}?)" if meant else "")


def own_words(findings: Sequence[Finding], t: Translator) -> Block | None:
    """Offer to let the first misspelt words be right from now on."""
    words = [word for finding in findings if isinstance(finding, Misspelt) for word in finding.words[:OFFERED]]
    buttons = (
        b.button(t("Add “{word}” to our words", word=word), f"{OWN_WORD}{number}", word)
        for number, word in enumerate(words)
    )
    return b.actions(*buttons)


def added(word: str, t: Translator) -> Block:
    """Say that a word is right from now on."""
    return b.context(t("“{word}” is one of our words now.", word=escape(word, 40)))
