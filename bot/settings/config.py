"""The shape of webcare.toml: every key, its allowed values and its default."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, time, timedelta
from functools import cached_property
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from bot.domain.cases.labels import named, nearest
from bot.domain.cases.routing import Route
from bot.domain.clock.calendar import Calendar
from bot.domain.clock.hours import OpeningTimes, require_open
from bot.domain.clock.ladder import RECIPIENTS, REPEATS, Step, written
from bot.domain.clock.target_rules import TargetRule
from bot.domain.customers.customer import INBOUND
from bot.domain.customers.last_resort import Signal
from bot.domain.customers.reference_numbers import Pattern
from bot.domain.listening.rule import Rule
from bot.domain.replies.mandate import Mandate as ReplyMandate
from bot.domain.reports.webhook import HookEvent
from bot.networks import SPECS
from bot.networks.base import Search
from bot.networks.inbound.mapping import Map
from bot.networks.spec import NetworkSpec
from bot.platform.proof import WITH_A_HEADER, Proof, Way
from bot.settings import values
from bot.settings.values import ANY_SIGNAL


class Table(BaseModel):
    """A table of the file: frozen, and closed to unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class TargetsConfig(Table):
    """The agreed response times, within opening hours, and the share of them after which the first reminder comes."""

    first_response: values.Duration = timedelta(minutes=60)
    next_response: values.Duration = timedelta(hours=2)
    resolution: values.Duration | None = None
    escalation: values.Duration = timedelta(minutes=60)
    warn_at: values.Share = 0.75


class TargetsFor(Table):
    """The response times agreed for some mentions: on one network, in one language, with one label, and so on."""

    kind: values.TargetKind | None = None
    network: values.AnyNetwork | None = None
    signal: values.TargetSignal | None = None
    language: values.SpokenLanguage | None = None
    label: values.Label | None = None
    first_response: values.Duration | None = None
    next_response: values.Duration | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not any((self.kind, self.network, self.language, self.label, self.signal)):
            raise ValueError(
                'says not for which mentions: write network = "x", language = "nl", label = "…", '
                'signal = "last_resort", kind = "private", or several of these'
            )
        if self.first_response is None and self.next_response is None:
            raise ValueError('has no target: write first_response = "30m", next_response = "2h", or both')
        return self

    @property
    def rule(self) -> TargetRule:
        return TargetRule(
            self.network,
            self.language,
            self.first_response,
            self.next_response,
            self.label,
            self.signal,
            self.kind,
        )


MOST_LABELS = 99  # Slack's menus take 100 options, and one of the card's opens the form


def _in_one_menu(labels: tuple[LabelConfig, ...]) -> tuple[LabelConfig, ...]:
    if len(labels) > MOST_LABELS:
        raise ValueError(f"has {len(labels)} labels, and at most {MOST_LABELS} fit into a menu of Slack")
    return labels


class LabelConfig(Table):
    """What colleagues can say a thread is about."""

    name: values.Label


class NagConfig(Table):
    """One step of the desk's ladder. `at_most` counts repetitions, so only an "every …" takes another number."""

    at: values.NagTime
    to: values.NagRecipients
    at_most: int | None = None

    @field_validator("at_most", mode="plain")
    @classmethod
    def _at_most(cls, value: object, info: ValidationInfo) -> int:
        at = info.data.get("at")
        return values.at_most(value, repeats=at is None or at.repeats)

    @property
    def step(self) -> Step:
        """The step as the rules have it."""
        return Step(self.at.share, self.at.beyond, (self.at_most or REPEATS) if self.at.repeats else 0, self.to)


class Words(Table):
    """How the desk writes. `rather_not` says what to say instead of a word; `own` are words that are spelled right.

    `spelling` are the languages that are checked; none is checked without a dictionary on this machine.
    """

    guideline: values.Guideline = ""
    rather_not: Mapping[values.Phrase, values.Phrase] = Field(default_factory=dict)
    own: tuple[values.Phrase, ...] = ()
    spelling: tuple[values.SpokenLanguage, ...] = ()


class ReferenceConfig(Table):
    """A kind of number that customers quote, such as an order's, and where it leads. `names` are what it is called."""

    pattern: values.ReferencePattern
    url: str
    names: tuple[values.Phrase, ...] = ()

    @field_validator("url", mode="plain")
    @classmethod
    def _url(cls, value: object, info: ValidationInfo) -> str:
        return values.reference_url(value, info.data.get("pattern"))

    @property
    def as_pattern(self) -> Pattern:
        """The same as the rules have it."""
        return Pattern(self.pattern, self.url, self.names)


class LastResort(Table):
    """Further words by which customers of this desk say that a public post is their last resort, by kind of signal."""

    repeated: tuple[values.Phrase, ...] = ()
    waiting: tuple[values.Phrase, ...] = ()
    channels: tuple[values.Phrase, ...] = ()
    promise: tuple[values.Phrase, ...] = ()
    case: tuple[values.Phrase, ...] = ()
    audience: tuple[values.Phrase, ...] = ()

    @property
    def own(self) -> Mapping[Signal, tuple[str, ...]]:
        """The same by kind."""
        return {kind: getattr(self, kind) for kind in Signal}


class Team(Table):
    """Another team to which a thread can be escalated."""

    name: values.Name
    slack_channel: values.SlackChannel


class AccountConfig(Table):
    """One account on one network. `handle` has no @; `keys` is what the names of its variables begin with."""

    kind: values.NetworkKind
    handle: str
    keys: values.VariablePrefix | None = None
    poll_every: values.Duration = timedelta(seconds=15)
    look_back: values.Duration = timedelta(hours=24)
    recheck_every: values.Duration = timedelta(minutes=15)
    sweep_every: values.Duration = timedelta(minutes=5)
    sweep_back: values.Duration = timedelta(hours=6)
    likes: values.YesNo = False
    private_link: values.SafeAddress | None = None

    @field_validator("handle", mode="plain")
    @classmethod
    def _handle(cls, value: object, info: ValidationInfo) -> str:
        spec = SPECS.get(info.data.get("kind", ""))
        return values.handle(value, spec) if spec else str(value)

    @property
    def key(self) -> str:
        """The key under which this account's rows are stored: "x:acme"."""
        return f"{self.kind}:{self.handle.lower()}"

    @property
    def spec(self) -> NetworkSpec:
        """The network that the account is on."""
        return SPECS[self.kind]

    @property
    def prefix(self) -> str:
        """What the names of its variables begin with: "X", or `keys`."""
        return self.keys or self.spec.prefix


class InboundMap(Table):
    """Where in a body each thing stands, in JMESPath. `each` finds several in one body; the others look into each."""

    each: values.JmesPath | None = None
    id: values.JmesPath | None = None
    conversation: values.JmesPath | None = None
    author_id: values.JmesPath | None = Field(None, alias="author.id")
    author_name: values.JmesPath | None = Field(None, alias="author.name")
    text: values.JmesPath | None = None
    at: values.JmesPath | None = None
    url: values.JmesPath | None = None
    language: values.JmesPath | None = None
    rating: values.JmesPath | None = None
    answer_url: values.JmesPath | None = None
    answer_until: values.JmesPath | None = None

    @model_validator(mode="before")
    @classmethod
    def _unquoted(cls, table: Any) -> Any:
        """Take author.id without quotation marks, which TOML reads as a table, for "author.id"."""
        author = table.get("author") if isinstance(table, dict) else None
        if not isinstance(author, dict):
            return table
        return {name: value for name, value in table.items() if name != "author"} | {
            f"author.{name}": value for name, value in author.items()
        }

    @model_validator(mode="after")
    def _finds_words(self) -> Self:
        if self.text is None and self.rating is None:
            raise ValueError('finds no words: write text = "…", the place of what the customer said')
        return self

    @property
    def expressions(self) -> dict[str, str]:
        """Those that are written, by name."""
        return self.model_dump(by_alias=True, exclude_none=True)


class InboundConfig(Table):
    """A tool that posts to /inbound/<name>, how it proves that, and where things stand in what it posts.

    `keys` is what the name of the variable with its secret begins with, if not INBOUND_<NAME>. `answer_to` are
    the only addresses to which answers may go, with all beneath them; without any, every one of the public web.
    What a `private` one posts was said to us alone, as in a form or on the telephone.
    """

    name: values.InboundName
    private: values.YesNo = False
    keys: values.VariablePrefix | None = None
    verify: values.InboundWay = Way.STANDARD
    header: values.HeaderName = ""
    encoding: values.SignatureEncoding = "hex"
    prefix: values.HeaderPrefix = ""
    answer_to: tuple[values.AnswerAddress, ...] = ()
    map: InboundMap

    @model_validator(mode="after")
    def _says_where(self) -> Self:
        wants = self.verify in WITH_A_HEADER
        if wants and not self.header:
            raise ValueError(
                f"lacks the header in which its {'signature' if self.verify is Way.HMAC else 'secret'} stands: write "
                'header = "X-Signature"'
            )
        used = {"header", "prefix"} if wants else set()
        used |= {"encoding"} if self.verify is Way.HMAC else set()
        unused = (self.model_fields_set & {"header", "prefix", "encoding"}) - used
        if unused:
            raise ValueError(
                f'has {", ".join(sorted(unused))}, which verify = "{self.verify}" does not use: leave it out'
            )
        return self

    @property
    def proof(self) -> Proof:
        """How it proves that what it posts is its own."""
        return Proof(self.verify, self.header.lower(), self.encoding, self.prefix)

    @cached_property
    def mapping(self) -> Map:
        """What reads the bodies."""
        return Map(self.name, self.map.expressions, private=self.private)

    @property
    def account(self) -> AccountConfig:
        """The same as an account, which is not written as one."""
        usual = f"{SPECS[INBOUND].prefix}_{self.name.upper().replace('-', '_')}"
        return AccountConfig.model_construct(kind=INBOUND, handle=self.name, keys=self.keys or usual)

    @property
    def variable(self) -> str:
        """The variable that holds its secret."""
        (key,) = SPECS[INBOUND].keys
        return SPECS[INBOUND].variable(self.account.prefix, key)


class ListenConfig(Table):
    """Posts on the account's network that are not addressed to it, and that have one of the `words`.

    With `ask_before_card` somebody says of each whether it becomes a card. `budget` is how many an hour may bring.
    """

    account: values.Name
    words: values.ListenedWords
    not_words: tuple[values.ListenedWord, ...] = ()
    not_from: tuple[values.Name, ...] = ()
    languages: tuple[values.SpokenLanguage, ...] = ()
    ask_before_card: values.YesNo = False
    budget: values.FindsAnHour = 60

    @field_validator("not_from", mode="after")
    @classmethod
    def _bare(cls, handles: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(handle.removeprefix("@") for handle in handles)

    def rule(self, desk: str, account: str) -> Rule:
        """The same as the rules have it."""
        return Rule(
            desk,
            account,
            self.words,
            self.not_words,
            self.not_from,
            self.languages,
            self.ask_before_card,
            self.budget,
        )


class HookConfig(Table):
    """An address that is told what happens to threads, with customers' `words` only where that is wanted."""

    url: values.SafeAddress
    events: values.HookEvents = tuple(HookEvent)
    words: values.YesNo = False


class AgentConfig(Table):
    """What the desk knows about an agent beyond their Slack profile."""

    initials: values.Initials


class Roles(Table):
    """Who may do what: Slack members (U…) and user groups (S…). An empty list means everybody; leads may do everything.

    `claim` covers release and hand over; `reply` also covers closing without a reply.
    """

    claim: tuple[values.SlackUserOrGroup, ...] = ()
    reply: tuple[values.SlackUserOrGroup, ...] = ()
    escalate: tuple[values.SlackUserOrGroup, ...] = ()
    configure: tuple[values.SlackUserOrGroup, ...] = ()

    @property
    def groups(self) -> frozenset[str]:
        """The user groups that any role names."""
        named = (*self.claim, *self.reply, *self.escalate, *self.configure)
        return frozenset(slack_id for slack_id in named if slack_id.startswith("S"))


class Mandate(Table):
    """What needs a second pair of eyes before it is sent, and whose. Without any of it everybody sends alone.

    `approvers` are those eyes, beside the leads; like those in `alone` they send all of their own alone. All that
    `trainees` write is looked at. Of everybody else's, all of it, or what has one of the labels, signals of a
    `last_resort` or words.
    """

    approvers: tuple[values.SlackUserOrGroup, ...] = ()
    alone: tuple[values.SlackUserOrGroup, ...] = ()
    trainees: tuple[values.SlackUserOrGroup, ...] = ()
    all: values.Switch = False
    labels: tuple[values.Label, ...] = ()
    last_resort: tuple[values.LastResortSignal, ...] = ()
    words: tuple[values.Phrase, ...] = ()

    @property
    def groups(self) -> frozenset[str]:
        """The user groups that it names."""
        named = (*self.approvers, *self.alone, *self.trainees)
        return frozenset(slack_id for slack_id in named if slack_id.startswith("S"))

    @property
    def rules(self) -> ReplyMandate:
        """What a reply is looked at for, as the rules have it."""
        signals = Signal if ANY_SIGNAL in self.last_resort else map(Signal, self.last_resort)
        return ReplyMandate(self.all, self.labels, frozenset(signals), self.words)


class Desk(Table):
    """One team. `standup`, `hours` and dates are local to `timezone`; `agents` are by Slack member id.

    Without `private_channel` what customers write in private has its cards beside the others. Without `hours` the clock
    runs around the clock; `open` days go before `closed` ones and `holidays`. Without `reasons`, those of *No reply
    needed* are the usual ones in the desk's language. Without `nags` the ladder of reminders is the default one.
    Whoever has a status with one of the `away` emoji is not there.
    """

    name: values.Name
    key: values.Name | None = None
    slack_channel: values.SlackChannel
    private_channel: values.SlackChannel | None = None
    leads: tuple[values.SlackUser, ...] = ()
    timezone: values.TimeZone = ZoneInfo("UTC")
    language: values.Language = "en"
    hours: values.OpeningHours | None = None
    holidays: tuple[values.PublicHolidays, ...] = ()
    worked: tuple[values.Day, ...] = ()
    closed: tuple[values.Day, ...] = ()
    open: tuple[values.OpenDay, ...] = ()
    roster: values.Roster | None = None
    standup: values.TimeOfDay = time(9, 0)
    signature: values.Signature = "^{initials}"
    parts: values.YesNo = False
    undo: values.Undo = timedelta(seconds=10)
    take_back: values.Undo = timedelta(hours=24)
    keep: values.Duration = timedelta(days=400)
    reasons: values.ClosingReasons = ()
    feedback_channel: values.SlackChannel | None = None
    outcomes: values.Outcomes = ()
    contacts: values.Contacts = "note"
    away: tuple[values.StatusEmoji, ...] = (":palm_tree:", ":face_with_thermometer:", ":no_entry:")
    targets: TargetsConfig = TargetsConfig()
    targets_for: tuple[TargetsFor, ...] = ()
    labels: Annotated[tuple[LabelConfig, ...], AfterValidator(_in_one_menu)] = ()
    nags: tuple[NagConfig, ...] = ()
    words: Words = Words()
    references: tuple[ReferenceConfig, ...] = ()
    last_resort: LastResort = LastResort()
    roles: Roles = Roles()
    mandate: Mandate = Mandate()
    escalate_to: tuple[Team, ...] = ()
    networks: tuple[AccountConfig, ...] = ()
    inbound: tuple[InboundConfig, ...] = ()
    webhooks: tuple[HookConfig, ...] = ()
    listen: tuple[ListenConfig, ...] = ()
    agents: Mapping[values.SlackUser, AgentConfig] = Field(default_factory=dict)

    @property
    def accounts(self) -> tuple[AccountConfig, ...]:
        """Its accounts: those that are asked, and the tools that post to it."""
        return (*self.networks, *(source.account for source in self.inbound))

    @property
    def stable_key(self) -> str:
        """What the rows of this desk are filed under: its `key`, or its name if it has none."""
        return self.key or self.name

    @property
    def opening_times(self) -> OpeningTimes:
        """When it is open, as its settings say it."""
        return OpeningTimes(
            self.hours,
            self.holidays,
            tuple(sorted(self.closed)),
            self.open,
            str(self.timezone),
            self.language,
            tuple(sorted(self.worked)),
        )

    def calendar(self, at: datetime) -> Calendar:
        """Return when its clock runs, as that is known at that time."""
        return self.opening_times.calendar(at)

    def times_of(self, hours: str) -> Calendar:
        """Return the times that are said in the notation of `hours`, by this desk's clock."""
        return Calendar(hours, str(self.timezone))

    @property
    def label_names(self) -> tuple[str, ...]:
        """Its labels, in the order of the file."""
        return tuple(label.name for label in self.labels)

    @property
    def ladder(self) -> str:
        """When to remind whom, as it is stored with a thread; "" for the default."""
        return written(nag.step for nag in self.nags)

    @property
    def reference_patterns(self) -> tuple[Pattern, ...]:
        """The kinds of numbers that customers quote, as the rules have them."""
        return tuple(reference.as_pattern for reference in self.references)

    @property
    def groups(self) -> frozenset[str]:
        """The user groups on which depends who may do what."""
        return self.roles.groups | self.mandate.groups

    def channel_of(self, *, private: bool) -> str:
        """Return the channel that the cards of such threads are in."""
        return self.private_channel or self.slack_channel if private else self.slack_channel

    @property
    def own_channels(self) -> tuple[str, ...]:
        """Its own channels, of which the second one, if there is one, is for what is private."""
        return tuple(filter(None, (self.slack_channel, self.private_channel)))

    @property
    def channels(self) -> frozenset[str]:
        """The channels that see the desk's threads: its own, and those of teams that it escalates to."""
        return frozenset({*self.own_channels, *(team.slack_channel for team in self.escalate_to)})

    @property
    def channels_reminded(self) -> tuple[str, ...]:
        """The other channels that its reminders speak to, each once."""
        named = (to for nag in self.nags for to in nag.to if to not in RECIPIENTS)
        return tuple(dict.fromkeys(named))


class Delivery(Table):
    """How long to wait before asking Slack or a network about a call whose answer was lost."""

    slack_recheck_after: values.Duration = timedelta(seconds=10)
    network_recheck_after: values.Duration = timedelta(seconds=60)


def _not_empty(desks: tuple[Desk, ...]) -> tuple[Desk, ...]:
    if not desks:
        raise ValueError("is empty: write at least one [[desk]]")
    return desks


class RouteConfig(Table):
    """Mentions of which all that is said here holds go to `desk`, whichever desk has their account.

    Of `words` one is enough. `hour` is in the notation of a desk's `hours`, in that desk's time zone. With a `label`,
    threads that a colleague labels so.
    """

    desk: values.Name
    network: values.AnyNetwork | None = None
    account: values.Name | None = None
    kind: values.TargetKind | None = None
    language: values.SpokenLanguage | None = None
    words: tuple[values.Phrase, ...] = ()
    signal: values.TargetSignal | None = None
    hour: values.OpeningHours | None = None
    label: values.Label | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        said = (self.network, self.account, self.kind, self.language, self.words, self.signal, self.hour, self.label)
        if self.label and (self.words or self.signal):
            raise ValueError("is about a label, which a colleague sets; words and signal are for what comes in")
        if not any(said):
            raise ValueError(
                'says not which mentions: write network = "x", account = "x:acme", kind = "private", language = "nl", '
                'words = ["…"], signal = "last_resort", hour = "Mo-Fr 17:00-22:00", label = "…", or several of these'
            )
        return self


class Budget(Table):
    """What all accounts together may cost in a month by UTC, in dollars."""

    month: values.Dollars


class CrmConfig(Table):
    """The customer system that is asked. `user` is the mail address whose token it is, which Zendesk wants."""

    kind: values.CrmKind
    url: values.SafeAddress
    user: str = ""
    log_contacts: bool = True

    @model_validator(mode="after")
    def _says_whose_token(self) -> Self:
        if self.kind == "zendesk" and "@" not in self.user:
            raise ValueError('lacks the mail address whose API token CRM_SECRET is: write user = "agent@acme.example"')
        return self


class Config(Table):
    """The whole file."""

    command: values.SlackCommand = "/webcare"
    public_url: values.PublicUrl = ""
    delivery: Delivery = Delivery()
    budget: Budget | None = None
    crm: CrmConfig | None = None
    desk: Annotated[tuple[Desk, ...], AfterValidator(_not_empty)]
    route: tuple[RouteConfig, ...] = ()

    @property
    def listening(self) -> tuple[Rule, ...]:
        """What desks listen for, as the rules have it. Raises KeyError if a rule names no account of the file."""
        accounts = account_keys(self.desk)
        return tuple(
            listened.rule(desk.stable_key, accounts[listened.account.casefold()])
            for desk in self.desk
            for listened in desk.listen
        )

    @property
    def routes(self) -> tuple[Route, ...]:
        """Where mentions go, as the rules have it. Raises KeyError if a rule names no desk or account of the file."""
        desks = {name: desk for desk in self.desk for name in (desk.name, desk.stable_key)}
        accounts = account_keys(self.desk)
        return tuple(
            Route(
                desks[rule.desk].stable_key,
                rule.network,
                accounts[rule.account.casefold()] if rule.account else None,
                rule.kind,
                rule.language,
                rule.words,
                rule.signal,
                desks[rule.desk].times_of(rule.hour) if rule.hour else None,
                rule.label,
            )
            for rule in self.route
        )


def account_keys(desks: Iterable[Desk]) -> dict[str, str]:
    """Return the accounts by what people may call them, in small letters: "x:acme", or "acme" where only one is."""
    keys = [account.key for desk in desks for account in desk.accounts]
    handles = [key.partition(":")[2] for key in keys]
    alone = {handle: key for handle, key in zip(handles, keys, strict=True) if handles.count(handle) == 1}
    return alone | {key: key for key in keys}


def clashes(config: Config) -> list[str]:
    """List names, channels and keys that two desks or accounts share but must not, a line each."""
    used: dict[tuple[str, str], str] = {}
    problems = []
    for number, desk in enumerate(config.desk, 1):
        at = f"desk[{number}]"
        claims = [
            (f"{at}.name", "name", desk.name),
            (f"{at}.{'key' if desk.key else 'name'}", "key", desk.stable_key),
            (f"{at}.slack_channel", "slack_channel", desk.slack_channel),
        ]
        claims += [(f"{at}.private_channel", "slack_channel", desk.private_channel)] if desk.private_channel else []
        claims += [
            (f"{at}.networks[{place}].handle", account.kind, account.handle)
            for place, account in enumerate(desk.networks, 1)
        ]
        claims += [
            (f"{at}.inbound[{place}].name", INBOUND, source.name.replace("_", "-"))
            for place, source in enumerate(desk.inbound, 1)
        ]
        claims += [
            (f"{at}.webhooks[{place}].url", f"{at}.webhooks", one.url) for place, one in enumerate(desk.webhooks, 1)
        ]
        claims += [
            (f"{at}.targets_for[{place}]", f"{at}.targets_for", rule.rule.name)
            for place, rule in enumerate(desk.targets_for, 1)
        ]
        claims += [
            (f"{at}.labels[{place}].name", f"{at}.labels", label.name) for place, label in enumerate(desk.labels, 1)
        ]
        claims += [
            (f"{at}.escalate_to[{place}].name", f"{at}.escalate_to", team.name)
            for place, team in enumerate(desk.escalate_to, 1)
        ]
        for key, kind, value in claims:
            first = used.setdefault((kind, value.casefold()), key)
            if first != key:
                problems.append(f'{key}: "{value}" is already used by {first}; each needs its own')
    problems += _labels_unknown(config)
    problems += _routes_nowhere(config)
    problems += _hears_nothing(config)
    problems += _mandates(config)
    problems += _never_open(config)
    problems += _shared_keys(config)
    return list(dict.fromkeys(problems))  # a name that is the key as well clashes twice


def _labels_unknown(config: Config) -> list[str]:
    problems = []
    for number, desk in enumerate(config.desk, 1):
        rules = [(f"targets_for[{place}].label", rule.label) for place, rule in enumerate(desk.targets_for, 1)]
        mandate = [(f"mandate.labels[{place}]", label) for place, label in enumerate(desk.mandate.labels, 1)]
        for key, label in (*rules, *mandate):
            if label is not None and named(label, desk.label_names) is None:
                near = nearest(label, desk.label_names)
                problems.append(
                    f'desk[{number}].{key}: "{label}" is no label of this desk; '
                    + (f'did you mean "{near}"?' if near else f'write [[desk.labels]] name = "{label}"')
                )
    return problems


def _routes_nowhere(config: Config) -> list[str]:
    desks = {name: name for desk in config.desk for name in (desk.name, desk.stable_key)}
    accounts = account_keys(config.desk)
    labels = {name: name for desk in config.desk for name in desk.label_names}
    problems = []
    for number, rule in enumerate(config.route, 1):
        if rule.desk not in desks:
            near = values.nearest(rule.desk, desks)
            problems.append(f'route[{number}].desk: "{rule.desk}" is no desk of this file{near}')
        if rule.account and rule.account.casefold() not in accounts:
            near = values.nearest(rule.account, accounts)
            problems.append(f'route[{number}].account: "{rule.account}" is no account of this file{near}')
        if rule.label and named(rule.label, labels) is None:
            near = values.nearest(rule.label, labels)
            problems.append(f'route[{number}].label: "{rule.label}" is no label of any desk{near}')
    return problems


def _hears_nothing(config: Config) -> list[str]:
    """List the rules of listening that would find nothing, or the same as another one."""
    accounts = {account.key: account for desk in config.desk for account in desk.accounts}
    keys = account_keys(config.desk)
    problems = []
    for number, desk in enumerate(config.desk, 1):
        first: dict[str, str] = {}
        for place, listened in enumerate(desk.listen, 1):
            at = f"desk[{number}].listen[{place}]"
            key = keys.get(listened.account.casefold())
            if key is None:
                near = values.nearest(listened.account, keys)
                problems.append(f'{at}.account: "{listened.account}" is no account of this file{near}')
                continue
            spec, rule = accounts[key].spec, listened.rule(desk.stable_key, key)
            if spec.kind == INBOUND:
                problems.append(
                    f'{at}.account: "{listened.account}" is a tool that posts here, and all that it posts is heard: '
                    "leave the rule out, or name an account that can search"
                )
            elif not spec.can.searches:
                problems.append(
                    f'{at}.account: "{listened.account}" cannot search: {spec.name} has no search that the desk knows'
                )
            elif problem := spec.unsearchable(search_of(rule), accounts[key].handle):
                problems.append(f"{at}.words: {problem}")
            other = first.setdefault(rule.key, at)
            if other != at:
                problems.append(f"{at}.words: {other} listens for the same on the same account; leave one of them out")
    return problems


def search_of(rule: Rule) -> Search:
    """Return what a rule asks of a network."""
    return Search(rule.words, rule.not_words, rule.languages, rule.not_from)


def _mandates(config: Config) -> list[str]:
    problems = []
    for number, desk in enumerate(config.desk, 1):
        trusted = dict.fromkeys(desk.mandate.alone, "mandate.alone")
        trusted |= dict.fromkeys(desk.mandate.approvers, "mandate.approvers")
        trusted |= dict.fromkeys(desk.leads, "leads")
        problems += [
            f'desk[{number}].mandate.trainees[{place}]: "{id_}" is in desk[{number}].{trusted[id_]} too; name each '
            "colleague in one of them"
            for place, id_ in enumerate(desk.mandate.trainees, 1)
            if id_ in trusted
        ]
    return problems


def _never_open(config: Config) -> list[str]:
    at, problems = datetime.now(UTC), []
    for number, desk in enumerate(config.desk, 1):
        try:
            require_open(desk.opening_times, at)
        except ValueError as problem:
            problems.append(
                f'desk[{number}].hours: "{desk.name}" is closed whenever it would be open: {problem}; '
                'write hours outside of holidays and closed days (for example "Mo-Fr 09:00-17:30"), '
                "or name a day in worked or open"
            )
    return problems


def _shared_keys(config: Config) -> list[str]:
    first: dict[tuple[str, str], AccountConfig] = {}
    problems = []
    for number, desk in enumerate(config.desk, 1):
        for place, account in enumerate(desk.networks, 1):
            other = first.setdefault((account.kind, account.prefix), account)
            if other.key != account.key:
                spec = account.spec
                own = re.sub("[^A-Z0-9]+", "_", f"{spec.prefix}_{account.handle}".upper()).strip("_")
                problems.append(
                    f"desk[{number}].networks[{place}].keys: @{account.handle} would speak as @{other.handle}, with "
                    f"{spec.variable(account.prefix, spec.token)}; give it a token of its own (for example "
                    f'keys = "{own}", for {spec.variable(own, spec.token)})'
                )
    return problems
