"""Labelled letters made ready for the library: each goes through intake and triage like any letter. Training only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from mailbot.answering import asked_of, is_pressing
from mailbot.answers.learning import Labelled
from mailbot.learning import labelled_letters
from mailbot.triage.classify import classify
from mailbot.triage.rules import TriageRules


def labelled(
    records: Iterable[Mapping[str, Any]],
    labels: Mapping[str, frozenset[str]],
    days: Mapping[str, date],
    rules: TriageRules,
) -> list[Labelled]:
    """Every labelled letter, with the questions, topics and language that triage hears in it, on its own day.

    A letter without a date is read on that of `days`, and left out where it has none there either.
    """
    wanted = [record for record in records if record["id"] in labels]
    found = []
    for each in labelled_letters(wanted):
        day = each.letter.date.date() if each.letter.date else days.get(each.id)
        if day is None:
            continue
        verdict = classify(each.letter, rules, each.screening)
        asked = asked_of(each.letter, verdict, day)
        found.append(Labelled(each.id, asked, labels[each.id], verdict.automatic and not is_pressing(verdict)))
    return found
