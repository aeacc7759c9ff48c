"""The door of triage: from a letter to a verdict with its reasons. Pure; what to do about it is decided elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from mailbot.model import Audience, Evidence, Intent, Kind, Letter, Screening, Verdict
from mailbot.triage import acts, needs
from mailbot.triage.details import Details, details, language_of
from mailbot.triage.rules import TriageRules
from mailbot.triage.signals import Reading, odds_of_yes, read, signals, softmax, weigh
from mailbot.triage.trust import confidence, opinion
from mailbot.triage.urgency import urgency


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the letter is taken for, how likely, what else it holds, and the chance that it is about help at all."""

    kind: Kind
    intent: Intent
    also: tuple[Intent, ...]
    confidence: float
    helping: float


def classify(letter: Letter, rules: TriageRules, screening: Screening | None = None) -> Verdict:
    """What a letter means. Without weights in `rules`, and for machines, nothing is concluded of the text.

    Bounded in time by `text.MAX_TEXT`; never raises on a letter, whatever is in it.
    """
    kind = screening.kind if screening else Kind.HUMAN
    if kind in (Kind.AUTO_REPLY, Kind.BOUNCE) or rules.weights is None:
        return Verdict(kind=kind, reasons=_screened(screening))
    reading = read(letter, rules)
    shown = signals(reading)
    return _verdict(reading, rules, shown, _opinion(reading, rules, shown, kind))


def _opinion(reading: Reading, rules: TriageRules, shown: Mapping[str, float], kind: Kind) -> Opinion:
    layers = rules.weights.layers if rules.weights else {}
    layer = layers["intent"]
    every = dict(zip(layer.classes, softmax(weigh(layer, shown)), strict=True))
    chances = opinion(every)
    best = Intent(max(chances, key=lambda name: chances[name]))
    sure = confidence(layers["trust"], reading, chances)
    helping = chances[Intent.HELP_REQUEST] + chances[Intent.HELP_OFFER]
    if kind is Kind.SPAM or every["spam"] > max(value for name, value in every.items() if name != "spam"):
        return Opinion(Kind.SPAM, Intent.OTHER, (), max(sure, 1.0 * (kind is Kind.SPAM)), helping)
    return Opinion(kind, best, acts.further(reading, best, layers["also"]), sure, helping)


def _verdict(reading: Reading, rules: TriageRules, shown: Mapping[str, float], taken: Opinion) -> Verdict:
    layers = rules.weights.layers if rules.weights else {}
    intents = (taken.intent, *taken.also)
    by_person = taken.kind is Kind.HUMAN
    categories, of_help = needs.labels(reading, needs.CATEGORIES, intents, layers["category"])
    topics, of_questions = needs.labels(reading, needs.TOPICS, intents, layers["topic"])
    urgent, pressing = urgency(reading, rules, shown, intents) if by_person else (False, None)
    of_writer = details(reading, intents, rules, taken.helping) if by_person else Details(language=language_of(reading))
    organisation, capacity = _flag("organisation", reading, rules, shown)
    for_somebody, behalf = _flag("on_behalf", reading, rules, shown)
    on_behalf = for_somebody and Intent.HELP_REQUEST in intents
    clues = (pressing, *of_help, *of_questions, capacity, behalf if on_behalf else None, *of_writer.reasons())
    concluded = Verdict(
        kind=taken.kind,
        intent=taken.intent,
        also=taken.also,
        confidence=round(taken.confidence, 4),
        automatic=by_person and taken.confidence >= rules.policy.automatic and of_writer.language.sure,
        language=of_writer.language.code,
        language_sure=of_writer.language.sure,
        urgent=urgent,
        audience=Audience.ORGANISATION if organisation and by_person else Audience.INDIVIDUAL,
        on_behalf=on_behalf,
        categories=categories,
        topics=topics,
        place=of_writer.place.name,
        phone=of_writer.phones.first,
        thanks_only=acts.thanks_only(reading, taken.intent),
        needs=of_writer.needs,
    )
    return replace(concluded, reasons=tuple(_reasons(reading, concluded, clues)))


def _reasons(reading: Reading, concluded: Verdict, clues: Iterable[Evidence | None]) -> Iterator[Evidence]:
    """Why: what the sentences say, the rules that agree, and the clues of the finders."""
    intents = (concluded.intent, *concluded.also)
    yield from acts.reasons(reading, concluded.intent, concluded.also)
    yield from acts.ruled(
        reading,
        {
            ("kind", concluded.kind),
            ("audience", concluded.audience),
            ("urgent", str(concluded.urgent).lower()),
            ("on_behalf", str(concluded.on_behalf).lower()),
            *(("intent", each) for each in intents),
            *(("categories", each) for each in concluded.categories),
            *(("topics", each) for each in concluded.topics),
        },
    )
    yield from (each for each in clues if each is not None)


def _flag(flag: str, reading: Reading, rules: TriageRules, shown: Mapping[str, float]) -> tuple[bool, Evidence | None]:
    """Whether a flag is set, and the clue that says so loudest; one that says the opposite is no reason."""
    layer = rules.weights.layers[flag] if rules.weights else None
    is_set = layer is not None and odds_of_yes(layer, shown) > 0
    points, clue = reading.standing[flag]
    return is_set, clue if is_set and points > 0 else None


def _screened(screening: Screening | None) -> tuple[Evidence, ...]:
    return (Evidence("kind", screening.kind, screening.reason),) if screening else ()
