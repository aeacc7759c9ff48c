"""The town's rules of meaning: the `triage:` section of rules.yaml, compiled so that no pattern can hang the desk.

What the rules are weighed against, the trained weights, is in `weights`; how both become a verdict in `classify`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import re2
from pydantic import BaseModel, ConfigDict, Field, field_validator

from mailbot.model import Intent, Kind, Letter
from mailbot.triage.contacts import candidates
from mailbot.triage.gazetteer import Gazetteer
from mailbot.triage.text import fold, sentences
from mailbot.triage.weights import Weights

Category = Literal[
    "groceries", "pharmacy", "meals", "pets", "transport", "social_call", "letters", "childcare", "tutoring",
    "errands", "sewing_masks", "materials", "housing", "digital_help", "translation", "care_nursing",
    "staff_volunteers", "admin_help", "other",
]  # fmt: skip
Topic = Literal[
    "gatherings", "shops_markets", "horeca", "schools_childcare", "care_homes_hospitals", "travel",
    "recycling_city_services", "parks_sports", "work_business_support", "symptoms_testing", "masks", "enforcement",
    "transport_parking", "weddings_funerals", "volunteering_rules", "other",
]  # fmt: skip
FEW = 3  # a rule seen less often than this is too rare to be called shadowed


class Rule(BaseModel):
    """One readable reason: `words` stand between word boundaries, `patterns` are RE2; case and accents are ignored.

    `weight` is in log-odds: 1 nudges, 3 all but decides, a negative number speaks against.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{1,60}$")
    words: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    weight: float = Field(default=1.0, ge=-9, le=9)
    where: Literal["anywhere", "subject", "sender"] = "anywhere"

    @field_validator("patterns")
    @classmethod
    def _compiles(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in patterns:
            _check(pattern)
        return patterns

    def expressions(self) -> Iterator[str]:
        """Every RE2 expression of the rule, folded as the text is."""
        yield from (rf"\b(?:{re.escape(fold(word))})\b" for word in self.words)
        yield from (_fold_pattern(pattern) for pattern in self.patterns)


class TriagePolicy(BaseModel):
    """The section `triage:` of rules.yaml: when the desk may act alone, and which words speak for what."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    automatic: float = Field(default=0.9, gt=0, le=1)
    urgent_from: float = Field(default=0.3, gt=0, le=1)
    own_numbers: tuple[str, ...] = ("016272772",)
    intent: dict[Intent, tuple[Rule, ...]] = {}
    kind: dict[Kind, tuple[Rule, ...]] = {}
    category: dict[Category, tuple[Rule, ...]] = {}
    topic: dict[Topic, tuple[Rule, ...]] = {}
    urgent: tuple[Rule, ...] = ()
    organisation: tuple[Rule, ...] = ()
    on_behalf: tuple[Rule, ...] = ()

    def __hash__(self) -> int:
        """Of the parts that have one, so that what is concluded of a policy can be kept by it."""
        return hash((self.automatic, self.urgent_from, self.own_numbers))

    @cached_property
    def compiled(self) -> Compiled:
        """Every expression in one RE2 set, so that a sentence is read once whatever the number of rules."""
        expressions = re2.Set.SearchSet(_options())
        hits: list[Hit] = []
        places: list[str] = []
        for about, value, rule in _all_rules(self):
            for expression in rule.expressions():
                expressions.Add(expression)
                hits.append(Hit(about, value, rule.id, rule.weight))
                places.append(rule.where)
        expressions.Compile()
        return Compiled(tuple(hits), tuple(places), expressions if hits else None)


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that fired: what it speaks for, and how strongly."""

    about: str
    value: str
    rule: str
    weight: float


@dataclass(frozen=True, slots=True)
class Compiled:
    """All expressions of a policy, and for each the rule that it stands for and where that applies."""

    hits: tuple[Hit, ...]
    places: tuple[str, ...]
    expressions: Any


@dataclass(frozen=True, slots=True)
class TriageRules:
    """The policy compiled, and the weights it is read with; made once by `compile_rules`, shared by all letters."""

    policy: TriagePolicy
    hits: tuple[Hit, ...]
    places: tuple[str, ...]
    expressions: Any
    weights: Weights | None = None
    gazetteer: Gazetteer | None = None
    own_numbers: frozenset[str] = frozenset()


def compile_rules(
    policy: TriagePolicy, weights: Weights | None = None, gazetteer: Gazetteer | None = None
) -> TriageRules:
    """The policy, compiled once however often it is asked for, with what it is weighed against."""
    own = frozenset(each.number for number in policy.own_numbers for each in candidates(number))
    found = policy.compiled
    return TriageRules(policy, found.hits, found.places, found.expressions, weights, gazetteer, own)


def hits_in(rules: TriageRules, text: str, where: str) -> tuple[Hit, ...]:
    """The rules that fire on one text; `where` is subject, body, forward or sender. Each rule counts once."""
    if rules.expressions is None or not text:
        return ()
    numbers = rules.expressions.Match(fold(text)) or ()  # None where nothing matches
    return tuple(dict.fromkeys(rules.hits[n] for n in numbers if _applies(rules.places[n], where)))


def rule_problems(rules: TriageRules, letters: Iterable[Letter]) -> list[str]:
    """What is wrong with rules that compile: same id twice, never fires, shadowed by another of its kind."""
    fired = _firings(rules, letters)
    seen: Mapping[tuple[str, str, str], Hit] = {(hit.about, hit.value, hit.rule): hit for hit in rules.hits}
    problems = list(_repeated_ids(rules.policy))
    for key, hit in seen.items():
        if key not in fired:
            problems.append(f"triage rule {hit.rule}: fires on no letter of the corpus; mend or remove it")
    return problems + list(_shadowed(seen, fired))


def _applies(place: str, where: str) -> bool:
    return place == where or (place == "anywhere" and where != "sender")


def _firings(rules: TriageRules, letters: Iterable[Letter]) -> dict[tuple[str, str, str], set[tuple[int, int]]]:
    fired: dict[tuple[str, str, str], set[tuple[int, int]]] = {}
    for number, letter in enumerate(letters):
        for place, (text, where) in enumerate(_readable(letter)):
            for hit in hits_in(rules, text, where):
                fired.setdefault((hit.about, hit.value, hit.rule), set()).add((number, place))
    return fired


def _readable(letter: Letter) -> Iterator[tuple[str, str]]:
    yield from ((sentence.text, sentence.where) for sentence in sentences(letter))
    if letter.sender is not None:
        yield f"{letter.sender.name} <{letter.sender.email}>", "sender"


def _shadowed(
    seen: Mapping[tuple[str, str, str], Hit], fired: Mapping[tuple[str, str, str], set[tuple[int, int]]]
) -> Iterator[str]:
    for key, places in fired.items():
        others = (other for other in fired if other != key and other[:2] == key[:2] and places <= fired[other])
        shadow = next((each for each in others if abs(seen[each].weight) >= abs(seen[key].weight)), None)
        if shadow is not None and len(places) >= FEW and (fired[shadow] != places or shadow < key):
            yield f"triage rule {key[2]}: fires only where {shadow[2]} does; remove one of them"


def _repeated_ids(policy: TriagePolicy) -> Iterator[str]:
    seen: set[str] = set()
    for _, _, rule in _all_rules(policy):
        if rule.id in seen:
            yield f"triage rule {rule.id}: this id stands twice; rename one"
        seen.add(rule.id)


def _all_rules(policy: TriagePolicy) -> Iterator[tuple[str, str, Rule]]:
    tables: Sequence[tuple[str, Mapping[Any, tuple[Rule, ...]]]] = (
        ("intent", policy.intent), ("kind", policy.kind), ("categories", policy.category), ("topics", policy.topic),
        ("urgent", {"true": policy.urgent}), ("audience", {"organisation": policy.organisation}),
        ("on_behalf", {"true": policy.on_behalf}),
    )  # fmt: skip
    for about, table in tables:
        for value, rules in table.items():
            yield from ((about, str(value), rule) for rule in rules)


def _options() -> Any:
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 64 << 20  # octets; with less, a set of a thousand patterns does not compile
    options.case_sensitive = False
    return options


def _check(pattern: str) -> None:
    folded = _fold_pattern(pattern)
    try:
        re2.Set.SearchSet(_options()).Add(folded)  # as it is used, and six times as fast as compiling it
    except re2.error as error:
        raise ValueError(f"the pattern {pattern!r} cannot be compiled: {_reason(folded, error)}") from error


def _reason(folded: str, refusal: re2.error) -> str:
    """What RE2 says of a pattern that it refuses; compiling tells more than adding to a set."""
    try:
        re2.compile(folded, _options())
    except re2.error as error:
        refusal = error
    reason = refusal.args[0] if refusal.args else refusal
    return reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)


def _fold_pattern(pattern: str) -> str:
    # `\W` and `\S` must keep their capitals, so only accents go.
    return pattern if pattern.isascii() else "".join(fold(sign) if not sign.isascii() else sign for sign in pattern)
