"""Training: from labelled letters and sentences to weights. Deterministic; scikit-learn is imported only inside.

Two storeys. The ground floor scores words for many questions at once (`ground`). On it stand small layers that weigh
what a whole letter shows (`layers`), trained on what the ground floor says of letters it has not seen.
How examples become rows of numbers is in `table`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from mailbot.triage.corpus import LabelledLetter, LabelledSentence, fold_of
from mailbot.triage.ground import ALWAYS, Fitted, Ground, fit, ground
from mailbot.triage.heads import importance, letter_answers, spoken_answers
from mailbot.triage.layers import fit_layers
from mailbot.triage.signals import Reading
from mailbot.triage.table import Table
from mailbot.triage.text import fold, sentences
from mailbot.triage.unseen import readings
from mailbot.triage.weights import Layer, Roles, Weights

FOLDS = 5
STEPS = 120
FAINT = 4  # a feature whose every weight is smaller than so many steps is left out
Tell = Callable[[str], None]


def train(
    table: Table, roles: Roles, letters: Sequence[int] | None = None, tell: Tell = lambda _: None
) -> Weights:
    """Train both storeys on the table's sentences and the given letters, by default all. Same input, same weights."""
    import numpy

    kept = list(range(len(table.letters)) if letters is None else letters)
    chosen = [*kept, *range(len(table.letters), len(table.letters) + len(table.spoken))]
    rows, examples = table.rows[chosen], [table.letters[at] for at in kept]
    fitted = fit(table.alike[numpy.ix_(chosen, chosen)], *_asked(examples, table.spoken))
    tell(f"{len(kept)} letters, {len(table.spoken)} sentences, {len(table.names)} features")
    taught = [*kept, *range(len(table.letters), len(table.letters) + len(table.posts))]
    everything = table.as_letters()
    unseen = _unseen_readings(table, rows, fitted, taught)
    layers = fit_layers([unseen[at] for at in taught], [everything[at] for at in taught])
    tell("layers trained")
    return quantise(table, ground(rows, fitted), roles, layers)


def _asked(letters: Sequence[LabelledLetter], spoken: Sequence[LabelledSentence]) -> tuple[Any, Any, Any]:
    """The answers of all examples, how much each counts, and the part in which it is left out."""
    import numpy

    answers = [*map(letter_answers, letters), *map(spoken_answers, spoken)]
    parts = [*(fold_of(each.id, FOLDS) for each in letters), *map(_part, spoken)]
    counts = [*map(importance, letters), *map(importance, spoken)]
    return numpy.array(answers, numpy.float32), numpy.array(counts, numpy.float32), numpy.array(parts)


def _unseen_readings(table: Table, rows: Any, fitted: Fitted, taught: Sequence[int]) -> dict[int, Reading]:
    """A reading of each of the numbers of `table.as_letters()`, by a ground floor that was fitted without it."""
    everything = table.as_letters()
    found: dict[int, Reading] = {}
    for number in range(FOLDS):
        wanted = [at for at in taught if fold_of(everything[at].id, FOLDS) == number]
        found |= dict(zip(wanted, readings(table, ground(rows, fitted, number), wanted), strict=True))
    return found


def _part(spoken: LabelledSentence) -> int:
    return ALWAYS if spoken.made else fold_of(spoken.text, FOLDS)


def apart(spoken: Sequence[LabelledSentence], letters: Iterable[LabelledLetter]) -> list[LabelledSentence]:
    """The sentences that stand in no letter, so that nothing is validated on itself; each once."""
    known = {_bare(each.text) for letter in letters for each in sentences(letter.letter)}
    once = {(_bare(each.text)): each for each in reversed(spoken)}
    return [each for bare, each in reversed(once.items()) if bare not in known or len(bare) < 20]


def _bare(text: str) -> str:
    return fold(text).strip(" .!?,")


def quantise(table: Table, floor: Ground, roles: Roles, layers: dict[str, Layer]) -> Weights:
    """The weights as they are shipped: one octet per feature and column, features that say nothing left out."""
    import numpy

    stacked = numpy.vstack([table.idf**2, floor.coef * table.idf])
    most = numpy.abs(stacked).max(axis=1)
    scales = numpy.where(most > 0, most / STEPS, 1.0)
    steps = numpy.rint(stacked / scales[:, None]).astype(int)
    used = numpy.flatnonzero(numpy.abs(steps[1:]).max(axis=0) >= FAINT)
    return Weights(
        columns=("norm", *floor.columns),
        index={table.names[at]: place for place, at in enumerate(used)},
        matrix=(steps[:, used].T + 128).astype(numpy.uint8).tobytes(),
        scales=tuple(float(f"{scale:.6g}") for scale in scales),
        biases=(0.0, *(float(f"{bias:.5g}") for bias in floor.bias)),
        roles=roles,
        layers=layers,
    )
