"""The trained weights made ready, and a letter scored with them: every sentence, and the letter as a whole.

The names of features are told in `weights`; here those of several parts are keys of tuples, so that no name is put
together to be looked up. A sentence's sums are those of its words, phrases and roles, each once; a letter's likewise.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import pairwise
from math import sqrt
from typing import Any, NamedTuple

from mailbot.triage.weights import MAX_REMEMBERED, MAX_ROLES, Weights, tells, word_features, word_role

LANE = 4  # octets of one column in a row of added weights
HALF = 1 << 31
ZERO = 128  # how a weight of nought is stored
NORM = 0  # the column that holds each feature's squared idf
MAX_ORDERS = 10_000
BEGIN, END = "^", "$"
Lanes = int  # one whole number that holds a signed number per column side by side, so that one addition adds all
Parts = tuple[str, ...]
Rests = Sequence[tuple[Parts, str]]  # the words of a phrase after its second, the longest first, with its role


class Word(NamedTuple):
    """What is known of a word: its sums, its role or its beginning, its role, the phrases it begins by second word.

    `met` is None where the word tells nothing by being known.
    """

    sums: Lanes
    known: str
    role: str
    after: Mapping[str, Rests]
    met: bool | None


class Ordered(NamedTuple):
    """The rows of roles in one order, and their sum."""

    rows: frozenset[int]
    sums: Lanes


class Rows(dict[int, Lanes]):
    """The rows of the matrix as lanes, each made when it is first wanted."""

    def __init__(self, weights: Weights) -> None:
        self.matrix, self.width = weights.matrix, len(weights.columns)

    def __missing__(self, row: int) -> Lanes:
        wide = bytearray(self.width * LANE)
        wide[::LANE] = self.matrix[row * self.width : (row + 1) * self.width]
        lanes = self[row] = int.from_bytes(wide, "little") - _each_lane(self.width, ZERO)
        return lanes


@dataclass(frozen=True, slots=True)
class Tables:
    """The features of several parts by sort, each with its row; `words` and `ordered` are memory, never a difference.

    `orders` are roles that follow each other, `over_one` and `over_two` pairs with others between.
    """

    weights: Weights
    rows: Rows
    pairs: dict[Parts, int] = field(default_factory=dict)
    runs: dict[Parts, int] = field(default_factory=dict)
    orders: dict[Parts, int] = field(default_factory=dict)
    over_one: dict[Parts, int] = field(default_factory=dict)
    over_two: dict[Parts, int] = field(default_factory=dict)
    phrases: dict[str, dict[str, list[tuple[Parts, str]]]] = field(default_factory=dict)
    words: dict[str, Word] = field(default_factory=dict)
    ordered: dict[tuple[str, ...], Ordered] = field(default_factory=dict)


@lru_cache(maxsize=4)
def make_tables(weights: Weights) -> Tables:
    """Cut the names of features into their parts. A tenth of a second, once for each model."""
    tables = Tables(weights, Rows(weights))
    sorts = ((" ", tables.pairs), ("/", tables.runs), (">>>", tables.over_two), (">>", tables.over_one))
    shared: dict[str, str] = {}
    left = list(weights.index.items())
    for mark, table in (*sorts, (">", tables.orders)):
        for name, row in left:
            if mark in name:
                table[tuple([shared.setdefault(part, part) for part in name.split(mark)])] = row
        left = [each for each in left if mark not in each[0]]
    for phrase, role in sorted(weights.roles.phrases.items(), key=lambda each: -each[0].count(" ")):
        first, second, *rest = phrase.split()
        tables.phrases.setdefault(first, {}).setdefault(second, []).append((tuple(rest), role))
    return tables


def score(
    tables: Tables, spoken: Sequence[Sequence[str]], extra: Iterable[str]
) -> tuple[list[list[float]], list[float], float]:
    """Log-odds by column of each sentence and of the letter with its `extra` features; the share of words known."""
    index, rows = tables.weights.index, tables.rows
    every: dict[str, Word] = {}
    seen: set[int] = set()
    told = []
    for tokens in spoken:
        words = {word: tables.words.get(word) or _learn(tables, word) for word in tokens}
        each = [words[word] for word in tokens]
        found, ordered = _pairs_and_runs(tables, tokens, each), _ordered(tables, _roles(tokens, each))
        told.append(_odds(tables.weights, sum(map(rows.__getitem__, found)) + ordered.sums + _sum(words)))
        seen |= found | ordered.rows
        every |= words
    named = sum(rows[index[name]] for name in set(extra) if name in index)
    whole = _odds(tables.weights, sum(map(rows.__getitem__, seen)) + _sum(every) + named)
    met = [word.met for word in every.values() if word.met is not None]
    return told, whole, sum(met) / len(met) if met else 0.0


def _sum(words: Mapping[str, Word]) -> Lanes:
    return sum([word.sums for word in words.values()])


def _learn(tables: Tables, word: str) -> Word:
    index, role = tables.weights.index, word_role(tables.weights.roles, word)
    sums = sum(tables.rows[index[name]] for name in word_features(word) if name in index)
    met = "=" + word in index if tells(word) else None
    known = Word(sums, role or word[:5], role, tables.phrases.get(word, {}), met)
    if len(tables.words) < MAX_REMEMBERED:
        tables.words[word] = known
    return known


def _pairs_and_runs(tables: Tables, tokens: Sequence[str], words: Sequence[Word]) -> set[Any]:
    """The rows of words together; with `_ordered` the same as `weights.phrase_features` names."""
    mixed = (BEGIN, *[word.known for word in words], END)
    found = set(map(tables.pairs.get, pairwise((BEGIN, *tokens, END))))
    runs = tables.runs.get
    found.update(map(runs, pairwise(mixed)), map(runs, zip(mixed, mixed[1:], mixed[2:], strict=False)))
    found.discard(None)
    return found


def _ordered(tables: Tables, roles: tuple[str, ...]) -> Ordered:
    """The roles and their orders; two sentences of three have roles that were met in the same order before."""
    known = tables.ordered.get(roles)
    if known is None:
        order, orders = (BEGIN, *roles, END), tables.orders.get
        one, two, three = order[1:], order[2:], order[3:]
        found = {
            *map(tables.weights.index.get, roles),
            *map(orders, pairwise(order)),
            *map(orders, zip(order, one, two, strict=False)),
            *map(orders, zip(order, one, two, three, strict=False)),
            *map(tables.over_one.get, zip(order, two, strict=False)),
            *map(tables.over_two.get, zip(order, three, strict=False)),
        }
        rows = frozenset(row for row in found if row is not None)
        known = Ordered(rows, sum(map(tables.rows.__getitem__, rows)))
        if len(tables.ordered) < MAX_ORDERS:
            tables.ordered[roles] = known
    return known


def _roles(tokens: Sequence[str], words: Sequence[Word]) -> tuple[str, ...]:
    """The roles of a sentence in their order; the same as `weights.role_sequence` finds."""
    pairs = zip(words, tokens[1:], strict=False)
    heads = [at for at, (word, after) in enumerate(pairs) if after in word.after]
    roles = [word.role for word in words]
    told = [role for role in (_with_phrases(tokens, words, roles, heads) if heads else roles) if role]
    once = [role for role, before in zip(told, ("", *told), strict=False) if role != before]
    return tuple(once[:MAX_ROLES])


def _with_phrases(tokens: Sequence[str], words: Sequence[Word], roles: list[str], heads: Iterable[int]) -> list[str]:
    """Roles word by word, with those of phrases in place of their words'; `heads` is where two words begin one."""
    found: list[str] = []
    beyond = 0
    for at in heads:
        for rest, role in words[at].after[tokens[at + 1]] if at >= beyond else ():
            end = at + 2 + len(rest)
            if tuple(tokens[at + 2 : end]) == rest:
                found += [*roles[beyond:at], role]
                beyond = end
                break
    return found + roles[beyond:]


def _odds(weights: Weights, total: Lanes) -> list[float]:
    """Log-odds per column from added weights: divided by the length of the feature vector, plus bias."""
    width = len(weights.columns)
    half = _each_lane(width, HALF)
    steps = struct.unpack(f"<{width}i", ((total + half) ^ half).to_bytes(width * LANE, "little"))
    norm = sqrt(max(steps[NORM] * weights.scales[NORM], 1e-9))
    return [step * scale / norm + bias for step, scale, bias in zip(steps, weights.scales, weights.biases, strict=True)]


@cache
def _each_lane(width: int, value: int) -> Lanes:
    return sum(value << (8 * LANE * place) for place in range(width))
