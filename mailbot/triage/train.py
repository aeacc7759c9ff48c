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
from mailbot.triage.heads import Head, allowed_acts, heads
from mailbot.triage.layers import fit_layers
from mailbot.triage.rules import TriageRules
from mailbot.triage.signals import Reading, envelope, read
from mailbot.triage.text import fold, sentences, tokens
from mailbot.triage.weights import Roles, Weights, features

FOLDS = 5
RARE = 3  # a feature seen in fewer sentences is left out
STEPS = 127
SHARES = {".": 0.5, "@": 1.5}  # how much groups of letters and the subject count beside words
LIKELY = 0.15  # an act less likely than this is not learnt from
GUESSED = 0.35  # how much a sentence whose act was guessed counts beside one that a person labelled
Tell = Callable[[str], None]
Fitted = tuple[Head, Any, Any]


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
    return [*letters, *(as_letter(each) for each in spoken if not each.made)]


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
        heard = [each for each in spoken if each.made or fold_of(each.text, FOLDS) != number]
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
    """Train the ground floor: one signed byte per feature and column.

    The sentences of the letters have no act of their own in the corpus. They are first heard with what the single
    sentences taught, within what the letter's labels allow, and then teach in their turn (one round of
    expectation and maximisation).
    """
    within = [(each, one) for each in letters for one in sentences(each.letter)]
    shown = [letter_features(each.letter, roles) for each in letters]
    shown += [features(roles, [tokens(each.text)]) for each in spoken]
    shown += [features(roles, [one.tokens]) for _, one in within]
    names, idf = _vocabulary(shown)
    rows = _normed(shown, names, idf)
    end = len(letters) + len(spoken)
    fitted = [_fit(head, rows[:end]) for head in heads(letters, spoken)]
    fitted[0] = _heard_again(fitted[0], rows, [each for each, _ in within])
    return _quantised(names, idf, fitted, roles)


def _heard_again(first: Fitted, rows: Any, owners: Sequence[LabelledLetter]) -> Fitted:
    """The head of acts once more, with the sentences of letters beside the single ones."""
    import numpy
    from scipy import sparse

    head, coef, bias = first
    names = [name.partition(":")[2] for name in head.columns]
    end = rows.shape[0] - len(owners)
    odds = rows[end:] @ coef.T + bias
    allowed = numpy.array([[name in allowed_acts(owner) for name in names] for owner in owners])
    chances = numpy.exp(odds - odds.max(axis=1, keepdims=True)) * allowed
    chances /= chances.sum(axis=1, keepdims=True)
    which, act = numpy.nonzero(chances > LIKELY)
    labels = (*head.labels, *(names[each] for each in act))
    importance = (*head.importance, *(GUESSED * chances[which, act]))
    return _fit(
        replace(head, labels=labels, importance=importance), sparse.vstack([rows[:end], rows[end:][which]]).tocsr()
    )


def letter_features(letter: Letter, roles: Roles) -> set[str]:
    """Every feature of a letter."""
    found = sentences(letter)
    return features(roles, (each.tokens for each in found)).union(envelope(letter, found))


def _bare(text: str) -> str:
    return fold(text).strip(" .!?,")


def _human() -> Any:
    from mailbot.model import Kind

    return Kind.HUMAN


def _vocabulary(shown: Sequence[set[str]]) -> tuple[list[str], Any]:
    import numpy

    seen = Counter(name for each in shown for name in each)
    names = sorted(name for name, times in seen.items() if times >= RARE)
    often = numpy.array([seen[name] for name in names], dtype=float)
    share = numpy.array([SHARES.get(name[0], 1.0) for name in names])
    return names, (numpy.log((1 + len(shown)) / (1 + often)) + 1) * share


def _normed(shown: Sequence[set[str]], names: Sequence[str], idf: Any) -> Any:
    import numpy
    from scipy import sparse

    index = {name: number for number, name in enumerate(names)}
    known = [sorted(index[name] for name in each if name in index) for each in shown]
    pointers = numpy.cumsum([0, *map(len, known)])
    columns = numpy.concatenate([numpy.array(each, dtype=int) for each in known])
    matrix = sparse.csr_matrix((numpy.ones(len(columns)), columns, pointers), shape=(len(shown), len(names)))
    length = numpy.sqrt(numpy.maximum(matrix @ (idf**2), 1e-9))
    return (sparse.diags(1 / length) @ matrix @ sparse.diags(idf)).tocsr()


def _fit(head: Head, rows: Any) -> Fitted:
    """One against the rest for every column; a head of one column has the labels True and False."""
    import numpy
    from sklearn.linear_model import LogisticRegression

    kept = numpy.array([at for at, label in enumerate(head.labels) if label is not None])
    labels = numpy.array([head.labels[at] for at in kept])
    importance = numpy.array([head.importance[at] for at in kept])
    coefs, biases = [], []
    for column in head.columns:
        wanted = "True" if len(head.columns) == 1 else column.partition(":")[2]
        model = LogisticRegression(C=head.freedom, tol=1e-2, solver="liblinear", random_state=0)
        model.fit(rows[kept], labels == wanted, sample_weight=importance)
        coefs.append(model.coef_[0])
        biases.append(model.intercept_[0])
    return head, numpy.vstack(coefs), numpy.array(biases)


def _quantised(names: Sequence[str], idf: Any, fitted: Sequence[Fitted], roles: Roles) -> Weights:
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
