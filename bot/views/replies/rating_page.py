"""The page on which a customer says whether our answer helped: plain HTML without scripts, cookies or pictures."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from html import escape

from bot.domain.replies.rating import MOST_WORDS, SCORES
from bot.platform.i18n import Translator

STYLE = (
    "body{font:18px/1.5 system-ui,sans-serif;margin:0;color:#1d1c1d;background:#fff}"
    "main{max-width:34rem;margin:0 auto;padding:2rem 1rem}h1{font-size:1.5rem}"
    ".scores{display:flex;gap:.5rem}.scores button{flex:1;min-height:3.5rem;font-size:1.4rem}"
    "button{font:inherit;border:2px solid #1264a3;border-radius:.5rem;background:#fff;color:#1264a3;padding:.5rem 1rem;"
    "cursor:pointer}button[aria-pressed=true],.send{background:#1264a3;color:#fff}"
    ".ends{display:flex;justify-content:space-between;font-size:.9rem}textarea{font:inherit;width:100%;box-sizing:border-box}"
    ".small{font-size:.85rem;color:#616061}"
    "@media(prefers-color-scheme:dark){body{background:#1a1d21;color:#e8e8e8}.small{color:#b5b5b5}"
    "button{background:#1a1d21;color:#7cc0f5;border-color:#7cc0f5}"
    "button[aria-pressed=true],.send{background:#7cc0f5;color:#1a1d21}}"
)
STYLE_HASH = b64encode(sha256(STYLE.encode()).digest()).decode()
POLICY = (
    f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = (
    ("Content-Type", "text/html; charset=utf-8"),
    ("Cache-Control", "no-store"),
    ("Content-Security-Policy", POLICY),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("X-Robots-Tag", "noindex, nofollow, noarchive"),
)


def ask(desk: str, t: Translator) -> str:
    """Ask for 1 to 5, one tap each. What was said before is not shown, because others can open the link too."""
    title = t("Did our answer help you?")
    return _page(title, f"<h1>{escape(title)}</h1>{_form(None, t)}{_small(desk, t)}", t)


def thanks(desk: str, score: int, t: Translator, *, written: bool = False) -> str:
    """Thank the customer, and let them add words or choose another number; say so when they have `written` words."""
    title = t("Thank you!")
    label = escape(t("Do you want to add something? (at most {n} characters)", n=MOST_WORDS))
    form = (
        f'<form method="post"><input type="hidden" name="score" value="{score}"><p><label for="words">{label}</label>'
        f'<textarea id="words" name="words" rows="4" maxlength="{MOST_WORDS}"></textarea></p>'
        f'<p><button class="send">{escape(t("Send"))}</button></p></form>'
    )
    words = f"<p>{escape(t('We have received what you wrote.'))}</p>" if written else form
    return _page(title, f"<h1>{escape(title)}</h1>{_form(score, t)}{words}{_small(desk, t)}", t)


def gone(t: Translator) -> str:
    """Say that the link leads nowhere, or no longer does."""
    title = t("This link no longer works")
    return _page(
        title, f"<h1>{escape(title)}</h1><p>{escape(t('You can always answer us where we answered you.'))}</p>", t
    )


def _form(chosen: int | None, t: Translator) -> str:
    buttons = "".join(
        f'<button name="score" value="{score}" aria-label="{escape(t("{score} of 5", score=score))}"'
        f"{' aria-pressed=true' if score == chosen else ''}>{score}</button>"
        for score in SCORES
    )
    ends = f"<span>{escape(t('not at all'))}</span><span>{escape(t('very much'))}</span>"
    return f'<form method="post"><div class="scores">{buttons}</div><div class="ends">{ends}</div></form>'


def _small(desk: str, t: Translator) -> str:
    said = t(
        "{desk} keeps what you tap and write here with your conversation, to improve. No cookies, nothing is tracked.",
        desk=desk,
    )
    return f'<p class="small">{escape(said)}</p>'


def _page(title: str, body: str, t: Translator) -> str:
    return (
        f'<!doctype html><html lang="{t.language}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="robots" content="noindex, nofollow"><style>{STYLE}</style></head><body><main>{body}</main></body>'
        "</html>"
    )
