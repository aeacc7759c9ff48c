"""What is learnt of labelled letters: how much each number counts, and how a score becomes a chance. Training only.

Deterministic; scikit-learn and SciPy are imported only inside. What the figures are is in `figures`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from mailbot.answers.index import Index
from mailbot.answers.suggest import NAMES, Asked, Found, Weights, evidence, scored, suggest

FOLDS = 5
RESTRAINT, TINY = 10.0, 1e-12
SURE = (
    *("score", "lead", "lead_third", "second", "own", "mixed", "covered", "about", "about_own", "told", "topic"),
    *("known", "questions"),
)
FREEDOM = 0.3  # how far surety may follow the letters


@dataclass(frozen=True, slots=True)
class Labelled:
    """A letter as the library is asked, and the answers that a person found right; none where none is.

    `may_send` is False where the desk would send nothing by itself whatever the library knew.
    """

    id: str
    asked: Asked
    right: frozenset[str]
    may_send: bool = True


@dataclass(frozen=True, slots=True)
class OneLiner:
    """A question that is a whole letter, on a day, and the answers that are right for it."""

    question: str
    language: str
    day: date
    right: frozenset[str]


@dataclass(frozen=True, slots=True)
class Tried:
    """A labelled letter with what was suggested by weights that had not seen it."""

    example: Labelled
    found: tuple[Found, ...]


def read_labels(lines: Iterable[str]) -> dict[str, frozenset[str]]:
    """Read `letter, answers, remark` between tabs; answers between commas, `-` for none."""
    labels: dict[str, frozenset[str]] = {}
    for line in lines:
        cells = line.rstrip("\n").split("\t")
        if len(cells) >= 2 and not line.startswith("#"):
            labels[cells[0]] = frozenset(each.strip() for each in cells[1].split(",") if each.strip() not in ("", "-"))
    return labels


def read_days(lines: Iterable[str]) -> dict[str, date]:
    """The day of each letter that has none of its own: the fourth cell of its line, where there is one."""
    cells = (line.rstrip("\n").split("\t") for line in lines if not line.startswith("#"))
    return {each[0]: date.fromisoformat(each[3]) for each in cells if len(each) > 3}


def read_one_liners(lines: Iterable[str]) -> list[OneLiner]:
    """Read `day, language, answers, question` between tabs; answers as in `read_labels`."""
    found = []
    for line in lines:
        if line.strip() and not line.startswith("#"):
            day, language, answers, question = line.rstrip("\n").split("\t")
            right = read_labels([f"{question}\t{answers}"])[question]
            found.append(OneLiner(question, language, date.fromisoformat(day), right))
    return found


def fold_of(letter: str) -> int:
    """The fold of a letter, by its name alone."""
    return int(hashlib.sha256(f"answers:{letter}".encode()).hexdigest()[:8], 16) % FOLDS


def cross_validate(index: Index, examples: Sequence[Labelled]) -> list[Tried]:
    """Learn of four fifths, suggest for the fifth, five times over."""
    tried: list[Tried] = []
    for number in range(FOLDS):
        kept = [each for each in examples if fold_of(each.id) != number]
        weights = learn(index, kept)
        tried += [
            Tried(each, suggest(index, each.asked, weights, 5)) for each in examples if fold_of(each.id) == number
        ]
    return tried


def learn(index: Index, examples: Sequence[Labelled]) -> Weights:
    """Weights from labelled letters. The same letters give the same weights."""
    ranking = _ranking(index, examples)
    return Weights(ranking, _surety(index, examples, ranking))


def _ranking(index: Index, examples: Sequence[Labelled]) -> dict[str, float]:
    """Weights under which right answers stand before the others of their letter (softmax over each list)."""
    import numpy
    from scipy.optimize import minimize

    lists = [_list(index, each) for each in examples if each.right]
    known = [(numpy.array(rows), numpy.array(right)) for rows, right in lists if any(right)]
    spread = numpy.vstack([rows for rows, _ in known]).std(axis=0)
    spread[spread == 0] = 1.0

    def loss(weights: Any) -> tuple[float, Any]:
        total, slope = RESTRAINT * float(weights @ weights) / 2, RESTRAINT * weights
        for rows, right in known:
            scaled = rows / spread
            chances = numpy.exp(scaled @ weights - (scaled @ weights).max())
            chances /= chances.sum()
            hit = chances * right
            total -= float(numpy.log(hit.sum() + TINY))
            slope = slope - scaled.T @ (hit / (hit.sum() + TINY) - chances)
        return total, slope

    found = minimize(loss, numpy.ones(len(NAMES)), jac=True, method="L-BFGS-B").x / spread
    return {name: float(f"{value:.5g}") for name, value in zip(NAMES, found, strict=True)}


def _list(index: Index, each: Labelled) -> tuple[list[list[float]], list[bool]]:
    """The numbers of every answer that any question of a letter has something in common with, and which are right."""
    rows: list[list[float]] = []
    right: list[bool] = []
    for question in scored(index, each.asked, Weights()):
        for at, (_, values, _) in question.items():
            rows.append([values[name] for name in NAMES])
            right.append(index.answers[at].id in each.right)
    return rows, right


def _surety(index: Index, examples: Sequence[Labelled], ranking: Mapping[str, float]) -> dict[str, float]:
    """A linear model of how likely the best answer to a question is right."""
    weights = Weights(ranking, {})
    rows: list[list[float]] = []
    right: list[bool] = []
    counts: list[float] = []
    for each in examples:
        questions = [found for found in scored(index, each.asked, weights) if found]
        for question in questions:
            at = max(question, key=lambda number: (question[number][0], -number))
            others = sorted((other[0] for number, other in question.items() if number != at), reverse=True)
            told = evidence(question[at], others, len(each.asked.questions))
            rows.append([told[name] for name in SURE])
            right.append(index.answers[at].id in each.right)
            counts.append(1 / len(questions))
    coef, bias = _fit(rows, right, counts, FREEDOM)
    return {"bias": bias, **dict(zip(SURE, coef, strict=True))}


def _fit(
    rows: Sequence[Sequence[float]], right: Sequence[bool], counts: Sequence[float], freedom: float
) -> tuple[list[float], float]:
    import numpy
    from sklearn.linear_model import LogisticRegression

    table = numpy.array(rows)
    spread = table.std(axis=0)
    spread[spread == 0] = 1.0
    model: Any = LogisticRegression(C=freedom, max_iter=1000)
    model.fit(table / spread, list(right), sample_weight=list(counts))
    return [float(f"{value:.5g}") for value in model.coef_[0] / spread], float(f"{model.intercept_[0]:.5g}")


