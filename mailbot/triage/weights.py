"""The trained weights, and the features of a sentence by name: words, letter groups, and who does what for whom.

How a letter is scored with them is in `lookup`; training is in `train`, reading the file in `store`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

MAX_REMEMBERED = 30_000
MAX_ROLES = 40
WORD = 4  # letters from which on a word tells whether a text is of a kind that training met


@dataclass(frozen=True, slots=True)
class Roles:
    """Which word or phrase plays which role in a sentence; see data/model/roles.tsv."""

    words: Mapping[str, str]
    starts: Mapping[str, str]
    phrases: Mapping[str, str]
    widths: Mapping[str, tuple[int, ...]]
    known: dict[str, str] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """A small model over named signals: of each class its bias and one coefficient a name.

    `lean` says of two classes how far each signal speaks for the second against the first.
    """

    names: Sequence[str]
    classes: Sequence[str]
    coef: Sequence[Sequence[float]]
    bias: Sequence[float]
    lean: Mapping[str, float] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        pairs = zip(self.names, self.coef[0], self.coef[-1], strict=True)
        object.__setattr__(self, "lean", {name: high - low for name, low, high in pairs})


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """One byte per feature and column, 128 being nought. `scales` and `biases` are per column, `layers` on top.

    `columns` names what each column is for, such as `act:ask_help` or `category:meals`; column 0 is the norm.
    """

    columns: tuple[str, ...]
    index: Mapping[str, int]
    matrix: bytes
    scales: tuple[float, ...]
    biases: tuple[float, ...]
    roles: Roles
    layers: Mapping[str, Layer]


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
    return make_roles(words, starts, phrases)


def make_roles(words: Mapping[str, str], starts: Mapping[str, str], phrases: Mapping[str, str]) -> Roles:
    """The tables of roles, with the lengths of the phrases that begin with each word, longest first."""
    widths: dict[str, set[int]] = {}
    for phrase in phrases:
        widths.setdefault(phrase.split()[0], set()).add(len(phrase.split()))
    return Roles(words, starts, phrases, {word: tuple(sorted(found, reverse=True)) for word, found in widths.items()})


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
    for width in roles.widths.get(tokens[at], ()):
        role = roles.phrases.get(" ".join(tokens[at : at + width]))
        if role:
            return role, width
    return word_role(roles, tokens[at]), 1


def word_role(roles: Roles, word: str) -> str:
    """The role of a word by itself, or nothing."""
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


def tells(word: str) -> bool:
    """Whether a word tells, by being known or not, if a text is of a kind that training met."""
    return len(word) >= WORD and not word.isdigit()


def word_features(word: str) -> tuple[str, ...]:
    """The features of one word: itself, its beginning, and its groups of three to five letters, ends included."""
    if len(word) < 2:
        return ("=" + word,)
    bound = f"_{word}_"
    groups = ("." + bound[at : at + width] for width in (3, 4, 5) for at in range(len(bound) - width + 1))
    return ("=" + word, "~" + word[:4], *groups)


_features_again = lru_cache(maxsize=1 << 14)(word_features)  # training meets a word many times, reading only once


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
    return [word_role(roles, word) or word[:5] for word in tokens]


def features(roles: Roles, tokens: Sequence[str]) -> set[str]:
    """Every feature of a sentence, given its words; each once, however often it stands there."""
    found = set(phrase_features(role_sequence(roles, tokens), tokens, known_words(roles, tokens)))
    for word in tokens:
        found.update(_features_again(word))
    return found
