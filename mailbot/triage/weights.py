"""The trained weights and how a sentence is scored with them: words, letter groups, and who does what for whom.

Additive by design: a sentence's sums are the sums of its words', a letter's those of its sentences, so each word
is looked up once and remembered. Training is in `train`, reading the file in `store`.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import sqrt
from typing import Any

MAX_REMEMBERED = 60_000
MAX_ROLES = 40
NORM = 0  # the column that holds each feature's squared idf


@dataclass(frozen=True, slots=True)
class Roles:
    """Which word or phrase plays which role in a sentence; see data/model/roles.tsv."""

    words: Mapping[str, str]
    starts: Mapping[str, str]
    phrases: Mapping[str, str]
    known: dict[str, str] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Weights:
    """One signed byte per feature and column. `scales` and `biases` are per column, `layers` the models on top.

    `columns` names what each column is for, such as `act:ask_help` or `category:meals`; column 0 is the norm.
    """

    columns: tuple[str, ...]
    index: Mapping[str, int]
    matrix: bytes
    scales: tuple[float, ...]
    biases: tuple[float, ...]
    roles: Roles
    layers: Mapping[str, Any]
    words: dict[str, tuple[int, ...] | None] = field(default_factory=dict, compare=False, repr=False)


def read_roles(lines: Iterable[str]) -> Roles:
    """Read the table of roles: role, tab, words and phrases between commas; `*` ends a beginning of words."""
    words: dict[str, str] = {}
    starts: dict[str, str] = {}
    phrases: dict[str, str] = {}
    for line in lines:
        role, _, listed = line.strip().partition("\t")
        for word in (each.strip() for each in listed.split(",") if not role.startswith("#")):
            table = phrases if " " in word else starts if word.endswith("*") else words
            table.setdefault(word.rstrip("*"), role)
    return Roles(words, starts, phrases)


def role_sequence(roles: Roles, tokens: Sequence[str]) -> list[str]:
    """The roles in a sentence in their order, longest phrase first, words without a role left out."""
    found: list[str] = []
    at, end = 0, len(tokens)
    while at < end and len(found) < MAX_ROLES:
        role, width = _role_at(roles, tokens, at)
        if role and (not found or found[-1] != role):
            found.append(role)
        at += width
    return found


def _role_at(roles: Roles, tokens: Sequence[str], at: int) -> tuple[str, int]:
    for width in (4, 3, 2):
        role = roles.phrases.get(" ".join(tokens[at : at + width])) if at + width <= len(tokens) else None
        if role:
            return role, width
    return _word_role(roles, tokens[at]), 1


def _word_role(roles: Roles, word: str) -> str:
    known = roles.known.get(word)
    if known is None:
        known = _look_up(roles, word)
        if len(roles.known) < MAX_REMEMBERED:
            roles.known[word] = known
    return known


def _look_up(roles: Roles, word: str) -> str:
    if word == "?":
        return "ASKS"
    exact = roles.words.get(word)
    if exact:
        return exact
    cuts = (roles.starts.get(word[:length]) for length in range(len(word), 2, -1))
    return next((role for role in cuts if role), "")


def word_features(word: str) -> Iterator[str]:
    """The features of one word: itself and its groups of two to five letters, word boundaries included."""
    yield "=" + word
    if len(word) < 2:
        return
    bound = f"_{word}_"
    for width in (3, 4, 5):
        yield from (bound[at : at + width] for at in range(len(bound) - width + 1))


def phrase_features(roles: Sequence[str], tokens: Sequence[str]) -> Iterator[str]:
    """The features of words together: pairs of words, and the order of roles with gaps."""
    for one, two in pairwise(tokens):
        yield f"{one} {two}"
    marked = ["^", *roles, "$"]
    yield from roles
    for at in range(len(marked) - 1):
        yield ">".join(marked[at : at + 2])
        if at + 3 <= len(marked):
            yield ">".join(marked[at : at + 3])
            yield f"{marked[at]}>>{marked[at + 2]}"
        if at + 4 <= len(marked):
            yield ">".join(marked[at : at + 4])
            yield f"{marked[at]}>>>{marked[at + 3]}"


def features(roles: Roles, tokens: Sequence[str]) -> Iterator[str]:
    """Every feature of one sentence, repeats included; the slow way, for training."""
    for word in tokens:
        yield from word_features(word)
    yield from phrase_features(role_sequence(roles, tokens), tokens)


def sums(weights: Weights, tokens: Sequence[str], extra: Iterable[str] = ()) -> tuple[int, ...]:
    """The added weights of one sentence, a number per column, before norm, scale and bias."""
    rows = [row for row in (_word(weights, word) for word in tokens) if row is not None]
    names = (*phrase_features(role_sequence(weights.roles, tokens), tokens), *extra)
    index = weights.index
    rows += [_row(weights, index[name]) for name in names if name in index]
    return add(rows, len(weights.columns))


def add(rows: Sequence[Sequence[int]], width: int) -> tuple[int, ...]:
    """Column by column sum; zeros where there is no row."""
    return tuple(map(sum, zip(*rows, strict=True))) if rows else (0,) * width


def scores(weights: Weights, total: Sequence[int]) -> list[float]:
    """Log-odds per column from added weights: divided by the length of the feature vector, plus bias."""
    norm = sqrt(max(total[NORM] * weights.scales[NORM], 1e-9))
    return [
        value * scale / norm + bias for value, scale, bias in zip(total, weights.scales, weights.biases, strict=True)
    ]


def _word(weights: Weights, word: str) -> tuple[int, ...] | None:
    try:
        return weights.words[word]
    except KeyError:
        pass
    index = weights.index
    rows = [_row(weights, index[name]) for name in word_features(word) if name in index]
    row = add(rows, len(weights.columns)) if rows else None
    if len(weights.words) < MAX_REMEMBERED:
        weights.words[word] = row
    return row


def _row(weights: Weights, number: int) -> tuple[int, ...]:
    width = len(weights.columns)
    return struct.unpack_from(f"{width}b", weights.matrix, number * width)
