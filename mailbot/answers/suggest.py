"""Which answers of the library fit the questions of a letter, how surely, and why. Pure; sends nothing.

A question is compared with the phrasings of every answer that is true on the day (cosine of rare terms), in the
light of its letter: the subject, the neighbouring sentences, the topics that triage heard. The numbers are weighed by
`Weights`, learnt and calibrated on labelled letters by `learning`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from heapq import nlargest
from math import exp, sqrt

from mailbot.answers.index import Index, Phrasing, Shelf
from mailbot.answers.library import Answer, why_dead
from mailbot.answers.vocabulary import terms

MOST_QUESTIONS = 5
MOST_TEXT = 4000
SUBJECT, BESIDE, LETTER, OTHERS = 0.8, 0.6, 0.3, 0.15  # how much the surroundings of a question count beside itself
SHORT = 30  # so many answers that a question has most in common with are looked at closely
NAMES = ("own", "mixed", "covered", "about", "about_own", "topic", "first_topic", "subject")
RANKING = dict(zip(NAMES, (3.0, 3.0, 1.5, 4.0, 2.0, 1.0, 0.5, 1.0), strict=True))  # where nothing was learnt yet
SURETY = {"bias": -5.0, "score": 0.8, "lead": 1.0, "own": 1.0, "known": 1.0}
ALIKE = 0.3  # an answer leaves by itself only where one way to ask it is so like the question in its letter


@dataclass(frozen=True, slots=True)
class Asked:
    """A letter as the library is asked: its questions in the order of the text, the text they stand in, the day."""

    questions: tuple[str, ...]
    subject: str
    text: str
    language: str
    topics: tuple[str, ...]
    day: date


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An answer for one question: how surely it is right, and the phrasing and words that say so.

    `alike` is the cosine of the likest phrasing with the question in its letter, nought where they share one word.
    """

    answer: Answer
    confidence: float
    score: float
    alike: float
    phrasing: str
    words: tuple[str, ...]
    topic: str


@dataclass(frozen=True, slots=True)
class Found:
    """One question of a letter with the answers that fit best, the best first."""

    question: str
    suggestions: tuple[Suggestion, ...]


@dataclass(frozen=True, slots=True)
class Weights:
    """What each number counts, and how a score becomes a chance; learnt by `learning`, kept in data/model."""

    ranking: Mapping[str, float] = field(default_factory=lambda: RANKING)
    surety: Mapping[str, float] = field(default_factory=lambda: SURETY)


Score = tuple[float, Mapping[str, float], float]  # the sum, the numbers it is of, the share of words known


def suggest(index: Index, asked: Asked, weights: Weights, most: int = 3) -> tuple[Found, ...]:
    """The best answers for each question of a letter; none where the library has nothing in common with it."""
    shelf = _shelf(index, asked)
    if shelf is None:
        return ()
    around = _around(shelf, asked)
    return tuple(
        Found(question, _best(index, around, place, weights, most))
        for place, question in enumerate(asked.questions[: len(around.questions)])
    )


def scored(index: Index, asked: Asked, weights: Weights) -> list[dict[int, Score]]:
    """What each question scores with every answer that is true on the day and shares a term with it, by its number."""
    shelf = _shelf(index, asked)
    if shelf is None:
        return []
    around = _around(shelf, asked)
    return [_scores(index, around, place, weights) for place in range(len(around.questions))]


def _shelf(index: Index, asked: Asked) -> Shelf | None:
    return index.shelf(asked.language) or index.shelf("nl")


def _scores(index: Index, around: _Around, place: int, weights: Weights) -> dict[int, Score]:
    known = _known(around.shelf, around.questions[place])
    shown = _numbers(index, around, place)
    return {at: (_weighed(each, weights.ranking), each, known) for at, each in shown.items()}


def sendable(found: Sequence[Found], language: str, automatic: float) -> list[tuple[str, Suggestion]]:
    """The answers that may leave without a person: sure enough, marked as safe, in the writer's language, each once.

    One whose text is a broken template stays for a person, as the letter that asks for it does.
    """
    sent: dict[str, tuple[str, Suggestion]] = {}
    for each in found:
        for one in each.suggestions[:1]:
            is_safe = one.answer.automatic and language in one.answer.texts and one.alike > ALIKE
            is_new = is_safe and one.confidence >= automatic and one.answer.id not in sent
            if is_new and not why_dead(one.answer.texts[language]):
                sent[one.answer.id] = (each.question, one)
    return list(sent.values())


def together(found: Sequence[Found]) -> list[Suggestion]:
    """Every answer suggested for any question of a letter, the best first, each once."""
    best: dict[str, Suggestion] = {}
    for each in found:
        for one in each.suggestions:
            if one.answer.id not in best or one.score > best[one.answer.id].score:
                best[one.answer.id] = one
    return sorted(best.values(), key=lambda one: (-one.score, one.answer.id))


@dataclass(frozen=True, slots=True)
class _Around:
    """What stands around the questions of a letter, in terms; and by answer what subject and letter speak for."""

    shelf: Shelf
    asked: Asked
    subject: Mapping[str, float]
    letter: Mapping[str, float]
    questions: tuple[Mapping[str, float], ...]
    beside: tuple[Mapping[str, float], ...]
    headed: Mapping[int, float]
    about: Mapping[int, float]


def _around(shelf: Shelf, asked: Asked) -> _Around:
    vocabulary, text = shelf.vocabulary, " ".join(asked.text[:MOST_TEXT].split())
    asking = asked.questions[:MOST_QUESTIONS]
    questions = tuple(terms(vocabulary, question) for question in asking)
    beside = tuple(
        terms(vocabulary, _before(text, question, () if _is_bare(shelf, own) else asking))
        for question, own in zip(asking, questions, strict=True)
    )
    subject = terms(vocabulary, asked.subject)
    rest = terms(vocabulary, _without(text, asking))
    letter = _strongest(*((OTHERS, each) for each in questions), (LETTER, rest), (SUBJECT, subject))
    return _Around(shelf, asked, subject, letter, questions, beside, _told(shelf, subject), _told(shelf, letter))


def _is_bare(shelf: Shelf, own: Mapping[str, float]) -> bool:
    """Whether a question says nothing by itself that the library knows, as `En hoe laat?` does."""
    return not any(term in shelf.told for term in own)


def _without(text: str, questions: Sequence[str]) -> str:
    """A text without its questions, for each of them speaks for itself."""
    for question in questions:
        text = text.replace(question, " ")
    return text


def _strongest(*parts: tuple[float, Mapping[str, float]]) -> dict[str, float]:
    """Each term as strongly as the part says it that says it most."""
    found: dict[str, float] = {}
    for share, part in parts:
        for term, weight in part.items():
            found[term] = max(found.get(term, 0.0), share * weight)
    return found


def _told(shelf: Shelf, said: Mapping[str, float], start: Mapping[int, float] | None = None) -> dict[int, float]:
    """By answer, how much of what is said it is about, added to what was there."""
    found = dict(start or {})
    for term, weight in said.items():
        postings = shelf.told.get(term, ())
        if len(postings) > shelf.common:
            continue
        for at, share in postings:
            found[at] = found.get(at, 0.0) + weight * share
    return found


def _before(text: str, question: str, questions: Sequence[str]) -> str:
    """The sentence before a question, which often says what it is about, unless that is a question itself."""
    at = text.find(question[:40])
    return _without(text[max(0, at - 160) : at], questions) if at > 0 else ""


def _best(index: Index, around: _Around, place: int, weights: Weights, most: int) -> tuple[Suggestion, ...]:
    scores = _scores(index, around, place, weights)
    ranked = sorted(scores, key=lambda at: (-scores[at][0], at))[: most + 2]
    suggestions = []
    for at in ranked[:most]:
        others = [scores[other][0] for other in ranked if other != at]
        chance = surety(evidence(scores[at], others, len(around.asked.questions)), weights)
        suggestions.append(_suggestion(index, around, place, at, scores[at], chance))
    return tuple(suggestions)


def _weighed(values: Mapping[str, float], weights: Mapping[str, float]) -> float:
    return sum([weights.get(name, 0.0) * value for name, value in values.items()])


def evidence(score: Score, others: Sequence[float], questions: int) -> dict[str, float]:
    """What speaks for an answer to be right, by name: its numbers, and its lead over the best `others`.

    The more questions a letter has, the surer one of them is meant: `questions` is how many.
    """
    whole, shown, known = score
    second, third = (*others[:2], 0.0, 0.0)[:2]
    standing = {"score": whole, "lead": whole - second, "lead_third": whole - third, "second": second}
    return {"bias": 1.0, "known": known, "questions": float(questions), **standing, **shown}


def surety(told: Mapping[str, float], weights: Weights) -> float:
    """The chance that an answer is right, from its `evidence`."""
    return 1 / (1 + exp(-max(-30.0, min(30.0, _weighed(told, weights.surety)))))


def _numbers(index: Index, around: _Around, place: int) -> dict[int, dict[str, float]]:
    """What `Weights` weighs, by number of the answer, for the true answers that share most with the question."""
    shelf, asked = around.shelf, around.asked
    own = around.questions[place]
    mixed = _strongest((1.0, around.letter), (BESIDE, around.beside[place]), (1.0, own))
    more = {term: weight - around.letter.get(term, 0.0) for term, weight in mixed.items()}
    about = _told(shelf, {term: weight for term, weight in more.items() if weight > 0}, around.about)
    about_own = _told(shelf, own)
    weighed_own, weighed_mixed = _row(shelf, own), _row(shelf, mixed)
    mass, own_mass = (sum(row.values()) or 1.0 for row, _ in (weighed_mixed, weighed_own))
    subject_mass = sum(_row(shelf, around.subject)[0].values()) or 1.0
    valid = index.on(asked.day)
    promise = {at: value / mass + about_own.get(at, 0.0) / own_mass for at, value in about.items() if at in valid}
    promising = nlargest(SHORT, promise, key=lambda at: (promise[at], -at))
    return {
        at: {
            **_alike(shelf.phrasings[at], weighed_own, weighed_mixed),
            "about": about[at] / mass,
            "about_own": about_own.get(at, 0.0) / own_mass,
            "told": about_own.get(at, 0.0) / shelf.unknown,
            "subject": around.headed.get(at, 0.0) / subject_mass,
            **_topics(index.answers[at], asked.topics),
        }
        for at in promising
    }


def _alike(
    phrasings: Sequence[Phrasing], own: tuple[Mapping[str, float], float], mixed: tuple[Mapping[str, float], float]
) -> dict[str, float]:
    """How like the question is to the likest phrasing: by itself, in its letter, and how much of it is covered."""
    alone = together = covered = 0.0
    in_letter, in_question = mixed[0], own[0]
    for each in phrasings:
        wide = narrow = 0.0
        for term, value in each.terms.items():
            if term in in_letter:
                wide += value * in_letter[term]
                narrow += value * in_question.get(term, 0.0)
        together = max(together, wide / mixed[1])
        covered = max(covered, min(1.0, wide / each.mass))
        alone = max(alone, narrow / own[1])
    return {"own": alone, "mixed": together, "covered": covered}


def _row(shelf: Shelf, said: Mapping[str, float]) -> tuple[dict[str, float], float]:
    """Terms weighed by how rare they are, and the length of the row."""
    row = {term: weight * shelf.rarity.get(term, shelf.unknown) for term, weight in said.items()}
    return row, sqrt(sum(value * value for value in row.values())) or 1.0


def _topics(answer: Answer, heard: Sequence[str]) -> dict[str, float]:
    if not heard:
        return {"topic": 0.0, "first_topic": 0.0}
    return {
        "topic": 1.0 if set(heard) & set(answer.topics) else -1.0,
        "first_topic": 1.0 if heard[0] in answer.topics else 0.0,
    }


def _known(shelf: Shelf, said: Mapping[str, float]) -> float:
    real = [term for term in said if not term.startswith("=")]
    return sum(term in shelf.rarity for term in real) / len(real) if real else 0.0


def _suggestion(index: Index, around: _Around, place: int, at: int, score: Score, chance: float) -> Suggestion:
    shelf, answer, own = around.shelf, index.answers[at], around.questions[place]
    phrasings = shelf.phrasings[at]
    likest = max(phrasings, key=lambda each: sum(v * own.get(t, 0.0) for t, v in each.terms.items()), default=None)
    every = {term for each in phrasings for term in each.terms}
    shared = {term for term in every if term in own}
    beside = {term for term in every if term in around.letter or term in around.beside[place]}
    told = sorted(shared, key=lambda term: (-shelf.rarity.get(term, 0.0), term))[:5]
    topic = next((each for each in around.asked.topics if each in answer.topics), "")
    alike = score[1]["mixed"] if _is_about(own, shared, beside) else 0.0
    phrasing = likest.text if likest else ""
    return Suggestion(answer, round(chance, 4), round(score[0], 3), round(alike, 3), phrasing, tuple(told), topic)


def _is_about(own: Mapping[str, float], shared: Collection[str], beside: Collection[str]) -> bool:
    """Whether a question and what stands around it share two words with an answer, or the question most of its own.

    One word among others is not enough: `open` alone would answer for the cinema what is true of shops.
    """
    said = _count([term for term in own if term[0] != "="])
    return _count({*shared, *beside}) >= 2 or 2 * _count(shared) > said > 0


def _count(shared: Collection[str]) -> int:
    """So many words are shared; a compound counts once, and so does a word and what it means (`=…`)."""
    plain = [term for term in shared if term[0] != "="]
    return max(len(shared) - len(plain), sum(all(one == other or one not in other for other in plain) for one in plain))
