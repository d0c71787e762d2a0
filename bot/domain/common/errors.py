"""The one way in which a rule refuses an action, and what is said of something that is no longer there."""

from __future__ import annotations

from enum import StrEnum
from typing import Any


class RefusalCode(StrEnum):
    """Why an action is refused. bot/views/common/refused.py has the words for each code."""

    # Ownership.
    TAKEN = "taken"  # by a colleague; `owner` and `since` say whose it is
    YOURS = "yours"  # already
    UNOWNED = "unowned"
    NOT_YOURS = "not_yours"  # only its owner may do this

    # A thread's state. The first three are values of `thread.State`.
    CLOSED = "closed"
    ANSWERED = "answered"
    WAITING = "waiting"  # there is nothing to reopen
    ERASED = "erased"
    MERGED = "merged"  # into another thread; `into` says which
    NOT_ONE_CUSTOMER = "not_one_customer"  # only threads of one customer, account and desk can be merged
    CARD_ON_ITS_WAY = "card_on_its_way"  # to Slack
    SAME_DESK = "same_desk"  # to which a thread was to be moved
    ONLY_DESK = "only_desk"  # there is no other one to move a thread to
    UNKNOWN_DESK = "unknown_desk"  # no desk has that `name`; `desks` are all others
    PRIVATE_AND_PUBLIC = "private_and_public"  # of two threads to be merged
    TWO_OWNERS = "two_owners"  # of two threads to be merged; `owners` are they
    NOT_MERGED = "not_merged"
    MERGE_TOO_OLD = "merge_too_old"  # to undo it
    NOTHING_UNCLAIMED = "nothing_unclaimed"
    MUTED = "muted"  # their author is muted already
    NOT_MUTED = "not_muted"
    MUTE_TOO_LONG = "mute_too_long"
    UNKNOWN_LABEL = "unknown_label"  # `name` is none of the desk's `labels`, `nearest` is what was probably meant
    NO_LABELS = "no_labels"  # this desk has none
    NO_INCIDENT = "no_incident"  # is open at this desk, or has this number
    WHICH_INCIDENT = "which_incident"  # of several that are open; `incidents` are their numbers and names
    INCIDENT_CLOSED = "incident_closed"  # `incident` is its name
    INCIDENT_NAME_MISSING = "incident_name_missing"
    INCIDENT_OPEN = "incident_open"  # one of that name is open already
    NOT_IN_INCIDENT = "not_in_incident"  # the thread was not put into one
    NOTHING_TO_CLAIM = "nothing_to_claim"  # of an incident
    ALL_TOLD = "all_told"  # everybody who asked about an incident
    TOLD_BY_COLLEAGUES = "told_by_colleagues"  # who own what is left of an incident, or are writing
    LINE_CHANGED = "line_changed"  # since whoever approves or replaces it saw it
    LINE_TOO_LONG = "line_too_long"  # for the message that shows it or an account; `used` and `limit` are characters
    NO_ACCOUNT = "no_account"  # of the desk can post
    LEADS_ONLY = "leads_only"
    NOT_PERSONAL = "not_personal"  # the reply is nothing but the agreed line of an incident
    DEALT_WITH = "dealt_with"  # what was found; `owner` is who did, None where it is simply no longer there
    NO_MORE_TIME = "no_more_time"  # the owner has put the reminder off as often as they may
    NOTHING_PROMISED = "nothing_promised"
    NOT_SNOOZED = "not_snoozed"  # there is nothing to wake
    STILL_CLAIMING = "still_claiming"  # what this agent has just claimed is not shown to them yet

    # Replies.
    REPLY_ON_ITS_WAY = "reply_on_its_way"
    AWAITS_APPROVAL = "awaits_approval"  # the reply that was written; `since` when
    DRAFT_GONE = "draft_gone"  # which a colleague was to look at: it was sent, or is no longer kept
    LOOKED_AT = "looked_at"  # somebody was faster; `owner` who, `since` when and `outcome` what they did, if known
    PROMISE_PASSED = "promise_passed"  # the time by which a reply promises to come back; `piece` is when
    UNKNOWN_REPLY = "unknown_reply"  # nobody has decided yet whether the last one arrived
    DECIDED = "decided"  # somebody just has
    CHANGED = "changed"  # since the agent opened the reply; `draft` and `changes` say what
    UNCONFIRMED = "unconfirmed"  # its author was not asked about `names` and `findings`; `draft` is what is answered
    NETWORK_REFUSES = "network_refuses"  # the network takes no reply to this post; `reason` says why
    EMPTY = "empty"
    TOO_LONG = "too_long"
    INVALID_CHARACTER = "invalid_character"  # the network takes no text with this `character`
    NO_PICTURES = "no_pictures"  # can be shown by a post on `network`
    PICTURE_MISSING = "picture_missing"  # there is only a description
    PICTURE_UNFIT = "picture_unfit"  # the file called `name` is of another kind
    PICTURE_TOO_LARGE = "picture_too_large"  # it has more than `limit` megabytes
    ALT_MISSING = "alt_missing"  # what a picture shows
    ALT_TOO_LONG = "alt_too_long"  # likewise; `used` and `limit` are characters
    NO_ROOM = "no_room"  # in the form for a text beside what is typed
    RATINGS_OFF = "ratings_off"  # there is no page on which customers of this account could say what they think
    ASKED_ALREADY = "asked_already"  # this month, at `since`
    NO_PRIVATE_LINK = "no_private_link"  # of the thread's account
    HIDDEN_ALREADY = "hidden_already"
    NOT_HIDDEN = "not_hidden"
    CANNOT_HIDE = "cannot_hide"  # this post from here
    CANNOT_LIKE = "cannot_like"  # this post from here
    CANNOT_TAKE_BACK = "cannot_take_back"  # there is no answer that `network` would delete for us
    TAKE_BACK_LATE = "take_back_late"  # it was sent longer ago than `within`
    TAKEN_BACK = "taken_back"  # `owner` has it taken back already, since `since`
    NOT_YOUR_ANSWER = "not_your_answer"  # `owner` wrote it, if that is known
    UNCHANGED = "unchanged"  # from an answer of the knowledge bank; `name` is a sentence to make one's own
    TOO_LATE = "too_late"  # to undo it
    NOTHING_TO_UNDO = "nothing_to_undo"

    # What was typed or chosen.
    SLACK_NOTATION = "slack_notation"  # `piece` means something in Slack only
    REASON_MISSING = "reason_missing"  # for a close, a take-over or a snooze
    TIME_UNREADABLE = "time_unreadable"  # `piece` is what was typed for a time, `meant` what probably was meant
    TIME_PAST = "time_past"  # likewise
    TIME_TOO_FAR = "time_too_far"  # likewise
    NOTE_MISSING = "note_missing"
    WHY_MISSING = "why_missing"  # for an escalation
    NOBODY_TO_ESCALATE_TO = "nobody_to_escalate_to"
    UNKNOWN_TARGET = "unknown_target"  # of an escalation
    UNKNOWN_THREAD = "unknown_thread"  # no such number, or one that may not be seen from here
    UNKNOWN_PERSON = "unknown_person"
    SAME_PERSON = "same_person"  # these two are one customer already
    NOT_JOINED = "not_joined"  # the identity is no part of a customer with others any more
    TERMS_FORBID = "terms_forbid"  # `network` does not allow to join its people with those of another
    NO_CRM = "no_crm"  # the config names none
    TICKET_ASKED = "ticket_asked"  # there is one about this thread, or soon will be
    NO_CUSTOMER = "no_customer"  # in the message of which somebody asked who it is about
    SEVERAL_PEOPLE = "several_people"  # have used this handle; `people` are they
    NOTHING_FOUND = "nothing_found"  # by a search
    WORDS_MISSING = "words_missing"  # to search for
    UNKNOWN_COMMAND = "unknown_command"
    NUMBER_MISSING = "number_missing"
    TOO_MANY_NUMBERS = "too_many_numbers"
    HANDLE_MISSING = "handle_missing"
    NOT_A_NUMBER = "not_a_number"

    NAMES_CUSTOMER = "names_customer"  # a line that anybody may read has a handle, or a customer's name or words

    WORD_UNFIT = "word_unfit"  # to be added to our words
    # The knowledge bank.
    UNKNOWN_ENTRY = "unknown_entry"  # no such number, withdrawn, or one that may not be seen from here
    NOT_ANSWERED = "not_answered"  # so there is nothing to learn
    ENTRY_EMPTY = "entry_empty"
    DAY_PAST = "day_past"
    NO_AGENT = "no_agent"  # who shall own an entry

    SETTING_CHANGED = "setting_changed"  # by `owner` since this form was opened
    NEVER_OPENS = "never_opens"  # the desk, with these settings
    SETTING_IN_FILE = "setting_in_file"  # which is not changed from Slack

    # Roles.
    NOT_ALLOWED = "not_allowed"
    NOT_AN_APPROVER = "not_an_approver"  # of what colleagues wrote
    OWN_WORDS = "own_words"  # nobody is the second pair of eyes for what they wrote themselves
    GUEST = "guest"  # of the workspace, whom the config does not name
    STRANGER = "stranger"  # a member of another organisation, likewise
    BOT = "bot"  # can own nothing
    DEACTIVATED = "deactivated"  # likewise
    OUTSIDE_CHANNEL = "outside_channel"  # who owns a thread must see its card
    CANNOT_ANSWER = "cannot_answer"  # who owns a thread must have the roles for it
    ROLE_UNKNOWN = "role_unknown"  # Slack has not told yet who is in a user group

    # What went wrong on the way.
    REPEATED = "repeated"  # Slack sent the same request again
    NOT_SAVED = "not_saved"  # the database could not be reached in time
    OUTDATED = "outdated"  # a button, modal or shortcut of another version of the desk
    NOT_OPENED = "not_opened"  # Slack did not open a modal
    BROKEN = "broken"  # an error of ours; `reference` finds it in the log


class Refused(Exception):
    """An action that the rules do not allow now.

    `code` names the reason and `details` holds what the agent needs to know.
    """

    def __init__(self, code: RefusalCode, **details: Any) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


class Later(Exception):
    """Slow work cannot be done now; it is to be tried again after so many seconds."""

    def __init__(self, code: str, seconds: float) -> None:
        super().__init__(code)
        self.code = code
        self.seconds = seconds


class Gone(LookupError):
    """A desk, a row or whatever else was asked for is no longer there."""
