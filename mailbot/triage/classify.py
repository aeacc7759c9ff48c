"""The door of triage: from a letter to a verdict with its reasons. Pure; what to do about it is decided elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mailbot.model import Audience, Evidence, Intent, Kind, Letter, Screening, Verdict
from mailbot.triage import acts, needs
from mailbot.triage.rules import TriageRules
from mailbot.triage.signals import Reading, read, sigmoid, signals, softmax, weigh
from mailbot.triage.urgency import urgency


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the letter is taken for, how likely, and what else it holds."""

    kind: Kind
    intent: Intent
    also: tuple[Intent, ...]
    confidence: float


def classify(letter: Letter, rules: TriageRules, screening: Screening | None = None) -> Verdict:
    """What a letter means. Without weights in `rules`, and for machines, nothing is concluded of the text.

    Bounded in time by `text.MAX_TEXT`; never raises on a letter, whatever is in it.
    """
    kind = screening.kind if screening else Kind.HUMAN
    if kind in (Kind.AUTO_REPLY, Kind.BOUNCE) or rules.weights is None:
        return Verdict(kind=kind, reasons=_screened(screening))
    reading = read(letter, rules)
    shown = signals(reading)
    opinion = _opinion(reading, rules, shown, kind)
    return _verdict(reading, rules, shown, opinion)


def _opinion(reading: Reading, rules: TriageRules, shown: Mapping[str, float], kind: Kind) -> Opinion:
    layers = rules.weights.layers if rules.weights else {}
    layer = layers["intent"]
    chances = dict(zip(layer["classes"], softmax(weigh(layer, shown)), strict=True))
    spam = chances.pop("spam")
    if kind is Kind.SPAM or spam > max(chances.values()):
        return Opinion(Kind.SPAM, Intent.OTHER, (), max(spam, 1.0 * (kind is Kind.SPAM)))
    chances["other"] += spam
    best = max(chances, key=lambda name: chances[name])
    return Opinion(kind, Intent(best), acts.further(reading, Intent(best)), chances[best])


def _verdict(reading: Reading, rules: TriageRules, shown: Mapping[str, float], opinion: Opinion) -> Verdict:
    intents = (opinion.intent, *opinion.also)
    categories, of_help = needs.categories(reading, intents)
    topics, of_questions = needs.topics(reading, intents)
    urgent, pressing = urgency(reading, rules, shown) if opinion.kind is Kind.HUMAN else (False, None)
    reasons = (*acts.reasons(reading, opinion.intent, opinion.also), pressing, *of_help, *of_questions)
    return Verdict(
        kind=opinion.kind,
        intent=opinion.intent,
        also=opinion.also,
        confidence=round(opinion.confidence, 4),
        automatic=opinion.kind is Kind.HUMAN and opinion.confidence >= rules.policy.automatic,
        urgent=urgent,
        audience=Audience.ORGANISATION if _flag("organisation", rules, shown) else Audience.INDIVIDUAL,
        on_behalf=Intent.HELP_REQUEST in intents and _flag("on_behalf", rules, shown),
        categories=categories,
        topics=topics,
        thanks_only=acts.thanks_only(reading, opinion.intent),
        reasons=tuple(reason for reason in reasons if reason is not None),
    )


def _flag(flag: str, rules: TriageRules, shown: Mapping[str, float]) -> bool:
    layer = rules.weights.layers.get(flag) if rules.weights else None
    if layer is None:
        return False
    low, high = weigh(layer, shown)
    return sigmoid(high - low) >= 0.5


def _screened(screening: Screening | None) -> tuple[Evidence, ...]:
    return (Evidence("kind", screening.kind, screening.reason),) if screening else ()
