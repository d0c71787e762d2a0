"""The words for why a reply could not be sent."""

from __future__ import annotations

from bot.platform.i18n import N_, Translator

REASONS = {
    "not_mentioned": N_("the post does not mention us, and {network} takes replies only where it does"),
    "duplicate": N_("the same text was sent before; change a few words"),
    "too_long": N_("the text is too long"),
    "gone": N_("the customer's post is no longer there"),
    "forbidden": N_("{network} does not let us reply to this post"),
    "credentials": N_("{network} no longer accepts the desk's keys; ask who runs the desk to run “webcare check”"),
    "credits": N_("the account with {network} has no credit left; ask who runs the desk to top it up"),
    "not_configured": N_("this desk no longer has the account that would answer; ask who runs the desk"),
    "invalid": N_("{network} could not make sense of it; ask who runs the desk to look at the log"),
}
OTHER = N_("{network} refused it and gave no reason that we know")


def reason(code: str | None, network: str, t: Translator) -> str:
    """Finish the sentence "it was not sent: …".

    `code` is one of those of bot.networks.base.Rejected, or "not_configured".
    """
    return t(REASONS.get(code or "", OTHER), network=network)
