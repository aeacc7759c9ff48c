"""Examples as rows of numbers: each feature once, weighed by how rare it is, every row of length one. Training only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from mailbot.model import Kind, Letter, Screening
from mailbot.triage.corpus import LabelledLetter, LabelledSentence, fold_of
from mailbot.triage.ground import likeness
from mailbot.triage.rules import TriageRules
from mailbot.triage.signals import Noted, envelope, note
from mailbot.triage.text import tokens
from mailbot.triage.weights import Roles, features

RARE = {".": 4, "/": 4, " ": 3}  # a feature seen in fewer texts is left out, by what it holds
SHARES = {".": 0.5, "@": 1.5}  # how much groups of letters and the subject count beside words


@dataclass(frozen=True, slots=True)
class Table:
    """Letters and sentences with their rows: `rows` holds the letters, then `spoken`; `within` the letters' sentences.

    `owners` is the number of the letter that each row of `within` stands in; `posts` holds each sentence of
    `spoken` that a person wrote, as a letter of its own, and `alone` its rows. `noted` is what does not depend on
    any weights, of letters and posts; `alike` the likeness of all `rows` to each other.
    """

    letters: tuple[LabelledLetter, ...]
    spoken: tuple[LabelledSentence, ...]
    posts: tuple[LabelledLetter, ...]
    noted: tuple[Noted, ...]
    owners: tuple[int, ...]
    names: tuple[str, ...]
    idf: Any
    rows: Any
    within: Any
    alone: Any
    alike: Any

    def as_letters(self) -> list[LabelledLetter]:
        """What the layers learn from: the letters, and each written sentence as a letter of its own."""
        return [*self.letters, *self.posts]


def tabulate(
    letters: Sequence[LabelledLetter], spoken: Sequence[LabelledSentence], roles: Roles, rules: TriageRules
) -> Table:
    """Count the features of every example once, and all that training does not change."""
    posts = [as_letter(each) for each in spoken if not each.made]
    noted = [note(each.letter, rules) for each in (*letters, *posts)]
    told = [(number, one) for number, found in enumerate(noted[: len(letters)]) for one in found.sentences]
    inside = [features(roles, one.tokens) for _, one in told]
    of_letters = [set(envelope(one.letter, found.sentences)) for one, found in zip(letters, noted, strict=False)]
    for (number, _), shown in zip(told, inside, strict=True):
        of_letters[number] |= shown
    heard = [features(roles, tokens(each.text)) for each in spoken]
    written = (found for found, each in zip(heard, spoken, strict=True) if not each.made)
    alone = [found.union(envelope(post.letter, ())) for found, post in zip(written, posts, strict=True)]
    names, idf = _vocabulary([*of_letters, *heard, *inside])
    rows, within, lone = (_normed(each, names, idf) for each in ([*of_letters, *heard], inside, alone))
    owners = tuple(number for number, _ in told)
    kept = (tuple(letters), tuple(spoken), tuple(posts), tuple(noted))
    return Table(*kept, owners, names, idf, rows, within, lone, likeness(rows))


def as_letter(spoken: LabelledSentence) -> LabelledLetter:
    """A sentence as a letter: sent to either mailbox, or without one as a post would be."""
    mailbox = ("corona", "leuven_helpt", "")[fold_of("box" + spoken.text, 3)]
    letter = Letter(mailbox=mailbox, text=spoken.text, new_text=spoken.text)
    gold = {"act": spoken.act, "label": spoken.label}
    return LabelledLetter(spoken.text, letter, Screening(Kind.HUMAN, "a sentence"), gold)


def _vocabulary(texts: Sequence[set[str]]) -> tuple[tuple[str, ...], Any]:
    import numpy

    seen = Counter(name for each in texts for name in each)
    names = tuple(sorted(name for name, times in seen.items() if times >= _rare(name)))
    often = numpy.array([seen[name] for name in names], dtype=numpy.float32)
    share = numpy.array([SHARES.get(name[0], 1.0) for name in names], dtype=numpy.float32)
    return names, (numpy.log((1 + len(texts)) / (1 + often)) + 1) * share


def _rare(name: str) -> int:
    sort = name[0] if name[0] in RARE else "/" if "/" in name else " "
    return RARE[sort]


def _normed(shown: Sequence[Iterable[str]], names: Sequence[str], idf: Any) -> Any:
    import numpy
    from scipy import sparse

    index = {name: number for number, name in enumerate(names)}
    known = [sorted(index[name] for name in each if name in index) for each in shown]
    pointers = numpy.cumsum([0, *map(len, known)])
    columns = numpy.fromiter((place for each in known for place in each), dtype=numpy.int32, count=pointers[-1])
    matrix = sparse.csr_matrix((numpy.ones(len(columns), idf.dtype), columns, pointers), shape=(len(shown), len(names)))
    length = numpy.sqrt(numpy.maximum(matrix @ (idf**2), 1e-9))
    return (sparse.diags(1 / length) @ matrix @ sparse.diags(idf)).tocsr()
