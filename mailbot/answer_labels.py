"""Labelled letters made ready for the library: each goes through intake and triage like any letter. Training only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mailbot.answering import asked_of, is_pressing
from mailbot.answers.learning import Labelled
from mailbot.learning import labelled_letters
from mailbot.triage.classify import classify
from mailbot.triage.rules import TriageRules


def labelled(
    records: Iterable[Mapping[str, Any]], labels: Mapping[str, frozenset[str]], rules: TriageRules
) -> list[Labelled]:
    """Every labelled letter, with the questions, topics and language that triage hears in it, on its own day."""
    wanted = [record for record in records if record["id"] in labels]
    found = []
    for each in labelled_letters(wanted):
        if each.letter.date is None:
            continue
        verdict = classify(each.letter, rules, each.screening)
        asked = asked_of(each.letter, verdict, each.letter.date.date())
        found.append(Labelled(each.id, asked, labels[each.id], verdict.automatic and not is_pressing(verdict)))
    return found
