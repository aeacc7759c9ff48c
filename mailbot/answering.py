"""Where triage and the library meet: which questions of a letter the library is asked. Pure.

What fits is found in `answers.suggest`; what becomes of it is decided in `desk`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from mailbot.answers.suggest import Asked
from mailbot.model import Intent, Letter, Verdict

ASKS = "asks for information"  # how triage.acts says it
MOST_LENGTH = 300


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
