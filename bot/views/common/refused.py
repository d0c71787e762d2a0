"""The words for every refusal, and what to do about it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from bot.domain.common.errors import RefusalCode, Refused
from bot.platform.i18n import N_, Translator
from bot.views.common import blocks as b
from bot.views.common.blocks import Block, SlackMessage
from bot.views.common.reasons import reason
from bot.views.common.text import code, escape, line, moment, person, quoted

WORDS = {
    RefusalCode.TAKEN: N_("{owner} claimed #{thread} at {since}."),
    RefusalCode.YOURS: N_("#{thread} is already yours."),
    RefusalCode.UNOWNED: N_("Nobody has claimed #{thread} yet. Claim it first."),
    RefusalCode.NOT_YOURS: N_("#{thread} is with {owner} (since {since}). Take it over first, or ask them."),
    RefusalCode.CLOSED: N_("#{thread} is closed: {reason}. To go on, reopen it from the menu on its card."),
    RefusalCode.ERASED: N_("#{thread} was erased at the customer's request."),
    RefusalCode.MUTED: N_("The author of #{thread} is muted already."),
    RefusalCode.NOT_MUTED: N_("The author of #{thread} is not muted."),
    RefusalCode.MUTE_TOO_LONG: N_("A mute lasts at least an hour and at most {longest} days, such as “30d”."),
    RefusalCode.UNKNOWN_LABEL: N_("“{name}” is no label of this desk. Its labels: {labels}"),
    RefusalCode.NO_LABELS: N_("This desk has no labels. Your admin can add them to `webcare.toml`."),
    RefusalCode.NO_INCIDENT: N_("There is no open incident “{name}” at this desk."),
    RefusalCode.WHICH_INCIDENT: N_("Which one? Add its number: {incidents}"),
    RefusalCode.INCIDENT_CLOSED: N_("The incident “{incident}” is closed."),
    RefusalCode.INCIDENT_NAME_MISSING: N_('What is going on? Add it in quotes: incident open "power cut"'),
    RefusalCode.INCIDENT_OPEN: N_("An incident “{name}” is open already."),
    RefusalCode.NOT_IN_INCIDENT: N_("#{thread} is not in incident {incident} any more."),
    RefusalCode.NOTHING_TO_CLAIM: N_("Nothing of “{incident}” is unclaimed."),
    RefusalCode.ALL_TOLD: N_("Everybody who asked about “{incident}” has been told."),
    RefusalCode.TOLD_BY_COLLEAGUES: N_(
        "What is left of “{incident}” is with colleagues, or cannot be answered. Its message has the numbers."
    ),
    RefusalCode.LINE_CHANGED: N_(
        "That was not done: somebody has approved or changed it meanwhile. Please read it again."
    ),
    RefusalCode.LINE_TOO_LONG: N_("Not saved: it has {used} characters, and {limit} fit. Please remove {over}."),
    RefusalCode.NO_ACCOUNT: N_("No account of this desk can post. Please ask your admin."),
    RefusalCode.LEADS_ONLY: N_(
        "Only a lead, or somebody with the role `configure`, can do this. Please ask your lead."
    ),
    RefusalCode.NOT_PERSONAL: N_("Not sent: this is the agreed line as it stands. Please make it personal first."),
    RefusalCode.DEALT_WITH: N_("{owner} has dealt with this already."),
    RefusalCode.NO_MORE_TIME: N_("You have put the reminder of #{thread} off twice. Please reply, or release it."),
    RefusalCode.NOTHING_PROMISED: N_("Nothing is promised in #{thread}."),
    RefusalCode.NOT_SNOOZED: N_("#{thread} is not snoozed."),
    RefusalCode.TIME_UNREADABLE: N_(
        "{piece} is not a time. Please begin with one like “tomorrow 09:00”, “monday”, “17:00” or “2h”. Did you mean "
        "{meant}?"
    ),
    RefusalCode.TIME_PAST: N_(
        "{piece} is in the past. Allowed is any time from now to a year ahead. Did you mean {meant}?"
    ),
    RefusalCode.TIME_TOO_FAR: N_(
        "{piece} is more than a year ahead. Allowed is any time from now to a year ahead, so up to {meant}."
    ),
    RefusalCode.ANSWERED: N_("#{thread} is already answered."),
    RefusalCode.WAITING: N_("#{thread} is already open: the customer is waiting."),
    RefusalCode.REPLY_ON_ITS_WAY: N_("A reply to #{thread} is on its way. Please wait until it has arrived."),
    RefusalCode.AWAITS_APPROVAL: N_("A reply to #{thread} awaits approval since {since}. It can be taken back first."),
    RefusalCode.DRAFT_GONE: N_("This draft to #{thread} is gone: it was sent, or it is no longer kept."),
    RefusalCode.LOOKED_AT: N_("The reply to #{thread} needs nobody's approval any more."),
    RefusalCode.PROMISE_PASSED: N_(
        "The reply to #{thread} promises something for a time that has passed. Edit it, or return it."
    ),
    RefusalCode.MERGED: N_("#{thread} was merged into #{into}. Please go on there."),
    RefusalCode.NOT_ONE_CUSTOMER: N_(
        "#{thread} and #{into} cannot be merged: that takes one customer and one account."
    ),
    RefusalCode.ONLY_DESK: N_("There is no other desk to move it to."),
    RefusalCode.UNKNOWN_DESK: N_("There is no other desk called “{name}”. Choose one of: {desks}"),
    RefusalCode.CARD_ON_ITS_WAY: N_("The card of #{thread} is just being posted. Please try again in a moment."),
    RefusalCode.SAME_DESK: N_("#{thread} is with that desk already."),
    RefusalCode.PRIVATE_AND_PUBLIC: N_("One of #{thread} and #{into} is private, so they stay apart."),
    RefusalCode.TWO_OWNERS: N_("#{thread} and #{into} have different owners. Who keeps the merged thread?"),
    RefusalCode.NOT_MERGED: N_("#{thread} is not merged with anything."),
    RefusalCode.MERGE_TOO_OLD: N_("#{thread} was merged into #{into} more than a day ago; that stays."),
    RefusalCode.NOTHING_UNCLAIMED: N_("Every thread waiting here has an owner."),
    RefusalCode.STILL_CLAIMING: N_(
        "What you just claimed is about to be shown to you. This extra tap claimed nothing more."
    ),
    RefusalCode.UNKNOWN_REPLY: N_(
        "We don't know whether the last reply to #{thread} arrived. Please decide that on its card first."
    ),
    RefusalCode.DECIDED: N_("A colleague already decided this for #{thread}."),
    RefusalCode.REASON_MISSING: N_("Please say why, so that a colleague can understand it later."),
    RefusalCode.NOTE_MISSING: N_("What is to be noted? Add it after the number: note 1042 words"),
    RefusalCode.NAMES_CUSTOMER: N_(
        "Not saved: anybody may read this line. Name no customer and repeat none of their words."
    ),
    RefusalCode.WORD_UNFIT: N_("Only single words of at most 40 characters can be added."),
    RefusalCode.WHY_MISSING: N_("Please say why you are escalating."),
    RefusalCode.UNCONFIRMED: N_("Not sent: the text names somebody who has no part in #{thread}."),
    RefusalCode.NETWORK_REFUSES: N_("You can't answer #{thread} from here: {refusal}. Its card links to the post."),
    RefusalCode.CHANGED: N_("Not sent: something in #{thread} has changed. Please look at its card again."),
    RefusalCode.EMPTY: N_("There is nothing to send: the text is empty."),
    RefusalCode.TOO_LONG: N_(
        "Not sent: with the signature it has {used} characters, and {limit} fit. Please remove {over}."
    ),
    RefusalCode.INVALID_CHARACTER: N_(
        "Not sent: {network} does not accept the character {character}. Please remove it."
    ),
    RefusalCode.SLACK_NOTATION: N_("Nobody outside Slack can read {piece}. Please write it another way."),
    RefusalCode.NO_PICTURES: N_("Not sent: a post on {network} can't show a picture. Please take it out."),
    RefusalCode.PICTURE_MISSING: N_(
        "Not sent: there is a description, but no picture. Choose one, or empty this field."
    ),
    RefusalCode.PICTURE_UNFIT: N_(
        "Not sent: “{name}” is no picture that can be posted. Choose a JPEG, PNG or WebP file."
    ),
    RefusalCode.PICTURE_TOO_LARGE: N_("Not sent: the picture is larger than {limit} MB. Choose a smaller one."),
    RefusalCode.ALT_MISSING: N_("Not sent: please say what the picture shows, for those who can't see it."),
    RefusalCode.ALT_TOO_LONG: N_("Not sent: this has {used} characters, and {limit} fit. Please remove {over}."),
    RefusalCode.NO_ROOM: N_("There is no room for this answer beside what you typed. Please remove some of it."),
    RefusalCode.RATINGS_OFF: N_(
        "Customers can't be asked here yet. Your admin can set `public_url` in `webcare.toml`."
    ),
    RefusalCode.ASKED_ALREADY: N_("This customer was asked at {since}; once a month is enough."),
    RefusalCode.NO_PRIVATE_LINK: N_("The account of #{thread} has no link to a private message."),
    RefusalCode.HIDDEN_ALREADY: N_("The newest post in #{thread} is hidden already."),
    RefusalCode.NOT_HIDDEN: N_("Nothing in #{thread} is hidden."),
    RefusalCode.CANNOT_HIDE: N_("What is written in #{thread} can't be hidden on {network} from here."),
    RefusalCode.CANNOT_LIKE: N_("This post can't be liked from here."),
    RefusalCode.CANNOT_TAKE_BACK: N_("#{thread} has no answer that can be taken back on {network} from here."),
    RefusalCode.TAKE_BACK_LATE: N_(
        "The answer to #{thread} was sent more than {within} ago, so it stays. Please correct it with another one."
    ),
    RefusalCode.TAKEN_BACK: N_("{owner} already had the answer to #{thread} taken back, at {since}."),
    RefusalCode.NOT_YOUR_ANSWER: N_("Only {owner} or a lead can take this answer to #{thread} back."),
    RefusalCode.UNCHANGED: N_(
        "Not sent: this is the knowledge bank's answer as it stands. Make it your own, for example this sentence: "
        "“{name}”"
    ),
    RefusalCode.UNKNOWN_ENTRY: N_("This entry is no longer in the knowledge bank."),
    RefusalCode.NOT_ANSWERED: N_("#{thread} has no answer yet that the knowledge bank could keep."),
    RefusalCode.ENTRY_EMPTY: N_("Please write both a question and its answer."),
    RefusalCode.DAY_PAST: N_("That day is over. Please choose a later one, or none."),
    RefusalCode.NO_AGENT: N_("Please choose a colleague who answers customers at this desk."),
    RefusalCode.TOO_LATE: N_("Too late to undo: the reply to #{thread} was already sent."),
    RefusalCode.NOTHING_TO_UNDO: N_("There is nothing to undo: you have no reply that is still waiting to be sent."),
    RefusalCode.NOBODY_TO_ESCALATE_TO: N_(
        "This desk has no other lead or team to escalate to. Your admin can add one."
    ),
    RefusalCode.UNKNOWN_TARGET: N_("This desk cannot escalate to “{name}”."),
    RefusalCode.UNKNOWN_THREAD: N_("There is no #{number} here."),
    RefusalCode.UNKNOWN_PERSON: N_("Nobody called “{name}” is known here."),
    RefusalCode.SAME_PERSON: N_("They are one customer already. Open the page again to see it."),
    RefusalCode.NOT_JOINED: N_("Nothing to split: this account is on its own already."),
    RefusalCode.TERMS_FORBID: N_("Not joined: {network} does not allow to match its users with other networks."),
    RefusalCode.NO_CRM: N_("There is no CRM to open a ticket in; your admin can set `[crm]` in webcare.toml."),
    RefusalCode.TICKET_ASKED: N_("There is a ticket about #{thread} already, or it is being opened."),
    RefusalCode.NO_CUSTOMER: N_("This message is not about one customer. Please choose it on a card."),
    RefusalCode.SEVERAL_PEOPLE: N_("Several people have used the name “{name}”. Please choose one."),
    RefusalCode.UNKNOWN_COMMAND: N_("“{word}” is not a command. Type “help” to see them all."),
    RefusalCode.NUMBER_MISSING: N_("Which one? Add the number on its card: {command} 1042"),
    RefusalCode.TOO_MANY_NUMBERS: N_("Nothing done: that is more than {limit} numbers at once."),
    RefusalCode.HANDLE_MISSING: N_("Whose? Add the number on a card, or a customer's name: {command} @handle"),
    RefusalCode.NOTHING_FOUND: N_("Nothing was found for “{name}”."),
    RefusalCode.WORDS_MISSING: N_("What are you looking for? Add a name or words: {command} order number"),
    RefusalCode.NOT_A_NUMBER: N_("“{word}” is not a number. Every card has one, such as 1042."),
    RefusalCode.SETTING_CHANGED: N_("Not saved: {owner} changed this at {since}. Please look at it again."),
    RefusalCode.NEVER_OPENS: N_("Not saved: with what is set now, the desk would never open."),
    RefusalCode.SETTING_IN_FILE: N_("Not saved: this is set in `webcare.toml`, so it can only be changed there."),
    RefusalCode.NOT_AN_APPROVER: N_("At this desk, leads and approvers look at what colleagues wrote. Please ask one."),
    RefusalCode.OWN_WORDS: N_("You wrote this yourself: a colleague has to look at it."),
    RefusalCode.NOT_ALLOWED: N_("You don't have the role for this at this desk. Please ask your lead."),
    RefusalCode.GUEST: N_("Guests don't answer customers here. Your admin can name them in the desk's settings."),
    RefusalCode.STRANGER: N_(
        "Members of another organisation don't answer customers here. Your admin can name them in the desk's settings."
    ),
    RefusalCode.BOT: N_("A bot can't answer customers. Please choose a colleague."),
    RefusalCode.DEACTIVATED: N_("This account in Slack is deactivated. Please choose somebody else."),
    RefusalCode.OUTSIDE_CHANNEL: N_("Whoever owns #{thread} must be in the desk's channel."),
    RefusalCode.CANNOT_ANSWER: N_("Whoever owns #{thread} needs the roles to claim and to reply at this desk."),
    RefusalCode.ROLE_UNKNOWN: N_(
        "We couldn't check your permissions with Slack. Try again in a moment; if it keeps failing, ask your admin."
    ),
    RefusalCode.REPEATED: N_("That was already done."),
    RefusalCode.NOT_SAVED: N_("Not saved. Please try again."),
    RefusalCode.OUTDATED: N_(
        "That belongs to another version of the desk, so nothing was done. Use the buttons on its card, or type "
        "“{command} help”."
    ),
    RefusalCode.NOT_OPENED: N_("Slack did not open the window. Please try again."),
    RefusalCode.BROKEN: N_("Sorry, that went wrong. If it happens again, give your admin this reference: {reference}"),
}
"""The words for each code. A test fails if a code is missing here."""

_WITH_NEAREST = {
    RefusalCode.UNKNOWN_COMMAND: N_("“{word}” is not a command. Did you mean “{nearest}”?"),
    RefusalCode.UNKNOWN_LABEL: N_("“{name}” is no label of this desk. Did you mean “{nearest}”?"),
}
_WITHOUT = {  # that detail, and what is said then
    RefusalCode.CLOSED: (
        "reason",
        N_("The customer deleted what they wrote, so there is nothing left to answer in #{thread}."),
    ),
    RefusalCode.NO_INCIDENT: ("name", N_("No incident is open at this desk.")),
    RefusalCode.NOT_IN_INCIDENT: ("incident", N_("#{thread} is in no incident.")),
    RefusalCode.DEALT_WITH: ("owner", N_("Somebody has dealt with this already, or it is no longer there.")),
    RefusalCode.NOT_YOUR_ANSWER: ("owner", N_("Only a lead can take this answer to #{thread} back.")),
}
_OTHER = N_("That is not possible now.")
_ON_ITS_WAY = N_("Too late to undo: the reply to #{thread} is on its way.")
_TOO_LATE = {  # by the state that the reply has come to
    "awaiting_approval": N_("The reply to #{thread} still awaits approval: whoever wrote it can take it back."),
    "returned": N_("There is nothing to undo: the reply to #{thread} was returned."),
    "cancelled": N_("The reply to #{thread} was stopped before: it was not sent."),
    "rejected": N_("There is nothing to undo: the reply to #{thread} was not sent."),
    "taken_back": N_("There is nothing to undo: the reply to #{thread} was taken back."),
    "came_back": N_("There is nothing to undo: the reply to #{thread} came back."),
    "sending": _ON_ITS_WAY,
    "continuing": _ON_ITS_WAY,
    "verifying": _ON_ITS_WAY,
    "retry_requested": _ON_ITS_WAY,
    "unknown": N_(
        "Too late to undo: nobody knows yet whether the reply to #{thread} arrived. Please decide on its card."
    ),
}

_LOOKED_AT = {  # by what a colleague did who was faster
    "approved": N_("{owner} already approved the reply to #{thread}, at {since}."),
    "edited": N_("{owner} already approved the reply to #{thread} with an edit, at {since}."),
    "returned": N_("{owner} already returned the reply to #{thread}, at {since}."),
    "taken_back": N_("{owner} took the reply to #{thread} back, at {since}."),
}


def refused(refusal: Refused, at: datetime, t: Translator) -> SlackMessage:
    """Answer the person who acted at `at`. The detail `text`, if any, is what they wrote; it is given back."""
    details = refusal.details
    text = sentence(refusal, at, t)
    kept = [b.section(t("Your text:")), *b.literally(str(details["text"]))] if details.get("text") else []
    steps = b.actions(_take_over(refusal, t), _claim_next(refusal, t), _mend(refusal, t))
    return b.message(text, b.section(text), *kept, steps)


def notice(refusal: Refused, at: datetime, t: Translator) -> Block:
    """Give the same answer as a block for the top of the refused modal, which still holds their text."""
    return b.section(f"⚠️ {sentence(refusal, at, t)}", _take_over(refusal, t))


def sentence(refusal: Refused, at: datetime, t: Translator) -> str:
    """Say why not, as mark-up."""
    return t(_words(refusal), **_shown(refusal, at, t))


def field_error(refusal: Refused, at: datetime, t: Translator) -> str:
    """Say what is wrong with a modal's field. Slack shows such an error as plain text."""
    typed = {name: line(value, 300) for name, value in refusal.details.items() if name in ("piece", "name", "meant")}
    typed |= {"meant": t(_EXAMPLE)} if typed.get("meant") == _EXAMPLE else {}
    typed |= {name: quoted(typed[name], t) for name in ("piece", "meant") if name in typed}
    return t(_words(refusal), **(_shown(refusal, at, t) | typed))


_EXAMPLE = N_("tomorrow 09:00")  # what `said` offers where nothing nearer can be


def _take_over(refusal: Refused, t: Translator) -> Block | None:
    """Offer to take over what a colleague owns, but not to who lost a race for it."""
    details = refusal.details
    owned = details.get("owner") and details.get("thread")
    if refusal.code in (RefusalCode.TAKEN, RefusalCode.NOT_YOURS) and owned and details.get("action") != "claim":
        return b.button(t("Take over"), "take_over", details["thread"])
    return None


def _claim_next(refusal: Refused, t: Translator) -> Block | None:
    if refusal.code is RefusalCode.TAKEN and refusal.details.get("thread"):
        return b.button(t("Claim next waiting"), "claim_next_waiting", refusal.details["thread"])
    return None


def _mend(refusal: Refused, t: Translator) -> Block | None:
    """Offer the reply form, which holds the refused text, if the detail `mend` names the thread."""
    thread = refusal.details.get("mend")
    return b.button(t("Reply"), "reply", thread, style="primary") if thread else None


def _words(refusal: Refused) -> str:
    if refusal.code in _WITH_NEAREST and refusal.details.get("nearest"):
        return _WITH_NEAREST[refusal.code]
    detail, without = _WITHOUT.get(refusal.code, ("", ""))
    if detail and not refusal.details.get(detail):
        return without
    if refusal.code is RefusalCode.TOO_LATE and refusal.details.get("thread") is None:
        return _OTHER  # even its thread is gone
    if refusal.code in (RefusalCode.TOO_LATE, RefusalCode.LOOKED_AT):
        came_to = refusal.details.get("state") or refusal.details.get("outcome") or ""
        return (_TOO_LATE if refusal.code is RefusalCode.TOO_LATE else _LOOKED_AT).get(came_to, WORDS[refusal.code])
    return WORDS.get(refusal.code, _OTHER)


def _shown(refusal: Refused, at: datetime, t: Translator) -> dict[str, str]:
    """Return the details as they appear in a sentence: members mentioned, times as Slack dates, the rest escaped."""
    shown = {name: "" if value is None else _one(name, value, at, t) for name, value in refusal.details.items()}
    if refusal.code is RefusalCode.NETWORK_REFUSES:
        shown["refusal"] = reason(refusal.details.get("reason"), shown.get("network") or t("the network"), t)
    if refusal.code in (RefusalCode.TOO_LONG, RefusalCode.LINE_TOO_LONG, RefusalCode.ALT_TOO_LONG):
        shown["over"] = t.number(refusal.details["used"] - refusal.details["limit"])
    return shown


def _one(name: str, value: Any, at: datetime, t: Translator) -> str:
    match name, value:
        case _, datetime():
            return moment(value, at)
        case _, timedelta():
            return t.duration(value)
        case "owner", str():
            return person(value)
        case (("piece" | "meant"), str()):
            return code(t(value) if value == _EXAMPLE else value, 300)
        case (("used" | "limit"), int()):
            return t.number(value)
    return escape(", ".join(value), 600) if name in ("labels", "incidents", "desks") else escape(str(value), 300)
