"""Targets for some mentions: the most specific rule wins."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.domain.clock.targets import ResponseTargets


@dataclass(frozen=True, slots=True)
class About:
    """What a mention is about, as far as targets go by it: on which network, in which language, with which labels."""

    network: str
    language: str | None
    labels: Collection[str] = ()
    private: bool = False


@dataclass(frozen=True, slots=True)
class TargetRule:
    """What is agreed for mentions on a network ("x"), in a language ("nl"), with a label, or several of these.

    With a `kind`, "public" or "private", it is about those that everybody can read, or only we.

    A target that is None is left as it is. With a `signal` ("last_resort") it is about those that carry one, and may
    only shorten what holds without it.
    """

    network: str | None
    language: str | None
    first_response: timedelta | None
    next_response: timedelta | None
    label: str | None = None
    signal: str | None = None
    kind: str | None = None

    @property
    def name(self) -> str:
        """What is stored of it with a wait, such as "language=nl network=x label=Lost parcel"; `criteria` reads it.

        The label comes last, for it alone may have spaces.
        """
        said = {
            "kind": self.kind,
            "language": self.language,
            "network": self.network,
            "signal": self.signal,
            "label": self.label,
        }
        return " ".join(f"{key}={value}" for key, value in said.items() if value is not None)

    @property
    def specificity(self) -> int:
        return sum(each is not None for each in (self.network, self.language, self.label, self.kind))

    def holds(self, about: About) -> bool:
        """Tell whether it is about such mentions. A rule for "pt" is also about "pt-BR"."""
        spoken = (about.language or "").lower()
        of_language = self.language is None or spoken == self.language or spoken.startswith(f"{self.language}-")
        labelled = self.label is None or self.label.casefold() in {label.casefold() for label in about.labels}
        of_kind = self.kind in (None, "private" if about.private else "public")
        return of_language and labelled and of_kind and self.network in (None, about.network)


def criteria(name: str) -> Mapping[str, str]:
    """Return what the rule of that name is about, by "kind", "language", "network", "signal" and "label"."""
    spaceless, labelled, label = name.partition("label=")
    about = dict(criterion.split("=", 1) for criterion in spaceless.split())
    return about | ({"label": label} if labelled else {})


def targets_for(
    usual: ResponseTargets,
    rules: Iterable[TargetRule],
    about: About,
    *,
    last_resort: bool = False,
) -> ResponseTargets:
    """Return the targets for such a mention, each with the name of the rule that it is by.

    Of rules that are equally specific the shorter target counts, so that nobody waits longer than one of them says. A
    rule for those whose `last_resort` it is counts only where its target is shorter than the one without it.
    """
    holding = [rule for rule in rules if rule.holds(about)]
    usual = _by(usual, [rule for rule in holding if rule.signal is None])
    if not last_resort:
        return usual
    sooner = _by(usual, [rule for rule in holding if rule.signal is not None])
    if sooner.first_response < usual.first_response:
        usual = replace(usual, first_rule=sooner.first_rule, first_response=sooner.first_response)
    if sooner.next_response < usual.next_response:
        usual = replace(usual, next_rule=sooner.next_rule, next_response=sooner.next_response)
    return usual


def _by(usual: ResponseTargets, holding: Collection[TargetRule]) -> ResponseTargets:
    first = _most_specific((rule, rule.first_response) for rule in holding)
    following = _most_specific((rule, rule.next_response) for rule in holding)
    if first:
        usual = replace(usual, first_rule=first[0].name, first_response=first[1])
    return replace(usual, next_rule=following[0].name, next_response=following[1]) if following else usual


def _most_specific(
    saying: Iterable[tuple[TargetRule, timedelta | None]],
) -> tuple[TargetRule, timedelta] | None:
    known = [(rule, target) for rule, target in saying if target is not None]
    return min(known, key=lambda said: (-said[0].specificity, said[1]), default=None)
