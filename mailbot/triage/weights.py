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
Row = tuple[int, ...]
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
    rows: dict[str, Row] = field(default_factory=dict, compare=False, repr=False)
    words: dict[str, Row | None] = field(default_factory=dict, compare=False, repr=False)


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
    """The features of one word: itself, its beginning, and its groups of three to five letters, ends included."""
    yield "=" + word
    if len(word) < 2:
        return
    yield "~" + word[:4]
    bound = f"._{word}_"
    for width in (3, 4, 5):
        yield from ("." + bound[at : at + width] for at in range(1, len(bound) - width + 1))


def phrase_features(roles: Sequence[str], tokens: Sequence[str], known: Sequence[str]) -> Iterator[str]:
    """The features of words together: pairs of words, runs of words and roles, and the order of roles with gaps."""
    for one, two in pairwise(("^", *tokens, "$")):
        yield f"{one} {two}"
    mixed = ("^", *known, "$")
    for one, two in pairwise(mixed):
        yield f"{one}/{two}"
    for one, two, three in zip(mixed, mixed[1:], mixed[2:], strict=False):
        yield f"{one}/{two}/{three}"
    yield from roles
    yield from role_features(("^", *roles, "$"))


def role_features(marked: Sequence[str]) -> Iterator[str]:
    """Roles that follow each other, two to four, and pairs with one or two others between."""
    for at in range(len(marked) - 1):
        yield ">".join(marked[at : at + 2])
        if at + 3 <= len(marked):
            yield ">".join(marked[at : at + 3])
            yield f"{marked[at]}>>{marked[at + 2]}"
        if at + 4 <= len(marked):
            yield ">".join(marked[at : at + 4])
            yield f"{marked[at]}>>>{marked[at + 3]}"


def known_words(roles: Roles, tokens: Iterable[str]) -> list[str]:
    """Each word as its role, or as its beginning where it has none."""
    return [_word_role(roles, word) or word[:5] for word in tokens]


def features(roles: Roles, spoken: Iterable[Sequence[str]]) -> set[str]:
    """Every feature of a text, given the words of its sentences; each once, however often it stands there."""
    found: set[str] = set()
    for tokens in spoken:
        found.update(phrase_features(role_sequence(roles, tokens), tokens, known_words(roles, tokens)))
        found.update(name for word in set(tokens) for name in word_features(word))
    return found


def sums(weights: Weights, spoken: Iterable[Sequence[str]], extra: Iterable[str]) -> tuple[list[Row], Row]:
    """The added weights of each sentence, and of the letter, in which every word and phrase counts once."""
    width = len(weights.columns)
    seen: set[str] = set()
    each: list[Row] = []
    fresh_rows: list[Row] = [_row(weights, name) for name in extra if name in weights.index]
    for tokens in spoken:
        rows = _rows(weights, tokens)
        fresh = add([row for name, row in rows.items() if name not in seen], width)
        again = add([row for name, row in rows.items() if name in seen], width)
        seen.update(rows)
        fresh_rows.append(fresh)
        each.append(add((fresh, again), width))
    return each, add(fresh_rows, width)


def _rows(weights: Weights, tokens: Sequence[str]) -> dict[str, Row]:
    # A word, a phrase and a role can share one table: roles are capitals, phrases hold a space, slash or bracket.
    found = {word: row for word in tokens if (row := _word(weights, word)) is not None}
    roles, index = weights.roles, weights.index
    for name in phrase_features(role_sequence(roles, tokens), tokens, known_words(roles, tokens)):
        if name in index:
            found[name] = _row(weights, name)
    return found


def add(rows: Sequence[Sequence[int]], width: int) -> Row:
    """Column by column sum; zeros where there is no row."""
    if len(rows) == 1:
        return tuple(rows[0])
    return tuple(map(sum, zip(*rows, strict=True))) if rows else (0,) * width


def scores(weights: Weights, total: Sequence[int]) -> list[float]:
    """Log-odds per column from added weights: divided by the length of the feature vector, plus bias."""
    norm = sqrt(max(total[NORM] * weights.scales[NORM], 1e-9))
    return [
        value * scale / norm + bias for value, scale, bias in zip(total, weights.scales, weights.biases, strict=True)
    ]


def _word(weights: Weights, word: str) -> Row | None:
    try:
        return weights.words[word]
    except KeyError:
        pass
    rows = [_row(weights, name) for name in word_features(word) if name in weights.index]
    row = add(rows, len(weights.columns)) if rows else None
    if len(weights.words) < MAX_REMEMBERED:
        weights.words[word] = row
    return row


def _row(weights: Weights, name: str) -> Row:
    row = weights.rows.get(name)
    if row is None:
        width = len(weights.columns)
        row = weights.rows[name] = struct.unpack_from(f"{width}b", weights.matrix, weights.index[name] * width)
    return row
