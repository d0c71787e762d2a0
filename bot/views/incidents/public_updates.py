"""On an incident's message: what our accounts told everybody, and what waits for a second person."""

from __future__ import annotations

from bot.domain.cases.conversation import ReplyState
from bot.domain.incidents.public_update import PublicUpdate, standing
from bot.platform.i18n import N_, Translator
from bot.views.cases import picture
from bot.views.common import blocks as b
from bot.views.common import rich
from bot.views.common.blocks import Block
from bot.views.common.reasons import delay, reason
from bot.views.common.text import cut, escape, link, moment, person, quoted
from bot.views.incidents.models import Live

SHOWN = 3  # the latest of them
WORDS = 300  # characters of each

_STATES = {
    ReplyState.QUEUED: N_("📣 Public update of {account} by {person}, approved by {approver}, is being posted:"),
    ReplyState.SENDING: N_("📣 Public update of {account} by {person}, approved by {approver}, is being posted:"),
    ReplyState.VERIFYING: N_(
        "📣 Public update of {account} by {person}: {network} has not confirmed it, it is looked for:"
    ),
    ReplyState.RETRY_REQUESTED: N_(
        "📣 Public update of {account} by {person} is posted again unless {network} already shows it:"
    ),
    ReplyState.SENT: N_("📣 Public update of {account} by {person}, approved by {approver}, {posted}:"),
    ReplyState.REJECTED: N_("⛔ *The public update of {account} by {person} was not posted:* {reason}. Its text:"),
    ReplyState.UNKNOWN: N_(
        "❓ Is this public update of {account} there? {network} did not confirm it and does not show it:"
    ),
}


def shown(live: Live, t: Translator) -> list[Block]:
    """Show the latest updates, each with the buttons for what a person has to decide."""
    return [block for update in standing(live.updates)[-SHOWN:] for block in _one(update, live, t)]


def sure_to_post(t: Translator) -> Block:
    return b.confirmation(t("Post it?"), t("Everybody can read it at once."), t("Approve and post"), t("Cancel"))


def in_place_of(before: str, t: Translator) -> Block | None:
    """Say which words an edit replaces."""
    return b.context(t("✏️ In place of: {words}", words=quoted(escape(before, WORDS), t))) if before else None


def _one(update: PublicUpdate, live: Live, t: Translator) -> list[Block]:
    _, _, handle = update.account.partition(":")
    network = live.networks.get(update.account, "")
    at = update.sent_at or update.at
    about = {
        "account": f"@{escape(handle, 40)}",
        "network": network,
        "person": person(update.by),
        "approver": person(update.approved_by or ""),
        "reason": reason(update.error, network, t),
        "posted": t("posted at {time}", time=moment(at, live.at)),
    }
    with_it = picture.shown_with(update.picture, t)
    instead = in_place_of(next((one.text for one in live.updates if one.id == update.edits), ""), t)
    beside = [block for block in (instead, with_it) if block]
    words = [rich.quotation(cut(update.text, WORDS), WORDS), *beside]
    if update.state is None:
        said = t("📣 Public update of {account} by {person}, waits for a second person:", **about)
        sure = sure_to_post(t)
        row = b.actions(
            b.button(t("Approve and post"), "update_approve", update.id, confirm=sure),
            b.button(t("Withdraw"), "update_withdraw", update.id),
        )
        return [b.section(said), *words, *([row] if row else [])]
    said = t(_STATES.get(update.state, _STATES[ReplyState.SENT]), **about)
    if update.state is ReplyState.QUEUED and (why := delay(update.error, network, t)):
        said = f"{said} {why}."
    if update.state is ReplyState.SENT and update.url:
        said = f"{said} {link(update.url, t('See it on {network}', network=network))}"
    blocks = [b.section(said), *words]
    if update.state is ReplyState.UNKNOWN:
        row = b.actions(
            b.button(t("It was posted"), "update_posted", update.id),
            b.button(t("Post again"), "update_again", update.id),
        )
        blocks += [row] if row else []
    if update.id in live.editable:
        row = b.actions(b.button(t("Edit"), "update_edit", update.id))
        blocks += [row] if row else []
    return blocks
