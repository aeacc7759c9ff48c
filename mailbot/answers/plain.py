"""Two plain ways to find an answer, to compare with: BM25 and TF-IDF cosine over whole words. Never used to answer.

Both see what `suggest` sees: the letter's language, and only answers that are true on the day.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from math import log, sqrt

from mailbot.answers.index import Index
from mailbot.answers.library import Answer
from mailbot.answers.suggest import Asked
from mailbot.answers.words import words

K1, B = 1.2, 0.75  # Robertson and Zaragoza 2009 §3.5
Ranker = Callable[[Asked], list[str]]


def bm25(index: Index) -> Ranker:
    """Rank by Okapi BM25 of the whole letter against phrasings, keywords and text."""
    shelves = {language: _documents(index, language) for language in index.languages}

    def rank(asked: Asked) -> list[str]:
        documents = shelves.get(asked.language) or shelves["nl"]
        seen = _seen(documents)
        mean = sum(sum(each.values()) for each in documents) / len(documents) or 1.0
        query = Counter(_query(asked))

        def score(document: Mapping[str, int]) -> float:
            length = K1 * (1 - B + B * sum(document.values()) / mean)
            return sum(
                log(1 + (len(documents) - seen[word] + 0.5) / (seen[word] + 0.5)) * n * (K1 + 1) / (n + length)
                for word in query
                if (n := document.get(word, 0))
            )

        return _ranked(index, asked, [score(each) for each in documents])

    return rank


def tfidf(index: Index) -> Ranker:
    """Rank by the cosine of TF-IDF vectors, logarithmic frequencies, over the same words."""
    shelves = {language: _documents(index, language) for language in index.languages}

    def rank(asked: Asked) -> list[str]:
        documents = shelves.get(asked.language) or shelves["nl"]
        seen, total = _seen(documents), len(documents)

        def vector(counts: Mapping[str, int]) -> dict[str, float]:
            return {word: (1 + log(n)) * log(1 + total / (1 + seen[word])) for word, n in counts.items()}

        query = vector(Counter(_query(asked)))

        def score(document: Mapping[str, int]) -> float:
            other = vector(document)
            length = sqrt(sum(value * value for value in other.values())) or 1.0
            return sum(query[word] * other[word] for word in query.keys() & other.keys()) / length

        return _ranked(index, asked, [score(each) for each in documents])

    return rank


def _documents(index: Index, language: str) -> list[Counter[str]]:
    return [Counter(words(_text(each, language))) for each in index.answers]


def _text(answer: Answer, language: str) -> str:
    asked = (*answer.questions.get(language, ()), *answer.keywords.get(language, ()))
    return " ".join((*asked, answer.texts.get(language, "")))


def _seen(documents: Sequence[Mapping[str, int]]) -> Counter[str]:
    return Counter(word for each in documents for word in each)


def _query(asked: Asked) -> list[str]:
    return words(f"{asked.subject} {asked.text}")


def _ranked(index: Index, asked: Asked, scores: Sequence[float]) -> list[str]:
    valid = [at for at in index.on(asked.day) if scores[at] > 0]
    return [index.answers[at].id for at in sorted(valid, key=lambda at: (-scores[at], at))]
