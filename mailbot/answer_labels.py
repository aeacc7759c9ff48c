"""Labelled letters made ready for the library: each goes through intake and triage like any letter. Training only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from mailbot.answering import asked_of, is_pressing
from mailbot.answers.learning import Labelled, OneLiner
from mailbot.learning import labelled_letters
from mailbot.model import Kind, Letter, Screening
from mailbot.triage.classify import classify
from mailbot.triage.rules import TriageRules


def labelled(
    records: Iterable[Mapping[str, Any]],
    labels: Mapping[str, frozenset[str]],
    days: Mapping[str, date],
    rules: TriageRules,
    one_liners: Iterable[OneLiner] = (),
) -> list[Labelled]:
    """Every labelled letter, with the questions, topics and language that triage hears in it, on its own day.

    A letter without a date is read on that of `days`, and left out where it has none there either. `one_liners` are
    letters of their own, `asked-001` and so on.
    """
    wanted = [record for record in records if record["id"] in labels]
    found = []
    for each in labelled_letters(wanted):
        day = each.letter.date.date() if each.letter.date else days.get(each.id)
        if day is None:
            continue
        found.append(_heard(each.id, each.letter, each.screening, day, labels[each.id], rules))
    return found + [_heard_alone(number, each, rules) for number, each in enumerate(one_liners, start=1)]


def _heard_alone(number: int, each: OneLiner, rules: TriageRules) -> Labelled:
    letter = Letter(mailbox="corona", text=each.question, new_text=each.question)
    return _heard(f"asked-{number:03}", letter, Screening(Kind.HUMAN, "a question"), each.day, each.right, rules)


def _heard(
    name: str, letter: Letter, screening: Screening, day: date, right: frozenset[str], rules: TriageRules
) -> Labelled:
    verdict = classify(letter, rules, screening)
    return Labelled(name, asked_of(letter, verdict, day), right, verdict.automatic and not is_pressing(verdict))
