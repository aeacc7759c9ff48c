"""Readings of many examples at once, from the rows of a table, as `signals.read` would read them one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mailbot.triage.rules import TriageRules, hits_in
from mailbot.triage.signals import Heard, Reading, sender_hits, shares, standing
from mailbot.triage.table import Table
from mailbot.triage.text import Sentence, sentences


def readings(table: Table, ground: Any, wanted: Sequence[int], rules: TriageRules) -> Iterator[Reading]:
    """A reading of each wanted number of `table.as_letters()`, in their order; has only the columns of `ground`."""
    end = len(table.letters)
    letters, posts = [at for at in wanted if at < end], [at - end for at in wanted if at >= end]
    yield from _letters(table, ground, letters, rules)
    for at, whole in zip(posts, _columns(ground, table.alone[posts]), strict=True):
        letter = table.posts[at].letter
        yield _reading(letter, whole, [(each, whole) for each in sentences(letter)], rules)


def _letters(table: Table, ground: Any, wanted: Sequence[int], rules: TriageRules) -> Iterator[Reading]:
    places = [at for at, owner in enumerate(table.owners) if owner in set(wanted)]
    told: dict[int, list[tuple[Sentence, Mapping[str, float]]]] = {}
    for at, columns in zip(places, _columns(ground, table.within[places]), strict=True):
        told.setdefault(table.owners[at], []).append((table.told[at], columns))
    for at, whole in zip(wanted, _columns(ground, table.rows[list(wanted)]), strict=True):
        yield _reading(table.letters[at].letter, whole, told.get(at, []), rules)


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
