"""Answers of the library as a person's reply: read, put into words, sent like any reply, and remembered as told.

What fits a letter was found when it came in, see `tickets.proposals`. Only the answers that are asked for are read,
so that a screen need not make a whole library ready.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from mailbot.answering import quoted
from mailbot.answers.library import Answer, text_hash, why_dead
from mailbot.answers.store import load_answer
from mailbot.answers.told_store import Told
from mailbot.informing import passage
from mailbot.model import Permanent
from mailbot.outbox import personal
from mailbot.tickets import desk_store
from mailbot.tickets.standing import Standing
from mailbot.writing import Answer as Words
from mailbot.writing import Queued, Writing, send, values_for


@dataclass(frozen=True, slots=True)
class Ready:
    """An answer of the library ready for one ticket: why it fits, how sure that is, and what its reader will read.

    `refused` says why it cannot be sent, and is empty where it can.
    """

    id: str
    sure: float
    why: str
    question: str
    text: str = ""
    source: str = ""
    refused: str = ""


def ready(
    writing: Writing, ticket: Mapping[str, Any], proposals: Iterable[Mapping[str, Any]], today: date
) -> list[Ready]:
    """What is proposed for a ticket, with the words of each."""
    return [_ready(writing, ticket, each, today) for each in proposals]


def _ready(writing: Writing, ticket: Mapping[str, Any], proposal: Mapping[str, Any], today: date) -> Ready:
    known = Ready(proposal["id"], float(proposal["sure"]), str(proposal.get("why", "")), str(proposal["question"]))
    try:
        answer = require_sendable(load_answer(writing.answers, known.id), known.id, ticket["language"], today)
    except Permanent as refusal:
        return Ready(known.id, known.sure, known.why, known.question, refused=str(refusal))
    told = passage(answer, known.question, ticket["language"], values_for(writing, 0, ticket, ""))
    return Ready(known.id, known.sure, known.why, known.question, told["text"], f"{told['source']} ({told['date']})")


def require_sendable(answer: Answer | None, identifier: str, language: str, today: date) -> Answer:
    """The answer, if it exists, is true today and stands in a language. Raises Permanent with the next step."""
    if answer is None:
        raise Permanent(f"there is no answer {identifier!r}; `mailbot answers list` shows those that are true today")
    if not answer.valid_on(today):
        raise Permanent(f"{identifier} is not true today; `mailbot answers show {identifier}` tells when it is")
    if language not in answer.texts:
        have = ", ".join(answer.texts)
        raise Permanent(f"{identifier} has no text in {language} (only {have}); write one, or answer by hand")
    if wrong := why_dead(answer.texts[language]):
        raise Permanent(f"{identifier} cannot be filled in ({wrong}); mend it and run `mailbot check`")
    return answer


def words_of(writing: Writing, ticket: Standing, answers: Mapping[str, str], actor: str, today: date) -> Words:
    """Answers as a whole letter, each with the question it is under. Raises Permanent where one cannot be sent."""
    language, first = ticket.values["language"], writing.policy.town.languages[0]
    values = values_for(writing, ticket.id, ticket.values, actor)
    found = [require_sendable(load_answer(writing.answers, each), each, language, today) for each in answers]
    passages = [passage(each, answers[each.id], language, values) for each in found]
    text = personal.passages(writing.folders, language, {"answers": passages}, first)
    whole = personal.frame(writing.folders, language, text, values, first)
    return Words(whole, tells=tuple(_told(each, ticket, answers[each.id], actor) for each in found))


def _told(answer: Answer, ticket: Standing, question: str, actor: str) -> Told:
    language = ticket.values["language"]
    conversation = ticket.values["conversation"] or ticket.id
    wording = text_hash(answer.texts[language])
    letter = ticket.last_letter or None
    return Told(answer.id, wording, language, conversation, letter, "", quoted(question), 1.0, actor)


def reply(
    writing: Writing,
    number: int,
    answers: Mapping[str, str],
    actor: str,
    now: datetime,
    how: Words | None = None,
    version: int | None = None,
) -> Queued:
    """Send answers of the library, by id with the question of each, as one's reply to a ticket that is one's own.

    `how` says whether once more, and whether the ticket is closed. Raises Refused and Permanent as `send` does.
    """
    with writing.database.begin() as connection:
        ticket = desk_store.lock(connection, number)
    words = words_of(writing, ticket, answers, actor, now.astimezone(writing.policy.hours.tz).date())
    how = how or Words("")
    return send(writing, number, replace(words, again=how.again, close=how.close), actor, now, version)
