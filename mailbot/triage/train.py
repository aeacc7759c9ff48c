"""Training: from labelled letters and sentences to weights. Deterministic; scikit-learn is imported only inside.

Two storeys. The ground floor scores words for many questions at once (`fit_base`). On it stand small layers that
weigh what a whole letter shows (`layers`), trained on letters the ground floor had not seen (stacking, Wolpert 1992).
"""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from mailbot.model import Letter, Screening
from mailbot.triage.corpus import LabelledLetter, LabelledSentence, fold_of
from mailbot.triage.heads import Head, heads
from mailbot.triage.layers import fit_layers
from mailbot.triage.rules import TriageRules
from mailbot.triage.signals import Reading, envelope, read
from mailbot.triage.text import fold, sentences, tokens
from mailbot.triage.weights import Roles, Weights, features

FOLDS = 5
RARE = 3  # a feature seen in fewer sentences is left out
STEPS = 127
Tell = Callable[[str], None]


def train(
    letters: Sequence[LabelledLetter],
    spoken: Sequence[LabelledSentence],
    roles: Roles,
    rules: TriageRules,
    tell: Tell = lambda _: None,
) -> Weights:
    """Train both storeys on everything given. The same input gives the same weights."""
    alone = apart(spoken, letters)
    tell(f"{len(letters)} letters, {len(alone)} sentences")
    readings = unseen_readings(letters, alone, roles, rules, tell)
    layers = fit_layers(readings, examples(letters, alone))
    tell("layers trained")
    return replace(fit_base(letters, alone, roles), layers=layers)


def examples(letters: Sequence[LabelledLetter], spoken: Sequence[LabelledSentence]) -> list[LabelledLetter]:
    """What the layers learn from: the letters, and each sentence as a letter of its own, for short posts."""
    return [*letters, *(as_letter(each) for each in spoken)]


def unseen_readings(
    letters: Sequence[LabelledLetter],
    spoken: Sequence[LabelledSentence],
    roles: Roles,
    rules: TriageRules,
    tell: Tell = lambda _: None,
) -> list[Reading]:
    """A reading of each of `examples`, by weights that were trained without it."""
    everything = examples(letters, spoken)
    found: dict[int, Reading] = {}
    for number in range(FOLDS):
        kept = [each for each in letters if fold_of(each.id, FOLDS) != number]
        heard = [each for each in spoken if fold_of(each.text, FOLDS) != number]
        reader = replace(rules, weights=fit_base(kept, heard, roles))
        for at, each in enumerate(everything):
            if fold_of(each.id, FOLDS) == number:
                found[at] = read(each.letter, reader)
        tell(f"part {number + 1} of {FOLDS} read")
    return [found[at] for at in range(len(everything))]


def apart(spoken: Sequence[LabelledSentence], letters: Iterable[LabelledLetter]) -> list[LabelledSentence]:
    """The sentences that stand in no letter, so that nothing is validated on itself; each once."""
    known = {_bare(each.text) for letter in letters for each in sentences(letter.letter)}
    once = {(_bare(each.text)): each for each in reversed(spoken)}
    return [each for bare, each in reversed(once.items()) if bare not in known or len(bare) < 20]


def as_letter(spoken: LabelledSentence) -> LabelledLetter:
    """A sentence as a letter: sent to either mailbox, or without one as a post would be."""
    mailbox = ("corona", "leuven_helpt", "")[fold_of("box" + spoken.text, 3)]
    letter = Letter(mailbox=mailbox, text=spoken.text, new_text=spoken.text)
    return LabelledLetter(
        spoken.text, letter, Screening(_human(), "a sentence"), {"act": spoken.act, "label": spoken.label}
    )


def fit_base(letters: Sequence[LabelledLetter], spoken: Sequence[LabelledSentence], roles: Roles) -> Weights:
    """Train the ground floor: one signed byte per feature and column."""
    counts = [letter_counts(each.letter, roles) for each in letters]
    counts += [Counter(features(roles, tokens(each.text))) for each in spoken]
    names, idf = _vocabulary(counts)
    rows = _normed(counts, names, idf)
    fitted = [_fit(head, rows) for head in heads(letters, spoken)]
    return _quantised(names, idf, fitted, roles)


def letter_counts(letter: Letter, roles: Roles) -> Counter[str]:
    """Every feature of a letter with its number of times."""
    found = sentences(letter)
    total = Counter(envelope(letter, found))
    for each in found:
        total.update(features(roles, each.tokens))
    return total


def _bare(text: str) -> str:
    return fold(text).strip(" .!?,")


def _human() -> Any:
    from mailbot.model import Kind

    return Kind.HUMAN


def _vocabulary(counts: Sequence[Counter[str]]) -> tuple[list[str], Any]:
    import numpy

    seen = Counter(name for each in counts for name in each)
    names = [name for name, times in seen.items() if times >= RARE]
    often = numpy.array([seen[name] for name in names], dtype=float)
    return names, numpy.log((1 + len(counts)) / (1 + often)) + 1


def _normed(counts: Sequence[Counter[str]], names: Sequence[str], idf: Any) -> Any:
    import numpy
    from scipy import sparse

    index = {name: number for number, name in enumerate(names)}
    pointers, columns, values = [0], [], []
    for each in counts:
        known = [(index[name], times) for name, times in each.items() if name in index]
        columns += [number for number, _ in known]
        values += [times for _, times in known]
        pointers.append(len(columns))
    matrix = sparse.csr_matrix((values, columns, pointers), shape=(len(counts), len(names)), dtype=float)
    length = numpy.sqrt(numpy.maximum(matrix @ (idf**2), 1e-9))
    return (sparse.diags(1 / length) @ matrix @ sparse.diags(idf)).tocsr()


def _fit(head: Head, rows: Any) -> tuple[Head, Any, Any]:
    import numpy
    from sklearn.linear_model import LogisticRegression

    kept = numpy.array([at for at, label in enumerate(head.labels) if label is not None])
    labels = [head.labels[at] for at in kept]
    importance = numpy.array([head.importance[at] for at in kept])
    model = LogisticRegression(C=head.freedom, tol=1e-3, max_iter=100, solver="lbfgs")
    model.fit(rows[kept], labels, sample_weight=importance)
    if len(head.columns) == 1:
        return head, model.coef_, model.intercept_
    order = [list(model.classes_).index(name.partition(":")[2]) for name in head.columns]
    return head, model.coef_[order], model.intercept_[order]


def _quantised(names: Sequence[str], idf: Any, fitted: Sequence[tuple[Head, Any, Any]], roles: Roles) -> Weights:
    import numpy

    stacked = numpy.vstack([idf**2, *(coef * idf for _, coef, _ in fitted)])
    most = numpy.abs(stacked).max(axis=1)
    scales = numpy.where(most > 0, most / STEPS, 1.0)
    steps = numpy.rint(stacked / scales[:, None]).astype(int)
    used = [at for at in range(len(names)) if steps[1:, at].any()]
    return Weights(
        columns=("norm", *(name for head, _, _ in fitted for name in head.columns)),
        index={names[at]: place for place, at in enumerate(used)},
        matrix=b"".join(struct.pack(f"{len(steps)}b", *steps[:, at]) for at in used),
        scales=tuple(float(f"{scale:.6g}") for scale in scales),
        biases=(0.0, *(float(f"{bias:.5g}") for _, _, biases in fitted for bias in biases)),
        roles=roles,
        layers={},
    )
