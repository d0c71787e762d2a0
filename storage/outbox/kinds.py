"""The kinds of message in the outbox. A new kind is one line here; the rest of it is in its own wing."""

from __future__ import annotations

from enum import Flag, StrEnum, auto
from typing import Self


class Trait(Flag):
    """What the outbox itself must know about a kind."""

    NONE = 0
    LIVING = auto()  # edited as long as its thread changes
    AGEING = auto()  # shows how long there is to answer: edited in steps as time passes
    UNDER_A_CARD = auto()  # posted under its thread's card, so it waits for the card
    OVERVIEW = auto()  # shows customers and belongs to no thread: edited when anything is erased
    ONE_AT_A_TIME = auto()  # one row of a destination is in progress at a time, because others need the order
    RINGS = auto()  # reminds colleagues: posted while their desk is open, however late it comes to that
    SURVIVES_ERASURE = auto()  # still delivered after its thread was erased, because it names no customer


class MessageKind(StrEnum):
    """The kinds. Their values are stored, so they never change. By default a message is erased with its thread."""

    CARD = "card", Trait.LIVING | Trait.AGEING | Trait.SURVIVES_ERASURE  # a thread, in its desk's channel
    CARD_LEFT = (
        "card_left",
        Trait.LIVING | Trait.SURVIVES_ERASURE,
    )  # is left where a card was
    NOTE = "note", Trait.UNDER_A_CARD | Trait.SURVIVES_ERASURE  # tells a colleague that a thread changed hands
    FOLLOW_UP = "follow_up", Trait.LIVING | Trait.UNDER_A_CARD  # tells that a customer wrote again
    SNOOZE_OVER = "snooze_over", Trait.LIVING | Trait.UNDER_A_CARD | Trait.RINGS  # tells that a snooze is over
    PROMISE_NAG = "promise_nag", Trait.LIVING | Trait.UNDER_A_CARD | Trait.RINGS  # reminds of a promise to the customer
    SAID = "said", Trait.LIVING | Trait.UNDER_A_CARD  # a colleague's own words for a thread's owner
    ESCALATION = "escalation", Trait.LIVING | Trait.AGEING  # a thread, where somebody was asked for help with it
    ESCALATION_NAG = "escalation_nag", Trait.LIVING | Trait.RINGS  # reminds whoever was asked for help
    SAID_DIRECTLY = "said_directly", Trait.LIVING  # a colleague's own words, in a direct message
    MODAL = "modal", Trait.SURVIVES_ERASURE  # takes a customer's deleted words out of a modal that an agent has open
    NAG = "nag", Trait.LIVING | Trait.UNDER_A_CARD | Trait.RINGS  # reminds the owner of one wait, or the channel
    RESOLUTION_NAG = "resolution_nag", Trait.LIVING | Trait.UNDER_A_CARD | Trait.RINGS  # reminds of a long case
    NAG_ELSEWHERE = "nag_elsewhere", Trait.LIVING | Trait.RINGS  # reminds another channel than the desk's of one wait
    LEAD = "lead", Trait.LIVING  # told a lead of one missed target, until there were late lists
    LATE_LIST = "late_list", Trait.RINGS  # lists for a lead what is late at a desk
    SHIFT = "shift", Trait.OVERVIEW | Trait.RINGS  # hands over at a shift change what is open
    ABSENCE = "absence", Trait.RINGS  # tells the channel that an owner is away, and what is the team's again
    REMINDERS = "reminders", Trait.RINGS  # several reminders for one recipient
    REPLY = "reply", Trait.ONE_AT_A_TIME  # a reply to a customer, sent to its network
    PUBLIC_UPDATE = "public_update", Trait.ONE_AT_A_TIME  # what an account tells everybody about an incident
    LOOK_UP = "look_up", Trait.ONE_AT_A_TIME  # looks once more whether an undecided reply has arrived
    APPROVAL = "approval", Trait.LIVING  # asks a colleague to look at a reply before it goes
    APPROVAL_HERE = "approval_here", Trait.LIVING | Trait.UNDER_A_CARD  # asks the channel to
    LOOK = "look", Trait.LIVING | Trait.UNDER_A_CARD  # shows a draft to a colleague, then what they suggest
    TELL_EDITED = "tell_edited"  # shows a reply's author how a colleague changed it
    TELL = "tell"  # tells a reply's author what became of it
    HOME = "home", Trait.OVERVIEW  # an agent's App Home, shown anew while they may have it open
    BACKLOG = "backlog", Trait.OVERVIEW  # lists what waits while cards come faster than Slack takes them
    VOLUME_SPIKE = "volume_spike", Trait.OVERVIEW  # tells a lead of unusually many mentions
    INCIDENT_APPROVAL = "incident_approval"  # asks a lead to approve an incident's line or public update
    INCIDENT = "incident"  # shows how an incident stands, in its desk's channel, and no customer's words
    DESTINATION = "destination"  # tells a lead that a channel or a member takes nothing, or does again
    FEED = "feed"  # tells the channel that an account cannot be read, or can again
    FOUND = "found", Trait.OVERVIEW | Trait.RINGS  # lists what was found in an hour, for somebody to say what it is
    LISTENING = "listening"  # tells a lead that a rule of listening finds too much, or cannot be read
    SET_ASIDE = "set_aside", Trait.OVERVIEW  # tells the channel of a post that could not be stored
    ROSTER = "roster"  # tells a lead that a roster cannot be read, can be again, or names people in vain
    CRM = "crm"  # tells a lead that the CRM does not answer, or does again
    STANDUP = "standup"  # the figures of yesterday
    FEEDBACK = "feedback", Trait.OVERVIEW  # what customers said in a week, by label
    BANK_REVIEW = "bank_review", Trait.RINGS | Trait.OVERVIEW  # asks who keeps answers whether they are still right
    SPEND = "spend"  # tells a lead, at the time of the standup, what the networks cost
    BUDGET = "budget"  # tells a lead that the networks have nearly, or all, cost what they may this month
    WEBHOOK = "webhook", Trait.ONE_AT_A_TIME  # tells another system what happened to a thread
    TASK = "task"  # slow work outside a click
    SWEEP = "sweep", Trait.SURVIVES_ERASURE  # removes a message that may be in Slack twice

    traits: Trait

    def __new__(cls, value: str, traits: Trait = Trait.NONE) -> Self:
        kind = str.__new__(cls, value)
        kind._value_ = value
        kind.traits = traits
        return kind

    @classmethod
    def having(cls, trait: Trait) -> tuple[MessageKind, ...]:
        return tuple(kind for kind in cls if trait in kind.traits)
