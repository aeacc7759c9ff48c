"""Verdicts on letters that were not learnt from: cross-validation, and the tenth that is set aside. Training only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mailbot.triage.classify import classify
from mailbot.triage.corpus import LabelledLetter, LabelledSentence, fold_of, set_aside
from mailbot.triage.evaluate import Judged
from mailbot.triage.rules import TriageRules
from mailbot.triage.train import FOLDS, Tell, train
from mailbot.triage.weights import Roles


def cross_validate(
    letters: Sequence[LabelledLetter],
    spoken: Sequence[LabelledSentence],
    roles: Roles,
    rules: TriageRules,
    tell: Tell = lambda _: None,
) -> list[Judged]:
    """Train on four fifths, judge the fifth, five times over; letters that are set aside take no part."""
    seen = [each for each in letters if not set_aside(each.id)]
    found: list[Judged] = []
    for number in range(FOLDS):
        tell(f"fold {number + 1} of {FOLDS}")
        kept = [each for each in seen if fold_of(f"outer:{each.id}", FOLDS) != number]
        held = [each for each in seen if fold_of(f"outer:{each.id}", FOLDS) == number]
        found += judge(held, replace(rules, weights=train(kept, spoken, roles, rules)))
    return found


def judge_set_aside(
    letters: Sequence[LabelledLetter],
    spoken: Sequence[LabelledSentence],
    roles: Roles,
    rules: TriageRules,
    tell: Tell = lambda _: None,
) -> list[Judged]:
    """Train on all but the tenth that is set aside, and judge that tenth."""
    tell("the tenth that is set aside")
    kept = [each for each in letters if not set_aside(each.id)]
    held = [each for each in letters if set_aside(each.id)]
    return judge(held, replace(rules, weights=train(kept, spoken, roles, rules)))


def judge(letters: Sequence[LabelledLetter], rules: TriageRules) -> list[Judged]:
    """A verdict on each letter with the given weights."""
    return [Judged(each, classify(each.letter, rules, each.screening)) for each in letters]
