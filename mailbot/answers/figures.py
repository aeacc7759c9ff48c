"""How well the library is asked: the right answer first, in the first three, and what would have been sent alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mailbot.answers.index import Index
from mailbot.answers.learning import Labelled, Tried
from mailbot.answers.plain import Ranker, bm25, tfidf
from mailbot.answers.suggest import sendable, together


@dataclass(frozen=True, slots=True)
class Ranked:
    """Of the letters that the library can answer: how many have a right answer first, and in the first three."""

    letters: int
    first: float
    three: float


@dataclass(frozen=True, slots=True)
class Figures:
    """Every figure of a run. `automatic` is the share of all letters of which something is sent without a person.

    `automatic_right` is the share of those of which every answer sent is right; `calibration` the mean distance
    between confidence and truth over ten bins.
    """

    letters: int
    answerable: int
    by_way: Mapping[str, Ranked]
    by_language: Mapping[str, Ranked]
    automatic: float
    automatic_of_answerable: float
    automatic_right: float
    calibration: float


def figures(index: Index, tried: Sequence[Tried], automatic: float) -> Figures:
    """Count everything; the plain ways beside ours on the same letters."""
    answerable = [each for each in tried if each.example.right]
    ours = [(each.example, _names(each)) for each in answerable]
    ways = {name: [(each.example, rank(each.example.asked)) for each in answerable] for name, rank in _plain(index)}
    free = [each for each in tried if each.example.may_send]
    alone = [(each, sent) for each in free if (sent := sendable(each.found, each.example.asked.language, automatic))]
    right = [each for each, sent in alone if all(one.answer.id in each.example.right for _, one in sent)]
    languages = sorted({each.example.asked.language for each in answerable})
    return Figures(
        letters=len(tried),
        answerable=len(answerable),
        by_way={name: _ranked(found) for name, found in {"mailbot": ours, **ways}.items()},
        by_language={
            language: _ranked([(one, names) for one, names in ours if one.asked.language == language])
            for language in languages
        },
        automatic=len(alone) / max(1, len(tried)),
        automatic_of_answerable=len([each for each, _ in alone if each.example.right]) / max(1, len(answerable)),
        automatic_right=len(right) / len(alone) if alone else 1.0,
        calibration=_calibration(tried),
    )


def _plain(index: Index) -> list[tuple[str, Ranker]]:
    return [("BM25", bm25(index)), ("TF-IDF", tfidf(index))]


def _names(each: Tried) -> list[str]:
    return [one.answer.id for one in together(each.found)]


def _ranked(found: Sequence[tuple[Labelled, Sequence[str]]]) -> Ranked:
    first = sum(bool(names) and names[0] in one.right for one, names in found)
    three = sum(any(name in one.right for name in names[:3]) for one, names in found)
    return Ranked(len(found), first / max(1, len(found)), three / max(1, len(found)))


def _calibration(tried: Sequence[Tried]) -> float:
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(10)]
    for each in tried:
        for one in together(each.found)[:1]:
            bins[min(9, int(one.confidence * 10))].append((one.confidence, one.answer.id in each.example.right))
    gaps = [abs(sum(c for c, _ in held) - sum(r for _, r in held)) for held in bins]
    return sum(gaps) / max(1, sum(map(len, bins)))


def mistakes(tried: Sequence[Tried]) -> list[str]:
    """The letters whose first answer is not right, the surest first, each in a line."""
    wrong = [
        (one.confidence, each)
        for each in tried
        for one in together(each.found)[:1]
        if one.answer.id not in each.example.right
    ]
    wrong.sort(key=lambda pair: (-pair[0], pair[1].example.id))
    return [_mistake(each, confidence) for confidence, each in wrong]


def _mistake(each: Tried, confidence: float) -> str:
    first = together(each.found)[0]
    right = ", ".join(sorted(each.example.right)) or "none"
    return f"{each.example.id} {confidence:.2f} {first.answer.id} (right: {right}): {each.example.asked.subject}"
