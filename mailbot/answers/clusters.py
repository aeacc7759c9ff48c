"""Questions that ask the same, found among those nobody answered: grouped, named by their own words, with their trend.

Pure and near-linear: each question is compared only with the groups that share one of its rarest terms. A group's
number is that of its first ticket, so that it stays the same while letters come in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from math import log, sqrt

from mailbot.answers.vocabulary import Vocabulary, make_vocabulary, terms
from mailbot.answers.words import is_small, stem, words

ALIKE = 0.3  # the least cosine with a group to join it
RAREST = 6  # by so many of its terms a question looks for its group
SHARED = 0.2  # a term in more than this share of the questions leads to no group
NAMED = 3
MEANING = 2.5
TREND_DAYS = 7


@dataclass(frozen=True, slots=True)
class Question:
    """One unanswered ticket: what it asks, when it came, in which language."""

    ticket: int
    at: datetime
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Cluster:
    """Questions that ask the same, oldest first. `trend` counts them by day, the last `TREND_DAYS` ending today."""

    number: int
    name: str
    questions: tuple[Question, ...]
    trend: tuple[int, ...]

    @property
    def since(self) -> datetime:
        return self.questions[0].at

    @property
    def languages(self) -> Mapping[str, int]:
        return Counter(each.language for each in self.questions)


@dataclass(slots=True)
class _Group:
    members: list[int] = field(default_factory=list)
    sums: dict[str, float] = field(default_factory=dict)


def clusters(
    questions: Sequence[Question],
    synonyms: Mapping[str, Mapping[str, Sequence[str]]],
    today: date,
    least: int = 2,
) -> list[Cluster]:
    """Groups of at least `least` questions, the largest first."""
    ordered = sorted(questions, key=lambda each: (each.at, each.ticket))
    rows = _rows(ordered, synonyms)
    groups = _grouped(rows, _common(rows))
    found = [_cluster([ordered[at] for at in each.members], today) for each in groups if len(each.members) >= least]
    return sorted(found, key=lambda each: (-len(each.questions), each.number))


def _rows(questions: Sequence[Question], synonyms: Mapping[str, Mapping[str, Sequence[str]]]) -> list[dict[str, float]]:
    """The terms of every question, weighed by how rare they are, each row of length one."""
    known = _vocabularies(questions, synonyms)
    said = [terms(known[each.language], each.text) for each in questions]
    seen = Counter(term for each in said for term in each)
    rows = []
    for each in said:
        row = {term: _telling(term) * w * log(1 + len(said) / seen[term]) for term, w in each.items() if seen[term] > 1}
        length = sqrt(sum(value * value for value in row.values())) or 1.0
        rows.append({term: value / length for term, value in row.items()})
    return rows


def _telling(term: str) -> float:
    """A meaning counts more than the words that have it, so that languages meet."""
    return MEANING if term.startswith("=") else 1.0


def _vocabularies(
    questions: Sequence[Question], synonyms: Mapping[str, Mapping[str, Sequence[str]]]
) -> dict[str, Vocabulary]:
    texts: dict[str, list[str]] = {}
    for each in questions:
        texts.setdefault(each.language, []).append(each.text)
    return {language: make_vocabulary(language, held, synonyms) for language, held in texts.items()}


def _common(rows: Sequence[Mapping[str, float]]) -> frozenset[str]:
    seen = Counter(term for row in rows for term in row)
    return frozenset(term for term, times in seen.items() if times > max(20, SHARED * len(rows)))


def _grouped(rows: Sequence[Mapping[str, float]], common: frozenset[str]) -> list[_Group]:
    """Put each question into the group that it is most alike, or begin one with it."""
    groups: list[_Group] = []
    led: dict[str, list[int]] = {}
    for at, row in enumerate(rows):
        leading = sorted(row, key=lambda term: (-row[term], term))[:RAREST]
        near = Counter(place for term in leading if term not in common for place in led.get(term, ()))
        likeness = {place: _alike(groups[place], row) for place, _ in near.most_common(10)}
        best = max(likeness, key=lambda place: (likeness[place], -place), default=-1)
        if likeness.get(best, 0.0) < ALIKE:
            best = len(groups)
            groups.append(_Group())
        _join(groups[best], at, row)
        for term in leading:
            if best not in led.setdefault(term, [])[-1:]:
                led[term].append(best)
    return groups


def _alike(group: _Group, row: Mapping[str, float]) -> float:
    length = sqrt(sum(value * value for value in group.sums.values())) or 1.0
    return sum(value * group.sums.get(term, 0.0) for term, value in row.items()) / length


def _join(group: _Group, at: int, row: Mapping[str, float]) -> None:
    group.members.append(at)
    for term, value in row.items():
        group.sums[term] = group.sums.get(term, 0.0) + value


def _cluster(questions: Sequence[Question], today: date) -> Cluster:
    days = Counter((today - each.at.date()).days for each in questions)
    trend = tuple(days.get(ago, 0) for ago in reversed(range(TREND_DAYS)))
    return Cluster(min(each.ticket for each in questions), _name(questions), tuple(questions), trend)


def _name(questions: Sequence[Question]) -> str:
    """The words that most of a group use, as most of them write it, in the language that most of them speak."""
    language = Counter(each.language for each in questions).most_common(1)[0][0]
    spoken = [set(words(each.text)) for each in questions if each.language == language]
    written = Counter(word for each in spoken for word in each if not is_small(word, language) and not word.isdigit())
    used: dict[str, Counter[str]] = {}
    for word, times in written.items():
        used.setdefault(stem(word, language), Counter())[word] = times
    ranked = sorted(used.values(), key=lambda forms: (-forms.total(), -len(forms.most_common(1)[0][0])))
    return " ".join(forms.most_common(1)[0][0] for forms in ranked[:NAMED])


def rising(found: Iterable[Cluster], least: int = 3) -> list[Cluster]:
    """The groups that came in more today and yesterday than in all the days before."""
    return [each for each in found if sum(each.trend[-2:]) >= least and sum(each.trend[-2:]) > sum(each.trend[:-2])]


def is_new(cluster: Cluster, today: date) -> bool:
    """Whether nobody asked it before yesterday."""
    return cluster.since.date() >= today - timedelta(days=1)
