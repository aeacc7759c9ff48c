"""What was told to whom, at rest: written with the mail that tells it, doubted by its reader. Decides nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, func, or_, select, update

from mailbot.model import Intent, OutboxState, Status
from mailbot.storage.answers_tables import TOLD
from mailbot.storage.tables import OUTBOX, TICKET

BENEFIT = 2  # doubts weigh as if the answer had been told to so many more who were content


@dataclass(frozen=True, slots=True)
class Told:
    """One answer in one mail; `mail` is the Message-ID it leaves in."""

    answer: str
    text_hash: str
    language: str
    ticket: int
    message: int | None
    mail: str
    question: str
    confidence: float
    told_by: str = "mailbot"


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who was told an answer: on which ticket, by which mail, in which language, since when."""

    ticket: int
    mail: str
    language: str
    recipient: str
    question: str
    answer: str
    text_hash: str
    since: datetime


def record(connection: Connection, told: Sequence[Told], now: datetime) -> None:
    """Note what mails tell, in the transaction that queues them; a mail that was not queued tells nothing."""
    if not told:
        return
    mails = {each.mail for each in told}
    queued = set(connection.scalars(select(OUTBOX.c.message_id_header).where(OUTBOX.c.message_id_header.in_(mails))))
    before = select(TOLD.c.mail, TOLD.c.answer).where(TOLD.c.mail.in_(mails))
    known = {(row.mail, row.answer) for row in connection.execute(before)}
    rows = [
        {**asdict(each), "told_at": now}
        for each in told
        if each.mail in queued and (each.mail, each.answer) not in known
    ]
    if rows:
        connection.execute(TOLD.insert(), rows)


def doubt(connection: Connection, ticket: int, now: datetime) -> int:
    """A reader says it was not the question: note it, and bring the question back before a person; how many answers."""
    told = TOLD.c.ticket == ticket, TOLD.c.doubted_at.is_(None)
    doubted = connection.execute(update(TOLD).where(*told).values(doubted_at=now)).rowcount
    conversation = or_(TICKET.c.id == ticket, TICKET.c.conversation == ticket)
    waiting = conversation, TICKET.c.intent == Intent.INFO, TICKET.c.status.in_((Status.PENDING, Status.RESOLVED))
    connection.execute(update(TICKET).where(*waiting).values(status=Status.OPEN, updated_at=now))
    return doubted


def standing(connection: Connection) -> dict[str, float]:
    """What is left of the confidence of every answer that was doubted; one that never was is not named."""
    wanted = select(TOLD.c.answer, func.count(), func.count(TOLD.c.doubted_at)).group_by(TOLD.c.answer)
    rows = connection.execute(wanted.having(func.count(TOLD.c.doubted_at) > 0))
    return {answer: 1 - doubted / (times + BENEFIT) for answer, times, doubted in rows}


def counts(connection: Connection) -> dict[str, tuple[int, int]]:
    """How often each answer was told, and how often doubted."""
    wanted = select(TOLD.c.answer, func.count(), func.count(TOLD.c.doubted_at)).group_by(TOLD.c.answer)
    return {answer: (times, doubted) for answer, times, doubted in connection.execute(wanted)}


def readers(connection: Connection, answers: Iterable[str], current: Mapping[tuple[str, str], str]) -> list[Reader]:
    """Who was told one of `answers` in a wording that is not the `current` one (by answer and language), oldest first.

    Each ticket once, by the last such mail. A ticket that has since been told a current wording is left out, and so is
    a mail that did not leave.
    """
    wanted = (
        select(TOLD, OUTBOX.c.recipient)
        .join(OUTBOX, OUTBOX.c.message_id_header == TOLD.c.mail)
        .where(TOLD.c.answer.in_(list(answers)), OUTBOX.c.state.not_in((OutboxState.FAILED, OutboxState.CANCELLED)))
        .order_by(TOLD.c.told_at, TOLD.c.id)
    )
    last: dict[int, Reader] = {}
    for row in connection.execute(wanted):
        if current.get((row.answer, row.language)) == row.text_hash:
            last.pop(row.ticket, None)
        else:
            last[row.ticket] = _reader(row)
    return sorted(last.values(), key=lambda each: (each.since, each.ticket))


def _reader(row: Row[tuple[object, ...]]) -> Reader:
    return Reader(
        row.ticket, row.mail, row.language, row.recipient, row.question, row.answer, row.text_hash, row.told_at
    )
