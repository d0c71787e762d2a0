"""The words for why a reply could not be sent."""

from __future__ import annotations

from bot.platform.i18n import N_, Translator

REASONS = {
    "not_mentioned": N_("the post does not mention us, and {network} only accepts replies to posts that do"),
    "answer_there": N_("{network} names no address to which we may send an answer"),
    "window": N_("the time in which {network} takes an answer is over"),
    "duplicate": N_("the same text was sent before; change a few words"),
    "too_long": N_("the text is too long"),
    "gone": N_("the customer's post no longer exists"),
    "limited": N_("the customer has limited who may answer this post"),
    "forbidden": N_("{network} refused it for a reason that the desk does not know; please look at the post there"),
    "permissions": N_("the desk's keys for {network} may read but not post; ask your admin to run “webcare check”"),
    "suspended": N_("{network} has suspended our account; please sign in at {network} itself to see why"),
    "locked": N_("{network} has locked our account; please sign in at {network} itself and unlock it"),
    "app_suspended": N_("{network} has suspended the desk's app; ask your admin to look in its developer console"),
    "not_enrolled": N_("the desk's app is not part of a project on {network}; ask your admin to look in its console"),
    "credentials": N_("{network} no longer accepts the desk's keys; ask your admin to run “webcare check”"),
    "credits": N_("our {network} account has no credit left; ask your admin to top it up"),
    "picture": N_("{network} did not take the picture; choose another one"),
    "picture_gone": N_("the picture is no longer in Slack; choose it again"),
    "picture_unfit": N_("the file is no picture that can be posted; choose a JPEG or PNG"),
    "answered_outside": N_("somebody answered on {network} itself in the meantime"),
    "customer_wrote": N_("the customer wrote again in the meantime"),
    "not_configured": N_("this desk no longer has the account that the reply would come from; ask your admin"),
    "invalid": N_("{network} could not read it; ask your admin to check the log"),
}
OTHER = N_("{network} refused it for an unknown reason")


def reason(code: str | None, network: str, t: Translator) -> str:
    """Finish the sentence "it was not sent: …".

    `code` is one of those of bot.networks.base.Rejected, "answered_outside" or "not_configured".
    """
    return t(REASONS.get(code or "", OTHER), network=network)


DELAYS = {
    "rate_limited": N_("{network} takes no more posts from us for now (rate limit)"),
    "spending_cap": N_("our {network} account has reached its spending cap"),
    "not_reached": N_("{network} cannot be reached"),
    "unreadable": N_("{network} sends something that the desk cannot read"),
    "picture_away": N_("Slack does not give us the picture"),
}
"""Why a reply is not sent yet, by the code of bot.networks.base.NotDone."""

WAYS_OUT = {
    "spending_cap": N_(
        "Ask your admin to raise it in {network}'s developer console. If it is urgent, undo the reply and answer on "
        "{network} itself."
    ),
    "unreadable": N_("Your admin can find the reason in the log."),
    "picture_away": N_("The desk keeps trying. If it is urgent, undo the reply and send it without the picture."),
}
WAY_OUT = N_("The desk keeps trying. If it is urgent, undo the reply and answer on {network} itself.")
WAIT = N_("Please do not answer again: the desk keeps asking.")


def delay(code: str | None, network: str, t: Translator) -> str | None:
    """Finish the sentence "not sent yet: …"; None if nothing holds the reply up."""
    return t(DELAYS.get(code, OTHER), network=network) if code else None


def way_out(code: str | None, network: str, t: Translator, *, in_doubt: bool) -> str:
    """Say what can be done about a reply that is held up. One that may have arrived cannot be undone."""
    words = WAYS_OUT.get(code or "", WAY_OUT)
    return t(WAIT if in_doubt and words is WAY_OUT else words, network=network)
