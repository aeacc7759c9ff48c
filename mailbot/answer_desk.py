"""Answers of the library sent by people: threads looked up, mail queued, statuses and history written. Shell.

What a mail says is in `answer_mail`. Every verb is one transaction; a second of the same changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from mailbot.answer_mail import Conversation, Telling, draft
from mailbot.answering import asked_of
from mailbot.answers.library import Answer, text_hash
from mailbot.answers.suggest import Found, suggest
from mailbot.answers.told_store import Reader, readers, record
from mailbot.correspondence import Correspondence
from mailbot.desk import Desk
from mailbot.informing import told
from mailbot.model import Address, Evidence, Intent, Lane, Letter, Permanent, Status, Verdict
from mailbot.outbox import store as outbox
from mailbot.outbox.store import Draft
from mailbot.storage.tables import EVENT, MESSAGE, OUTBOX, TICKET, TICKET_MESSAGE
from mailbot.tickets.lifecycle import Trigger, next_status
from mailbot.wording import spoken_date

UNANSWERED = (Status.NEW, Status.OPEN)


@dataclass(frozen=True, slots=True)
class Act:
    """Who does it, when, and as what the history shall know it."""

    by: str
    at: datetime
    kind: str = "informed"




@dataclass(frozen=True, slots=True)
class Told:
    """What a mailing came to: the tickets written to, and those whose language the answer lacks."""

    queued: tuple[int, ...]
    left: tuple[int, ...]


def conversation(connection: Connection, number: int) -> tuple[Row[Any], Conversation, Letter]:
    """A ticket, the thread that a mail to its requester joins, and its last letter. Raises Permanent without one."""
    ticket = connection.execute(select(TICKET).where(TICKET.c.id == number)).one_or_none()
    if ticket is None:
        raise Permanent(f"there is no ticket #{number}; `mailbot list` shows the queue")
    if ticket.merged_into is not None:
        raise Permanent(f"ticket #{number} was merged; answer #{ticket.merged_into} instead")
    if not ticket.requester_email:
        raise Permanent(f"ticket #{number} has no address to write to; `mailbot show {number}` tells more")
    last = (
        select(MESSAGE)
        .join(TICKET_MESSAGE, TICKET_MESSAGE.c.message == MESSAGE.c.id)
        .where(TICKET_MESSAGE.c.ticket == number, MESSAGE.c.kind == "human")
        .order_by(MESSAGE.c.id.desc())
        .limit(1)
    )
    row = connection.execute(last).one_or_none()
    to = Conversation(
        ticket=ticket.conversation or ticket.id,
        mailbox=ticket.mailbox,
        recipient=Address(ticket.requester_email, ticket.requester_name),
        language=ticket.language,
        letter=row.message_id_header if row else "",
        message=row.id if row else None,
    )
    letter = Letter(subject=row.subject, text=row.text, new_text=row.new_text) if row else Letter()
    return ticket, to, letter


def found_for(connection: Connection, number: int, desk: Desk, day: date) -> tuple[Found, ...]:
    """What the library knows today of the last letter of a ticket."""
    ticket, to, letter = conversation(connection, number)
    verdict = Verdict(intent=Intent.INFO, language=ticket.language, topics=tuple(ticket.topics))
    if to.message is not None:
        kept = connection.scalar(select(MESSAGE.c.verdict).where(MESSAGE.c.id == to.message)) or {}
        reasons = tuple(Evidence(**each) for each in kept.get("reasons", ()))
        verdict = Verdict(intent=Intent.INFO, language=ticket.language, topics=tuple(ticket.topics), reasons=reasons)
    return suggest(desk.answering.index, asked_of(letter, verdict, day), desk.answering.weights)


def affected(connection: Connection, desk: Desk, answer: Answer) -> list[Reader]:
    """Who was last told something else than an answer now says: its own older wording, or what it supersedes."""
    current = {(answer.id, language): text_hash(text) for language, text in answer.texts.items()}
    return readers(connection, _line_of(desk, answer), current)


def _line_of(desk: Desk, answer: Answer) -> list[str]:
    """An answer with everything that it supersedes, and what those superseded."""
    line, waiting = [answer.id], list(answer.supersedes)
    while waiting:
        older = waiting.pop()
        if older not in line:
            line.append(older)
            known = desk.answering.index.answer(older)
            waiting += known.supersedes if known else ()
    return line


def corrections(
    correspondence: Correspondence, answer: Answer, told_old: Iterable[Reader]
) -> list[tuple[Reader, Telling]]:
    """What each reader is to be told who can be told it in the own language."""
    return [(each, _correction(correspondence, answer, each)) for each in told_old if each.language in answer.texts]


def _correction(correspondence: Correspondence, answer: Answer, reader: Reader) -> Telling:
    day = reader.since.astimezone(correspondence.desk.policy.hours.tz).date()
    advice = Evidence("answer", answer.id, "correction", reader.question, 1.0)
    return Telling((advice,), "correction", Lane.BULK, since=spoken_date(day, reader.language))


def correct(connection: Connection, correspondence: Correspondence, answer: Answer, by: str, now: datetime) -> Told:
    """Queue one correction for everybody affected, each in the own thread and language, in the bulk lane, once."""
    told_old = affected(connection, correspondence.desk, answer)
    queued = []
    for reader, telling in corrections(correspondence, answer, told_old):
        _, to, _ = conversation(connection, reader.ticket)
        own = replace(
            to,
            recipient=Address(reader.recipient, to.recipient.name),
            language=reader.language,
            letter=reader.mail,
            references=tuple(filter(None, (to.letter,))),
        )
        about = f"correct:{answer.id}:{text_hash(answer.texts[reader.language])}"
        mail = draft(correspondence, own, telling, about, now)
        _inform(connection, correspondence.desk, own, telling, mail, Act(by, now, "corrected"))
        queued.append(reader.ticket)
    return Told(tuple(queued), tuple(each.ticket for each in told_old if each.language not in answer.texts))


def inform_all(
    connection: Connection,
    correspondence: Correspondence,
    answer: Answer,
    numbers: Sequence[int],
    by: str,
    now: datetime,
) -> Told:
    """Send one answer to the requesters of many tickets that still wait, each in the own thread."""
    queued, left = [], []
    for number in numbers:
        ticket, to, letter = conversation(connection, number)
        if ticket.status not in UNANSWERED or to.language not in answer.texts:
            left.append(number)
            continue
        question = next(iter(asked_of(letter, Verdict(language=to.language), now.date()).questions), "")
        telling = Telling((Evidence("answer", answer.id, "asked by many", question, 1.0),), "informed", Lane.REPLY, by)
        mail = draft(correspondence, to, telling, f"{to.message}:{answer.id}", now)
        _inform(connection, correspondence.desk, to, telling, mail, Act(by, now))
        _answered(connection, ticket, now)
        queued.append(number)
    return Told(tuple(queued), tuple(left))


def _inform(connection: Connection, desk: Desk, to: Conversation, telling: Telling, mail: Draft, act: Act) -> None:
    """Queue one mail, and write what it tells; one that was queued before changes nothing."""
    if connection.scalar(select(OUTBOX.c.id).where(OUTBOX.c.once_key == mail.once_key)) is not None:
        return
    outbox.enqueue(connection, [mail], act.at)
    tells = told(desk.answering.index, telling.advice, to.language, to.ticket, to.message, mail.message_id, act.by)
    record(connection, tells, act.at)
    details = {"answers": [each.value for each in telling.advice]}
    event = {"at": act.at, "actor": act.by, "kind": act.kind, "ticket": to.ticket, "message": to.message}
    connection.execute(EVENT.insert(), {**event, "details": details})


def _answered(connection: Connection, ticket: Row[Any], now: datetime) -> None:
    following = next_status(Status(ticket.status), Trigger.ANSWER)
    values = {"status": following, "updated_at": now, "version": TICKET.c.version + 1}
    connection.execute(update(TICKET).where(TICKET.c.id == ticket.id).values(values))
