"""How far an intent can be trusted: where the views on a letter agree, and where the letter is of a known kind."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from math import log, log1p

from mailbot.triage.acts import ACTS
from mailbot.triage.signals import Reading, group, odds_of_yes, share, sigmoid
from mailbot.triage.weights import Layer

FAMILIAR = 0.75  # from this share of known words on a letter is of a kind that training met


def opinion(chances: Mapping[str, float]) -> dict[str, float]:
    """The chance of each intent of the desk; mass mail is other."""
    found = {name: value for name, value in chances.items() if name != "spam"}
    return found | {"other": found["other"] + chances["spam"]}


def trust_signals(reading: Reading, chances: Mapping[str, float]) -> dict[str, float]:
    """What speaks for and against the likeliest intent, as numbers by name."""
    ranked = sorted(chances, key=lambda name: -chances[name])
    best, second = ranked[0], ranked[1]
    whole = group(reading.whole, "intent")
    odds = sorted(whole.values())
    said = {str(intent): _loudest(reading, acts) for intent, acts in ACTS.items()}
    return {
        "sure": log(chances[best] / max(1e-6, 1 - chances[best])),
        "second": chances[second],
        "agree": float(_best(whole) == best),
        "margin": odds[-1] - odds[-2],
        "own": said[best],
        "against": max(value for intent, value in said.items() if intent not in (best, "other")),
        "length": log1p(len(reading.heard)),
        f"is {best}": 1.0,
    }


def confidence(layer: Layer, reading: Reading, chances: Mapping[str, float]) -> float:
    """The probability that the likeliest intent is right; it falls towards a guess on text unlike the corpus."""
    odds = odds_of_yes(layer, trust_signals(reading, chances))
    return sigmoid(odds * min(1.0, reading.known / FAMILIAR))


def _best(odds: Mapping[str, float]) -> str:
    found = max(odds, key=lambda name: odds[name])
    return "other" if found == "spam" else found


def _loudest(reading: Reading, acts: Collection[str]) -> float:
    return max((share(each, acts) for each in reading.heard), default=0.0)
