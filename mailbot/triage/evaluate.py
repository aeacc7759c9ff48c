"""How well letters are understood: verdicts beside labels, counted. Which verdicts is for `folds` to say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from mailbot.model import Intent, Kind, Verdict
from mailbot.triage.corpus import LabelledLetter

INTENTS = tuple(Intent)
BINS = 10


@dataclass(frozen=True, slots=True)
class Judged:
    """A labelled letter and what it was taken for without having been learnt from."""

    example: LabelledLetter
    verdict: Verdict

    @property
    def right(self) -> bool:
        """Whether the intent is the label's."""
        return bool(self.verdict.intent == self.example.gold["intent"])


@dataclass(frozen=True, slots=True)
class Score:
    """Precision, recall and their harmonic mean, with the counts they come from."""

    hits: int
    said: int
    true: int

    @property
    def precision(self) -> float:
        """The share of what was said that is true; 1 where nothing was said."""
        return self.hits / self.said if self.said else 1.0

    @property
    def recall(self) -> float:
        """The share of what is true that was said; 1 where nothing is true."""
        return self.hits / self.true if self.true else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        return 2 * self.hits / (self.said + self.true) if self.said + self.true else 1.0


@dataclass(frozen=True, slots=True)
class Figures:
    """Every figure of a run, shares between 0 and 1."""

    letters: int
    intent: dict[str, Score]
    macro_f1: float
    by_language: dict[str, tuple[int, float]]
    automatic_share: float
    automatic_right: float
    urgent: Score
    categories: Score
    topics: Score
    also: Score
    on_behalf: Score
    organisation: Score
    kind: float
    language: float
    phone: float
    place: float
    calibration_error: float


def figures(judged: Sequence[Judged]) -> Figures:
    """Count everything. Phone and place are counted over letters by people, as the corpus labels them."""
    people = [each for each in judged if each.example.gold["kind"] == "human"]
    helping = [each for each in people if str(each.example.gold["intent"]).startswith("help")]
    automatic = [each for each in judged if each.verdict.automatic]
    scores = {intent.value: _score(judged, partial(_intent, intent)) for intent in INTENTS}
    return Figures(
        letters=len(judged),
        intent=scores,
        macro_f1=sum(score.f1 for score in scores.values()) / len(scores),
        by_language=_by_language(judged),
        automatic_share=len(automatic) / max(1, len(judged)),
        automatic_right=_share(automatic, lambda each: each.right),
        urgent=_score(people, lambda each: (each.verdict.urgent, bool(each.example.gold["urgent"]))),
        categories=_labels(people, "categories"),
        topics=_labels(people, "topics"),
        also=_labels(people, "also"),
        on_behalf=_score(people, lambda each: (each.verdict.on_behalf, bool(each.example.gold["on_behalf"]))),
        organisation=_score(people, _organisation),
        kind=_share(judged, lambda each: each.verdict.kind == each.example.gold["kind"]),
        language=_share(people, lambda each: each.verdict.language == each.example.gold["language"]),
        phone=_share(people, lambda each: each.verdict.phone == each.example.gold["phone"]),
        place=_share(helping, lambda each: each.verdict.place == each.example.gold["place"]),
        calibration_error=_calibration_error(judged),
    )


def confusion(judged: Iterable[Judged]) -> dict[tuple[str, str], int]:
    """How often each true intent was taken for each other."""
    return dict(Counter((str(each.example.gold["intent"]), str(each.verdict.intent)) for each in judged))


def reliability(judged: Iterable[Judged]) -> list[tuple[float, float, int]]:
    """Of each tenth of confidence: the mean said, the share right, the number of letters."""
    bins: dict[int, list[Judged]] = {}
    for each in judged:
        if each.verdict.kind in (Kind.HUMAN, Kind.SPAM):
            bins.setdefault(min(BINS - 1, int(each.verdict.confidence * BINS)), []).append(each)
    return [
        (sum(each.verdict.confidence for each in bins[at]) / len(bins[at]), _share(bins[at], _is_right), len(bins[at]))
        for at in sorted(bins)
    ]


def worst(judged: Iterable[Judged], most: int = 15) -> list[Judged]:
    """The letters misunderstood with the greatest confidence."""
    return sorted((each for each in judged if not each.right), key=lambda each: -each.verdict.confidence)[:most]


def _is_right(each: Judged) -> bool:
    return each.right


def _calibration_error(judged: Sequence[Judged]) -> float:
    """The expected calibration error: how far what is said lies from what is right, on average."""
    found = reliability(judged)
    count = sum(number for _, _, number in found)
    return sum(abs(said - right) * number for said, right, number in found) / max(1, count)


def _intent(intent: Intent, each: Judged) -> tuple[bool, bool]:
    return each.verdict.intent == intent, each.example.gold["intent"] == intent


def _organisation(each: Judged) -> tuple[bool, bool]:
    return each.verdict.audience == "organisation", each.example.gold["audience"] == "organisation"


def _score(judged: Iterable[Judged], said_and_true: Callable[[Judged], tuple[bool, bool]]) -> Score:
    pairs = [said_and_true(each) for each in judged]
    return Score(sum(said and true for said, true in pairs), sum(s for s, _ in pairs), sum(t for _, t in pairs))


def _labels(judged: Iterable[Judged], name: str) -> Score:
    pairs = [(set(map(str, getattr(each.verdict, name))), set(each.example.gold[name])) for each in judged]
    return Score(sum(len(s & t) for s, t in pairs), sum(len(s) for s, _ in pairs), sum(len(t) for _, t in pairs))


def _share(judged: Sequence[Judged], right: Callable[[Judged], bool]) -> float:
    return sum(map(right, judged)) / len(judged) if judged else 1.0


def _by_language(judged: Sequence[Judged]) -> dict[str, tuple[int, float]]:
    by: dict[str, list[Judged]] = {}
    for each in judged:
        by.setdefault(str(each.example.gold["language"]), []).append(each)
    return {code: (len(by[code]), _share(by[code], _is_right)) for code in sorted(by, key=lambda code: -len(by[code]))}
