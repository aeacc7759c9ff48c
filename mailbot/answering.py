"""Where triage and the library meet: what the library is asked, and what its answers change in what is owed. Pure.

What fits is found in `answers.suggest`; everything else that is owed to a letter is decided in `tickets.decide`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import re2

from mailbot.answers.index import Index
from mailbot.answers.library import AnswersPolicy
from mailbot.answers.suggest import Asked, Found, Suggestion, Weights, sendable, suggest
from mailbot.answers.words import fold, is_small, words
from mailbot.intake.headers import one_line
from mailbot.model import Acknowledge, Action, ConfigurationError, Evidence, Intent, Letter, Verdict

ASKS = "asks for information"  # how triage.acts says it
MOST_HEARD = 4  # triage tells no more sentences than these, so there may be others
MOST_ANSWERS = 3
LIKELY = 0.5
REST = "rest"
MOST_LENGTH = 300
MOST_QUOTED = 200
MOST_READ = 2 * MOST_LENGTH  # a word without end costs its length squared
_LINK = re.compile(r"\S*(?:[:\\/]{3}|@|\w[.。．｡][^\W\d_]\w)\S*")
_NUMBER = re.compile(r"(?<!\w)(?:\+|\(?0)(?:[ ./()-]{0,3}\d){8,}")


@dataclass(frozen=True, slots=True)
class Answering:
    """All that questions are answered with: the library ready for asking, what was learnt, the town's limits."""

    index: Index = field(default_factory=Index)
    weights: Weights = field(default_factory=Weights)
    policy: AnswersPolicy = field(default_factory=AnswersPolicy)
    objections: Any = None


def make_answering(index: Index, weights: Weights, policy: AnswersPolicy) -> Answering:
    """Compile the town's patterns. Raises ConfigurationError naming one that cannot be compiled."""
    options = re2.Options()
    options.case_sensitive, options.log_errors = False, False
    compiled = re2.Set.SearchSet(options)
    for pattern in policy.objections:
        try:
            compiled.Add(pattern)
        except re2.error as error:
            raise ConfigurationError(f"rules.yaml: answers.objections: {pattern!r}: {error}; mend it") from error
    compiled.Compile()
    return Answering(index, weights, policy, compiled if policy.objections else None)


def asked_of(letter: Letter, verdict: Verdict, day: date) -> Asked:
    """A letter as the library is asked: its sentences that ask, else its subject and its first sentence."""
    text = letter.new_text or letter.text
    return Asked(
        questions=questions_of(letter, verdict),
        subject=letter.subject,
        text=text,
        language=verdict.language,
        topics=verdict.topics,
        day=day,
    )


def questions_of(letter: Letter, verdict: Verdict) -> tuple[str, ...]:
    """The sentences with which a letter asks, in the order of its text."""
    text = letter.new_text or letter.text
    told = dict.fromkeys(each.sentence for each in verdict.reasons if each.about == "intent" and each.because == ASKS)
    in_text = sorted((each for each in told if text.find(each[:40]) >= 0), key=lambda each: text.find(each[:40]))
    asking = _whole(in_text) or list(told) or [f"{letter.subject} {text[:MOST_LENGTH]}".strip()]
    return tuple(each for each in asking if each)


def _whole(sentences: Sequence[str]) -> list[str]:
    return [" ".join(each.split())[: 2 * MOST_LENGTH] for each in sentences]


def is_question(verdict: Verdict) -> bool:
    """Whether a letter asks for information at all."""
    return Intent.INFO in (verdict.intent, *verdict.also)


def objects(answering: Answering, letter: Letter) -> tuple[Evidence, ...]:
    """Whether a letter says that what was answered was not the question: the doubt, or nothing."""
    text = fold((letter.new_text or letter.text)[:2000])
    said = answering.objections is not None and bool(answering.objections.Match(text))
    return (Evidence("doubt", "true", "the writer says that this was not the question"),) if said else ()


def consult(
    answering: Answering, letter: Letter, verdict: Verdict, day: date, standing: Mapping[str, float]
) -> tuple[Found, ...]:
    """What the library knows of the questions of a letter; nothing where it asks none."""
    if not answering.index.answers or not is_question(verdict):
        return ()
    found = suggest(answering.index, asked_of(letter, verdict, day), answering.weights)
    return tuple(replace(each, suggestions=_by_standing(each.suggestions, standing)) for each in found)


def _by_standing(suggestions: Sequence[Suggestion], standing: Mapping[str, float]) -> tuple[Suggestion, ...]:
    """An answer that was doubted is believed less."""
    return tuple(replace(one, confidence=one.confidence * standing.get(one.answer.id, 1.0)) for one in suggestions)


def with_answers(
    actions: Sequence[Action], found: Sequence[Found], verdict: Verdict, policy: AnswersPolicy
) -> tuple[Action, ...]:
    """What is owed to a letter, with those answers of the library in it that may leave without a person."""
    owed = next((each for each in actions if isinstance(each, Acknowledge)), None)
    if owed is None or not may_inform(owed, verdict):
        return tuple(actions)
    answers = tuple(_advice(*each) for each in sendable(found, verdict.language, policy.automatic)[:MOST_ANSWERS])
    if not answers:
        return tuple(actions)
    sent = {each.value for each in answers}
    is_whole = len(found) < MOST_HEARD and all(_is_covered(each, sent) for each in found)
    changed = replace(owed, answers=answers, purposes=_purposes(owed.purposes, is_whole=is_whole))
    return tuple(changed if each is owed else each for each in actions)


def _purposes(purposes: Sequence[str], *, is_whole: bool) -> tuple[str, ...]:
    """The paragraphs of a mail that answers: nothing more to say where all was asked and answered, else the `rest`."""
    named = tuple("answer" if each == "question" else each for each in purposes)
    if is_whole:
        return ("answer",) if set(named) <= {"answer", "outside_hours"} else named
    at = named.index("answer") + 1
    return (*named[:at], REST, *named[at:])


def proposed(actions: Sequence[Action], found: Sequence[Found], policy: AnswersPolicy) -> tuple[Evidence, ...]:
    """The answers that a person should see beside the letter: for every question that is not answered by the mail."""
    owed = next((each for each in actions if isinstance(each, Acknowledge)), None)
    sent = {each.value for each in owed.answers} if owed else set[str]()
    rest = [(each.question, one) for each in found if not _is_covered(each, sent) for one in each.suggestions]
    return tuple(_advice(question, one) for question, one in rest if one.confidence >= policy.suggest_from)


def may_inform(owed: Acknowledge, verdict: Verdict) -> bool:
    """Whether answers may leave with an acknowledgement: what the letter wants is sure, and nothing speaks of need."""
    return "question" in owed.purposes and len(owed.languages) == 1 and not is_pressing(verdict)


def is_pressing(verdict: Verdict) -> bool:
    """Whether anything in a letter speaks of need, even where it was not found urgent."""
    return verdict.urgent or any(each.about == "urgent" for each in verdict.reasons)


def _is_covered(found: Found, sent: set[str]) -> bool:
    """Whether an answer that is sent is likelier than not the answer to this question too, by its own words."""
    best = next(iter(found.suggestions), None)
    if best is None or best.answer.id not in sent or best.confidence < LIKELY:
        return False
    return bool(best.words) or all(is_small(word, "") for word in words(found.question))


def _advice(question: str, one: Suggestion) -> Evidence:
    plain = [word for word in one.words if not word.startswith("=")]  # the others are names of groups of synonyms
    shared = f"; words {', '.join(plain)}" if plain else ""
    topic = f"; topic {one.topic}" if one.topic else ""
    because = f"like {one.phrasing!r}{shared}{topic}"
    return Evidence("answer", one.answer.id, because, question, round(one.confidence, 3))


def quoted(question: str) -> str:
    """A question as our letter may quote it: one line without a trick, nothing to click or to call in our name."""
    plain = _NUMBER.sub("…", _LINK.sub("…", one_line(question[:MOST_READ].replace("*", ""))))
    return plain if len(plain) <= MOST_QUOTED else plain[:MOST_QUOTED].rsplit(" ", 1)[0] + " …"
