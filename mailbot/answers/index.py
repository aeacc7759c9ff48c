"""The library made ready for asking: per language the terms of every phrasing and of every text, as postings. Pure.

Made once, when the first question in a language comes, shared by all letters. What a question scores against it is in
`suggest`.
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
COMMON, FEW = 0.15, 30  # a term that more answers than this share, and than these few, tells nothing
Posting = tuple[int, float]
Synonyms = Mapping[str, Mapping[str, Sequence[str]]]


@dataclass(frozen=True, slots=True)
class Phrasing:
    """One way to ask: its words, its terms as a row of length one, and the length they had."""

    text: str
    terms: Mapping[str, float]
    mass: float


@dataclass(frozen=True, slots=True)
class Shelf:
    """The answers of one language: the phrasings of each, and postings of all that each is about.

    In `told` a posting is (number of the answer, how much it is about the term); `rarity` says how much a term tells,
    `unknown` how much one that no answer has; a term with more than `common` postings is passed over.
    """

    language: str
    vocabulary: Vocabulary
    phrasings: tuple[tuple[Phrasing, ...], ...]
    told: Mapping[str, tuple[Posting, ...]]
    rarity: Mapping[str, float]
    unknown: float
    common: int


@dataclass(frozen=True, slots=True)
class Index:
    """A library ready for asking; empty without answers. A shelf costs tenths of a second, most towns ask two.

    `valid` remembers which answers are true on a day, `shelves` and `known` what was made ready.
    """

    answers: tuple[Answer, ...] = ()
    languages: tuple[str, ...] = ()
    synonyms: Synonyms = field(default_factory=dict)
    valid: dict[date, frozenset[int]] = field(default_factory=dict)
    shelves: dict[str, Shelf] = field(default_factory=dict)
    known: dict[str, Vocabulary] = field(default_factory=dict)

    def shelf(self, language: str) -> Shelf | None:
        """The shelf of a language, made ready when it is first asked for; None where no answer is asked for in it."""
        if language not in self.languages:
            return None
        found = self.shelves.get(language)
        if found is None:
            found = self.shelves[language] = _shelf(self, language)
        return found

    def vocabulary(self, language: str) -> Vocabulary:
        """What words mean in a language of the library."""
        found = self.known.get(language)
        if found is None:
            found = make_vocabulary(language, _words_of(language, self.answers), self.synonyms)
            self.known[language] = found
        return found

    def on(self, day: date) -> frozenset[int]:
        """The numbers of the answers that are true on a day."""
        found = self.valid.get(day)
        if found is None:
            found = frozenset(at for at, each in enumerate(self.answers) if each.valid_on(day))
            self.valid[day] = found
        return found

    def library(self) -> Library:
        """The answers by name."""
        return Library({each.id: each for each in self.answers})

    def answer(self, identifier: str) -> Answer | None:
        """The answer of that name."""
        return next((each for each in self.answers if each.id == identifier), None)


def make_index(library: Library, synonyms: Synonyms) -> Index:
    """A library with its synonyms. A language in which an answer has no phrasings borrows what they mean."""
    answers = tuple(sorted(library.answers.values(), key=lambda each: each.id))
    if not answers:
        return Index()
    spoken = {language for each in synonyms.values() for language in each}
    return Index(answers, tuple(sorted(spoken.union(*(each.questions for each in answers)))), synonyms)


def _shelf(index: Index, language: str) -> Shelf:
    vocabulary = index.vocabulary(language)
    said = [_said(index, each, language) for each in index.answers]
    pairs = zip(index.answers, said, strict=True)
    about = [_about(vocabulary, each, [one for _, one in asked]) for each, asked in pairs]
    rarity = _rarity(about)
    told: dict[str, list[Posting]] = {}
    for at, each in enumerate(about):
        for term, weight in each.items():
            told.setdefault(term, []).append((at, weight * rarity[term]))
    return Shelf(
        language=language,
        vocabulary=vocabulary,
        phrasings=tuple(tuple(_phrasing(text, one, rarity) for text, one in asked) for asked in said),
        told={term: tuple(found) for term, found in told.items()},
        rarity=rarity,
        unknown=max(rarity.values(), default=1.0),
        common=max(FEW, int(COMMON * len(index.answers))),
    )


def _said(index: Index, answer: Answer, language: str) -> list[tuple[str, dict[str, float]]]:
    """How an answer is asked for in a language; where nobody wrote that, what its other phrasings mean."""
    if answer.questions.get(language):
        return [(text, terms(index.vocabulary(language), text)) for text in answer.questions[language]]
    other = next(iter(answer.questions))
    borrowed = [(text, terms(index.vocabulary(other), text)) for text in answer.questions[other]]
    meant = [(text, {term: weight for term, weight in said.items() if term[0] == "="}) for text, said in borrowed]
    return [(text, said) for text, said in meant if said]


def _phrasing(text: str, said: Mapping[str, float], rarity: Mapping[str, float]) -> Phrasing:
    weighed = {term: weight * rarity.get(term, 0.0) for term, weight in said.items()}
    mass = sqrt(sum(value * value for value in weighed.values())) or 1.0
    return Phrasing(text, {term: value / mass for term, value in weighed.items()}, mass)


def _words_of(language: str, answers: Sequence[Answer]) -> Iterator[str]:
    for each in answers:
        yield from each.questions.get(language, ())
        yield from each.keywords.get(language, ())
        yield each.texts.get(language, "")


def _about(vocabulary: Vocabulary, answer: Answer, asked: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """What an answer is about: most what its phrasings and keywords say, less what only its text says."""
    language = vocabulary.language
    found = {term: TEXT_SHARE * weight for term, weight in terms(vocabulary, answer.texts.get(language, "")).items()}
    keywords = [terms(vocabulary, each) for each in answer.keywords.get(language, ())]
    seen = Counter(term for each in (*asked, *keywords) for term in each)
    return found | {term: min(1.0, 0.7 + 0.3 * (times - 1)) for term, times in seen.items()}


def _rarity(about: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """How much a term tells answers apart: the logarithm of how few are about it (Spärck Jones 1972)."""
    seen = Counter(term for each in about for term, weight in each.items() if weight > TEXT_SHARE)
    every = {term for each in about for term in each}
    return {term: log(1 + len(about) / max(1, seen[term])) for term in every}
