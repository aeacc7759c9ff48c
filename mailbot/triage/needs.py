"""What help is meant and what is asked about: categories and topics. Place and telephone have their own files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from math import log1p

from mailbot.model import Evidence, Intent
from mailbot.triage.rules import Hit
from mailbot.triage.signals import Heard, Reading, all_hits, chance, group, highest, share
from mailbot.triage.weights import Layer

LEAST = 0.33  # from this chance on a label is given; lower than half, for a missing one costs more than one too many
LAST = 5  # places among the labels of a letter are told apart down to this one
TOLD = 0.3  # from this share of an act of its own on, a sentence tells of a label


@dataclass(frozen=True, slots=True)
class Group:
    """Labels of one sort: name of the columns, field of the verdict, acts that tell of them, intents that have them."""

    name: str
    about: str
    acts: tuple[str, ...]
    intents: frozenset[str]


CATEGORIES = Group(
    "category",
    "categories",
    ("ask_help", "offer_help", "limit_offer", "urgency"),
    frozenset({Intent.HELP_REQUEST, Intent.HELP_OFFER}),
)
TOPICS = Group("topic", "topics", ("ask_info",), frozenset({Intent.INFO}))
GROUPS = (CATEGORIES, TOPICS)


def labels(
    reading: Reading, group_of: Group, intents: Collection[Intent], layer: Layer
) -> tuple[tuple[str, ...], tuple[Evidence, ...]]:
    """The labels of a letter, likeliest first, with the sentence that speaks loudest for each.

    At least one where the letter has an intent of the group, none elsewhere.
    """
    if not group_of.intents & set(intents):
        return (), ()
    found = {name: chance(layer, shown) for name, shown in label_signals(reading, group_of).items()}
    ranked = sorted(found, key=lambda name: -found[name])
    kept = tuple(name for name in ranked if found[name] >= LEAST) or tuple(ranked[:1])
    return kept, tuple(_evidence(reading.heard, group_of, name, found[name]) for name in kept)


def label_signals(reading: Reading, group_of: Group) -> dict[str, dict[str, float]]:
    """What speaks for each label, as numbers by name: the letter, its telling sentences, the town's rules."""
    whole = group(reading.whole, group_of.name)
    every = [group(each.columns, group_of.name) for each in reading.heard]
    telling = [shown for each, shown in zip(reading.heard, every, strict=True) if _told(each, group_of) > TOLD]
    most, loudest = highest(every), highest(telling)
    votes, heard = _votes(_about(all_hits(reading), group_of)), _heard_votes(reading.heard, group_of)
    ranked, crowd = sorted(whole, key=lambda name: -whole[name]), sum(vote > 0 for vote in votes.values())
    quotes, times = _votes(_about(reading.quoted, group_of)), _times(reading.heard, group_of)
    return {
        name: {
            f"is {name}": 1.0,
            "whole": odds,
            "behind": odds - whole[ranked[0]],
            "place": min(ranked.index(name), LAST) / LAST,
            "first": float(name == ranked[0]),
            "most": most.get(name, odds),
            "telling": loudest.get(name, odds),
            "votes": votes.get(name, 0.0),
            "heard": heard.get(name, 0.0),
            "times": log1p(times[name]),
            "crowd": float(crowd) if votes.get(name) else 0.0,
            "nothing named": float(name == "other" and not crowd),
            "quoted": quotes.get(name, 0.0),
            "only quoted": 0.0 if crowd else quotes.get(name, 0.0),
        }
        for name, odds in whole.items()
    }


def _told(each: Heard, group_of: Group) -> float:
    return share(each, group_of.acts)


def _about(hits: Iterable[Hit], group_of: Group) -> Iterator[Hit]:
    return (hit for hit in hits if hit.about == group_of.about)


def _votes(hits: Iterator[Hit]) -> dict[str, float]:
    found: dict[str, float] = {}
    for hit in {hit.rule: hit for hit in hits}.values():
        found[hit.value] = found.get(hit.value, 0.0) + hit.weight
    return found


def _heard_votes(heard: Collection[Heard], group_of: Group) -> dict[str, float]:
    """The strongest rule for each label, weighed by how far its sentence speaks of help, or asks."""
    found: dict[str, float] = {}
    for each in heard:
        for hit in _about(each.hits, group_of):
            found[hit.value] = max(found.get(hit.value, 0.0), hit.weight * _told(each, group_of))
    return found


def _times(heard: Collection[Heard], group_of: Group) -> Counter[str]:
    """In how many sentences the rules name each label."""
    return Counter(label for each in heard for label in {hit.value for hit in _about(each.hits, group_of)})


def _evidence(heard: tuple[Heard, ...], group_of: Group, label: str, odds: float) -> Evidence:
    named = next((each for each in heard for hit in _about(each.hits, group_of) if hit.value == label), None)
    best = named or max(heard, key=lambda each: each.columns[f"{group_of.name}:{label}"], default=None)
    words = "words of this kind of help or question"
    return Evidence(group_of.about, label, words, best.sentence.text if best else "", round(odds, 3))
