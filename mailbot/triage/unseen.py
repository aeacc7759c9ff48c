"""Readings of many examples at once, from the rows of a table, as `signals.read` would read them one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mailbot.triage.rules import TriageRules, hits_in
from mailbot.triage.signals import Heard, Reading, sender_hits, shares, standing
from mailbot.triage.table import Table
from mailbot.triage.text import Sentence, sentences


def readings(table: Table, ground: Any, wanted: Sequence[int], rules: TriageRules) -> Iterator[Reading]:
    """A reading of each wanted number of `table.as_letters()`; needs only the columns that `ground` has."""
    end = len(table.letters)
    places = [at for at, owner in enumerate(table.owners) if owner in set(wanted)]
    within = dict(zip(places, _columns(ground, table.within[places]), strict=True)) if places else {}
    by_owner: dict[int, list[int]] = {}
    for at in places:
        by_owner.setdefault(table.owners[at], []).append(at)
    for at in wanted:
        if at < end:
            told = [(table.told[place], within[place]) for place in by_owner.get(at, ())]
            yield _reading(table.letters[at].letter, _one(ground, table.rows[at]), told, rules)
        else:
            whole = _one(ground, table.alone[at - end])
            letter = table.posts[at - end].letter
            yield _reading(letter, whole, [(each, whole) for each in sentences(letter)], rules)


def _one(ground: Any, row: Any) -> Mapping[str, float]:
    return next(iter(_columns(ground, row)))


def _columns(ground: Any, rows: Any) -> Iterator[Mapping[str, float]]:
    odds = rows @ ground.coef.T + ground.bias
    yield from (dict(zip(ground.columns, map(float, each), strict=True)) for each in odds)


def _reading(
    letter: Any, whole: Mapping[str, float], told: Sequence[tuple[Sentence, Mapping[str, float]]], rules: TriageRules
) -> Reading:
    heard = tuple(
        Heard(one, shares(columns, "act"), columns, hits_in(rules, one.text, one.where)) for one, columns in told
    )
    return Reading(letter, heard, whole, sender_hits(letter, rules), standing(letter))
