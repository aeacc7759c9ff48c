"""Verdicts on letters that were not learnt from: cross-validation, and the tenth that is set aside. Training only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from mailbot.triage.classify import classify
from mailbot.triage.corpus import LabelledLetter, fold_of, set_aside
from mailbot.triage.evaluate import Judged
from mailbot.triage.rules import TriageRules
from mailbot.triage.table import Table
from mailbot.triage.train import FOLDS, Tell, train
from mailbot.triage.weights import Roles


def cross_validate(table: Table, roles: Roles, rules: TriageRules, tell: Tell = lambda _: None) -> list[Judged]:
    """Train on four fifths, judge the fifth, five times over; letters that are set aside take no part."""
    seen = [at for at, each in enumerate(table.letters) if not set_aside(each.id)]
    found: list[Judged] = []
    for number in range(FOLDS):
        held = [at for at in seen if fold_of(f"outer:{table.letters[at].id}", FOLDS) == number]
        found += _judge_unseen(table, roles, rules, [at for at in seen if at not in set(held)], held)
        tell(f"fold {number + 1} of {FOLDS}")
    return found


def judge_set_aside(table: Table, roles: Roles, rules: TriageRules, tell: Tell = lambda _: None) -> list[Judged]:
    """Train on all but the tenth that is set aside, and judge that tenth."""
    held = [at for at, each in enumerate(table.letters) if set_aside(each.id)]
    kept = [at for at in range(len(table.letters)) if at not in set(held)]
    found = _judge_unseen(table, roles, rules, kept, held)
    tell("the tenth that is set aside")
    return found


def judge(letters: Iterable[LabelledLetter], rules: TriageRules) -> list[Judged]:
    """A verdict on each letter with the given weights."""
    return [Judged(each, classify(each.letter, rules, each.screening)) for each in letters]


def _judge_unseen(
    table: Table, roles: Roles, rules: TriageRules, kept: Sequence[int], held: Sequence[int]
) -> list[Judged]:
    return judge((table.letters[at] for at in held), replace(rules, weights=train(table, roles, kept)))
