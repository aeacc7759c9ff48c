"""Readings of many examples at once, from the rows of a table, as `signals.read` would read them one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mailbot.triage.ground import Ground
from mailbot.triage.signals import Reading, reading_of
from mailbot.triage.table import Table

Columns = Mapping[str, float]


def readings(table: Table, ground: Ground, wanted: Sequence[int]) -> Iterator[Reading]:
    """A reading of each wanted number of `table.as_letters()`, in their order; has only the columns of `ground`."""
    end, vocabulary = len(table.letters), frozenset(table.names)
    posts = [at - end for at in wanted if at >= end]
    yield from _letters(table, ground, [at for at in wanted if at < end], vocabulary)
    for at, whole in zip(posts, _columns(ground, table.alone[posts]), strict=True):
        noted = table.noted[end + at]
        yield reading_of(table.posts[at].letter, noted, whole, [whole for _ in noted.sentences], vocabulary)


def _letters(
    table: Table, ground: Ground, wanted: Sequence[int], vocabulary: frozenset[str]
) -> Iterator[Reading]:
    chosen = set(wanted)
    places = [at for at, owner in enumerate(table.owners) if owner in chosen]
    told: dict[int, list[Columns]] = {}
    for at, columns in zip(places, _columns(ground, table.within[places]), strict=True):
        told.setdefault(table.owners[at], []).append(columns)
    for at, whole in zip(wanted, _columns(ground, table.rows[list(wanted)]), strict=True):
        yield reading_of(table.letters[at].letter, table.noted[at], whole, told.get(at, []), vocabulary)


def _columns(ground: Ground, rows: Any) -> Iterator[Columns]:
    odds = rows @ ground.coef.T + ground.bias
    yield from (dict(zip(ground.columns, each, strict=True)) for each in odds.tolist())
