"""The library made ready for asking: per language the terms of every phrasing and of every text, as postings. Pure.

Made once when the library is read, shared by all letters. What a question scores against it is in `suggest`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import log, sqrt

from mailbot.answers.library import Answer, Library
from mailbot.answers.vocabulary import Vocabulary, make_vocabulary, terms

TEXT_SHARE = 0.35  # how much a word of the answer's text counts beside one of a phrasing or keyword
Posting = tuple[int, float]


@dataclass(frozen=True, slots=True)
class Shelf:
    """The answers of one language: `phrasings` as (number of the answer, words), postings by term, rarity by term.

    In `asked` a posting is (phrasing, share of its length); in `told` it is (answer, how much the answer is about it).
    """

    language: str
    vocabulary: Vocabulary
    phrasings: tuple[tuple[int, str], ...]
    masses: tuple[float, ...]
    asked: Mapping[str, tuple[Posting, ...]]
    told: Mapping[str, tuple[Posting, ...]]
    rarity: Mapping[str, float]
    unknown: float


@dataclass(frozen=True, slots=True)
class Index:
    """A library ready for asking; empty without answers. `valid` remembers which answers are true on a day."""

    answers: tuple[Answer, ...] = ()
    shelves: Mapping[str, Shelf] = field(default_factory=dict)
    valid: dict[date, frozenset[int]] = field(default_factory=dict)

    def on(self, day: date) -> frozenset[int]:
        """The numbers of the answers that are true on a day."""
        found = self.valid.get(day)
        if found is None:
            found = frozenset(at for at, each in enumerate(self.answers) if each.valid_on(day))
            self.valid[day] = found
        return found

    def answer(self, identifier: str) -> Answer | None:
        """The answer of that name."""
        return next((each for each in self.answers if each.id == identifier), None)


def make_index(library: Library, synonyms: Mapping[str, Mapping[str, Sequence[str]]]) -> Index:
    """Stem and count everything once."""
    answers = tuple(sorted(library.answers.values(), key=lambda each: each.id))
    languages = sorted({language for each in answers for language in each.questions})
    return Index(answers, {language: _shelf(language, answers, synonyms) for language in languages})


def _shelf(language: str, answers: Sequence[Answer], synonyms: Mapping[str, Mapping[str, Sequence[str]]]) -> Shelf:
    vocabulary = make_vocabulary(language, _words_of(language, answers), synonyms)
    phrasings = tuple((at, asked) for at, each in enumerate(answers) for asked in each.questions.get(language, ()))
    said = [terms(vocabulary, asked) for _, asked in phrasings]
    about = [_about(vocabulary, each) for each in answers]
    rarity = _rarity(about)
    asked, masses = _asked(said, rarity)
    told: dict[str, list[Posting]] = {}
    for at, each in enumerate(about):
        for term, weight in each.items():
            told.setdefault(term, []).append((at, weight))
    return Shelf(
        language=language,
        vocabulary=vocabulary,
        phrasings=phrasings,
        masses=masses,
        asked=asked,
        told={term: tuple(found) for term, found in told.items()},
        rarity=rarity,
        unknown=max(rarity.values(), default=1.0),
    )


def _words_of(language: str, answers: Sequence[Answer]) -> Iterator[str]:
    for each in answers:
        yield from each.questions.get(language, ())
        yield from each.keywords.get(language, ())
        yield each.texts.get(language, "")


def _about(vocabulary: Vocabulary, answer: Answer) -> dict[str, float]:
    """What an answer is about: most what its phrasings and keywords say, less what only its text says."""
    language = vocabulary.language
    asked = (*answer.questions.get(language, ()), *answer.keywords.get(language, ()))
    seen = Counter[str]()
    for phrasing in asked:
        seen.update(terms(vocabulary, phrasing))
    found = {term: TEXT_SHARE * weight for term, weight in terms(vocabulary, answer.texts.get(language, "")).items()}
    return found | {term: min(1.0, 0.7 + 0.3 * (times - 1)) for term, times in seen.items()}


def _rarity(about: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """How much a term tells answers apart: the logarithm of how few are about it (Spärck Jones 1972)."""
    seen = Counter[str]()
    for each in about:
        for term, weight in each.items():
            seen[term] += 1 if weight > TEXT_SHARE else 0
    for each in about:
        for term in each:
            seen[term] = max(1, seen[term])
    return {term: log(1 + len(about) / times) for term, times in seen.items()}


def _asked(
    said: Sequence[Mapping[str, float]], rarity: Mapping[str, float]
) -> tuple[dict[str, tuple[Posting, ...]], tuple[float, ...]]:
    """Postings of phrasings, each phrasing a row of length one; and the lengths they had."""
    found: dict[str, list[Posting]] = {}
    masses = []
    for at, each in enumerate(said):
        weighed = {term: weight * rarity.get(term, 0.0) for term, weight in each.items()}
        mass = sqrt(sum(value * value for value in weighed.values())) or 1.0
        masses.append(mass)
        for term, value in weighed.items():
            found.setdefault(term, []).append((at, value / mass))
    return {term: tuple(postings) for term, postings in found.items()}, tuple(masses)
