"""What people ask, read from the database: the questions that nobody answered, and the counts of a period."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select

from mailbot.answers.clusters import Question
from mailbot.model import Intent, Status
from mailbot.storage.answers_tables import TOLD
from mailbot.storage.tables import EVENT, MESSAGE, TICKET, TICKET_MESSAGE

MOST_TEXT = 400
ASKS = "asks for information"


def unanswered(connection: Connection, since: datetime | None = None) -> list[Question]:
    """Every question that waits for a person, with the sentences that ask it; oldest first."""
    first = select(TICKET_MESSAGE.c.ticket, func.min(TICKET_MESSAGE.c.message).label("message"))
    first_letter = first.group_by(TICKET_MESSAGE.c.ticket).subquery()
    wanted = (
        select(TICKET.c.id, TICKET.c.created_at, TICKET.c.language, MESSAGE.c.subject, MESSAGE.c.new_text,
               MESSAGE.c.text, MESSAGE.c.verdict)
        .join(first_letter, first_letter.c.ticket == TICKET.c.id)
        .join(MESSAGE, MESSAGE.c.id == first_letter.c.message)
        .where(TICKET.c.intent == Intent.INFO, TICKET.c.status.in_((Status.NEW, Status.OPEN)))
        .where(TICKET.c.merged_into.is_(None))
        .order_by(TICKET.c.created_at, TICKET.c.id)
    )  # fmt: skip
    if since is not None:
        wanted = wanted.where(TICKET.c.created_at >= since)
    return [Question(row.id, row.created_at, row.language, _text(row)) for row in connection.execute(wanted)]


def _text(row: Any) -> str:
    """The sentences that ask, in the light of the subject; the beginning of the letter where none was heard."""
    reasons = (row.verdict or {}).get("reasons", ())
    asking = [each["sentence"] for each in reasons if each.get("because") == ASKS]
    return f"{row.subject} {' '.join(asking) or (row.new_text or row.text)[:MOST_TEXT]}".strip()


def asked_between(connection: Connection, start: datetime, end: datetime) -> list[tuple[str, Sequence[str], str]]:
    """Language, topics and status of every question that came in a period."""
    wanted = select(TICKET.c.language, TICKET.c.topics, TICKET.c.status).where(
        TICKET.c.intent == Intent.INFO, TICKET.c.created_at >= start, TICKET.c.created_at < end
    )
    return [(row.language, tuple(row.topics), row.status) for row in connection.execute(wanted)]


def told_between(connection: Connection, start: datetime, end: datetime) -> tuple[Counter[str], Counter[str]]:
    """How often each answer was told in a period, and how often doubted."""
    told = select(TOLD.c.answer, func.count()).where(TOLD.c.told_at >= start, TOLD.c.told_at < end)
    doubted = select(TOLD.c.answer, func.count()).where(TOLD.c.doubted_at >= start, TOLD.c.doubted_at < end)
    return _counted(connection, told), _counted(connection, doubted)


def _counted(connection: Connection, wanted: Select[Any]) -> Counter[str]:
    return Counter({row[0]: row[1] for row in connection.execute(wanted.group_by(TOLD.c.answer))})


def answered_alone(connection: Connection, start: datetime, end: datetime) -> int:
    """How many letters the desk answered from the library without a person in a period."""
    wanted = select(func.count()).where(
        EVENT.c.kind == "informed", EVENT.c.actor == "mailbot", EVENT.c.at >= start, EVENT.c.at < end
    )
    return connection.scalar(wanted) or 0
