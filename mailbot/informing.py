"""Answers of the library as letters: what a mail says of each, and what the desk remembers of having said. Pure.

How a mail becomes octets is in `correspondence`; who was told what lies in `answers.told_store`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mailbot import desk as desk_of
from mailbot.answering import quoted
from mailbot.answers.index import Index
from mailbot.answers.library import Answer, fill, text_hash
from mailbot.answers.told_store import Told
from mailbot.desk import Desk
from mailbot.model import Evidence
from mailbot.tickets import tokens
from mailbot.tickets.rows import Judged
from mailbot.tickets.store import Written
from mailbot.wording import spoken_date


def passages(desk: Desk, advice: Sequence[Evidence], language: str, values: Mapping[str, Any]) -> list[dict[str, str]]:
    """What a letter says of each answer: the question it quotes, the text, the rule it rests on and its date."""
    known = ((each, desk.answering.index.answer(each.value)) for each in advice)
    return [passage(answer, each.sentence, language, values) for each, answer in known if answer]


def passage(answer: Answer, question: str, language: str, values: Mapping[str, Any]) -> dict[str, str]:
    """One answer as a letter has it."""
    return {
        "question": quoted(question),
        "text": fill(answer.texts.get(language, ""), values),
        "source": answer.source,
        "date": spoken_date(answer.source_date, language),
    }


def told_by(judged: Sequence[Judged], written: Sequence[Written], desk: Desk) -> list[Told]:
    """What the acknowledgements of a batch tell of the library."""
    return [
        told
        for each, row in zip(judged, written, strict=True)
        if row.conversation is not None
        for told in _told(each, row.conversation, desk)
    ]


def _told(each: Judged, ticket: int, desk: Desk) -> Iterable[Told]:
    owed = desk_of.acknowledgement(each.judgement)
    if owed is None:
        return ()
    mail = tokens.message_id(desk.signing.key, desk.signing.host, ticket, f"a{each.message}")
    return told(desk.answering.index, owed.answers, owed.languages[0], ticket, each.message, mail)


def told(
    index: Index,
    advice: Sequence[Evidence],
    language: str,
    ticket: int,
    message: int | None,
    mail: str,
    by: str = "mailbot",
) -> list[Told]:
    """What one mail tells."""
    known = ((each, index.answer(each.value)) for each in advice)
    return [
        Told(each.value, text_hash(answer.texts.get(language, "")), language, ticket, message, mail,
             quoted(each.sentence), each.weight, by)
        for each, answer in known
        if answer
    ]  # fmt: skip
