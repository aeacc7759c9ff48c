"""Training: from labelled letters and sentences to weights. Deterministic; scikit-learn is imported only inside.

Two storeys. The ground floor scores words for many questions at once (`fit_ground`). On it stand small layers that
weigh what a whole letter shows (`layers`), trained on letters the ground floor had not seen (stacking, Wolpert 1992).
How examples become rows of numbers is in `table`.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from mailbot.triage.corpus import LabelledLetter, LabelledSentence, fold_of
from mailbot.triage.heads import FLAGS, INTENTS, Head, allowed_acts, heads
from mailbot.triage.layers import fit_layers
from mailbot.triage.rules import TriageRules
from mailbot.triage.signals import Reading
from mailbot.triage.table import Table, tabulate
from mailbot.triage.text import fold, sentences
from mailbot.triage.unseen import readings
from mailbot.triage.weights import Roles, Weights

FOLDS = 5
STEPS = 127
LIKELY = 0.15  # an act less likely than this is not learnt from
GUESSED = 0.35  # how much a sentence whose act was guessed counts beside one that a person labelled
STACKED = ("act", *(f"intent:{name}" for name in INTENTS), *(f"flag:{name}" for name in FLAGS))
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Ground:
    """The fitted ground floor: one row of `coef` and one bias per column."""

    columns: tuple[str, ...]
    coef: Any
    bias: Any


def train(
    letters: Sequence[LabelledLetter],
    spoken: Sequence[LabelledSentence],
    roles: Roles,
    rules: TriageRules,
    tell: Tell = lambda _: None,
) -> Weights:
    """Train both storeys on everything given. The same input gives the same weights."""
    alone = apart(spoken, letters)
    table = tabulate(letters, alone, roles)
    tell(f"{len(letters)} letters, {len(alone)} sentences, {len(table.names)} features")
    layers = fit_layers(unseen_readings(table, rules, tell), table.as_letters())
    tell("layers trained")
    ground = fit_ground(table, range(len(letters)), range(len(alone)))
    return quantise(table, ground, roles, layers)


def unseen_readings(table: Table, rules: TriageRules, tell: Tell = lambda _: None) -> list[Reading]:
    """A reading of each of `table.as_letters()`, by a ground floor that was fitted without it."""
    everything = table.as_letters()
    found: dict[int, Reading] = {}
    for number in range(FOLDS):
        kept = [at for at, each in enumerate(table.letters) if fold_of(each.id, FOLDS) != number]
        heard = [at for at, each in enumerate(table.spoken) if each.made or fold_of(each.text, FOLDS) != number]
        ground = fit_ground(table, kept, heard, STACKED)
        wanted = [at for at, each in enumerate(everything) if fold_of(each.id, FOLDS) == number]
        found |= dict(zip(wanted, readings(table, ground, wanted, rules), strict=True))
        tell(f"part {number + 1} of {FOLDS} read")
    return [found[at] for at in range(len(everything))]


def apart(spoken: Sequence[LabelledSentence], letters: Iterable[LabelledLetter]) -> list[LabelledSentence]:
    """The sentences that stand in no letter, so that nothing is validated on itself; each once."""
    known = {_bare(each.text) for letter in letters for each in sentences(letter.letter)}
    once = {(_bare(each.text)): each for each in reversed(spoken)}
    return [each for bare, each in reversed(once.items()) if bare not in known or len(bare) < 20]


def _bare(text: str) -> str:
    return fold(text).strip(" .!?,")


def fit_ground(table: Table, letters: Sequence[int], spoken: Sequence[int], asked: Sequence[str] = ()) -> Ground:
    """Fit the ground floor on some of the table's examples; `asked` limits it to some groups or columns.

    The sentences of the letters have no act of their own in the corpus. They are first heard with what the single
    sentences taught, within what the letter's labels allow, and then teach in their turn (one round of
    expectation and maximisation).
    """
    import numpy

    kept = [*letters, *(len(table.letters) + at for at in spoken)]
    rows = table.rows[kept]
    questions = heads([table.letters[at] for at in letters], [table.spoken[at] for at in spoken])
    asked_heads = [each for each in questions if not asked or each.columns[0].startswith(tuple(asked))]
    fitted = [_fit(each, rows) for each in asked_heads]
    fitted[0] = _heard_again(table, asked_heads[0], fitted[0], rows, set(letters))
    return Ground(
        tuple(column for each in asked_heads for column in each.columns),
        numpy.vstack([coef for coef, _ in fitted]),
        numpy.concatenate([bias for _, bias in fitted]),
    )


def _heard_again(table: Table, head: Head, first: tuple[Any, Any], rows: Any, letters: set[int]) -> tuple[Any, Any]:
    """The head of acts once more, with the sentences of letters beside the single ones."""
    import numpy
    from scipy import sparse

    coef, bias = first
    names = [name.partition(":")[2] for name in head.columns]
    places = [at for at, owner in enumerate(table.owners) if owner in letters]
    within = table.within[places]
    odds = within @ coef.T + bias
    allowed = numpy.array([[name in allowed_acts(table.letters[table.owners[at]]) for name in names] for at in places])
    chances = numpy.exp(odds - odds.max(axis=1, keepdims=True)) * allowed
    chances /= chances.sum(axis=1, keepdims=True)
    which, act = numpy.nonzero(chances > LIKELY)
    labels = (*head.labels, *(names[each] for each in act))
    importance = (*head.importance, *(GUESSED * chances[which, act]))
    return _fit(replace(head, labels=labels, importance=importance), sparse.vstack([rows, within[which]]).tocsr())


def _fit(head: Head, rows: Any) -> tuple[Any, Any]:
    """One against the rest for every column; a head of one column has the labels True and False."""
    import numpy
    from sklearn.linear_model import LogisticRegression

    kept = numpy.array([at for at, label in enumerate(head.labels) if label is not None])
    labels = numpy.array([head.labels[at] for at in kept])
    importance = numpy.array([head.importance[at] for at in kept])
    shown = rows[kept]
    coefs, biases = [], []
    for column in head.columns:
        wanted = "True" if len(head.columns) == 1 else column.partition(":")[2]
        model = LogisticRegression(C=head.freedom, tol=1e-2, solver="liblinear", random_state=0)
        model.fit(shown, labels == wanted, sample_weight=importance)
        coefs.append(model.coef_[0])
        biases.append(model.intercept_[0])
    return numpy.vstack(coefs), numpy.array(biases)


def quantise(table: Table, ground: Ground, roles: Roles, layers: dict[str, Any]) -> Weights:
    """The weights as they are shipped: one octet per feature and column, features that say nothing left out."""
    import numpy

    stacked = numpy.vstack([table.idf**2, ground.coef * table.idf])
    most = numpy.abs(stacked).max(axis=1)
    scales = numpy.where(most > 0, most / STEPS, 1.0)
    steps = numpy.rint(stacked / scales[:, None]).astype(int)
    used = [at for at in range(len(table.names)) if steps[1:, at].any()]
    return Weights(
        columns=("norm", *ground.columns),
        index={table.names[at]: place for place, at in enumerate(used)},
        matrix=b"".join(struct.pack(f"{len(steps)}B", *(steps[:, at] + 128)) for at in used),
        scales=tuple(float(f"{scale:.6g}") for scale in scales),
        biases=(0.0, *(float(f"{bias:.5g}") for bias in ground.bias)),
        roles=roles,
        layers=layers,
    )
