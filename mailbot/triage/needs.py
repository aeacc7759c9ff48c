"""What help is meant and what is asked about: categories and topics. Place and telephone have their own files."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from mailbot.model import Evidence, Intent
from mailbot.triage.signals import Heard, Reading, all_hits, group, sigmoid

HELP_ACTS = ("ask_help", "offer_help", "limit_offer", "urgency")
ASK_ACTS = ("ask_info",)
LEAST = 0.42
SENTENCE_SHARE = 0.5


def categories(reading: Reading, intents: Collection[Intent]) -> tuple[tuple[str, ...], tuple[Evidence, ...]]:
    """The kinds of help asked or offered, likeliest first, `other` where nothing fits; none without a help intent."""
    if not {Intent.HELP_REQUEST, Intent.HELP_OFFER} & set(intents):
        return (), ()
    return _labels(reading, "category", "categories", HELP_ACTS)


def topics(reading: Reading, intents: Collection[Intent]) -> tuple[tuple[str, ...], tuple[Evidence, ...]]:
    """What is asked about, likeliest first; none where nothing is asked."""
    return _labels(reading, "topic", "topics", ASK_ACTS) if Intent.INFO in intents else ((), ())


def chances(reading: Reading, name: str, about: str, acts: Collection[str]) -> dict[str, float]:
    """The probability of each label: the letter as a whole, its most telling sentence, and the town's rules."""
    odds = group(reading.whole, name)
    votes = _votes(reading, about)
    return {
        label: sigmoid(_blend(reading.heard, name, label, value, acts) + votes.get(label, 0.0))
        for label, value in odds.items()
    }


def _labels(
    reading: Reading, name: str, about: str, acts: Collection[str]
) -> tuple[tuple[str, ...], tuple[Evidence, ...]]:
    found = chances(reading, name, about, acts)
    ranked = sorted((label for label in found if found[label] >= LEAST), key=lambda label: -found[label])
    kept = tuple(label for label in ranked if label != "other") or _fallback(found)
    return kept, tuple(_evidence(reading.heard, name, about, label, found[label]) for label in kept)


def _fallback(found: Mapping[str, float]) -> tuple[str, ...]:
    best = max(found, key=lambda label: found[label], default="other")
    return (best,) if found.get(best, 0.0) >= LEAST / 2 else ("other",)


def _blend(heard: tuple[Heard, ...], name: str, label: str, whole: float, acts: Collection[str]) -> float:
    telling = [each.columns[f"{name}:{label}"] for each in heard if sum(each.acts.get(act, 0.0) for act in acts) > 0.3]
    return max(whole, SENTENCE_SHARE * whole + (1 - SENTENCE_SHARE) * max(telling)) if telling else whole


def _votes(reading: Reading, about: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for hit in {hit.rule: hit for hit in all_hits(reading) if hit.about == about}.values():
        found[hit.value] = found.get(hit.value, 0.0) + hit.weight
    return found


def _evidence(heard: tuple[Heard, ...], name: str, about: str, label: str, chance: float) -> Evidence:
    best = max(heard, key=lambda each: each.columns[f"{name}:{label}"], default=None)
    return Evidence(about, label, "words of this kind of help or question", best.sentence.text if best else "", chance)
