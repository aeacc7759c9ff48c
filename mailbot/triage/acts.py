"""Speech acts: who does what for whom, sentence by sentence, and what follows from them for the letter."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from math import log1p

from mailbot.model import Evidence, Intent
from mailbot.triage.signals import Heard, Reading, all_hits, chance, share
from mailbot.triage.weights import Layer

ACTS: Mapping[Intent, tuple[str, ...]] = {
    Intent.INFO: ("ask_info",),
    Intent.HELP_REQUEST: ("ask_help", "urgency"),
    Intent.HELP_OFFER: ("offer_help", "limit_offer"),
    Intent.OTHER: (
        "solved_withdraw",
        "thanks_praise",
        "complain_report",
        "press_survey_job",
        "bulk",
        "everyday",
        "machine",
    ),
}
WORDS: Mapping[str, str] = {
    "ask_info": "asks for information",
    "ask_help": "asks for help",
    "urgency": "says that harm is near",
    "offer_help": "offers help",
    "limit_offer": "limits an offer of help",
    "solved_withdraw": "says it is solved or withdrawn",
    "thanks_praise": "thanks",
    "complain_report": "complains or reports",
    "press_survey_job": "is about press, a survey, a job or sales",
    "bulk": "is mass mail",
    "everyday": "is ordinary correspondence",
    "machine": "is a machine speaking",
}
FURTHER = 0.4  # from this chance on a further intent is told
SHOWN = 0.35
MOST = 4
CLOSING = ("thanks_praise", "solved_withdraw")
QUIET_ENOUGH = 0.25


def candidates(primary: Intent) -> tuple[Intent, ...]:
    """The intents that a letter may hold beside its primary one and that are looked for."""
    return tuple(each for each in ACTS if each not in (primary, Intent.OTHER))


def further(reading: Reading, primary: Intent, layer: Layer) -> tuple[Intent, ...]:
    """The other intents that the sentences show, likeliest first."""
    found = {each: chance(layer, further_signals(reading, primary, each)) for each in candidates(primary)}
    return tuple(sorted((each for each in found if found[each] >= FURTHER), key=lambda each: -found[each]))


def further_signals(reading: Reading, primary: Intent, intent: Intent) -> dict[str, float]:
    """What speaks for a further intent beside the primary one, as numbers by name."""
    body = [each for each in reading.heard if each.sentence.where != "subject"]
    said = sorted((_said(each, intent) for each in body), reverse=True)
    column = f"intent:{intent}"
    return {
        "said": said[0] if said else 0.0,
        "often": log1p(sum(each > 0.5 for each in said)),
        "share": sum(said) / len(said) if said else 0.0,
        "whole": reading.whole[column],
        "top": max((each.columns[column] for each in body), default=reading.whole[column]),
        "length": log1p(len(body)),
        f"{primary} and {intent}": 1.0,
    }


def reasons(reading: Reading, primary: Intent, also: Collection[Intent]) -> Iterator[Evidence]:
    """The sentences that speak for each intent, strongest first."""
    for intent in (primary, *also):
        speaking = sorted(
            (each for each in reading.heard if _said(each, intent) >= SHOWN), key=lambda each: -_said(each, intent)
        )
        yield from (_evidence(each, intent) for each in speaking[:MOST])


def thanks_only(reading: Reading, primary: Intent) -> bool:
    """Whether the letter merely thanks or closes: nothing in it asks or offers anything."""
    if primary is not Intent.OTHER:
        return False
    wanting = max(
        (_said(each, intent) for each in reading.heard for intent in ACTS if intent is not Intent.OTHER), default=0
    )
    closing = max((share(each, CLOSING) for each in reading.heard), default=0)
    return wanting < QUIET_ENOUGH * 2 and closing > 0.6


def _said(each: Heard, intent: Intent) -> float:
    return share(each, ACTS[intent])


def _evidence(each: Heard, intent: Intent) -> Evidence:
    act = max(ACTS[intent], key=lambda name: each.acts.get(name, 0.0))
    return Evidence("intent", intent, WORDS[act], each.sentence.text, round(_said(each, intent), 3))


def ruled(reading: Reading, concluded: Collection[tuple[str, str]]) -> Iterator[Evidence]:
    """The town's rules that fired for what was concluded, pairs of what it is about and its value; each once.

    A rule that was outvoted is no reason, and would read like one.
    """
    sentences = {hit.rule: each.sentence.text for each in reading.heard for hit in each.hits}
    for hit in {hit.rule: hit for hit in all_hits(reading)}.values():
        if (hit.about, hit.value) in concluded:
            yield Evidence(hit.about, hit.value, f"rule {hit.rule}", sentences.get(hit.rule, ""), hit.weight)
