"""The words for why a reply could not be sent."""

from __future__ import annotations

from bot.platform.i18n import N_, Translator

REASONS = {
    "not_mentioned": N_("the post does not mention us, and {network} only accepts replies to posts that do"),
    "duplicate": N_("the same text was sent before; change a few words"),
    "too_long": N_("the text is too long"),
    "gone": N_("the customer's post no longer exists"),
    "forbidden": N_("{network} does not let us reply to this post"),
    "credentials": N_("{network} no longer accepts the desk's keys; ask your admin to run “webcare check”"),
    "credits": N_("our {network} account has no credit left; ask your admin to top it up"),
    "answered_outside": N_("somebody answered on {network} itself in the meantime"),
    "not_configured": N_("this desk no longer has the account that the reply would come from; ask your admin"),
    "invalid": N_("{network} could not read it; ask your admin to check the log"),
}
OTHER = N_("{network} refused it for an unknown reason")


def reason(code: str | None, network: str, t: Translator) -> str:
    """Finish the sentence "it was not sent: …".

    `code` is one of those of bot.networks.base.Rejected, "answered_outside" or "not_configured".
    """
    return t(REASONS.get(code or "", OTHER), network=network)
