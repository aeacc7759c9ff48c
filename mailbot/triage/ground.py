"""The ground floor fitted: how much every feature speaks for every column. Training only; numpy is imported inside.

Ridge regression in its dual form (Saunders, Gammerman and Vovk 1998): with K the likeness of the examples to each
other, one inverse P of K + 1/importance gives the coefficients of all columns at once, and also what a model would
have said of each part of the examples had it never seen that part: with a = P y, the coefficients without part f are
a - P[:, f] P[f, f]⁻¹ a[f]. So the upper storey is trained on honest odds (stacking, Wolpert 1992) for the price of
one fit. Odds are brought to scale by Platt's method (1999) on those same honest values.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mailbot.triage.heads import COLUMNS

FREEDOM = 1.5  # how far the fit may follow a letter that counts once; more is freer
CONSTANT = 1.0  # likeness that any two examples have, which makes room for a bias
NEVER = -4.0  # log-odds of a column that no example answers with yes
ALWAYS = -1  # the part of examples that every model may see
COMMON = 1500  # features so frequent that dense rows are quicker


@dataclass(frozen=True, slots=True)
class Ground:
    """The fitted ground floor: one row of `coef` and one bias per column."""

    coef: Any
    bias: Any
    columns: tuple[str, ...] = COLUMNS


@dataclass(frozen=True, slots=True)
class Fitted:
    """Dual coefficients, one row per example and one column per question; `without` has them by part left out."""

    whole: Any
    without: dict[int, Any]
    slope: Any
    offset: Any


def likeness(rows: Any) -> Any:
    """The inner products of all rows, as a dense symmetric matrix of 4 octets a value."""
    import numpy

    by_column = rows.tocsc()
    order = numpy.argsort(-numpy.diff(by_column.indptr), kind="stable")
    dense = by_column[:, order[:COMMON]].toarray()
    rest = by_column[:, order[COMMON:]].tocsr()
    found = dense @ dense.T
    found += (rest @ rest.T).toarray()
    found += numpy.float32(CONSTANT)
    return found


def fit(alike: Any, answers: Any, importance: Any, parts: Any) -> Fitted:
    """Fit every column over the same examples at once. `alike` is used up."""
    import numpy

    inverse = _inverse(alike, FREEDOM * importance)
    whole = inverse @ answers
    without, unseen = {}, numpy.zeros_like(answers)
    for part in sorted(set(parts.tolist()) - {ALWAYS}):
        inside = numpy.flatnonzero(parts == part)
        gone = numpy.linalg.solve(inverse[numpy.ix_(inside, inside)], whole[inside])
        without[part] = whole - inverse[:, inside] @ gone
        without[part][inside] = 0.0
        unseen[inside] = answers[inside] - gone
    judged = parts != ALWAYS
    return Fitted(whole, without, *_scale(unseen[judged], answers[judged], importance[judged]))


def ground(rows: Any, fitted: Fitted, part: int | None = None) -> Ground:
    """The ground floor over `rows`, the same examples in the same order; of `part`, what is known without it."""
    dual = fitted.whole if part is None else fitted.without[part]
    return Ground((rows.T @ dual).T * fitted.slope[:, None], CONSTANT * dual.sum(axis=0) * fitted.slope + fitted.offset)


def _inverse(alike: Any, importance: Any) -> Any:
    """The inverse of a likeness with a ridge, by Cholesky; what counts more has less of a ridge."""
    import numpy
    from scipy.linalg import lapack

    at = numpy.arange(len(alike))
    alike[at, at] += (1 / importance).astype(alike.dtype)
    factor, failed = lapack.spotrf(alike.T, lower=1, overwrite_a=1)
    inverse, failed_too = lapack.spotri(factor, lower=1, overwrite_c=1)
    if failed or failed_too:
        raise ArithmeticError("the examples are too much alike to be told apart")
    upper = numpy.triu(inverse.T, 1)
    upper += upper.T
    upper[at, at] = inverse[at, at]
    return upper


def _scale(unseen: Any, answers: Any, importance: Any) -> tuple[Any, Any]:
    """Per column the slope and offset that make log-odds of what the models say of what they have not seen."""
    import numpy
    from sklearn.linear_model import LogisticRegression

    found = []
    for said, truth in zip(unseen.T, answers.T, strict=True):
        told = truth != 0
        if len(set((truth[told] > 0).tolist())) < 2:
            found.append((0.0, NEVER))
            continue
        model = LogisticRegression(C=100.0, solver="newton-cholesky")
        model.fit(said[told, None], truth[told] > 0, sample_weight=importance[told])
        found.append((model.coef_[0, 0], model.intercept_[0]))
    slope, offset = numpy.array(found, dtype=answers.dtype).T
    return slope, offset
