"""Examples as rows of numbers: each feature once, weighed by how rare it is, every row of length one. Training only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from mailbot.model import Kind, Letter, Screening
from mailbot.triage.corpus import LabelledLetter, LabelledSentence, fold_of
from mailbot.triage.signals import envelope
from mailbot.triage.text import Sentence, sentences, tokens
from mailbot.triage.weights import Roles, features

RARE = 3  # a feature seen in fewer texts is left out
SHARES = {".": 0.5, "@": 1.5}  # how much groups of letters and the subject count beside words


@dataclass(frozen=True, slots=True)
class Table:
    """Letters and sentences with their rows: `rows` holds the letters, then `spoken`; `within` the letters' sentences.

    `owners` is the number of the letter that each sentence of `told` stands in; `posts` holds each sentence of
    `spoken` that a person wrote as a letter of its own.
    """

    letters: tuple[LabelledLetter, ...]
    spoken: tuple[LabelledSentence, ...]
    posts: tuple[LabelledLetter, ...]
    told: tuple[Sentence, ...]
    owners: tuple[int, ...]
    names: tuple[str, ...]
    idf: Any
    rows: Any
    within: Any
    alone: Any

    def as_letters(self) -> list[LabelledLetter]:
        """What the layers learn from: the letters, and each written sentence as a letter of its own."""
        return [*self.letters, *self.posts]


def tabulate(letters: Sequence[LabelledLetter], spoken: Sequence[LabelledSentence], roles: Roles) -> Table:
    """Count the features of every example once."""
    cut = [sentences(each.letter) for each in letters]
    posts = [as_letter(each) for each in spoken if not each.made]
    told = [(number, one) for number, found in enumerate(cut) for one in found]
    shown = [_letter_features(each.letter, found, roles) for each, found in zip(letters, cut, strict=True)]
    shown += [features(roles, [tokens(each.text)]) for each in spoken]
    inside = [features(roles, [one.tokens]) for _, one in told]
    alone = [_letter_features(each.letter, sentences(each.letter), roles) for each in posts]
    names, idf = _vocabulary([*shown, *inside])
    rows = [_normed(each, names, idf) for each in (shown, inside, alone)]
    owners = tuple(number for number, _ in told)
    told_sentences = tuple(one for _, one in told)
    return Table(tuple(letters), tuple(spoken), tuple(posts), told_sentences, owners, names, idf, *rows)


def as_letter(spoken: LabelledSentence) -> LabelledLetter:
    """A sentence as a letter: sent to either mailbox, or without one as a post would be."""
    mailbox = ("corona", "leuven_helpt", "")[fold_of("box" + spoken.text, 3)]
    letter = Letter(mailbox=mailbox, text=spoken.text, new_text=spoken.text)
    gold = {"act": spoken.act, "label": spoken.label}
    return LabelledLetter(spoken.text, letter, Screening(Kind.HUMAN, "a sentence"), gold)


def _letter_features(letter: Letter, found: Sequence[Sentence], roles: Roles) -> set[str]:
    return features(roles, (each.tokens for each in found)).union(envelope(letter, found))


def _vocabulary(shown: Iterable[set[str]]) -> tuple[tuple[str, ...], Any]:
    import numpy

    texts = list(shown)
    seen = Counter(name for each in texts for name in each)
    names = tuple(sorted(name for name, times in seen.items() if times >= RARE))
    often = numpy.array([seen[name] for name in names], dtype=float)
    share = numpy.array([SHARES.get(name[0], 1.0) for name in names])
    return names, (numpy.log((1 + len(texts)) / (1 + often)) + 1) * share


def _normed(shown: Sequence[set[str]], names: Sequence[str], idf: Any) -> Any:
    import numpy
    from scipy import sparse

    index = {name: number for number, name in enumerate(names)}
    known = [sorted(index[name] for name in each if name in index) for each in shown]
    pointers = numpy.cumsum([0, *map(len, known)])
    columns = numpy.fromiter((place for each in known for place in each), dtype=int, count=pointers[-1])
    matrix = sparse.csr_matrix((numpy.ones(len(columns)), columns, pointers), shape=(len(shown), len(names)))
    length = numpy.sqrt(numpy.maximum(matrix @ (idf**2), 1e-9))
    return (sparse.diags(1 / length) @ matrix @ sparse.diags(idf)).tocsr()
